load ../lib

plan='{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{},"resource_changes":[{"address":"a.b","mode":"managed","type":"a","name":"b","change":{"actions":["create"],"before":null,"after":{"x":1}}}]}'

refused_early() { # STATUS CODE COMMAND...: and no store was made
	one_line "$@" || return
	[ ! -e .dealix ] || { echo "a store was made"; return 1; }
}

@test "input: empty, blank, cut, trailing, binary, BOM: 2, one line, no store" {
	: >empty; printf ' \n\n' >blank; printf '{"action":"x"' >cut; printf '{"action":\n"x"} x' >trailing
	{ printf '\x7fELF\x02\x01\n\x00'; seq 999 | gzip -n; } >binary; printf '\xef\xbb\xbf{}' >bom; printf '{"action":"\xff"}' >latin; printf '{"a":"\\u0000"}' >nul
	printf '{"a":"\\ud800"}' >lone; python3 -c 'print("["*65+"]"*65)' >deep
	refused_early 2 input_empty dealix-gate decide empty
	refused_early 2 input_empty dealix-gate decide blank
	refused_early 2 json_invalid dealix-gate decide cut
	refused_early 2 json_invalid dealix-gate decide trailing
	refused_early 2 json_invalid dealix-gate decide binary
	refused_early 2 json_invalid dealix-gate decide bom
	refused_early 2 json_bad_utf8 dealix-gate decide latin
	refused_early 2 json_nul dealix-gate decide nul
	refused_early 2 json_bad_utf8 dealix-gate decide lone
	refused_early 2 json_too_deep dealix-gate decide deep
	refused_early 3 file_unreadable dealix-gate decide absent
	refused_early 3 file_unreadable dealix-gate decide .
}

@test "input: a plan that is empty, cut, binary, no plan, of another format, errored: refused, the message helps" {
	: >empty; printf '%s' "${plan:0:80}" >cut; head -c 999 /dev/zero >zeros; echo '{"a":1}' >other
	refused_early 2 input_empty dealix-gate decide -f terraform-plan empty
	refused_early 2 json_invalid dealix-gate decide -f terraform-plan cut
	run --separate-stderr dealix-gate decide -f terraform-plan zeros
	[ "$status" -eq 2 ]
	refused_early 2 plan_not_recognised dealix-gate decide -f terraform-plan other
	[[ $stderr == *'terraform show -json'* ]]
	refused_early 2 plan_format_unsupported dealix-gate decide -f terraform-plan - <<<"${plan/1.2/2.0}"
	refused_early 2 plan_errored dealix-gate decide -f terraform-plan - <<<"${plan/\"planned_values\"/\"errored\":true,\"planned_values\"}"
	refused_early 2 plan_action_unknown dealix-gate decide -f terraform-plan - <<<"${plan/create/destroy}"
}

@test "input: a plan read as a request: the error says how plans are read" {
	run -2 --separate-stderr dealix-gate decide "$ROOT/policies/demo/plan.json"
	[[ $stderr == *'terraform-plan'* ]] || { echo "$stderr"; return 1; }
}

@test "input: UTF-8 with a mark and UTF-16 of PowerShell are plans; UTF-16 without one is not" {
	printf '%s' "$plan" >p; (printf '\xef\xbb\xbf'; cat p) >p8
	(printf '\xff\xfe'; iconv -f UTF-8 -t UTF-16LE p) >ple; (printf '\xfe\xff'; iconv -f UTF-8 -t UTF-16BE p) >pbe
	iconv -f UTF-8 -t UTF-16LE p >bare
	for f in p8 ple pbe; do run -0 dealix-gate decide -n -f terraform-plan "$f"; done
	run -2 dealix-gate decide -n -f terraform-plan bare
}

@test "input: a 300 MB file is refused in bounded time and memory" {
	truncate -s 300M big
	refused_early 2 json_too_large dealix-gate decide -f terraform-plan big
	refused_early 2 json_too_large dealix-gate decide big
}

