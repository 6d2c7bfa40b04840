# dealix-gate check: checks of what the store holds: evidence by subject, other gates, approvals, the ledger (release-gates pages 1.1, 1.3).
load ../lib

scene() {
	export GIT_AUTHOR_NAME=ana GIT_AUTHOR_EMAIL=ana@example GIT_COMMITTER_NAME=ana GIT_COMMITTER_EMAIL=ana@example GIT_CONFIG_GLOBAL=/dev/null
	git init -q -b main . && printf '.dealix\n*\n' >.git/info/exclude && git commit -q --allow-empty -m one
	cat >contract.json <<-'EOF'
		{"schema":"dealix.evidence.contract.v1","kind":"smoke","version":1,"title":"Smoke test",
		 "inputs":[{"role":"artifact","media":"json"}],
		 "rules":[{"id":"smoke.failed","at":".failed","type":"integer","max":0}]}
	EOF
	echo '{"failed":0}' >good.json
	echo '{"failed":3}' >bad.json
}
gate() { # CHECKS [ID [MEMBERS]]
	printf '{"schema":"dealix.gate.v1","id":"%s","version":"1","title":"G"%s,"groups":[{"id":"all","label":"All","checks":[%s]}]}' "${2:-g}" \
		"${3:+,$3}" "$1" >"${2:-g}.json"
}
states() { jq -r '.results[] | .check + " " + .state + (if .reason == "" then "" else " " + .reason end)' <<<"$output"; }
is() { [ "$(states)" = "$1" ] || { echo "want $1"; echo "got $(states)"; jq -c '.results[]|.detail' <<<"$output"; return 1; }; }
# subject STATUS STATES [MEMBERS]: evidence of kind smoke on HEAD
subject() {
	gate "{\"id\":\"e\",\"type\":\"evidence\",\"kind\":\"smoke\",\"subject\":\"HEAD\"${3:+,$3}}"
	run "-$1" --separate-stderr dealix-gate check g.json
	is "$2"
}
sha() { sha256sum "$1" | cut -c 1-64; }
add() { dealix-evidence add -k contract.json "$@" >/dev/null; }
code() { [[ $stderr == *"[$1]" ]] || { echo "want $1: $stderr"; return 1; }; }

@test "store: evidence of HEAD, and of another commit" {
	subject 1 'e FAIL evidence_missing'
	add good.json
	subject 0 'e PASS'
	[ "$(jq -r '.results[0].inputs_sha256, (.results[0].observed.artifacts|keys[0])' <<<"$output" | sort -u)" = "$(sha good.json)" ]
	git commit -q --allow-empty -m two
	subject 1 'e FAIL evidence_wrong_subject'
	add good.json
	subject 0 'e PASS'
}

@test "store: evidence by its SHA-256, of whatever commit" {
	add good.json
	git commit -q --allow-empty -m two
	gate "$(printf '{"id":"its","type":"evidence","kind":"smoke","subject":"%s"},{"id":"other","type":"evidence","kind":"smoke","subject":"%s"},{"id":"kind","type":"evidence","kind":"smoked","subject":"%s"}' \
		"$(sha good.json)" "$(sha bad.json)" "$(sha good.json)")"
	run -1 --separate-stderr dealix-gate check g.json
	is 'its PASS
other FAIL evidence_missing
kind FAIL evidence_missing'
}

@test "store: the last verdict counts: a pass, of that contract, at the level asked for" {
	add bad.json || [ $? -eq 1 ]
	subject 1 'e FAIL evidence_invalid'
	add good.json
	subject 0 'e PASS'
	add -l base good.json
	subject 1 'e FAIL evidence_invalid'
	[[ $(jq -r '.results[0].detail[0]' <<<"$output") == *'not given at strict' ]]
	subject 0 'e PASS' '"level":"base"'
	add bad.json || [ $? -eq 1 ]
	subject 1 'e FAIL evidence_invalid'
	jq '.kind = "other"' contract.json >other.json
	dealix-evidence add -k other.json good.json >/dev/null
	add good.json
	subject 0 'e PASS'
	dealix-evidence add -k other.json good.json >/dev/null
	gate "{\"id\":\"e\",\"type\":\"evidence\",\"kind\":\"smoke\",\"subject\":\"$(sha good.json)\"}"
	run -1 --separate-stderr dealix-gate check g.json
	is 'e FAIL evidence_invalid'
	[[ $(jq -r '.results[0].detail[0]' <<<"$output") == *'another contract' ]]
}

