load ../lib
load ../documents

# Golden files: tests/golden/CASE.FORMAT, one plan and one rule document judged under a clock that stands still.  Ids and the
# version are replaced, for they change.  DEALIX_GOLDEN=write bats tests/cli/formats.bats writes them anew: read the difference.
formats='json ndjson text sarif junit tap github'

scene() {
	cp "$ROOT/tests/data/golden-plan.json" plan.json
	cp "$ROOT/tests/data/golden-rules.json" rules.json
}

still() { FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f '2026-03-01 10:00:00' "$@"; }

normal() {
	sed -E 's/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/00000000-0000-7000-8000-000000000000/g; s/"version":"[0-9]+\.[0-9.]+"\}\}\}\]/"version":"0"}}}]/'
}

golden() { # NAME FORMAT: compares stdout of the last run
	normal <<<"$output" >"$SCRATCH/now"
	if [ "${DEALIX_GOLDEN:-}" = write ]; then
		cp "$SCRATCH/now" "$ROOT/tests/golden/$1.$2"
	fi
	diff -u "$ROOT/tests/golden/$1.$2" "$SCRATCH/now"
}

plan_case() { # NAME ENVIRONMENT STATUS
	local format
	for format in text sarif junit tap github; do
		rm -rf .dealix
		run -"$3" --separate-stderr still dealix-gate decide -f terraform-plan --project shop --environment "$2" -r rules.json -F $format plan.json
		golden "$1" $format
	done
}

@test "formats: golden files of a plan that is allowed" {
	plan_case allow dev 0
}

@test "formats: golden files of a plan that waits for approval" {
	plan_case approval uat 4
}

@test "formats: golden files of a plan that is denied" {
	plan_case deny prod 1
}

@test "formats: golden files of a batch with a refused line" {
	{ request a 1; request b -1; echo; request c 100 '"environment":"prod"'; } >batch
	for format in text sarif junit tap github; do
		rm -rf .dealix
		run -2 --separate-stderr still dealix-gate decide -F $format batch
		golden batch $format
		[[ $stderr == *'batch: line 2: '*'[money_negative]'* ]]
	done
}

@test "formats: json and ndjson print the same bytes, one line a document" {
	{ request a 1; request b x; request c 2; } >batch
	run -2 --separate-stderr still dealix-gate decide -n -F json batch
	normal <<<"$output" >a
	run -2 --separate-stderr still dealix-gate decide -n -F ndjson batch
	normal <<<"$output" >b
	cmp a b
	[ "$(wc -l <a)" -eq 3 ]
	request a 1 | still dealix-gate decide -n -F json | normal >a
	request a 1 | still dealix-gate decide -n -F ndjson | normal >b
	cmp a b
}

@test "formats: a format never changes an exit status" {
	policy_mode hard >hard.json
	request a 1 >allow; request a 100 '"environment":"prod"' >approval; request a 9999 >deny; request a -1 >refused
	cat allow deny refused >worst; cat allow approval >wait; cat approval deny >no
	for row in 'allow 0' 'approval 4' 'deny 1' 'refused 2' 'worst 2' 'wait 4' 'no 1' 'absent 3'; do
		for format in $formats; do
			run -"${row#* }" dealix-gate decide -n -p hard.json -F $format "${row% *}"
		done
	done
}

@test "formats: an answered AdmissionReview exits 0 in every format, whatever it says" {
	printf '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"namespace":"n","name":"p","operation":"CREATE","userInfo":{"username":"u"},"object":{"metadata":{"annotations":{"dealix.io/estimated-monthly-delta-usd":"9999"}}}}}' >review
	policy_mode hard >hard.json
	for format in $formats; do
		run -0 --separate-stderr dealix-gate decide -n -p hard.json -f admission-review -F $format review
		[[ $output == *hard_deny_threshold_exceeded* ]]
	done
}

@test "formats: an unknown format is a usage error" {
	run -2 --separate-stderr dealix-gate decide -F xml <<<"$(request a 1)"
	[[ $stderr == *'[usage]'* ]]
	[ -z "$output" ]
}

# --- text ---

@test "formats: text: the decision is the first line, one block a document" {
	{ request a 1; request b 2; } >batch
	run -0 --separate-stderr dealix-gate decide -n -F text batch
	[ "${lines[0]}" = 'line 1: ALLOW: no_budget_configured, dry_run' ]
	[ "$(grep -c '^line 2: ALLOW: ' <<<"$output")" -eq 1 ]
	run -0 --separate-stderr dealix-gate decide -n -F text <<<"$(request a 1)"
	[ "${lines[0]}" = 'ALLOW: no_budget_configured, dry_run' ]
}