@test "input: a FIFO and a pipe are read like a file" {
	mkfifo fifo
	request m 1 >fifo &
	run -0 dealix-gate decide fifo
	printf '%s' "$plan" | { run -0 dealix-gate decide -n -f terraform-plan -; }
}

@test "input: stdout closed or full: 3, and what was decided is kept" {
	request m 1 | { run -3 sh -c 'exec dealix-gate decide >/dev/full'; [[ $output == *'[output_failed]'* ]]; }
	[ "$(dealix-ledger list --event decision_created | wc -l)" -eq 1 ]
	request m2 1 | { run -3 sh -c 'exec dealix-gate decide >&-'; } || true
	request m | true
	for i in $(seq 2000); do request "x$i" 1; done >batch
	run -3 bash -c 'set -o pipefail; dealix-gate decide batch 2>/dev/null | head -n 1 >/dev/null'
	dealix-verify store
}

@test "input: a read-only store: the gate answers fail-safe, exit 3, says why; reading goes on" {
	mount -t tmpfs tmpfs home 2>/dev/null || skip "cannot mount a file system here"
	dealix-gate decide -s home/s <<<"$(request m 1)" >/dev/null 2>&1
	mount -o remount,ro home
	run --separate-stderr dealix-gate decide -s home/s <<<"$(request m2 1)"
	got=$status persisted=$(field .persisted) line=$stderr
	dealix-ledger list -s home/s >list && dealix-verify store -s home/s >/dev/null && reads=yes
	dealix-ledger budget set default --limit 1 -s home/s 2>err && budget=0 || budget=$?
	umount home
	[ "$got" -eq 3 ]
	[ "$persisted" = false ]
	[[ $line == *'[store_unavailable]'* ]]
	[ "$reads" = yes ]
	[ "$(wc -l <list)" -eq 4 ]
	[ "$budget" -eq 3 ]
	[ "$(wc -l <err)" -eq 1 ]
}

@test "input: a full disk under the store: fail-safe, exit 3, the store still verifies" {
	mount -t tmpfs -o size=600k tmpfs home 2>/dev/null || skip "cannot mount a small file system here"
	ok=yes
	dealix-gate decide -s home/s <<<"$(request m 1)" >/dev/null 2>&1 || ok=first
	for i in $(seq 400); do
		dealix-gate decide -s home/s <<<"$(request "m$i" 1 "\"metadata\":{\"pad\":\"$(printf '%05000d' 0)\"}")" >out 2>err && continue
		status=$?
		break
	done
	verify=$(dealix-verify store -s home/s -F text); v=$?
	umount home
	[ "$ok" = yes ]
	[ "${status:-0}" -eq 3 ]
	[ "$(jq .persisted out)" = false ]
	jq -r '.reason_codes[]' out | grep -qx fail_safe_unpersisted
	[ "$v" -eq 0 ]
}

@test "input: a batch answers each line in order, a refused one in its place, and goes on" {
	{ request a 1; echo; echo 'nonsense'; request b -1; request c 3; } >batch
	run -2 --separate-stderr dealix-gate decide batch
	[ "${#lines[@]}" -eq 4 ]
	[ "$(field .resource_reference "${lines[0]}")" = a ]
	[ "$(field '[.error.code,.line]|join(" ")' "${lines[1]}")" = 'json_invalid 3' ]
	[ "$(field '[.error.code,.line]|join(" ")' "${lines[2]}")" = 'money_negative 4' ]
	[ "$(field .resource_reference "${lines[3]}")" = c ]
	[ "$(dealix-ledger list --event decision_created | wc -l)" -eq 2 ]
}

@test "input: a line as long as a book in a batch is refused, the next one is judged" {
	{ request a 1; printf '{"action":"%s"}\n' "$(head -c 17000000 /dev/zero | tr '\0' x)"; request b 2; } >batch
	run -2 --separate-stderr dealix-gate decide batch
	[ "${#lines[@]}" -eq 3 ]
	[ "$(field .error.code "${lines[1]}")" = json_too_large ]
	[ "$(field .resource_reference "${lines[2]}")" = b ]
}

