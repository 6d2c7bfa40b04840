# dealix-gate decide on action requests (release-gates pages 6.1, 6.2): the page's example, the ledger, what waits for people, and
# what must never get through.  The rules one by one are tests/unit/test_action.c.
load ../lib
load ../documents

# ask MEMBERS [OPTION...]: an action request of the tenant of this store
ask() { printf '{"schema":"dealix.action.request.v1","tenant_id":"default",%s}\n' "$1"; }
# act STATUS REASON MEMBERS [OPTION...]
act() {
	local want=$1 reason=$2 members=$3
	shift 3
	ask "$members" >ask.json
	run --separate-stderr dealix-gate decide "$@" ask.json
	[ "$status" -eq "$want" ] || { echo "status $status, want $want: $output $stderr"; return 1; }
	[ "$(field .reason)" = "$reason" ] || { echo "want $reason: $output $stderr"; return 1; }
}
refuse() { # STATUS CODE MEMBERS [OPTION...]
	local want=$1 code=$2 members=$3
	shift 3
	ask "$members" >ask.json
	refused "$want" "$code" dealix-gate decide "$@" ask.json
}
entries() { dealix-ledger list --event "$1" 2>/dev/null | wc -l; }
TOKEN=eyJhbGciOiJFZERTQSIsImtpZCI6ImsiLCJ0eXAiOiJkZWFsaXgtYXBwcm92YWwrand0In0.e30.AAAA

@test "action: the page's example, of a tenant of its own" {
	echo '{"schema":"dealix.action.request.v1","tenant_id":"t1","action":"send_email","payload":{"to":"a@example.com"}}' >ask.json
	run -1 --separate-stderr dealix-gate decide -t t1 ask.json
	[ "$(jq -Sc '{action,class,allowed,requires_approval,reason,canary}' <<<"$output")" = \
		"$(jq -Sc . <<<'{"action":"send_email","class":"B","allowed":false,"requires_approval":true,"reason":"missing_correlation_id","canary":{"enforced":false,"tenant_in_canary":true}}')" ]
	[ "$(field .schema)" = dealix.action.decision.v1 ]
	ask '"action":"tag"' >ask.json
	refused 1 tenant_mismatch dealix-gate decide -t t1 ask.json
	[ "$(dealix-ledger list -t t1 --event action_evaluated | wc -l)" -eq 1 ]
}

@test "action: each outcome is in the ledger, with the request it judged" {
	act 0 ok '"action":"Read_Status","payload":{"n":1}'
	id=$(field .evaluation_id) trace=$(field .trace_id) correlation=$(field .correlation_id)
	[ "${correlation//-/}" = "$trace" ]		# generated: class A only
	entry=$(dealix-ledger list --event action_evaluated --subject "$id")
	[ "$(jq -Sc '.details | del(.request_sha256)' <<<"$entry")" = "{\"action\":\"read_status\",\"allowed\":true,\"class\":\"A\",\"correlation_id\":\"$correlation\",\"reason\":\"ok\"}" ]
	[ "$(jq -r .subject.type <<<"$entry")" = action ]
	sha=$(jq -r .details.request_sha256 <<<"$entry")
	dealix-ledger trace "$id" | jq -e --arg s "$sha" --arg t "$trace" '.payloads[$s] | .request.payload.n == 1 and .trace_id == $t and (.payload_sha256 | length == 64)'
	act 1 forbidden_action '"action":"BYPASS_AUTH","correlation_id":"c-1"'
	act 1 missing_correlation_id '"action":"send_email"'
	act 1 correlation_id_mismatch '"action":"tag","correlation_id":"c-1","payload":{"correlation_id":"c-2"}'
	act 1 cross_tenant_context_blocked '"action":"tag","cross_tenant_context":"other"'
	act 1 malformed_action '"action":"rm -rf"'
	act 1 empty_action '"action":""'
	echo '{"schema":"dealix.action.request.v1","action":"tag"}' >ask.json
	run -1 --separate-stderr dealix-gate decide ask.json
	[ "$(field '.reason + .class')" = missing_tenant_idC ]
	[ "$(entries action_evaluated)" -eq 8 ] && [ "$(entries decision_created)" -eq 0 ]
	[ "$(dealix-ledger list --event action_evaluated | jq -s '[.[] | select(.details | has("correlation_id"))] | length')" -eq 3 ]
}

