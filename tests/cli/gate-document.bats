# dealix-gate check: gate documents, their checks of files, text and JSON (release-gates page 1).
load ../lib

gate() { # CHECKS [MEMBERS]: gate.json with one group
	printf '{"schema":"dealix.gate.v1","id":"docs","version":"1.0.0","title":"Documents"%s,"groups":[{"id":"all","label":"All of them","checks":[%s]}]}' \
		"${2:+,$2}" "$1" >gate.json
}
states() { jq -r '.results[] | .check + " " + .state + (if .reason == "" then "" else " " + .reason end)' <<<"$output"; }
code() { [[ $stderr == *"[$1]" ]] || { echo "want $1: $stderr"; return 1; }; }

@test "gate: files and folders, every reason" {
	printf 'hello\n' >file; : >empty; mkdir dir; : >dir/a.md; : >dir/b.md; : >dir/c.txt; mkdir dir/sub; mkfifo pipe
	ln -s /etc/passwd leads-out; ln -s file leads-in; ln -s nowhere dangling
	gate '{"id":"file","type":"file_exists","path":"file"},{"id":"link","type":"file_exists","path":"leads-in"},{"id":"empty","type":"file_exists","path":"empty"},
	{"id":"may-be-empty","type":"file_exists","path":"empty","min_bytes":0},{"id":"big","type":"file_exists","path":"file","min_bytes":7},
	{"id":"absent","type":"file_exists","path":"no"},{"id":"dangling","type":"file_exists","path":"dangling"},{"id":"folder","type":"file_exists","path":"dir"},
	{"id":"pipe","type":"file_exists","path":"pipe"},{"id":"out","type":"file_exists","path":"leads-out"},
	{"id":"dir","type":"dir_exists","path":"dir"},{"id":"two","type":"dir_exists","path":"dir","glob":"*.md","min_entries":2},
	{"id":"three","type":"dir_exists","path":"dir","glob":"*.md","min_entries":3},{"id":"four","type":"dir_exists","path":"dir","min_entries":4},
	{"id":"nodir","type":"dir_exists","path":"no"},{"id":"notdir","type":"dir_exists","path":"file"}'
	run -1 --separate-stderr timeout 20 dealix-gate check gate.json
	[ "$(states)" = "file PASS
link PASS
empty FAIL file_too_small
may-be-empty PASS
big FAIL file_too_small
absent FAIL file_missing
dangling FAIL file_missing
folder FAIL not_a_file
pipe FAIL not_a_file
out FAIL path_escape
dir PASS
two PASS
three FAIL dir_too_few
four PASS
nodir FAIL dir_missing
notdir FAIL not_a_dir" ]
}

@test "gate: text, literal and by expression" {
	printf 'release  \n  notes here\r\nEND\r\n' >notes.md
	printf 'caf\xe9 forbidden\n' >latin.txt
	printf 'a b a b a b\n' >many.txt
	mkdir sub && printf 'release notes\n' >sub/other.md
	gate '{"id":"split","type":"text_present","path":"notes.md","pattern":"release notes here"},{"id":"case","type":"text_present","path":"notes.md","pattern":"RELEASE"},
	{"id":"nocase","type":"text_present","path":"notes.md","pattern":"RELEASE","ignore_case":true},{"id":"crlf","type":"text_present","path":"notes.md","pattern":"^END$","mode":"ere"},
	{"id":"latin","type":"text_absent","path":"latin.txt","pattern":"forbidden"},{"id":"clean","type":"text_absent","path":"latin.txt","pattern":"allowed"},
	{"id":"three","type":"text_present","path":"many.txt","pattern":"a b","min_count":3},{"id":"four","type":"text_present","path":"many.txt","pattern":"a b","min_count":4},
	{"id":"erethree","type":"text_present","path":"many.txt","pattern":"a b","mode":"ere","min_count":3},
	{"id":"any","type":"text_present","glob":"*.md","pattern":"here"},{"id":"every","type":"text_present","glob":"*.md","pattern":"here","per":"every"},
	{"id":"all","type":"text_present","glob":"**/*.md","pattern":"release notes","per":"every"},
	{"id":"none","type":"text_present","glob":"*.none","pattern":"x"},{"id":"noneabsent","type":"text_absent","glob":"*.none","pattern":"x"},
	{"id":"allowed","type":"text_absent","glob":"*.none","pattern":"x","allow_no_files":true},{"id":"folder","type":"text_present","path":"sub","pattern":"x"}'
	run -1 --separate-stderr dealix-gate check gate.json
	[ "$(states)" = "split PASS
case FAIL text_absent
nocase PASS
crlf PASS
latin FAIL text_found
clean PASS
three PASS
four FAIL text_absent
erethree PASS
any PASS
every FAIL text_absent
all PASS
none FAIL no_files_matched
noneabsent FAIL no_files_matched
allowed PASS
folder FAIL not_a_file" ]
	[[ $(jq -r '.results[4].detail[0]' <<<"$output") == *"latin.txt:1:6" ]]
}

@test "gate: a file too big to look at is an error" {
	truncate -s 65M big && printf x >>big
	gate '{"id":"big","type":"text_absent","path":"big","pattern":"y"}'
	run -3 --separate-stderr dealix-gate check gate.json
	[ "$(states)" = "big ERROR file_too_big" ]
}

@test "gate: jq over JSON files, every reason" {
	echo '{"a":1,"list":[true,true,false]}' >d.json; echo '{"n":9007199254740993}' >big.json; echo '{' >broken.json
	gate '{"id":"true","type":"json_predicate","path":"d.json","jq":".a == 1"},{"id":"all","type":"json_predicate","path":"d.json","jq":".list[:2][]"},
	{"id":"false","type":"json_predicate","path":"d.json","jq":".list[]"},{"id":"nothing","type":"json_predicate","path":"d.json","jq":"empty"},
	{"id":"null","type":"json_predicate","path":"d.json","jq":".b"},{"id":"error","type":"json_predicate","path":"d.json","jq":"error(\"x\")"},
	{"id":"big","type":"json_predicate","path":"big.json","jq":"true"},{"id":"broken","type":"json_predicate","path":"broken.json","jq":"true"},
	{"id":"absent","type":"json_predicate","path":"no.json","jq":"true"},{"id":"loop","type":"json_predicate","path":"d.json","jq":"def f: f; f"},
	{"id":"stdin","type":"json_predicate","path":"-","jq":".ok"}'
	run -1 --separate-stderr bash -c 'echo "{\"ok\":true}" | timeout 60 dealix-gate check gate.json'
	[ "$(states | sed 's/ rule_.*/ over/')" = "true PASS
all PASS
false FAIL json_false
nothing FAIL json_no_output
null FAIL json_not_boolean
error ERROR jq_runtime
big ERROR number_not_exact
broken ERROR json_invalid
absent FAIL file_missing
loop ERROR over
stdin PASS" ]
	gate '{"id":"bad","type":"json_predicate","path":"d.json","jq":".a =="},{"id":"worse","type":"json_predicate","path":"d.json","jq":"env"}'
	run -2 --separate-stderr dealix-gate check gate.json
	[ -z "$output" ]
	[ "$(grep -c 'gate_jq_compile' <<<"$stderr")" = 2 ]
	gate '{"id":"a","type":"json_predicate","path":"-","jq":"true"},{"id":"b","type":"json_predicate","path":"-","jq":"true"}'
	run -2 --separate-stderr dealix-gate check gate.json
}

@test "gate: what is wrong with a document is invalid, also when it would have passed" {
	: >x
	gate '{"id":"a","type":"file_exists","path":"x","min_bytes":0}'; cp gate.json good.json
	run -0 --separate-stderr dealix-gate check good.json
	refused() { run -2 --separate-stderr dealix-gate check gate.json; [ -z "$output" ] && code "$1"; }
	gate '{"id":"a","type":"file_exists","path":"x"},{"id":"a","type":"dir_exists","path":"."}'; refused gate_duplicate_id
	gate '{"id":"a","type":"file_there","path":"x"}'; refused gate_unknown_check
	gate '{"id":"a","type":"file_exists","path":"x","size":1}'; refused gate_unknown_field
	gate '{"id":"a","type":"file_exists","path":"x","needs":[]}'; refused gate_unknown_field
	gate '' ; refused gate_empty
	gate '{"id":"a","type":"file_exists","path":"x"}' '"expected_total":2'; refused gate_total_mismatch
	gate '{"id":"a","type":"file_exists","path":"x"}' '"settings":{}'; refused gate_unknown_field
	for p in /etc/passwd ../x a/../../x; do gate "{\"id\":\"a\",\"type\":\"file_exists\",\"path\":\"$p\"}"; refused path_escape; done
	printf '{"schema":"dealix.gate.v1","id":"a","version":"1","title":"t","groups":[]}' >gate.json; refused gate_empty
	run -2 --separate-stderr dealix-gate check --set a=b good.json
	code plan_usage
}

@test "gate: groups, structural strength and the lines that are printed" {
	: >x
	printf '{"schema":"dealix.gate.v1","id":"g","version":"1","title":"T","score_label":"OVERALL SCORE","ready_label":"TIER-1 READY","groups":[
	{"id":"one","label":"First","checks":[{"id":"a","type":"file_exists","path":"x","min_bytes":0},{"id":"b","type":"file_exists","path":"y"}]},
	{"id":"two","label":"Second","checks":[{"id":"c","type":"command","argv":["true"]}]},
	{"id":"three","checks":[{"id":"d","type":"dir_exists","path":"nowhere"}]}]}' >gate.json
	run -1 --separate-stderr dealix-gate check -F text gate.json
	[ "$output" = "[PARTIAL] First
  [PASS] a
  [FAIL] b
         file_missing: y is not there
[PASS] Second
  [PASS] c
[FAIL] three
  [FAIL] d
         dir_missing: nowhere is not there
OVERALL SCORE: 50.0% (2/4)
TIER-1 READY: NO
1 of the 2 that passed are structural: they say that a thing is there, not that it works" ]
	[ "$(dealix-gate check gate.json | jq -r '.results[0].strength, .results[2].strength' | tr '\n' ' ')" = "structural behavioural " ]
}

@test "gate: text of many blocks, a match at every boundary" {
	# two bytes less to two more than a block of 96 KiB in front of it
	mkdir d
	for n in 98290 98294 98298 98302 98304 98306 196600 196606; do { head -c $n /dev/zero | tr '\0' .; printf 'needle  \n\t here\n'; head -c 200000 /dev/zero | tr '\0' .; } >d/$n.txt; done
	head -c 98304 /dev/zero | tr '\0' x >exact.txt
	gate '{"id":"every","type":"text_present","glob":"d/*","pattern":"needle here","per":"every"},{"id":"nocase","type":"text_present","glob":"d/*","pattern":"NEEDLE HERE","per":"every","ignore_case":true},
	{"id":"found","type":"text_absent","glob":"d/*","pattern":"needle here"},{"id":"absent","type":"text_absent","glob":"d/*","pattern":"needle there"},
	{"id":"exact","type":"text_present","path":"exact.txt","pattern":"xx","min_count":49152},{"id":"more","type":"text_present","path":"exact.txt","pattern":"xx","min_count":49153}'
	run -1 --separate-stderr dealix-gate check gate.json
	[ "$(states)" = "every PASS
nocase PASS
found FAIL text_found
absent PASS
exact PASS
more FAIL text_absent" ]
	[[ $(jq -r '.results[2].detail[0]' <<<"$output") == *"d/196600.txt:1:196601" ]]
}

@test "gate: what reads what a command makes waits for it, wherever it stands" {
	gate '{"id":"tap","type":"tap","path":"./t.tap"},{"id":"glob","type":"tap","glob":"*.tap"},{"id":"there","type":"file_exists","path":"t.tap"},
	{"id":"text","type":"text_present","path":"t.tap","pattern":"slow"},
	{"id":"make","type":"command","argv":["sh","-c","sleep 0.3; printf \"1..1\\nok 1 - slow\\n\" >t.tap; mkdir -p d; : >d/a; echo true >j"],"outputs":["t.tap","d/a","j"]},
	{"id":"json","type":"json_predicate","path":"j","jq":"."},{"id":"folder","type":"dir_exists","path":"d"},
	{"id":"when","type":"file_exists","path":"gate.json","when":{"type":"json_predicate","path":"j","jq":"."}}'
	for time in first second; do
		run -0 --separate-stderr dealix-gate check gate.json
		[ "$(states | grep -vc ' PASS$')" = 0 ]
	done
}

@test "gate: a command that fails leaves its report to be read, one that makes none an error" {
	gate '{"id":"make","type":"command","argv":["sh","-c","sleep 0.2; printf \"1..1\\nnot ok 1 - it\\n\" >t.tap; exit 1"],"outputs":["t.tap","u.tap"]},
	{"id":"tap","type":"tap","path":"t.tap"},{"id":"none","type":"tap","path":"u.tap"}'
	: >u.tap
	run -1 --separate-stderr dealix-gate check gate.json
	[ "$(states)" = "make FAIL command_exit
tap FAIL tests_failed
none FAIL file_missing" ]
}
