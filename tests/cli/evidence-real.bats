load ../lib

# Verdicts of the real artifacts (spec/evidence.md 2.8).  They are read where they lie and never copied.
NOW=2026-02-28T15:00:00Z
EVIDENCE=$FIXTURES/evidence
STRESS=enforcement_stress_artifact_2026-02-27
FAILURES=enforcement_failure_injection_2026-02-27
GUARDRAILS=finance_guardrails_2026-02-27
TELEMETRY=finance_telemetry_snapshot_2026-02-28
REGISTER=pricing_benchmark_register_2026-02-27
POLICY=pkg_fin_policy_decisions_2026-02-28

# judge KIND LEVEL FILE [OPTION...]: the kind is recognised and the level is the one asked for
judge() {
	local kind=$1 level=$2 file=$3
	shift 3
	[ -d "$EVIDENCE" ] || skip "../shared/fixtures/evidence is absent"
	run --separate-stderr dealix-verify evidence -l "$level" --format json --now "$NOW" "$@" "$EVIDENCE/$file.json"
	[ "$(field .kind)" = "$kind" ] && [ "$(field .level)" = "$level" ] || { echo "$file: status $status: $stderr"; return 1; }
}

passes() {
	judge "$@" || return 1
	[ "$status" -eq 0 ] && [ "$(field .verdict)" = pass ] && [ "$(field '.failures|length')" -eq 0 ] && return
	echo "$3 at $2: $(field '.failures[0]')"
	return 1
}

# fails "RULE..." KIND LEVEL FILE [OPTION...]: exactly these rules fail, in that order
fails() {
	local want=$1 seen
	shift
	judge "$@" || return 1
	seen=$(field '[.failures[].rule] | reduce .[] as $r ([]; if any(.[]; . == $r) then . else . + [$r] end) | join(" ")')
	[ "$status" -eq 1 ] && [ "$(field .verdict)" = fail ] && [ "$seen" = "$want" ] && return
	echo "$3 at $2, status $status: $seen"
	return 1
}

@test "evidence-real: the stress artifact passes at both levels" {
	passes enforcement_stress base $STRESS
	passes enforcement_stress strict $STRESS
}

@test "evidence-real: the failure injection passes base; strict asks for the tree and for proof" {
	passes failure_injection base $FAILURES
	fails "fi.scenario.ref_exists fi.scenario.proof" failure_injection strict $FAILURES
}

@test "evidence-real: of the failure injection only proof is missing in a tree that holds the files cited" {
	[ -d "$EVIDENCE" ] || skip "../shared/fixtures/evidence is absent"
	mkdir tree
	jq -r '.scenarios[].evidence_refs[] | split("::")[0]' "$EVIDENCE/$FAILURES.json" | sort -u | while IFS= read -r path; do
		mkdir -p "tree/$(dirname "$path")" && : >"tree/$path"
	done
	fails "fi.scenario.proof" failure_injection strict $FAILURES -r tree
}

@test "evidence-real: the finance guardrails pass base; strict sees the early capture and the stress margin" {
	passes finance_guardrails base $GUARDRAILS
	fails "fin.window.after_capture fin.stress.recompute" finance_guardrails strict $GUARDRAILS
}

@test "evidence-real: the stress margin of the guardrails is recomputed" {
	judge finance_guardrails strict $GUARDRAILS
	[ "$(field '.failures[] | select(.rule == "fin.stress.recompute") | .found')" = 76.0 ]
	[[ $(field '.failures[] | select(.rule == "fin.stress.recompute") | .expected') == 75.929* ]]
}

@test "evidence-real: the telemetry snapshot is its own template" {
	passes finance_telemetry base $TELEMETRY
	fails "artifact.template" finance_telemetry strict $TELEMETRY
}

@test "evidence-real: the pricing register passes base; strict wants the thresholds of policy and digests of sources" {
	passes pricing_register base $REGISTER
	fails "pbr.thresholds.unpinned pbr.source.digest" pricing_register strict $REGISTER
	fails "pbr.source.digest" pricing_register strict $REGISTER -p minimum_source_count=8
}