@test "store: what nobody judged shows nothing" {
	printf '1..1\nok 1 - a\n' >t.tap
	dealix-evidence import --from tap t.tap >/dev/null
	gate '{"id":"e","type":"evidence","kind":"tap","subject":"HEAD"}'
	run -1 --separate-stderr dealix-gate check g.json
	is 'e FAIL evidence_invalid'
}

@test "store: so many different artifacts, the newest, each in order" {
	add good.json
	add good.json
	subject 1 'e FAIL evidence_missing' '"min_count":2'
	echo '{"failed":0,"n":2}' >second.json
	add second.json
	subject 0 'e PASS' '"min_count":2'
	[ "$(jq '.results[0].observed.artifacts|length' <<<"$output")" = 2 ]
	add bad.json || [ $? -eq 1 ]
	subject 1 'e FAIL evidence_invalid' '"min_count":2'
}

@test "store: the age is that of the contract's instant, of generated_at, of the entry" {
	local now
	now=$(date -u +%s)
	at() { date -u -d "@$((now - $1))" +%Y-%m-%dT%H:%M:%SZ; }
	subject 1 'e FAIL evidence_missing' '"max_age_s":100'
	add good.json
	subject 0 'e PASS' '"max_age_s":100'
	echo "{\"failed\":0,\"generated_at\":\"$(at 500)\"}" >generated.json; add generated.json
	subject 1 'e FAIL evidence_stale' '"max_age_s":100'
	subject 0 'e PASS' '"max_age_s":10000'
	echo "{\"failed\":0,\"captured_at\":\"$(at 50)\",\"generated_at\":\"$(at 500)\"}" >captured.json; add captured.json
	subject 0 'e PASS' '"max_age_s":100'
	echo "{\"failed\":0,\"generated_at\":\"$(at 50)\",\"freshness_hours\":\"2.5\"}" >fresh.json; add fresh.json
	subject 1 'e FAIL evidence_stale' '"max_age_s":9000'
	subject 0 'e PASS' '"max_age_s":20000'
	echo "{\"failed\":0,\"provenance\":{\"generated_at\":\"$(at 50)\",\"freshness_hours\":\"-1\"}}" >minus.json; add minus.json
	subject 1 'e FAIL evidence_stale' '"max_age_s":20000'
	echo "{\"failed\":0,\"captured_at\":\"$(at -200)\"}" >ahead.json; add ahead.json
	subject 0 'e PASS' '"max_age_s":100'
	echo "{\"failed\":0,\"captured_at\":\"$(at -400)\"}" >future.json; add future.json
	subject 1 'e FAIL evidence_future'
}

@test "store: a signature by a trusted key" {
	local k
	for k in a b; do
		(umask 077 && openssl genpkey -algorithm ed25519 -out "$k.pem" 2>/dev/null)
		openssl pkey -in "$k.pem" -pubout -out "$k.pub"
	done
	add good.json
	subject 1 'e FAIL evidence_unsigned' '"require_signature":true'
	dealix-evidence attest --predicate-type https://example/smoke --sign b.pem good.json >/dev/null
	subject 1 'e FAIL evidence_unsigned' '"require_signature":true'
	run -1 --separate-stderr dealix-gate check --trust a.pub g.json
	is 'e FAIL evidence_unsigned'
	run -0 dealix-gate check --trust a.pub --trust b.pub g.json
	dealix-evidence attest --predicate-type https://example/smoke --sign a.pem good.json >/dev/null
	run -0 dealix-gate check --trust a.pub g.json
	run -2 --separate-stderr dealix-gate check --trust a.pem g.json
	code key_invalid
}

