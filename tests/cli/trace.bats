# dealix-ledger trace and dealix-verify trace (release-gates pages 6.3, 6.4): what belongs together, and whether it is complete.  Votes
# and runs are forged into the log, because no verb writes them yet; the rules one by one are tests/unit/test_trace_check.c.
load ../lib

T=39cde477ed1c6f25265ffc24c3cd62e5
J=$(printf 'journal' | sha256sum | cut -d' ' -f1)

# ask ACTION CORRELATION [OPTION...]
ask() {
	local action=$1 correlation=$2
	shift 2
	printf '{"schema":"dealix.action.request.v1","tenant_id":"default","action":"%s","correlation_id":"%s"}\n' "$action" "$correlation" |
		dealix-gate decide "$@" 2>/dev/null
}
# decided: a pending send_email of ORD-2026-0001; SEQ and D are its entry's number and its id
decided() {
	ask send_email ORD-2026-0001 >pending.json || [ $? -eq 4 ]
	D=$(jq -r .gate_decision.decision_id pending.json)
	SEQ=$(dealix-ledger list --event decision_created | jq .seq)
}
# forged PYTHON: entries behind that of the decision; approved(), run(ID, EVENT, DETAILS) make them
forged() {
	command -v python3 >/dev/null || skip "python3 is absent"
	KEEP_DAMAGED=yes
	python3 "$ROOT/tests/data/forge.py" .dealix "$SEQ" "
import copy, uuid
def approved(status='approved', event='approval_approved', **columns):
    a = copy.deepcopy(e)
    a['event'], a['ledger_id'] = event, str(uuid.uuid4())
    a['subject'] = {'type': 'approval', 'id': e['approval']['id']}
    a['approval'] = {'id': e['approval']['id'], 'status': status}
    a['details'] = {'approvals': 1, 'quorum': 1, 'jti': 'j', 'token_sha256': '0' * 64, 'token_expires_at': e['recorded_at']} if status == 'approved' else {}
    a['decision'].update(columns)
    return a
def run(id, event, details):
    r = {k: v for k, v in copy.deepcopy(e).items() if k not in ('decision', 'approval')}
    r['event'], r['ledger_id'], r['subject'], r['details'] = event, str(uuid.uuid4()), {'type': 'run', 'id': id}, details
    return r
def runs(id):
    return [run(id, 'run_created', {'plan_hash': '1' * 64, 'class': 'modify', 'level': 1, 'assets': ['x'], 'decision_id': e['decision']['decision_id']}),
            run(id, 'run_started', {'from': 'queued'}),
            run(id, 'run_ended', {'from': 'started', 'status': 'succeeded', 'journal_sha256': '$J'})]
$1"
}
# shown WORD...: evidence of the trace that holds these words
shown() {
	printf '%s\n' "$@" >shown.txt
	dealix-evidence add -u shown.txt --traceparent 00-$T-00f067aa0ba902b7-01 >/dev/null 2>&1
}
fingerprint() { jq -r .gate_decision.request_fingerprint pending.json; }
# verdict STATUS ERRORS [RECORDS]: of the trace
verdict() {
	run "-$1" --separate-stderr dealix-verify trace "${ID:-ORD-2026-0001}"
	[ "$(field '.errors | join(" ")')" = "$2" ] || { echo "want $2: $output"; return 1; }
	[ "$(field .complete)" = "$([ "$1" -eq 0 ] && echo true || echo false)" ]
	[ -z "$3" ] || [ "$(field '.records | [.decision, .approval, .execution, .evidence] | join(" ")')" = "$3" ] || { echo "want $3: $output"; return 1; }
}

