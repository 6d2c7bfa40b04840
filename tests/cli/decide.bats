load ../lib

@test "decide: a request is allowed, answered on stdout as one line, and kept" {
	request m 40 | { run -0 --separate-stderr dealix-gate decide; [ "${#lines[@]}" -eq 1 ]; field .decision; } >got
	[ "$(cat got)" = ALLOW ]
	run -0 --separate-stderr dealix-ledger list
	[ "${#lines[@]}" -eq 4 ]
	[ "$(field .event "${lines[0]}")" = decision_created ]
}

@test "decide: the answer is canonical: jq -cS prints the same bytes" {
	request m 40 | dealix-gate decide >a 2>err
	jq -cS . a >b
	cmp a b
	grep -q 'created the store' err
}

@test "decide: the same request again is a replay with the same id, and nothing is appended" {
	request m 40 | dealix-gate decide >a 2>/dev/null
	request m 40 | dealix-gate decide >b
	[ "$(jq -r .decision_id a)" = "$(jq -r .decision_id b)" ]
	[ "$(jq .replayed b)" = true ]
	[ "$(dealix-ledger list | wc -l)" -eq 4 ]
}

@test "decide: one key, another amount: idempotency_key_reused, 1, store unchanged (D09)" {
	request m 40 | dealix-gate decide -k deploy-1 >a 2>/dev/null
	run -1 --separate-stderr dealix-gate decide -k deploy-1 <<<"$(request m 41)"
	[ -z "$output" ]
	[[ $stderr == *'[idempotency_key_reused]'* ]]
	[ "$(dealix-ledger list | wc -l)" -eq 4 ]
}

@test "decide: one key with the fingerprint of the first call: request_fingerprint_mismatch, nothing recorded" {
	request m 40 | dealix-gate decide -k deploy-1 >a 2>/dev/null
	fp=$(jq -r .request_fingerprint a)
	run -1 --separate-stderr dealix-gate decide -k deploy-1 <<<"$(request m 41 "\"expected_request_fingerprint\":\"$fp\"")"
	[[ $stderr == *'[request_fingerprint_mismatch]'* ]]
	run -0 --separate-stderr dealix-gate decide -k deploy-1 <<<"$(request m 40 "\"expected_request_fingerprint\":\"${fp^^}\"")"
	[ "$(field .replayed)" = true ]
}

@test "decide: a dry run, then the real call without a key: two decisions, the second holds money (D10)" {
	dealix-ledger budget set default --limit 500 >/dev/null 2>&1
	request m 40 | dealix-gate decide -n >dry
	request m 40 | dealix-gate decide >real
	[ "$(jq -r .reservation_active dry)" = false ]
	[ "$(jq -r .reservation_active real)" = true ]
	[ "$(jq -r .replayed real)" = false ]
	[ "$(dealix-ledger budget list | jq -r .held_usd)" = 40.0000 ]
}

@test "decide: a dry run without a store judges, creates nothing and says that nothing is kept" {
	run -0 --separate-stderr dealix-gate decide -n <<<"$(request m 40)"
	[ "$(field .persisted)" = false ]
	[ ! -e .dealix ]
}

@test "decide: a refused request creates no store" {
	run -2 --separate-stderr dealix-gate decide <<<'{"action":"x"}'
	[ ! -e .dealix ]
	run -2 --separate-stderr dealix-gate decide <<<"$(request m 1e3)"
	[ ! -e .dealix ]
}

@test "decide: a derived key is evaluated afresh in the next month, each charged to its own (D11)" {
	dealix-ledger budget set default --limit 500 >/dev/null 2>&1
	rm -rf .dealix
	faketime '2026-01-31 23:59:00' dealix-ledger budget set default --limit 500 >/dev/null 2>&1
	# the clock stands still: a second that goes on while the machine is busy ends in February
	request m 40 | faketime -f '2026-01-31 23:59:59' dealix-gate decide >a
	request m 40 | faketime -f '2026-02-01 00:00:00' dealix-gate decide >b
	[ "$(jq .generation a)" = 1 ]
	[ "$(jq .generation b)" = 2 ]
	[ "$(jq -r .supersedes_decision_id b)" = "$(jq -r .decision_id a)" ]
	[ "$(sqlite3 .dealix/store.db 'select group_concat(budget_month) from decision order by generation')" = 2026-01,2026-02 ]
	[ "$(dealix-ledger budget list | jq -r .held_usd)" = 80.0000 ]
}

@test "decide: an explicit key never ages" {
	request m 40 | faketime '2026-01-31 23:59:59' dealix-gate decide -k deploy-1 >a 2>/dev/null
	request m 40 | faketime '2027-02-01 00:00:00' dealix-gate decide -k deploy-1 >b
	[ "$(jq .replayed b)" = true ]
}

