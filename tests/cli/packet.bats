# dealix-evidence packet: the finance committee's packet (evidence page 3.5).  tests/judge/packet.py recomputes it in fractions.
load ../lib

NOW=2031-06-02T00:00:00Z
LABEL=2031-05
# Costs so low that every gate holds.
SOUND='{"starter":{"llm":"61.405","p50":"1","p95":"1.3"},"growth":{"llm":"70.115","p50":"1","p95":"3.7"},"pro":{"llm":"65.005","p50":"1","p95":"6.25"},"enterprise":{"llm":"59","p50":"1","p95":"14"}}'

scene() {
	command -v python3 >/dev/null || skip "python3 is absent"
	made
}
made() { "$ROOT/tests/judge/packet.py" make . "$@"; }
edit() { jq "$2" "$1.json" >"$1.new" && mv "$1.new" "$1.json"; }
packet() { dealix-evidence packet finance_packet telemetry=telemetry.json assumptions=assumptions.json --now "$NOW" "$@"; }
judged() { run -0 "$ROOT/tests/judge/packet.py" judge . "${1:-out}"; }
verifies() { # FOLDER [OPTION...]
	local folder=$1
	shift
	run -0 --separate-stderr dealix-verify evidence -k finance_guardrails --now "$NOW" "$@" "$folder/finance_guardrails_$LABEL.json"
	dealix-verify contract list | grep -q finance_packet || return 0
	run -0 --separate-stderr dealix-verify evidence -k finance_packet --now "$NOW" "packet=$folder/finance_committee_packet_$LABEL.json" \
		"guardrails=$folder/finance_guardrails_$LABEL.json" telemetry=telemetry.json assumptions=assumptions.json
}
# Neither the folder nor anything beside it.
nothing() { [ -z "$(find . -name 'out*' -o -name '.*.new' -o -name 'finance_*')" ] || { find .; return 1; }; }
code() { [[ $stderr == *"[$1]" ]] || { echo "want $1: $stderr"; return 1; }; }

@test "packet: every figure, table and digest is what fractions give; gates are false and that is told, not hidden" {
	run -0 --separate-stderr packet -o out
	[ -z "$stderr" ]
	cmp <(jq -S . <<<"$output") <(jq -S . out/finance_committee_packet_$LABEL.json)
	[ "$(field '[.gate_results[]] | map(tostring) | join(" ")')" = "false false true true true" ]
	judged
	verifies out -p allow_failed_gates=true
	run -1 --separate-stderr dealix-verify evidence --now "$NOW" "out/finance_guardrails_$LABEL.json"
	[ "$(field '[.failures[].rule] | unique | join(" ")')" = fin.gate.failed ]
	[ ! -e .dealix ]
}

@test "packet: all gates true; the same inputs give the same bytes, into a folder that is there too" {
	made "$SOUND"
	edit assumptions '.close_history[0].blended_gross_margin_percent = 80'
	run -0 --separate-stderr packet -o out --require-gates
	[ "$(field .summary.overall_finance_gates_passed)" = true ]
	judged
	verifies out
	mkdir again && echo mine >again/notes
	run -0 --separate-stderr packet -o again
	[ "$(cat again/notes)" = mine ] && rm again/notes
	diff -r out again
	chmod 755 again && [ -z "$(find . -name '*.new' -o -name 'out.*')" ]
}

@test "packet: a gate that is false is 1 when gates are required, and the files are written" {
	run -1 --separate-stderr packet -o out --require-gates
	code pkt_gates_failed
	[ "$(field .summary.overall_finance_gates_passed)" = false ]
	judged
}

