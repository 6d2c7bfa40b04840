# policies/gates/release-evidence.json over artifacts that the tests of the contracts take for valid.
load ../lib

PLAN=$ROOT/policies/gates/release-evidence.json
DAY=2032-06-05	# the day of the samples that three kinds share
FILES=(--set stress_evidence_path=enforcement_stress --set failure_injection_evidence_path=failure_injection
	--set key_rotation_drill_path=key_rotation_drill --set valdrics_disposition_register_path=disposition_register
	--set finance_guardrails_evidence_path=guardrails.json --set finance_telemetry_snapshot_path=telemetry.json
	--set pkg_fin_policy_decisions_path=policy.json)

scene() {
	python3 "$ROOT/tests/data/artifacts.py" "$ROOT/policies/evidence/tests" "$DAY" enforcement_stress failure_injection \
		key_rotation_drill disposition_register monthly_finance_refresh pricing_register jwt_bcp_checklist ssdf_matrix \
		api_auth_coverage
}

check() { FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f "$DAY 20:00:00" dealix-gate check "$@" "$PLAN"; }
with_files() { check "${FILES[@]}" "$@"; }
states() { jq -r '.results[] | .check + " " + .state' <<<"$output"; }
state() { jq -r --arg id "$1" '.results[] | select(.check == $id).state' <<<"$output"; }
# fails STEPS [OPTION...]: status 1, and just these steps, in the plan's order, are FAIL
fails() {
	local want=$1 got
	shift
	run -1 --separate-stderr with_files "$@"
	got=$(jq -r '[.results[] | select(.state == "FAIL" or .state == "ERROR").check] | join(" ")' <<<"$output")
	[ "$got" = "$want" ] || { echo "failed: $got; want $want ($*)"; return 1; }
	[ "$(field .ready)" = false ]
}
coverage() { # ENFORCEMENT SPEND ANALYTICS: lines covered of a hundred, in coverage.xml
	local name n
	mkdir -p lib
	{
		echo '<coverage><packages><package><classes>'
		for name in enforcement:$1 spend_guard:$2 analytics:$3; do
			: >"lib/${name%:*}.c"
			echo "<class filename=\"lib/${name%:*}.c\"><lines>"
			for ((n = 1; n <= 100; n++)); do echo "<line number=\"$n\" hits=\"$((n <= ${name#*:}))\"/>"; done
			echo '</lines></class>'
		done
		echo '</classes></package></packages></coverage>'
	} >coverage.xml
}

@test "release-evidence: everything that is missing is told at once, nothing runs, no store" {
	run -2 --separate-stderr check
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 7 ]
	for setting in key_rotation_drill_path finance_guardrails_evidence_path finance_telemetry_snapshot_path pkg_fin_policy_decisions_path \
		valdrics_disposition_register_path stress_evidence_path failure_injection_evidence_path; do
		grep -q -- "give --set $setting=PATH .*\[plan_required_without_path\]$" <<<"$stderr" || { echo "nothing of $setting"; return 1; }
	done
	[ ! -e .dealix ]
}

@test "release-evidence: settings that cannot be are told with it, each with its code" {
	run -2 --separate-stderr check --set nonsense=1 --set runtime_evidence_only=maybe --set stress_evidence_max_age_hours=0 \
		--set stress_evidence_required_database_engine=' ' --set stress_evidence_path=absent --set finance_guardrails_evidence_path=checks
	[ "$(grep -oE '\[[a-z_]+\]$' <<<"$stderr" | sort | uniq -c | tr -s ' ' | tr '\n' ';')" = \
		' 1 [plan_engine]; 3 [plan_file]; 1 [plan_positive]; 5 [plan_required_without_path]; 2 [plan_usage];' ]
}