@test "action: what waits for people is at once a gate decision: one approval, one answer for a repeat" {
	act 4 approval_required '"action":"send_email","correlation_id":"ORD-2026-0001","payload":{"to":"a@example.com"},"resource_type":"order","resource_id":"77","environment":"prod","project_id":"Shop"'
	jq -e '.gate_decision | .decision == "REQUIRE_APPROVAL" and .source == "ci" and .action == "send_email" and .resource_reference == "order/77" and
		.estimated_monthly_delta_usd == "0.0000" and .environment == "prod" and .project_id == "shop" and .approval_status == "pending" and
		.schema == "dealix.gate.decision.v1"' <<<"$output"
	jq -e '.allowed == false and .requires_approval and .trace_id == "39cde477ed1c6f25265ffc24c3cd62e5" and .sla.level == 0' <<<"$output"
	decision=$(field .gate_decision.decision_id)
	dealix-ledger trace "$decision" >trace.json
	[ "$(jq -c '[.payloads[] | select(.schema == "dealix.gate.request.v1").metadata | {action_class, approval_level, correlation_id, trace_id}] | first' trace.json)" = \
		'{"action_class":"B","approval_level":1,"correlation_id":"ORD-2026-0001","trace_id":"39cde477ed1c6f25265ffc24c3cd62e5"}' ]
	run -4 --separate-stderr dealix-gate decide ask.json
	[ "$(field .gate_decision.decision_id)" = "$decision" ] && [ "$(field .gate_decision.replayed)" = true ]
	[ "$(entries action_evaluated)" -eq 1 ] && [ "$(entries decision_created)" -eq 1 ]
	# Another payload, tenant's class or correlation is another request.
	act 4 approval_required '"action":"send_email","correlation_id":"ORD-2026-0001","payload":{"to":"b@example.com"},"resource_type":"order","resource_id":"77","environment":"prod","project_id":"Shop"'
	[ "$(field .gate_decision.decision_id)" != "$decision" ]
	act 4 approval_required '"action":"partner_data_sharing","correlation_id":"ORD-2026-0001"'
	dealix-ledger trace "$(field .gate_decision.decision_id)" | jq -e '[.payloads[] | select(.schema == "dealix.gate.request.v1").metadata] | any(.approval_level == 2 and .action_class == "B+")'
	[ "$(jq -r '((.sla.breach_at[:19] + "Z" | fromdate) - (.sla.warn_at[:19] + "Z" | fromdate)) / 3600' <<<"$output")" = 8 ]
}

@test "action: shadow mode does not let it through, and a rule that denies says no" {
	policy_mode shadow >shadow.json
	act 4 approval_required '"action":"send_email","correlation_id":"c-1"' -p shadow.json
	jq -e '.allowed == false and .gate_decision.mode == "shadow" and .gate_decision.approval_status == "pending"' <<<"$output"
	policy_mode hard >hard.json
	doc mine 1 "$(rule no deny '.action == "send_email"')" >deny.json
	act 1 approval_required '"action":"send_email","correlation_id":"c-1"' -s hard -p hard.json -r deny.json
	jq -e '.allowed == false and .gate_decision.decision == "DENY"' <<<"$output"
	act 4 approval_required '"action":"send_linkedin","correlation_id":"c-1"' -s hard -p hard.json -r deny.json
}

@test "action: an unknown action needs people, in capitals a forbidden one stays forbidden" {
	act 4 approval_required '"action":"launch_rocket","correlation_id":"c-1"'
	[ "$(field .class_reason)" = unknown_action_requires_approval ] && [ "$(field .class)" = B ]
	act 4 approval_required '"action":"send_email","correlation_id":"c-1"'
	[ "$(field .class_reason)" = null ]
	act 1 forbidden_action '"action":"EXFILTRATE_SECRETS","correlation_id":"c-1"'
	act 1 forbidden_action '"action":"\t Exfiltrate_Secrets\n","correlation_id":"c-1","approval_token":"'$TOKEN'"'
	act 4 approval_required '"action":"'"$(printf 'a%.0s' $(seq 128))"'","correlation_id":"c-1"'
	[ "$(field '.action | length')" -eq 128 ] && [ "$(field '.gate_decision.action | length')" -eq 64 ]
}

