load ../lib
load ../go

# dealix-gate go --phase: the way of a release from the dark launch to full traffic, by samples (release-gates page 5.2).  Its days pass
# under faketime, which a sanitizer does not share a process with.

T0=1777593600	# 2026-05-01T00:00:00Z, after everybody signed
DAY=86400
STEP=$((DAY + 240))	# the clock of the ledger is a little ahead of a sample's whole second
WEEK=$((7 * DAY + 240))

at() { local t=$1; shift; faketime -f "@$(date -u -d "@$t" '+%Y-%m-%d %H:%M:%S')" "$@"; }

# samples PHASE TRAFFIC FROM SECONDS [JQ]: one every four minutes after FROM, up to SECONDS later; all good but for JQ on the last
samples() {
	jq -nc --arg p "$1" --argjson t "$2" --argjson from "$3" --argjson n "$(($4 / 240))" 'range(1; $n + 1) as $i |
		{phase: $p, traffic: $t, at: ($from + 240 * $i | todate), requests: 10, errors: 0, sla_met: 10, sla_total: 10, queue_depth: 1,
		 db_used: 1, db_pool: 10, health_ok: true, p95_ms: 10, p99_ms: 20, rps: 5, up_s: 240, down_s: 0, incidents: []}
		| if $i == $n then '"${5:-.}"' else . end'
}

