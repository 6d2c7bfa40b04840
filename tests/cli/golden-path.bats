# The golden path (release-gates page 11): dossier, economics, approval packet, decision, pack, in pipes and with one trace id.
load ../lib

scene() {
	echo '{"partner_name":"Gulf Integrators","partner_type":"strategic","strategic_fit_score":82,"revenue_potential_sar":100000,"risk_assessment":["exclusive in the east"],"cr_verified":true,"recommendation":"proceed"}' >dossier.json
	echo '{"cost_sar":"20000","scenarios":[{"scenario":"pessimistic","multiplier":"0.7"}]}' >economics.json
	openssl genpkey -algorithm ed25519 -out key.pem 2>/dev/null
	chmod 600 key.pem
	openssl pkey -in key.pem -pubout -out key.pub
}
walk() { # KEY: the three documents, each kept under a key of its own
	dealix-evidence packet partner_dossier --idempotency-key "$1-dossier" dossier.json 2>>notes |
		dealix-evidence packet economics_model --idempotency-key "$1-economics" - economics.json 2>>notes |
		dealix-evidence packet approval_packet --idempotency-key "$1-approval" 2>>notes
}
decide() { # TRACE AMOUNT
	echo '{"action":"activate_partnership","resource_reference":"partner/'"$1"'","estimated_monthly_delta_usd":"'"$2"'","environment":"prod","metadata":{"trace_id":"'"$1"'"}}' |
		dealix-gate decide
}

@test "golden path: one trace through dossier, economics, approval packet, decision, pack and its verification" {
	walk path >path.ndjson
	[ "$(jq -r .schema path.ndjson | tr '\n' ' ')" = "dealix.partner_dossier.v1 dealix.economics_model.v1 dealix.approval_packet.v1 " ]
	trace=$(jq -r .provenance.trace_id path.ndjson | sort -u)
	[[ $trace =~ ^[0-9a-f]{32}$ ]]
	[ "$(jq -r 'select(.entity_id) | .entity_id, .net_value_sar, .payback_months' path.ndjson | tr '\n' ' ')" = "$trace 80000.0000 2.4 " ]
	[ "$(jq -c 'select(.action) | [.action, .action_class, .priority, .sla_hours, .warn_hours, .resource_id]' path.ndjson)" = '["activate_partnership","B","high",24,8,"'"$trace"'"]' ]
	# Before the decision a pack is a snapshot, and nothing makes it final.
	run -0 --separate-stderr dealix-evidence seal --trace "$trace" --type deal_closure -o early.zip --sign key.pem
	[ "$(field .stage)" = pre_approval ]
	one_line 1 trace_no_decision dealix-evidence seal --trace "$trace" --stage final -o final.zip --sign key.pem
	[ ! -e final.zip ]
	digest=$(dealix-evidence list | jq -r .sha256 | head -1)
	TRACEPARENT=00-$trace-00f067aa0ba902b7-01 run -0 --separate-stderr dealix-evidence seal --type deal_closure -o early.zip --sign key.pem "$digest"
	[ "$(field '[.stage, .trace_id] | tostring')" = '["final",null]' ]
	TRACEPARENT=00-$trace-00f067aa0ba902b7-01 run -0 --separate-stderr dealix-evidence seal --stage pre_approval -o early.zip --sign key.pem "$digest"
	[ "$(field .trace_id)" = "$trace" ]
	run -0 --separate-stderr decide "$trace" 0
	TRACEPARENT=00-$trace-00f067aa0ba902b7-01 run -0 --separate-stderr dealix-evidence seal -o late.zip --sign key.pem "$digest"
	[ "$(field '[.stage, .trace_id] | tostring')" = '["final","'"$trace"'"]' ]
	run -0 --separate-stderr dealix-evidence seal --trace "$trace" --type deal_closure -o final.zip --sign key.pem
	[ "$(jq -c '[.stage, .trace_id, [.contents[].type]]' <<<"$output")" = '["final","'"$trace"'",["partner_dossier","economics_model","approval_packet","decision"]]' ]
	pack=$output
	[ "$(jq -r '.contents[3].data.decision.decision' <<<"$pack")" = ALLOW ]
	run -0 --separate-stderr dealix-verify - <<<"$pack"
	[ "$(field '.valid and .stored_hash == .computed_hash')" = true ]
	run -0 --separate-stderr dealix-verify pack --trust key.pub final.zip
	[ "$(field '[.valid, .verdicts] | tostring')" = '[true,"rerun"]' ]
	# In the pipe, as the page has it.
	dealix-evidence seal --trace "$trace" --type deal_closure -o piped.zip --sign key.pem | dealix-verify -
}

@test "golden path: run again under the same keys it gives the same bytes; another request under a key is refused" {
	walk path >first
	walk path >second
	cmp first second
	[ "$(grep -c replayed notes)" -eq 3 ]
	[ "$(dealix-ledger list | jq -r 'select(.event == "evidence_recorded") | .details.kind' | wc -l)" -eq 3 ]
	jq -c '.strategic_fit_score = 1' dossier.json >other.json
	one_line 1 idempotency_key_reused dealix-evidence packet partner_dossier --idempotency-key path-dossier other.json
	walk other >third
	[ "$(jq -r .provenance.trace_id third | sort -u)" != "$(jq -r .provenance.trace_id first | sort -u)" ]
}

@test "golden path: of callers at once under one key one makes the document, and all print it" {
	for i in 1 2 3 4 5 6; do
		dealix-evidence packet partner_dossier --idempotency-key once dossier.json >"out.$i" 2>/dev/null &
	done
	wait
	[ "$(cat out.? | sort -u | wc -l)" -eq 1 ]
	[ "$(dealix-ledger list | jq -c 'select(.event == "evidence_recorded")' | wc -l)" -eq 1 ]
}

@test "golden path: a decision that waits for people is none; one that denies ends it, and may be sealed" {
	walk path >path.ndjson
	trace=$(jq -r .provenance.trace_id path.ndjson | sort -u)
	run -4 --separate-stderr decide "$trace" 900
	run -0 --separate-stderr dealix-evidence seal --trace "$trace" -o p.zip --sign key.pem
	[ "$(field .stage)" = pre_approval ]
	run --separate-stderr decide 11111111111111111111111111111111 0
	run -0 --separate-stderr dealix-evidence seal --trace "$trace" -o p.zip --sign key.pem
	[ "$(field .stage)" = pre_approval ]
}

@test "golden path: documents of the path that were edited are refused by the next step" {
	dealix-evidence packet partner_dossier dossier.json | jq -c '.strategic_fit_score = 101' >bad
	one_line 2 schema_range dealix-evidence packet economics_model bad economics.json
	dealix-evidence packet partner_dossier dossier.json >one
	dealix-evidence packet partner_dossier dossier.json >two
	dealix-evidence packet economics_model one economics.json | tail -1 >econ
	one_line 1 trace_mix dealix-evidence packet approval_packet two econ
	usage dealix-evidence seal --trace mine -o p.zip --sign key.pem
	one_line 1 entry_not_found dealix-evidence seal --trace 11111111111111111111111111111111 -o p.zip --sign key.pem
}
