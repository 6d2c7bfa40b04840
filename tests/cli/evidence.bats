load ../lib
load ../documents

# One contract of one file, one of two, one that looks at files below the root, each small enough to see what must fail.
scene() {
	cat >drill.json <<-'JSON'
	{"schema":"dealix.evidence.contract.v1","kind":"drill","version":3,"title":"Drill",
	 "inputs":[{"role":"artifact","media":"json"}],
	 "params":{"max_age_days":{"type":"number","above":0,"default":90},"who":{"type":"text"},"tags":{"type":"list"}},
	 "rules":[
	  {"id":"drill.at.*","at":".at","type":"timestamp"},
	  {"id":"drill.stale","at":".at","is":"ts($now) - ts(.at) <= $max_age_days * 86400","remedy":"Drill again."},
	  {"id":"drill.rows","for":".rows[]","at":".n","type":"integer","min":1,"remedy":"Fill it."},
	  {"let":"total","value":"sum(.rows[].n)"},
	  {"id":"drill.total","at":".total","is":".total == $total"},
	  {"id":"drill.who","at":".who","when":"$who != null","equals":"$who"},
	  {"id":"drill.tag","at":".tag","when":"$tags != null","is":"in(.tag, $tags)"},
	  {"id":"drill.owner","level":"strict","at":".owner","type":"text"}]}
	JSON
	cat >pair.json <<-'JSON'
	{"schema":"dealix.evidence.contract.v1","kind":"pair","version":1,"title":"Two that agree",
	 "inputs":[{"role":"left","media":"json"},{"role":"right","media":"text"},{"role":"note","media":"text","optional":true}],
	 "rules":[{"id":"pair.same","at":"$left.text","is":"$left.text == $right.text"},
	          {"id":"pair.note","at":"$note.text","is":"$note.text != \"\"","when":"$note.text != null"}]}
	JSON
	cat >tree.json <<-'JSON'
	{"schema":"dealix.evidence.contract.v1","kind":"tree","version":1,"title":"Files","inputs":[],
	 "rules":[{"id":"tree.readme","path":"README","file":["relative","inside","exists","regular"],"contains":"Dealix"}]}
	JSON
	echo '{"at":"2026-03-01T00:00:00Z","rows":[{"n":1},{"n":2}],"total":3,"owner":"ana"}' >good.json
	sed 's/"total":3/"total":4/' good.json >bad.json
	NOW=(--now 2026-03-02T00:00:00Z)
}

verify() { dealix-verify evidence "${NOW[@]}" "$@"; }
rules() { jq -r '[.failures[].rule] | join(" ")' <<<"${1:-$output}"; }

# --- verdicts and exit statuses ---

@test "evidence: pass is 0, fail is 1, and the report says which rule, where and what" {
	run -0 --separate-stderr verify -k drill.json good.json
	[ -z "$stderr" ]
	[ "$(field .verdict)" = pass ]
	[ "$(field '[.kind,.version,.level,.now,.judged] | join(" ")')" = 'drill 3 strict 2026-03-02T00:00:00.000000Z 5' ]
	[ "$(field .inputs[0].sha256)" = "$(sha256sum <good.json | cut -c 1-64)" ]
	[ "$(field .inputs[0].bytes)" = "$(wc -c <good.json)" ]
	run -1 --separate-stderr verify -k drill.json bad.json
	[ -z "$stderr" ]
	[ "$(field '.failures[] | [.rule,.at,.line,.column,.expected,.found] | join(" ")')" = 'drill.total /total 1 63 3 4' ]
	[ "$(field .computed.total)" = 3 ]
}

@test "evidence: the same bytes for the same artifact, contract and --now" {
	verify -k drill.json good.json bad.json >one || true
	verify -k drill.json good.json bad.json >two || true
	cmp one two
	[ "$(wc -l <one)" -eq 2 ]
}

