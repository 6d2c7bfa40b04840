load ../lib

# Truth registers (release-gates page 13.1): the reference's figures, each code with a document that trips exactly it and one that does not.

NOW=2026-11-20T00:00:00Z
scene() {
	mkdir docs
	printf 'What was measured, in words enough to say something.\n' >docs/e.md
	printf 'ok 1 - works\nnot ok 2 - breaks\nok 3 - rests # SKIP later\n1..3\n' >r.tap
	printf 'int main(void) { return 0; /* enough of it to be something */ }\n' >engine.c
	echo short >docs/short.md
}

# row STATUS [JSON members]
row() { printf '{"id":"r1","plane":"Decision","component":"engine","status":"%s","owner":"ops","audited_at":"2026-11-01","evidence":["docs/e.md","test:works"]}' "$1" | jq -c ". + {${2:-}}"; }
# register ROWS [JSON members]
register() { printf '{"schema":"dealix.register.v1","name":"r","as_of":"2026-11-01","rows":[%s]}' "$1" | jq -c ". + {${2:-}}"; }
# judge STATUS CODES ARGS...: the codes found, in order, joined by blanks
judge() {
	local want=$1 codes=$2
	shift 2
	run -"$want" --separate-stderr dealix-verify register -C . --results r.tap --now $NOW "$@" reg.json
	[ "$(field '[.errors[].code, .warnings[].code] | unique | join(" ")')" = "$codes" ] || { echo "want '$codes': $output"; return 1; }
}

reference() { # the reference's rows by plane, and its summary
	jq -n 'def rows($p; $s; $n): [range($n) | {plane: $p, status: $s}];
		(rows("Decision";"Production";6) + rows("Decision";"Partial";5) + rows("Execution";"Production";11) + rows("Execution";"Partial";8)
		+ rows("Trust";"Production";30) + rows("Trust";"Partial";9) + rows("Trust";"Pilot";2) + rows("Data";"Production";12)
		+ rows("Data";"Partial";3) + rows("Data";"Target";5) + rows("Operating";"Production";12) + rows("Operating";"Partial";2)
		+ rows("Operating";"Target";9) + rows("Trust";"Target";21) + rows("Trust";"Watch";6))
		| to_entries | map(.value + {id: "r\(.key)", component: "component \(.key)", gap: "", owner: "ops", audited_at: "2026-11-01T00:00:00.000000Z",
		  evidence: (if .value.status == "Production" then ["docs/e.md", "test:works"] elif .value.status | IN("Partial", "Pilot") then ["docs/e.md"] else [] end)})
		| {schema: "dealix.register.v1", name: "reference", as_of: "2026-11-01T00:00:00.000000Z", rows: .,
		  summary: {Production: 73, Partial: 27, Pilot: 2, Target: 32, Watch: 6, total: 140, maturity_tenths: 521, with_partial_tenths: 714,
		  planes: {Decision: {Production: 7}, Execution: {Production: 12}, Data: {Target: 4}, Operating: {Target: 7}}}}' >reg.json
}

@test "register: the reference's 141 rows: 50.4 % (69.5 %), and where its summary differs" {
	reference
	judge 1 register_summary_mismatch
	[ "$(field '[.total, .maturity_tenths, .with_partial_tenths] | join(" ")')" = '141 504 695' ]
	[ "$(field '.counts | [.Production, .Partial, .Pilot, .Target, .Watch] | join("/")')" = 71/27/2/35/6 ]
	[ "$(field '.errors[0].stated | "\(.Production) \(.Target) \(.total) \(.maturity_tenths) \(.with_partial_tenths)"')" = '73 32 140 521 714' ]
	[ "$(field '[.errors[1:][] | "\(.plane) \(.stated | to_entries[0].value) \(.found | to_entries[0].value)"] | join(", ")')" = \
		'Decision 7 6, Execution 12 11, Data 4 5, Operating 7 9' ]
	run -1 dealix-verify register -C . --results r.tap --now $NOW --format text reg.json
	[ "${lines[-1]}" = 'reference: 50.4% (69.5%) of 141: Production 71, Partial 27, Pilot 2, Target 35, Watch 6; UNSUPPORTED' ]
	jq '.summary = {Production: 71, Partial: 27, Pilot: 2, Target: 35, Watch: 6, total: 141, maturity_tenths: 504, with_partial_tenths: 695}' reg.json >x && mv x reg.json
	judge 0 ''
	[ "$(field .verdict)" = SUPPORTED ]
}

