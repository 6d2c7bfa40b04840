load ../lib
load ../documents

# The table and its tests: each code of lib/base/reasons.def is set by some code path and named by some test; and those that a call
# of a tool can be made to give and that no other suite asks for are given here.

codes() { sed -nE 's/^DX_REASON\((\w+), "(\w+)".*/\1 \2/p' "$ROOT/lib/base/reasons.def"; }

@test "reasons: every code of the table is named by a test" {
	cd "$ROOT/tests"
	grep -rhoE --include='*.bats' --include='*.c' --include='*.h' '[A-Za-z_][A-Za-z0-9_]+' cli/[a-qs-z]*.bats cli/r[!e]*.bats cli/re[!a]*.bats fault unit | sort -u >"$SCRATCH/words"
	grep -oE '[a-z_]+' data/decisions-examples.json >>"$SCRATCH/words"
	# As a rule of a contract a code is written with dots.
	grep -hoE '\b(artifact|json|media)\.[a-z_]+' cli/evidence*.bats | tr . _ >>"$SCRATCH/words"
	sed '/every code of the table/,/^}/d; /^# /d' cli/reasons.bats | grep -oE '[a-z_]+' >>"$SCRATCH/words"
	codes | while read -r name code; do
		grep -qxE "DX_R_$name|$code" "$SCRATCH/words" || echo "$code"
	done >"$SCRATCH/untested"
	cat "$SCRATCH/untested"
	[ ! -s "$SCRATCH/untested" ]
}

