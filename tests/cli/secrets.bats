load ../lib
load ../documents

# tests/data/secret-plan.json holds secrets of every kind that inputs page 1.4 names; each has "planted" and a number in it.
secrets='planted|cGxhbnRlZD|PLANTED'

# Rules that print whatever they can reach.
loud() {
	doc loud 1 "$(rule strings warn '.. | strings | {message: .}')" \
		"$(rule addresses warn '.. | strings | {message: "m", address: ., facts: {s: .}}')" \
		"$(rule whole warn 'tojson as $s | range(0; $s|length; 900) as $i | $s[$i:$i+900]')" \
		"$(rule parts warn '[.. | strings | split("")[]] | join("") as $s | range(0; $s|length; 900) as $i | $s[$i:$i+900]')" \
		"$(rule request warn '($request, $context, $rules) | .. | strings')" \
		"$(rule variables warn '.variables | to_entries[] | "\(.key)=\(.value.value)"')" >loud.json
	# What an error says of a value is shown too.
	doc errors 1 "$(rule add warn '.variables.db_password.value + 1')" "$(rule raise warn '.variables | error')" \
		"$(rule index warn '.resource_changes[0].change.after.master_password.x')" "$(rule number warn '.resource_changes[0].change.after.jwt | tonumber')" \
		"$(rule output warn '[.variables]')" "$(rule text warn '{message: "m", facts: {a: .variables}}')" "$(rule path warn '{message: "m", path: [.variables.db_password.value]}')" >errors.json
}

# No planted secret in any file below here, in any output, in the environment of files that tools may leave.
clean() {
	run -1 grep -raoE ".{0,40}($secrets).{0,40}" .
}

scene() {
	mkdir tmp
	export TMPDIR=$SCRATCH/tmp
	plan=$ROOT/tests/data/secret-plan.json
}

@test "secrets: the plan holds forty planted secrets (the test would prove nothing without)" {
	[ "$(grep -oE 'planted[0-9]{2}' "$plan" | sort -u | wc -l)" -ge 38 ]
	grep -qE 'AKIAPLANTED25' "$plan"
	grep -qE 'cGxhbnRlZD' "$plan"
}

@test "secrets: rules that print all they see print no secret, in any format; the store has none" {
	loud
	for format in json ndjson text sarif junit tap github; do
		status=0
		dealix-gate decide -f terraform-plan --project p-$format -r loud.json -r errors.json -F $format "$plan" >"out.$format" 2>"err.$format" || status=$?
		[ $status -eq 4 ]
	done
	# They did print: the words that stand in for the secrets, and what is none.
	grep -q '(sensitive)' out.json
	grep -q 'eu-central-1' out.json
	[ "$(jq '.findings_truncated' out.json)" -gt 0 ]
	rm loud.json errors.json
	clean
	dealix-ledger list -l 1000 >entries
	for i in $(jq -r .seq entries); do dealix-ledger show "$i"; done >shown
	dealix-ledger list -F text >text
	dealix-verify store >verified
	clean
}

@test "secrets: each rule alone: the first 200 findings hide none of the others" {
	loud
	for r in strings addresses whole parts variables; do
		jq -c --arg r "$r" '.rules |= map(select(.id==$r))' loud.json >one.json
		dealix-gate decide -n -f terraform-plan -r one.json "$plan" >"out.$r" 2>"err.$r"
	done
	[ "$(jq '.findings|length' out.strings)" -gt 80 ]
	[ "$(jq 'has("findings_truncated")' out.strings)" = false ]
	rm -f loud.json errors.json one.json
	clean
}

