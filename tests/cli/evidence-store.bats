# dealix-evidence: artifacts in the store, packs, envelopes (evidence page 2.5, 2.6).
load ../lib

scene() {
	cat >contract.json <<-'EOF'
		{"schema":"dealix.evidence.contract.v1","kind":"smoke","version":1,"title":"Smoke test",
		 "inputs":[{"role":"artifact","media":"json"}],
		 "params":{"max_failed":{"type":"integer","min":0,"default":0}},
		 "rules":[{"id":"smoke.failed","at":".failed","type":"integer","is":".failed <= $max_failed","remedy":"mend what failed"}]}
	EOF
	echo '{"failed":0}' >good.json
	echo '{"failed":3}' >bad.json
}
keys() {
	local k
	for k in "$@"; do
		(umask 077 && openssl genpkey -algorithm ed25519 -out "$k.pem" 2>/dev/null)
		openssl pkey -in "$k.pem" -pubout -out "$k.pub"
	done
}
sha() { sha256sum "$1" | cut -c 1-64; }
code() { [[ $stderr == *"[$1]" ]] || { echo "want $1: $stderr"; return 1; }; }

@test "evidence: an artifact is kept byte for byte with its report; both entries name payloads" {
	run -0 --separate-stderr dealix-evidence add -k contract.json good.json
	[ "$(field '.sha256, .verdict, .kind, .report.verdict' | tr '\n' ' ')" = "$(sha good.json) pass smoke pass " ]
	dealix-evidence show --raw "$(sha good.json)" | cmp - good.json
	dealix-evidence show --raw "$(sha good.json | cut -c 1-8)" | cmp - good.json
	run -0 dealix-evidence show "$(sha good.json)"
	[ "$(field '.provenance.name, .provenance.source, .provenance.sha256, .report.kind, .bytes' | tr '\n' ' ')" = "good.json add $(sha good.json) smoke 13 " ]
	run -0 dealix-ledger list --oldest-first
	[ "$(jq -r .event <<<"$output" | tail -2 | tr '\n' ' ')" = "evidence_recorded evidence_verified " ]
	[ "$(jq -r 'select(.event=="evidence_verified") | .details | .contract + " " + (.version|tostring) + " " + .level + " " + .verdict' <<<"$output")" = "smoke 1 strict pass" ]
	[ "$(dealix-verify store | jq -r .ok)" = true ]
}

@test "evidence: a failing artifact is kept too, and is 1; base and parameters are passed on" {
	run -1 --separate-stderr dealix-evidence add -k contract.json bad.json
	[ "$(field '.verdict, .report.failures[0].rule' | tr '\n' ' ')" = "fail smoke.failed " ]
	run -0 --separate-stderr dealix-evidence add -k contract.json -p max_failed=3 -l base bad.json
	[ "$(field '.report.level, .report.params.max_failed' | tr '\n' ' ')" = "base 3 " ]
	[ "$(dealix-evidence list --verdict pass | jq -r .sha256 | sort -u)" = "$(sha bad.json)" ]
	[ -z "$(dealix-evidence list --verdict fail)" ]
}

@test "evidence: several files are answered in order, a refused one in its place, the others are kept" {
	echo '{"x":1}' >unknown.json
	run -2 --separate-stderr dealix-evidence add good.json unknown.json
	[ -z "$(dealix-evidence list)" ]
	run -1 --separate-stderr dealix-evidence add -k contract.json good.json bad.json absent.json
	[ "$(jq -r '.verdict // .error.code' <<<"$output" | tr '\n' ' ')" = "pass fail json_missing " ]
	[ "$(dealix-evidence list | jq -r .sha256 | sort)" = "$(printf '%s\n' "$(sha good.json)" "$(sha bad.json)" | sort)" ]
}

@test "evidence: what no contract recognises is refused, and kept unjudged only when that is asked for" {
	echo 'a log' >log
	run -2 --separate-stderr dealix-evidence add log
	code evidence_kind_unknown
	[ ! -e .dealix ] || [ -z "$(dealix-evidence list)" ]
	run -0 --separate-stderr dealix-evidence add --unjudged log
	[ "$(field '.kind, .verdict' | tr '\n' ' ')" = "artifact null " ]
	dealix-evidence show -r "$(sha log)" | cmp - log
	run -2 dealix-evidence add --unjudged -k contract.json log
}