@test "reasons: every code of the table is given by some code path" {
	cd "$ROOT"
	grep -rhoE --include='*.c' --include='*.h' "DX_R_[A-Z0-9_]+|[\"'][a-z_.]+[\"']" lib cmd | tr -d "\"'" | tr . _ | sort -u >"$SCRATCH/words"
	# Of structured outputs by their contracts; what a rule whose id ends in .* reports is named in the code.
	grep -rhoE '"id": ?"[a-z_.]+"' policies/outputs/*.json | sed 's/.*"\(.*\)"/\1/' | tr . _ >>"$SCRATCH/words"
	grep -hoE '"\.(missing|type|range|enum|relation)"' lib/contract/judge_value.c | tr -d '"' | sed 's/^\./schema_/' >>"$SCRATCH/words"
	codes | while read -r name code; do
		grep -qxE "DX_R_$name|$code" "$SCRATCH/words" || echo "$code"
	done >"$SCRATCH/unused"
	cat "$SCRATCH/unused"
	[ ! -s "$SCRATCH/unused" ]
}

@test "reasons: remedies name tools, verbs and pages that are there" {
	sed -n 's/^\t"\(.*\)")$/\1/p' "$ROOT/lib/base/reasons.def" >remedies
	grep -oE 'dealix-[a-z-]+\([157]\)' remedies | sort -u | tr '()' '. ' | while read -r page; do [ -e "$ROOT/man/$page" ] || echo "$page"; done >no-pages
	[ ! -s no-pages ] || { cat no-pages; return 1; }
	sed 's/dealix-[a-z-]*([157])//g' remedies | grep -oE 'dealix-[a-z]+( [a-z]+)?' | sort -u >named
	[ -s named ]
	while read -r tool verb; do
		command -v "$tool" >/dev/null || { echo "no $tool (named with $verb)"; return 1; }
		"$tool" -h | grep -qE "^  $verb( |$)" || { echo "$tool has no verb $verb"; return 1; }
	done <named
}

# reasons POLICY-FILE REQUEST STATUS DECISION CODES: a dry run without a store
reasons() {
	run -"$3" --separate-stderr dealix-gate decide -n -p "$1" <<<"$2"
	[[ $output == *"\"decision\":\"$4\""* ]] || { echo "$1: $output"; return 1; }
	[[ $output == *"\"reason_codes\":[\"no_budget_configured\",\"${5//,/\",\"}\",\"dry_run\"]"* ]] || { echo "$1 want $5: $output"; return 1; }
}

@test "reasons: ceilings and the hard limit by mode" {
	for mode in shadow soft hard; do
		policy_mode $mode '"entitlements":{"plan_monthly_ceiling_usd":"10"}' >plan.$mode
		policy_mode $mode '"entitlements":{"enterprise_monthly_ceiling_usd":"10"}' >top.$mode
		policy_mode $mode >plain.$mode
	done
	over=$(request m 20)
	reasons plan.shadow "$over" 0 ALLOW plan_limit_exceeded,shadow_mode_plan_limit_override
	reasons plan.soft "$over" 4 REQUIRE_APPROVAL plan_limit_exceeded,soft_mode_plan_limit_escalation
	reasons plan.hard "$over" 1 DENY plan_limit_exceeded
	reasons top.shadow "$over" 0 ALLOW enterprise_ceiling_exceeded,shadow_mode_enterprise_ceiling_override
	reasons top.soft "$over" 4 REQUIRE_APPROVAL enterprise_ceiling_exceeded,soft_mode_enterprise_ceiling_escalation
	reasons top.hard "$over" 1 DENY enterprise_ceiling_exceeded
	reasons plain.shadow "$(request m 5000.0001)" 0 ALLOW hard_deny_threshold_exceeded,shadow_mode_override
	reasons plain.soft "$(request m 5000.0001)" 4 REQUIRE_APPROVAL hard_deny_threshold_exceeded,soft_mode_escalation
	reasons plain.hard "$(request m 5000.0001)" 1 DENY hard_deny_threshold_exceeded
	run -0 dealix-gate decide -n -p plain.hard <<<"$(request m 5000)"
	run -0 dealix-gate decide -n -p plan.hard <<<"$(request m 10)"
}

@test "reasons: a missing budget and old cost data by mode" {
	for mode in shadow soft hard; do
		policy_mode $mode '"entitlements":{"missing_budget":"violate"}' >budget.$mode
		policy_mode $mode '"execution":{"max_cost_data_age_days":5}' >cost.$mode
	done
	reasons budget.shadow "$(request m 1)" 0 ALLOW budget_missing,shadow_mode_budget_missing_override
	reasons budget.soft "$(request m 1)" 4 REQUIRE_APPROVAL budget_missing,soft_mode_budget_missing_escalation
	reasons budget.hard "$(request m 1)" 1 DENY budget_missing
	reasons cost.shadow "$(request m 1)" 0 ALLOW computed_context_stale,shadow_mode_cost_context_override
	reasons cost.soft "$(request m 1)" 4 REQUIRE_APPROVAL computed_context_stale,soft_mode_cost_context_escalation
	reasons cost.hard "$(request m 1)" 1 DENY computed_context_stale,hard_mode_cost_context_closed
	run -0 dealix-gate decide -n -p cost.hard <<<"$(request m 0)"
}

@test "reasons: an exceeded budget by mode" {
	for mode in shadow soft hard; do
		policy_mode $mode >$mode
		dealix-ledger budget set -s st.$mode -p $mode default --limit 10 >/dev/null 2>&1
	done
	budget() {
		run -"$2" --separate-stderr dealix-gate decide -s "st.$1" <<<"$(request m 20)"
		[[ $output == *"\"reason_codes\":[\"${3//,/\",\"}\"]"* ]] || { echo "$output"; return 1; }
	}
	budget shadow 0 budget_exceeded,shadow_mode_budget_override
	budget soft 4 budget_exceeded,soft_mode_budget_escalation
	budget hard 1 budget_exceeded
}

@test "reasons: approval: required, waived, withheld, overridden in shadow" {
	policy >p
	policy_mode shadow >shadow
	prod='"environment":"prod"'
	reasons p "$(request m 26 "$prod")" 4 REQUIRE_APPROVAL approval_required
	reasons p "$(request m 25 "$prod")" 0 ALLOW auto_approved_below_threshold
	reasons shadow "$(request m 26 "$prod")" 0 ALLOW shadow_mode_approval_override
	reasons p '{"action":"terraform.destroy","resource_reference":"m","estimated_monthly_delta_usd":"0","environment":"prod"}' 4 REQUIRE_APPROVAL auto_approve_withheld_high_risk,approval_required
	plan='{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{},"resource_changes":[{"address":"a.b","mode":"managed","type":"a","name":"b","change":{"actions":["create"],"before":null,"after":{"x":1}}}]}'
	run -4 --separate-stderr dealix-gate decide -n -f terraform-plan --environment prod - <<<"$plan"
	[[ $output == *'"auto_approve_withheld_missing_estimate","approval_required"'* ]]
}

@test "reasons: requests out of bounds" {
	deep=$(printf '%017d' 0)
	refused 2 metadata_too_deep dealix-gate decide -n <<<"$(request m 1 "\"metadata\":{\"a\":${deep//0/[}${deep//0/]}}")"
	refused 2 metadata_too_large dealix-gate decide -n <<<"$(request m 1 "\"metadata\":{\"a\":\"$(printf '%065536d' 0)\"}")"
	refused 2 field_empty dealix-gate decide -n <<<'{"action":"  ","resource_reference":"m","estimated_monthly_delta_usd":"1"}'
	refused 2 field_missing dealix-gate decide -n <<<'{"action":"x","estimated_monthly_delta_usd":"1"}'
	refused 2 field_too_long dealix-gate decide -n <<<"$(request "$(printf '%0513d' 0)" 1)"
	refused 2 text_invalid dealix-gate decide -n <<<'{"action":"x\u0007","resource_reference":"m","estimated_monthly_delta_usd":"1"}'
	refused 2 number_not_exact dealix-gate decide -n <<<"$(request m 1 '"metadata":{"n":9007199254740993}')"
	for row in 'idempotency_key_length abc' "idempotency_key_length $(printf '%0129d' 0)" 'text_invalid a b c d' $'text_invalid caf\xc3\xa9'; do
		refused 2 "${row%% *}" dealix-gate decide -n -k "${row#* }" <<<"$(request m 1)"
	done
	refused 1 idempotency_key_conflict dealix-gate decide -n -k deploy-1 <<<"$(request m 1 '"idempotency_key":"deploy-2"')"
}

@test "reasons: an AdmissionReview of another version, with a bad amount" {
	review() { printf '{"apiVersion":"admission.k8s.io/%s","kind":"AdmissionReview","request":{"uid":"u-1","kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"namespace":"n","name":"p","operation":"CREATE","userInfo":{"username":"u"},"object":{"metadata":{"annotations":{"dealix.io/estimated-monthly-delta-usd":"%s"}}}}}\n' "$1" "$2"; }
	run -0 --separate-stderr dealix-gate decide -n -f admission-review <<<"$(review v1 lots)"
	[ "$(field '[.response.allowed,.response.status.code,.response.status.reason]|map(tostring)|join(" ")')" = 'false 422 Invalid' ]
	[[ $(field .response.status.message) == *admission_annotation_invalid* ]]
	run -0 --separate-stderr dealix-gate decide -n -f admission-review <<<"$(review v1beta1 1)"
	[[ $(field .response.status.message) == *admission_version_unsupported* ]]
}

@test "reasons: cost files and price books" {
	plan='{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{},"resource_changes":[{"address":"a.b","mode":"managed","type":"a","name":"b","change":{"actions":["create"],"before":null,"after":{"x":1}}}]}'
	costs() { printf '{"version":"0.2","currency":"%s","projects":[{"name":"p","metadata":{%s},"breakdown":{"resources":[]}}],%s}\n' "$1" "$2" "$3"; }
	notes() { run -0 --separate-stderr dealix-gate decide -n -f terraform-plan "$@" - <<<"$plan"; }
	costs USD '' '"totalMonthlyCost":"7","totalHourlyCost":"0.01"' >total.json
	notes --costs total.json
	[[ $output == *'"notes":["cost_basis_total"]'* ]]
	costs USD '' '"diffTotalMonthlyCost":"7","diffTotalHourlyCost":"0.01","summary":{"totalUnsupportedResources":2,"totalNoPriceResources":0}' >partial.json
	notes --costs partial.json
	[[ $output == *'"notes":["cost_estimate_partial"]'* ]]
	costs USD '"errors":[{"code":1,"message":"x"}]' '"diffTotalMonthlyCost":"7","diffTotalHourlyCost":"0.01"' >errored.json
	notes --costs errored.json
	[[ $output == *cost_estimate_errored* ]]
	costs EUR '' '"diffTotalMonthlyCost":"7"' >euro.json
	refused 2 cost_currency_unsupported dealix-gate decide -n -f terraform-plan --costs euro.json - <<<"$plan"
	echo '{"version":"9"}' >other.json
	refused 2 cost_document_invalid dealix-gate decide -n -f terraform-plan --costs other.json - <<<"$plan"
	echo '{"schema":"dealix.prices.v1","currency":"USD","prices":[{"type":"a","monthly_usd":"1","x":1}]}' >prices.json
	refused 2 prices_document_invalid dealix-gate decide -n -f terraform-plan --prices prices.json - <<<"$plan"
	plan=${plan/\"planned_values\"/\"complete\":false,\"planned_values\"}
	notes
	[[ $output == *plan_incomplete* ]]
}

@test "reasons: a newer answer cancels the approval of the older one: superseded" {
	request m 100 '"environment":"prod"' | { run -4 dealix-gate decide; }
	dealix-gate policy set --setting entitlements.auto_approve_below_monthly_usd=20 >/dev/null
	request m 100 '"environment":"prod"' | { run -4 --separate-stderr dealix-gate decide; [ "$(field .generation)" = 2 ]; }
	[ "$(dealix-ledger list --event approval_cancelled | jq -r .details.reason)" = superseded ]
}

@test "reasons: a decision that takes too long is a fail-safe by gate_timeout, not an error without a document" {
	command -v strace >/dev/null || skip "strace is absent"
	request a 1 | dealix-gate decide >/dev/null 2>&1
	request b 1 >in
	# Each file lock takes 40 ms: under the tenant's lock that is past the deadline of 50 ms.
	run --separate-stderr env ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" strace -f -e trace=fcntl -e inject=fcntl:delay_enter=40000 -o /dev/null dealix-gate decide --timeout-ms 50 in
	[[ $output == *'"fail_safe_trigger":"gate_timeout"'* ]]
	[ "$(field .fail_safe_details.timeout_ms)" = 50 ]
	[ "$status" -eq 3 ] || [ "$status" -eq 4 ]
}

@test "reasons: the process of the rules killed: gate_evaluation_error, and the next call works" {
	doc h 1 "$(rule a warn 'def f: f; f')" >h.json
	request m 1 >in
	dealix-gate decide -n -r h.json in >out 2>err &
	pid=$!
	for i in $(seq 200); do
		child=$(pgrep -P $pid) && break
		sleep 0.01
	done
	[ -n "$child" ]
	kill -KILL "$child"
	status=0
	wait $pid || status=$?
	[ $status -eq 4 ]
	[ "$(jq -r '.reason_codes|join(",")' out)" = gate_evaluation_error,soft_mode_fail_safe_escalation,dry_run ]
	[ "$(jq -r .evaluation_path out)" = failsafe ]
}

@test "reasons: the copy of the policy that cannot be written: file_unwritable, and the policy is set" {
	dealix-gate policy set --setting entitlements.missing_budget=violate >/dev/null 2>&1
	rm .dealix/policy-default.json
	mkdir .dealix/policy-default.json
	refused 3 file_unwritable dealix-gate policy set --setting entitlements.missing_budget=allow
	[[ $stderr == *'the policy is set'* ]]
	[ "$(dealix-gate policy history | wc -l)" -eq 2 ]
}

@test "reasons: an event of no ledger asked for: ledger_event_unknown" {
	request m 1 | dealix-gate decide >/dev/null 2>&1
	refused 2 ledger_event_unknown dealix-ledger list --event decision_made
}