@test "register: from standard input, as the page has it, and from a file" {
	reference
	run -1 --separate-stderr dealix-verify register -C . --results r.tap --now $NOW <reg.json
	[ "$(field '.errors[0].stated.Production')" = 73 ]
	[ -z "$stderr" ]
}

@test "register: evidence that is there, by path, folder, test and gate result" {
	for evidence in '"docs/e.md"' '"docs"' '"test:works"'; do
		register "$(row Partial "\"evidence\":[$evidence]")" >reg.json
		judge 0 ''
	done
	for evidence in '' '"docs/none.md"' '"/etc/passwd"' '"../x"' '"test:breaks"' '"test:rests"' '"test:unheard"' '"check:g/c"' '"evidence:00"'; do
		register "$(row Partial "\"evidence\":[$evidence]")" >reg.json
		judge 1 register_no_evidence
	done
	mkfifo docs/pipe
	ln -s /etc/passwd docs/out
	for path in pipe out; do
		register "$(row Partial "\"evidence\":[\"docs/$path\"]")" >reg.json
		judge 1 register_no_evidence
	done
}

@test "register: Production needs a test or a check that passed, a path alone does not do" {
	register "$(row Production '"evidence":["docs/e.md"]')" >reg.json
	judge 1 register_no_evidence
	register "$(row Production '"evidence":["docs/e.md","check:g/c"]')" >reg.json
	judge 1 register_no_evidence
	echo '{"schema":"dealix.gate.result.v1","gate":"g","results":[{"check":"c","state":"PASS"},{"check":"d","state":"WAIVED"}]}' >g.json
	judge 0 '' --results g.json
	register "$(row Production '"evidence":["check:g/d"]')" >reg.json
	judge 1 register_no_evidence --results g.json
	printf '<testsuite name="s" tests="1"><testcase classname="k" name="t"/></testsuite>' >j.xml
	for id in t k.t; do
		register "$(row Production "\"evidence\":[\"test:$id\"]")" >reg.json
		judge 0 '' --results j.xml
	done
}

@test "register: a check that the store's newest result of the gate passed, evidence that its contract passed" {
	echo x >present
	echo '{"schema":"dealix.gate.v1","id":"g","version":"1","title":"t","groups":[{"id":"a","label":"A","checks":[{"id":"c","type":"file_exists","path":"present"}]}]}' >gate.json
	register "$(row Production '"evidence":["check:g/c"]')" >reg.json
	judge 1 register_no_evidence
	dealix-gate check -C . gate.json >/dev/null 2>&1
	judge 0 ''
	mv present gone
	dealix-gate check -C . gate.json >/dev/null 2>&1 || true
	judge 1 register_no_evidence
	printf 'ok 1 - a\n1..1\n' >t.tap
	sha=$(dealix-evidence add -k "$ROOT/policies/demo/unit-tests.json" -p min_tests=1 t.tap 2>/dev/null | jq -r .sha256)
	register "$(row Partial "\"evidence\":[\"evidence:$sha\"]")" >reg.json
	judge 0 ''
}

@test "register: what is watched has no code, which is a warning and fails with --strict" {
	register "$(row Watch '"evidence":["engine.c"]')" >reg.json
	judge 0 register_watch_code
	judge 1 register_watch_code --strict
	register "$(row Watch '"evidence":["docs/e.md"]')" >reg.json
	judge 0 '' --strict
}

@test "register: a component twice in a plane, an id twice, in whatever case" {
	register "$(row Partial),$(row Target '"id":"r2","component":"ENGINE"')" >reg.json
	judge 1 register_duplicate
	register "$(row Partial),$(row Target '"id":"R1","component":"other"')" >reg.json
	judge 1 register_duplicate
	register "$(row Partial),$(row Target '"id":"r2","plane":"Execution"')" >reg.json
	judge 0 ''
}

