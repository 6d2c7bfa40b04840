load ../lib

# Verdicts of the real artifacts (spec/evidence.md 2.8) for the kinds with several files and with a tree.  They are read where they
# lie and never copied.
NOW=2026-02-28T15:00:00Z
EVIDENCE=$FIXTURES/evidence
SAMPLES=$ROOT/policies/evidence/tests/samples
DRILL=$EVIDENCE/key-rotation-drill-2026-02-27.md
JWT=$EVIDENCE/jwt_bcp_checklist_2026-02-27.json
SSDF=$EVIDENCE/ssdf_traceability_matrix_2026-02-25.json
MATRIX=$EVIDENCE/feature_enforceability_matrix_2026-02-27.json
GUARDRAILS=$EVIDENCE/finance_guardrails_2026-02-27.json
TELEMETRY=$EVIDENCE/finance_telemetry_snapshot_2026-02-28.json
POLICY=$EVIDENCE/pkg_fin_policy_decisions_2026-02-28.json
ASSUMPTIONS=$EVIDENCE/finance_committee_packet_assumptions_2026-02-28.json

# judge KIND LEVEL WORD...
judge() {
	local kind=$1 level=$2
	shift 2
	run --separate-stderr dealix-verify evidence -k "$kind" -l "$level" --format json --now "$NOW" "$@"
	[ "$(field .kind)" = "$kind" ] && [ "$(field .level)" = "$level" ] || { echo "$kind: status $status: $stderr"; return 1; }
}

rules() { field '[.failures[].rule] | reduce .[] as $r ([]; if any(.[]; . == $r) then . else . + [$r] end) | join(" ")'; }

passes() {
	judge "$@" || return 1
	[ "$status" -eq 0 ] && [ "$(field .verdict)" = pass ] && [ "$(field '.failures|length')" -eq 0 ] && return
	echo "$1 at $2: $(field '.failures[0]')"
	return 1
}

# fails "RULE..." KIND LEVEL WORD...: exactly these rules fail, in that order
fails() {
	local want=$1
	shift
	judge "$@" || return 1
	[ "$status" -eq 1 ] && [ "$(field .verdict)" = fail ] && [ "$(rules)" = "$want" ] && return
	echo "$1 at $2, status $status: $(rules)"
	return 1
}

# A tree of empty files: those that the rows of an artifact cite.
tree_of() {
	jq -r '.controls[]?.evidence[], .practices[]?.evidence[]' "$1" | sort -u | while IFS= read -r path; do
		mkdir -p "tree/$(dirname "$path")" && : >"tree/$path"
	done
}

@test "evidence-real: the key rotation drill passes base; strict asks for proof" {
	need_fixtures
	passes key_rotation_drill base "$DRILL"
	fails krd.proof key_rotation_drill strict "$DRILL"
	[ "$(field '.failures|length')" -eq 7 ]
}

@test "evidence-real: the drill is good until the day that the next one is due" {
	need_fixtures
	NOW=2026-05-28T23:59:59Z passes key_rotation_drill base "$DRILL"
	NOW=2026-05-29T00:00:00Z fails krd.next_due.past key_rotation_drill base "$DRILL"
	NOW=2026-02-27T08:05:00Z passes key_rotation_drill base "$DRILL"
	NOW=2026-02-27T08:04:59Z fails krd.executed_at.future key_rotation_drill base "$DRILL"
	fails krd.next_due.horizon key_rotation_drill base -p max_drill_age_days=89 "$DRILL"
}

@test "evidence-real: the JWT checklist passes at both levels in a tree that holds what it cites" {
	need_fixtures
	tree_of "$JWT"
	passes jwt_bcp_checklist base -r tree "$JWT"
	passes jwt_bcp_checklist strict -r tree "$JWT"
	fails jwt.evidence.exists jwt_bcp_checklist strict "$JWT"
}

