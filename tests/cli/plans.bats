load ../lib

CASES=$ROOT/tests/data/plans

# decide a plan as a dry run without a store; a plan may be judged 0, 1 or 4, but never refused
judge() {
	run --separate-stderr dealix-gate decide -n -f terraform-plan --rules "$ROOT/policies/rules/terraform-aws.json" "$@"
	case $status in 0 | 1 | 4) ;; *) echo "status $status: $stderr"; return 1 ;; esac
	[ "$(field .evaluation_path)" = normal ]
}

@test "plans: nothing to do is terraform.noop, costs nothing and needs no rule" {
	judge "$CASES/no-change/plan.json"
	[ "$(field .action)" = terraform.noop ]
	judge "$CASES/zero-resources/plan.json"
	[ "$(field .action)" = terraform.noop ]
	judge "$CASES/refresh-only/plan.json"
}

@test "plans: actions are named by what the plan does" {
	action() { judge "$CASES/$1/plan.json" && [ "$(field .action)" = "$2" ] || { echo "$1: $(field .action)"; return 1; }; }
	action destroy terraform.destroy
	action deposed terraform.apply_with_destroy
	action for-each-keys terraform.apply
	action moved terraform.apply
	action import terraform.apply
	action data-read terraform.apply
	action only-outputs terraform.apply
}

@test "plans: an errored plan is refused, an incomplete one noted" {
	run -2 --separate-stderr dealix-gate decide -n -f terraform-plan "$CASES/errored/plan.json"
	[[ $stderr == *'[plan_errored]'* ]]
	judge "$CASES/targeted/plan.json"
	[ "$(field '.notes|index("plan_incomplete") != null')" = true ]
}

@test "plans: every public fixture decides without an error" {
	need_fixtures
	for p in "$FIXTURES"/terraform/*-plan.json; do
		judge "$p"
	done
}

@test "plans: the Infracost pairs give the deltas that the files state" {
	need_fixtures
	for pair in aws-example-plan:aws-example-infracost-diff aws-example-plan:aws-example-infracost aws-large-plan:aws-large-infracost; do
		costs=$FIXTURES/terraform/${pair#*:}.json
		want=$(python3 - "$costs" <<'PY'
import json, sys, decimal
d = json.load(open(sys.argv[1]), parse_float=decimal.Decimal)
q = lambda x: decimal.Decimal(x).quantize(decimal.Decimal('0.0001'), rounding=decimal.ROUND_HALF_EVEN)
diff, total, past = d.get('diffTotalMonthlyCost'), d.get('totalMonthlyCost'), d.get('pastTotalMonthlyCost')
print(q(diff) if diff is not None else q(decimal.Decimal(total) - decimal.Decimal(past)) if past is not None else q(total))
PY
)
		judge --costs "$costs" "$FIXTURES/terraform/${pair%%:*}.json"
		[ "$(field .estimated_monthly_delta_usd)" = "$want" ] || { echo "$pair: $(field .estimated_monthly_delta_usd), want $want"; return 1; }
	done
}

@test "plans: a saving is asked for as 0 and its figure kept in the metadata" {
	jq '.diffTotalMonthlyCost="-12.345678"' "$ROOT/policies/demo/costs.json" >saving.json
	dealix-gate decide -f terraform-plan --costs saving.json "$ROOT/policies/demo/plan.json" >d 2>/dev/null || true
	[ "$(jq -r .estimated_monthly_delta_usd d)" = 0.0000 ]
	id=$(jq -r .decision_id d)
	[ "$(dealix-ledger trace "$id" | jq -r '.payloads[]|select(.schema=="dealix.gate.request.v1").metadata.raw_monthly_delta_usd')" = -12.3457 ]
}

@test "plans: a cost file in euros, a price book with a fault: refused" {
	jq '.currency="EUR"' "$ROOT/policies/demo/costs.json" >eur.json
	run -2 --separate-stderr dealix-gate decide -n -f terraform-plan --costs eur.json "$ROOT/policies/demo/plan.json"
	[[ $stderr == *'[cost_currency_unsupported]'* ]]
	echo '{"schema":"dealix.prices.v1","currency":"USD","prices":[{"type":"aws_instance","monthly_usd":1.5}]}' >p.json
	run -2 --separate-stderr dealix-gate decide -n -f terraform-plan --prices p.json "$ROOT/policies/demo/plan.json"
	[[ $stderr == *'/prices/0'* ]]
}

@test "plans: a fault of the cost file or the price book names that file, not the plan" {
	cp "$ROOT/policies/demo/plan.json" .
	echo '{"version":"0.1"}' >costs.json
	run -2 --separate-stderr dealix-gate decide -n -f terraform-plan --costs costs.json plan.json
	[[ $stderr == *'costs.json: '* && $stderr != *'plan.json: '* ]] || { echo "$stderr"; return 1; }
	echo '{"schema":"dealix.prices.v1","currency":"USD"}' >prices.json
	run -2 --separate-stderr dealix-gate decide -n -f terraform-plan --prices prices.json plan.json
	[[ $stderr == *'prices.json: '* && $stderr != *'plan.json: '* ]] || { echo "$stderr"; return 1; }
}

@test "plans: a price book prices what it knows and lists what it does not" {
	echo '{"schema":"dealix.prices.v1","currency":"USD","prices":[{"type":"aws_instance","match":{"instance_type":"m5.2xlarge"},"monthly_usd":"280.32"},{"type":"aws_instance","match":{"instance_type":"m5.large"},"monthly_usd":"70.08"},{"type":"aws_ebs_volume","monthly_usd":"20"}]}' >p.json
	dealix-gate decide -f terraform-plan --prices p.json "$ROOT/policies/demo/plan.json" >d 2>/dev/null || true
	[ "$(jq -r .estimated_monthly_delta_usd d)" = 210.2400 ]
	[ "$(jq -r '.notes|index("cost_estimate_partial") != null' d)" = true ]
}

@test "plans: the binary plan's digest is recorded and enters the fingerprint" {
	echo one >plan.bin
	fp() { dealix-gate decide -n -f terraform-plan "$@" "$ROOT/policies/demo/plan.json" 2>/dev/null | jq -r .request_fingerprint; }
	a=$(fp) b=$(fp --plan-file plan.bin)
	echo two >plan.bin
	c=$(fp --plan-file plan.bin)
	[ "$a" != "$b" ] && [ "$b" != "$c" ]
}

@test "plans: 5,000 resources (20 MB) are judged by the AWS rules, in a memory that the plan's size bounds" {
	python3 "$ROOT/tests/data/gen-plan.py" 5000 >big.json
	size=$(stat -c %s big.json)
	[ "$size" -gt 19000000 ]
	judge big.json
	[ "$(field .findings_truncated)" -gt 0 ] || [ "$(field '.findings|length')" -gt 10 ]
	[ -n "${DEALIX_SKIP_MEMORY:-}" ] && return 0
	case $(ldd "$(command -v dealix-gate)") in *libasan*) return 0 ;; esac
	peak=$(python3 - big.json "$ROOT/policies/rules/terraform-aws.json" <<'PY'
import os, subprocess, sys, resource
pid = os.fork()
if pid == 0:
    null = os.open('/dev/null', os.O_WRONLY)
    os.dup2(null, 1); os.dup2(null, 2)
    os.execvp('dealix-gate', ['dealix-gate', 'decide', '-n', '-f', 'terraform-plan', sys.argv[1]])
_, _, use = os.wait4(pid, 0)
print(use.ru_maxrss * 1024)
PY
)
	echo "peak $peak, plan $size"
	[ "$peak" -lt $((size * 4 + 20 * 1048576)) ]
}