@test "evidence: without --now the clock is used" {
	run -0 dealix-verify evidence -k drill.json -p max_age_days=999999 good.json
	[ "$(field '.now[0:2]')" = 20 ]
	sanitized && return 0	# faketime and sanitizers both want to be loaded first
	run -1 faketime '2036-01-01' dealix-verify evidence -k drill.json good.json
	[ "$(rules)" = drill.stale ]
}

@test "evidence: --now decides about age, and takes RFC 3339 with a zone alone" {
	run -0 dealix-verify evidence -k drill.json --now 2026-05-30T00:00:00Z good.json
	run -1 dealix-verify evidence -k drill.json --now 2026-05-30T00:00:00.000001Z good.json
	[ "$(rules)" = drill.stale ]
	run -0 dealix-verify evidence -k drill.json --now 2026-05-30T02:00:00+02:00 good.json
	[ "$(field .now)" = 2026-05-30T00:00:00.000000Z ]
	for t in 2026-05-30 2026-05-30T00:00:00 soon ''; do
		run -2 --separate-stderr dealix-verify evidence -k drill.json --now "$t" good.json
		[ -z "$output" ]
		[[ $stderr == *'--now: '*'[time_'* ]]
	done
}

@test "evidence: level base leaves out the rules of strict, which is the default" {
	sed 's/,"owner":"ana"//' good.json >anon.json
	run -1 verify -k drill.json anon.json
	[ "$(rules)" = drill.owner ]
	run -0 verify -k drill.json -l base anon.json
	[ "$(field .level)" = base ]
	run -1 verify -k drill.json -l strict anon.json
	run -2 verify -k drill.json -l lax anon.json
}

@test "evidence: all failures are reported, in the order of the contract" {
	echo '{"at":"2020-01-01T00:00:00Z","rows":[{"n":0},{"n":2},{}],"total":9}' >worst.json
	run -1 verify -k drill.json worst.json
	[ "$(rules)" = 'drill.stale drill.rows drill.rows drill.owner' ]
	[ "$(field '[.failures[].at] | join(" ")')" = '/at /rows/0/n /rows/2/n /owner' ]
	[ "$(field '[.skipped[].rule] | join(" ")')" = drill.total ]
}

# --- files ---

@test "evidence: a file that is not there fails, whatever kind of nothing it is" {
	mkfifo pipe
	mkdir folder
	ln -s nowhere dangling
	ln -s loop loop
	for f in absent.json pipe dangling loop good.json/below; do
		run -1 --separate-stderr timeout 5 dealix-verify evidence "${NOW[@]}" -k drill.json "$f"
		[ "$(rules)" = json.missing ]
		run -1 --separate-stderr timeout 5 dealix-verify ./"$f"
		[ -z "$output" ]
		[[ $stderr == *'[json_missing]' ]]
	done
}

@test "evidence: a file that is there and cannot be read is 3, and the others go on" {
	[ "$(id -u)" -ne 0 ] || skip 'root reads everything'
	cp good.json locked.json
	chmod 000 locked.json
	run -3 --separate-stderr verify -k drill.json locked.json
	[ -z "$output" ]
	[[ $stderr == *'locked.json'*'[file_unreadable]' ]]
	run -3 --separate-stderr verify -k drill.json good.json locked.json good.json
	[ "$(jq -r '.error.code // .verdict' <<<"$output" | paste -sd' ')" = 'pass file_unreadable pass' ]
}

@test "evidence: a path that cannot be looked at is neither there nor inside" {
	[ "$(id -u)" -ne 0 ] || skip 'root looks at everything'
	mkdir -p tree/locked
	chmod 000 tree/locked
	echo '{"p":"locked/nothing"}' >paths.json
	rules='{"id":"f.inside","at":".p","file":"inside"},{"id":"f.exists","at":".p","file":"exists"},{"id":"f.regular","at":".p","file":"regular"}'
	echo '{"schema":"dealix.evidence.contract.v1","kind":"mine","version":1,"title":"t","inputs":[{"media":"json"}],"rules":['"$rules"']}' >files.json
	run -1 verify -k files.json -r tree paths.json
	chmod 700 tree/locked
	[ "$(jq -r '.failures[0].rule' <<<"$output")" = f.inside ]
	run -1 verify -k files.json -r tree paths.json
	[ "$(jq -r '[.failures[].rule]|join(" ")' <<<"$output")" = f.exists ]
}