@test "evidence-real: the SSDF matrix passes base; strict names the five partial practices" {
	need_fixtures
	tree_of "$SSDF"
	passes ssdf_matrix base -r tree "$SSDF"
	fails ssdf.item.status_floor ssdf_matrix strict -r tree "$SSDF"
	field '.failures[].at' >at
	run -0 jq -r --rawfile at at '[.practices as $p | $at | rtrimstr("\n") | split("\n")[] | split("/")[2] |
		$p[tonumber].practice_id] | join(" ")' "$SSDF"
	[ "$output" = "PO.5 PS.1 PS.3 PW.4 RV.3" ]
	passes ssdf_matrix strict -r tree -p min_status=partial "$SSDF"
	passes ssdf_matrix strict -r tree -p 'waived_ids=["PO.5","PS.1","PS.3","PW.4","RV.3"]' "$SSDF"
	fails ssdf.item.status_floor ssdf_matrix strict -r tree -p 'waived_ids=["PO.5","PS.1","PS.3","PW.4"]' "$SSDF"
	[ "$(field '.failures|length')" -eq 1 ]
}

@test "evidence-real: the checklists are recognised by themselves" {
	need_fixtures
	tree_of "$JWT"
	tree_of "$SSDF"
	run -0 --separate-stderr dealix-verify evidence -l base --format ndjson --now "$NOW" -r tree "$JWT" "$SSDF"
	[ "$(jq -r .kind <<<"$output" | xargs)" = "jwt_bcp_checklist ssdf_matrix" ]
}

@test "evidence-real: the three as a monthly refresh pass base; strict sees two labels" {
	need_fixtures
	passes monthly_finance_refresh base guardrails="$GUARDRAILS" telemetry="$TELEMETRY" policy="$POLICY"
	fails mfr.window_labels monthly_finance_refresh strict guardrails="$GUARDRAILS" telemetry="$TELEMETRY" policy="$POLICY"
	[ "$(field '.failures[].role')" = policy ]
}

@test "evidence-real: a bound of the monthly refresh is a number" {
	echo '{}' >a.json
	for bad in max_age_days=0 max_age_days=nan max_capture_spread_days=-1 max_capture_spread_days=inf max_future_skew_hours=-0.1 \
	    max_future_skew_hours=nan; do
		run -2 --separate-stderr dealix-verify evidence -k monthly_finance_refresh -p "$bad" \
			guardrails=a.json telemetry=a.json policy=a.json
		[ -z "$output" ] && [[ $stderr == *'[param_'* ]] || { echo "$bad: $output$stderr"; return 1; }
	done
}

@test "evidence-real: what readiness derives is what the origin derived" {
	local name
	need_fixtures
	passes operational_readiness base guardrails="$GUARDRAILS" telemetry="$TELEMETRY" policy="$POLICY"
	for name in $(jq -r '.derived|keys[]' "$EVIDENCE/pkg_fin_operational_readiness_2026-03-01.json"); do
		[ "$(field ".computed.$name")" = "$(jq -r ".derived.$name" "$EVIDENCE/pkg_fin_operational_readiness_2026-03-01.json")" ] ||
			{ echo "$name: $(field ".computed.$name")"; return 1; }
	done
	[ "$(field .computed.remaining_work_items)" = "production telemetry, segregated owners" ]
	fails "ready.production_telemetry ready.segregated_owners" operational_readiness base \
		-p require_production_observed_telemetry=true -p require_segregated_owners=true guardrails="$GUARDRAILS" telemetry="$TELEMETRY" policy="$POLICY"
	fails "pol.window.after_capture pol.telemetry.lineage fin.window.after_capture fin.stress.recompute artifact.template" \
		operational_readiness strict guardrails="$GUARDRAILS" telemetry="$TELEMETRY" policy="$POLICY"
}

