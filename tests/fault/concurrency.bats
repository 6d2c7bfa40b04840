load ../lib

@test "concurrency: 32 processes with one request at once: one decision, one entry" {
	for i in $(seq 32); do request m 40 | dealix-gate decide --timeout-ms 30000 >"out.$i" 2>/dev/null & done
	wait
	[ "$(jq -r .decision_id out.* | sort -u | wc -l)" -eq 1 ]
	[ "$(jq -r 'select(.replayed|not).decision_id' out.* | wc -l)" -eq 1 ]
	[ "$(dealix-ledger list --event decision_created | wc -l)" -eq 1 ]
}

@test "concurrency: 32 processes with distinct requests at once: all kept, no number lost or doubled" {
	for i in $(seq 32); do request "m$i" 1 | dealix-gate decide --timeout-ms 30000 >"out.$i" 2>/dev/null & done
	wait
	[ "$(jq -r .decision_id out.* | sort -u | wc -l)" -eq 32 ]
	[ "$(dealix-ledger list -l 1000 | jq -r .seq | sort -n | paste -sd,)" = "$(seq 0 34 | paste -sd,)" ]
}

@test "concurrency: 16 times 10 against 100 under hard mode: 10 allowed, 6 denied, the budget is full" {
	dealix-gate policy set --setting mode_matrix.terraform_nonprod=hard --override-reason test >/dev/null 2>&1
	dealix-ledger budget set default --limit 100 >/dev/null
	for i in $(seq 16); do request "m$i" 10 '"source":"terraform"' | dealix-gate decide --timeout-ms 30000 >"out.$i" 2>/dev/null & done
	wait
	[ "$(jq -r .decision out.* | grep -c ALLOW)" -eq 10 ]
	[ "$(jq -r .decision out.* | grep -c DENY)" -eq 6 ]
	[ "$(dealix-ledger budget list | jq -r .held_usd)" = 100.0000 ]
}

@test "concurrency: two of 60 against 100 in hard mode: one allowed, one denied" {
	dealix-gate policy set --setting mode_matrix.terraform_nonprod=hard --override-reason test >/dev/null 2>&1
	dealix-ledger budget set default --limit 100 >/dev/null
	for i in 1 2; do request "m$i" 60 '"source":"terraform"' | dealix-gate decide --timeout-ms 30000 >"out.$i" 2>/dev/null & done
	wait
	[ "$(jq -r .decision out.1 out.2 | sort | paste -sd,)" = ALLOW,DENY ]
}

@test "concurrency: policy changes, budgets and decisions side by side leave a store that verifies" {
	request m 1 | dealix-gate decide --timeout-ms 30000 >/dev/null 2>&1
	for i in $(seq 12); do
		request "m$i" 3 | dealix-gate decide --timeout-ms 30000 >/dev/null 2>&1 &
		dealix-ledger budget set "p$i" --limit "$i" >/dev/null 2>&1 &
		dealix-gate policy set --setting "entitlements.auto_approve_below_monthly_usd=$i" >/dev/null 2>&1 &
	done
	wait
	run -0 dealix-verify store
	[ "$(dealix-gate policy history | wc -l)" -ge 2 ]
}

@test "concurrency: a batch and one-shot calls share the store" {
	for i in $(seq 3000); do request "b$i" 1; done >batch
	dealix-gate decide --timeout-ms 30000 batch >out.batch 2>/dev/null &
	for i in $(seq 8); do request "m$i" 1 | dealix-gate decide --timeout-ms 30000 >"out.$i" 2>/dev/null; done
	wait
	[ "$(wc -l <out.batch)" -eq 3000 ]
	[ "$(cat out.* | jq -r .decision_id | sort -u | wc -l)" -eq 3008 ]
}