@test "evidence: standard input is an artifact, named or not, once" {
	run -0 verify -k drill.json <good.json
	[ "$(field .inputs[0].path)" = - ]
	run -0 verify -k drill.json - <good.json
	run -1 bash -c 'cat bad.json | dealix-verify evidence --now 2026-03-02T00:00:00Z -k drill.json -F text'
	[[ ${lines[0]} == 'stdin:1:63: drill.total: '* ]]
	run -2 --separate-stderr verify -k drill.json - good.json - <good.json
	[[ $stderr == *'[usage]' ]]
	[ -z "$output" ]
}

@test "evidence: a folder stands for the regular files below it, sorted, links not followed" {
	mkdir -p out/b out/.git
	cp good.json out/b/2.json
	cp bad.json out/10.json
	cp good.json out/9.json
	cp good.json out/.git/x.json
	ln -s ../bad.json out/link.json
	ln -s .. out/up
	run -1 verify -k drill.json out
	[ "$(jq -r '.inputs[0].path' <<<"$output" | paste -sd' ')" = 'out/10.json out/9.json out/b/2.json' ]
	run -1 verify -k drill.json out/
	[ "$(jq -r '.inputs[0].path' <<<"$output" | head -n 1)" = out/10.json ]
	run -0 verify -k drill.json out/b
	mkdir empty
	run -2 --separate-stderr verify -k drill.json empty
	[[ $stderr == *'[evidence_nothing_judged]' ]]
}

@test "evidence: several files are answered in order, errors in their place" {
	echo '{"x":' >broken.json
	echo hello >words
	run -2 --separate-stderr dealix-verify "${NOW[@]}" drill.json broken.json words absent.json tree.json
	[ "$(jq -r '.error.code // .document' <<<"$output" | paste -sd' ')" = \
		'dealix.evidence.contract.v1 json_syntax evidence_kind_unknown json_missing dealix.evidence.contract.v1' ]
	[ "${#stderr_lines[@]}" -eq 3 ]
	[[ $output == *'"detail":"words: '* ]]
	run -1 --separate-stderr verify -k drill.json broken.json good.json
	[ "$(jq -r '[.failures[].rule] | join(" ")' <<<"${lines[0]}")" = json.syntax ]
}

@test "evidence: file rules: syntax, duplicates, numbers, an array, too deep" {
	local row
	check() { printf "$1" >f; run -1 verify -k drill.json f; [ "$(rules)" = "$2" ] || { echo "$1: $output"; return 1; }; }
	check '{' json.syntax
	check '' json.syntax
	check '{"at":1,"at":2}' json.duplicate_key
	check '{"a":{"b":1,"b":1}}' json.duplicate_key
	check '{"at":1e999}' json.number_range
	check '{"at":NaN}' json.syntax
	check '[]' json.not_object
	check '{"at":"\xff"}' json.syntax
	check "$(printf '[%.0s' {1..80})" json.syntax
}

# --- roles ---

@test "evidence: a contract of several files takes each by its role, as one artifact" {
	echo '{"text":"a b\n"}' >l
	echo 'a b' >r
	run -0 verify -k pair.json left=l right=r
	[ "$(field '[.inputs[].role] | join(" ")')" = 'left right' ]
	run -0 verify -k pair.json right=r left=l note=r
	[ "$(field '[.inputs[].role] | join(" ")')" = 'left right note' ]
	echo c >r
	run -1 verify -k pair.json right=r left=l
	[ "$(rules)" = pair.same ]
	[ "$(field '.failures[0].role')" = left ]
	run -1 verify -k pair.json right=absent left=l
	[[ $(rules) == json.missing* ]]
}

