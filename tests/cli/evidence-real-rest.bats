load ../lib

# Registers, packs, inventories and coverage: verdicts of the real artifacts (spec/evidence.md 2.8), which are read where they
# lie and never copied, and what only the command can show of these kinds.
NOW=2026-03-01T00:00:00Z
EVIDENCE=$FIXTURES/evidence
REGISTER=$EVIDENCE/valdrics_disposition_register_2026-02-28.json

# judge WANT_STATUS "RULE..." OPTION...: exactly these rules fail, in that order
judge() {
	local want=$1 rules=$2 seen
	shift 2
	run --separate-stderr dealix-verify evidence --format json --now "$NOW" "$@"
	seen=$(field '[.failures[].rule] | reduce .[] as $r ([]; if any(.[]; . == $r) then . else . + [$r] end) | join(" ")')
	[ "$status" -eq "$want" ] && [ "$seen" = "$rules" ] && return
	echo "status $status: $seen: $stderr"
	return 1
}

@test "evidence-real: the disposition register is recognised and passes at both levels" {
	need_fixtures
	judge 0 "" -l base "$REGISTER"
	judge 0 "" -l strict "$REGISTER"
	[ "$(field .kind)" = disposition_register ]
}

@test "evidence-real: the disposition register verifies until the last day of its reviews" {
	need_fixtures
	NOW=2026-03-31T23:59:59.999999Z judge 0 "" "$REGISTER"
	NOW=2026-04-01T00:00:00Z judge 1 disp.item.overdue "$REGISTER"
	NOW=2026-02-28T15:15:00Z judge 0 "" "$REGISTER"
	NOW=2026-02-28T15:14:59Z judge 1 disp.captured_at.future "$REGISTER"
	NOW=2026-03-10T15:20:00Z judge 0 "" -p max_artifact_age_days=10 "$REGISTER"
	NOW=2026-03-10T15:20:01Z judge 1 disp.stale -p max_artifact_age_days=10 "$REGISTER"
	judge 0 "" -p max_review_window_days=30 "$REGISTER"
	judge 1 disp.item.window -p max_review_window_days=29 "$REGISTER"
}

@test "evidence-real: the blank form of the register does not verify, and strict says that it is one" {
	need_fixtures
	judge 1 disp.required -l base "$EVIDENCE/valdrics_disposition_register_TEMPLATE.json"
	judge 1 "artifact.template disp.required" "$EVIDENCE/valdrics_disposition_register_TEMPLATE.json"
}

# A tree with the runbook that the real rules name, and an evidence pack.
pack() {
	mkdir -p docs/runbooks
	echo "# The gate" >docs/runbooks/enforcement_incident_response.md
	echo "ErrorBudgetBurnFast, ErrorBudgetBurnSlow, lock contention, parity mismatch" >pack.md
}

@test "evidence-real: the alert rules and the dashboard pass with their runbook" {
	need_fixtures
	pack
	local files=(rules="$EVIDENCE/enforcement_control_plane_rules.yml" dashboard="$EVIDENCE/enforcement_control_plane_overview.json"
	    doc=pack.md)
	judge 0 "" -k alert_pack "${files[@]}"
	judge 0 "" -k alert_pack -p product=valdrics: "${files[@]}"
	judge 1 obs.rule.missing -k alert_pack -p product=acme: "${files[@]}"
	rm -r docs
	judge 1 obs.alert.runbook -k alert_pack "${files[@]}"
}

@test "evidence-real: a comment in the alert rules stands for nothing" {
	need_fixtures
	pack
	sed 's/- alert: ValdricsEnforcementGateTimeoutSpike/- alert: Other # ValdricsEnforcementGateTimeoutSpike/' \
	    "$EVIDENCE/enforcement_control_plane_rules.yml" >rules.yml
	judge 1 obs.rule.missing -k alert_pack rules=rules.yml dashboard="$EVIDENCE/enforcement_control_plane_overview.json" doc=pack.md
}

@test "evidence-real: the exception baseline agrees with itself, and with nothing that was added" {
	need_fixtures
	local baseline=$EVIDENCE/exception_governance_baseline.json
	judge 0 "" -k exception_governance current="$baseline" baseline="$baseline"
	jq '.sites += [{path: "app/x.py", line: 3, kind: "exception"}]' "$baseline" >current.json
	judge 1 exg.added -k exception_governance current=current.json baseline="$baseline"
	judge 1 exg.baseline.missing -k exception_governance current="$baseline" baseline=none.json
}

coverage() {
	printf '<?xml version="1.0"?>\n<coverage><sources><source>%s</source></sources><packages><package><classes>' "$PWD"
	printf '<class filename="%s"><lines>' "$1"
	printf '<line number="1" hits="1"/><line number="2" hits="0"/></lines></class></classes></package></packages></coverage>\n'
}

@test "evidence-real: a coverage report is recognised, and without a bar it does not pass" {
	mkdir src && touch src/a.c
	coverage src/a.c >coverage.xml
	judge 1 cov.threshold coverage.xml
	[ "$(field .kind)" = coverage_xml ]
	judge 0 "" -p min_percent=50 -p 'include=["src/*"]' coverage.xml
	[ "$(field .computed.percent)" = 50 ]
	judge 1 cov.threshold -p min_percent=50.000001 coverage.xml
	judge 1 cov.subset.zero_match -p min_percent=0 -p 'include=["lib/*"]' coverage.xml
	rm src/a.c
	judge 1 cov.subset.zero_match -p min_percent=0 coverage.xml
	judge 1 cov.xml.missing -k coverage_xml -p min_percent=0 none.xml
}