@test "trace: an id of any kind leads to the whole, in the order of the log" {
	decided
	forged 'more += [approved()] + runs("r1")'
	shown "$(fingerprint)" "$J"
	(umask 077 && openssl genpkey -algorithm ed25519 -out me.pem 2>/dev/null)
	dealix-evidence seal -o p.zip --sign me.pem --trace ORD-2026-0001 "$(sha256sum shown.txt | cut -c 1-64)" >pack.json
	ask tag OTHER >/dev/null
	request m 1 | dealix-gate decide >other.json
	dealix-ledger trace ORD-2026-0001 >whole
	[ "$(jq -r '[.entries[].entry.event] | join(" ")' whole)" = \
		"decision_created approval_approved run_created run_started run_ended action_evaluated evidence_recorded pack_sealed" ]
	jq -e '[.entries[].seq] | . == sort and (unique | length) == length' whole
	[ "$(jq -c '[.trace_ids, .correlation_ids, .state.decision_id]' whole)" = "[[\"$T\"],[\"ORD-2026-0001\"],\"$D\"]" ]
	for id in $T "$D" "$(jq -r '.gate_decision.approval_request_id' pending.json)" "$(jq -r .evaluation_id pending.json)" r1 "$SEQ" \
	    "$(jq -r '.entries[0].entry.ledger_id' whole)" "$(sha256sum shown.txt | cut -c 1-64)" "$(jq -r .id pack.json)"; do
		dealix-ledger trace "$id" | jq -c 'del(.id)' | cmp - <(jq -c 'del(.id)' whole) || { echo "$id"; return 1; }
	done
	dealix-ledger trace "$(jq -r .decision_id other.json)" | jq -e '.trace_ids == [] and (.entries | length) == 1 and .state.decision == "ALLOW"'
	dealix-ledger trace OTHER | jq -e '(.entries | length) == 1'
	[ "$(dealix-ledger trace $T -F ndjson | jq -c .seq | xargs)" = "$(jq -r '[.entries[].seq] | join(" ")' whole)" ]
	[ "$(dealix-ledger trace $T -F text | wc -l)" -eq 8 ]
	refused 1 entry_not_found dealix-ledger trace ORD-2026-0002
	refused 1 entry_not_found dealix-ledger trace 000
	[ "$(dealix-ledger trace $T)" = "$(dealix-ledger trace $T)" ]
}

@test "trace: what was said of an artifact joins, its record in another trace does not" {
	echo '{"schema":"dealix.evidence.contract.v1","kind":"smoke","version":1,"title":"t","inputs":[{"role":"artifact","media":"json","recognise":["failed"]}],"rules":[{"id":"smoke.failed","at":".failed","is":".failed == 0","remedy":"x"}]}' >contract.json
	echo '{"failed":0}' >one.json
	dealix-evidence add -k contract.json one.json --traceparent 00-$T-00f067aa0ba902b7-01 >/dev/null 2>&1
	dealix-evidence add -k contract.json one.json --traceparent 00-${T/39/40}-00f067aa0ba902b7-01 >/dev/null
	dealix-ledger trace $T | jq -e '[.entries[].entry | .event + ":" + (.details.trace_id // "")] == ["evidence_recorded:'$T'", "evidence_verified:", "evidence_verified:"]'
	dealix-ledger trace $T | jq -e '.trace_ids == ["'$T'"]'
	ID=$T verdict 1 "trace_no_decision" "0 0 0 1"
}

@test "trace: a numeric id is that of an entry, if there is one" {
	ask tag 1 >/dev/null
	ask tag 77 >/dev/null
	dealix-ledger trace 1 | jq -e '[.entries[].entry.event] == ["principals_updated"]'
	dealix-ledger trace 77 | jq -e '[.entries[].entry.event] == ["action_evaluated"]'
}

@test "trace: pending, approved, executed, shown: complete at the end and not before" {
	decided
	verdict 1 "trace_no_approval trace_no_evidence" "1 0 0 0"
	forged 'more += [approved()]'
	verdict 1 "trace_no_evidence" "1 1 0 0"
	shown "$(fingerprint)"
	verdict 0 "" "1 1 0 1"
	forged 'drop = False'
	run -0 dealix-verify trace $T -F text
	[[ ${lines[0]} == "complete "*" decision 1 approval 1 execution 0 evidence 1" ]]
}

@test "trace: executed too: the evidence names it, and the decision" {
	decided
	forged 'more += [approved()] + runs("r1")'
	shown "$(fingerprint)"
	verdict 1 "trace_no_evidence" "1 1 1 1"
	shown "$J"
	verdict 0 "" "1 1 1 2"
}