@test "evidence: roles that are missing, doubled, unknown or not said are misuse" {
	echo '{"text":"a"}' >l
	for words in 'left=l' 'l r' 'left=l left=l right=r' 'left=l right=r other=r' 'left=l right=' '' 'left=l r'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr verify -k pair.json $words
		[ -z "$output" ]
		[[ $stderr == *'[usage]' ]]
	done
	run -2 --separate-stderr verify -k drill.json other=good.json
	[[ $stderr == *'no file of the role "other"'* ]]
	run -0 verify -k drill.json artifact=good.json
	cp good.json a=b.json
	run -2 --separate-stderr verify -k drill.json ./a=b.json
	[[ $stderr == *'artifact=./a=b.json'* ]]
	run -0 verify -k drill.json artifact=a=b.json
}

@test "evidence: a contract without files looks below the root" {
	run -1 verify -k tree.json
	[ "$(rules)" = tree.readme ]
	mkdir -p r
	echo 'Dealix' >r/README
	run -0 verify -k tree.json -r r
	run -2 --separate-stderr verify -k tree.json good.json
	[[ $stderr == *'reads no file'* ]]
	echo 'Dealix' >outside
	rm r/README
	ln -s ../outside r/README
	run -1 verify -k tree.json -r r
	run -3 --separate-stderr verify -k tree.json -r absent
	[ -z "$output" ]
}

# --- parameters ---

@test "evidence: parameters by option, by file, and the option wins" {
	run -1 verify -k drill.json -p max_age_days=0.5 good.json
	[ "$(rules)" = drill.stale ]
	echo '{"max_age_days":"0.5","who":"ana"}' >p.json
	run -1 verify -k drill.json --params p.json good.json
	[ "$(rules)" = 'drill.stale drill.who' ]
	run -1 verify -k drill.json --params p.json -p max_age_days=5 good.json
	[ "$(rules)" = drill.who ]
	[ "$(field .params.max_age_days)" = 5 ]
	sed 's/"owner"/"tag":"x","owner"/' good.json >tagged.json
	run -0 verify -k drill.json -p 'tags=["x","y"]' tagged.json
	run -1 verify -k drill.json -p 'tags=["y"]' tagged.json
}

@test "evidence: parameters that are unknown, of another type, out of bounds, doubled or nameless" {
	for p in nosuch=1 max_age_days=many max_age_days=0 max_age_days=-1 max_age_days=nan 'tags={}' max_age_days =5 ''; do
		run -2 --separate-stderr verify -k drill.json -p "$p" good.json
		[ -z "$output" ]
		[[ $stderr == *'[param_'* ]] || { echo "$p: $stderr"; return 1; }
	done
	run -2 --separate-stderr verify -k drill.json -p max_age_days=0 good.json
	[[ $stderr == *'[param_max_age]' ]]
	run -2 --separate-stderr verify -k drill.json -p max_age_days=5 -p max_age_days=6 good.json
	[[ $stderr == *'given twice'*'[param_invalid]' ]]
	for p in '[]' '{"nosuch":1}' '{"who":"a","who":"b"}' '{' '{"max_age_days":true}'; do
		echo "$p" >p.json
		run -2 --separate-stderr verify -k drill.json --params p.json good.json
		[ -z "$output" ]
	done
	run -3 --separate-stderr verify -k drill.json --params absent.json good.json
	run -2 --separate-stderr dealix-verify -p a=1 drill.json
	[[ $stderr == *'[param_invalid]' ]]
}

# --- kinds and recognition ---

