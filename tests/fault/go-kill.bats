load ../lib
load ../go

# dealix-gate go killed at random instants: the store verifies, and a change of phase stands with its decision and its record, or not
# at all.

ROUNDS=40

scene() {
	cp -p "$BATS_FILE_TMPDIR"/* .
	dealix-evidence add -u --principals principals.json "$ROOT/policies/go/acceptance.txt" >/dev/null 2>&1
}

@test "kill: gate go --enter at $ROUNDS random instants: decision, record and phase stand together or not at all" {
	# As long as an undisturbed call takes.
	from=$(date +%s%N)
	dealix-gate go --enter dark_launch complete.signed >first.out
	took=$((($(date +%s%N) - from) / 1000000 + 1))
	for round in $(seq $ROUNDS); do
		dealix-gate go --enter dark_launch --restart complete.signed >"answer.$round" 2>/dev/null &
		pid=$!
		sleep "$(printf '0.%03d' $((RANDOM % (took + took / 2 + 1))))"
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
		[ $((round % 8)) -ne 0 ] || dealix-verify store >/dev/null
	done
	dealix-verify store >/dev/null
	dealix-ledger list -l 1000 | jq -r 'select(.event == "phase_changed").details.report_sha256' | sort >changed
	dealix-ledger list -l 1000 | jq -r 'select(.event == "release_decided").details.report_sha256' | sort >decided
	dealix-evidence list -l 1000 --kind go_decision | jq -r .sha256 | sort >recorded
	cmp changed decided
	cmp decided recorded
	# What was answered is kept.
	for f in first.out answer.*; do
		[ -s "$f" ] || continue
		grep -qx "$(tr -d '\n' <"$f" | sha256sum | cut -c 1-64)" recorded || { echo "answered, not kept: $f"; return 1; }
	done
	run -0 --separate-stderr dealix-gate go --enter dark_launch complete.signed
}
