# dealix-gate check: release plans (evidence page 4).
load ../lib

plan() { # STEPS [MEMBERS]: plan.json
	printf '{"schema":"dealix.gate.plan.v1","id":"release","version":"1","title":"Release"%s,"steps":[%s]}' "${2:+,$2}" "$1" >plan.json
}
command_step() { # ID COMMAND [MEMBERS]
	jq -cn --arg id "$1" --arg c "$2" --argjson more "${3:-{\}}" '{id: $id, type: "command", argv: ["sh", "-c", $c]} + $more'
}
state() { jq -r --arg id "$1" '.results[] | select(.check == $id) | .state + " " + .reason' <<<"$output"; }

@test "check: a plan that is ready is 0, its result and its steps are in the ledger" {
	plan "$(command_step a true),$(command_step b 'echo hello' '{"stdout_ere":"^hel+o$","needs":["a"]}')"
	run -0 --separate-stderr dealix-gate check plan.json
	[ "$(field '.ready, .score_tenths, .total' | tr '\n' ' ')" = "true 1000 2 " ]
	[ "$(dealix-ledger list --event gate_evaluated | jq -r .subject.id | sort | tr '\n' ' ')" = "release release/a release/b " ]
	[ "$(dealix-ledger list --event gate_evaluated --subject release | jq -r '.details.ready, .details.score_tenths' | tr '\n' ' ')" = "true 1000 " ]
	sha=$(dealix-ledger list --event gate_evaluated --subject release | jq -r .details.report_sha256)
	[ "$(dealix-ledger show "$(dealix-ledger list --event gate_evaluated --subject release | jq .seq)" | jq -r --arg s "$sha" '.payloads[$s].gate')" = release ]
}

@test "check: every way a command can end" {
	printf '#!/bin/sh\n' >not-executable
	plan "$(command_step exit 'echo broken >&2; exit 7'),$(command_step signal 'kill -9 $$'),$(command_step slow 'sleep 60' '{"timeout_s":1}'),\
$(command_step output 'echo no' '{"stdout_ere":"^yes$"}'),$(command_step seven 'exit 7' '{"expect_exit":[7]}'),\
{\"id\":\"absent\",\"type\":\"command\",\"argv\":[\"no-such-command\"]},{\"id\":\"plain\",\"type\":\"command\",\"argv\":[\"./not-executable\"]}"
	run -1 --separate-stderr dealix-gate check plan.json
	[ "$(state exit)" = "FAIL command_exit" ]
	[[ $(field '.results[0].detail[0]') == "exit status 7: broken" ]]
	[ "$(state signal)" = "FAIL command_signalled" ]
	[ "$(state slow)" = "FAIL command_timeout" ]
	[ "$(state output)" = "FAIL command_output" ]
	[ "$(state seven)" = "PASS " ]
	[ "$(state absent)" = "ERROR command_not_found" ]
	[ "$(state plain)" = "ERROR command_not_found" ]
}

@test "check: errors alone are 3; a gate that is not mandatory never changes the status" {
	plan '{"id":"absent","type":"command","argv":["no-such-command"]}'
	run -3 --separate-stderr dealix-gate check plan.json
	plan '{"id":"absent","type":"command","argv":["no-such-command"]}' '"mandatory":false'
	run -0 --separate-stderr dealix-gate check plan.json
	[ "$(field .ready)" = false ]
}

@test "check: nothing applicable is 1" {
	plan '{"id":"a","type":"tap","path":"$f","required":false}' '"settings":{"f":{"type":"path"}}'
	run -1 --separate-stderr dealix-gate check plan.json
	[ "$(field '.applicable, .ready, .reason' | tr '\n' ' ')" = "0 false gate_nothing_applicable " ]
	run -1 --separate-stderr dealix-gate check -F text plan.json
	[[ $output == *"SCORE: 0.0% (0/0)"*"READY: NO"* ]]
}