@test "formats: text: a replay says so" {
	request a 1 | dealix-gate decide -F text >/dev/null 2>&1
	request a 1 | { run -0 dealix-gate decide -F text; [[ $output == *', replayed'* ]]; }
	[[ $(dealix-gate decide -n -F text <<<"$(request z 1)") != *replayed* ]]
}

@test "formats: a message of a rule cannot forge a line or send a control character in text" {
	doc r 1 "$(rule a warn '"x\u001b[31m\nDENY: forged\r"')" >r.json
	dealix-gate decide -n -F text -r r.json <<<"$(request m 1)" >out
	run -1 grep -q '^DENY' out
	run -1 grep -q $'[\e\r]' out
	for format in tap github; do
		dealix-gate decide -n -F $format -r r.json <<<"$(request m 1)" >out
		run -1 grep -q $'[\e\r]' out
	done
}

@test "formats: stderr: a refused member's name cannot forge a line or send a control character" {
	run -2 --separate-stderr dealix-gate decide -n <<<'{"\u001b[31m\nforged: line":1}'
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr != *$'\e'* ]]
}

# --- tap ---

@test "formats: tap: prove reads it, and fails exactly when the decision does" {
	for row in 'dev 0' 'uat 1' 'prod 1'; do
		dealix-gate decide -n -f terraform-plan --environment "${row% *}" -r rules.json -F tap plan.json >tap || true
		run -"${row#* }" prove -e cat tap
	done
}

@test "formats: tap: a batch is numbered through, with one plan" {
	for i in 1 2 3; do request "m$i" 1; done >batch
	dealix-gate decide -n -F tap batch >tap
	[ "$(grep -c '^ok' tap)" -eq 3 ]
	[ "$(tail -n 1 tap)" = 1..3 ]
	prove -e cat tap >/dev/null
}

@test "formats: tap: a title cannot be a directive, a message cannot be a line" {
	doc r 1 "$(printf '{"id":"a # skip","title":"x # TODO not now","effect":"deny","when":"\\"one\\\\nok 9 - forged\\""}')" >r.json
	run -1 --separate-stderr dealix-gate decide -n -F tap -r r.json <<<"$(request m 1)"
	echo "$output" >tap
	run -1 prove -e cat tap
	run -1 grep -q '^ok' tap
}

# --- junit ---

@test "formats: junit: well-formed, the counts are those of the cases, whatever the texts hold" {
	doc r 1 "$(rule 'a' deny '"<&>\"\u0027]]> \u0001\u001f\ufffe\uffff \ud83d\ude00"')" "$(rule b warn true)" >r.json
	{ request m 1; request x y; request n 2; } >batch
	run -2 --separate-stderr dealix-gate decide -n -F junit -r r.json batch
	xmllint --noout - <<<"$output"
	count() { xmllint --xpath "$1" - <<<"$output"; }
	[ "$(count 'count(//testsuite)')" = 3 ]
	[ "$(count 'sum(//testsuite/@tests)')" = "$(count 'count(//testcase)')" ]
	[ "$(count 'sum(//testsuite/@failures)')" = "$(count 'count(//failure)')" ]
	[ "$(count 'sum(//testsuite/@errors)')" = 1 ]
	[ "$(count 'count(//error)')" = 1 ]
	[ "$(count 'count(//testsuite[1]/testcase[@name="a"]/failure)')" = 1 ]
	[ "$(count 'count(//testcase[@name="b"]/failure)')" = 0 ]
	[[ $(count 'string(//testsuite[1]/testcase[@name="a"]/failure)') == *"<&>\"']]>"* ]]
}

# --- sarif ---

# The objects against what the standard says of them; needs python3-jsonschema.
sarif_valid() {
	python3 -W ignore - "$ROOT/tests/data/sarif-2.1.0-used.json" "$1" <<'PY'
import json, sys
try:
    import jsonschema
except ImportError:
    sys.exit(77)
schema, log = (json.load(open(p)) for p in sys.argv[1:])
errors = list(jsonschema.Draft7Validator(schema).iter_errors(log))
for e in errors:
    print("/".join(map(str, e.path)), e.message)
for run in log["runs"]:
    ids = [r["id"] for r in run["tool"]["driver"]["rules"]]
    if len(ids) != len(set(ids)):
        errors.append("two rules have one id"); print(errors[-1])
    for r in run["results"]:
        if r["ruleId"] not in ids:
            errors.append("no rule " + r["ruleId"]); print(errors[-1])
sys.exit(1 if errors else 0)
PY
	case $? in 0) ;; 77) skip 'python3-jsonschema is absent' ;; *) return 1 ;; esac
}

