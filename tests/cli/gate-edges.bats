# dealix-gate check: the edge cases of release-gates pages 1.1 and 1.2.
load ../lib

gate() { # CHECKS
	printf '{"schema":"dealix.gate.v1","id":"edges","version":"1.0.0","title":"Edges","groups":[{"id":"all","label":"All","checks":[%s]}]}' "$1" >gate.json
}
states() { jq -r '.results[] | .check + " " + .state + (if .reason == "" then "" else " " + .reason end)' <<<"$output"; }
is() { [ "$(states)" = "$1" ] || { echo "want $1"; echo "got $(states)"; jq -c '.results[]|.detail' <<<"$output"; return 1; }; }
run_gate() { run "-$1" --separate-stderr timeout 60 dealix-gate check "${@:2}" gate.json; }

@test "edges: what is no regular file is never opened, whoever looks" {
	mkfifo pipe; mkdir folder; ln -s /dev/zero zero; ln -s pipe to-pipe
	ln -s /etc/passwd out.json
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("sock")'
	gate '{"id":"t","type":"text_absent","path":"pipe","pattern":"x"},{"id":"l","type":"text_absent","path":"to-pipe","pattern":"x"},
	{"id":"s","type":"text_present","path":"sock","pattern":"x"},{"id":"z","type":"text_absent","path":"zero","pattern":"x"},
	{"id":"f","type":"file_exists","path":"sock"},{"id":"d","type":"dir_exists","path":"pipe"},
	{"id":"j","type":"json_predicate","path":"pipe","jq":"true"},{"id":"jd","type":"json_predicate","path":"folder","jq":"true"},
	{"id":"tap","type":"tap","path":"pipe"},{"id":"junit","type":"junit","path":"folder"},{"id":"cov","type":"cobertura","path":"pipe","min_line_bp":1},
	{"id":"jout","type":"json_predicate","path":"out.json","jq":"true"},{"id":"tout","type":"tap","path":"out.json"},{"id":"cout","type":"cobertura","path":"out.json","min_line_bp":1}'
	run_gate 1
	is 't FAIL not_a_file
l FAIL not_a_file
s FAIL not_a_file
z FAIL path_escape
f FAIL not_a_file
d FAIL not_a_dir
j FAIL not_a_file
jd FAIL not_a_file
tap FAIL not_a_file
junit FAIL not_a_file
cov FAIL not_a_file
jout FAIL path_escape
tout FAIL path_escape
cout FAIL path_escape'
}

@test "edges: in a glob what is no file is passed over, what is too big or cannot be read is an error" {
	mkfifo a.md; mkdir b.md; echo x >c.md
	gate '{"id":"g","type":"text_present","glob":"*.md","pattern":"x","per":"every"}'
	run_gate 0
	truncate -s 65M d.md
	run_gate 3
	is 'g ERROR file_too_big'
}

@test "edges: in a glob a link to a file is that file, one that leads out is not passed over" {
	mkdir docs elsewhere; echo fine >docs/a.md; echo forbidden >elsewhere/b
	printf '1..1\nnot ok 1 - broken\n' >elsewhere/t; mkdir tests; printf '1..1\nok 1 - fine\n' >tests/a.tap
	ln -s ../elsewhere/b docs/b.md; ln -s ../elsewhere docs/folder; ln -s nowhere docs/gone.md; ln -s ../elsewhere/t tests/b.tap
	gate '{"id":"absent","type":"text_absent","glob":"docs/*","pattern":"forbidden"},{"id":"tap","type":"tap","glob":"tests/*.tap"}'
	run_gate 1
	is 'absent FAIL text_found
tap FAIL tests_failed'
	rm docs/b.md tests/b.tap; ln -s /etc/hostname docs/b.md
	gate '{"id":"absent","type":"text_absent","glob":"docs/*","pattern":"forbidden"},{"id":"every","type":"text_present","glob":"docs/*","pattern":"fine","per":"every"},
	{"id":"any","type":"text_present","glob":"docs/*","pattern":"fine"},{"id":"tap","type":"tap","glob":"tests/*.tap"}'
	run_gate 1
	is 'absent FAIL path_escape
every FAIL path_escape
any PASS
tap PASS'
}

@test "edges: results that say they are from later than now have no age, tests that were skipped did not run" {
	printf '<testsuite tests="1" timestamp="2099-01-01T00:00:00Z"><testcase name="x"/></testsuite>' >late.xml
	printf '1..2\nok 1 - a # SKIP no tool\nok 2 - b # SKIP no tool\n' >skipped.tap
	printf '1..1\nok 1 - a\n' >late.tap; touch -d 2099-01-01 late.tap
	gate '{"id":"junit","type":"junit","path":"late.xml","max_age_s":60},{"id":"any-age","type":"junit","path":"late.xml"},
	{"id":"tap","type":"tap","path":"late.tap","max_age_s":60},{"id":"skipped","type":"tap","path":"skipped.tap"}'
	run_gate 1
	is 'junit FAIL evidence_future
any-age PASS
tap FAIL evidence_future
skipped FAIL no_tests'
}