@test "secrets: what stands beside a secret is still there, so rules can judge" {
	doc r 1 "$(rule a warn '.resource_changes[0].change.after | "\(.endpoint) \(.list[0]) \(.user_data|split("\n")[0]) \(.note)"')" >r.json
	run -0 --separate-stderr dealix-gate decide -n -f terraform-plan -r r.json "$plan"
	message=$(field '.findings[0].message')
	[[ $message == postgresql://app:*@db.internal:5432/orders' plain #!/bin/sh deploy with '*' please' ]]
}

@test "secrets: a shape is kept: pointers and positions of redacted documents stand" {
	doc r 1 "$(rule a warn '.resource_changes[0].change.after | keys_unsorted as $k | {message: "m", path: ["resource_changes",0,"change","after","again"]}')" >r.json
	dealix-gate decide -n -f terraform-plan -r r.json "$plan" >out
	line=$(jq '.findings[0].line' out) column=$(jq '.findings[0].column' out)
	[ "$(sed -n "${line}p" "$plan" | cut -c"$column"-)" = '"planted02-declared-sensitive"' ]
}

@test "secrets: errors of every kind quote no secret" {
	n=0
	try() { n=$((n + 1)); run dealix-gate decide "$@"; [ "$status" -ne 0 ]; echo "$output" >"out.$n"; }
	bad() { sed "$1" "$plan" >"$BATS_TEST_TMPDIR/bad.json"; }
	for edit in 's/"planted11-attribute"/"planted11-attribute/' 's/"planted11-attribute"/"planted11-\\q"/' 's/"planted11-attribute",/"planted11-attribute"/' \
		's/"planted11-attribute"/planted11/' 's/"master_password"/"clientSecret"/' 's/"planted11-attribute"/"planted11\x01"/' 's/"1.2"/"7.0"/' 's/"actions": \["update"\]/"actions": ["planted"]/' \
		's/"resource_changes": \[/"resource_changes": {"planted": [/' '40,$d'; do
		bad "$edit"
		try -f terraform-plan "$BATS_TEST_TMPDIR/bad.json"
		try --errors json -f terraform-plan "$BATS_TEST_TMPDIR/bad.json"
	done
	# "planted" as an unknown action is a word of the plan's grammar, not a secret; nothing else may be shown.
	sed -i 's/planted"/word"/; s/"planted\b/word/' out.*
	[ $n -eq 20 ]
	clean
}

@test "secrets: a request's metadata and a review's Secret reach no rule in the clear" {
	loud
	request m 1 '"metadata":{"db_password":"planted50-metadata","url":"https://u:planted51-url@h/x","env":[{"name":"API_TOKEN","value":"planted52-beside"}]}' >request.json
	dealix-gate decide -n -r loud.json request.json >out.request 2>&1 || [ $? -eq 4 ]
	printf '%s' '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","kind":{"group":"","version":"v1","kind":"Secret"},"resource":{"group":"","version":"v1","resource":"secrets"},"namespace":"n","name":"s","operation":"CREATE","userInfo":{"username":"u"},"object":{"kind":"Secret","metadata":{"name":"s"},"data":{"plain":"cGxhbnRlZDUz"},"stringData":{"note":"planted54-string-data"}},"oldObject":{"kind":"Secret","metadata":{"name":"s"},"data":{"plain":"cGxhbnRlZDU1"}}}}' >review.json
	for format in json text sarif github; do
		dealix-gate decide -n -f admission-review -r loud.json -F $format review.json >"out.$format" 2>&1
	done
	grep -q '(sensitive)' out.sarif
	grep -q '(sensitive)' out.request
	rm request.json review.json loud.json errors.json
	clean
}

@test "secrets: a process that dies leaves no core file, before and while it holds a secret" {
	ulimit -c unlimited 2>/dev/null || skip "core files cannot be allowed here"
	mkfifo in
	dealix-gate decide -n -f terraform-plan in >/dev/null 2>&1 &
	pid=$!
	exec 7>in
	head -c 3000 "$plan" >&7
	for i in $(seq 100); do
		grep -q '^Max core file size *0 *0 ' "/proc/$pid/limits" && break
		sleep 0.02
	done
	grep -q '^Max core file size *0 *0 ' "/proc/$pid/limits"
	kill -SEGV "$pid"
	exec 7>&-
	wait "$pid" || true
	[ -z "$(find . -name 'core*')" ]
	rm in
	clean
}

@test "secrets: the process that runs rules may leave no core either, and reads no file" {
	doc h 1 "$(rule a warn 'def f: f; f')" >h.json
	request m 1 >in.json
	dealix-gate decide -n -r h.json in.json >/dev/null 2>&1 &
	pid=$!
	for i in $(seq 200); do
		child=$(pgrep -P $pid) && break
		sleep 0.02
	done
	[ -n "$child" ]
	for i in $(seq 100); do
		grep -q '^Max core file size *0 *0 ' "/proc/$child/limits" && break
		sleep 0.01
	done
	grep -q '^Max core file size *0 *0 ' "/proc/$child/limits"
	grep -q '^Max file size *0 *0 ' "/proc/$child/limits"
	[ "$(find "/proc/$child/fd" -lname "$SCRATCH/*" | wc -l)" -eq 0 ]
	wait $pid || true
}
