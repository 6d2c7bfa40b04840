load ../lib

# Every shipped contract is sound, and its own tests expect each of its rules at least once.
@test "evidence-kinds: no contract gives lint anything to remark" {
	local file
	for file in "$ROOT"/policies/evidence/*.json; do
		run -0 --separate-stderr dealix-verify contract lint --strict "$file"
	done
}

@test "evidence-kinds: each contract has tests, they pass, and every rule id is expected once" {
	local file
	for file in "$ROOT"/policies/evidence/*.json; do
		run --separate-stderr dealix-verify contract test --format json "$ROOT/policies/evidence/tests/${file##*/}"
		[ "$status" -eq 0 ] || { echo "${file##*/}: $stderr"; field '.coverage, .cases[] | select(.ok != true)'; return 1; }
		[ "$(field .coverage.percent)" -eq 100 ]
		[ "$(field '.coverage.never_passes|length')" -eq 0 ]
	done
}

@test "evidence-kinds: the file name is the kind" {
	local file
	for file in "$ROOT"/policies/evidence/*.json; do
		[ "$(jq -r .kind "$file")" = "$(basename "$file" .json)" ]
	done
}

@test "evidence-kinds: a bound on an age is a finite number above its minimum" {
	echo '{}' >artifact.json
	for bad in enforcement_stress:max_artifact_age_hours=0 enforcement_stress:max_artifact_age_hours=nan \
	    failure_injection:max_artifact_age_hours=-1 finance_guardrails:max_artifact_age_hours=0.009 \
	    finance_telemetry:max_artifact_age_hours=inf pkg_fin_policy:max_artifact_age_hours=1e999; do
		run -2 --separate-stderr dealix-verify evidence -k "${bad%%:*}" -p "${bad#*:}" artifact.json
		[ -z "$output" ] && [[ $stderr == *'[param_max_age]'* ]] || { echo "$bad: $output$stderr"; return 1; }
	done
	run -2 --separate-stderr dealix-verify evidence -k pricing_register -p max_source_age_days=0.5 artifact.json
	[[ $stderr == *'[param_max_source_age]'* ]]
	run -2 --separate-stderr dealix-verify evidence -k finance_guardrails -p max_artifact_hours=1 artifact.json
	[[ $stderr == *'[param_invalid]'* ]]
}
