# dealix-gate check: commands that hang, fork, ignore signals, flood and write to the terminal are contained, also when the tool dies.
load ../lib

scene() {
	export mark=$BATS_TEST_NUMBER.$$.$RANDOM
	jq -cn '{schema: "dealix.gate.v1", id: "hostile", version: "1", title: "Hostile", groups: [{id: "all", label: "All", checks: ([
		["hang", "sleep 600", 2],
		["deaf", "trap \"\" TERM INT HUP QUIT; while :; do sleep 600; done", 2],
		["daemon", "(setsid sh -c \"trap : TERM; sleep 600; sleep 600\" &) ; exit 0", 20],
		["many", "i=0; while [ $i -lt 60 ]; do sleep 600 & i=$((i+1)); done; exit 0", 20],
		["chain", "sh -c \"sh -c \\\"setsid sleep 600 & exec sleep 600\\\" & exec sleep 600\"", 2],
		["stopped", "kill -STOP $$", 2]] | map({id: .[0], type: "command", argv: ["sh", "-c", .[1]], timeout_s: .[2], env: ["MARK"]}))}]}' >gate.json
}
states() { jq -r '.results[] | .check + " " + .state + (if .reason == "" then "" else " " + .reason end)' <<<"$output"; }

@test "commands: those that hang, fork, daemonise or are deaf end with their check" {
	run -1 --separate-stderr env "MARK=$mark" timeout 60 dealix-gate check gate.json
	[ "$(states)" = 'hang FAIL command_timeout
deaf FAIL command_timeout
daemon PASS
many PASS
chain FAIL command_timeout
stopped FAIL command_timeout' ] || { states; return 1; }
	none_lives
}

@test "commands: a gigabyte on stdout is counted and hashed, not kept" {
	size=1073741824
	! sanitized || size=67108864
	jq -n --arg n $size '{schema: "dealix.gate.v1", id: "flood", version: "1", title: "F", groups: [{id: "all", label: "All", checks: [
		{id: "out", type: "command", argv: ["head", "-c", $n, "/dev/zero"], timeout_s: 300}, {id: "err", type: "command", argv: ["sh", "-c", "head -c 50000000 /dev/zero >&2; exit 3"], timeout_s: 300}]}]}' >flood.json
	if ! sanitized; then ulimit -v 400000; fi
	run -1 --separate-stderr dealix-gate check flood.json
	[ "$(jq .results[0].observed.stdout_bytes <<<"$output")" = $size ]
	[ "$(jq -r '.results[1].reason' <<<"$output")" = command_exit ]
	[ "${#output}" -lt 10000 ]
}

@test "commands: nothing reaches the terminal that the tool runs on" {
	jq -n '{schema: "dealix.gate.v1", id: "tty", version: "1", title: "T", groups: [{id: "all", label: "All", checks: [
		{id: "tty", type: "command", argv: ["sh", "-c", "echo INTRUDER >/dev/tty; echo INTRUDER; echo INTRUDER >&2; exit 0"]},
		{id: "read", type: "command", argv: ["sh", "-c", "read x </dev/tty && exit 0; exit 7"], timeout_s: 5}]}]}' >tty.json
	timeout 60 script -qec 'dealix-gate check tty.json >answer.json 2>errors' typescript </dev/null >/dev/null || [ $? -eq 1 ]
	! grep -q INTRUDER typescript
	[ "$(jq -r '.results[1].reason' answer.json)" = command_exit ]
}

@test "commands: the tool killed at random instants, by either signal: no child lives on, the store verifies" {
	for round in $(seq 10); do
		env "MARK=$mark" dealix-gate check gate.json >/dev/null 2>&1 &
		sleep "0.$((RANDOM % 30 + 1))"
		if [ $((round % 2)) = 0 ]; then kill -9 $!; else kill -TERM $!; fi
		wait $! || true
		none_lives
	done
	[ ! -e .dealix/store.db ] || dealix-verify store >/dev/null
}
