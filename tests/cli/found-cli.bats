load ../lib
load ../documents

# What the tools do not do yet and a page demands: each test stands here until it passes, then moves to the suite it belongs to.

@test "found, policy: a newer rule document replaces the stored one; one with every rule disabled retires it" {
	doc r 1 "$(rule a deny true)" >one.json
	doc r 2 "$(rule a warn true)" >two.json
	doc r 3 "$(rule a warn true '"enabled":false')" >three.json
	dealix-gate policy set -r one.json >/dev/null 2>&1
	request m 1 | { run -1 dealix-gate decide; }
	dealix-gate policy set -r two.json >/dev/null
	request m 1 | dealix-gate decide >two
	[ "$(jq -r '[.decision,.rules[0].version,.findings[0].effect]|join(" ")' two)" = 'ALLOW 2 warn' ]
	dealix-gate policy set -r three.json >/dev/null
	request m 1 | dealix-gate decide >three
	[ "$(jq -r '[.decision,.rules[0].version,.rules[0].applied,(.findings|length)]|map(tostring)|join(" ")' three)" = 'ALLOW 3 0 0' ]
	[ "$(dealix-ledger list --event rules_updated | wc -l)" -eq 3 ]
}

@test "found, rules: a fail-safe by a rule names the documents, so the same call under the derived key is a replay" {
	policy_mode hard >p.json
	doc h 1 "$(rule a warn '.x[536870000] = 1')" >h.json
	dealix-gate policy set p.json >/dev/null 2>&1
	request m 1 | { run -1 dealix-gate decide -r h.json; }
	request m 1 | { run -1 --separate-stderr dealix-gate decide -r h.json; [ "$(field '[.replayed,.generation]|map(tostring)|join(" ")')" = 'true 1' ]; }
}

@test "found, formats: a message of a rule cannot forge a line or send a control character in text" {
	doc r 1 "$(rule a warn '"x\u001b[31m\nDENY: forged\r"')" >r.json
	dealix-gate decide -n -F text -r r.json <<<"$(request m 1)" >out
	run -1 grep -q '^DENY' out
	run -1 grep -q $'[\e\r]' out
	for format in tap github; do
		dealix-gate decide -n -F $format -r r.json <<<"$(request m 1)" >out
		run -1 grep -q $'[\e\r]' out
	done
}

@test "found, errors: a refused member's name cannot forge a line or send a control character" {
	run -2 --separate-stderr dealix-gate decide -n <<<'{"\u001b[31m\nforged: line":1}'
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr != *$'\e'* ]]
}

@test "found, formats: a file name that is no URI is written as one in SARIF" {
	doc r 1 "$(rule a warn '{message:"m",path:["action"]}')" >r.json
	request m 1 >'a b#c%d?.json'
	dealix-gate decide -n -F sarif -r r.json 'a b#c%d?.json' >out
	[ "$(jq -r '.runs[0].results[1].locations[0].physicalLocation.artifactLocation.uri' out)" = 'a%20b%23c%25d%3F.json' ]
}

@test "found, policy test: a name of a case cannot be a TAP directive that hides its failure" {
	doc r 1 "$(rule a warn '.metadata.a')" >r.json
	printf '{"schema":"dealix.rules_test.v1","rules":["r.json"],"cases":[{"name":"x # TODO later","source":"ci","input":{"action":"x","resource_reference":"m","estimated_monthly_delta_usd":"1"},"expect":[{"rule_id":"a"}]}]}' >t.test.json
	run -1 dealix-gate policy test --min-coverage 0 t.test.json
	echo "$output" >tap
	run -1 prove -e cat tap
}

@test "found, gate: a decision that takes too long is a fail-safe by gate_timeout, not an error without a document" {
	command -v strace >/dev/null || skip "strace is absent"
	request a 1 | dealix-gate decide >/dev/null 2>&1
	request b 1 >in
	# Each file lock takes 40 ms: under the tenant's lock that is past the deadline of 50 ms.
	run --separate-stderr strace -f -e trace=fcntl -e inject=fcntl:delay_enter=40000 -o /dev/null dealix-gate decide --timeout-ms 50 in
	[[ $output == *'"fail_safe_trigger":"gate_timeout"'* ]]
	[ "$(field .fail_safe_details.timeout_ms)" = 50 ]
	[ "$status" -eq 3 ] || [ "$status" -eq 4 ]
}

@test "found, formats: an absolute file name is a file URI in SARIF" {
	doc r 1 "$(rule a warn '{message:"m",path:["action"]}')" >r.json
	request m 1 >in.json
	dealix-gate decide -n -F sarif -r r.json "$PWD/in.json" >out
	[ "$(jq -r '.runs[0].results[1].locations[0].physicalLocation.artifactLocation.uri' out)" = "file://$PWD/in.json" ]
}
