# Spans (release-gates page 6.4): the traceparent that comes in and goes on, and the span that is sent to a collector on the loopback.
load ../lib

T=39cde477ed1c6f25265ffc24c3cd62e5
S=00f067aa0ba902b7
SECRET=s3cr3t-collector-key

scene() {
	unset TRACEPARENT ${!OTEL_*}
	request m 1 >in
}
# collect [CERTIFICATE KEY]: URL of a collector of this test, TOLD=the file with what it was told; it ends with the folder
collect() {
	command -v python3 >/dev/null || skip "python3 is absent"
	ldconfig -p 2>/dev/null | grep -q 'libcurl\.so\.4' || skip "libcurl.so.4 is absent"
	mkdir collector
	"$ROOT/tests/judge/otlp.py" "$PWD/collector" "$@" >/dev/null 2>log 3>&- &
	for _ in $(seq 200); do
		[ -e collector/port ] && break
		sleep 0.05
	done
	[ -e collector/port ] || { cat log; return 1; }
	URL=http${1:+s}://127.0.0.1:$(cat collector/port) TOLD=$PWD/collector/told
	: >>"$TOLD"
}
told() { wc -l <"$TOLD"; }
span() { jq -ce '.body | fromjson | .resourceSpans[0].scopeSpans[0].spans[0]' "$TOLD" | sed -n "${1:-\$}p"; }
# gate OPTION...: a decision whose answer and status are those of one without a collector
gate() {
	run --separate-stderr dealix-gate decide -n "$@" in
	[ "$status" -eq 0 ] && [ "$(field .decision)" = ALLOW ]
}
parent() { [[ $1 =~ ^00-([0-9a-f]{32})-([0-9a-f]{16})-0([01])$ ]] || { echo "no traceparent: $1"; return 1; }; }

@test "span: what is sent is OTLP in JSON: ids as hex, times as texts, kinds and codes as numbers" {
	collect
	gate --otlp "$URL" --traceparent "00-$T-$S-01"
	[ -z "$stderr" ] && [ "$(told)" -eq 1 ]
	[ "$(jq -r '.path, .type' "$TOLD" | xargs)" = "/v1/traces application/json" ]
	jq -e '.body | fromjson | (keys == ["resourceSpans"]) and (.resourceSpans | length == 1) and
		(.resourceSpans[0] | keys == ["resource", "scopeSpans"]) and
		(.resourceSpans[0].resource.attributes[] | select(.key == "service.name").value == {stringValue: "dealix-gate"}) and
		(.resourceSpans[0].scopeSpans[0].scope == {name: "dealix"})' "$TOLD"
	span | jq -e --arg t $T --arg s $S '.traceId == $t and .parentSpanId == $s and .kind == 1 and .status == {code: 1} and .name == "gate.decide" and
		(.spanId | test("^[0-9a-f]{16}$") and . != $s) and
		([.startTimeUnixNano, .endTimeUnixNano] | all(type == "string" and test("^[0-9]{19}$")) and .[0] <= .[1]) and
		(.attributes | all(keys == ["key", "value"] and (.value | length == 1))) and
		([.attributes[] | select(.key == "dealix.exit_status").value] == [{intValue: "0"}])'
	[ $(($(date +%s) - $(span | jq -r '.startTimeUnixNano[:10]'))) -lt 60 ]
}

@test "span: every tool but dealix-verify sends one, named after its verb" {
	collect
	dealix-gate decide in >/dev/null 2>&1
	echo x >file
	(umask 077 && openssl genpkey -algorithm ed25519 -out me.pem 2>/dev/null)
	dealix-ledger budget list --otlp "$URL" >/dev/null
	dealix-gate policy show --otlp "$URL" >/dev/null
	dealix-evidence add -u file --otlp "$URL" >/dev/null
	run -2 dealix-ledger list --event none --otlp "$URL"
	[ "$(jq -r '.body | fromjson | .resourceSpans[0] | .resource.attributes[0].value.stringValue + " " + (.scopeSpans[0].spans[0] | .name + " " + (.status.code | tostring))' "$TOLD" | xargs)" = \
		"dealix-ledger ledger.budget.list 1 dealix-gate gate.policy.show 1 dealix-evidence evidence.add 1 dealix-ledger ledger.list 2" ]
	[ "$(span | jq -r '.attributes | map(.key + "=" + (.value | to_entries[0].value)) | join(" ")')" = \
		"dealix.exit_status=2 dealix.error_code=ledger_event_unknown" ]
	usage dealix-verify store --otlp "$URL"
	usage dealix-verify store --verbose
	OTEL_EXPORTER_OTLP_ENDPOINT=$URL run -0 dealix-verify store --traceparent "00-$T-$S-01"
	[ "$(told)" -eq 4 ]
}