@test "evidence-real: a false gate is in what readiness derives, allowed or not" {
	NOW=2032-06-05T12:00:00Z
	passes operational_readiness strict policy="$SAMPLES/policy.json" \
		guardrails="$SAMPLES/guardrails.json" telemetry="$SAMPLES/telemetry.json"
	[ "$(field .computed.postlaunch_pricing_motion_ready)" = true ]
	[ "$(field .computed.remaining_work_items)" = none ]
	fails ready.prelaunch operational_readiness strict -p allow_failed_fin_gates=true policy="$SAMPLES/policy.json" \
		guardrails="$SAMPLES/guardrails-false.json" telemetry="$SAMPLES/telemetry.json"
	[ "$(field .computed.finance_all_gates_pass)" = false ]
	[ "$(field .computed.policy_all_gates_pass)" = true ]
	[ "$(field .computed.telemetry_all_gates_pass)" = true ]
	[ "$(field .computed.prelaunch_operational_ready)" = false ]
	fails json.missing operational_readiness base policy=nothing.json guardrails="$SAMPLES/guardrails.json" \
		telemetry="$SAMPLES/telemetry.json"
	[ "$(field .computed.policy_all_gates_pass)" = false ]
	[ "$(field .computed.prelaunch_operational_ready)" = false ]
}

@test "evidence-real: the feature matrix is dated ahead, and its evidence is not here" {
	need_fixtures
	mkdir -p tree/app && : >tree/app/empty.py
	fails "fem.captured_at.future fem.feature.status_mismatch fem.evidence.exists" feature_matrix base -r tree matrix="$MATRIX"
	mkdir other
	fails "fem.root.missing fem.captured_at.future fem.evidence.exists" feature_matrix base -r other matrix="$MATRIX"
}

@test "evidence-real: the feature matrix passes in a tree that gates what it says, five days later" {
	need_fixtures
	jq -r '.features|to_entries[]|select(.value.status == "runtime_gated")|.key as $k|.value.evidence[]|. + " " + $k' "$MATRIX" |
		while read -r path name; do
			mkdir -p "tree/$(dirname "$path")" && echo "@requires_feature(FeatureFlag.${name^^})" >>"tree/$path"
		done
	fails fem.captured_at.future feature_matrix strict -r tree matrix="$MATRIX"
	NOW=2026-03-05T00:00:00Z passes feature_matrix strict -r tree matrix="$MATRIX"
	NOW=2026-04-04T21:49:46Z fails fem.captured_at.stale feature_matrix strict -r tree matrix="$MATRIX"
	sed -i 's/^@requires_feature/# &/' tree/app/modules/optimization/api/v1/zombies.py
	NOW=2026-03-05T00:00:00Z fails fem.feature.status_mismatch feature_matrix strict -r tree matrix="$MATRIX"
}

@test "evidence-real: a packet of the real inputs verifies at base; its figures are not those of the committed guardrails" {
	need_fixtures
	command -v dealix-evidence || skip "no dealix-evidence"
	run -0 --separate-stderr dealix-evidence packet finance_packet -l base telemetry="$TELEMETRY" \
		assumptions="$ASSUMPTIONS" -o out --now "$NOW"
	[ "$(field .metrics.blended_gross_margin_percent)" = 35 ]
	[ "$(field .metrics.p95_tenant_llm_cogs_pct_mrr)" = 74.86 ]
	[ "$(field .metrics.stress_margin_percent)" = 28.08 ]
	[ "$(field .metrics.annual_discount_impact_percent)" = 10.63 ]
	set -- packet=$(echo out/finance_committee_packet_*.json) telemetry="$TELEMETRY" assumptions="$ASSUMPTIONS"
	passes finance_packet base "$@" guardrails=$(echo out/finance_guardrails_*.json)
	fails artifact.template finance_packet strict "$@" guardrails=$(echo out/finance_guardrails_*.json)
	fails pkt.gates_failed finance_packet base -p require_gates=true "$@" guardrails=$(echo out/finance_guardrails_*.json)
	[ "$(field '[.failures[].at|split("_")[3]]|join(" ")')" = "1 2 5" ]
	fails pkt.lineage finance_packet base "$@" guardrails="$GUARDRAILS"
}

@test "evidence-real: the blank assumptions make no packet that verifies" {
	need_fixtures
	printf '{}' >packet.json
	judge finance_packet strict packet=packet.json guardrails="$GUARDRAILS" telemetry="$TELEMETRY" \
		assumptions="$EVIDENCE/finance_committee_packet_assumptions_TEMPLATE.json"
	[ "$status" -eq 1 ]
	[ "$(field '[.failures[]|select(.rule == "artifact.template")|.role]|sort|join(" ")')" = "assumptions telemetry" ]
}
