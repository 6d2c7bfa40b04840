# dealix-evidence and dealix-gate check killed with SIGKILL at random instants.  After each kill the store verifies; whatever was answered
# is kept; a pack that has its name is one; nothing that a command started lives on.
load ../lib

ROUNDS=60

scene() {
	cat >contract.json <<-'EOF'
		{"schema":"dealix.evidence.contract.v1","kind":"smoke","version":1,"title":"t","inputs":[{"role":"artifact","media":"json"}],
		 "rules":[{"id":"smoke.failed","at":".failed","is":".failed == 0","remedy":"x"}]}
	EOF
	echo '{"failed":0}' >first.json
	dealix-evidence add -k contract.json first.json >first.out 2>/dev/null
	# In the environment of the commands that are started here, and of nothing else: so that survivors are known.
	mark=dealix-kill-$$-$RANDOM$RANDOM
}
teardown() {
	local pid
	for pid in $(living); do kill -9 "$pid" 2>/dev/null; done
	chmod -R u+rwX "$SCRATCH" && rm -rf "$SCRATCH"
}
# measured COMMAND...: LONG, microseconds that it takes, so that kills fall before, in and after it
measured() {
	local start=$EPOCHREALTIME
	"$@" >/dev/null 2>&1 || true
	LONG=$((${EPOCHREALTIME/./} - ${start/./}))
}
# killed OUT COMMAND...: stdout into OUT; the command killed at an instant of its life, or just after it
killed() {
	local out=$1 pid at
	shift
	"$@" >"$out" 2>/dev/null 3>&- &
	pid=$!
	at=$(((RANDOM * 32768 + RANDOM) % (LONG * 5 / 4)))
	sleep "$((at / 1000000)).$(printf %06d $((at % 1000000)))"
	kill -9 "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
}
store_stands() { dealix-verify store >store.out 2>&1 || { cat store.out; return 1; }; }
# What was answered is kept, byte for byte.
kept() { # ANSWER...
	local sha
	for sha in $(cat "$@" | jq -R 'fromjson? | .sha256' -r); do
		[ "$(dealix-evidence show -r "$sha" | sha256sum | cut -c 1-64)" = "$sha" ] || { echo "answered, not kept: $sha"; return 1; }
	done
}

shas() { dealix-evidence list -l 10000 --verdict "$1" | jq -r .sha256 | sort -u | wc -l; }

@test "kill: evidence add at $ROUNDS random instants: the store verifies, what was answered is kept" {
	measured dealix-evidence add -k contract.json first.json
	for round in $(seq $ROUNDS); do
		echo "{\"failed\":0,\"round\":$round}" >a.json
		echo "{\"failed\":1,\"round\":$round}" >b.json
		killed "answer.$round" dealix-evidence add -k contract.json a.json b.json
		store_stands
		kept "answer.$round"
	done
	# Some were killed before they answered and some were not, or the test has shown nothing.
	[ "$(find . -name 'answer.*' -empty | wc -l)" -gt 0 ] && [ "$(find . -name 'answer.*' -size +0 | wc -l)" -gt 0 ]
	# Both of a call, or none: they share a transaction.
	[ "$(($(shas pass) - 1))" -eq "$(shas fail)" ]
}

@test "kill: evidence collect at $ROUNDS random instants: the same, and nothing of the command lives on" {
	command=(env "MARK=$mark" dealix-evidence collect --no-tool-version -- sh -c 'sleep 300 & setsid sleep 300 & sleep 0.02; echo "$0"')
	env "MARK=$mark" sleep 300 &
	sleep 0.2
	[ "$(living)" = $! ]
	kill -9 $!
	measured "${command[@]}" first
	none_lives
	for round in $(seq $ROUNDS); do
		killed "answer.$round" "${command[@]}" "$round"
		store_stands
		kept "answer.$round"
	done
	none_lives
	[ "$(find . -name 'answer.*' -empty | wc -l)" -gt 0 ] && [ "$(find . -name 'answer.*' -size +0 | wc -l)" -gt 0 ]
}

@test "kill: evidence seal at $ROUNDS random instants: a pack that has its name verifies and the ledger knows it" {
	(umask 077 && openssl genpkey -algorithm ed25519 -out me.pem 2>/dev/null)
	openssl pkey -in me.pem -pubout -out me.pub
	head -c 3000000 /dev/urandom | base64 >large
	dealix-evidence add -u large >large.out
	sha=$(jq -r .sha256 first.out large.out)
	# shellcheck disable=SC2086
	measured dealix-evidence seal -o before.zip --sign me.pem $sha
	mkdir out
	made=0 lost=0
	for round in $(seq $ROUNDS); do
		# shellcheck disable=SC2086
		killed "answer.$round" dealix-evidence seal -o out/pack.zip --sign me.pem --title "round $round" $sha
		store_stands
		if [ -e out/pack.zip ]; then
			made=$((made + 1))
			dealix-verify pack --trust me.pub out/pack.zip >pack.out || { cat pack.out; return 1; }
			digest=$(jq -r .pack_sha256 pack.out)
			dealix-ledger list --event pack_sealed -l 1000 | grep -q "\"$digest\"" || { echo "no entry of $digest"; return 1; }
			rm out/pack.zip
		else
			lost=$((lost + 1))
			[ ! -s "answer.$round" ] || { echo "answered without a pack"; return 1; }
		fi
		[ -z "$(find out -name '*.zip')" ]
	done
	[ $made -gt 0 ] && [ $lost -gt 0 ]
	# What is left beside is no pack by name, and in nobody's way.
	# shellcheck disable=SC2086
	dealix-evidence seal -o out/pack.zip --sign me.pem $sha >/dev/null
	dealix-verify pack --trust me.pub out/pack.zip >/dev/null
}

@test "kill: gate check at $ROUNDS random instants: the store verifies, results stand whole or not at all, no child lives on" {
	jq -cn '{schema: "dealix.gate.plan.v1", id: "release", version: "1", title: "t", steps: [
		{id: "fork", type: "command", argv: ["sh", "-c", "sleep 300 & setsid sleep 300 & sleep 0.02"], env: ["MARK"]},
		{id: "wait", type: "command", argv: ["sh", "-c", "sleep 0.02"], env: ["MARK"]},
		{id: "smoke", type: "evidence", kind: "contract.json", files: {artifact: "first.json"}}]}' >plan.json
	run --separate-stderr env "MARK=$mark" dealix-gate check plan.json
	[ "$status" -eq 0 ] || { echo "$output $stderr"; return 1; }
	measured env "MARK=$mark" dealix-gate check plan.json
	none_lives
	for round in $(seq $ROUNDS); do
		killed "answer.$round" env "MARK=$mark" dealix-gate check plan.json
		store_stands
	done
	none_lives
	[ "$(find . -name 'answer.*' -empty | wc -l)" -gt 0 ] && [ "$(find . -name 'answer.*' -size +0 | wc -l)" -gt 0 ]
	dealix-ledger list --event gate_evaluated -l 1000 >entries
	whole=$(jq -r 'select(.subject.id == "release") | .seq' entries | wc -l)
	[ "$whole" -ge $(($(find . -name 'answer.*' -size +0 | wc -l) + 2)) ]
	[ "$(wc -l <entries)" -eq $((whole * 4)) ]
}