@test "evidence: the commit of the work tree is recorded, or the one that is named" {
	git init -q . && git -c user.name=n -c user.email=e commit -q --allow-empty -m x
	head=$(git rev-parse HEAD)
	run -0 --separate-stderr dealix-evidence add -k contract.json good.json
	[ "$(dealix-evidence list --commit "$head" | jq -r .sha256)" = "$(sha good.json)" ]
	run -1 --separate-stderr dealix-evidence add -k contract.json --commit 0123456789012345678901234567890123456789 bad.json
	[ "$(dealix-evidence list --commit 0123456789012345678901234567890123456789 | jq -r .sha256)" = "$(sha bad.json)" ]
	run -2 dealix-evidence add -k contract.json --commit main bad.json
}

@test "evidence: show and list of what is not there" {
	run -3 --separate-stderr dealix-evidence list
	run -0 --separate-stderr dealix-evidence add -k contract.json good.json
	run -1 --separate-stderr dealix-evidence show 00000000
	code entry_not_found
	run -1 --separate-stderr dealix-evidence show 123
	code entry_not_found
	[ -z "$(dealix-evidence list -k nothing)" ]
}

@test "collect: output, words, status, times and version are kept; a command that fails is 1" {
	run -0 --separate-stderr dealix-evidence collect -- git version
	[ "$(dealix-evidence show -r "$(field .sha256)")" = "$(git version)" ]
	run -0 dealix-evidence show "$(field .sha256)"
	[ "$(field '.provenance | .argv[0], .exit_status, .tool_version, .source')" = "git
0
$(git --version)
collect" ]
	[[ $(field .provenance.started_at) < $(field .provenance.ended_at) || $(field .provenance.started_at) == "$(field .provenance.ended_at)" ]]
	run -1 --separate-stderr dealix-evidence collect -- sh -c 'echo out; echo err >&2; exit 9'
	[[ $stderr == *err* ]]
	[ "$(dealix-evidence show "$(field .sha256)" | jq .provenance.exit_status)" = 9 ]
	run -3 --separate-stderr dealix-evidence collect -- no-such-command
	code command_not_found
	run -1 --separate-stderr dealix-evidence collect --timeout 1 -- sleep 60
	[ "$(dealix-evidence show "$(field .sha256)" | jq .provenance.timed_out)" = true ]
}

@test "collect: a contract judges what was printed" {
	run -0 --separate-stderr dealix-evidence collect -k contract.json --no-tool-version -- cat good.json
	[ "$(field '.kind, .verdict' | tr '\n' ' ')" = "smoke pass " ]
	run -1 --separate-stderr dealix-evidence collect -k contract.json --no-tool-version -- cat bad.json
	[ "$(field .verdict)" = fail ]
	run -2 --separate-stderr dealix-evidence collect -k no_such_kind --no-tool-version -- cat bad.json
}

@test "collect: secrets among the words are masked, options of the command are its own" {
	run -0 --separate-stderr dealix-evidence collect --no-tool-version -- echo --password=hunter2hunter2 AKIAIOSFODNN7EXAMPLE -k x
	run -0 dealix-evidence show "$(field .sha256)"
	[ "$(field '.provenance.argv | length')" = 5 ]
	! field .provenance.argv[] | grep -q 'hunter2hunter2\|AKIAIOSFODNN7EXAMPLE'
}

@test "import: each format, its summary; another format is refused" {
	printf '1..2\nok 1 - a\nnot ok 2 - b\n' >t.tap
	printf '<testsuite tests="1"><testcase name="x"/></testsuite>' >t.xml
	echo '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"scan"}},"results":[{"level":"error"},{"level":"note"},{}]}]}' >t.sarif
	echo '{"bomFormat":"CycloneDX","specVersion":"1.5","serialNumber":"urn:uuid:1","metadata":{"component":{"name":"app"}},"components":[{},{}]}' >t.cdx
	echo '{"spdxVersion":"SPDX-2.3","name":"doc","documentNamespace":"https://x.invalid/1","packages":[{}]}' >t.spdx
	echo '{"full_name":"o/r"}' >t.settings
	mkdir -p lib; : >lib/a.c
	printf '<coverage><packages><package><classes><class filename="lib/a.c"><lines><line number="1" hits="1"/></lines></class></classes></package></packages></coverage>' >t.cov
	summary() { dealix-evidence import -f "$1" "$2" | jq -r .sha256 | xargs dealix-evidence show | jq -c .provenance.summary; }
	[ "$(summary tap t.tap | jq -c '[.passed,.failed]')" = '[1,1]' ]
	[ "$(summary junit t.xml | jq .total)" = 1 ]
	[ "$(summary sarif t.sarif)" = '{"by_level":{"error":1,"none":0,"note":1,"warning":1},"results":3,"tool":"scan"}' ]
	[ "$(summary cyclonedx t.cdx)" = '{"components":2,"name":"app","serial":"urn:uuid:1","spec_version":"1.5"}' ]
	[ "$(summary spdx t.spdx)" = '{"components":1,"name":"doc","serial":"https://x.invalid/1","spec_version":"SPDX-2.3"}' ]
	[ "$(summary github-settings t.settings)" = null ]
	[ "$(summary cobertura t.cov | jq -r '.files[0].path')" = lib/a.c ]
	run -1 --separate-stderr dealix-evidence import -f sarif t.cdx
	code evidence_invalid
	run -1 --separate-stderr dealix-evidence import -f junit t.tap
	run -2 --separate-stderr dealix-evidence import t.tap
}

@test "seal: a pack verifies offline, is the same every time, and every changed byte is found" {
	keys me other
	dealix-evidence add -k contract.json good.json >/dev/null
	dealix-evidence add -k contract.json bad.json >/dev/null || true
	run -0 --separate-stderr dealix-evidence seal -o pack.zip --sign me.pem "$(sha good.json)" "$(sha bad.json)"
	[ "$(field .schema)" = dealix.pack.v1 ]
	run -0 dealix-evidence seal -o again.zip --sign me.pem "$(sha bad.json)" "$(sha good.json)"
	cmp pack.zip again.zip
	python3 -c 'import sys, zipfile; sys.exit(zipfile.ZipFile("pack.zip").testzip() is not None)'
	cp pack.zip me.pub other.pub "$HOME" && cd "$HOME"
	run -0 --separate-stderr dealix-verify pack --trust me.pub pack.zip
	[ "$(field '.valid, .verdicts, .ledger' | tr '\n' ' ')" = "true rerun unproved " ]
	run -1 --separate-stderr dealix-verify pack --trust other.pub pack.zip
	[ "$(field .findings[0].code)" = evidence_unsigned ]
	run -1 --separate-stderr dealix-verify pack --trust me.pub --threshold 2 pack.zip
	run -2 --separate-stderr dealix-verify pack pack.zip
	size=$(stat -c %s pack.zip)
	for at in $(seq 3 97 "$size"); do
		cp pack.zip cut.zip
		printf "\\x$(printf %02x $(($(od -An -tu1 -j "$at" -N 1 pack.zip) ^ 1)))" | dd of=cut.zip bs=1 seek="$at" conv=notrunc 2>/dev/null
		dealix-verify pack --trust me.pub cut.zip >/dev/null 2>&1 && { echo "byte $at"; return 1; }
	done
	head -c $((size - 1)) pack.zip >cut.zip
	run -1 dealix-verify pack --trust me.pub cut.zip
}

@test "seal: two signers, and a threshold of both" {
	keys me other
	dealix-evidence add -k contract.json good.json >/dev/null
	run -0 dealix-evidence seal -o pack.zip --sign me.pem --sign other.pem "$(sha good.json)"
	run -0 dealix-verify pack --trust me.pub --trust other.pub --threshold 2 pack.zip
	run -1 dealix-verify pack --trust me.pub --threshold 2 pack.zip
}

@test "seal: what was recorded with a commit; nothing recorded; a key that others can read" {
	keys me
	git init -q . && git -c user.name=n -c user.email=e commit -q --allow-empty -m x
	dealix-evidence add -k contract.json good.json >/dev/null
	run -0 --separate-stderr dealix-evidence seal -o pack.zip --sign me.pem --commit HEAD
	[ "$(field '.contents | length')" = 1 ]
	run -1 --separate-stderr dealix-evidence seal -o none.zip --sign me.pem --commit 0123456789012345678901234567890123456789
	code entry_not_found
	run -1 --separate-stderr dealix-evidence seal -o none.zip --sign me.pem 00000000
	[ ! -e none.zip ]
	chmod 644 me.pem
	run --separate-stderr dealix-evidence seal -o none.zip --sign me.pem --commit HEAD
	[ "$status" -ne 0 ] && code key_file_permissions
	[ ! -e none.zip ]
	run -2 dealix-evidence seal -o none.zip --sign me.pem
	run -2 dealix-evidence seal --sign me.pem --commit HEAD
	chmod 600 me.pem
	run -3 --separate-stderr dealix-evidence seal -o nowhere/none.zip --sign me.pem --commit HEAD
	[ "$(dealix-ledger list --event pack_sealed | wc -l)" = 1 ]
}

@test "seal: a verdict that the contract does not give is found, though it is signed" {
	keys me
	dealix-evidence add -k contract.json bad.json >/dev/null || true
	dealix-evidence seal -o pack.zip --sign me.pem "$(sha bad.json)" >/dev/null
	run -0 dealix-verify pack --trust me.pub pack.zip
	[ "$(field .valid)" = true ]
}

@test "attest: the envelope verifies by other means, and is kept" {
	keys me
	echo '{"level":3}' >predicate.json
	run -0 --separate-stderr dealix-evidence attest --predicate-type https://slsa.dev/provenance/v1 --predicate predicate.json --sign me.pem good.json
	[ "$(field .payload | base64 -d | jq -r '.subject[0].digest.sha256')" = "$(sha good.json)" ]
	[ "$(field .payload | base64 -d | jq -r '.predicate.level')" = 3 ]
	field .payload | tr -d '\n' | base64 -d >payload
	{ printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(stat -c %s payload)"; cat payload; } >pae
	field '.signatures[0].sig' | base64 -d >sig
	openssl pkeyutl -verify -pubin -inkey me.pub -rawin -in pae -sigfile sig
	[ "$(dealix-ledger list --event evidence_attested | jq -r .subject.id)" = "$(sha good.json)" ]
	dealix-evidence show -r "$(sha good.json)" | cmp - good.json
	run -2 dealix-evidence attest --sign me.pem good.json
}

@test "evidence: two at once lose nothing; a store that cannot be written is 3" {
	dealix-evidence add -k contract.json good.json >/dev/null
	for i in 1 2 3 4 5 6 7 8; do
		echo "{\"failed\":0,\"n\":$i}" >"$i.json"
		dealix-evidence add -k contract.json "$i.json" >/dev/null &
	done
	wait
	[ "$(dealix-evidence list | wc -l)" = 9 ]
	[ "$(dealix-ledger list --event evidence_verified | wc -l)" = 9 ]
	[ "$(id -u)" -eq 0 ] || { chmod -R a-w .dealix; run -3 dealix-evidence add -k contract.json bad.json; }
}

@test "evidence: standard input is judged and kept, from a pipe and from a file" {
	run -0 --separate-stderr bash -c 'cat good.json | dealix-evidence add -k contract.json -'
	dealix-evidence show --raw "$(sha good.json)" | cmp - good.json
	run -1 --separate-stderr dealix-evidence add -k contract.json artifact=- <bad.json
	dealix-evidence show --raw "$(sha bad.json)" | cmp - bad.json
}

@test "evidence: the output of a long command is judged as of its end" {
	sed 's/"rules":\[/"rules":[{"id":"smoke.future","at":".at","is":"ts(.at) <= ts($now)","remedy":"r"},/' contract.json >timed.json
	run -0 --separate-stderr dealix-evidence collect -k timed.json -- \
		sh -c 'sleep 1.1; printf "{\"failed\":0,\"at\":\"%s\"}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"'
}

@test "evidence: how a collected command ended is said" {
	run -1 --separate-stderr dealix-evidence collect --timeout 1 -- sleep 9
	[ "${stderr_lines[0]}" = 'dealix-evidence: sleep was stopped after 1 s; what it wrote is kept' ]
	run -1 --separate-stderr dealix-evidence collect -- sh -c 'exit 3'
	[ "$stderr" = 'dealix-evidence: sh ended with status 3; what it wrote is kept' ]
	run -1 --separate-stderr dealix-evidence collect -- sh -c 'kill -9 $$'
	[[ $stderr == *'as if by signal 9;'* ]]
}

@test "evidence: a commit is a whole id, a verdict pass or fail, a digest 8 digits or more: no option that finds nothing unseen" {
	keys me
	dealix-evidence add -k contract.json good.json >/dev/null 2>&1
	for call in 'list --commit abc' 'list --verdict maybe' 'seal -o p.zip --sign me.pem --commit abc' 'seal -o p.zip --sign me.pem --commit HEAD' \
		'attest --predicate-type x --sign me.pem --commit abc good.json' 'collect --commit abc -- true'; do
		usage dealix-evidence $call
	done
	one_line 1 entry_not_found dealix-evidence seal -o p.zip --sign me.pem abc
	one_line 1 evidence_invalid dealix-evidence import -f tap good.json
}

@test "evidence: of several packs one that cannot be read is answered in its place" {
	keys me
	dealix-evidence add -k contract.json good.json >/dev/null 2>&1
	dealix-evidence seal -o p.zip --sign me.pem "$(sha good.json)" >/dev/null
	run -3 --separate-stderr dealix-verify pack --trust me.pub absent.zip p.zip
	[ "$(field '.error.code // .valid' | tr '\n' ' ')" = 'file_unreadable true ' ]
}

@test "evidence: standard input is judged and kept as the same bytes" {
	for from in file pipe role; do
		echo "{\"failed\":0,\"from\":\"$from\"}" >in.json
		case $from in
		file) run -0 --separate-stderr dealix-evidence add -k contract.json - <in.json ;;
		pipe) run -0 --separate-stderr bash -c 'cat in.json | dealix-evidence add -k contract.json -' ;;
		role) run -0 --separate-stderr bash -c 'cat in.json | dealix-evidence add -k contract.json artifact=-' ;;
		esac
		[ "$(field .verdict)" = pass ]
		dealix-evidence show -r "$(sha in.json)" | cmp - in.json
	done
}