scene() {
	cp -p "$BATS_FILE_TMPDIR"/* .
}

# The release is decided on and enters the dark launch at T0.
entered() {
	sanitized && skip "faketime and sanitizers both want to be loaded first"
	at $((T0 - 60)) dealix-evidence add -u --principals principals.json "$ROOT/policies/go/acceptance.txt" >/dev/null 2>&1
	cp complete.signed go.json
	at $T0 dealix-gate go --enter dark_launch go.json >/dev/null
}

# phase TIME PHASE [OPTION...]: as of then, of standard input
phase() { local t=$1 p=$2; shift 2; run --separate-stderr at "$t" dealix-gate go --phase "$p" --release 1.4.0 "$@"; }
verdict() { [ "$status $(field '[.verdict, .phase, .traffic, (.reasons | join(","))] | map(tostring) | join(" ")')" = "$1" ] || { echo "$status $output $stderr"; return 1; }; }
changes() { dealix-ledger list --event phase_changed --oldest-first | jq -r '.details | "\(.from) \(.to) \(.traffic)"'; }

@test "phase: the whole way, step by step, each one in the ledger" {
	entered
	t=$((T0 + WEEK))
	samples dark_launch 0 $T0 $WEEK >s
	phase $((t - 300)) dark_launch < <(head -n 2519 s)
	verdict "4 HOLD dark_launch 0 window_open"
	phase $t dark_launch <s
	verdict "0 ADVANCE dark_launch 0 "
	[ "$(field '[.next_phase, .next_traffic] | map(tostring) | join(" ")')" = "canary 5" ]
	# The printed line is the record.
	sha=$(printf %s "$output" | sha256sum | cut -c 1-64)
	[ "$(dealix-evidence show -r "$sha")" = "$output" ]
	[ "$(dealix-ledger list --event phase_changed -l 1 | jq -r .details.report_sha256)" = "$sha" ]
	for traffic in 5 10 25; do
		samples canary $traffic $t $STEP >>s
		t=$((t + STEP))
		phase $t canary <s
		verdict "0 ADVANCE canary $traffic "
	done
	samples canary 50 $t $STEP >>s
	t=$((t + STEP))
	phase $t canary <s
	verdict "4 HOLD canary 50 window_open"
	samples canary 50 $t $((3 * DAY)) >>s
	t=$((t + 3 * DAY))
	phase $t canary <s
	verdict "0 ADVANCE canary 50 "
	samples full 100 $t $WEEK >>s
	t=$((t + WEEK))
	phase $t full <s
	verdict "0 ADVANCE full 100 "
	[ "$(field .complete)" = true ]
	[ "$(changes | paste -sd';')" = "none dark_launch 0;dark_launch canary 5;canary canary 10;canary canary 25;canary canary 50;canary full 100;full complete 100" ]
	# Complete, and asked again: nothing more is written, and it may still go back.
	phase $t full <s
	verdict "0 ADVANCE full 100 "
	[ "$(changes | wc -l)" -eq 7 ]
	jq -nc --argjson t $((t + 60)) '{phase: "full", traffic: 100, at: ($t | todate), requests: 1, errors: 0, sla_met: 1, sla_total: 1,
		up_s: 60, down_s: 0, p95_ms: 1, p99_ms: 1, incidents: [{kind: "security_fault"}]}' >>s
	phase $((t + 60)) full <s
	verdict "1 ROLL_BACK full 100 security_fault"
	[ "$(changes | tail -n 1)" = "full none 0" ]
}

# In the canary since T1.
T1=$((T0 + WEEK))
canary() {
	entered
	samples dark_launch 0 $T0 $WEEK >dark
	phase $T1 dark_launch <dark
	[ "$status" -eq 0 ]
}

@test "phase: the canary of the page: 8, 15, 20 and 21 errors of 2000" {
	canary
	of() { samples canary 5 $T1 $STEP '.requests = 2000 | .errors = '"$1"' | .sla_total = 2000 | .sla_met = 1930' |
		jq -c --argjson last "$((T1 + STEP))" 'if (.at | fromdate) < $last then .requests = 0 | .sla_total = 0 | .sla_met = 0 else . end'; }
	phase $((T1 + STEP)) canary < <(of 15)
	verdict "4 HOLD canary 5 between_thresholds"
	phase $((T1 + STEP)) canary < <(of 20)
	verdict "4 HOLD canary 5 between_thresholds"
	phase $((T1 + STEP)) canary -n < <(of 8)
	verdict "0 ADVANCE canary 5 "
	[ "$(field .next_traffic)" = 10 ]
	phase $((T1 + STEP)) canary -n < <(of 21)
	verdict "1 ROLL_BACK canary 5 error_rate"
	[ "$(changes | wc -l)" -eq 2 ]
	phase $((T1 + STEP)) canary < <(of 21)
	verdict "1 ROLL_BACK canary 5 error_rate"
	[ "$(field '[.next_phase, .next_traffic, .rollback.kind, .rollback.limit_s] | map(tostring) | join(" ")')" = "dark_launch 0 graceful 1800" ]
	[ "$(changes | tail -n 1)" = "canary dark_launch 0" ]
	# It is in no canary any more.
	of 8 >s
	refused 1 phase_skip at $((T1 + STEP)) dealix-gate go --phase canary --release 1.4.0 s
}

@test "phase: a condition due before canary, or a NO_GO since, holds what would advance" {
	entered
	samples dark_launch 0 $T0 $WEEK >s
	jq -c '.signoffs = [] | .criteria[0].items[0] |= (.status = "pending" | .condition = {text: "t", owner: "o", due_before: "dark_launch_end", met: false})' go.json >c.json
	signed c.json >c2.json
	at $((T1 - 60)) dealix-gate go c2.json >out || [ $? -eq 4 ]
	phase $T1 dark_launch <s
	verdict "4 HOLD dark_launch 0 condition_unmet"
	[[ $output == *"conditions due before canary are not met"* ]]
	at $((T1 - 50)) dealix-gate go go.json >out
	at $((T1 - 40)) dealix-gate go <(jq '.criteria[0].items[0].status = "failed"' go.json) >out || [ $? -eq 1 ]
	phase $T1 dark_launch <s
	verdict "4 HOLD dark_launch 0 condition_unmet"
	[[ $output == *"the newest decision on this release is NO_GO"* ]]
	at $((T1 - 30)) dealix-gate go go.json >out
	phase $T1 dark_launch <s
	verdict "0 ADVANCE dark_launch 0 "
}

@test "phase: gaps, silence, steps left out" {
	entered
	samples dark_launch 0 $T0 $WEEK >s
	phase $T1 dark_launch < <(sed 1000d s)
	verdict "4 HOLD dark_launch 0 sample_gap"
	phase $((T1 + 301)) dark_launch <s
	verdict "4 HOLD dark_launch 0 sample_gap"
	phase $((T1 + 299)) dark_launch <s
	verdict "0 ADVANCE dark_launch 0 "
	phase $((T1 + 310)) canary <s
	verdict "4 HOLD canary 5 insufficient_evidence,window_open"
	samples canary 25 $((T1 + 300)) 960 >skip
	refused 1 phase_skip at $((T1 + 1800)) dealix-gate go --phase canary --release 1.4.0 skip
	refused 1 phase_skip at $((T1 + 1800)) dealix-gate go --phase full --release 1.4.0 skip
	refused 1 phase_skip at $((T1 + 1800)) dealix-gate go --phase dark_launch --release 1.4.0 s
	refused 1 phase_skip at $((T1 + 1800)) dealix-gate go --phase canary --release 1.5.0 s
}

@test "phase: several at once: one advances, the others see where it stands now" {
	canary
	samples canary 5 $T1 $STEP >s
	for i in 1 2 3 4; do
		at $((T1 + STEP)) dealix-gate go --phase canary --release 1.4.0 s >out.$i 2>err.$i &
		pids[$i]=$!
	done
	for i in 1 2 3 4; do wait "${pids[$i]}" || true; done
	[ "$(cat out.? | jq -r '.verdict + " " + (.traffic | tostring)' | sort | paste -sd,)" = "ADVANCE 5,HOLD 10,HOLD 10,HOLD 10" ] || { cat out.? err.?; return 1; }
	[ "$(changes | wc -l)" -eq 3 ]
}

# --- without a ledger: the samples say where the release is ---

dry() { run --separate-stderr dealix-gate go -n --phase "$1" --release x --now "$2" "${@:3}"; }
utc() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }

@test "phase: in a dry run without a store the samples say where it is, and none is made" {
	samples canary 5 $T0 $((STEP + 240)) >s
	dry canary "$(utc $((T0 + STEP + 240)))" s
	verdict "0 ADVANCE canary 5 "
	[ "$(field .state)" = stated ]
	samples canary 10 $((T0 + STEP + 240)) $((STEP + 240)) >>s
	dry canary "$(utc $((T0 + 2 * (STEP + 240))))" s
	verdict "0 ADVANCE canary 10 "
	refused 1 phase_skip dealix-gate go -n --phase full --release x s
	samples canary 50 $((T0 + 3 * DAY)) 720 >>s
	refused 1 phase_skip dealix-gate go -n --phase canary --release x s
	[ ! -e .dealix ]
	# Nothing is there to be changed, so nothing is made.
	refused 1 phase_skip dealix-gate go --phase canary --release x s
	[ ! -e .dealix ]
}

@test "phase: each roll back, by its code" {
	for row in '.incidents=[{kind:"critical_error"}] critical_error' '.incidents=[{kind:"critical_incident"}] critical_incident' \
		'.incidents=[{kind:"complaint",ref:"T-1"}] complaints' '.incidents=[{kind:"degradation"}] degradation' \
		'.incidents=[{kind:"exhaustion"}] exhaustion' '.incidents=[{kind:"integrity_fault"}] integrity_fault' \
		'.incidents=[{kind:"security_fault"}] security_fault' '.sla_met=9900|.sla_total=90000|.requests=90000 sla_missed' \
		'.errors=9900|.requests=90000 error_rate' '.baseline_rps=11 degradation' '.baseline_p95_ms=6 degradation'; do
		samples canary 5 $T0 960 "${row% *}" >s
		dry canary "$(utc $((T0 + 960)))" s
		verdict "1 ROLL_BACK canary 5 ${row##* }"
	done
}

@test "phase: formats agree with the status, and look as they did" {
	samples canary 25 $T0 $STEP '.errors=90|.requests=10000' >hold
	samples canary 25 $T0 960 '.errors=9900|.requests=90000|.incidents=[{kind:"integrity_fault"}]' >back
	samples canary 25 $T0 $((STEP + 240)) >ahead
	for f in text tap junit sarif github; do
		for row in "hold 4 $((T0 + STEP))" "back 1 $((T0 + 960))" "ahead 0 $((T0 + STEP + 240))"; do
			read -r name want time <<<"$row"
			dry canary "$(utc "$time")" -F $f $name
			[ "$status" -eq "$want" ] || { echo "$name $f $status $output $stderr"; return 1; }
			printf '%s\n' "$output" >$name.$f
			if [ -n "${DEALIX_GOLDEN:-}" ]; then cp $name.$f "$ROOT/tests/golden/phase-$name.$f"; fi
			diff "$ROOT/tests/golden/phase-$name.$f" $name.$f
		done
	done
}

@test "phase: hostile samples are refused, whole, with the line" {
	samples canary 5 $T0 960 >s
	bad() { # CODE FILTER
		jq -c "if .at == \"$(utc $((T0 + 480)))\" then $2 else . end" s >bad
		one_line 2 "$1" dealix-gate go -n --phase canary --release x bad || return
		[[ $stderr == *"line 2"* ]] || { echo "$stderr"; return 1; }
	}
	bad field_invalid '.requests = -1'
	bad field_invalid '.requests = 1000000000001'
	bad field_invalid '.errors = 11'
	bad field_invalid '.sla_met = 11'
	bad field_invalid '.p95_ms = 0.5'
	bad field_invalid '.traffic = 7'
	bad field_invalid '.at = "'"$(utc $T0)"'"'
	bad field_invalid '.at = "'"$(utc $((T0 + 240)))"'"'
	bad field_invalid '.at = "2999-01-01T00:00:00Z"'
	bad time_without_offset '.at = "2026-05-01T00:08:00"'
	bad unknown_field '.note = 1'
	line() { sed "2s/\"requests\":10/$2/" s >bad; one_line 2 "$1" dealix-gate go -n --phase canary --release x bad; }
	line number_not_exact '"requests":9223372036854775808'
	line number_not_exact '"requests":1e400'
	line json_duplicate_member '"requests":10,"requests":0'
	line json_invalid '"requests":'
	head -c -20 s >bad
	one_line 2 json_invalid dealix-gate go -n --phase canary --release x bad
	{ cat s; head -c 70000 /dev/zero | tr '\0' ' '; echo '{}'; } >bad
	refused 2 json_too_large dealix-gate go -n --phase canary --release x bad
	refused 2 input_empty dealix-gate go -n --phase canary --release x </dev/null
	refused 3 file_unreadable dealix-gate go -n --phase canary --release x none
	refused 3 file_unreadable dealix-gate go -n --phase canary --release x .
}

@test "phase: samples are a stream: 259200 of them take no more memory than a thousand" {
	sanitized && skip "sanitizers keep memory of their own"
	jq -nc 'range(1000) | {phase: "canary", traffic: 5, at: (1775001600 + . | todate), requests: 10, errors: 0, sla_met: 10, sla_total: 10, incidents: []}' >few
	awk 'BEGIN { for (d = 0; d < 3; d++) for (h = 0; h < 24; h++) for (m = 0; m < 60; m++) for (s = 0; s < 60; s++) printf "{\"phase\":\"canary\",\"traffic\":5,\"at\":\"2026-04-%02dT%02d:%02d:%02dZ\",\"requests\":10,\"errors\":0,\"sla_met\":10,\"sla_total\":10,\"incidents\":[]}\n", d + 1, h, m, s }' >many
	used() { /usr/bin/time -f %M dealix-gate go -n --phase canary --release x --now 2026-04-03T23:59:59Z "$1" 2>&1 >/dev/null | tail -n 1; }
	[ -x /usr/bin/time ] || skip "time(1) is absent"
	[ "$(used many)" -lt $(($(used few) + 4000)) ]
}