@test "span: endpoints: given whole, as a base, by the environment; the option wins; off is off" {
	collect
	gate --otlp "$URL/somewhere?a=b"
	gate --otlp "$URL/"
	OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=$URL gate
	OTEL_EXPORTER_OTLP_ENDPOINT=$URL/base/ gate
	OTEL_EXPORTER_OTLP_ENDPOINT=$URL/no OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=$URL/traces gate
	OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=$URL/no gate --otlp "$URL/yes"
	[ "$(jq -r .path "$TOLD" | xargs)" = "/somewhere?a=b /v1/traces / /base/v1/traces /traces /yes" ]
	gate
	OTEL_SDK_DISABLED=TRUE gate --otlp "$URL"
	OTEL_TRACES_EXPORTER=none gate --otlp "$URL"
	OTEL_EXPORTER_OTLP_ENDPOINT='' gate
	[ "$(told)" -eq 6 ]
}

@test "span: headers from the environment, percent-decoded; what is no header is left out; none is ever printed" {
	collect
	export OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20$SECRET, x-team = a%3Db ,bad name=1,=2,x-cut=a%0d%0aX-More: 1,nothing,x-half=%4"
	gate --otlp "$URL/400" --verbose
	[[ $stderr == *"status 400 [http_failed]" ]] && [[ $stderr$output != *$SECRET* ]]
	jq -e '.headers | .authorization == "Bearer '$SECRET'" and .["x-team"] == "a=b" and ([keys[] | ascii_downcase | select(. == "x-cut" or . == "x-more" or . == "x-half" or . == "nothing")] == [])' "$TOLD"
	OTEL_EXPORTER_OTLP_TRACES_HEADERS=x-own=1 gate --otlp "$URL"
	tail -n 1 "$TOLD" | jq -e '.headers["x-own"] == "1" and (.headers | has("authorization") | not)'
	gate --otlp "http://user:$SECRET@127.0.0.1:1/?key=$SECRET" --verbose
	[ -n "$stderr" ] && [[ $stderr$output != *$SECRET* ]]
	dealix-gate decide --otlp "$URL" in >/dev/null 2>&1
	run -1 grep -rF "$SECRET" .dealix
}

@test "span: 429, 502, 503 and 504 are tried again, other statuses are not, nor is a time beyond the budget waited for" {
	collect
	for path in 429 502 503 504; do
		gate --otlp "$URL/$path" --verbose
		[ -z "$stderr" ]
	done
	[ "$(told)" -eq 8 ]
	for path in 400 500 302 503later; do
		gate --otlp "$URL/$path" --verbose
		[ "${#stderr_lines[@]}" -eq 1 ] && [[ $stderr == "dealix-gate: the span was not sent: the answer has status ${path%later} [http_failed]" ]]
	done
	[ "$(told)" -eq 12 ]
}

@test "span: a collector that is slow, hangs, hangs up, sends a gigabyte or endless headers: the answer stands, in bounded time" {
	collect
	export OTEL_EXPORTER_OTLP_TIMEOUT=400
	for path in slow hang drop big headers; do
		start=$(date +%s%3N)
		gate --otlp "$URL/$path" --verbose
		took=$(($(date +%s%3N) - start))
		[ "$took" -lt 10000 ] || { echo "$path took $took ms"; return 1; }
		[ "${#stderr_lines[@]}" -le 1 ]
		[ $path = big ] || [[ $stderr == *"[http_failed]" ]]
		gate --otlp "$URL/$path"
		[ -z "$stderr" ]
	done
	# Refused, no such scheme, no such host, no URL at all.
	for url in http://127.0.0.1:1 ftp://127.0.0.1/ http://nowhere.invalid "" /v1/traces; do
		gate --otlp "$url" --verbose
		[ "${#stderr_lines[@]}" -eq 1 ] || { echo "$url: $stderr"; return 1; }
		gate --otlp "$url"
		[ -z "$stderr" ]
	done
	for ms in 0 -1 x 99999999 ''; do	# taken for the default
		OTEL_EXPORTER_OTLP_TIMEOUT=$ms gate --otlp "$URL" --verbose
		[ -z "$stderr" ]
	done
}