@test "check: a command gets PATH and what env lists, nothing else, in the root, without standard input" {
	mkdir sub
	export SECRET=s3cret WANTED=yes
	plan "$(command_step env 'env | sort | tr "\n" " "; pwd; cat' '{"env":["WANTED"],"cwd":"sub","stdout_ere":"WANTED=yes"}'),\
$(command_step none 'test -z "$SECRET"')"
	run -0 --separate-stderr dealix-gate check plan.json
	[ "$(state none)" = "PASS " ]
	! grep -rqa s3cret .dealix
}

@test "check: steps that need one that failed are errors, all others run" {
	plan "$(command_step a false),$(command_step b true '{"needs":["a"]}'),$(command_step c true '{"needs":["b"]}'),$(command_step d true)"
	run -1 --separate-stderr dealix-gate check plan.json
	[ "$(state b)" = "ERROR plan_step_skipped" ]
	[ "$(state c)" = "ERROR plan_step_skipped" ]
	[ "$(state d)" = "PASS " ]
}

@test "check: independent commands run side by side" {
	plan "$(command_step a 'sleep 1'),$(command_step b 'sleep 1'),$(command_step c 'sleep 1'),$(command_step d 'sleep 1')"
	start=$(date +%s%N)
	run -0 --separate-stderr dealix-gate check -j 4 plan.json
	[ $((($(date +%s%N) - start) / 1000000)) -lt 3500 ]
}

