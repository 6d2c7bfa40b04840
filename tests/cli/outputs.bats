# Structured outputs (release-gates pages 10, 11, 14): documents judged by their kinds, made by `packet`, kept by `add`.
load ../lib

NOW=2026-04-17T10:00:00Z
TRACE=0f6d1c2b3a4958677584930211abcdef

# sample KIND: the valid document of its tests
sample() { jq -c '.cases[0].input' "$ROOT/policies/outputs/tests/$1.json"; }
kinds() { for f in "$ROOT"/policies/outputs/tests/*.json; do basename "$f" .json; done | grep -vx provenance; }
edit() { jq -c "$2" "$1" >"$1.new" && mv "$1.new" "$1"; }
errors() { jq -c '[.errors[] | [.at, .code]]' <<<"$output"; }
card() { sample lead_score_card >card.json; }
packet() { local kind=$1; shift; dealix-evidence packet "$kind" --now "$NOW" "$@"; }
economics() { jq -nc --arg t "$TRACE" "{trace_id:\$t,entity_type:\"partnership\"} + $1"; }

@test "outputs: every shipped contract passes its tests, all of its ids covered, and nothing is left to remark" {
	run -0 dealix-verify contract test "$ROOT/policies/outputs/tests"
	[[ $output == "PASS "*" 0 failed; "*", 100 %" ]]
	for f in "$ROOT"/policies/outputs/*.json; do
		run -0 dealix-verify contract lint "$f"
		[[ $output == *"nothing to remark" ]]
	done
}

@test "outputs: 17 kinds and the checklist are recognised by their schema, and their samples are valid" {
	[ "$(kinds | wc -l)" -eq 18 ]
	for kind in $(kinds); do sample "$kind" >"$kind.json"; done
	run -0 --separate-stderr dealix-verify ./*.json
	[ "${#lines[@]}" -eq 18 ]
	[ "$(jq -r 'select(.valid and .ok and .errors == [] and .findings == []) | .document' <<<"$output" | wc -l)" -eq 18 ]
}

@test "outputs: the classes of actions are those of the action policy" {
	for class in A B+ C; do
		name=$(sed 's/+/_plus/' <<<"class_${class,,}")
		[ "$(jq -c --arg c "$class" '[.actions | to_entries[] | select(.value == $c).key] | sort' "$ROOT/policies/actions/default.json")" = \
			"$(jq -c ".params.$name.default | sort" "$ROOT/policies/outputs/approval_packet.json")" ]
	done
	jq -r '.actions | to_entries[] | select(.value != "C") | .key + " " + .value' "$ROOT/policies/actions/default.json" >classes
	for action in read_status predictive_analysis send_email activate_partnership partner_data_sharing; do
		run -0 --separate-stderr packet approval_packet <<<'{"action":"'$action'","context":"c","risk_summary":"r","reversibility":"reversible","priority":"low","sla_hours":4,"resource_type":"t","trace_id":"'$TRACE'"}'
		grep -qx "$action $(field .action_class)" classes
	done
	one_line 2 schema_relation packet approval_packet <<<'{"action":"bypass_auth","context":"c","risk_summary":"r","reversibility":"reversible","priority":"low","sla_hours":4,"resource_type":"t","trace_id":"'$TRACE'"}'
}

@test "outputs: the page's example, a score of 85 that is said to be warm" {
	card
	edit card.json '.tier = "warm"'
	run -1 --separate-stderr dealix-verify card.json
	[ "$(jq -c '[.valid, .errors]' <<<"$output")" = '[false,[{"at":"/tier","code":"schema_relation","found":"warm","rule":"score>=80","want":"hot"}]]' ]
}

@test "outputs: each code has its pointer, and all errors are listed" {
	card
	edit card.json 'del(.lead_id) | .score = "85" | .recommendation = "maybe" | .timing_score = 11 | .extra = 1 | .provenance.sources[1].collected_at = "today"'
	run -1 --separate-stderr dealix-verify card.json
	[ "$(errors | jq -c sort)" = '[["/extra","schema_unknown_field"],["/lead_id","schema_missing"],["/provenance/sources/1/collected_at","schema_type"],["/recommendation","schema_enum"],["/score","schema_type"],["/timing_score","schema_range"]]' ]
	sample economics_model | jq -c '.revenue_upside_sar = "-1.0000" | .entity_id = "other"' >e.json
	run -1 --separate-stderr dealix-verify e.json
	[[ $(errors) == *'["/revenue_upside_sar","money_negative"]'* && $(errors) == *'["/entity_id","trace_mix"]'* ]]
}

@test "outputs: an inner document is judged as its own kind, with its place in the outer one" {
	sample qualification_memo | jq -c '.lead_score_card.tier = "cold" | .lead_score_card.provenance.confidence = "2"' >memo.json
	run -1 --separate-stderr dealix-verify memo.json
	[[ $(errors) == *'["/lead_score_card/tier","schema_relation"]'* && $(errors) == *'["/lead_score_card/provenance/confidence","schema_range"]'* ]]
	sample ic_memo | jq -c '.synergies.net_synergy_sar = "0.0000" | .valuation.target_id = "t-9"' >ic.json
	run -1 --separate-stderr dealix-verify ic.json
	[[ $(errors) == *'["/synergies/net_synergy_sar","schema_relation"]'* && $(errors) == *'["/valuation/target_id","schema_relation"]'* ]]
}

@test "outputs: every format says the same, with line and column" {
	card
	jq . card.json | sed 's/"hot"/"warm"/' >bad.json
	run -1 --separate-stderr dealix-verify -F text bad.json
	[[ $output == "bad.json:"[0-9]*": schema_relation: expected hot, found warm at /tier"* && $output == *"FAIL dealix.lead_score_card.v1 bad.json"* ]]
	for format in ndjson sarif junit tap github; do
		run -1 --separate-stderr dealix-verify -F $format bad.json
		[[ $output == *schema_relation* ]]
		run -0 --separate-stderr dealix-verify -F $format card.json
		[[ $output != *schema_relation* ]]
	done
}

@test "outputs: as evidence they have their contract's report: -k, add, gate checks" {
	card
	run -0 --separate-stderr dealix-verify evidence -k lead_score_card card.json
	[ "$(field .kind).$(field .verdict)" = lead_score_card.pass ]
	run -0 --separate-stderr dealix-evidence add card.json
	[ "$(field .kind).$(field .verdict).$(field .report.contract_sha256 | wc -c)" = lead_score_card.pass.65 ]
	dealix-ledger list | jq -se --arg t "$TRACE" 'any(.event == "evidence_recorded" and .details.trace_id == $t)' >/dev/null
	edit card.json '.score = 12'
	run -1 --separate-stderr dealix-evidence add card.json
	[ "$(field .verdict)" = fail ]
	jq -n '{schema:"dealix.gate.v1",id:"g",version:"1",title:"t",expected_total:1,groups:[{id:"a",label:"A",checks:[
		{id:"c1",type:"evidence",kind:"lead_score_card",files:{artifact:"card.json"}}]}]}' >gate.json
	run --separate-stderr dealix-gate check -n gate.json
	[ "$status" -eq 1 ] || { echo "$stderr"; return 1; }
	[[ $output == *schema_relation* ]]
}

@test "outputs: documents that are none, too deep, too large or of two minds are refused" {
	card
	for text in '' '[]' '{"schema":"dealix.lead_score_card.v1","schema":"dealix.lead_score_card.v1"}' '{"schema":"dealix.lead_score_card.v1"' \
		'{"schema":"dealix.lead_score_card.v9"}' '{"schema":"dealix.lead_score_card.v1","a":"\ud800"}'; do
		run --separate-stderr dealix-verify - <<<"$text"
		[ "$status" -ne 0 ] && [ "$status" -lt 6 ] || { echo "$text: $status"; return 1; }
	done
	run -1 --separate-stderr dealix-verify - <<<'{"schema":"dealix.lead_score_card.v1"}'
	[ "$(jq '[.errors[] | select(.code == "schema_missing")] | length' <<<"$output")" -eq 13 ]
	jq -c '.signals = [range(30000) | {}] | .signals[29999] = 7' card.json >many.json
	run -1 --separate-stderr dealix-verify many.json
	[ "$(errors)" = '[["/signals/29999","schema_type"]]' ]
	python3 -c 'print("{\"schema\":\"dealix.lead_score_card.v1\",\"signals\":" + "["*70 + "]"*70 + "}")' >deep.json
	run --separate-stderr dealix-verify deep.json
	[ "$status" -ne 0 ]
	for score in 1e308 85.0000000001 -0 "\"$(printf '9%.0s' {1..5000})\"" null true; do
		run -1 --separate-stderr dealix-verify - < <(sed "s/\"score\":85/\"score\":$score/" card.json)
	done
	[[ $output == *'"valid":false'* ]]
}

@test "packet: the page's economics" {
	run -0 --separate-stderr packet economics_model < <(economics '{revenue_upside_sar:"100000",cost_sar:20000,scenarios:[{scenario:"pessimistic",multiplier:"0.7"}]}')
	[ "$(jq -c 'del(.provenance, .assumptions)' <<<"$output")" = '{"cost_sar":"20000.0000","entity_id":"'$TRACE'","entity_type":"partnership","net_value_sar":"80000.0000","payback_months":"2.4","revenue_upside_sar":"100000.0000","schema":"dealix.economics_model.v1","sensitivity_scenarios":[{"multiplier":"0.7","net_value_sar":"50000.0000","payback_months":"3.4","revenue_upside_sar":"70000.0000","scenario":"pessimistic"}]}' ]
	run -0 --separate-stderr dealix-verify - <<<"$output"
	run -0 --separate-stderr packet economics_model < <(economics '{revenue_upside_sar:0,cost_sar:20000}')
	[ "$(jq -c '[.net_value_sar, .payback_months, .payback_reason]' <<<"$output")" = '["-20000.0000",null,"payback_never"]' ]
	run -0 --separate-stderr dealix-verify - <<<"$output"
}

@test "packet: economics that are refused: each code with its pointer" {
	one_line 2 money_negative packet economics_model < <(economics '{revenue_upside_sar:-1,cost_sar:0}')
	one_line 2 money_negative packet economics_model < <(economics '{revenue_upside_sar:1,cost_sar:"-1"}')
	one_line 2 schema_range packet economics_model < <(economics '{revenue_upside_sar:1,cost_sar:1,scenarios:[{scenario:"s",multiplier:"10.1"}]}')
	one_line 2 schema_range packet economics_model < <(economics '{revenue_upside_sar:1,cost_sar:1,scenarios:[{scenario:"s",multiplier:"0"}]}')
	one_line 2 schema_missing packet economics_model < <(economics '{revenue_upside_sar:1}')
	one_line 2 schema_type packet economics_model < <(economics '{revenue_upside_sar:"1.00005",cost_sar:1}')
	one_line 2 schema_enum packet economics_model < <(economics '{revenue_upside_sar:1,cost_sar:1,entity_type:"merger"}')
	one_line 2 schema_relation packet economics_model < <(economics '{revenue_upside_sar:1,cost_sar:1,net_value_sar:"1"}')
	one_line 2 schema_relation packet economics_model < <(economics '{revenue_upside_sar:0,cost_sar:1,payback_months:"20000.0"}')
	one_line 2 schema_unknown_field packet economics_model < <(economics '{revenue_upside_sar:1,cost_sar:1,profit:1}')
	one_line 1 trace_mix packet economics_model < <(economics '{revenue_upside_sar:1,cost_sar:1,entity_id:"other"}')
	one_line 2 schema_missing packet economics_model <<<'{"entity_type":"partnership","revenue_upside_sar":1,"cost_sar":1}'
	one_line 2 field_invalid packet economics_model < <(economics '{cost_sar:1,scenarios:[],sensitivity_scenarios:[]}')
	one_line 2 schema_type packet economics_model < <(economics '{cost_sar:1,trace_id:"mine"}')
	one_line 2 input_empty packet economics_model </dev/null
	one_line 2 number_not_exact packet economics_model < <(economics '{cost_sar:1}' | sed 's/:1}/:0.1234567890123456789}/')
}

@test "packet: the trace is the document's, else the call's, else a new one; two of them are trace_mix" {
	dossier=$(sample partner_dossier | jq -c 'del(.provenance, .schema)')
	run -0 --separate-stderr packet partner_dossier <<<"$dossier"
	minted=$(field .provenance.trace_id)
	[[ $minted =~ ^[0-9a-f]{32}$ ]]
	run -0 --separate-stderr packet partner_dossier <<<"$dossier"
	[ "$(field .provenance.trace_id)" != "$minted" ]
	TRACEPARENT=00-$TRACE-00f067aa0ba902b7-01 run -0 --separate-stderr packet partner_dossier <<<"$dossier"
	[ "$(field .provenance.trace_id)" = $TRACE ]
	TRACEPARENT=00-$TRACE-00f067aa0ba902b7-01 run -0 --separate-stderr packet partner_dossier < <(jq -c ".trace_id = \"$minted\"" <<<"$dossier")
	[ "$(field .provenance.trace_id)" = "$minted" ]
	packet partner_dossier <<<"$dossier" >d.json
	one_line 1 trace_mix packet economics_model d.json - < <(economics '{cost_sar:1}')
	one_line 1 trace_mix packet partner_dossier < <(jq -c ".trace_id = \"$minted\" | .provenance.trace_id = \"$TRACE\"" <<<"$dossier")
}

@test "packet: other kinds fill in what they compute and are valid; what was filled in may be fed back" {
	for kind in $(kinds); do
		sample "$kind" >whole.json
		jq -c 'del(.schema, .provenance, .tier, .recommendation, .total_value_sar, .discount_requires_approval, .final_price_sar, .approval_required,
			.policy_class, .net_value_sar, .payback_months, .total_workstreams, .completed, .net_synergy_sar, .all_complete, .variance_bp, .health)
			+ (if .recommendation and (.tier or .revenue_sar | not) then {recommendation} else {} end)
			+ {trace_id:"'$TRACE'"} | del(.valuation.x)' whole.json >part.json
		run -0 --separate-stderr packet "$kind" part.json
		[ "$(jq -cS 'del(.provenance, .assumptions)' <<<"$output")" = "$(jq -cS 'del(.provenance, .assumptions)' whole.json)" ] ||
			[ "$kind" = economics_model ] || { echo "$kind: $output"; return 1; }
		packet "$kind" <<<"$output" >again.json
		[ "$output" = "$(cat again.json)" ]
		run -0 --separate-stderr dealix-verify again.json
	done
}

@test "packet: kinds, operands and options that do not go together are misuse" {
	usage dealix-evidence packet nothing
	usage dealix-evidence packet provenance
	usage dealix-evidence packet ic_memo -o out
	usage dealix-evidence packet ic_memo --require-gates
	usage dealix-evidence packet ic_memo -K --now "$NOW"
	usage dealix-evidence packet ic_memo --idempotency-key abc
	usage dealix-evidence packet ic_memo --idempotency-key 'a b c d'
	usage dealix-evidence packet finance_packet -K telemetry=a assumptions=b -o out
	usage dealix-evidence packet deal_closure --now "$NOW"
	usage dealix-evidence packet deal_closure lead=
	usage dealix-evidence packet deal_closure other=x
	one_line 3 file_unreadable packet ic_memo none.json
	one_line 2 field_invalid packet ic_memo <<<'[]'
	one_line 2 field_invalid packet ic_memo <<<'{"schema":"dealix.policy.v1"}'
	one_line 2 field_invalid packet ic_memo <<<$'{"a":1}\n{"a":2}'
	[ ! -e .dealix ]
}

@test "packet: a policy that raises an action is given as a parameter" {
	p='{"action":"create_charge","action_class":"B+","context":"c","risk_summary":"r","reversibility":"irreversible","priority":"normal","sla_hours":4,"resource_type":"t","trace_id":"'$TRACE'"}'
	one_line 2 schema_relation packet approval_packet <<<"$p"
	run -0 --separate-stderr packet approval_packet --param 'class_b_plus=["create_charge","partner_data_sharing"]' <<<"$p"
	[ "$(field .reversibility)" = irreversible ]
}