@test "store: a review by somebody else, a trace" {
	add good.json
	subject 1 'e FAIL evidence_unreviewed' '"require_review":true'
	subject 1 'e FAIL evidence_trace' '"trace":true'
}

@test "store: a trace that is complete, and one that is not" {
	local id
	dealix-gate decide <<<'{"schema":"dealix.action.request.v1","tenant_id":"default","action":"tag","correlation_id":"REL-1"}' >/dev/null
	id=$(dealix-verify trace REL-1 | jq -r '.trace_ids[0]')
	add --traceparent "00-$id-00f067aa0ba902b7-01" good.json
	subject 1 'e FAIL evidence_trace' '"trace":true'
	[[ $(jq -r '.results[0].detail[0]' <<<"$output") == *"its trace $id is not complete: trace_no_evidence" ]]
	dealix-ledger list --event action_evaluated | jq -c '{failed: 0, of: .details.request_sha256}' >named.json
	add --traceparent "00-$id-00f067aa0ba902b7-01" named.json
	run -0 dealix-verify trace REL-1
	subject 0 'e PASS' '"trace":true'
	subject 0 'e PASS' '"trace":true,"min_count":2'
}

@test "store: bytes that are others are no evidence" {
	KEEP_DAMAGED=1
	add good.json
	sqlite3 .dealix/store.db 'drop trigger ledger_payload_no_update' "update ledger_payload set bytes=x'7b7d' where sha256=x'$(sha good.json)'"
	subject 1 'e FAIL evidence_hash'
}

@test "store: a range that the log does not reach shows nothing" {
	dealix-evidence add -k contract.json good.json >/dev/null
	gate '{"id":"l","type":"ledger_intact","range":"0-"}'
	run -0 dealix-gate check -n g.json
	gate '{"id":"l","type":"ledger_intact","range":"100000-"}'
	run -1 --separate-stderr dealix-gate check -n g.json
	is 'l FAIL ledger_broken'
}

@test "store: members that do not belong together are refused before anything runs" {
	bad() { gate "$1"; run -2 --separate-stderr dealix-gate check g.json; code "$2"; [ -z "$output" ]; [ ! -e .dealix ]; }
	bad '{"id":"e","type":"evidence","kind":"smoke","subject":"main"}' field_invalid
	bad '{"id":"e","type":"evidence","kind":"smoke","subject":"HEAD","files":{"artifact":"good.json"}}' gate_unknown_field
	bad '{"id":"e","type":"evidence","kind":"smoke","files":{"artifact":"good.json"},"max_age_s":1}' gate_unknown_field
	bad "{\"id\":\"e\",\"type\":\"evidence\",\"kind\":\"smoke\",\"subject\":\"$(sha good.json)\",\"min_count\":2}" field_invalid
	bad '{"id":"l","type":"ledger_intact","waivable":true}' field_invalid
	bad '{"id":"l","type":"ledger_intact","range":"9-3"}' field_invalid
	bad '{"id":"l","type":"ledger_intact","range":"-"}' field_invalid
	bad '{"id":"a","type":"approval","action":"x"}' field_invalid
	bad '{"id":"a","type":"gate","max_age_s":0}' field_invalid
}

@test "store: what a command of the plan records is seen by a step that needs it" {
	cat >plan.json <<-EOF
		{"schema":"dealix.gate.plan.v1","id":"p","version":"1","title":"P","steps":[
		 {"id":"before","type":"evidence","kind":"smoke","subject":"HEAD","required":true},
		 {"id":"record","type":"command","argv":["dealix-evidence","add","-k","contract.json","good.json"],"env":["HOME"]},
		 {"id":"after","type":"evidence","kind":"smoke","subject":"HEAD","needs":["record"]}]}
	EOF
	run -1 --separate-stderr dealix-gate check plan.json
	is 'before FAIL evidence_missing
record PASS
after PASS'
}