@test "check: TAP and JUnit results, each reason" {
	printf '1..3\nok 1 - one\nok 2 - two # SKIP later\nok 3 - three\n' >good.tap
	printf '1..2\nok 1 - one\nnot ok 2 - two\n' >bad.tap
	printf 'ok 1 - one\n' >plan-less.tap; printf '1..3\nok 1 - one\n' >short.tap; printf '1..2\nok 1 - a\nok 1 - b\n' >twice.tap
	printf '1..2\nok 1 - a\nBail out! no disk\n' >bail.tap; printf '1..0 # SKIP nothing here\n' >none.tap
	printf '1..2\nok 1 - same\nok 2 - same\n' >same.tap
	printf '<testsuite tests="2" failures="1"><testcase classname="c" name="x"/><testcase classname="c" name="y"><failure/></testcase></testsuite>' >bad.xml
	printf '<testsuite tests="3"><testcase name="x"/></testsuite>' >count.xml
	printf '<!DOCTYPE t><testsuite tests="1"><testcase name="x"/></testsuite>' >doctype.xml
	printf '<testsuite tests="1"><testcase name="x"/>' >cut.xml
	printf '<testsuite><testcase classname="a" name="x"/><testcase classname="b" name="x"/></testsuite>' >class.xml
	step() { printf '{"id":"%s","type":"%s","path":"%s"%s}' "$1" "$2" "$3" "${4:+,$4}"; }
	plan "$(step good tap good.tap '"required":["one"]'),$(step bad tap bad.tap),$(step forgiven tap bad.tap '"max_failures":1'),\
$(step noplan tap plan-less.tap),$(step short tap short.tap),$(step seq tap twice.tap),$(step bail tap bail.tap),$(step none tap none.tap),\
$(step same tap same.tap),$(step allowed tap same.tap '"allow_duplicates":true'),$(step few tap good.tap '"min_tests":4'),\
$(step skips tap good.tap '"max_skipped":0'),$(step missing tap good.tap '"required":["nine"]'),$(step notpassed tap bad.tap '"max_failures":1,"required":["two"]'),\
$(step absent tap nowhere.tap),$(step xml junit bad.xml),$(step count junit count.xml),$(step doctype junit doctype.xml),$(step cut junit cut.xml),$(step class junit class.xml '"required":["b.x"]'),\
{\"id\":\"glob\",\"type\":\"tap\",\"glob\":\"good*.tap\"},{\"id\":\"noglob\",\"type\":\"tap\",\"glob\":\"*.none\"}"
	run -1 --separate-stderr dealix-gate check plan.json
	[ "$(jq -r '.results[] | .check + " " + .state + " " + .reason' <<<"$output")" = "good PASS 
bad FAIL tests_failed
forgiven PASS 
noplan ERROR tap_no_plan
short FAIL tap_plan_mismatch
seq FAIL tap_sequence
bail FAIL tap_bail_out
none FAIL no_tests
same FAIL duplicate_test
allowed PASS 
few FAIL no_tests
skips FAIL too_many_skipped
missing FAIL required_test_missing
notpassed FAIL required_test_not_passed
absent FAIL file_missing
xml FAIL tests_failed
count ERROR junit_count_mismatch
doctype ERROR xml_rejected
cut ERROR xml_rejected
class PASS 
glob PASS 
noglob FAIL no_files_matched" ]
}

@test "check: results that are too old" {
	printf '1..1\nok 1 - one\n' >old.tap
	touch -d '2 hours ago' old.tap
	plan '{"id":"a","type":"tap","path":"old.tap","max_age_s":3600},{"id":"b","type":"tap","path":"old.tap","max_age_s":36000}'
	run -1 --separate-stderr dealix-gate check plan.json
	[ "$(state a)" = "FAIL evidence_stale" ]
	[ "$(state b)" = "PASS " ]
}

coverage() { # HITS...: one line a number, coverage.xml over lib/a.c
	local n=0
	mkdir -p lib && : >lib/a.c
	{
		printf '<?xml version="1.0"?>\n<coverage line-rate="%s"><sources><source>.</source></sources><packages><package><classes><class filename="lib/a.c"><lines>' "${RATE:-0.5}"
		for h in "$@"; do n=$((n + 1)); printf '<line number="%d" hits="%s"/>' "$n" "$h"; done
		printf '</lines></class></classes></package></packages></coverage>\n'
	} >coverage.xml
}

@test "check: coverage bars are exact, and a pattern without lines never passes" {
	coverage 1 0
	plan '{"id":"half","type":"cobertura","path":"coverage.xml","min_percent":"50"},{"id":"more","type":"cobertura","path":"coverage.xml","min_percent":"50.01"},
	{"id":"lines","type":"cobertura","path":"coverage.xml","min_line_bp":5000},{"id":"linesmore","type":"cobertura","path":"coverage.xml","min_line_bp":5001},
	{"id":"none","type":"cobertura","path":"coverage.xml","include":["src/*"],"min_percent":"1"},{"id":"absent","type":"cobertura","path":"no.xml","min_percent":"1"},
	{"id":"each","type":"cobertura","path":"coverage.xml","min_percent":"50","per_file":true}'
	run -1 --separate-stderr dealix-gate check plan.json
	[ "$(jq -r '.results[] | .check + " " + .state + " " + .reason' <<<"$output")" = "half PASS 
more FAIL coverage_low
lines PASS 
linesmore FAIL coverage_low
none FAIL no_lines
absent FAIL file_missing
each PASS " ]
	RATE=0.9 coverage 1 0
	run -3 --separate-stderr dealix-gate check <(jq -c '.steps |= .[:1]' plan.json)
	[ "$(state half)" = "ERROR coverage_mismatch" ]
}

@test "check: a file that is gone measures nothing, one under two roots is ambiguous, one outside is refused" {
	RATE=1 coverage 1 1
	rm lib/a.c
	plan '{"id":"gone","type":"cobertura","path":"coverage.xml","min_percent":"1"}'
	run -1 --separate-stderr dealix-gate check plan.json
	[ "$(state gone)" = "FAIL no_lines" ]
	mkdir -p x/p y/p && : >x/p/a.c && : >y/p/a.c
	printf '<coverage line-rate="1"><sources><source>%s/x</source><source>%s/y</source></sources><packages><package><classes><class filename="p/a.c"><lines><line number="1" hits="1"/></lines></class></classes></package></packages></coverage>' "$PWD" "$PWD" >coverage.xml
	run -1 --separate-stderr dealix-gate check plan.json
	[ "$(state gone)" = "FAIL cov_path_ambiguous" ]
	printf '<coverage line-rate="1"><packages><package><classes><class filename="/etc/passwd"><lines><line number="1" hits="1"/></lines></class></classes></package></packages></coverage>' >coverage.xml
	run -1 --separate-stderr dealix-gate check plan.json
	[ "$(state gone)" = "FAIL cov_path_outside" ]
}

@test "check: outputs of an earlier run are not taken for this one's" {
	echo '1..1
ok 1 - old' >out.tap
	plan "$(command_step run true '{"outputs":["out.tap"]}'),{\"id\":\"read\",\"type\":\"tap\",\"path\":\"out.tap\",\"needs\":[\"run\"]}"
	run -1 --separate-stderr dealix-gate check plan.json
	[ "$(state read)" = "FAIL file_missing" ]
	printf '1..1\nok 1 - old\n' >kept; touch -d yesterday kept
	plan "$(command_step run 'cp -p kept out.tap' '{"outputs":["out.tap"]}'),{\"id\":\"read\",\"type\":\"tap\",\"path\":\"out.tap\",\"needs\":[\"run\"]}"
	run -1 --separate-stderr dealix-gate check plan.json
	[ "$(state read)" = "FAIL plan_output_stale" ]
	plan "$(command_step run "printf '1..1\\nok 1 - new\\n' >out.tap" '{"outputs":["out.tap"]}'),{\"id\":\"read\",\"type\":\"tap\",\"path\":\"out.tap\",\"needs\":[\"run\"]}"
	run -0 --separate-stderr dealix-gate check plan.json
}

@test "check: everything that is wrong with a plan is told at once, nothing runs, no store is made" {
	plan "$(command_step a 'touch ran'),{\"id\":\"b\",\"type\":\"evidence\",\"kind\":\"slo_burn\",\"files\":{\"artifact\":\"\$f\"}},\
{\"id\":\"c\",\"type\":\"evidence\",\"kind\":\"slo_burn\",\"files\":{\"artifact\":\"nowhere.json\"}}" '"settings":{"f":{"type":"path"},"n":{"type":"number","above":0}}'
	run -2 --separate-stderr dealix-gate check plan.json --set n=0 --set typo=1
	[ -z "$output" ]
	[ "$(grep -oE '\[[a-z_]+\]$' <<<"$stderr" | tr '\n' ' ')" = "[plan_usage] [plan_positive] [plan_required_without_path] [plan_file] " ]
	[ ! -e ran ] && [ ! -e .dealix ]
}

@test "check: of several plans one that is invalid stops all; the worst of the others is the status" {
	plan "$(command_step a 'touch ran')"; cp plan.json good.json
	echo '{' >bad.json
	run -2 --separate-stderr dealix-gate check good.json bad.json
	[ -z "$output" ] && [ ! -e ran ]
	plan '{"id":"absent","type":"command","argv":["no-such-command"]}'; sed s/release/second/ plan.json >error.json
	plan "$(command_step a false)"; sed s/release/third/ plan.json >fail.json
	run -1 --separate-stderr dealix-gate check good.json error.json fail.json
	[ "$(field '.ready, .gates[].ready' | tr '\n' ' ')" = "false true false false " ]
	[ "$(field '.gates[].gate' | tr '\n' ' ')" = "release second third " ]
	run -3 --separate-stderr dealix-gate check good.json error.json
	[ "$(dealix-ledger list --event gate_evaluated | wc -l)" = 10 ]
}

@test "check: settings from options and a file, the option wins; a dry run shows them and runs nothing" {
	plan "$(command_step a 'touch ran'),{\"id\":\"t\",\"type\":\"tap\",\"path\":\"\$report\",\"required\":false}" \
		'"settings":{"report":{"type":"path","default":"c.tap"},"n":{"type":"integer"}}'
	echo '{"report":"b.tap","n":7}' >settings.json
	run -0 --separate-stderr dealix-gate check -n --settings settings.json --set report=a.tap plan.json
	[ "$(field '.settings.report, .settings.n, .steps[1].path' | tr '\n' ' ')" = "a.tap 7 a.tap " ]
	[ ! -e ran ] && [ ! -e .dealix ]
	run -0 --separate-stderr dealix-gate check -n plan.json
	[ "$(field .settings.report)" = c.tap ]
	echo '[1]' >list.json
	run -2 --separate-stderr dealix-gate check -n --settings list.json plan.json
	[[ $stderr == *"[plan_usage]" ]]
}

@test "check: the root is the top of the work tree, or what -C says" {
	git init -q repo && mkdir repo/deep && printf '1..1\nok 1 - x\n' >repo/r.tap
	plan '{"id":"t","type":"tap","path":"r.tap"}'
	cd repo/deep
	run -0 --separate-stderr dealix-gate check -s ../../.dealix ../../plan.json
	cd ../..
	run -0 --separate-stderr dealix-gate check -C repo plan.json
	run -1 --separate-stderr dealix-gate check plan.json
	[ "$(state t)" = "FAIL file_missing" ]
}

@test "check: the commit that is checked out stands in result and ledger, and as \$head in parameters" {
	git init -q . && git -c user.name=n -c user.email=e commit -q --allow-empty -m x
	head=$(git rev-parse HEAD)
	plan "$(command_step a true)"
	run -0 --separate-stderr dealix-gate check plan.json
	[ "$(field .commit)" = "$head" ]
	[ "$(dealix-ledger list --event gate_evaluated --subject release | jq -r .details.commit)" = "$head" ]
}

@test "check: a repository that cannot be read is an error, not a commit that is missing" {
	mkdir .git && echo 'ref: refs/heads/x' >.git/HEAD && mkdir .git/objects .git/refs && echo 'broken [' >.git/config
	plan "$(command_step a true)"
	run -3 --separate-stderr dealix-gate check plan.json
	[[ $stderr == *"[git_unavailable]" ]]
}

@test "check: each format says the same" {
	plan "$(command_step good true),$(command_step bad 'exit 1' '{"remedy":"mend it"}'),{\"id\":\"off\",\"type\":\"tap\",\"path\":\"\$f\",\"required\":false}" '"settings":{"f":{"type":"path"}}'
	run -1 --separate-stderr dealix-gate check -F text plan.json
	[ "$output" = "[PASS] good
[FAIL] bad
       command_exit: exit status 1
       -> mend it
[N/A] off
SCORE: 50.0% (1/2)
READY: NO" ]
	run -1 --separate-stderr dealix-gate check -F text --one-line plan.json
	[ "$output" = "SCORE: 50.0% (1/2) — READY: NO" ]
	run -1 --separate-stderr dealix-gate check -F tap plan.json
	[ "$output" = "TAP version 14
1..3
ok 1 - release/good
not ok 2 - release/bad
# command_exit: exit status 1
ok 3 - release/off # SKIP not applicable" ]
	run -1 --separate-stderr dealix-gate check -F junit plan.json
	xmllint --noout - <<<"$output"
	[[ $output == *'tests="3" failures="1" errors="0" skipped="1"'* ]]
	run -1 --separate-stderr dealix-gate check -F github plan.json
	[ "${lines[0]}" = "::error title=release/bad::command_exit: exit status 1" ]
	run -1 --separate-stderr dealix-gate check -F sarif plan.json
	[ "$(field '.runs[0].results[].ruleId')" = release/bad ]
}

@test "check: a command that floods, and one that leaves children behind, are contained" {
	plan "$(command_step flood 'yes | head -c 50000000' '{"timeout_s":30}'),$(command_step orphan '(setsid sleep 300 &) ; sleep 0.1; true')"
	run -0 --separate-stderr dealix-gate check plan.json
	[ "$(field '.results[0].observed.stdout_bytes')" = 50000000 ]
	sleep 0.5
	! pgrep -f 'sleep 300' >/dev/null
}

@test "check: dealix-verify looks a plan over without its files and settings" {
	plan '{"id":"e","type":"evidence","kind":"slo_burn","files":{"artifact":"$f"}}' '"settings":{"f":{"type":"path"}}'
	run -0 --separate-stderr dealix-verify plan.json
	[ "$(field .ok)" = true ]
	plan '{"id":"e","type":"shell"},{"id":"e","type":"tap","path":"x","odd":1}'
	run -2 --separate-stderr dealix-verify plan.json
	[ "$(field .findings[].code | tr '\n' ' ')" = "gate_unknown_check gate_unknown_field " ]
}

smoke() { # FAILED...: contract.json of kind smoke, and N.json for each number
	echo '{"schema":"dealix.evidence.contract.v1","kind":"smoke","version":1,"title":"T","inputs":[{"role":"artifact","media":"json"}],"params":{"max":{"type":"integer","default":0},"commit":{"type":"text"}},"rules":[{"id":"smoke.failed","at":".failed","is":".failed <= $max"}]}' >contract.json
	for n in "$@"; do echo "{\"failed\":$n}" >"$n.json"; done
}
evidence_step() { # ID FILE [MEMBERS]
	jq -cn --arg id "$1" --arg f "$2" --argjson more "${3:-{\}}" '{id: $id, type: "evidence", kind: "contract.json", files: {artifact: $f}} + $more'
}

@test "check: evidence is the file that is named, never standard input" {
	smoke 0 3
	cp 3.json ./-
	plan "$(evidence_step e -)"
	run -1 --separate-stderr dealix-gate check plan.json <0.json
	[ "$(state e)" = "FAIL smoke_failed" ]
	for files in '{}' null; do
		plan "$(evidence_step e x "{\"files\":$files}" | jq -c 'if .files == null then del(.files) else . end')"
		run -3 --separate-stderr dealix-gate check plan.json <0.json
		[ "$(state e)" = "ERROR usage" ]
	done
	cp 0.json x; cp 3.json b=x
	plan "$(evidence_step e x '{"files":{"artifact=b":"x"}}')"
	run -2 --separate-stderr dealix-gate check plan.json
	[[ $stderr == *"[field_invalid]" ]]
}

@test "check: no link leads a file, a contract or a command out of the root, whenever it is made" {
	mkdir root outside && cd root && smoke 0 3 && cp 0.json contract.json ../outside && ln -s ../outside out
	plan "$(command_step swap 'ln -sf ../outside/0.json 3.json'),$(evidence_step e 3.json '{"needs":["swap"]}')"
	run -1 --separate-stderr dealix-gate check -C . plan.json
	[ "$(state e)" = "FAIL json_missing" ]
	plan "$(evidence_step e 0.json '{"kind":"out/contract.json"}'),$(command_step c 'touch here')"
	run -2 --separate-stderr dealix-gate check -C . plan.json
	[[ $stderr == *"[path_escape]" ]]
	[ ! -e here ]
	plan "$(command_step c 'touch here' '{"cwd":"out"}'),$(command_step o true '{"outputs":["out/x"]}')"
	run -3 --separate-stderr dealix-gate check -C . plan.json
	[ "$(state c)" = "ERROR path_escape" ]
	[ "$(state o)" = "ERROR file_unwritable" ]
	[ ! -e ../outside/here ]
}

@test "check: the contract's file starts at the root as all paths do" {
	mkdir root && (cd root && smoke 0)
	plan "$(evidence_step e 0.json)"
	run -0 --separate-stderr dealix-gate check -C root plan.json
	smoke 0
	rm root/contract.json
	refused 3 file_unreadable dealix-gate check -C root plan.json
}

@test "check: what is wrong with a contract is known before anything runs" {
	smoke 0
	known() { # CODE MEMBERS
		plan "$(command_step c 'touch ran'),$(evidence_step e 0.json "$2")"
		refused 2 "$1" dealix-gate check plan.json && [ ! -e ran ] && [[ $stderr == *'/steps/1'* ]]
	}
	known evidence_kind_unknown '{"kind":"no_such_kind"}'
	known param_invalid '{"params":{"no_such_param":1}}'
	known param_max_age '{"kind":"enforcement_stress","params":{"max_artifact_age_hours":-1}}'
	known field_invalid '{"files":{"other":"0.json"}}'
	echo '{"schema":"dealix.evidence.contract.v1"}' >broken.json
	known evidence_contract_invalid '{"kind":"broken.json"}'
	echo 'no JSON' >broken.json
	known evidence_contract_invalid '{"kind":"broken.json"}'
}

@test "check: a contract that a command of the plan writes is read when it is there" {
	smoke 0
	mv contract.json source.json
	plan "$(command_step c 'cp source.json contract.json' '{"outputs":["contract.json"]}'),$(evidence_step e 0.json '{"needs":["c"]}')"
	run -0 --separate-stderr dealix-gate check plan.json
}

@test "check: evidence that a command of the plan makes need not be there before, and is that command's" {
	smoke 0
	plan "$(command_step make 'cp 0.json made.json' '{"outputs":["./made.json"]}'),$(evidence_step e made.json '{"needs":["make"]}')"
	run -0 --separate-stderr dealix-gate check plan.json
	run -0 --separate-stderr dealix-gate check plan.json
	touch -d yesterday 0.json
	plan "$(command_step make 'cp -p 0.json made.json' '{"outputs":["./made.json"]}'),$(evidence_step e .//made.json '{"needs":["make"]}')"
	run -1 --separate-stderr dealix-gate check plan.json
	[ "$(state e)" = "FAIL plan_output_stale" ]
	ln -s nowhere dangling
	plan "$(command_step a 'test ! -L dangling' '{"outputs":["dangling"]}')"
	run -0 --separate-stderr dealix-gate check plan.json
}

@test "check: what can be known to be wrong is told before anything runs" {
	bad() { plan "$(command_step ran 'touch ran'),$1" "${2:-}"; run -2 --separate-stderr dealix-gate check plan.json; [ ! -e ran ] && [[ $stderr == *"[${3:-field_invalid}]"* ]]; }
	bad "$(command_step a true '{"stdout_ere":"("}')"
	for p in '"abc"' '"100.01"' -1 101 '""'; do bad "{\"id\":\"a\",\"type\":\"cobertura\",\"path\":\"c.xml\",\"min_percent\":$p}"; done
	bad "$(command_step a true '{"outputs":["folder/"]}')"
	for s in '"type":"number","above":"0","default":-1' '"type":"number","min":[],"default":-1' '"type":"text","min":1,"default":"x"'; do
		bad "$(command_step a true)" "\"settings\":{\"s\":{$s}}"
	done
	smoke 0
	bad "$(evidence_step e 0.json '{"params":{"commit":"$head"}}')" '' plan_usage
	[[ $stderr == *'no commit is checked out'* ]]
	bad "$(evidence_step e 0.json '{"params":{"max=9":"1"}}')"
}

@test "check: a step that is not applicable has shown nothing" {
	plan "$(command_step a true),{\"id\":\"off\",\"type\":\"tap\",\"path\":\"\$f\",\"required\":false}" '"settings":{"f":{"type":"path"}}'
	run -0 --separate-stderr dealix-gate check plan.json
	[ "$(dealix-ledger list --event gate_evaluated | jq -r '.subject.id + " " + (.details.ready | tostring)' | sort | tr '\n' ' ')" = "release true release/a true release/off false " ]
}

@test "check: what a failing command says is masked where it looks like a secret" {
	plan "$(command_step a 'echo "token AKIAIOSFODNN7EXAMPLE refused" >&2; exit 1')"
	run -1 --separate-stderr dealix-gate check plan.json
	[[ $(field '.results[0].detail[0]') == *refused* ]]
	[[ $output != *AKIAIOSFODNN7EXAMPLE* ]]
}