@test "register: 90 days are fresh, a moment more is stale, and so is what is to come" {
	register "$(row Partial '"audited_at":"2026-08-22T00:00:00Z"')" >reg.json
	judge 0 ''
	register "$(row Partial '"audited_at":"2026-08-21T23:59:59.999999Z"')" >reg.json
	judge 1 register_stale
	register "$(row Partial '"audited_at":"2026-11-21T00:00:00Z"')" >reg.json
	judge 1 register_stale
}

@test "register: nobody audits what they edited last" {
	register "$(row Partial '"audited_by":"Ann","edited_by":"ann"')" >reg.json
	judge 1 register_self_audit
	register "$(row Partial '"audited_by":"Ann","edited_by":"omar"')" >reg.json
	judge 0 ''
	register "$(row Partial "\"edited_by\":\"$(id -un)\"")" >reg.json
	refused 1 register_self_audit dealix-verify register -C . --results r.tap --record reg.json
	register "$(row Partial "\"edited_by\":\" $(id -un | tr a-z A-Z)\"")" >reg.json
	refused 1 register_self_audit dealix-verify register -C . --results r.tap --record reg.json
}

capability() {
	register '' "$1" | jq -c 'del(.rows) + {version: "1", canonical_orchestrator: "o", primary_policy: "p", residency_region: "sa", security_claims: (.security_claims // [])}'
}

@test "register: the capability form: live, pilot, partial, roadmap, deprecated; required members; public claims" {
	c() { row Target "\"status\":\"$1\",\"component\":\"c-$1\",\"id\":\"$1\"${2:+,$2}"; }
	capability "\"capabilities\":[$(c live),$(c pilot),$(c partial),$(c roadmap),$(c deprecated)]" >reg.json
	judge 0 ''
	[ "$(field '[.total, .retired, .maturity_tenths, .with_partial_tenths] | join(" ")')" = '4 1 250 500' ]
	for status in live pilot; do
		capability "\"capabilities\":[$(c $status '"public_claim_allowed":true')]" >reg.json
		judge 0 ''
	done
	for status in partial roadmap deprecated; do
		capability "\"capabilities\":[$(c $status '"public_claim_allowed":true')]" >reg.json
		judge 1 register_public_claim
	done
	for member in version canonical_orchestrator primary_policy residency_region security_claims; do
		capability "\"capabilities\":[$(c live)]" | jq -c "del(.$member)" >reg.json
		refused 2 field_invalid dealix-verify register -C . reg.json
		[[ $stderr == *"$member"* ]]
	done
}

@test "register: a certification needs an auditor's record that the store holds" {
	security() { capability "\"capabilities\":[$(row Target '"status":"roadmap"')],\"security_claims\":[$1]" >reg.json; }
	security '{"name":"SOC 2 Type II","claimed":true,"evidence":["docs/e.md"]}'
	judge 1 claim_unsupported
	security '{"name":"Encryption at rest","claimed":true,"evidence":["docs/e.md"]}'
	judge 0 ''
	security '{"name":"Encryption at rest","claimed":true}'
	judge 1 claim_unsupported
	security '{"name":"SOC 2 Type II","claimed":false}'
	judge 0 ''
	printf 'ok 1 - a\n1..1\n' >t.tap
	sha=$(dealix-evidence add -k "$ROOT/policies/demo/unit-tests.json" -p min_tests=1 t.tap 2>/dev/null | jq -r .sha256)
	security "{\"name\":\"SOC 2 Type II\",\"claimed\":true,\"evidence\":[\"evidence:$sha\"]}"
	judge 0 ''
}

claim() { register "$(row Partial)" "\"public_documents\":[\"*.md\"],\"claims\":[$1]" >reg.json; }