@test "packet: one figure at its bound passes, a hundredth beyond it does not" {
	made "$SOUND"
	packet -o first >out.json
	for bar in blended_gross_margin_percent:min_blended_gross_margin_percent:-:1 p95_tenant_llm_cogs_pct_mrr:max_p95_tenant_llm_cogs_pct_mrr:+:2 \
	    annual_discount_impact_percent:max_annual_discount_impact_percent:+:3 stress_margin_percent:min_stress_margin_percent:-:5; do
		IFS=: read -r metric bound beyond gate <<<"$bar"
		edit assumptions ".close_history = [{month: \"2031-04\", blended_gross_margin_percent: 99}] | .thresholds.$bound = $(jq ".metrics.$metric" out.json)"
		rm -rf at && run -0 --separate-stderr packet -o at
		[ "$(field ".gate_results | to_entries[] | select(.key | startswith(\"fin_gate_$gate\")).value")" = true ] || { echo "$metric at"; return 1; }
		[ "$beyond" = + ] && move=-0.01 || move=+0.01
		edit assumptions ".thresholds.$bound = (((.thresholds.$bound * 100 | round) $move * 100) / 100)"
		rm -rf at && run -0 --separate-stderr packet -o at
		[ "$(field ".gate_results | to_entries[] | select(.key | startswith(\"fin_gate_$gate\")).value")" = false ] || { echo "$metric beyond"; return 1; }
		"$ROOT/tests/judge/packet.py" judge . at
	done
}

@test "packet: a close below the floor holds gate 1 as long as it is among those required" {
	made "$SOUND"
	edit assumptions '.close_history = [{month: "2031-03", blended_gross_margin_percent: 79.99}, {month: "2031-04", blended_gross_margin_percent: 80}]'
	run -0 --separate-stderr packet -o out
	[ "$(field .gate_results.fin_gate_1_gross_margin_floor)" = true ]
	judged
	edit assumptions '.thresholds.required_consecutive_margin_closes = 3'
	run -0 --separate-stderr packet -o three
	[ "$(field .gate_results.fin_gate_1_gross_margin_floor)" = false ]
	judged three
	edit assumptions '.thresholds.required_consecutive_margin_closes = 4'
	run -1 --separate-stderr packet -o out4
	code pkt_close_history
	[ -z "$output" ] && [ ! -e out4 ]
}

@test "packet: a tier without subscribers has no margin, and the rest stands (pkt.zero_revenue)" {
	made '{"enterprise":{"active":0,"total":2,"llm":"0","p50":"0","p95":"0"}}'
	run -0 --separate-stderr packet -o out
	[ "$(field '.tiers[3] | .effective_mrr_usd, .gross_margin_percent')" = "0
null" ]
	judged
	verifies out -p allow_failed_gates=true
	# A cost without revenue is no reason to stop either.
	made '{"enterprise":{"active":0,"total":2,"dunning":4,"llm":"7.5","p50":"0","p95":"7.5"}}'
	run -0 --separate-stderr packet -o cost
	judged cost
	verifies cost -p allow_failed_gates=true
}

@test "packet: subscribers who bring nothing and cost something have no share that could be judged: refused" {
	made '{"enterprise":{"annual":"0.000001","active":3}}'
	edit assumptions '.annual_mix_by_tier.enterprise = 1'
	edit telemetry '.pricing_reference.enterprise.annual_price_usd = 0 | .pricing_reference.enterprise.annual_monthly_factor = 0'
	run -2 --separate-stderr packet -o out
	code pkt_value
	nothing
	edit telemetry '(.tier_llm_usage[] | select(.tier == "enterprise")).tenant_monthly_cost_percentiles_usd |= map_values(0)'
	run -0 --separate-stderr packet -o out
	judged
}

@test "packet: nobody pays anything: refused, there is no margin to report" {
	made '{"starter":{"active":0},"growth":{"active":0},"pro":{"active":0},"enterprise":{"active":0},"free":{"llm":"0","p50":"0","p95":"0"}}'
	run -2 --separate-stderr packet -o out
	code pkt_value
	nothing
}

@test "packet: a loss is a negative margin and a false gate, not an error" {
	made '{"pro":{"llm":"9000"},"growth":{"llm":"60000"}}'
	run -0 --separate-stderr packet -o out
	[ "$(field '.metrics.blended_gross_margin_percent < 0 and .tiers[2].gross_margin_percent < 0')" = true ]
	[ "$(field .gate_results.fin_gate_1_gross_margin_floor)" = false ]
	judged
	verifies out -p allow_failed_gates=true
}

@test "packet: without annual plans, prices with parts of a cent: margins agree with the rounded money (pkt.margin_rounding)" {
	local n=0 cost
	edit assumptions '.annual_mix_by_tier |= map_values(0)'
	cp assumptions.json keep.json
	for cost in 0.005 1.105 3.335 0.004999; do
		made "{\"starter\":{\"price\":\"0.01\",\"annual\":\"0.12\",\"active\":$((n + 1)),\"llm\":\"$cost\"},\"pro\":{\"price\":\"0.335\",\"annual\":\"4.02\",\"active\":3,\"llm\":\"$cost\"},\"free\":{\"llm\":\"0\"}}"
		cp keep.json assumptions.json
		run -0 --separate-stderr packet -o "out$n"
		[ "$(field .metrics.annual_discount_impact_percent)" = 0 ]
		judged "out$n"
		verifies "out$n" -p allow_failed_gates=true
		n=$((n + 1))
	done
}

@test "packet: names with commas, quotes and line ends are quoted in the table, and read back the same" {
	edit assumptions '.scenario_models.price_sensitivity[0].name = "a, \"b\"\r\nc" | .scenario_models.price_sensitivity[1].name = " plain "'
	run -0 --separate-stderr packet -o out
	python3 - <<-'PY'
		import csv
		rows = list(csv.reader(open("out/finance_committee_scenarios_2031-05.csv", newline=""), strict=True))
		assert [r[0] for r in rows] == ["scenario", 'a, "b"\r\nc', " plain "], rows
	PY
	[ "$(head -c 90 out/finance_committee_scenarios_$LABEL.csv | sed -n 2p | cut -c 1-10)" = '"a, ""b""'$'\r' ]
	edit assumptions 'del(.scenario_models, .close_history, .self_hosted_tco_inputs) | .thresholds.required_consecutive_margin_closes = 1'
	run -0 --separate-stderr packet -o none
	judged none
	[ "$(field '[.fin_tracking[]] | map(tostring) | join(" ")' "$(cat none/finance_committee_packet_$LABEL.json)")" = "true true true true true false false false" ]
}

@test "packet: the label becomes a part of a file name" {
	local row n=0
	while IFS='|' read -r label want; do
		edit telemetry ".window.label = $label"
		packet -o "$n" >/dev/null
		[ -e "$n/finance_guardrails_$want.json" ] || { echo "$label: $(ls $n)"; return 1; }
		n=$((n + 1))
	done <<-'ROWS'
		"May 2031"|May_2031
		"../../etc/x"|etc_x
		"a__b-"|a__b-
		" a_/ b "|a__b
		"_x_"|x
		"...!"|snapshot
		"février"|f_vrier
	ROWS
	[ "$(ls)" = "$(printf '%s\n' 0 1 2 3 4 5 6 assumptions.json home telemetry.json)" ]
}

@test "packet: bad input of each kind is refused with its place, and nothing is written" {
	local row
	cp assumptions.json a.json && cp telemetry.json t.json
	while IFS='~' read -r file filter wanted want place; do
		cp a.json assumptions.json && cp t.json telemetry.json
		edit "$file" "$filter"
		run --separate-stderr packet -o out
		[ "$status" -eq "$wanted" ] || { echo "$filter: $status $stderr"; return 1; }
		[ -z "$output" ] && [ "$(wc -l <<<"$stderr")" -eq 1 ] || { echo "$filter: $stderr"; return 1; }
		code "$want" && [[ $stderr == *"$place"* ]] || { echo "$filter: $stderr"; return 1; }
		nothing
	done <<-'ROWS'
		assumptions~.annual_mix_by_tier.pro = 1.01~2~pkt_value~assumptions/annual_mix_by_tier/pro
		assumptions~.annual_mix_by_tier.pro = -0.01~2~pkt_value~assumptions/annual_mix_by_tier/pro
		assumptions~.annual_mix_by_tier.pro = "0.5"~2~pkt_value~assumptions/annual_mix_by_tier/pro
		assumptions~.annual_mix_by_tier.pro = true~2~pkt_value~assumptions/annual_mix_by_tier/pro
		assumptions~del(.annual_mix_by_tier.pro)~2~pkt_value~assumptions/annual_mix_by_tier/pro
		assumptions~.annual_mix_by_tier = [1]~2~pkt_object~assumptions/annual_mix_by_tier
		assumptions~del(.infra_cogs_percent_of_effective_mrr_by_tier)~2~pkt_object~infra_cogs
		assumptions~.infra_cogs_percent_of_effective_mrr_by_tier.growth = -1~2~pkt_value~growth
		assumptions~.support_cogs_per_active_subscription_usd_by_tier.starter = null~2~pkt_value~starter
		assumptions~.support_cogs_per_dunning_event_usd = -0.001~2~pkt_value~support_cogs_per_dunning_event_usd
		assumptions~del(.conversion_signals)~2~pkt_object~conversion_signals
		assumptions~.conversion_signals |= map_values("1")~2~pkt_value~conversion_signals
		assumptions~.stress_scenario.infra_cost_multiplier = 0.99~2~pkt_value~infra_cost_multiplier
		assumptions~del(.thresholds)~2~pkt_object~thresholds
		assumptions~.thresholds.min_stress_margin_percent = 101~2~pkt_value~min_stress_margin_percent
		assumptions~.thresholds.required_consecutive_margin_closes = 0~2~pkt_value~required_consecutive_margin_closes
		assumptions~.thresholds.required_consecutive_margin_closes = 1.5~2~pkt_value~required_consecutive_margin_closes
		assumptions~.close_history = {}~2~pkt_object~close_history
		assumptions~.close_history[0].month = 4~2~pkt_value~close_history
		assumptions~.close_history[0].blended_gross_margin_percent = 100.01~2~pkt_value~close_history
		assumptions~del(.close_history)~1~pkt_close_history~close_history
		assumptions~.scenario_models.price_sensitivity = {}~2~pkt_object~price_sensitivity
		assumptions~.scenario_models.price_sensitivity[1].name = " "~2~pkt_name~price_sensitivity/1
		assumptions~del(.scenario_models.price_sensitivity[0].name)~2~pkt_name~price_sensitivity/0
		assumptions~.scenario_models.price_sensitivity[0].subscription_multipliers_by_tier.pro = -1~2~pkt_value~price_sensitivity/0
		assumptions~del(.scenario_models.price_sensitivity[0].monthly_price_multipliers_by_tier)~2~pkt_object~price_sensitivity/0
		assumptions~.scenario_models = 1~2~pkt_object~scenario_models
		assumptions~.self_hosted_tco_inputs = []~2~pkt_object~self_hosted_tco_inputs
		assumptions~.self_hosted_tco_inputs.annual_oncall_usd = -1~2~pkt_value~annual_oncall_usd
		assumptions~[.]~2~pkt_object~assumptions
		telemetry~.tier_llm_usage[1].total_cost_usd = "9"~1~evidence_invalid~tel.llm.row
		telemetry~.gate_results.telemetry_gate_window_valid = false~1~evidence_invalid~tel.gate
		telemetry~.captured_at = "2031-07-01T00:00:00Z"~1~evidence_invalid~tel.captured_at.future
	ROWS
	cp a.json assumptions.json && cp t.json telemetry.json
	echo '{' >assumptions.json
	run -1 --separate-stderr packet -o out
	code json_syntax && nothing
	rm assumptions.json
	run --separate-stderr packet -o out
	[ "$status" -ne 0 ] && [ -z "$output" ] && nothing
}

@test "packet: telemetry that is too old, or a blank form; words that are none" {
	run -0 --separate-stderr packet --max-age-hours 21 -o kept
	run -1 --separate-stderr packet --max-age-hours 20.99 -o out
	code evidence_invalid && [[ $stderr == *tel.captured_at.stale* ]]
	run -2 --separate-stderr packet --max-age-hours 0 -o out
	rm -r kept
	edit telemetry '.template = true'
	run -1 --separate-stderr packet -o out
	[[ $stderr == *artifact.template* ]]
	run -0 --separate-stderr packet -l base -o kept && rm -r kept
	run -2 --separate-stderr dealix-evidence packet another telemetry=telemetry.json assumptions=assumptions.json -o out
	run -2 --separate-stderr dealix-evidence packet finance_packet telemetry=telemetry.json -o out
	run -2 --separate-stderr dealix-evidence packet finance_packet telemetry=telemetry.json assumptions=assumptions.json
	run -2 --separate-stderr packet telemetry=telemetry.json -o out
	nothing
}

@test "packet: a folder that cannot be written is 3, and what was there is not touched" {
	: >file
	run -3 --separate-stderr packet -o file
	run -3 --separate-stderr packet -o absent/out
	[ ! -e absent ]
	mkdir there && mkdir "there/finance_guardrails_$LABEL.json"
	run -3 --separate-stderr packet -o there
	[ -z "$output" ]
	[ "$(find there -type f | wc -l)" -eq 0 ]
}

# The kind makes the packet anew.
@test "packet: a changed figure, digest or close is found by the kind" {
	dealix-verify contract list | grep -q finance_packet || skip "the kind finance_packet is not there"
	packet -o out >/dev/null
	verifies out -p allow_failed_gates=true
	cp -r out keep
	for change in .metrics.stress_margin_percent+=0.01:pkt.figure .summary.total_mrr_usd+=1:pkt.figure .tiers[0].llm_cogs_usd+=0.01:pkt.figure \
	    .scenarios[1].effective_mrr_usd+=1:pkt.figure .gate_results.fin_gate_2_llm_cogs_containment=true:pkt.figure \
	    '.inputs.telemetry_sha256="0":pkt.lineage' '.inputs.guardrails_sha256="0":pkt.lineage'; do
		IFS=: read -r filter rule <<<"$change"
		jq "$filter" keep/finance_committee_packet_$LABEL.json >out/finance_committee_packet_$LABEL.json
		run -1 --separate-stderr dealix-verify evidence -k finance_packet --now "$NOW" packet=out/finance_committee_packet_$LABEL.json \
			guardrails=out/finance_guardrails_$LABEL.json telemetry=telemetry.json assumptions=assumptions.json
		[[ " $(field '[.failures[].rule] | join(" ")') " == *" $rule "* ]] || { echo "$change: $output"; return 1; }
	done
	edit assumptions '.support_cogs_per_dunning_event_usd += 1'
	run -1 --separate-stderr dealix-verify evidence -k finance_packet --now "$NOW" packet=keep/finance_committee_packet_$LABEL.json \
		guardrails=keep/finance_guardrails_$LABEL.json telemetry=telemetry.json assumptions=assumptions.json
	[[ $(field '[.failures[].rule] | join(" ")') == *pkt.lineage* ]]
}

@test "packet: the real inputs give the figures that the page states" {
	local in=$FIXTURES/evidence
	need_fixtures
	cp "$in/finance_telemetry_snapshot_2026-02-28.json" telemetry.json
	cp "$in/finance_committee_packet_assumptions_2026-02-28.json" assumptions.json
	NOW=2026-02-28T15:00:00Z
	run -0 --separate-stderr packet -l base -o out
	[ "$(field '.metrics | .blended_gross_margin_percent, .p95_tenant_llm_cogs_pct_mrr, .stress_margin_percent, .annual_discount_impact_percent' | xargs)" = "35 74.86 28.08 10.63" ]
	[ "$(field '[.gate_results | to_entries[] | select(.value | not).key[9:10]] | join(" ")')" = "1 2 5" ]
	judged
}

# --- the webhook ---

# authority NAME: a self-made authority NAME.pem and a certificate NAME.crt of it for the loopback
authority() {
	{
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1 authority" -days 2 -keyout "$1.ca.key" -out "$1.pem" \
			-addext basicConstraints=critical,CA:TRUE
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=loopback -keyout "$1.key" -out "$1.csr"
		openssl x509 -req -in "$1.csr" -CA "$1.pem" -CAkey "$1.ca.key" -CAcreateserial -days 2 -out "$1.crt" \
			-extfile <(printf 'subjectAltName=%s\n' "${2:-IP:127.0.0.1}")
	} 2>/dev/null
}
# serve NAME: URL=https://127.0.0.1:PORT of a server with that certificate, TOLD=the file with what it was told; it ends with the folder
serve() {
	mkdir "$1.d"
	"$ROOT/tests/judge/https.py" "$1.crt" "$1.key" "$1.d" >/dev/null 2>"$1.log" 3>&- &
	for _ in $(seq 200); do
		[ -e "$1.d/port" ] && break
		sleep 0.05
	done
	[ -e "$1.d/port" ] || { cat "$1.log"; return 1; }
	URL=https://127.0.0.1:$(cat "$1.d/port") TOLD=$1.d/told
}
linked_curl() { ldconfig -p 2>/dev/null | grep -q 'libcurl\.so\.4' || skip "libcurl.so.4 is absent"; }

@test "packet: the webhook is told over TLS when a gate is false, and only then; one packet has one key" {
	linked_curl
	authority own && serve own
	run -0 --separate-stderr packet -o out --webhook "$URL/ok" --webhook-ca own.pem --fail-on-webhook
	[ -z "$stderr" ] && [ "$(wc -l <"$TOLD")" -eq 1 ]
	[ "$(jq -r '.method, .type, (.body | fromjson | .event, .captured_at, (keys | join(",")))' "$TOLD" | xargs)" = \
		"POST application/json finance_gate_failure 2031-06-02T00:00:00.000000Z captured_at,event,gate_results,summary" ]
	[ "$(jq -Sc '.body | fromjson | .summary, .gate_results' "$TOLD")" = "$(jq -Sc '.summary, .gate_results' out/finance_committee_packet_$LABEL.json)" ]
	run -0 --separate-stderr packet -o again --webhook "$URL/ok" --webhook-ca own.pem
	edit assumptions '.thresholds.min_stress_margin_percent = 76'
	run -1 --separate-stderr packet -o other --webhook "$URL/ok" --webhook-ca own.pem --require-gates
	code pkt_gates_failed
	jq -r .key "$TOLD" >keys
	[ "$(sed -n 1p keys)" = "$(sed -n 2p keys)" ] && [ "$(sed -n 3p keys)" != "$(sed -n 1p keys)" ]
	[[ $(head -n 1 keys) =~ ^[0-9a-f]{64}$ ]]
	made "$SOUND"
	edit assumptions '.close_history[0].blended_gross_margin_percent = 80'
	run -0 --separate-stderr packet -o sound --webhook "$URL/ok" --webhook-ca own.pem --fail-on-webhook
	[ "$(wc -l <"$TOLD")" -eq 3 ]
}

@test "packet: a webhook that fails is one line on stderr, and 3 only when that is asked for; the files stand" {
	linked_curl
	authority own && serve own
	for path in 500 302; do
		run -0 --separate-stderr packet -o "out$path" --webhook "$URL/$path" --webhook-ca own.pem
		[[ $stderr == *"status $path"* ]] && [ "$(wc -l <<<"$stderr")" -eq 1 ]
		run -3 --separate-stderr packet -o "fail$path" --webhook "$URL/$path" --webhook-ca own.pem --fail-on-webhook
		code http_failed
		diff -r "out$path" "fail$path"
	done
	[ "$(jq -r .path "$TOLD" | sort | uniq -c | xargs)" = "2 /302 2 /500" ]
	run -0 --separate-stderr packet -o big --webhook "$URL/big" --webhook-ca own.pem --fail-on-webhook
}

@test "packet: a certificate of another authority, of another name, or none at all is refused before anything is said" {
	linked_curl
	authority own && authority other
	serve own
	run -3 --separate-stderr packet -o out1 --webhook "$URL/ok" --webhook-ca other.pem --fail-on-webhook
	code http_failed
	run -3 --separate-stderr packet -o out2 --webhook "$URL/ok" --fail-on-webhook
	code http_failed
	run -0 --separate-stderr packet -o out3 --webhook "$URL/ok" --webhook-ca other.pem
	[ "$(wc -l <<<"$stderr")" -eq 1 ]
	[ ! -e "$TOLD" ]
	authority wrong IP:127.0.0.2 && serve wrong
	run -3 --separate-stderr packet -o out4 --webhook "$URL/ok" --webhook-ca wrong.pem --fail-on-webhook
	code http_failed
	[ ! -e "$TOLD" ]
	run -3 --separate-stderr packet -o out5 --webhook https://127.0.0.1:1/ok --fail-on-webhook
	code http_failed
	judged out5
}

@test "packet: without a usable libcurl nothing can be told: http_unavailable, and the files stand" {
	sanitized && skip "a sanitizer is in this build"
	mkdir lib && echo none >lib/libcurl.so.4
	run -3 --separate-stderr env LD_LIBRARY_PATH="$PWD/lib" dealix-evidence packet finance_packet telemetry=telemetry.json \
		assumptions=assumptions.json --now "$NOW" -o out --webhook https://127.0.0.1:1/ok --fail-on-webhook
	code http_unavailable
	judged
}

@test "packet: what is not https is misuse, before anything is written" {
	for url in http://127.0.0.1/x HTTP://127.0.0.1/x ftp://127.0.0.1/x file:///etc/passwd 127.0.0.1 ''; do
		run -2 --separate-stderr packet -o out --webhook "$url"
		[ -z "$output" ] || { echo "$url"; return 1; }
		nothing
	done
	run -2 --separate-stderr packet -o out --fail-on-webhook
	run -2 --separate-stderr packet -o out --webhook-ca x.pem
	nothing
}