@test "evidence: what cannot be read as its media is kept too, with its whole digest" {
	keys me
	: >empty.json
	head -c 17000000 /dev/zero | tr '\0' a | sed 's/.*/{"failed":0,"t":"&"}/' >long.json
	echo '{"failed":' >cut.json
	for f in empty long cut; do
		run -1 --separate-stderr dealix-evidence add -k contract.json "$f.json"
		[ "$(field '.verdict, .sha256, .report.inputs[0].sha256, .report.inputs[0].bytes' | tr '\n' ' ')" = "fail $(sha "$f.json") $(sha "$f.json") $(stat -c %s "$f.json") " ]
		dealix-evidence seal -o "$f.zip" --sign me.pem "$(sha "$f.json")" >/dev/null
		run -0 dealix-verify pack --trust me.pub "$f.zip"
	done
	{ printf '<!DOCTYPE x>\n<coverage>'; head -c 300000 /dev/zero | tr '\0' ' '; echo '</coverage>'; } >doctype.xml
	run -1 --separate-stderr dealix-evidence add -k coverage_xml doctype.xml
	[ "$(field '.verdict, .sha256' | tr '\n' ' ')" = "fail $(sha doctype.xml) " ]
}

@test "evidence: of several files kept without a verdict one that is refused stands in its place" {
	run -1 --separate-stderr dealix-evidence add -u nowhere good.json
	[ "$(jq -r '.kind // .error.code' <<<"$output" | tr '\n' ' ')" = "json_missing artifact " ]
}