@test "release-evidence: with the seven files it passes; the others do not apply; the ledger has each step" {
	run -0 --separate-stderr with_files
	[ "$(field '[.ready, .total, .applicable, .passed, .score_tenths] | join(" ")')" = 'true 16 8 8 1000' ]
	[ "$(states)" = 'auth-coverage NOT_APPLICABLE
jwt-checklist NOT_APPLICABLE
ssdf-matrix NOT_APPLICABLE
key-rotation-drill PASS
monthly-refresh PASS
disposition-register PASS
stress PASS
failure-injection PASS
finance-guardrails PASS
finance-telemetry PASS
pricing-register NOT_APPLICABLE
finance-policy PASS
tests NOT_APPLICABLE
coverage-enforcement NOT_APPLICABLE
coverage-spend-guard NOT_APPLICABLE
coverage-analytics NOT_APPLICABLE' ]
	[ "$(dealix-ledger list --event gate_evaluated | jq -r .subject.id | sort | uniq | wc -l)" -eq 17 ]
	[ "$(dealix-ledger list --event gate_evaluated --subject release-evidence/stress | jq -r .details.ready)" = true ]
	run -0 --separate-stderr with_files --format text --one-line
	[[ ${lines[-1]} == *'RELEASE EVIDENCE READY: YES' ]]
}

@test "release-evidence: a file of settings does what options do, and an option wins over it" {
	printf '%s\n' "${FILES[@]}" | grep = | jq -R 'split("=") | {(.[0]): .[1]}' | jq -s 'add + {stress_evidence_min_concurrent_users: 15}' >settings.json
	run -1 --separate-stderr check --settings settings.json
	[ "$(state stress)" = FAIL ]
	run -0 --separate-stderr check --settings settings.json --set stress_evidence_min_concurrent_users=14
}

@test "release-evidence: each file is judged: an empty object in its place fails its steps and no other" {
	empty() { # FILE STEPS
		cp "$1" kept
		echo '{}' >"$1"
		fails "$2" || return
		mv kept "$1"
	}
	empty enforcement_stress stress
	empty failure_injection failure-injection
	empty key_rotation_drill key-rotation-drill
	empty disposition_register disposition-register
	empty guardrails.json 'monthly-refresh finance-guardrails'
	empty telemetry.json 'monthly-refresh finance-telemetry'
	empty policy.json 'monthly-refresh finance-policy'
}

@test "release-evidence: every bound of the settings reaches the rule it is for" {
	local setting step rule count=0
	while read -r setting step rule; do
		fails "$step" --set pricing_benchmark_register_path=pricing_register --set "$setting"
		jq -e --arg rule "$rule" '[.results[].failures[]?.rule] | index($rule) != null' <<<"$output" >/dev/null || { echo "$setting: no $rule"; return 1; }
		count=$((count + 1))
	done <<-'EOF'
		key_rotation_drill_max_age_days=5 key-rotation-drill krd.stale
		monthly_finance_refresh_max_age_days=1 monthly-refresh mfr.stale
		monthly_finance_refresh_max_capture_spread_days=0.01 monthly-refresh mfr.spread
		valdrics_disposition_register_max_age_days=0.1 disposition-register disp.stale
		valdrics_disposition_register_max_review_window_days=30 disposition-register disp.item.window
		stress_evidence_max_age_hours=1 stress stress.captured_at.stale
		stress_evidence_min_duration_seconds=46 stress stress.duration.min
		stress_evidence_min_concurrent_users=15 stress stress.users.min
		stress_evidence_required_database_engine=mysql stress stress.runtime.engine_mismatch
		failure_injection_evidence_max_age_hours=1 failure-injection fi.captured_at.stale
		finance_guardrails_evidence_max_age_hours=1 finance-guardrails fin.captured_at.stale
		finance_telemetry_snapshot_max_age_hours=1 finance-telemetry tel.captured_at.stale
		pricing_benchmark_max_source_age_days=2 pricing-register pbr.sources.stale
		pkg_fin_policy_decisions_max_age_hours=1 finance-policy pol.captured_at.stale
	EOF
	# all settings that are no path and no switch
	[ "$count" -eq "$(jq '[.settings[] | select(.type == "number" or .type == "integer" or .type == "text")] | length' "$PLAN")" ]
}

@test "release-evidence: an optional step: off without its file, judged with it, refused where it is required without" {
	optional() { # STEP SETTING FILE
		run -0 --separate-stderr with_files
		[ "$(state "$1")" = NOT_APPLICABLE ]
		run -2 --separate-stderr with_files --set "$2_required=true"
		[[ $stderr == *"step $1 needs a file"*"--set $2_path=PATH"*'[plan_required_without_path]' ]] || { echo "$stderr"; return 1; }
		run -0 --separate-stderr with_files --set "$2_path=$3" --set "$2_required=true"
		[ "$(state "$1") $(field .applicable)" = 'PASS 9' ]
		echo '{}' >"$3"
		fails "$1" --set "$2_path=$3"
	}
	optional auth-coverage api_route_inventory api_auth_coverage
	optional jwt-checklist jwt_bcp_checklist jwt_bcp_checklist
	optional ssdf-matrix ssdf_matrix ssdf_matrix
	optional pricing-register pricing_benchmark_register pricing_register
}

@test "release-evidence: the finance files are asked for by the refresh of the month; without it each is optional by itself" {
	local few=("${FILES[@]:0:8}" --set monthly_finance_refresh_required=false) step setting
	run -0 --separate-stderr check "${few[@]}"
	[ "$(states | grep -c 'finance.*NOT_APPLICABLE\|monthly.*NOT_APPLICABLE')" -eq 4 ]
	for step in finance_guardrails_evidence finance_telemetry_snapshot pkg_fin_policy_decisions; do
		run -2 --separate-stderr check "${few[@]}" --set ${step}_required=true
		[[ $stderr == *"--set ${step}_path=PATH"*'[plan_required_without_path]' ]]
	done
	# One of three is no month: the other two are missing.
	run -2 --separate-stderr check "${few[@]}" --set finance_telemetry_snapshot_path=telemetry.json
	[ "${#stderr_lines[@]}" -eq 2 ]
}

@test "release-evidence: steps that are required by default can be switched off" {
	run -0 --separate-stderr check "${FILES[@]:4}" --set stress_evidence_required=false --set failure_injection_evidence_required=false
	[ "$(state stress) $(state failure-injection) $(field .applicable)" = 'NOT_APPLICABLE NOT_APPLICABLE 6' ]
}

@test "release-evidence: test results: passed, failed, none, required and not there" {
	echo '<testsuite name="s" tests="2"><testcase classname="s" name="a"/><testcase classname="s" name="b"/></testsuite>' >junit.xml
	run -0 --separate-stderr with_files --set test_report_path=junit.xml
	[ "$(state tests)" = PASS ]
	sed -i 's#name="b"/>#name="b"><failure/></testcase>#' junit.xml
	fails tests --set test_report_path=junit.xml
	echo '<testsuite name="s" tests="0"/>' >junit.xml
	fails tests --set test_report_path=junit.xml
	fails tests --set test_report_path=absent.xml
	run -2 --separate-stderr with_files --set test_report_required=true
	[[ $stderr == *'--set test_report_path=PATH'*'[plan_required_without_path]' ]]
}

@test "release-evidence: the bars of coverage are 95, 90 and 99, each met or missed by itself" {
	coverage 95 90 99
	run -0 --separate-stderr with_files --set coverage_xml_path=coverage.xml --set coverage_required=true
	[ "$(field .applicable)" -eq 11 ]
	coverage 94 90 99
	fails coverage-enforcement --set coverage_xml_path=coverage.xml
	coverage 95 89 99
	fails coverage-spend-guard --set coverage_xml_path=coverage.xml
	coverage 95 90 98
	fails coverage-analytics --set coverage_xml_path=coverage.xml
	rm lib/analytics.c
	fails coverage-analytics --set coverage_xml_path=coverage.xml
	run -2 --separate-stderr with_files --set coverage_required=true
	[ "$(grep -c 'coverage_xml_path=PATH' <<<"$stderr")" -eq 3 ]
}

@test "release-evidence: a default path in an edited plan is refused unless it is allowed" {
	jq '.settings.stress_evidence_path.default = "enforcement_stress"' "$PLAN" >edited.json
	PLAN=edited.json
	run -2 --separate-stderr check "${FILES[@]:2}"
	[[ $stderr == *'--set stress_evidence_path=PATH'*'[plan_runtime_only]' ]]
	run -0 --separate-stderr check "${FILES[@]:2}" --set runtime_evidence_only=false
	[ "$(state stress)" = PASS ]
}

@test "release-evidence: a step less is refused: the plan says how many there are" {
	jq 'del(.steps[6])' "$PLAN" >edited.json
	PLAN=edited.json
	run -2 --separate-stderr with_files
	[[ $stderr == *'[gate_total_mismatch]' ]]
}

@test "release-evidence: dealix-gate-plan(5) names every setting" {
	mandoc -T ascii -O width=300 "$ROOT/man/dealix-gate-plan.5" | sed 's/.\x08//g' | grep -oE '[a-z0-9]+(_[a-z0-9]+)+' | sort -u >words
	jq -r '.settings | keys[]' "$PLAN" | sort -u >settings
	comm -13 words settings >unlisted
	[ ! -s unlisted ] || { cat unlisted; return 1; }
}