@test "evidence-real: the pricing register verifies until its sources are 120 days old" {
	NOW=2026-06-27T21:00:00Z passes pricing_register base $REGISTER
	NOW=2026-06-27T21:00:00.000001Z fails "pbr.gate.mismatch pbr.sources.stale" pricing_register base $REGISTER
}

@test "evidence-real: the policy decisions pass base; strict sees the early capture and the missing lineage" {
	passes pkg_fin_policy base $POLICY
	fails "pol.window.after_capture pol.telemetry.lineage" pkg_fin_policy strict $POLICY
}

@test "evidence-real: age is judged at its bound and a microsecond later" {
	NOW=2026-03-01T17:52:42.538715Z passes enforcement_stress strict $STRESS -p max_artifact_age_hours=48
	NOW=2026-03-01T17:52:42.538716Z fails "stress.captured_at.stale" enforcement_stress strict $STRESS -p max_artifact_age_hours=48
	NOW=2026-03-31T12:00:00Z passes finance_telemetry base $TELEMETRY -p max_artifact_age_hours=744
	NOW=2026-03-31T12:00:01Z fails "tel.captured_at.stale" finance_telemetry base $TELEMETRY -p max_artifact_age_hours=744
}

@test "evidence-real: five minutes ahead of the clock is the most" {
	NOW=2026-02-27T17:47:42.538715Z passes enforcement_stress strict $STRESS
	NOW=2026-02-27T17:47:42.538714Z fails "stress.captured_at.future" enforcement_stress strict $STRESS
}

@test "evidence-real: no blank form verifies, and strict says that it is one" {
	local form kind
	for form in enforcement_stress_artifact:enforcement_stress enforcement_failure_injection:failure_injection \
	    finance_guardrails:finance_guardrails pricing_benchmark_register:pricing_register \
	    pkg_fin_policy_decisions:pkg_fin_policy; do
		kind=${form#*:}
		judge "$kind" base "${form%%:*}_TEMPLATE"
		[ "$status" -eq 1 ] || { echo "$form verifies at base"; return 1; }
		[ "$(field '[.failures[].rule] | any(.[]; . == "artifact.template")')" = false ]
		judge "$kind" strict "${form%%:*}_TEMPLATE"
		[ "$status" -eq 1 ] && [ "$(field '.failures[0].rule')" = artifact.template ] || { echo "$form"; return 1; }
	done
	passes finance_telemetry base finance_telemetry_snapshot_TEMPLATE
	fails "artifact.template" finance_telemetry strict finance_telemetry_snapshot_TEMPLATE
}

@test "evidence-real: a form is known in any layout, and one changed value makes it none" {
	[ -d "$EVIDENCE" ] || skip "../shared/fixtures/evidence is absent"
	jq -cS . "$EVIDENCE/finance_telemetry_snapshot_TEMPLATE.json" >form.json
	run --separate-stderr dealix-verify evidence --format json --now "$NOW" form.json
	[ "$status" -eq 1 ] && [ "$(field '[.failures[].rule]|join(" ")')" = artifact.template ]
	jq '.window.label = "another"' form.json >edited.json
	run -0 --separate-stderr dealix-verify evidence --format json --now "$NOW" edited.json
}

@test "evidence-real: the same artifact, contract and time give the same bytes" {
	local file
	for file in $STRESS $FAILURES $GUARDRAILS $TELEMETRY $REGISTER $POLICY; do
		[ -d "$EVIDENCE" ] || skip "../shared/fixtures/evidence is absent"
		dealix-verify evidence --format json --now "$NOW" "$EVIDENCE/$file.json" >one.json || [ $? -eq 1 ]
		dealix-verify evidence --format json --now "$NOW" "$EVIDENCE/$file.json" >two.json || [ $? -eq 1 ]
		[ -s one.json ] && cmp one.json two.json
	done
}