@test "action: no token that nobody issued is taken, whatever its form; none is kept or printed" {
	act 1 token_malformed '"action":"send_email","correlation_id":"c-1","approval_token":"approved"'
	act 1 token_invalid '"action":"send_email","correlation_id":"c-1","approval_token":"0123456789012345678901234567890123456789"'
	act 1 token_invalid '"action":"send_email","correlation_id":"c-1","approval_token":"'$TOKEN'"'
	act 1 token_invalid '"action":"partner_data_sharing","correlation_id":"c-1","approval_token":"'$TOKEN'"'
	act 1 token_invalid '"action":"tag","approval_token":"'$TOKEN'"'
	act 4 approval_required '"action":"send_email","correlation_id":"c-1","approval_token":"  "'
	[ "$(entries action_evaluated)" -eq 6 ]
	dealix-ledger list | jq -r .subject.id | while read -r id; do dealix-ledger trace "$id"; done >all
	run -1 grep -E 'eyJhbGci|0123456789012345678901234567890123456789' all
	run -1 grep -aE 'eyJhbGci' .dealix/store.db .dealix/store.db-wal
}

@test "action: a project's table: stricter is taken, laxer is refused before anything is judged; the canary holds class A back" {
	echo '{"schema":"dealix.action.policy.v1","actions":{"create_charge":"B+","tag":"C","my_own":"C"},"canary":{"enforced":true,"tenants":["pilot"]}}' >mine.json
	act 4 approval_required '"action":"create_charge","correlation_id":"c-1"' --actions mine.json
	[ "$(field .class)" = B+ ] && [ "$(field .action_policy_sha256)" = "$(jq -Sjc . mine.json | sha256sum | cut -d' ' -f1)" ]
	act 1 forbidden_action '"action":"tag"' --actions mine.json
	act 1 forbidden_action '"action":"my_own"' --actions mine.json
	act 4 approval_required_outside_canary '"action":"plan"' --actions mine.json
	jq -e '.canary == {enforced: true, tenant_in_canary: false} and .requires_approval and .class == "A" and .gate_decision.approval_status == "pending"' <<<"$output"
	first=$(field .gate_decision.decision_id)
	act 4 approval_required_outside_canary '"action":"plan"' --actions mine.json
	[ "$(field .gate_decision.decision_id)" = "$first" ]		# nothing in it was made up
	jq '.canary.tenants += ["default"]' mine.json >in.json
	act 0 ok '"action":"plan"' --actions in.json
	before=$(entries action_evaluated)
	for laxer in '{"bypass_auth":"B"}' '{"send_email":"A"}' '{"never_heard_of":"A"}' '{"partner_data_sharing":"B"}'; do
		echo "{\"schema\":\"dealix.action.policy.v1\",\"actions\":$laxer}" >bad.json
		refuse 2 policy_loosened '"action":"tag"' --actions bad.json
	done
	echo '{"schema":"dealix.action.policy.v1","actions":{"a":"B","a":"C"}}' >bad.json
	refuse 2 json_duplicate_member '"action":"tag"' --actions bad.json
	echo '{"schema":"dealix.action.policy.v1","actions":{},"default":"A"}' >bad.json
	refuse 2 unknown_field '"action":"tag"' --actions bad.json
	refuse 3 file_unreadable '"action":"tag"' --actions absent.json
	head -c 1100000 /dev/zero | tr '\0' ' ' >big.json
	refuse 2 json_too_large '"action":"tag"' --actions big.json
	usage dealix-gate decide --from terraform-plan --actions mine.json mine.json
	[ "$(entries action_evaluated)" -eq "$before" ]
}