@test "store: another gate must have been ready at this commit" {
	gate '{"id":"file","type":"file_exists","path":"good.json"}' other
	gate '{"id":"other","type":"gate"},{"id":"named","type":"gate","gate":"other","max_age_s":3600}'
	run -1 --separate-stderr dealix-gate check g.json
	is 'other FAIL gate_result_missing
named FAIL gate_result_missing'
	dealix-gate check other.json >/dev/null
	run -0 dealix-gate check g.json
	git commit -q --allow-empty -m two
	run -1 --separate-stderr dealix-gate check g.json
	is 'other FAIL gate_result_missing
named FAIL gate_result_missing'
	rm good.json
	dealix-gate check other.json >/dev/null || [ $? -eq 1 ]
	run -1 --separate-stderr dealix-gate check g.json
	is 'other FAIL gate_not_ready
named FAIL gate_not_ready'
	echo x >good.json
	dealix-gate check other.json >/dev/null
	sleep 1.2
	gate '{"id":"other","type":"gate","max_age_s":1}'
	run -1 --separate-stderr dealix-gate check g.json
	is 'other FAIL gate_result_stale'
}

@test "store: a gate of the same call runs before the one that asks for it" {
	gate '{"id":"a","type":"gate"}' b
	gate '{"id":"file","type":"file_exists","path":"good.json"}' a
	run -0 --separate-stderr dealix-gate check b.json a.json
	[ "$(jq -r '.gates[].gate' <<<"$output" | tr '\n' ' ')" = 'b a ' ]
	rm good.json
	run -1 --separate-stderr dealix-gate check b.json a.json
	[ "$(jq -r '.gates[0].results[0].reason' <<<"$output")" = gate_not_ready ]
}

@test "store: gates that rest on one another are an error, whether the circle is stored or given" {
	gate '{"id":"g","type":"gate"}'
	run -2 --separate-stderr dealix-gate check g.json
	code gate_cycle
	gate '{"id":"b","type":"gate"}' a
	gate '{"id":"c","type":"gate"}' b
	gate '{"id":"a","type":"gate"}' c
	run -2 --separate-stderr dealix-gate check a.json b.json c.json
	code gate_cycle
	[ ! -e .dealix ]
	run -1 --separate-stderr dealix-gate check b.json
	is 'c FAIL gate_result_missing'
	run -1 --separate-stderr dealix-gate check c.json
	is 'a FAIL gate_result_missing'
	run -3 --separate-stderr dealix-gate check a.json
	is 'b ERROR gate_cycle'
}

@test "store: the ledger is intact, or names the entry; no waiver helps" {
	gate '{"id":"l","type":"ledger_intact"}'
	run -3 --separate-stderr dealix-gate check g.json
	is 'l ERROR store_unavailable'
	run -0 dealix-gate check g.json
	is 'l PASS'
	[ "$(jq '.results[0].observed.size' <<<"$output")" -ge 3 ]
	KEEP_DAMAGED=1
	sqlite3 .dealix/store.db "drop trigger ledger_entry_no_update" \
		"update ledger_entry set entry=cast(replace(cast(entry as text),'\"ready\":false','\"ready\":true') as blob) where seq=3"
	run -1 --separate-stderr dealix-gate check g.json
	is 'l FAIL ledger_broken'
	[[ $(jq -r '.results[0].detail[0]' <<<"$output") == 'entry 3: entry_hash_mismatch'* ]]
	[ "$(jq '.results[0].observed.first_bad_seq' <<<"$output")" = 3 ]
}