@test "span: the answer is out and the store closed before anything is sent; status and bytes are those without a collector" {
	collect
	export OTEL_EXPORTER_OTLP_TIMEOUT=20000
	mkfifo answer
	dealix-gate decide --otlp "$URL/hang" in >answer 2>/dev/null &
	pid=$!
	timeout 15 jq -e '.decision == "ALLOW"' answer
	for _ in $(seq 100); do [ -s "$TOLD" ] && break; sleep 0.1; done
	kill -0 $pid
	dealix-verify store >/dev/null
	dealix-gate policy set --setting entitlements.missing_budget=violate >/dev/null
	kill $pid
	wait $pid || true
	for body in '{}' '{"action":"a"}' "$(request m 99999999)"; do
		run --separate-stderr dealix-gate decide -n <<<"$body"
		plain="$status $(jq -Sc '[.decision, .reason_codes, .request_fingerprint, .mode]' <<<"$output")"
		run --separate-stderr dealix-gate decide -n --otlp "$URL" <<<"$body"
		[ "$plain" = "$status $(jq -Sc '[.decision, .reason_codes, .request_fingerprint, .mode]' <<<"$output")" ]
	done
}

@test "span: TLS with an authority of one's own; one that is not trusted is not told" {
	{
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=authority" -days 2 -keyout ca.key -out ca.pem \
			-addext basicConstraints=critical,CA:TRUE
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=loopback -keyout own.key -out own.csr
		openssl x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out own.crt -extfile <(echo subjectAltName=IP:127.0.0.1)
	} 2>/dev/null
	collect own.crt own.key
	gate --otlp "$URL" --verbose
	[[ $stderr == *"[http_failed]" ]]
	OTEL_EXPORTER_OTLP_CERTIFICATE=none.pem gate --otlp "$URL" --verbose
	[[ $stderr == *"[http_failed]" ]]
	[ "$(told)" -eq 0 ]
	OTEL_EXPORTER_OTLP_CERTIFICATE=ca.pem gate --otlp "$URL" --verbose
	[ -z "$stderr" ] && [ "$(told)" -eq 1 ]
	OTEL_EXPORTER_OTLP_CERTIFICATE=none.pem OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE=ca.pem gate --otlp "$URL"
	[ "$(told)" -eq 2 ]
}

@test "span: nothing is opened for one that is not asked for: no libcurl, no socket" {
	command -v strace >/dev/null || skip "strace is absent"
	sanitized && skip "a sanitizer is in this build"
	for words in "dealix-gate decide -n in" "dealix-ledger list" "dealix-evidence add -u in"; do
		# shellcheck disable=SC2086
		strace -f -o calls -e trace=openat,socket $words >/dev/null 2>&1 || true
		run -1 grep -E 'libcurl|AF_INET' calls
	done
	strace -f -o calls -e trace=openat dealix-gate decide -n --otlp http://127.0.0.1:1 in >/dev/null 2>&1
	grep -q libcurl calls || ! ldconfig -p | grep -q 'libcurl\.so\.4'
}

