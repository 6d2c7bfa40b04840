load ../lib

# Every answered decision must be in the ledger, once; the numbers have no gap; the store verifies.
check_answers() {
	dealix-verify store >v.out || { cat v.out; return 1; }
	dealix-ledger list -l 1000 --oldest-first >entries
	jq -r 'select(.event=="decision_created").decision.decision_id' entries | sort >kept
	sort kept | uniq -d | grep . && return 1
	cat answers.* 2>/dev/null | jq -R 'fromjson? | .decision_id' -r | sort -u >answered
	comm -13 kept answered | grep . && return 1
	[ "$(jq -r .seq entries | paste -sd,)" = "$(seq 0 $(($(wc -l <entries) - 1)) | paste -sd,)" ]
}

@test "kill: SIGKILL at 200 random instants, two writers at once: nothing answered is lost, nothing is doubled" {
	for round in $(seq 200); do
		for w in 1 2; do
			request "r$round-$w" 1 | dealix-gate decide >"answers.$round-$w" 2>/dev/null &
			pids[$w]=$!
		done
		sleep "0.00$((RANDOM % 9))$((RANDOM % 10))"
		kill -9 "${pids[$((RANDOM % 2 + 1))]}" 2>/dev/null || true
		wait 2>/dev/null || true
		if [ $((round % 10)) -eq 0 ] && [ -e .dealix/store.db ]; then dealix-verify store >/dev/null; fi
	done
	check_answers
}

@test "kill: the very first call killed at 60 instants leaves no store or a store that verifies" {
	for round in $(seq 60); do
		rm -rf .dealix
		request "r$round" 1 | dealix-gate decide >answer 2>/dev/null &
		pid=$!
		sleep "0.00$((RANDOM % 9))$((RANDOM % 10))"
		kill -9 $pid 2>/dev/null || true
		wait 2>/dev/null || true
		# The next call finds whatever is there and works.
		request "again$round" 1 | dealix-gate decide >after 2>/dev/null
		[ "$(jq -r .persisted after)" = true ]
		dealix-verify store >/dev/null
		if [ -s answer ]; then dealix-ledger list | grep -q "$(jq -r .decision_id answer)"; fi
	done
}

@test "kill: a batch killed in the middle keeps every line it answered" {
	for i in $(seq 6000); do request "b$i" 1; done >batch
	for round in 1 2 3 4 5; do
		dealix-gate decide batch >"answers.$round" 2>/dev/null &
		pid=$!
		sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
		kill -9 $pid 2>/dev/null || true
		wait 2>/dev/null || true
	done
	dealix-gate decide batch >answers.last 2>/dev/null
	[ "$(wc -l <answers.last)" -eq 6000 ]
	dealix-verify store >/dev/null
	# Each answer given before a kill is the one replayed now.
	for f in answers.[1-5]; do
		jq -R 'fromjson? | .decision_id' -r "$f" | head -n 500
	done | sort -u >before
	jq -r .decision_id answers.last | sort >now
	[ -z "$(comm -23 before now)" ]
}