@test "formats: sarif: valid by the standard's rules for what it writes" {
	dealix-gate decide -n -f terraform-plan --environment prod -r rules.json -F sarif plan.json >a || true
	sarif_valid a
	{ request m 1; request x y; request n 2; } >batch
	dealix-gate decide -n -F sarif -r rules.json batch >b 2>/dev/null || true
	sarif_valid b
	dealix-gate decide -n -F sarif <<<"$(request m 1)" >c
	sarif_valid c
	dealix-gate decide -n -f terraform-plan -r "$ROOT/policies/rules/terraform-aws.json" -F sarif "$ROOT/policies/samples/aws-security-plan.json" >d || true
	sarif_valid d
}

@test "formats: sarif: levels by severity and effect, the decision is a result, addresses are logical locations" {
	doc r 1 "$(rule c deny '"m"' '"severity":"critical"')" "$(rule h violation '"m"' '"severity":"high"')" "$(rule m violation '"m"')" \
		"$(rule l violation '"m"' '"severity":"low"')" "$(rule w warn '"m"' '"severity":"critical"')" "$(rule a warn '{message:"m",address:"x.y"}')" >r.json
	dealix-gate decide -n -F sarif -r r.json <<<"$(request m 1)" >s || true
	[ "$(jq -r '[.runs[0].results[]|.ruleId+"="+.level]|sort|join(" ")' s)" = 'dealix.decision=error r/a=warning r/c=error r/h=error r/l=note r/m=warning r/w=warning' ]
	[ "$(jq -r '.runs[0].results[]|select(.ruleId=="r/a").locations[0].logicalLocations[0].fullyQualifiedName' s)" = x.y ]
	jq -cS . s | cmp - s
	level() { dealix-gate decide -n -F sarif "$@" | jq -r '.runs[0].results[0].level'; }
	[ "$(request m 1 | level)" = none ]
	[ "$(request m 99 '"environment":"prod"' | level)" = warning ]
}

@test "formats: sarif: a file name that is no URI is written as one in SARIF" {
	doc r 1 "$(rule a warn '{message:"m",path:["action"]}')" >r.json
	request m 1 >'a b#c%d?.json'
	dealix-gate decide -n -F sarif -r r.json 'a b#c%d?.json' >out
	[ "$(jq -r '.runs[0].results[1].locations[0].physicalLocation.artifactLocation.uri' out)" = 'a%20b%23c%25d%3F.json' ]
}

@test "formats: sarif: an absolute file name is a file URI in SARIF" {
	doc r 1 "$(rule a warn '{message:"m",path:["action"]}')" >r.json
	request m 1 >in.json
	dealix-gate decide -n -F sarif -r r.json "$PWD/in.json" >out
	[ "$(jq -r '.runs[0].results[1].locations[0].physicalLocation.artifactLocation.uri' out)" = "file://$PWD/in.json" ]
}

# --- github ---

@test "formats: github: percent, line ends, and in properties colon and comma are escaped" {
	doc r 1 "$(rule 'a:b,c%d' warn '{message: "100%: a, b\r\nnext", address: "x, y"}')" >r.json
	request m 1 >'in:1,2%.json'
	run -0 --separate-stderr dealix-gate decide -n -F github -r r.json 'in:1,2%.json'
	[ "${#lines[@]}" -eq 2 ]
	[ "${lines[0]}" = '::notice title=dealix.decision::ALLOW: no_budget_configured, rule_warned, dry_run' ]
	[ "${lines[1]}" = '::warning file=in%3A1%2C2%25.json,title=a%3Ab%2Cc%25d::x, y: 100%25: a, b%0D%0Anext' ]
}

@test "formats: github: a denial is an error, an approval a warning, a refused line an error" {
	policy_mode hard >hard.json
	{ request a 9999; request b 100 '"environment":"prod"'; request c x; } >batch
	run -2 --separate-stderr dealix-gate decide -n -p hard.json -F github batch
	[[ ${lines[0]} == '::error title=dealix.decision::DENY: '* ]]
	[[ ${lines[1]} == '::warning title=dealix.decision::REQUIRE_APPROVAL: '* ]]
	[[ ${lines[2]} == '::error title=money_invalid::line 3: '* ]]
}