@test "evidence: a name that is no UTF-8 makes no report that cannot be read" {
	cp good.json "$(printf 'caf\351.json')"
	run dealix-verify evidence -k contract.json caf*.json
	iconv -f UTF-8 -t UTF-8 <<<"$output" >/dev/null
	[ "$(field '.inputs[0].path')" = 'caf?.json' ]
	run --separate-stderr dealix-evidence add -k contract.json caf*.json
	[ "$status" -eq 1 ] && code json_missing
}

@test "seal: names that no pack may have, and names of one pack, are told apart" {
	keys me
	mkdir d
	for f in pack.json $'line\nfeed.json' "$(printf 'long%.0s' {1..60}).json" d/same.json; do
		echo "{\"failed\":0,\"f\":$(jq -Rs . <<<"$f")}" >"$f"
		dealix-evidence add -k contract.json "$f" >/dev/null
	done
	echo '{"failed":0,"second":true}' >d/same.json
	dealix-evidence add -k contract.json d/same.json >/dev/null
	dealix-evidence collect --name "$(head -c 6000 /dev/zero | tr '\0' x)" --no-tool-version -- echo long >/dev/null
	run -0 --separate-stderr dealix-evidence seal -o pack.zip --sign me.pem $(dealix-evidence list | jq -r .sha256)
	[ "$(field '.contents | length')" = 6 ]
	run -0 dealix-verify pack --trust me.pub pack.zip
}

