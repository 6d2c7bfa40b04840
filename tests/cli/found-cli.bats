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