@test "action: hostile requests are refused, and a batch goes on" {
	refuse 2 unknown_field '"action":"tag","token":"x"'
	refuse 2 field_invalid '"action":"tag","payload":[1]'
	refuse 2 json_duplicate_member '"action":"tag","action":"bypass_auth"'
	refuse 2 json_duplicate_member '"action":"tag","payload":{"a":1,"a":2}'
	refuse 2 metadata_too_large "\"action\":\"tag\",\"payload\":{\"a\":\"$(printf '%070000d' 0)\"}"
	deep=$(printf '%017d' 0)
	refuse 2 metadata_too_deep "\"action\":\"tag\",\"payload\":{\"a\":${deep//0/[}${deep//0/]}}"
	deep=$(printf '%070d' 0)
	refuse 2 json_too_deep "\"action\":\"tag\",\"payload\":{\"a\":${deep//0/[}${deep//0/]}}"
	refuse 2 number_not_exact '"action":"tag","payload":{"a":9007199254740993}'
	refuse 2 text_invalid '"action":"tag","correlation_id":"a\u0000b"' || refuse 2 json_nul '"action":"tag","correlation_id":"a\u0000b"'
	refuse 2 field_too_long "\"action\":\"tag\",\"correlation_id\":\"$(printf '%0201d' 0)\""
	for member in action project_id environment; do
		printf '{"schema":"dealix.action.request.v1","tenant_id":"default"}' | jq -c --arg m $member '.action = "tag" | .[$m] = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"' >ask.json
		refused 2 field_invalid dealix-gate decide ask.json
		[[ $stderr != *0123456789* ]]
	done
	refuse 2 field_invalid '"action":"tag","correlation_id":"'$TOKEN'.eyJhbGciOiJIUzI1NiJ9"' || refuse 2 field_invalid '"action":"tag","correlation_id":"ghp_0123456789abcdefghijklmnopqrstuvwxyz"'
	usage dealix-gate decide --action plan ask.json
	[ ! -e .dealix ]		# a refusal keeps nothing
	{
		ask '"action":"tag"'
		ask '"action":"tag","x":1'
		request m 1
		ask '"action":"send_email","correlation_id":"c-1"'
		echo '{'
		ask '"action":"bypass_auth"'
	} >batch
	run -2 --separate-stderr dealix-gate decide batch
	[ "$(jq -sc 'map(.reason // .decision // .error.code)' <<<"$output")" = '["ok","unknown_field","ALLOW","approval_required","json_invalid","forbidden_action"]' ]
	[ "$(entries action_evaluated)" -eq 3 ] && [ "$(entries decision_created)" -eq 2 ]
}

@test "action: secrets of a payload and of a malformed name reach neither ledger nor answer" {
	secret=hunter2-hunter2-hunter2
	key=AKIAIOSFODNN7EXAMPLE
	act 0 ok "\"action\":\"tag\",\"payload\":{\"password\":\"$secret\",\"note\":\"key $key\",\"nested\":[{\"api_key\":\"$secret\"}]}"
	act 4 approval_required "\"action\":\"send_email\",\"correlation_id\":\"c-1\",\"payload\":{\"password\":\"$secret\"}"
	act 1 malformed_action "\"action\":\"password=$secret \u001b[31m\""
	[[ $output != *$'\e'* ]]
	run -1 grep -raE "$secret|$key" .dealix
	[ "$(dealix-ledger list --event action_evaluated | jq -s 'length')" -eq 3 ]
	dealix-ledger list --event action_evaluated | jq -r .subject.id | while read -r id; do dealix-ledger trace "$id"; done | grep -q sensitive
}

@test "action: a dry run judges all the same and keeps nothing" {
	act 0 ok '"action":"tag"' -n
	[ "$(field .evaluation_id)" = null ]
	act 4 approval_required '"action":"send_email","correlation_id":"c-1"' -n
	[ "$(field .gate_decision.approval_request_id)" = null ]
	act 1 forbidden_action '"action":"bypass_auth"' -n
	[ ! -e .dealix ]
	act 0 ok '"action":"tag"'
	act 1 forbidden_action '"action":"bypass_auth"' -n
	[ "$(entries action_evaluated)" -eq 1 ]
}