@test "seal: of a contract on several files all go in; one that was missing is no damage" {
	keys me
	echo '{"schema":"dealix.evidence.contract.v1","kind":"two","version":1,"title":"Two","inputs":[{"role":"a","media":"json"},{"role":"b","media":"json"}],"rules":[{"id":"two.a","at":"$a.failed","type":"integer","max":0}]}' >two.json
	echo '{"failed":0,"n":2}' >b.json
	dealix-evidence add -k two.json a=good.json b=b.json >/dev/null
	run -0 --separate-stderr dealix-evidence seal -o pack.zip --sign me.pem "$(sha good.json)"
	[ "$(field '.contents[].sha256' | sort)" = "$(printf '%s\n' "$(sha good.json)" "$(sha b.json)" | sort)" ]
	run -0 dealix-verify pack --trust me.pub pack.zip
	run -1 --separate-stderr dealix-evidence add -k two.json a=bad.json b=nowhere
	run -0 --separate-stderr dealix-evidence seal -o missing.zip --sign me.pem "$(sha bad.json)"
	run -0 dealix-verify pack --trust me.pub missing.zip
}

@test "seal: a place where no pack can be is refused before the ledger knows of it" {
	keys me
	dealix-evidence add -k contract.json good.json >/dev/null
	mkdir folder
	run -3 --separate-stderr dealix-evidence seal -o folder --sign me.pem "$(sha good.json)"
	code file_unwritable
	[ -z "$(dealix-ledger list --event pack_sealed)" ]
	[ "$(ls -d folder*)" = folder ]
}

@test "evidence: a file that may not grow is 3, leaves nothing half written and a store that verifies" {
	keys me
	dealix-evidence add -k contract.json good.json >/dev/null
	for n in 0 1 2; do
		run -3 --separate-stderr bash -c "ulimit -f $n; exec dealix-evidence seal -o pack.zip --sign me.pem $(sha good.json)"
		run -3 --separate-stderr bash -c "ulimit -f $n; exec dealix-evidence add -k contract.json bad.json"
	done
	[ -z "$(ls pack.zip* 2>/dev/null)" ]
	[ "$(dealix-evidence list | wc -l)" = 1 ]
}

@test "evidence: a file whose name is no UTF-8 is attested under a name that is" {
	keys k
	local name=$'caf\xe9.json'
	cp good.json "$name"
	run -0 --separate-stderr dealix-evidence attest --predicate-type https://example/x --sign k.pem "$name"
	field .payload | base64 -d >statement.json
	iconv -f utf-8 -t utf-8 statement.json >/dev/null
	[ "$(jq -r '.subject[0].name, .subject[0].digest.sha256' statement.json | tr '\n' ' ')" = "caf?.json $(sha good.json) " ]
	[ "$(dealix-verify store | jq -r .ok)" = true ]
}