@test "edges: standard input is for one check of the call" {
	gate '{"id":"a","type":"json_predicate","path":"-","jq":"true"}'
	sed 's/"id":"edges"/"id":"second"/' gate.json >second.json
	run -2 --separate-stderr dealix-gate check gate.json second.json <<<'{}'
	[[ $stderr == *'[field_invalid]' ]]
	[ ! -e .dealix ]
}

@test "edges: a phrase over two lines, three spaces, a tab and a CRLF, but not over a letter" {
	printf 'no  \t\r\n  warranty of\nany kind' >text
	gate '{"id":"a","type":"text_absent","path":"text","pattern":"no warranty of any kind"},{"id":"b","type":"text_absent","path":"text","pattern":"no warranty  of"},
	{"id":"c","type":"text_absent","path":"text","pattern":"nowarranty"},{"id":"ere","type":"text_absent","path":"text","pattern":"no warranty","mode":"ere"}'
	run_gate 1
	is 'a FAIL text_found
b FAIL text_found
c PASS
ere PASS'
	[[ $(jq -r '.results[0].detail[0]' <<<"$output") == *'text:1:1' ]]
}

@test "edges: bytes that are no text are searched, by phrase and by expression, NUL and all" {
	printf 'a\0b secret\xff\xfe key\n\xc3(\nend' >bytes
	gate '{"id":"phrase","type":"text_absent","path":"bytes","pattern":"secret"},{"id":"ere","type":"text_absent","path":"bytes","pattern":"sec.et","mode":"ere"},
	{"id":"last","type":"text_present","path":"bytes","pattern":"^end$","mode":"ere"},{"id":"key","type":"text_present","path":"bytes","pattern":"key.*$","mode":"ere"},{"id":"behind","type":"text_present","path":"bytes","pattern":"^a.b secret","mode":"ere"}'
	run_gate 1
	is 'phrase FAIL text_found
ere FAIL text_found
last PASS
key PASS
behind PASS'
}

@test "edges: an expression over hostile text takes no longer than it has to" {
	head -c 3000000 /dev/zero | tr '\0' a >long
	head -c 2000000 /dev/zero | tr '\0' a >out
	printf b >>out
	gate '{"id":"none","type":"text_present","path":"long","pattern":"(a|aa)*b","mode":"ere"},{"id":"one","type":"text_present","path":"out","pattern":"(a|aa)*b","mode":"ere"},
	{"id":"case","type":"text_present","path":"out","pattern":"A+B","mode":"ere","ignore_case":true},
	{"id":"stdout","type":"command","argv":["cat","long"],"stdout_ere":"(a|aa)*b"}'
	run "-1" --separate-stderr timeout 20 dealix-gate check gate.json
	is 'none FAIL text_absent
one PASS
case PASS
stdout FAIL command_output'
}

@test "edges: an expression that is none, or dangerous, is a fault of the document" {
	echo x >x
	for pattern in '(' '[z-a]' '(a)\\\\1' 'a{1,1000}{1,1000}'; do
		gate "{\"id\":\"t\",\"type\":\"text_present\",\"path\":\"x\",\"mode\":\"ere\",\"pattern\":\"${pattern//\\\\\\\\/\\\\}\"}"
		refused 2 field_invalid dealix-gate check gate.json || return
		gate "{\"id\":\"t\",\"type\":\"command\",\"argv\":[\"touch\",\"ran\"],\"stdout_ere\":\"${pattern//\\\\\\\\/\\\\}\"}"
		refused 2 field_invalid dealix-gate check gate.json || return
		[ ! -e ran ]
	done
	gate '{"id":"t","type":"text_present","path":"x","pattern":"("}'
	run_gate 1
	is 't FAIL text_absent'
}

