load ../lib

# Closure tests (release-gates page 13.3), structured outputs of a period, and the project's own register.

@test "closure: the project's own register holds, and its summary is that of its rows" {
	[ -x "$DEALIX_BUILD/unit/test_merkle" ] || skip "the unit tests are not built"
	run --separate-stderr "$ROOT/tests/register" "$(realpath --relative-to="$ROOT" "$DEALIX_BUILD")" --now "$(jq -r .as_of "$ROOT/policies/register.json")"
	[ "$status" -eq 0 ] || { echo "$stderr"; field '.errors[]'; return 1; }
	[ "$(field .checks.summary)" = PASS ]
	[ "$(field '.counts.Target')" -ge 2 ]
}

@test "closure: a row of it without its test is found out" {
	jq '(.rows[] | select(.component == "store")).evidence += ["test:no such test"]' "$ROOT/policies/register.json" >r.json
	run -1 dealix-verify register -C "$ROOT" --now "$(jq -r .as_of r.json)" r.json
}

scene() {
	mkdir dir
	for name in truth schema trust release executive; do gate $name true true >dir/$name.json; done
	plan true >dir/workflow.json
}
gate() { # NAME COMMAND...: one check a command
	local name=$1 list= n=0 c
	shift
	for c in "$@"; do
		n=$((n + 1))
		list+=${list:+,}'{"id":"c'$n'","type":"command","argv":["'$c'"]}'
	done
	echo '{"schema":"dealix.gate.v1","id":"'$name'","version":"1","title":"t","groups":[{"id":"g","label":"G","checks":['"$list"']}]}'
}
plan() { echo '{"schema":"dealix.gate.plan.v1","id":"workflow","version":"1","title":"t","settings":{"trace":{"type":"text","default":"'"$1"'"}},"steps":[{"id":"s","type":"command","argv":["$trace"]}]}'; }

@test "closure: the page's example: four of six" {
	plan false >dir/workflow.json
	gate executive false >dir/executive.json
	run -1 --separate-stderr dealix-verify closure -C . --dir dir --format text
	[ "$(grep -v '^ ' <<<"$output")" = '[PASS] truth
[PASS] schema
[FAIL] workflow
[PASS] trust
[PASS] release
[FAIL] executive
SCORE: 66.7% (4/6) — TIER-1 READY: NO' ]
}

@test "closure: six of six passes, and only that; some of the conditions is PARTIAL" {
	run -0 --separate-stderr dealix-verify closure -C . --dir dir
	[ "$(field '[.passed, .of, .score_tenths, .ready] | join(" ")')" = '6 6 1000 true' ]
	gate trust true false true >dir/trust.json
	run -1 --separate-stderr dealix-verify closure -C . --dir dir
	field '.tests'
	[ "$(jq -cS .tests <<<"$output")" = '{"executive":"PASS","release":"PASS","schema":"PASS","trust":"PARTIAL","truth":"PASS","workflow":"PASS"}' ]
	[ "$(field .ready)" = false ]
	gate trust dealix-no-such-tool >dir/trust.json
	run -3 dealix-verify closure -C . --dir dir
}

@test "closure: settings go to the document that has them; one that is missing or wrong stops all" {
	run -1 dealix-verify closure -C . --dir dir --set trace=false
	refused 2 plan_usage dealix-verify closure -C . --dir dir --set other=1
	echo '{}' >dir/truth.json
	run -2 --separate-stderr dealix-verify closure -C . --dir dir
	[ -z "$output" ]
	rm dir/truth.json
	refused 3 file_unreadable dealix-verify closure -C . --dir dir
	[ ! -e .dealix ]
}

@test "closure: the shipped documents: the trust probes are refused, the gate made to fail stops the command" {
	dealix-ledger budget set default --limit 10 >/dev/null 2>&1
	DEALIX_STORE=$SCRATCH/.dealix run --separate-stderr dealix-verify closure -C "$ROOT"
	[ "$status" -eq 1 ]
	[ "$(field '[.tests.trust, .tests.release] | join(" ")')" = 'PASS PASS' ] || { field '.gates[] | select(.gate | IN("closure-trust", "closure-release"))'; return 1; }
	[ "$(field '[.tests.workflow, .tests.executive] | join(" ")')" = 'FAIL FAIL' ]
	[ "$(dealix-ledger list | grep -c gate_evaluated)" -eq 0 ]
}

@test "closure: structured outputs of the period: none, one that validates, one that does not" {
	dealix-ledger budget set default --limit 10 >/dev/null 2>&1
	run -1 --separate-stderr dealix-verify outputs
	[ "$(field '[.used, .of, .checks.validate, .errors[0].code] | join(" ")')" = '0 17 FAIL evidence_missing' ]
	jq '.cases[] | select((.fail // []) == []) | .input' "$ROOT/policies/outputs/tests/target_profile.json" | jq -s '.[0]' >t.json
	dealix-evidence add -k target_profile t.json >added 2>&1 || true
	[ "$(jq -r .verdict added)" = pass ] || skip "the sample does not pass on its own"
	run -0 --separate-stderr dealix-verify outputs
	[ "$(field '[.used, .of, .checked, .checks.validate] | join(" ")')" = '1 17 1 PASS' ]
	run -0 dealix-verify outputs --format text
	[ "${lines[-1]}" = '1 outputs, 1/17 kinds used' ]
	run -1 dealix-verify outputs --now 2030-01-01T00:00:00Z
	run -1 --separate-stderr dealix-verify outputs --weeks 4
	[ "$(field '[.checks.weekly, .checks.opened, (.errors | length)] | join(" ")')" = 'FAIL FAIL 4' ]
	echo '{}' >bad.json
	dealix-evidence add -k target_profile bad.json >/dev/null 2>&1 || true
	run -1 --separate-stderr dealix-verify outputs
	[ "$(field '[.checks.validate, .errors[0].code] | join(" ")')" = 'FAIL evidence_invalid' ]
}
