load ../lib
load ../documents

# contract RULES [MEMBERS]: a contract of one JSON file in c.json
contract() {
	printf '{"schema":"dealix.evidence.contract.v1","kind":"c","version":1,"title":"C","inputs":[{"role":"artifact","media":"json"}],%s"rules":[%s]}' \
		"${2:+$2,}" "$1" >c.json
}
# tests CASES: its test document in c.test.json
tests() { printf '{"schema":"dealix.evidence_test.v1","contract":"c.json","cases":[%s]}' "$1" >c.test.json; }
# one NAME EXPECT [MEMBERS]: a case
one() { printf '{"name":"%s","now":"2026-03-01T00:00:00Z","expect":[%s]%s}' "$1" "$2" "${3:+,$3}"; }

A='{"id":"c.a","at":".a","type":"number","min":1,"remedy":"r"}'
B='{"id":"c.b","at":".b","type":"text","remedy":"r"}'
GOOD='"input":{"a":1,"b":"x"}'

# --- lint ---

@test "contract lint: nothing to remark, in both formats" {
	contract "$A,$B"
	run -0 --separate-stderr dealix-verify contract lint c.json
	[ "$output" = 'c.json: contract, nothing to remark' ]
	run -0 dealix-verify contract lint -F json c.json c.json
	[ "$(jq -c '[.file,.kind,.ok,.findings]' <<<"${lines[1]}")" = '["c.json","contract",true,[]]' ]
	run -0 dealix-verify contract lint --strict c.json
}

@test "contract lint: what cannot be read as a contract is 2, with its pointer and place" {
	contract '{"id":"c.a","at":".a[","type":"number"}'
	run -2 --separate-stderr dealix-verify contract lint -F json c.json
	[ "$(field '.findings[0] | [.code,.severity,.at,.line] | join(" ")')" = 'evidence_contract_invalid error /rules/0/at 1' ]
	[ "$(field .ok)" = false ]
	run -2 dealix-verify contract lint c.json
	[[ $output == 'c.json:1:'*': error: '*' at /rules/0/at [evidence_contract_invalid]' ]]
	contract "$A" '"nosuch":1'
	run -2 dealix-verify contract lint c.json
	[[ $output == *'/nosuch [evidence_contract_invalid]' ]]
	echo '{' >c.json
	run -2 --separate-stderr dealix-verify contract lint c.json
	[ -z "$output" ]
	[[ $stderr == *'c.json: '*'[json_invalid]' ]]
	run -3 --separate-stderr dealix-verify contract lint absent.json
}

@test "contract lint: warnings are 0, and 1 with --strict" {
	contract '{"id":"c.a","for":".rows[]","at":".n","type":"number"}' '"params":{"unused":{"type":"text"}}'
	run -0 dealix-verify contract lint c.json
	[[ $output == *': warning: '*'[contract_unguarded_list]'* ]]
	[[ $output == *unused*'[lint_name_unused]'* ]]
	run -1 dealix-verify contract lint --strict c.json
}

@test "contract lint: every jq program is compiled, and versions of jq are told apart" {
	contract '{"id":"c.a","jq":".x |","remedy":"r"},{"id":"c.b","jq":"nosuch","remedy":"r"},{"id":"c.c","jq":"limit(0; true)","remedy":"r"}'
	run -2 dealix-verify contract lint -F json c.json
	[ "$(field '[.findings[] | [.at,.severity] | join(" ")] | join(" ")')" = '/rules/0/jq error /rules/1/jq error /rules/2/jq warning' ]
	contract '{"id":"c.a","jq":"true # all\n","remedy":"r"},{"id":"c.b","jq":"ident(.x) == ident(.y) and ts(.z) > date(.w)","remedy":"r"}'
	run -0 dealix-verify contract lint --strict c.json
}

# --- list and show ---