@test "evidence: -k takes a shipped kind, else a file; what is neither is unknown" {
	for k in nosuch nosuch.json; do
		run --separate-stderr verify -k $k good.json
		[ -z "$output" ]
		[ "$status" -ge 2 ]
	done
	run -2 --separate-stderr verify -k nosuch good.json
	[[ $stderr == *'[evidence_kind_unknown]' ]]
	cp drill.json slo_burn
	run verify -k slo_burn good.json
	[ "$(field .kind)" = slo_burn ]
	run -2 --separate-stderr verify -k - good.json <drill.json
	[[ $stderr == *'[usage]' ]]
	for text in '{' '{}' '{"schema":"dealix.evidence.contract.v1","kind":"x"}' '[]'; do
		echo "$text" >broken.json
		run -2 --separate-stderr verify -k broken.json good.json
		[[ $stderr == *'[evidence_contract_invalid]' ]]
		[ -z "$output" ]
	done
}

@test "evidence: without a kind a document is recognised by the members that a contract names" {
	echo '{"alerts":[],"source":"s","more":1}' >a.json
	run dealix-verify a.json
	[ "$(field .kind)" = slo_burn ]
	run dealix-verify evidence - <a.json
	[ "$(field .kind)" = slo_burn ]
	run bash -c 'cat a.json | dealix-verify -'
	[ "$(field .kind)" = slo_burn ]
	run -2 --separate-stderr dealix-verify good.json
	[[ $stderr == *'[evidence_kind_unknown]' ]]
	run -2 --separate-stderr dealix-verify other=a.json
	[[ $stderr == *'[usage]' ]]
}

@test "evidence: what several contracts recognise is ambiguous" {
	dealix-verify contract list -F json >kinds
	[ "$(jq -c '.inputs[0].recognise // empty' kinds | wc -l)" -ge 2 ] || skip 'fewer than two kinds are recognised'
	jq -sc '[.[].inputs[0].recognise // empty] | .[0] + .[1] | map({(.): 1}) | add' kinds >both.json
	run -2 --separate-stderr dealix-verify both.json
	[[ $stderr == *'[evidence_kind_ambiguous]' ]]
	[ -z "$output" ]
}

@test "evidence: what is no JSON is unknown by its first bytes, never a pass" {
	printf 'TAP version 13\n1..1\nok 1\n' >t.tap
	printf '<testsuites/>\n' >j.xml
	printf 'PK\003\004rest' >z.zip
	printf '# words\n' >w.md
	: >nothing
	for f in t.tap j.xml z.zip w.md; do
		run -2 --separate-stderr dealix-verify ./$f
		[ -z "$output" ]
		[[ $stderr == *'[evidence_kind_unknown]' ]]
	done
	run -2 --separate-stderr dealix-verify ./nothing
	[[ $stderr == *'[input_empty]' ]]
}

@test "evidence: documents of ours go by their schema" {
	policy >policy.json
	doc r 1 "$(rule a deny true)" >rules.json
	run -0 dealix-verify policy.json rules.json drill.json
	[ "$(jq -r .document <<<"$output" | paste -sd' ')" = 'dealix.enforcement.policy.v1 dealix.rules.v1 dealix.evidence.contract.v1' ]
	policy '"nosuch":1' >policy.json
	run -2 dealix-verify policy.json
	[ "$(field .ok)" = false ]
	doc r 1 "$(rule a deny '.x |')" >rules.json
	run -2 dealix-verify rules.json
	[ "$(field '.findings[0] | [.code,.at] | join(" ")')" = 'rules_compile_error /rules/0/when' ]
	sed 's/"type":"integer"/"type":"whole"/' drill.json >broken.json
	run -2 dealix-verify broken.json
	[ "$(field '.findings[0].code')" = evidence_contract_invalid ]
	run -2 --separate-stderr dealix-verify - <<<'{"schema":"dealix.nosuch.v1"}'
	[[ $stderr == *'dealix.nosuch.v1'*'[evidence_kind_unknown]' ]]
}

