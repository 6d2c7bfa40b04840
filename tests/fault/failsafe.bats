load ../lib

hold_lock() { # SECONDS: another process has the writer
	flock -x .dealix/lock sleep "$1" &
	holder=$!
	for _ in $(seq 100); do flock -n .dealix/lock true 2>/dev/null || break; sleep 0.02; done
}

@test "fail-safe: the writer is taken: bounded wait, gate_lock_timeout, not persisted, 3" {
	request m 1 | dealix-gate decide >/dev/null 2>&1
	hold_lock 3
	start=$(date +%s%N)
	run -3 --separate-stderr dealix-gate decide --timeout-ms 100 <<<"$(request m2 1)"
	took=$((($(date +%s%N) - start) / 1000000))
	kill $holder; wait $holder || true
	[ "$(field '.reason_codes|join(",")')" = gate_lock_timeout,soft_mode_fail_safe_escalation,fail_safe_unpersisted ]
	[ "$(field '[.decision,.persisted,.evaluation_path]|map(tostring)|join(" ")')" = 'DENY false failsafe' ]
	[ "$(field '.fail_safe_details|keys|join(",")')" = lock_timeout_ms,lock_wait_ms ]
	[[ $stderr == *'[store_busy]'* ]]
	[ "$took" -lt 2500 ]
	[ "$(dealix-ledger list --event decision_failsafe | wc -l)" -eq 0 ]
}

@test "fail-safe: a batch without the writer: what is a replay is answered from the store, wherever it stands" {
	{ request old-1 1; request old-2 1; } | dealix-gate decide >first 2>/dev/null
	hold_lock 3
	{ request old-1 1; request new 1; request old-2 1; } >batch
	run -3 --separate-stderr dealix-gate decide --timeout-ms 100 batch
	kill $holder; wait $holder || true
	[ "$(field '[.replayed,.persisted,.evaluation_path]|map(tostring)|join(" ")')" = $'true true normal\nfalse false failsafe\ntrue true normal' ]
	[ "$(field .decision_id | sed 2d)" = "$(jq -r .decision_id first)" ]
}

@test "fail-safe: the writer comes free in time for the fail-safe decision: it is kept and replayed for a minute, then judged" {
	faketime '2026-03-01 10:00:00' dealix-gate policy set --setting mode_matrix.ci_default=hard --override-reason t >/dev/null 2>&1
	faketime '2026-03-01 10:00:00' dealix-gate policy set --setting mode_matrix.terraform_nonprod=hard --override-reason t >/dev/null
	hold_lock 0.25
	request m 1 '"source":"terraform"' | { faketime -f '@2026-03-01 10:00:10' dealix-gate decide --timeout-ms 100 -k key-1 >a 2>/dev/null || true; }
	wait
	[ "$(jq -r .evaluation_path a)" = failsafe ] || skip "the machine was too slow to meet the moment"
	[ "$(jq -r .persisted a)" = true ] || skip "the machine was too slow to meet the moment"
	[ "$(jq -r '.reason_codes|join(",")' a)" = gate_lock_timeout,hard_mode_fail_closed ]
	request m 1 '"source":"terraform"' | { run -1 faketime '2026-03-01 10:00:40' dealix-gate decide -k key-1; }
	request m 1 '"source":"terraform"' | { run -0 faketime '2026-03-01 10:02:00' dealix-gate decide -k key-1; [ "$(field .generation)" = 2 ]; [ "$(field .supersedes_decision_id)" = "$(jq -r .decision_id a)" ]; }
	[ "$(dealix-ledger list --event decision_failsafe | wc -l)" -eq 1 ]
}

@test "fail-safe: the store cannot be read: the last good policy's mode counts, without a copy it is hard" {
	dealix-gate policy set --setting mode_matrix.terraform_default=shadow >/dev/null 2>&1
	KEEP_DAMAGED=1
	printf 'damaged' | dd of=.dealix/store.db bs=1 seek=0 conv=notrunc 2>/dev/null
	rm -f .dealix/store.db-wal .dealix/store.db-shm
	run -3 --separate-stderr dealix-gate decide <<<"$(request m 1)"
	[ "$(field '[.decision,.persisted,.mode]|map(tostring)|join(" ")')" = 'ALLOW false shadow' ]
	[ "$(field '.reason_codes|join(",")')" = store_corrupt,shadow_mode_fail_open,fail_safe_unpersisted ] ||
		[ "$(field '.reason_codes|join(",")')" = store_unavailable,shadow_mode_fail_open,fail_safe_unpersisted ]
	rm .dealix/policy-default.json
	run -3 --separate-stderr dealix-gate decide <<<"$(request m 1)"
	[ "$(field '[.decision,.persisted,.mode,.mode_scope]|map(tostring)|join(" ")')" = 'DENY false hard fallback:unknown' ]
}

@test "fail-safe: a policy denial in hard mode never carries hard_mode_fail_closed" {
	dealix-gate policy set --setting mode_matrix.terraform_default=hard --override-reason t >/dev/null 2>&1
	run -1 dealix-gate decide <<<"$(request m 6000)"
	[[ $output != *fail_closed* ]]
}

@test "fail-safe: a rule without end is stopped, and the store is free for others meanwhile" {
	cat >loop.json <<'J'
{"schema":"dealix.rules.v1","id":"x","version":"1","title":"t","rules":[{"id":"loop","title":"t","when":"def f: f; f"}]}
J
	request m 1 | dealix-gate decide >/dev/null 2>&1
	request m2 1 | { dealix-gate decide --rules loop.json >slow 2>err || true; } &
	slow=$!
	sleep 0.3
	run -0 dealix-gate decide <<<"$(request m3 1)"
	[ "$(field .evaluation_path)" = normal ]
	wait $slow
	[ "$(jq -r '.reason_codes|join(",")' slow)" = rule_timeout,soft_mode_fail_safe_escalation ]
	grep -q '\[rule_timeout\]' err
}

@test "fail-safe: the guard of the log refuses an entry: ledger_contended, gate_lock_contended, not persisted" {
	request m 1 | dealix-gate decide >/dev/null 2>&1
	KEEP_DAMAGED=1
	sqlite3 .dealix/store.db "create trigger other before insert on ledger_entry begin select raise(abort,'ledger_seq_conflict'); end"
	run -3 --separate-stderr dealix-gate decide <<<"$(request m2 1)"
	[ "$(field '.reason_codes|join(",")')" = gate_lock_contended,soft_mode_fail_safe_escalation,fail_safe_unpersisted ]
	[[ $stderr == *'[ledger_contended]'* ]]
	run -3 --separate-stderr dealix-ledger budget set default --limit 1
	[[ $stderr == *'[ledger_contended]'* ]]
}
