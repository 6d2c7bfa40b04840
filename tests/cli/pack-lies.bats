# dealix-verify pack against a trusted signer who lies (evidence page 2.6): whatever follows from the files and contracts in a pack is
# computed again, and what does not follow is said not to have been.
load ../lib

scene() {
	cat >contract.json <<-'JSON'
		{"schema":"dealix.evidence.contract.v1","kind":"smoke","version":1,"title":"Smoke test",
		 "inputs":[{"role":"artifact","media":"json"}],
		 "params":{"max_failed":{"type":"integer","min":0,"default":0}},
		 "rules":[{"id":"smoke.failed","at":".failed","type":"integer","is":".failed <= $max_failed","remedy":"mend what failed"}]}
	JSON
	jq -c '.rules += [{"id":"smoke.file","at":".log","type":"text","file":["exists"],"remedy":"keep the log"}]' contract.json >files.json
	echo '{"failed":0}' >good.json
	echo '{"failed":3}' >bad.json
	(umask 077 && openssl genpkey -algorithm ed25519 -out me.pem 2>/dev/null)
	openssl pkey -in me.pem -pubout -out me.pub
}
sha() { sha256sum "$1" | cut -c 1-64; }
# pack FILE...: honest.zip of what they were judged to be
pack() {
	local f hex=()
	for f in "$@"; do
		dealix-evidence add -k "${CONTRACT:-contract.json}" "$f" >/dev/null || true
		hex+=("$(sha "$f")")
	done
	dealix-evidence seal -o honest.zip --sign me.pem "${hex[@]}" >/dev/null
	run -0 dealix-verify pack --trust me.pub honest.zip
}
# lie CODE EDIT: what the edit makes of honest.zip is found by that code
lie() {
	python3 "$ROOT/tests/data/lie.py" honest.zip lie.zip me.pem "$2"
	run -1 --separate-stderr dealix-verify pack --trust me.pub lie.zip
	[[ " $(field .findings[].code | tr '\n' ' ') " == *" $1 "* ]] || { echo "want $1: $output"; return 1; }
}
PASS='
r = reports[0]; r["verdict"] = "pass"; r["failures"] = []
for e in entries:
    if e["event"] == "evidence_verified": e["details"]["verdict"] = "pass"; e["details"]["report_sha256"] = sha(jcs(r))
'
AGAIN='
for e in entries:
    if e["event"] == "evidence_verified": e["details"]["report_sha256"] = sha(jcs(reports[0]))
'

@test "lies: nothing edited still verifies, so the others are found for what they are" {
	pack good.json bad.json
	python3 "$ROOT/tests/data/lie.py" honest.zip same.zip me.pem ''
	run -0 dealix-verify pack --trust me.pub same.zip
}

@test "lies: a pass that the contract does not give" {
	pack bad.json
	lie pack_verdict "$PASS"
}

@test "lies: a pass lent to a file that the contract does not read" {
	pack good.json bad.json
	local lend='
b = [h for h in files if b"3" in files[h]][0]
reports[:] = [r for r in reports if r["verdict"] == "pass"]
reports[0]["inputs"].append({"role": ROLE, "path": "bad.json", "sha256": b, "bytes": len(files[b])})
for e in entries:
    if e["event"] == "evidence_verified": e["details"].update(verdict="pass", report_sha256=sha(jcs(reports[0])))
'
	lie pack_verdict "ROLE = 'other'; $lend"
	lie pack_verdict "ROLE = 'artifact'; $lend"
}

@test "lies: a contract that looks at files beside the artifact hides no other rule" {
	: >log
	echo '{"failed":3,"log":"log"}' >bad.json
	CONTRACT=files.json pack bad.json
	[ "$(field '.valid, .verdicts, .not_rerun[]' | tr '\n' ' ')" = "true partly smoke " ]
	lie pack_verdict "$PASS"
	echo '{"failed":0,"log":"absent"}' >bad.json
	CONTRACT=files.json pack bad.json
	python3 "$ROOT/tests/data/lie.py" honest.zip lie.zip me.pem "$PASS"
	run -0 dealix-verify pack --trust me.pub lie.zip
	[ "$(field '.verdicts, .not_rerun[]' | tr '\n' ' ')" = "partly smoke " ]
	run -0 dealix-verify pack -F text --trust me.pub lie.zip
	[[ $output == *"verdicts partly"*"the signed verdict is all there is"* ]]
}

@test "lies: a report on a file that is not in the pack" {
	pack good.json bad.json
	lie pack_verdict 'h = [h for h in files if b"3" in files[h]][0]; del files[h]; entries[:] = [e for e in entries if e["subject"]["id"] != h]'
}

@test "lies: a report that says more than contract and files give" {
	pack good.json
	for edit in '["kind"] = "finance_guardrails"' '["version"] = 7' '["level"] = "lax"' '["schema"] = "x.v1"' '["params"] = {}' \
		'["inputs"][0]["bytes"] = 1' '["failures"] = [{"rule": "smoke.failed"}]' '["now"] = "2020-01-01T00:00:00Z"'; do
		lie pack_verdict "reports[0]$edit; $AGAIN"
	done
	lie pack_verdict "reports[0]['now'] = '2999-01-01T00:00:00.000000Z'; $AGAIN"
}

@test "lies: entries that are of something else, or left out" {
	pack good.json bad.json
	lie pack_subject 'entries.clear()'
	lie pack_verdict 'entries[:] = [e for e in entries if e["event"] == "evidence_recorded"]'
	lie pack_subject 'entries[:] = [e for e in entries if e["event"] == "evidence_verified"]'
	lie pack_subject 'entries[-1]["subject"]["id"] = "0" * 64'
	lie pack_verdict 'entries[-1]["details"]["verdict"] = "pass"'
	lie ledger_tenant_mismatch 'entries[0]["tenant_id"] = "other"'
	lie origin_mismatch 'entries[-1]["origin"] = "other.example/log"'
	lie pack_subject 'entries[0].update(event="evidence_attested", details={"attestation_sha256": "0" * 64})'
}

@test "lies: a failing verdict beside a later pass is not left out" {
	echo '{"failed":2}' >same.json
	dealix-evidence add -k contract.json same.json >/dev/null || true
	dealix-evidence add -k contract.json -p max_failed=2 same.json >/dev/null
	dealix-evidence seal -o honest.zip --sign me.pem "$(sha same.json)" >/dev/null
	run -0 dealix-verify pack --trust me.pub honest.zip
	lie payload_missing 'reports[:] = [r for r in reports if r["verdict"] == "pass"]'
}