@test "register: verdicts: supported, unsupported, and ambiguous where evidence says little or a claim is not public" {
	claim '{"id":"c","text":"fast","kind":"approved","evidence":["docs/e.md"]}'
	judge 0 '' --strict
	claim '{"id":"c","text":"fast","kind":"approved","evidence":["docs/none.md"],"public":true}'
	judge 1 claim_unsupported
	claim '{"id":"c","text":"fast","kind":"approved","public":true}'
	judge 1 claim_unsupported
	for c in '{"id":"c","text":"fast","kind":"approved"}' '{"id":"c","text":"fast","kind":"approved","evidence":["docs/short.md"],"public":true}'; do
		claim "$c"
		judge 0 ''
		[ "$(field '[.verdict, .audit[0].id, .audit[0].verdict] | join(" ")')" = 'AMBIGUOUS c AMBIGUOUS' ]
		judge 1 '' --strict
	done
	claim '{"id":"c","text":"x","kind":"forbidden"}'
	refused 2 field_invalid dealix-verify register -C . reg.json
	claim '{"id":"c","text":"x","kind":"restricted"}'
	refused 2 field_invalid dealix-verify register -C . reg.json
}

forbidden() { claim "{\"id\":\"c\",\"text\":\"SOC 2 certified\",\"text_ar\":\"معتمد بالكامل\",\"kind\":\"forbidden\",\"reason\":\"no auditor has been here\"${1:+,$1}}"; }

@test "register: a forbidden claim in a public document, in both languages and however it is written" {
	forbidden
	echo 'We plan to be certified one day.' >README.md
	judge 0 ''
	for text in 'We are SOC 2 certified.' 'We are soc 2   CERTIFIED' 'We are **SOC 2** _certified_.' $'We are SOC\n2 certified' $'x\r\n\r\nSOC 2\r\ncertified\r\n' \
		'<b>SOC 2</b> certified' 'SOC&nbsp;2 certified' 'SOC&#32;2 certified' 'S&#79;C 2 certified' 'S&#x4F;C&#X20;2 certified' 'S&shy;OC 2 certified' \
		'[SOC 2](https://example.com/a_b) certified' '[SOC 2][1] certified' 'SOC <!-- not --> 2 certified' \
		$'SOC <!--\nnot\n--> 2 certified' '<!-- SOC 2 certified' '[SOC 2 certified' 'نظامنا مُعتمد بالكامل اليوم' 'والمعتمد بالكامل' $'SOC\xe2\x80\x8b 2 certified'; do
		printf '%b\n' "$text" >README.md
		judge 1 claim_forbidden
		[ "$(field '.errors[0].file')" = README.md ]
	done
	printf 'SOC 2 certified\n' | iconv -t UTF-16 >README.md
	judge 1 claim_forbidden
	printf '# Title\n\nfirst\nwe are SOC 2 certified\n' >README.md
	judge 1 claim_forbidden
	[ "$(field '.errors[0].line')" = 4 ]
	for text in 'We are SOC 2 certifiedly' 'XSOC 2 certified' 'SOC 22 certified' $'SOC 2\n\ncertified'; do
		echo "$text" >README.md
		judge 0 ''
	done
	printf 'SOC 2 certified\n' >docs/e2.txt
	echo fine >README.md
	judge 0 ''
	jq -c 'del(.public_documents)' reg.json >x && mv x reg.json
	judge 1 claim_forbidden
}

@test "register: an exception has the line's hash and an end" {
	line='We were once said to be SOC 2 certified; we are not.'
	printf 'a\n%s\r\n' "$line" >README.md
	hash=$(printf %s "$line" | sha256sum | cut -c 1-64)
	excuse() { forbidden "\"exceptions\":[{\"file\":\"README.md\",\"line_sha256\":\"$1\",\"expires_at\":\"$2\",\"reason\":\"history\"}]"; }
	excuse "$hash" 2026-12-01T00:00:00Z
	judge 0 ''
	excuse "$hash" $NOW
	judge 1 claim_forbidden
	[[ $(field '.errors[0].detail') == *'exception has expired'* ]]
	excuse "${hash/?/0}0" 2026-12-01T00:00:00Z
	refused 2 field_invalid dealix-verify register -C . reg.json
	excuse "$(printf x | sha256sum | cut -c 1-64)" 2026-12-01T00:00:00Z
	judge 1 claim_forbidden
}