@test "trace: the page's example: execution before its approval, and no evidence" {
	decided
	forged 'more += runs("r1") + [approved()]'
	verdict 1 "trace_order trace_no_evidence" "1 1 1 0"
	run -1 dealix-verify trace "$D" -F text
	[[ ${lines[0]} == INCOMPLETE* ]] && [[ ${lines[1]} == *"[trace_order]" ]] && [[ ${lines[2]} == *"[trace_no_evidence]" ]]
}

@test "trace: executed without an approval; executed twice; approved for another request" {
	decided
	forged 'more += runs("r1")'
	shown "$(fingerprint)" "$J"
	verdict 1 "trace_no_approval trace_unapproved_execution" "1 0 1 1"
	rm -rf .dealix
	decided
	forged 'more += [approved()] + runs("r1") + runs("r2")'
	shown "$(fingerprint)" "$J"
	verdict 1 "trace_double_execution" "1 1 2 1"
	rm -rf .dealix
	decided
	forged 'more += [approved(request_fingerprint="f" * 64)]'
	shown "$(fingerprint)"
	verdict 1 "trace_fingerprint" "1 1 0 1"
}

@test "trace: denied is complete, by the rules or by people, unless it was executed" {
	ask bypass_auth ORD-2026-0001 >/dev/null || [ $? -eq 1 ]
	verdict 0 "" "1 0 0 0"
	rm -rf .dealix
	decided
	forged 'more += [approved("denied", "approval_denied")]'
	verdict 0 "" "1 0 0 0"
	rm -rf .dealix
	decided
	forged 'more += [approved("denied", "approval_denied")] + runs("r1")'
	shown "$J"
	verdict 1 "trace_unapproved_execution" "1 0 1 1"
}

@test "trace: evidence of another tenant; an automatic action; nothing at all" {
	ask tag ORD-2026-0001 >/dev/null
	verdict 1 "trace_no_evidence" "1 0 0 0"
	sha=$(dealix-ledger list --event action_evaluated | jq -r .details.request_sha256)
	shown "$sha"
	verdict 0 "" "1 0 0 1"
	echo "{\"tenant_id\":\"other\",\"about\":\"$sha\"}" >other.json
	dealix-evidence add -u other.json --traceparent 00-$T-00f067aa0ba902b7-01 >/dev/null
	verdict 1 "trace_tenant_mix" "1 0 0 2"
	ID=nobody verdict 1 "trace_empty" "0 0 0 0"
	refused 1 tenant_unknown dealix-verify trace -t other $T
	refused 3 store_unavailable dealix-verify trace -s nowhere $T
	usage dealix-verify trace
	usage dealix-verify trace a b
}

@test "trace: hostile ids are text" {
	ask tag ORD-2026-0001 >/dev/null
	for id in "' OR 1=1 --" $'a\e[31m' '%s%n' "$(printf 'x%.0s' $(seq 5000))" $'\xff'; do
		run -1 --separate-stderr dealix-verify trace "$id"
		[ "$(field .errors[0])" = trace_empty ]
		run -1 --separate-stderr dealix-verify trace -F text "$id"
		[[ $output != *$'\e'* ]]
		run -1 --separate-stderr dealix-ledger trace "$id"
		[[ $stderr == *"[entry_not_found]" ]] && [[ $stderr != *$'\e'* ]]
	done
}

@test "trace: a gate that was run in a trace joins it" {
	echo x >x
	echo '{"schema":"dealix.gate.v1","id":"g","version":"1","title":"t","groups":[{"id":"a","label":"a","checks":[{"id":"x","type":"file_exists","path":"x"}]}]}' >gate.json
	decided
	run -0 --separate-stderr dealix-gate check --traceparent "00-$T-00f067aa0ba902b7-01" gate.json
	[ "$(field .trace_id)" = $T ]
	dealix-gate check gate.json | jq -e 'has("trace_id") | not'
	dealix-ledger trace ORD-2026-0001 | jq -e '[.entries[].entry.event] | map(select(. == "gate_evaluated")) | length == 1'
}