@test "span: a command gets the trace that came in, with the call as its parent" {
	export TRACEPARENT=00-$T-$S-01
	run -0 --separate-stderr dealix-evidence collect --no-tool-version -- sh -c 'echo "$TRACEPARENT"'
	[ "$(dealix-ledger list --event evidence_recorded | jq -r .details.trace_id)" = $T ]
	seen=$(dealix-evidence collect --no-tool-version -- sh -c 'echo "$TRACEPARENT" >seen; env | grep -c ^TRACEPARENT=' >/dev/null; cat seen)
	parent "$seen"
	[[ $seen == 00-$T-*-01 ]] && [[ $seen != *$S* ]]
	# The option wins over the environment; one that is malformed does not.
	dealix-evidence collect --no-tool-version --traceparent "00-${T/39/40}-$S-00" -- sh -c 'echo "$TRACEPARENT" >seen' >/dev/null
	[[ $(cat seen) == 00-${T/39/40}-*-00 ]]
	for bad in "ff-$T-$S-01" "00-${T^^}-$S-01" "00-$T-$S-01-" "00-00000000000000000000000000000000-$S-01" "00-$T-0000000000000000-01" "$T" ""; do
		run -0 --separate-stderr dealix-evidence collect --no-tool-version --traceparent "$bad" -- sh -c 'echo "$TRACEPARENT" >seen'
		[[ $(cat seen) == 00-$T-*-01 ]] || { echo "$bad: $(cat seen)"; return 1; }
		TRACEPARENT=$bad run -0 --separate-stderr dealix-evidence collect --no-tool-version -- sh -c 'echo "$TRACEPARENT" >seen'
		parent "$(cat seen)" && [[ $(cat seen) != *$T* ]]
	done
	dealix-evidence collect --no-tool-version --traceparent "cc-$T-$S-01-later" -- sh -c 'echo "$TRACEPARENT" >seen' >/dev/null
	[[ $(cat seen) == 00-$T-*-01 ]]
}

@test "span: without a trace a command gets a new one, another each time, and the ledger names none" {
	dealix-evidence collect --no-tool-version -- sh -c 'echo "$TRACEPARENT" >seen' >/dev/null 2>&1
	dealix-evidence collect --no-tool-version -- sh -c 'echo "$TRACEPARENT" >>seen' >/dev/null
	while read -r line; do parent "$line"; done <seen
	[ "$(cut -d- -f2 seen | sort -u | wc -l)" -eq 2 ]
	[ "$(dealix-ledger list --event evidence_recorded | jq -s 'map(.details | has("trace_id")) | any')" = false ]
}

@test "span: a span that is sent and the evidence of its call name one trace; so does a pack" {
	collect
	dealix-evidence add -u in --otlp "$URL" >kept 2>/dev/null
	trace=$(span | jq -r .traceId)
	[ "$(dealix-ledger list --event evidence_recorded | jq -r .details.trace_id)" = "$trace" ]
	(umask 077 && openssl genpkey -algorithm ed25519 -out me.pem 2>/dev/null)
	dealix-evidence seal -o p.zip --sign me.pem --stage pre_approval --traceparent "00-$T-$S-01" "$(jq -r .sha256 kept)" | jq -e --arg t $T '.trace_id == $t'
	dealix-evidence seal -o q.zip --sign me.pem --traceparent "00-$T-$S-01" --trace mine "$(jq -r .sha256 kept)" | jq -e '.trace_id == "mine"'
	dealix-evidence seal -o r.zip --sign me.pem "$(jq -r .sha256 kept)" | jq -e 'has("trace_id") | not'
	# Nothing was decided under the trace of this call, so that a final pack does not name it.
	dealix-evidence seal -o s.zip --sign me.pem --traceparent "00-$T-$S-01" "$(jq -r .sha256 kept)" | jq -e 'has("trace_id") | not'
	[ "$(dealix-ledger list --event pack_sealed --oldest-first | jq -c '.details.trace_id')" = "$(printf '"%s"\n"mine"\nnull\nnull' $T)" ]
}

@test "span: the command of a gate gets the trace of the call, and no other variable for it" {
	cat >gate.json <<-'EOF'
		{"schema":"dealix.gate.plan.v1","id":"g","version":"1","title":"t","expected_total":1,
		 "steps":[{"id":"one","title":"one","type":"command","argv":["sh","-c","env | grep ^TRACEPARENT= >seen"],"env":["TRACEPARENT"]}]}
	EOF
	run --separate-stderr dealix-gate check -C . --traceparent "00-$T-$S-01" gate.json
	[ -e seen ] || { echo "$output $stderr"; return 1; }
	[ "$(wc -l <seen)" -eq 1 ]
	[[ $(cat seen) == TRACEPARENT=00-$T-*-01 ]] && [[ $(cat seen) != *$S* ]]
}