@test "action: without the ledger no action goes ahead" {
	act 0 ok '"action":"tag"'
	KEEP_DAMAGED=yes
	head -c 100 /dev/urandom >.dealix/store.db
	ask '"action":"tag"' >ask.json
	run --separate-stderr dealix-gate decide ask.json
	[ "$status" -ne 0 ] && [ -z "$output" ] || { echo "$status $output"; return 1; }
	ask '"action":"send_email","correlation_id":"c"' >ask.json
	run --separate-stderr dealix-gate decide ask.json
	[ "$status" -eq 3 ] && [ "$(field .allowed)" = false ] || { echo "$status $output $stderr"; return 1; }
}

@test "action: a lock that is held: 3 and no answer for class A, a fail-safe decision for what people decide" {
	act 0 ok '"action":"tag"'
	exec 9>.dealix/lock
	flock 9
	ask '"action":"tag"' >ask.json
	refused 3 store_busy dealix-gate decide --timeout-ms 100 ask.json
	ask '"action":"send_email","correlation_id":"c-1"' >ask.json
	run -3 --separate-stderr dealix-gate decide --timeout-ms 100 ask.json
	jq -e '.allowed == false and .gate_decision.fail_safe_trigger == "gate_lock_timeout"' <<<"$output"
	exec 9>&-
	[ "$(entries action_evaluated)" -eq 1 ] && [ "$(entries decision_failsafe)" -eq 0 ]
	act 4 approval_required '"action":"send_email","correlation_id":"c-1"'
}

@test "action: every format gives the same status" {
	for format in text tap junit github sarif json ndjson; do
		ask '"action":"tag"' >ask.json
		run -0 --separate-stderr dealix-gate decide -F $format ask.json
		ask '"action":"bypass_auth"' >ask.json
		run -1 --separate-stderr dealix-gate decide -F $format ask.json
		[[ $output == *forbidden_action* ]]
		ask '"action":"send_email","correlation_id":"c-1"' >ask.json
		run -4 --separate-stderr dealix-gate decide -F $format ask.json
		[[ $output == *approval_required* ]]
	done
}

@test "action: a trace that came in is the trace, else the correlation id's; spans tell ids and codes only" {
	t=0af7651916cd43dd8448eb211c80319c
	act 0 ok '"action":"tag","correlation_id":"ORD-2026-0001"' --traceparent 00-$t-00f067aa0ba902b7-01
	[ "$(field .trace_id)" = $t ]
	act 0 ok '"action":"tag","correlation_id":"ORD-2026-0001"' --traceparent 00-${t^^}-00f067aa0ba902b7-01
	[ "$(field .trace_id)" = 39cde477ed1c6f25265ffc24c3cd62e5 ]
	act 0 ok '"action":"tag","correlation_id":"00000000-0000-0000-0000-000000000000"'
	[[ $(field .trace_id) =~ ^[0-9a-f]{32}$ ]] && [[ $(field .trace_id) != 0000000* ]]
	command -v python3 >/dev/null && ldconfig -p 2>/dev/null | grep -q 'libcurl\.so\.4' || skip "no collector"
	mkdir c
	"$ROOT/tests/judge/otlp.py" "$PWD/c" >/dev/null 2>log 3>&- &
	for _ in $(seq 200); do [ -e c/port ] && break; sleep 0.05; done
	act 4 approval_required '"action":"send_email","correlation_id":"ORD-2026-0001","payload":{"to":"a@example.com"},"resource_type":"person","resource_id":"ann"' \
		--otlp "http://127.0.0.1:$(cat c/port)" --project crm
	jq -ce '.body | fromjson | .resourceSpans[0].scopeSpans[0].spans[0]' c/told >span
	jq -e '.traceId == "39cde477ed1c6f25265ffc24c3cd62e5" and ([.attributes[] | {(.key): (.value | to_entries[0].value)}] | add |
		.correlation_id == "ORD-2026-0001" and .["decision.reason"] == "approval_required" and .decision == "REQUIRE_APPROVAL")' span
	run -1 grep -E 'example.com|person|ann"|crm|payload' span
	act 0 ok '"action":"tag"' --otlp "http://127.0.0.1:$(cat c/port)"
	[ "$(tail -n 1 c/told | jq -r '.body | fromjson | .resourceSpans[0].scopeSpans[0].spans[0].traceId')" = "$(field .trace_id)" ]
}