@test "decide: a derived key is evaluated afresh when the policy has changed, and the old hold ends (D47 a)" {
	dealix-ledger budget set default --limit 100 >/dev/null 2>&1
	request m 60 | dealix-gate decide >a
	dealix-gate policy set --setting entitlements.auto_approve_below_monthly_usd=50 >/dev/null
	request m 60 | dealix-gate decide >b
	[ "$(jq .generation b)" = 2 ]
	[ "$(jq -r .decision b)" = ALLOW ]
	[ "$(dealix-ledger budget list | jq -r .held_usd)" = 60.0000 ]
	[ "$(dealix-ledger list -l 1 | jq -r .details.supersedes)" = "$(jq -r .decision_id a)" ]
}

@test "decide: a denied request is asked again once a budget changed (D47 b)" {
	dealix-gate policy set --setting mode_matrix.terraform_nonprod=hard --override-reason test >/dev/null 2>&1
	dealix-ledger budget set default --limit 10 >/dev/null
	run -1 dealix-gate decide <<<"$(request m 60 '"source":"terraform"')"
	run -1 dealix-gate decide <<<"$(request m 60 '"source":"terraform"')"
	[ "$(field .replayed)" = true ]
	dealix-ledger budget set default --limit 100 >/dev/null
	run -0 dealix-gate decide <<<"$(request m 60 '"source":"terraform"')"
	[ "$(field .generation)" = 2 ]
}

@test "decide: a lapsed approval is expired by the next call, and its hold ends (A06)" {
	dealix-ledger budget set default --limit 500 >/dev/null 2>&1
	rm -rf .dealix
	faketime '2026-03-01 10:00:00' dealix-ledger budget set default --limit 500 >/dev/null 2>&1
	request m 100 '"environment":"prod"' | { run -4 faketime '2026-03-01 10:00:01' dealix-gate decide; echo "$output" >a; }
	[ "$(dealix-ledger budget list | jq -r .held_usd)" = 100.0000 ]
	request other 1 | faketime '2026-03-01 10:15:20' dealix-gate decide >/dev/null
	[ "$(dealix-ledger budget list | jq -r .held_usd)" = 1.0000 ]
	[ "$(dealix-ledger list --event approval_expired | jq -r .approval.status)" = expired ]
	request m 100 '"environment":"prod"' | { run -4 faketime '2026-03-01 10:15:25' dealix-gate decide; [ "$(field .generation)" = 2 ]; }
}

@test "decide: an approval lapses at expires_at, not a second later" {
	faketime '2026-03-01 10:00:00' dealix-ledger budget set default --limit 500 >/dev/null 2>&1
	request m 100 '"environment":"prod"' | { run -4 faketime '2026-03-01 10:00:00' dealix-gate decide; }
	request o1 1 | faketime '2026-03-01 10:14:59' dealix-gate decide >/dev/null
	[ "$(dealix-ledger list --event approval_expired | wc -l)" -eq 0 ]
}

@test "decide: limits are inclusive: equal passes, a ten-thousandth more trips" {
	dealix-gate policy set --setting mode_matrix.ci_default=hard --override-reason test >/dev/null 2>&1
	dealix-gate policy set --setting mode_matrix.ci_nonprod=hard --override-reason test >/dev/null
	dealix-ledger budget set default --limit 100 >/dev/null
	run -1 dealix-gate decide -n <<<"$(request m 100.0001)"
	[ "$(field '.reason_codes[0]')" = budget_exceeded ]
	run -0 dealix-gate decide -n <<<"$(request m 100)"
	run -1 dealix-gate decide -n <<<"$(request m 5000.0001)"
	[ "$(field '.reason_codes[0]')" = hard_deny_threshold_exceeded ]
	dealix-ledger budget set default --limit 6000 >/dev/null
	run -0 dealix-gate decide -n <<<"$(request m 5000)"
}

@test "decide: production asks for approval: exit 4, an approval row, the money held" {
	dealix-ledger budget set default --limit 500 >/dev/null 2>&1
	run -4 dealix-gate decide <<<"$(request m 100 '"environment":"Production"')"
	[ "$(field .environment)" = prod ]
	[ "$(field .approval_status)" = pending ]
	[ "$(field .approval_token)" = null ]
	id=$(field .approval_request_id)
	run -0 dealix-ledger trace "$id" -F text
	[[ $output == *'approval pending'* ]]
	[ "$(sqlite3 .dealix/store.db "select json_extract(routing_trace,'\$.rule_id') from approval")" = default-prod ]
}