# A decision that asks for approval of this commit, and what people said to it, as their tools will write it.
decided() { # COMMIT
	echo '{"schema":"dealix.gate.request.v1","action":"deploy","resource_reference":"api","environment":"prod","metadata":{"commit":"'"$1"'","resource_type":"x"},"estimated_monthly_delta_usd":"100"}' |
		dealix-gate decide --project shop >decision.json || [ $? -eq 4 ]
	seq=$(sqlite3 .dealix/store.db 'select max(seq) from ledger_entry')
}
# said PYTHON: entries that follow the decision
said() {
	python3 "$ROOT/tests/data/forge.py" .dealix "$seq" 'import copy, uuid
def follow(event, who, status, **details):
    f = copy.deepcopy(e)
    f.update(event=event, details=details, ledger_id=str(uuid.uuid4()), actor={"id": who, "role": "owner", "auth": "os-user"}, subject={"type": "approval", "id": e["approval"]["id"]})
    f["approval"]["status"] = status
    if event == "token_consumed": f["subject"] = {"type": "token", "id": details["jti"]}
    more.append(f)
def vote(who): follow("approval_vote", who, "pending", binding_sha256="a" * 64, permission_source="role", vote="approve")
def approved(who, until="2999-01-01T00:00:00.000000Z"): follow("approval_approved", who, "approved", approvals=1, quorum=1, jti="AAECAwQFBgcICQoLDA0ODw", token_sha256="b" * 64, token_expires_at=until)
'"$1"
}
approval() { gate "{\"id\":\"a\",\"type\":\"approval\",\"action\":\"deploy\",\"resource\":\"api\"${3:+,$3}}"; run "-$1" --separate-stderr dealix-gate check g.json; is "$2"; }

@test "store: approvals: none, and it says so" {
	approval 1 'a FAIL approval_missing'
	[[ $(jq -r '.results[0].detail[0]' <<<"$output") == 'the ledger holds 0 approvals of deploy on api; at least 1 must be there' ]]
	decided "$(git rev-parse HEAD)"
	approval 1 'a FAIL approval_missing'
}

@test "store: an approval of this commit by somebody else" {
	decided "$(git rev-parse HEAD)"
	said 'vote("omar"); approved("omar")'
	approval 0 'a PASS'
	approval 1 'a FAIL approval_missing' '"min":2'
	gate '{"id":"a","type":"approval","action":"deploy","resource":"web"}'
	run -1 --separate-stderr dealix-gate check g.json
	is 'a FAIL approval_missing'
	git commit -q --allow-empty -m two
	approval 1 'a FAIL approval_stale'
}

@test "store: an approval by who asked for it, or by an author, is none" {
	local me
	me=$(id -un)
	decided "$(git rev-parse HEAD)"
	said "vote('$me'); approved('$me')"
	approval 1 'a FAIL approval_self'
	approval 0 'a PASS' '"exclude_author":false'
}

@test "store: an approval by the author of the commit, under the address of the commit, is none" {
	decided "$(git rev-parse HEAD)"
	said 'vote("ana@example"); approved("ana@example")'
	approval 1 'a FAIL approval_self'
	approval 0 'a PASS' '"exclude_author":false'
}

@test "store: an approval by a co-author of the commit is none" {
	git commit -q --allow-empty -m two -m $'Reviewed:\nCo-Authored-By: Omar H. <Omar@Example>\nCo-authored-by: sam@example'
	decided "$(git rev-parse HEAD)"
	said 'vote("omar@example"); approved("omar@example")'
	approval 1 'a FAIL approval_self'
	approval 0 'a PASS' '"exclude_author":false'
}

@test "store: an approval that has lapsed or was withdrawn is none" {
	decided "$(git rev-parse HEAD)"
	said 'vote("omar"); approved("omar", "2020-01-01T00:00:00.000000Z")'
	approval 1 'a FAIL approval_stale'
}

@test "store: an approval whose token was used does not lapse" {
	decided "$(git rev-parse HEAD)"
	said 'vote("omar"); approved("omar", "2020-01-01T00:00:00.000000Z"); follow("token_consumed", "omar", "approved", jti="AAECAwQFBgcICQoLDA0ODw", via="token")'
	approval 0 'a PASS'
}