@test "edges: 126 and 127 of the program itself, and of a program that is not there" {
	printf '#!/no/such/interpreter\n' >script; chmod +x script
	gate '{"id":"a","type":"command","argv":["sh","-c","exit 127"]},{"id":"b","type":"command","argv":["sh","-c","exit 126"]},
	{"id":"c","type":"command","argv":["sh","-c","exit 127"],"expect_exit":[127]},{"id":"d","type":"command","argv":["no-such-program"]},
	{"id":"e","type":"command","argv":["./script"]},{"id":"f","type":"command","argv":["no-such-program"],"expect_exit":[127]}'
	run_gate 1
	[ "$(states | sed 's/ERROR .*/ERROR/')" = 'a FAIL command_exit
b FAIL command_exit
c PASS
d ERROR
e ERROR
f ERROR' ] || { states; return 1; }
	[[ $(jq -r '.results[3].reason' <<<"$output") == command_not_found ]]
}

@test "edges: a mebibyte of output is looked at, all of it is hashed; NUL stops nothing; the digest of argv is kept" {
	gate '{"id":"nul","type":"command","argv":["printf","a\\0b\\nready\\n"],"stdout_ere":"^ready$"},
	{"id":"early","type":"command","argv":["sh","-c","echo ready; head -c 2000000 /dev/zero"],"stdout_ere":"^ready$"},
	{"id":"late","type":"command","argv":["sh","-c","head -c 2000000 /dev/zero | tr \"\\\\0\" \"\\\\n\"; echo ready"],"stdout_ere":"^ready$"},
	{"id":"empty","type":"command","argv":["true"],"stdout_ere":"^$"},{"id":"nothing","type":"command","argv":["true"],"stdout_ere":"."}'
	run_gate 1
	is 'nul PASS
early PASS
late FAIL command_output
empty PASS
nothing FAIL command_output'
	[ "$(jq -r '.results[2].observed.stdout_bytes' <<<"$output")" = 2000006 ]
	[ "$(jq -r '.results[2].observed.stdout_sha256' <<<"$output")" = "$({ head -c 2000000 /dev/zero | tr '\0' '\n'; echo ready; } | sha256sum | cut -c 1-64)" ]
	[ "$(jq -r '.results[3].observed.argv_sha256' <<<"$output")" = "$(printf 'true\0' | sha256sum | cut -c 1-64)" ]
}

@test "edges: numbers that jq sees as they are, and those it does not" {
	echo '{"n":9007199254740992,"m":-9007199254740992,"d":0.1,"e":1e3}' >exact.json
	echo '{"list":[{"n":-9007199254740993}]}' >below.json
	echo '[18446744073709551616]' >far.json
	echo '{"a":1,"a":2}' >twice.json
	printf '{"a":"\xff"}' >utf.json
	: >empty.json
	gate '{"id":"exact","type":"json_predicate","path":"exact.json","jq":".n > 0 and .d < 0.2"},{"id":"below","type":"json_predicate","path":"below.json","jq":"true"},
	{"id":"far","type":"json_predicate","path":"far.json","jq":"true"},{"id":"twice","type":"json_predicate","path":"twice.json","jq":"true"},
	{"id":"utf","type":"json_predicate","path":"utf.json","jq":"true"},{"id":"empty","type":"json_predicate","path":"empty.json","jq":"true"}'
	run_gate 3
	is 'exact PASS
below ERROR number_not_exact
far ERROR number_not_exact
twice ERROR json_invalid
utf ERROR json_invalid
empty ERROR json_invalid'
}

@test "edges: programs do not see one another, and one that hangs does not take the others along" {
	echo '{"a":1}' >d.json
	gate '{"id":"a","type":"json_predicate","path":"d.json","jq":".a == 1"},{"id":"hang","type":"json_predicate","path":"d.json","jq":"def f: f; f"},
	{"id":"b","type":"json_predicate","path":"d.json","jq":".a == 1"},{"id":"def","type":"json_predicate","path":"d.json","jq":"def g: true; g"},
	{"id":"same","type":"json_predicate","path":"d.json","jq":".a == 1"}'
	run_gate 3
	[ "$(states | sed 's/ERROR .*/ERROR/')" = 'a PASS
hang ERROR
b PASS
def PASS
same PASS' ] || { states; return 1; }
	gate '{"id":"def","type":"json_predicate","path":"d.json","jq":"def g: true; g"},{"id":"uses","type":"json_predicate","path":"d.json","jq":"g"}'
	refused 2 gate_jq_compile dealix-gate check gate.json
}

@test "edges: coverage of each file, of those that a glob names" {
	mkdir lib doc; : >lib/a.c; : >lib/b.c; : >doc/c.c
	cat >cov.xml <<-'EOF'
		<?xml version="1.0"?><coverage><sources><source>.</source></sources><packages><package><classes>
		<class filename="lib/a.c"><lines><line number="1" hits="1"/><line number="2" hits="1" branch="true" condition-coverage="50% (1/2)"/></lines></class>
		<class filename="lib/b.c"><lines><line number="1" hits="1"/><line number="2" hits="1"/><line number="3" hits="1"/><line number="4" hits="0"/></lines></class>
		<class filename="doc/c.c"><lines><line number="1" hits="0"/></lines></class>
		</classes></package></packages></coverage>
	EOF
	gate '{"id":"all","type":"cobertura","path":"cov.xml","min_line_bp":7000},{"id":"each","type":"cobertura","path":"cov.xml","min_line_bp":7000,"per_file":true},
	{"id":"lib","type":"cobertura","path":"cov.xml","min_line_bp":7500,"per_file":true,"files":"lib/*","include":["lib/*"]},
	{"id":"more","type":"cobertura","path":"cov.xml","min_line_bp":7501,"per_file":true,"files":"lib/*","include":["lib/*"]},
	{"id":"branch","type":"cobertura","path":"cov.xml","min_branch_bp":5000},{"id":"branches","type":"cobertura","path":"cov.xml","min_branch_bp":5001},
	{"id":"none","type":"cobertura","path":"cov.xml","min_line_bp":0,"include":["src/*"]}'
	run_gate 1
	is 'all PASS
each FAIL coverage_low
lib PASS
more FAIL coverage_low
branch PASS
branches FAIL coverage_low
none FAIL no_lines'
}

@test "edges: TAP directives and subtests" {
	printf 'TAP version 14\n1..5\nok 1 - a\nnot ok 2 - b # todo later\nok 3 - c # ToDo done already\nok 4 - d # SKIP no tool\n    not ok 1 - inner\n    1..1\nok 5 - e \\# TODO is no directive\n' >t.tap
	printf 'TAP version 13\n1..1\nnot ok 1 - x \\# TODO is none\n' >f.tap
	printf '1..0 # SKIP no network\n' >z.tap
	gate '{"id":"t","type":"tap","path":"t.tap","max_skipped":1},{"id":"skip","type":"tap","path":"t.tap","max_skipped":0},{"id":"f","type":"tap","path":"f.tap"},
	{"id":"z","type":"tap","path":"z.tap"},{"id":"may","type":"tap","path":"f.tap","max_failures":1},{"id":"dup","type":"tap","glob":"*.dup"},
	{"id":"allowed","type":"tap","glob":"*.dup","allow_duplicates":true}'
	printf '1..1\nok 1 - same\n' >a.dup; cp a.dup b.dup
	run_gate 1
	is 't PASS
skip FAIL too_many_skipped
f FAIL tests_failed
z FAIL no_tests
may PASS
dup FAIL duplicate_test
allowed PASS'
}

@test "edges: a result carries the digest of what was read" {
	local want
	mkdir -p docs && printf 'one\n' >docs/a.txt && printf 'two\n' >docs/b.txt && : >docs/c.txt
	# a phrase at the end of a file of several blocks, and its first letters all over it
	yes 'one tw' | head -c 300000 >big.txt && printf 'one two\n' >>big.txt
	printf '<testsuite tests="1"><testcase classname="c" name="n"/></testsuite>' >j.xml
	cat >g.json <<-'EOF'
		{"schema":"dealix.gate.v1","id":"g","version":"1","title":"G","groups":[{"id":"all","label":"All","checks":[
		 {"id":"file","type":"file_exists","path":"docs/a.txt"},
		 {"id":"empty","type":"file_exists","path":"docs/c.txt","min_bytes":0},
		 {"id":"small","type":"file_exists","path":"docs/a.txt","min_bytes":100},
		 {"id":"dir","type":"dir_exists","path":"docs"},
		 {"id":"text","type":"text_present","path":"docs/b.txt","pattern":"two"},
		 {"id":"ere","type":"text_present","path":"docs/b.txt","pattern":"t.o","mode":"ere"},
		 {"id":"big","type":"text_present","path":"big.txt","pattern":"one two"},
		 {"id":"none","type":"text_absent","path":"big.txt","pattern":"three"},
		 {"id":"glob","type":"text_absent","glob":"docs/*.txt","pattern":"three"},
		 {"id":"first","type":"text_present","glob":"docs/*.txt","pattern":"one"},
		 {"id":"junit","type":"junit","path":"j.xml"},
		 {"id":"command","type":"command","argv":["true"]},
		 {"id":"gone","type":"file_exists","path":"docs/d.txt"}]}]}
	EOF
	sum() { sha256sum "$@" | cut -c 1-64; }
	want="file $(sum docs/a.txt)
empty $(sum docs/c.txt)
small $(sum docs/a.txt)
dir $(printf 'a.txt\0b.txt\0c.txt\0' | sum)
text $(sum docs/b.txt)
ere $(sum docs/b.txt)
big $(sum big.txt)
none $(sum big.txt)
glob $(sum docs/a.txt docs/b.txt docs/c.txt | sum)
first $(sum docs/a.txt)
junit $(sum j.xml)
command null
gone null"
	run -1 --separate-stderr dealix-gate check -n -C . g.json
	[ "$(jq -r '.results[] | "\(.check) \(.inputs_sha256)"' <<<"$output")" = "$want" ] || { diff <(echo "$want") <(jq -r '.results[] | "\(.check) \(.inputs_sha256)"' <<<"$output"); return 1; }
}