@test "evidence: a pack.json is checked by its digests" {
	local data='{"a":1}' body
	seal() { # stdin: a pack without hash, canonical; its hash covers all but status and review
		local body
		body=$(jq -cS 'del(.hash,.status)')
		jq -cS --arg h "$(printf %s "$body" | sha256sum | cut -c 1-64)" '. + {hash: $h, status: "ready"}' <<<"$body"
	}
	jq -n --arg d "$(printf %s "$data" | sha256sum | cut -c 1-64)" '{schema:"dealix.pack.v1",id:"01890a5d-ac96-774b-bcce-b302099a8057",tenant_id:"default",
		title:"T",pack_type:"release_evidence",assembled_by:"a",metadata:{members:{"ledger.ndjson":$d}},contents:[{type:"t",source:"s",data:{a:1},sha256:$d}]}' | seal >pack.json
	run -0 dealix-verify - <pack.json
	[ "$(field '[.ok,.valid,.stored_hash == .computed_hash] | map(tostring) | join(" ")')" = 'true true true' ]
	jq -c '.status = "archived"' pack.json >edited.json
	run -0 dealix-verify edited.json
	jq -c '.title = "U"' pack.json >edited.json
	run -1 dealix-verify edited.json
	[ "$(field '[.ok,.findings[0].code] | map(tostring) | join(" ")')" = 'false pack_hash' ]
	jq -c '.contents[0].data.a = 2' pack.json | seal >edited.json
	run -1 dealix-verify edited.json
	[ "$(field '.findings[0].code')" = pack_item_hash ]
	for change in 'del(.hash)' 'del(.contents)' '.nosuch = 1'; do
		jq -c "$change" pack.json >edited.json
		run -2 --separate-stderr dealix-verify edited.json
		[[ $stderr == *'[pack_invalid]' ]]
		[ -z "$output" ]
	done
}

@test "evidence: a contract in which nothing is judged is an error, never a pass" {
	sed 's/"rules":.*/"rules":[{"id":"a.b","at":".x","type":"text","when":"false"}]}/; /^  {/d' drill.json >idle.json
	run -2 --separate-stderr verify -k idle.json good.json
	[ -z "$output" ]
	[[ $stderr == *'[evidence_nothing_judged]' ]]
}

# --- jq ---

@test "evidence: a jq rule passes on one true alone" {
	jqrule() { # PROGRAM: a contract with it
		jq -nc --arg p "$1" '{schema:"dealix.evidence.contract.v1",kind:"j",version:1,title:"t",inputs:[{role:"artifact",media:"json"}],params:{n:{type:"integer",default:7},l:{type:"list",default:["a"]}},rules:[{let:"sum",value:"sum(.rows[].n)"},{id:"j.r",jq:$p}]}' >j.json
	}
	for p in true '.total == 3' '$params.n == 7 and $params.l == ["a"]' '$now == "2026-03-02T00:00:00.000000Z"' \
		'$computed.sum == "3"' 'true # a comment' $'true\n' 'approx(1.0049; 1; 2)' 'margin(200; 50) == 75' \
		'ts("2026-03-02T01:00:00+01:00") == ts($now)' 'ts("1970-01-01T00:00:01.25Z") == 1.25' 'date("2026-03-01") == 20513' \
		'ident("Ana Ruiz") == ident(" ANA RUIZ (acting) ")' 'ident("a+b@c.d") == "a@c.d"' \
		'ident("\u00c9mile \u0130") == ident("\u00e9mile i\u0307")' 'ident("STRASSE") == ident("stra\u00dfe")' 'ident("Al\u200bice (x)\ufeff") == ident("alice")' '[.rows[].n] | add == 3'; do
		jqrule "$p"
		run -0 verify -k j.json good.json || { echo "$p: $output"; return 1; }
	done
	for p in false null empty 'true, true' '1' '"true"' 'error("x")' '.total.x' 'approx(1.01; 1; 2)' 'ts("2026-03-02")' 'date("2026-02-30")' \
		'margin(0; 1) == 0' 'ident(1) == ident(1)' '[range(1e9)] | length > 0' 'def f: f; f'; do
		jqrule "$p"
		run -1 verify -k j.json good.json
		[ "$(rules)" = j.r ] || { echo "$p: $output"; return 1; }
	done
}