@test "evidence-real: a coverage report that names a file outside" {
	mkdir src root && touch src/a.c
	(cd root && coverage ../src/a.c) >coverage.xml
	judge 1 "cov.subset.zero_match cov.path.outside" -r root -p min_percent=0 coverage.xml
}

@test "evidence-real: what a scan finds is told by path and line" {
	mkdir -p app/old && echo "# TODO: old" >app/old/x.py
	printf 'x = 1\nraise NotImplementedError  # later\n' >app/run.py
	judge 1 phg.marker -k placeholder_guard
	[ "$(field .failures[0].found)" = '{"line":1,"path":"app/old/x.py","pattern":"TODO","text":"# TODO: old"}' ]
	[[ $(field .failures[1].found) == '{"line":2,"path":"app/run.py","pattern":"NotImplementedError",'* ]]
	[ "$(field '[.failures[].line] | join(" ")')" = "1 2" ]
	printf '^app/old/\n::NotImplementedError\n' >allow.txt
	judge 1 phg.allowlist.entry -k placeholder_guard -p allow=allow.txt
	printf '^app/old/\n^app/run\\.py$::NotImplementedError\n' >allow.txt
	judge 0 "" -k placeholder_guard -p allow=allow.txt
	judge 1 phg.zero_match -k placeholder_guard -p 'extensions=[".rs"]'
	judge 1 phg.root.missing -k placeholder_guard -p 'roots=["app","lib"]'
}

# An envelope over the statement on standard input.
envelope() {
	printf '{"payload":"%s","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"c2ln"}]}' "$(base64 -w0)"
}

@test "evidence-real: an attestation is of this artifact, or of none" {
	echo '{"name":"acme"}' >sbom.json
	jq -n --arg sha256 "$(sha256sum sbom.json | cut -d' ' -f1)" '{_type: "https://in-toto.io/Statement/v1",
	    predicateType: "https://slsa.dev/provenance/v1", subject: [{digest: {sha256: $sha256}}],
	    predicate: {buildDefinition: {externalParameters: {workflow:
	    {repository: "https://github.com/acme/app", path: ".github/workflows/sbom.yml"}}}}}' | envelope >sbom.dsse
	judge 0 "" -k attestation -p repo=acme/app envelope=sbom.dsse artifact=sbom.json
	judge 1 att.params.artifacts -k attestation -p repo=acme/app envelope=sbom.dsse
	judge 1 att.artifact.missing -k attestation -p repo=acme/app envelope=sbom.dsse artifact=none.json
	judge 1 "att.params.repo" -k attestation envelope=sbom.dsse artifact=sbom.json
	judge 1 att.output.subject -k attestation -p repo=acme/other envelope=sbom.dsse artifact=sbom.json
	echo >>sbom.json
	judge 1 att.output.subject -k attestation -p repo=acme/app envelope=sbom.dsse artifact=sbom.json
	: >empty
	judge 1 att.output.not_json -k attestation -p repo=acme/app envelope=empty artifact=sbom.json
}

@test "evidence-real: a check that was closed needs more than the name of a test" {
	mkdir docs
	printf 'concurrency, observability, deterministic replay, snapshot stability, export integrity, failure modes,\n' >docs/policy.md
	printf 'operational misconfiguration: release-critical before anything is DONE\n' >>docs/policy.md
	echo "PKG-001" >docs/items.md
	jq -n '{doc_file: "docs/policy.md", register_file: "docs/items.md", register_tokens: ["PKG-001"],
	    checks: [("concurrency", "observability", "deterministic replay", "snapshot stability", "export integrity", "failure modes",
	    "operational misconfiguration") | {dimension: ., file: "docs/policy.md", token: .}]}' >params.json
	judge 0 "" -k post_closure_sanity --params params.json
	jq '.checks[0].test = "claims once"' params.json >named.json
	judge 0 "" -l base -k post_closure_sanity --params named.json
	judge 1 pcs.token.structured -k post_closure_sanity --params named.json
	echo '<testsuite name="t"><testcase classname="t" name="claims once"/></testsuite>' >tests.xml
	judge 0 "" -k post_closure_sanity --params named.json tests=tests.xml
	judge 1 "pcs.file.missing pcs.token.missing" -k post_closure_sanity
}

@test "evidence-real: bounds of these kinds" {
	echo '{}' >artifact.json
	for bad in disposition_register:max_artifact_age_days=0 disposition_register:max_review_window_days=-1 \
	    slo_burn:max_age_minutes=nan slo_burn:slo_budget=0 coverage_xml:min_percent=101 green_run_packet:min_bar=x api_auth_coverage:public_routes=x; do
		run -2 --separate-stderr dealix-verify evidence -k "${bad%%:*}" -p "${bad#*:}" artifact.json
		[ -z "$output" ] && [[ $stderr == *'[param_'* ]] || { echo "$bad: $output$stderr"; return 1; }
	done
}