@test "decide: a project's own budget counts before the default one; inactive ones do not" {
	dealix-ledger budget set default --limit 10 >/dev/null 2>&1
	dealix-ledger budget set Shop --limit 100 >/dev/null
	run -0 dealix-gate decide --project shop <<<"$(request m 60)"
	[ "$(field .budget_scope_key)" = shop ]
	dealix-ledger budget set shop --limit 100 --inactive >/dev/null
	run -0 dealix-gate decide --project shop <<<"$(request m2 5)"
	[ "$(field .budget_scope_key)" = default ]
}

@test "decide: options win over members, and a second explicit key is a conflict" {
	run -0 --separate-stderr dealix-gate decide -n --project P --environment dev --action Terraform.Plan --resource R <<<"$(request m 1)"
	[ "$(field '[.project_id,.environment,.action,.resource_reference]|join(" ")')" = 'p nonprod terraform.plan R' ]
	run -1 --separate-stderr dealix-gate decide -n -k key-1 <<<"$(request m 1 '"idempotency_key":"key-2"')"
	[[ $stderr == *'[idempotency_key_conflict]'* ]]
}

@test "decide: metadata 1.0 and 1 have one fingerprint, \"1\" another, a doubled member is refused" {
	fp() { dealix-gate decide -n <<<"$(request m 1 "\"metadata\":$1")" 2>/dev/null | jq -r .request_fingerprint; }
	[ "$(fp '{"a":1,"b":2}')" = "$(fp '{"b":2.0,"a":1.0}')" ]
	[ "$(fp '{"a":1}')" != "$(fp '{"a":"1"}')" ]
	run -2 --separate-stderr dealix-gate decide -n <<<"$(request m 1 '"metadata":{"a":1,"a":1}')"
	[[ $stderr == *'[json_duplicate_member]'* ]]
	run -2 --separate-stderr dealix-gate decide -n <<<"$(request m 1 '"metadata":{"a":0.12345678901234567}')"
	[[ $stderr == *'[number_not_exact]'* ]]
}

@test "decide: the same policy pinned is fine, another is policy_mismatch" {
	request m 1 | dealix-gate decide >/dev/null 2>&1
	dealix-gate policy show >now.json
	run -0 --separate-stderr dealix-gate decide -p now.json <<<"$(request m2 1)"
	sed 's/"25.0000"/"26.0000"/' now.json >other.json
	run -1 --separate-stderr dealix-gate decide -p other.json <<<"$(request m3 1)"
	[[ $stderr == *'[policy_mismatch]'* ]]
}

@test "decide: the policy given where the log is opened becomes version 1" {
	dealix-gate decide -n <<<"$(request m 1)" >/dev/null
	cp "$ROOT/policies/default.json" p.json
	run -0 --separate-stderr dealix-gate decide -p p.json <<<"$(request m 1)"
	[ "$(field .policy_version)" = 1 ]
}

@test "decide: a member nobody knows, an unknown source, a bad time limit: 2 and the place" {
	run -2 --separate-stderr dealix-gate decide <<<"$(request m 1 '"enviroment":"prod"')"
	[[ $stderr == *'/enviroment'*'[unknown_field]'* ]]
	run -2 --separate-stderr dealix-gate decide <<<"$(request m 1 '"source":"cloud"')"
	[[ $stderr == *'[source_unknown]'* ]]
	run -2 --separate-stderr dealix-gate decide --timeout-ms 49 <<<"$(request m 1)"
	[[ $stderr == *'[config_invalid]'* ]]
	run -2 --separate-stderr dealix-gate decide --timeout-ms 30001 <<<"$(request m 1)"
	[[ $stderr == *'[config_invalid]'* ]]
	run -2 --separate-stderr dealix-gate decide --timeout-ms many <<<"$(request m 1)"
	[[ $stderr == *'[usage]'* ]]
}

@test "decide: an unknown tenant of a store that exists is not judged" {
	request m 1 | dealix-gate decide >/dev/null 2>&1
	run -1 --separate-stderr dealix-gate decide -t shopp <<<"$(request m 1)"
	[[ $stderr == *'[tenant_unknown]'* ]]
	run -2 --separate-stderr dealix-gate decide -t 'Bad Name' <<<"$(request m 1)"
	[[ $stderr == *'[tenant_invalid]'* ]]
}

@test "decide: --actor only says who is meant" {
	request m 1 | dealix-gate decide >/dev/null 2>&1
	run -1 --separate-stderr dealix-gate decide --actor somebody-else <<<"$(request m 2)"
	[[ $stderr == *'[actor_mismatch]'* ]]
}

@test "decide: --errors json prints the error document" {
	run -2 --separate-stderr dealix-gate decide --errors json <<<'{}'
	[ "$(field '.error.class' "$stderr")" = invalid ]
	[ "$(field '.schema' "$stderr")" = dealix.error.v1 ]
}