@test "contract list, show: every shipped contract is listed, printed and passes lint" {
	dealix-verify contract list -F json >kinds
	[ "$(wc -l <kinds)" -ge 1 ]
	[ "$(dealix-verify contract list | wc -l)" = "$(wc -l <kinds)" ]
	for kind in $(jq -r .kind kinds); do
		dealix-verify contract show "$kind" >c.json
		[ "$(jq -r .kind c.json)" = "$kind" ]
		[ "$(jq -r "select(.kind == \"$kind\").sha256" kinds)" = "$(dealix-verify evidence -k "$kind" -F json - </dev/null 2>/dev/null | jq -r .contract_sha256 || true)" ] ||
			[ "$(jq -r "select(.kind == \"$kind\").inputs | map(select(.media != \"scan\" and .media != \"packet\")) | length" kinds)" -ne 1 ]
		dealix-verify contract lint "$kind" >lint || { cat lint; return 1; }
	done
	run -2 --separate-stderr dealix-verify contract show nosuch
	[[ $stderr == *'[evidence_kind_unknown]' ]]
	[ -z "$output" ]
}

# --- test ---

@test "contract test: exactly the expected rules fail, every id once, and one case passes" {
	contract "$A,$B"
	tests "$(one good '' "$GOOD"),$(one a '"c.a"' '"base":"good","edit":[{"at":"/a","set":0}]'),$(one b '"c.b"' '"base":"good","edit":[{"at":"/b","delete":true}]')"
	run -0 --separate-stderr dealix-verify contract test c.test.json
	[ "$output" = 'PASS 3 cases, 0 failed; 2 of 2 rule ids covered, 100 %' ]
	[ -z "$stderr" ]
}

@test "contract test: a rule too many or too few fails the case and says which" {
	contract "$A,$B"
	tests "$(one good '' "$GOOD"),$(one both '"c.a"' '"input":{}'),$(one none '"c.a","c.b"' '"input":{"a":1}')"
	run -1 dealix-verify contract test c.test.json
	[[ $output == *'c.test.json: both'*'fails: c.b at /b: '* ]]
	[[ $output == *'c.test.json: none'*'does not fail: c.a'* ]]
	[[ $output == *'FAIL 3 cases, 2 failed; 2 of 2 rule ids covered, 100 %' ]]
	run -1 dealix-verify contract test -F json c.test.json
	[ "$(field '[.passed,.failed,.coverage.percent] | join(" ")')" = '1 2 100' ]
	[ "$(field '.cases[1].extra[0].rule')" = c.b ]
	[ "$(field '.cases[2].missing[0]')" = c.a ]
}

@test "contract test: coverage lists what no case makes fail, and a contract that nothing passes" {
	contract "$A,$B"
	tests "$(one good '' "$GOOD"),$(one a '"c.a"' '"input":{"b":"x"}')"
	run -1 dealix-verify contract test c.test.json
	[[ $output == *'no case makes c.b fail (c)'*'1 of 2 rule ids covered, 50 %' ]]
	run -0 dealix-verify contract test --min-coverage 50 c.test.json
	run -1 dealix-verify contract test --min-coverage 51 c.test.json
	tests "$(one a '"c.a","c.b"' '"input":{}')"
	run -1 dealix-verify contract test c.test.json
	[[ $output == *'no case passes (c)'* ]]
	run -0 dealix-verify contract test --min-coverage 0 c.test.json
}

@test "contract test: ids of timestamps count with each of their endings" {
	contract '{"id":"c.at.*","at":".at","type":"timestamp","remedy":"r"}'
	tests "$(one good '' '"input":{"at":"2026-01-01T00:00:00Z"}'),$(one m '"c.at.missing"' '"input":{}'),$(one f '"c.at.format"' '"input":{"at":"x"}')"
	run -1 dealix-verify contract test c.test.json
	[[ $output == *'no case makes c.at.zone fail'* ]]
}

@test "contract test: a rule with implied_by need not be expected, but never fails alone" {
	contract "$A,{\"id\":\"c.i\",\"at\":\".b\",\"is\":\".a >= 1 and .c\",\"implied_by\":[\"c.a\"],\"remedy\":\"r\"}"
	tests "$(one good '' '"input":{"a":1,"b":1,"c":true}'),$(one a '"c.a"' '"input":{"a":0,"b":1,"c":true}'),$(one i '' '"input":{"a":1,"b":1,"c":false}')"
	run -1 dealix-verify contract test -F json c.test.json
	[ "$(field '[.cases[].ok | tostring] | join(" ")')" = 'true true false' ]
	[ "$(field '.cases[2].extra[0].rule')" = c.i ]
}

@test "contract test: inputs as documents, texts, files and nothing" {
	contract "$A"
	echo '{"a":5}' >five.json
	mkdir sub
	mv c.json five.json sub/
	tests "$(one doc '' '"input":{"a":1}'),$(one file '' '"input_file":"five.json"'),$(one edited '"c.a"' '"base":"file","edit":[{"at":"/a","set":-5}]'),$(one text '' '"text":"{\"a\" : 7}"'),$(one broken '"json.syntax"' '"text":"{"'),$(one twice '"json.duplicate_key"' '"text":"{\"a\":1,\"a\":1}"'),$(one absent '"json.missing"'),$(one array '"json.not_object"' '"input":[1]')"
	mv c.test.json sub/
	run -0 dealix-verify contract test sub/c.test.json
	run -0 dealix-verify contract test sub
	cp sub/c.test.json .
	run -3 --separate-stderr dealix-verify contract test c.test.json
	[[ $stderr == *'c.json'*'[file_unreadable]' ]]
}

@test "contract test: numbers are judged as they are written" {
	contract '{"id":"c.d","at":".a","is":".a * 10 == 3 and .b == 123456789012345678901234567890","remedy":"r"}'
	tests "$(one good '' '"input":{"a":0.3,"b":123456789012345678901234567890}'),$(one bad '"c.d"' '"input":{"a":0.3000000000000000001,"b":123456789012345678901234567890}')"
	run -0 dealix-verify contract test c.test.json
}

@test "contract test: edits by pointer: members, items, the end, escapes, deeper, the whole" {
	contract '{"id":"c.e","is":". == .","at":".x","type":"text","remedy":"r"}'
	contract '{"id":"c.l","at":".l","type":"array","min_items":2,"remedy":"r"},{"id":"c.s","at":".sum","is":"sum(.l[].n) == .sum","remedy":"r"},{"id":"c.k","at":".\"a/b~c\"","type":"number","remedy":"r"}'
	base='"input":{"l":[{"n":1},{"n":2}],"sum":3,"a/b~c":1}'
	tests "$(one good '' "$base"),$(one append '"c.s"' '"base":"good","edit":[{"at":"/l/-","set":{"n":4}}]'),$(one fixed '' '"base":"append","edit":[{"at":"/sum","set":7}]'),$(one remove '"c.l"' '"base":"good","edit":[{"at":"/l/0","delete":true},{"at":"/sum","set":2}]'),$(one key '"c.k"' '"base":"good","edit":[{"at":"/a~1b~0c","set":"x"}]'),$(one deep '"c.s"' '"base":"good","edit":[{"at":"/l/1/n","set":9}]'),$(one whole '"c.l"' '"base":"good","edit":[{"at":"","set":{"l":[{"n":1}],"sum":1,"a/b~c":1}}]'),$(one again '' '"base":"good"')"
	run -0 dealix-verify contract test c.test.json
	for edit in '{"at":"/none/x","set":1}' '{"at":"/l/9","set":1}' '{"at":"/l/-","delete":true}' '{"at":"/nosuch","delete":true}' '{"at":"l","set":1}' \
		'{"at":"/sum/x","set":1}' '{"at":"","delete":true}' '{"at":"/sum"}' '{"at":"/sum","set":1,"delete":true}' '{"at":"/sum","set":1,"x":1}' '{"set":1}' '{"at":"/l/01","set":1}'; do
		tests "$(one good '' "$base"),$(one e '' "\"base\":\"good\",\"edit\":[$edit]")"
		run -2 --separate-stderr dealix-verify contract test c.test.json
		[ -z "$output" ]
		[[ $stderr == *'[evidence_test_invalid]' ]] || { echo "$edit: $stderr"; return 1; }
	done
}

@test "contract test: several files by role, edits of documents and of texts" {
	cat >c.json <<-'JSON'
	{"schema":"dealix.evidence.contract.v1","kind":"c","version":1,"title":"C",
	 "inputs":[{"role":"left","media":"json"},{"role":"right","media":"text"},{"role":"extra","media":"json","optional":true}],
	 "rules":[{"id":"c.same","at":"$left.text","is":"$left.text == $right.text","remedy":"r"}]}
	JSON
	tests "$(one good '' '"input":{"left":{"text":"one two"},"right":"one two"}'),$(one l '"c.same"' '"base":"good","edit":[{"at":"/left/text","set":"x"}]'),$(one r '"c.same"' '"base":"good","edit":[{"role":"right","at":"two","set":"three"}]'),$(one d '"c.same"' '"base":"good","edit":[{"role":"right","at":" two","delete":true}]'),$(one b '' '"base":"r","edit":[{"role":"left","at":"/text","set":"one three"}]')"
	run -0 dealix-verify contract test c.test.json
	for case in '"input":{"left":{},"nosuch":1}' '"input":[1]' '"input":{"right":1}' '"base":"good","edit":[{"role":"right","at":"o","set":"x"}]' \
		'"base":"good","edit":[{"at":"/nosuch/x","set":1}]' '"base":"good","edit":[{"at":"two","set":"x"}]' '"base":"good","edit":[{"at":"/extra/x","set":1}]'; do
		tests "$(one good '' '"input":{"left":{"text":"one two"},"right":"one two"}'),$(one e '' "$case")"
		run -2 --separate-stderr dealix-verify contract test c.test.json
		[[ $stderr == *'[evidence_test_invalid]' ]] || { echo "$case: $stderr"; return 1; }
	done
}

@test "contract test: files below the root are those of the case alone" {
	contract '{"id":"c.f","at":".f","file":["relative","inside","exists","regular"],"contains":"token","remedy":"r"}'
	echo token >here
	tests "$(one good '' '"input":{"f":"d/f"},"files":{"d/f":"a token"}'),$(one none '"c.f"' '"input":{"f":"here"}'),$(one word '"c.f"' '"base":"good","files":{"d/f":"nothing"}'),$(one link '' '"base":"good","files":{"d/f":{"link":"../g"},"g":"token"}'),$(one out '"c.f"' '"base":"good","files":{"d/f":{"link":"../../g"}}')"
	run -0 dealix-verify contract test c.test.json
}

@test "contract test: level, now and parameters are the case's, or its base's" {
	contract '{"id":"c.old","at":".at","is":"ts($now) - ts(.at) <= $max","remedy":"r"},{"id":"c.s","level":"strict","at":".s","type":"text","remedy":"r"}' '"params":{"max":{"type":"number","default":60}}'
	tests "$(one good '' '"input":{"at":"2026-03-01T00:00:00Z","s":"x"}'),$(one late '"c.old"' '"base":"good","now":"2026-03-01T00:01:01Z"' | sed 's/"now":"2026-03-01T00:00:00Z",//'),{\"name\":\"more\",\"base\":\"late\",\"params\":{\"max\":61},\"expect\":[]},{\"name\":\"s\",\"base\":\"good\",\"edit\":[{\"at\":\"/s\",\"delete\":true}],\"expect\":[\"c.s\"]},{\"name\":\"b\",\"base\":\"s\",\"level\":\"base\",\"expect\":[]}"
	run -0 dealix-verify contract test c.test.json
	tests "$(one good '' '"input":{"at":"2026-03-01T00:00:00Z","s":"x"}'),$(one p '' '"base":"good","params":{"nosuch":1}')"
	run -1 dealix-verify contract test c.test.json
	[[ $output == *'error: '*'[param_invalid]'* ]]
}

@test "contract test: jq rules and shipped contracts" {
	contract '{"id":"c.j","jq":".a == 1 and $now == \"2026-03-01T00:00:00.000000Z\"","remedy":"r"}'
	tests "$(one good '' '"input":{"a":1}'),$(one j '"c.j"' '"input":{"a":2}'),{\"name\":\"n\",\"now\":\"2026-03-02T00:00:00Z\",\"input\":{\"a\":1},\"expect\":[\"c.j\"]}"
	run -0 dealix-verify contract test c.test.json
	printf '{"schema":"dealix.evidence_test.v1","contract":"slo_burn","cases":[%s]}' "$(one absent '"json.missing"')" >s.json
	run -0 dealix-verify contract test --min-coverage 0 s.json
}

@test "contract test: two test documents of one contract are covered together" {
	contract "$A,$B"
	tests "$(one good '' "$GOOD"),$(one a '"c.a"' '"input":{"b":"x"}')"
	mv c.test.json 1.test.json
	tests "$(one b '"c.b"' '"input":{"a":1}')"
	run -1 dealix-verify contract test c.test.json
	run -0 dealix-verify contract test 1.test.json c.test.json
	[ "$output" = 'PASS 3 cases, 0 failed; 2 of 2 rule ids covered, 100 %' ]
	run -0 dealix-verify contract test .
}

@test "contract test: faults of test documents are 2, before anything is printed" {
	contract "$A"
	for text in '{"schema":"dealix.evidence_test.v1","contract":"c.json","cases":[]}' '{"schema":"dealix.evidence_test.v1","contract":"c.json"}' \
		'{"schema":"dealix.nosuch.v1","contract":"c.json","cases":[{}]}' '{"schema":"dealix.evidence_test.v1","contract":"c.json","cases":[],"x":1}'; do
		echo "$text" >c.test.json
		run -2 --separate-stderr dealix-verify contract test c.test.json
		[[ $stderr == *'[evidence_test_invalid]' ]]
		[ -z "$output" ]
	done
	for case in "$(one '' '')" '{"name":"x","expect":[]}' '{"name":"x","now":"soon","expect":[]}' '{"name":"x","now":"2026-03-01T00:00:00Z"}' \
		"$(one x '1')" "$(one x '' '"nosuch":1')" "$(one x '' '"base":"later"')" "$(one x '' '"level":"lax"')" "$(one x ''),$(one x '')" \
		"$(one x '' '"input":{},"text":"{}"')" "$(one x '' '"input_file":1')"; do
		tests "$case"
		run -2 --separate-stderr dealix-verify contract test c.test.json
		[[ $stderr == *'c.test.json: '*'[evidence_test_invalid]' ]] || { echo "$case: $stderr"; return 1; }
		[ -z "$output" ]
	done
	echo '{' >c.test.json
	run -2 --separate-stderr dealix-verify contract test c.test.json
	[[ $stderr == *'[json_invalid]' ]]
	run -3 --separate-stderr dealix-verify contract test absent.json
	tests "$(one x '' '"input_file":"absent"')"
	run -3 --separate-stderr dealix-verify contract test c.test.json
	mkdir empty
	run -2 --separate-stderr dealix-verify contract test empty
	[[ $stderr == *'[input_empty]' ]]
	contract '{"id":"c.a"}'
	tests "$(one x '')"
	run -2 --separate-stderr dealix-verify contract test c.test.json
	[[ $stderr == *'[evidence_contract_invalid]' ]]
}

@test "contract test: tap and junit are well-formed, and fail with the run" {
	contract "$A,$B"
	tests "$(one 'good # skip' '' "$GOOD"),$(one 'a <&> b' '"c.a"' "$GOOD")"
	run -1 dealix-verify contract test -F tap c.test.json
	echo "$output" >tap
	run -1 prove -e cat tap
	run -1 dealix-verify contract test -F junit c.test.json
	xmllint --noout - <<<"$output"
	[ "$(xmllint --xpath 'string(//testsuite/@failures)' - <<<"$output")" = "$(xmllint --xpath 'count(//failure)' - <<<"$output")" ]
	[ "$(xmllint --xpath 'string(//testsuite/@tests)' - <<<"$output")" = 3 ]
}
