# What was found while the manual was written and tried as a new user would; each fails until it is mended.
load ../lib

@test "docs: a value that looks like -h or -V is a value: no verdict must ever be 0 for it" {
	for value in -h --help -V --version; do
		run --separate-stderr dealix-gate decide -n --project shop --resource "$value" --environment prod <<<"$(request m 9000)"
		[ "$status" -eq 4 ] || { echo "--resource $value: status $status"; return 1; }
		[ "$(field .resource_reference)" = "$value" ]
		run --separate-stderr dealix-gate decide -n --environment prod -k "key$value" --action "$value" <<<"$(request m 9000)"
		[ "$status" -eq 4 ] || { echo "--action $value: status $status"; return 1; }
	done
}

@test "docs: a value that is --errors is a value" {
	run -0 --separate-stderr dealix-gate decide -n --resource --errors <<<"$(request m 1)"
	[ "$(field .resource_reference)" = --errors ]
}

@test "docs: policy set refuses a rule document that does not compile, instead of refusing every later decision" {
	jq '.rules[0].when = "env.HOME"' "$ROOT/policies/rules/release.json" >bad.json
	run --separate-stderr dealix-gate policy set --rules bad.json
	[ "$status" -eq 2 ] || { echo "status $status: $output"; return 1; }
	[[ $stderr == *'[rule_builtin_refused]' ]]
	jq '.rules[0].when = ".x |"' "$ROOT/policies/rules/release.json" >bad.json
	run -2 --separate-stderr dealix-gate policy set --rules bad.json
	[[ $stderr == *'[rules_compile_error]' ]]
	run -0 --separate-stderr dealix-gate decide <<<"$(request m 1)"
}

@test "docs: a fault of the cost file or the price book names that file, not the plan" {
	cp "$ROOT/policies/demo/plan.json" .
	echo '{"version":"0.1"}' >costs.json
	run -2 --separate-stderr dealix-gate decide -n -f terraform-plan --costs costs.json plan.json
	[[ $stderr == *'costs.json: '* && $stderr != *'plan.json: '* ]] || { echo "$stderr"; return 1; }
	echo '{"schema":"dealix.prices.v1","currency":"USD"}' >prices.json
	run -2 --separate-stderr dealix-gate decide -n -f terraform-plan --prices prices.json plan.json
	[[ $stderr == *'prices.json: '* && $stderr != *'plan.json: '* ]] || { echo "$stderr"; return 1; }
}

@test "docs: a fault of the document given to policy set names the file" {
	echo '{"schema":"dealix.enforcement.policy.v1","aproval":{}}' >bad.json
	run -2 --separate-stderr dealix-gate policy set bad.json
	[[ $stderr == 'dealix-gate: bad.json: '* ]] || { echo "$stderr"; return 1; }
}

@test "docs: policy lint says which member is not known" {
	echo '{"schema":"dealix.enforcement.policy.v1","aproval":{}}' >bad.json
	run -1 --separate-stderr dealix-gate policy lint bad.json
	[[ $output == *aproval* ]] || { echo "$output"; return 1; }
}

@test "docs: list refuses the name of an event that does not exist, instead of finding nothing" {
	request m 1 | dealix-gate decide >/dev/null 2>&1
	run --separate-stderr dealix-ledger list --event decision_create
	[ "$status" -eq 2 ] || { echo "status $status, nothing said"; return 1; }
}

@test "docs: a file name stands once in an error" {
	run -3 --separate-stderr dealix-gate decide .
	[ "$(grep -o '\.:' <<<"$stderr" | wc -l)" -eq 1 ] && [[ $stderr != *'cannot read .:'* ]] || { echo "$stderr"; return 1; }
	cp "$ROOT/policies/demo/plan.json" .
	run -3 --separate-stderr dealix-gate decide -n -f terraform-plan --costs absent plan.json
	[ "$(grep -o absent <<<"$stderr" | wc -l)" -eq 1 ] || { echo "$stderr"; return 1; }
}

@test "docs: no line 0: stdin named twice has nothing left for the second time" {
	run --separate-stderr dealix-gate decide -n - - <<<"$(request m 1)"
	[[ $stderr != *'line 0'* ]] || { echo "$stderr"; return 1; }
}

@test "docs: an unknown second word of a verb is named" {
	run -2 --separate-stderr dealix-gate policy lnit
	[[ $stderr == *lnit* ]] || { echo "$stderr"; return 1; }
}

@test "docs: -h and -V may be joined to other letters, or the error does not send the reader back to -h" {
	run --separate-stderr dealix-gate decide -nh
	[ "$status" -eq 0 ] || [[ $stderr != *'unknown option -h; see -h'* ]] || { echo "$stderr"; return 1; }
}

@test "docs: remedies name tools and verbs that are there" {
	sed -n 's/^\t"\(.*\)")$/\1/p' "$ROOT/lib/base/reasons.def" | grep -oE 'dealix-[a-z]+( [a-z]+)?' | sort -u >named
	[ -s named ]
	while read -r tool verb; do
		command -v "$tool" >/dev/null || { echo "no $tool (named with $verb)"; return 1; }
		"$tool" -h | grep -qE "^  $verb( |$)" || { echo "$tool has no verb $verb"; return 1; }
	done <named
}

@test "docs: fish completes --errors, --help and --version too, and no option of budget list for list" {
	for o in errors help version; do
		dealix-gate --completion fish | grep -q -- "-l $o" || { echo "fish lacks --$o"; return 1; }
	done
	command -v fish >/dev/null || skip "fish is absent"
	dealix-ledger --completion fish >c.fish
	run -0 fish -c 'source c.fish; complete -C "dealix-ledger list --pol"'
	[ -z "$output" ] || { echo "list has no --policy: $output"; return 1; }
}

@test "docs: a plan read as a request: the error says how plans are read" {
	run -2 --separate-stderr dealix-gate decide "$ROOT/policies/demo/plan.json"
	[[ $stderr == *'terraform-plan'* ]] || { echo "$stderr"; return 1; }
}