@test "evidence: a jq program that does not compile, leaves its place or asks for more is no contract" {
	for p in '.x |' 'nosuch(1)' 'true) | (true' 'input' 'env.HOME == "x"' 'now > 0' 'import "a" as a; true' '"\(' 'debug'; do
		jq -nc --arg p "$p" '{schema:"dealix.evidence.contract.v1",kind:"j",version:1,title:"t",inputs:[{role:"artifact",media:"json"}],rules:[{id:"j.r",jq:$p}]}' >j.json
		run -2 --separate-stderr verify -k j.json good.json
		[[ $stderr == *'[evidence_contract_invalid]' ]] || { echo "$p: $stderr"; return 1; }
		run -2 dealix-verify contract lint j.json
	done
}

@test "evidence: all jq rules of an artifact have one second together" {
	jq -nc '{schema:"dealix.evidence.contract.v1",kind:"j",version:1,title:"t",inputs:[{role:"artifact",media:"json"}],rules:[range(5) | {id:"j.r\(.)",at:".r\(.)",jq:"last(range(300000000)) > 0"}]}' >j.json
	SECONDS=0
	run -1 verify -k j.json good.json good.json
	[ "$(jq -r '.failures | length' <<<"${lines[0]}")" = 5 ]
	[ "$(jq -r '.failures | length' <<<"${lines[1]}")" = 5 ]
	[ "$SECONDS" -le 20 ]
}

# --- formats ---

golden() { # NAME FORMAT
	sed -E 's/"version":"[0-9]+\.[0-9.]+"\}\}\}\]/"version":"0"}}}]/' <<<"$output" >"$SCRATCH/now"
	[ "${DEALIX_GOLDEN:-}" != write ] || cp "$SCRATCH/now" "$ROOT/tests/golden/$1.$2"
	diff -u "$ROOT/tests/golden/$1.$2" "$SCRATCH/now"
}

@test "evidence: golden files of a pass, failures, skipped rules and an error" {
	echo '{"at":"2020-01-01T00:00:00Z","rows":[{"n":0},{}],"total":9,"owner":"<&\"::%>"}' >worst.json
	: >words
	sed '/^  {/d; s/"rules":\[/"rules":[{"id":"drill.total","at":".total","type":"number","remedy":"Add."}]}/; /"params"/d' drill.json >clean.json
	policy '"nosuch":1' >broken.json
	for format in json text sarif junit tap github; do
		run -1 --separate-stderr verify -k drill.json -F $format good.json worst.json
		golden evidence $format
		run -2 --separate-stderr dealix-verify "${NOW[@]}" -F $format clean.json broken.json words
		golden evidence-error $format
	done
}

@test "evidence: json and ndjson print the same bytes, and no format changes the status" {
	verify -k drill.json -F json good.json bad.json >a || true
	verify -k drill.json -F ndjson good.json bad.json >b || true
	cmp a b
	for row in 'good.json 0' 'bad.json 1' 'absent 1'; do
		for format in json ndjson text sarif junit tap github; do
			run -"${row#* }" verify -k drill.json -F $format "${row% *}"
		done
	done
}

@test "evidence: junit and sarif are well-formed and count what they hold" {
	echo '{"at":"x\u0001\u001b]]>","rows":[],"total":"<&>"}' >odd.json
	run -1 verify -k drill.json -F junit odd.json good.json absent
	xmllint --noout - <<<"$output"
	count() { xmllint --xpath "$1" - <<<"$output"; }
	[ "$(count 'sum(//testsuite/@tests)')" = "$(count 'count(//testcase)')" ]
	[ "$(count 'sum(//testsuite/@failures)')" = "$(count 'count(//failure)')" ]
	[ "$(count 'sum(//testsuite/@skipped)')" = "$(count 'count(//skipped)')" ]
	run -1 verify -k drill.json -F sarif odd.json good.json absent
	python3 -W ignore - "$ROOT/tests/data/sarif-2.1.0-used.json" <<-PY
	import json, sys
	log = json.loads('''${output//\\/\\\\}''')
	try:
	    import jsonschema
	    jsonschema.Draft7Validator(json.load(open(sys.argv[1]))).validate(log)
	except ImportError:
	    pass
	for run in log["runs"]:
	    ids = [r["id"] for r in run["tool"]["driver"]["rules"]]
	    assert len(ids) == len(set(ids)), ids
	    assert all(r["ruleId"] in ids for r in run["results"])
	PY
}