@test "input: a batch is answered while it is still being written" {
	mkfifo in out
	exec 8<>out
	dealix-gate decide in >out 2>/dev/null 8<&- &
	exec 7>in
	request a 1 >&7
	request b 1 >&7
	read -r -t 10 first <&8
	read -r -t 10 second <&8
	request c 1 >&7
	read -r -t 10 third <&8
	exec 7>&- 8<&-
	wait
	[ "$(field .resource_reference "$third")" = c ]
}

@test "input: several files are answered in order; one that is absent does not stop the others" {
	request a 1 >a; request b 1 >b
	run -3 --separate-stderr dealix-gate decide a absent b
	[ "${#lines[@]}" -eq 3 ]
	[[ $stderr == *'absent'*'[file_unreadable]'* ]]
}

@test "input: a file name stands once in an error" {
	run -3 --separate-stderr dealix-gate decide .
	[ "$(grep -o '\.:' <<<"$stderr" | wc -l)" -eq 1 ] && [[ $stderr != *'cannot read .:'* ]] || { echo "$stderr"; return 1; }
	cp "$ROOT/policies/demo/plan.json" .
	run -3 --separate-stderr dealix-gate decide -n -f terraform-plan --costs absent plan.json
	[ "$(grep -o absent <<<"$stderr" | wc -l)" -eq 1 ] || { echo "$stderr"; return 1; }
}

@test "input: no line 0: stdin named twice has nothing left for the second time" {
	run --separate-stderr dealix-gate decide -n - - <<<"$(request m 1)"
	[[ $stderr != *'line 0'* ]] || { echo "$stderr"; return 1; }
}

@test "input: the options of a plan belong to a plan" {
	refused_early 2 usage dealix-gate decide --costs x.json <<<'{}'
	refused_early 2 usage dealix-gate decide -f terraform-plan --costs x --prices y plan
	refused_early 2 usage dealix-gate decide -f terraform-plan a b
}

@test "input: AdmissionReview is answered in kind, exit 0 whatever it says" {
	review='{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","kind":{"group":"apps","version":"v1","kind":"Deployment"},"resource":{"group":"apps","version":"v1","resource":"deployments"},"namespace":"shop","name":"web","operation":"CREATE","userInfo":{"username":"ci"},"object":{"metadata":{"annotations":{"dealix.io/estimated-monthly-delta-usd":"%s"}}}}}\n'
	printf "$review" 40 | { run -0 --separate-stderr dealix-gate decide -f admission-review; [ "$(field '[.kind,.response.uid,.response.allowed]|map(tostring)|join(" ")')" = 'AdmissionReview u-1 true' ]; }
	printf "$review" 9999 | sed s/u-1/u-2/ | { run -0 --separate-stderr dealix-gate decide -f admission-review; [ "$(field '.response.allowed,.response.status.code' | paste -sd' ')" = 'false 403' ]; }
	printf "$review" -5 | sed s/u-1/u-3/ | { run -0 --separate-stderr dealix-gate decide -f admission-review; [ "$(field '.response.allowed,.response.status.code' | paste -sd' ')" = 'false 422' ]; }
	printf "$review" 40 | sed s#sion.k8s.io/v1#sion.k8s.io/v1beta1#\;s/u-1/u-4/ | { run -0 --separate-stderr dealix-gate decide -f admission-review; [ "$(field .response.allowed)" = false ]; }
	run -2 --separate-stderr dealix-gate decide -f admission-review <<<'{"kind":"AdmissionReview"}'
	printf "$review" 40 | { run -0 --separate-stderr dealix-gate decide -f admission-review; [ "$(jq '.response.auditAnnotations|keys|map(contains("/"))|any' <<<"$output")" = false ]; }
}