@test "register: a restricted claim has its qualifier in the same paragraph" {
	claim '{"id":"c","text":"99.9% uptime","kind":"restricted","qualifier":"measured over 30 days","evidence":["docs/e.md"]}'
	printf 'We had 99.9%% uptime.\n\nIt is measured over 30 days.\n' >README.md
	judge 1 claim_unqualified
	printf 'We had 99.9%% uptime,\nmeasured over\n30 days.\n' >README.md
	judge 0 ''
}

@test "register: recorded with the caller as auditor, once, and by the clock" {
	register "$(row Partial '"audited_at":"'"$(date -u +%F)"'"')" >reg.json
	usage dealix-verify register -C . --results r.tap --record --now $NOW reg.json
	dealix-verify register -C . --results r.tap --record reg.json >out 2>err
	grep -q 'created the store' err
	[ "$(dealix-ledger list --event register_audited | jq -r '[.subject.id, .details.verdict] | join(" ")')" = 'r SUPPORTED' ]
	want=$(jq -cjS . reg.json | sha256sum | cut -c 1-64)
	[ "$(dealix-ledger list --event register_audited | jq -r .details.document_sha256)" = "$want" ]
	dealix-verify register -C . --results r.tap reg.json >out
	[ "$(dealix-ledger list --event register_audited | wc -l)" -eq 1 ]
}

@test "register: every format says the same, and its status is that of the findings" {
	register "$(row Partial '"evidence":["a%,:<&>#.md"]')" >reg.json
	for format in json ndjson text tap junit sarif github; do
		run -1 dealix-verify register -C . --results r.tap --now $NOW -F $format reg.json
		[[ $output == *register_no_evidence* ]] || { echo "$format $output"; return 1; }
	done
	dealix-verify register -C . --results r.tap --now $NOW -F sarif reg.json | jq -e '.runs[0].results | length == 1' >/dev/null
	dealix-verify register -C . --results r.tap --now $NOW -F junit reg.json | xmllint --noout - 2>/dev/null || ! command -v xmllint
}

@test "register: hostile registers are refused, none crashes" {
	bad() { printf '%s' "$1" >reg.json; run -2 --separate-stderr dealix-verify register -C . reg.json; [ -z "$output" ]; }
	bad ''
	bad '[]'
	bad '{}'
	bad '{"schema":"dealix.register.v2"}'
	bad "$(register '')"
	bad "$(register "$(row Live)")"
	bad "$(register "$(row Partial '"x":1')")"
	bad "$(register "$(row Partial '"component":"  "')")"
	bad "$(register "$(row Partial '"evidence":[1]')")"
	bad "$(register "$(row Partial '"evidence":"docs/e.md"')")"
	bad "$(register "$(row Partial '"audited_at":"yesterday"')")"
	bad "$(register "$(row Partial)" '"summary":{"Production":-1}')"
	bad "$(register "$(row Partial)" '"summary":{"planes":{"x":{"planes":{}}}}')"
	bad "$(register "$(row Partial)" '"claims":[{"id":"c","text":"**","kind":"forbidden","reason":"it shows nothing"}]')"
	printf '\xff\xfe{' >reg.json
	run -2 dealix-verify register -C . reg.json
	jq -n '{name: "n", as_of: "2026-01-01", rows: [range(10001) | {id: "\(.)"}]}' >reg.json
	run -2 dealix-verify register -C . reg.json
	refused 3 file_unreadable dealix-verify register -C . none.json
	register "$(row Partial)" >reg.json
	refused 3 file_unreadable dealix-verify register -C nowhere reg.json
	printf 'no test at all\n' >bad.tap
	run --separate-stderr dealix-verify register -C . --results bad.tap reg.json
	[ "$status" -ne 0 ] && [ -z "$output" ]
}

@test "register: ten thousand rows and a large document in a moment" {
	jq -nc '{name: "n", as_of: "2026-01-01", rows: [range(10000) | {id: "i\(.)", plane: "p\(. % 5000)", component: "c\(.)", status: "Target", owner: "o", audited_at: "2026-11-01"}],
		claims: [range(500) | {id: "c\(.)", text: "a a a a a a a a a a \(.)", kind: "forbidden", reason: "r"}]}' >reg.json
	yes 'a a a a a a a' | head -c 2000000 >README.md
	run -0 timeout 20 dealix-verify register -C . --now $NOW reg.json
}