@test "evidence: names and values cannot forge a line or send a control character" {
	name=$'::error::x\n\e[31mPASS y'
	printf '{"at":"2026-03-01T00:00:00Z","rows":[{"n":1}],"total":"\\u001b[2J\\nok 9","owner":"a"}' >"$name"
	mkdir d
	cp "$name" d/
	for format in text tap github; do
		run -1 verify -k drill.json -F $format "$name" d
		run -1 grep -q $'[\e\r]' <<<"$output"
		[ "$(grep -cE '^(PASS|ok 9)' <<<"$output")" -eq 0 ]
	done
}

@test "evidence: prove reads the TAP, and fails exactly when the evidence does" {
	verify -k drill.json -F tap good.json >tap
	prove -e cat tap >/dev/null
	verify -k drill.json -F tap good.json bad.json >tap || true
	run -1 prove -e cat tap
}

@test "evidence: --errors json gives errors as documents" {
	run -2 --separate-stderr dealix-verify --errors json good.json
	[ "$(jq -r '.error | [.code,.class] | join(" ")' <<<"$stderr")" = 'evidence_kind_unknown invalid' ]
	[ -z "$output" ]
}

@test "evidence: a closed output is 3" {
	[ -e /dev/full ] || skip
	run -3 bash -c 'dealix-verify evidence --now 2026-03-02T00:00:00Z -k drill.json good.json >/dev/full'
	run -3 bash -c 'dealix-verify evidence --now 2026-03-02T00:00:00Z -k drill.json good.json >&-'
}

@test "evidence: a thousand artifacts in one run, in order" {
	mkdir many
	for i in {1..1000}; do printf '{"at":"2026-03-01T00:00:00Z","rows":[{"n":%d}],"total":%d,"owner":"a"}' "$i" $((i == 700 ? 1 : i)) >"many/$(printf %04d "$i")"; done
	run -1 verify -k drill.json many
	[ "${#lines[@]}" -eq 1000 ]
	[ "$(jq -r 'select(.verdict == "fail") | .inputs[0].path' <<<"$output")" = many/0700 ]
}

@test "evidence: the program opens no store and no network code is linked" {
	mkdir .dealix
	run -0 verify -k drill.json good.json
	[ -z "$(ls -A .dealix)" ]
	run -1 grep -qE 'libcurl|libpq|libgit2|libssl' < <(ldd "$(command -v dealix-verify)")
}

@test "evidence: file names that are no UTF-8, or long, leave a report that is JSON" {
	mkdir names
	cp good.json "names/$(printf 'a\xffb')"
	verify -k drill.json names >out.json
	iconv -f UTF-8 -t UTF-8 out.json | jq -e '.inputs[0].path == "names/a?b" and .verdict == "pass"'
	for f in text junit tap sarif github; do
		verify -k drill.json -F $f names | iconv -f UTF-8 -t UTF-8 >out.txt
	done
	name=x$(printf '\xc3\xa9%.0s' {1..100})
	verify -k drill.json "$name" >out.json || [ $? -eq 1 ]
	iconv -f UTF-8 -t UTF-8 out.json | jq -e '.failures[0].rule == "json.missing" and (.failures[0].found | length <= 80)'
	printf '{"a":' >"$name"
	verify -k drill.json "$name" >out.json || [ $? -eq 1 ]
	jq -e '.failures[0] | .rule == "json.syntax" and (.found | startswith("line 1, column ") and length <= 80)' out.json
}
