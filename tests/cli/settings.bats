# dealix-verify settings, the check type settings, dealix-evidence import --from github-settings (release-gates page 4).
load ../lib

TOKEN=ghp_0123456789abcdefghijklmnopqrstuvwxyzAB

scene() {
	unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY no_proxy NO_PROXY
	export GIT_AUTHOR_NAME=ana GIT_AUTHOR_EMAIL=ana@example GIT_COMMITTER_NAME=ana GIT_COMMITTER_EMAIL=ana@example GIT_CONFIG_GLOBAL=/dev/null
	git init -q -b main .
	mkdir -p .github/workflows docs/governance policies
	touch CHARTER.md docs/governance/a.md policies/p.json .github/workflows/ci.yml
	printf '* @acme/all\n/docs/governance/ @acme/board lead@example.com\n' >.github/CODEOWNERS
	git add . && git commit -qm one
	(umask 077 && echo "$TOKEN" >token)
}
good='{"enforce_admins":{"enabled":true},"allow_force_pushes":{"enabled":false},"allow_deletions":{"enabled":false},"required_pull_request_reviews":{"required_approving_review_count":1,"dismiss_stale_reviews":true,"require_code_owner_reviews":true},"required_status_checks":{"strict":true,"checks":[{"context":"architecture-brief"},{"context":"release-readiness"},{"context":"tests"}]}}'
# snapshot [JQ]: snap.json, changed
snapshot() {
	jq -cn --argjson main "$good" --arg at "$(date -u +%FT%TZ)" '{schema: "dealix.settings.v1", provider: "github", repository: "o/r", fetched_at: $at,
		branch_protection: {main: $main}, security: {secret_scanning: {status: "enabled"}, secret_scanning_push_protection: {status: "enabled"}}} |
		'"${1:-.}" >snap.json
}
# judged STATUS "RULE STATE ..." [OPTIONS]: those that do not pass
judged() {
	run "-$1" --separate-stderr dealix-verify settings "${@:3}" snap.json
	[ "$(jq -r '[.rules[]? | select(.state == "FAIL" or .state == "ERROR") | .id + " " + .state] | join(" ")' <<<"$output")" = "$2" ] ||
		{ echo "want $2: $output $stderr"; return 1; }
}
codes() { jq -r '[.reasons[].code] | join(" ")' <<<"$output"; }
serve() { # [CERTIFICATE KEY]
	mkdir d
	"$ROOT/tests/judge/github.py" d "$@" >/dev/null 2>log 3>&- &
	for _ in $(seq 200); do [ -e d/port ] && break; sleep 0.05; done
	[ -e d/port ] || { cat log; return 1; }
	API=http://127.0.0.1:$(cat d/port)/api/v3
}
linked_curl() { ldconfig -p 2>/dev/null | grep -q 'libcurl\.so\.4' || skip "libcurl.so.4 is absent"; }
fetch() { dealix-evidence import --from github-settings --api "$API" --token-file token --repository "$@"; }

@test "settings: every rule, and what is on the roadmap" {
	snapshot
	judged 0 ''
	[ "$(jq -r '.rules[] | .id + " " + .state' <<<"$output" | tail -n 4 | tr '\n' ' ')" = "deploy.oidc TARGET attest TARGET audit.stream TARGET canary TARGET " ]
	[ "$(jq -r .snapshot_sha256 <<<"$output")" = "$(jq -cSj . snap.json | sha256sum | cut -c 1-64)" ]
	snapshot '.branch_protection.main.enforce_admins.enabled = false'
	judged 1 'protect.main FAIL'
	[ "$(codes)" = settings_protect_main ]
	snapshot '.branch_protection.main.required_pull_request_reviews.required_approving_review_count = 0'
	judged 1 'protect.review FAIL'
	[ "$(codes)" = settings_protect_review ]
	snapshot '.branch_protection.main.required_status_checks.checks = []'
	judged 1 'protect.checks FAIL'
	[ "$(jq -c '.reasons[0]' <<<"$output")" = '{"checks":["architecture-brief","release-readiness","tests"],"code":"settings_protect_checks","rule":"protect.checks"}' ]
	snapshot '.branch_protection.main.required_status_checks.strict = false'
	judged 1 'protect.uptodate FAIL'
	[ "$(codes)" = settings_protect_uptodate ]
	snapshot '.security.secret_scanning.status = "disabled"'
	judged 1 'secrets.scan FAIL'
	[ "$(codes)" = settings_secrets_scan ]
	snapshot '.branch_protection.main.required_pull_request_reviews.require_code_owner_reviews = false'
	judged 1 'owners.enforced FAIL'
	[ "$(codes)" = settings_owners_enforced ]
	snapshot '.branch_protection.main = null'
	judged 1 'protect.main FAIL protect.review FAIL protect.checks FAIL protect.uptodate FAIL owners.enforced FAIL'
	snapshot
	judged 1 'protect.checks FAIL' --require tests --require backend
	run -0 --separate-stderr dealix-verify settings -F text <snap.json
	[[ ${lines[0]} == "o/r as of "*": PASS" ]] && [ "${lines[1]}" = "[PASS] protect.main (critical)" ]
}

@test "settings: what cannot be read is an error, never off; what is old is not judged" {
	snapshot 'del(.branch_protection.main)'
	judged 3 'protect.main ERROR protect.review ERROR protect.checks ERROR protect.uptodate ERROR owners.enforced ERROR'
	[ "$(codes | tr ' ' '\n' | sort -u)" = settings_unreadable ]
	snapshot 'del(.security)'
	judged 3 'secrets.scan ERROR'
	snapshot 'del(.security) | .branch_protection.main.allow_deletions.enabled = true'
	judged 1 'protect.main FAIL secrets.scan ERROR'
	snapshot '.fetched_at = "2026-03-01T09:00:00Z" | .branch_protection.main = null'
	run -3 --separate-stderr dealix-verify settings --now 2026-03-02T10:00:00Z snap.json
	[ "$(jq -c '[.pass, .reasons]' <<<"$output")" = '[false,[{"age_s":90000,"code":"settings_stale","max_age_s":86400}]]' ]
	run -1 --separate-stderr dealix-verify settings --now 2026-03-02T09:00:00Z snap.json
	run -3 --separate-stderr dealix-verify settings --now 2026-02-28T09:00:00Z snap.json
}

@test "settings: owners of a working copy" {
	snapshot
	echo '/policies/' >>.github/CODEOWNERS
	judged 1 'owners.cover FAIL'
	[ "$(jq -c '.reasons[0]' <<<"$output")" = '{"code":"settings_owners_cover","paths":["policies/p.json"],"rule":"owners.cover"}' ]
	printf '* @acme/all\n/gone/ @acme/x\nbad[a] @acme/x\n' >.github/CODEOWNERS
	judged 1 'owners.cover FAIL'
	[ "$(codes)" = "settings_owners_cover owners_invalid owners_pattern_dead" ]
	head -c 3200000 /dev/zero | tr '\0' '#' >.github/CODEOWNERS
	judged 1 'owners.enforced FAIL owners.cover FAIL'
	[[ $(codes) == *owners_too_large* ]]
	git mv -f .github/CODEOWNERS docs/governance/CODEOWNERS
	judged 1 'owners.enforced FAIL owners.cover FAIL'
	[[ $(codes) == *owners_misplaced* ]]
	echo '* @acme/all' >CODEOWNERS
	judged 1 'owners.enforced FAIL owners.cover FAIL'	# nobody but us has it
	git add CODEOWNERS
	judged 0 ''
	mkdir -p sub && cd sub
	run -0 --separate-stderr dealix-verify settings ../snap.json
	cd ..
	judged 1 'owners.cover FAIL' --protect 'nowhere/*'
	judged 0 '' --protect '*.md'
	git clone -q --bare . bare.git
	refused 3 git_no_worktree dealix-verify settings -C bare.git snap.json
	mkdir plain && cp CODEOWNERS plain && cp -r docs plain/
	mv plain ../"${SCRATCH##*/}.plain"
	judged 0 '' -C ../"${SCRATCH##*/}.plain"
	rm -r ../"${SCRATCH##*/}.plain"
}

@test "settings: --record leaves an entry with the snapshot, a stale one none" {
	snapshot '.security.secret_scanning.status = "disabled"'
	judged 1 'secrets.scan FAIL'
	[ ! -e .dealix ]
	judged 1 'secrets.scan FAIL' --record
	[ "$(dealix-ledger list --event settings_checked | jq -c '[.subject, .details.pass, .details.snapshot_sha256]')" = \
		"[{\"id\":\"o/r\",\"type\":\"settings\"},false,\"$(jq -r .snapshot_sha256 <<<"$output")\"]" ]
	seq=$(dealix-ledger list --event settings_checked | jq .seq)
	[ "$(dealix-ledger show "$seq" | jq -r '.payloads[].repository')" = o/r ]
	snapshot '.fetched_at = "2026-03-01T09:00:00Z"'
	run -3 --separate-stderr dealix-verify settings --record snap.json
	[ "$(dealix-ledger list --event settings_checked | wc -l)" -eq 1 ]
	usage dealix-verify settings --record --now 2026-03-01T09:00:00Z snap.json
}

@test "settings: hostile snapshots" {
	for change in '.extra = 1' 'del(.repository)' '.repository = "o"' '.provider = "elsewhere"' '.schema = "dealix.settings.v2"' '.branch_protection = 1' \
		'.fetched_at = 7' '.repository = "o/r\u0000"'; do
		snapshot "$change"
		run -2 --separate-stderr dealix-verify settings snap.json
		[ -z "$output" ]
	done
	snapshot '.fetched_at = "2026-03-01"'
	refused 2 time_invalid dealix-verify settings snap.json
	snapshot '.branch_protection.main = "protected" | .security = "on"'
	judged 3 'protect.main ERROR protect.review ERROR protect.checks ERROR protect.uptodate ERROR owners.enforced ERROR secrets.scan ERROR'
	snapshot '.branch_protection.main.required_status_checks.checks = [range(20000) | {context: "x\(.)"}]'
	judged 1 'protect.checks FAIL'
	python3 -c 'print("[" * 100000)' >snap.json
	refused 2 json_too_deep dealix-verify settings snap.json
	refused 2 input_empty dealix-verify settings </dev/null
}

@test "settings: as a check of a gate; what is critical is never waived" {
	gate() { printf '{"schema":"dealix.gate.v1","id":"g","version":"1","title":"G","groups":[{"id":"a","label":"A","checks":[%s]}]}' "$1" >gate.json; }
	state() { jq -r '.results[] | .check + " " + .state + " " + .reason' <<<"$output"; }
	gate '{"id":"all","type":"settings","snapshot":"snap.json"},{"id":"one","type":"settings","snapshot":"snap.json","rules":["protect.uptodate"]}'
	snapshot
	run -0 --separate-stderr dealix-gate check -n gate.json
	snapshot '.branch_protection.main.required_status_checks.strict = false'
	run -1 --separate-stderr dealix-gate check -n gate.json
	[ "$(state)" = $'all FAIL settings_protect_uptodate\none FAIL settings_protect_uptodate' ]
	[ "$(jq -c '.results[1].failures' <<<"$output")" = '[{"at":"protect.uptodate","message":"fields required_status_checks.strict","rule":"settings_protect_uptodate"}]' ]
	jq -n '{schema: "dealix.waivers.v1", waivers: [["all", "one"][] | {id: ., gate: "g", check: ., reason: "the host is being moved", owner: "a@example", approved_by: "b@example",
		created_at: "2026-03-01T00:00:00Z", expires_at: "2026-03-20T00:00:00Z"}]}' >w.json
	snapshot '.fetched_at = "2026-03-02T00:00:00Z" | .branch_protection.main.required_status_checks.strict = false'
	run -1 --separate-stderr dealix-gate check -n --now 2026-03-02T00:00:00Z -w w.json gate.json
	[[ $(state) == "all FAIL "*$'\n'"one WAIVED"* ]]
	run -3 --separate-stderr dealix-gate check -n --now 2026-03-05T00:00:00Z gate.json
	[ "$(state)" = $'all ERROR settings_stale\none ERROR settings_stale' ]
	rm snap.json
	run -1 --separate-stderr dealix-gate check -n gate.json
	[[ $(state) == "all FAIL file_missing"* ]]
	echo '{' >snap.json
	run -3 --separate-stderr dealix-gate check -n gate.json
	[[ $(state) == "all ERROR json_invalid"* ]]
	for bad in '"snapshot":"snap.json","rules":["canary"]' '"snapshot":"snap.json","rules":["nothing"]' '"snapshot":"snap.json","rules":[]' '"rules":["protect.main"]' \
		'"snapshot":"snap.json","require":"x"'; do
		gate "{\"id\":\"x\",\"type\":\"settings\",$bad}"
		refused 2 field_invalid dealix-gate check -n gate.json
	done
	gate '{"id":"x","type":"settings","snapshot":"../snap.json"}'
	refused 2 path_escape dealix-gate check -n gate.json
}

@test "settings: fetched from the host, kept, and judged in one pipe; the token stays where it is" {
	linked_curl
	serve
	run -0 --separate-stderr fetch o/good
	[ "$(jq -c '[.schema, .kind, .name, .snapshot.repository, .snapshot.branch_protection.main.enforce_admins.enabled]' <<<"$output")" = \
		'["dealix.evidence.record.v1","github-settings","o/good","o/good",true]' ]
	sha=$(jq -r .sha256 <<<"$output")
	dealix-evidence show "$sha" | jq -e '.kind == "github-settings" and .provenance.source == "import"' >/dev/null
	run -0 --separate-stderr dealix-verify settings <<<"$output"
	[ "$(jq -r .snapshot_sha256 <<<"$output")" = "$sha" ]
	[ "$(jq -r .path d/told | tr '\n' ' ')" = "/api/v3/repos/o/good /api/v3/repos/o/good/branches/main/protection " ]
	[ "$(jq -r '.token, .accept, .version' d/told | sort -u | tr '\n' '|')" = "2022-11-28|Bearer $TOKEN|application/vnd.github+json|" ]
	run -0 --separate-stderr fetch o/open
	[ "$(jq -c .snapshot.branch_protection <<<"$output")" = '{"main":null}' ]
	run -0 --separate-stderr fetch o/half
	[ "$(jq -c '.snapshot | [.branch_protection, has("security")]' <<<"$output")" = '[{},false]' ]
	run -0 --separate-stderr fetch o/blind
	run -3 --separate-stderr dealix-verify settings <<<"$output"
	run -0 --separate-stderr fetch o/moved
	run ! grep -rqF "$TOKEN" .dealix
}

@test "settings: answers of the host that are none" {
	linked_curl
	serve
	for name in limited limit403 gone denied broken cut cutjson huge away loop html list other dup; do
		run -3 --separate-stderr fetch "o/$name"
		[ -z "$output" ] && [[ $stderr == *"[http_failed]" ]] && [[ $stderr != *"$TOKEN"* ]] || { echo "$name: $output $stderr"; return 1; }
		case $name in
		limited) [[ $stderr == *"status 429"*"after 77 s"* ]] ;;
		away) [[ $stderr == *"another host"* ]] ;;
		denied) [[ $stderr == *"token is not accepted"* ]] ;;
		huge) [[ $stderr == *"longer than"* ]] ;;
		esac
	done
	[ ! -e .dealix/store.db ]
	# nobody but the first host hears the token
	[ "$(jq -r 'select(.path == "/api/v3/repos/o/away") | .path' d/told | wc -l)" -eq 1 ]
	run ! grep -q 'repos/o/good' d/told
	fetch o/slow --timeout 2 >out 2>err 3>&- &
	pid=$!
	sleep 1
	run ! grep -qF "$TOKEN" "/proc/$pid/cmdline"
	run ! grep -qF "$TOKEN" "/proc/$pid/environ"
	code=0
	wait "$pid" || code=$?
	[ "$code" -eq 3 ]
	grep -q http_failed err
}

@test "settings: TLS is verified, plain HTTP is for the loopback, tokens for their owner" {
	linked_curl
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=loopback -addext subjectAltName=IP:127.0.0.1 -keyout own.key -out own.crt 2>/dev/null
	serve own.crt own.key
	API=https://127.0.0.1:$(cat d/port)/api/v3
	run -3 --separate-stderr fetch o/good
	[[ $stderr == *"[http_failed]" ]]
	[ ! -e d/told ]
	run -0 --separate-stderr fetch o/good --ca-file own.crt
	for url in http://192.0.2.1/ http://127.0.0.1.example/ ftp://127.0.0.1/ file:///etc/passwd 'https://user:pass@127.0.0.1/' 127.0.0.1 http://localhost@example/; do
		API=$url
		one_line 2 usage fetch o/good
	done
	API=https://127.0.0.1:$(cat d/port)/api/v3
	for name in o r/../x 'o/r?x' 'o/r/x' /r o/ o/.. 'o/r%2f'; do one_line 2 usage fetch "$name"; done
	chmod 640 token
	one_line 2 key_file_permissions fetch o/good
	(umask 077; printf 'two words\n' >token)
	chmod 600 token
	one_line 2 key_invalid fetch o/good
	: >token
	one_line 2 key_invalid fetch o/good
	rm token && mkfifo -m 600 token
	one_line 3 file_unreadable fetch o/good
	rm token
	one_line 3 file_unreadable fetch o/good
	usage dealix-evidence import --from github-settings --api "$API" snap.json
	usage dealix-evidence import --from tap --repository o/r
	usage dealix-evidence import --from github-settings --repository o/r snap.json
	usage dealix-evidence import --from github-settings
}

@test "settings: a snapshot of saved answers" {
	printf '{"full_name":"o/r","security_and_analysis":{"secret_scanning":{"status":"enabled"},"secret_scanning_push_protection":{"status":"enabled"}}}' >repo.json
	jq -c '.url = "https://api.github.com/repos/o/r/branches/main/protection"' <<<"$good" >protection.json
	touch -d '2026-03-01T00:00:00Z' protection.json
	run -0 --separate-stderr dealix-evidence import -f github-settings repo.json protection.json
	[ "$(jq -c '.snapshot | [.repository, .fetched_at, .branch_protection.main.enforce_admins.enabled]' <<<"$output")" = '["o/r","2026-03-01T00:00:00.000000Z",true]' ]
	run -0 --separate-stderr dealix-verify settings --now 2026-03-01T12:00:00Z <<<"$output"
	echo '{"message":"Branch not protected","documentation_url":"x","status":"404"}' >protection.json
	run -0 --separate-stderr dealix-evidence import -f github-settings repo.json protection.json
	[ "$(jq -c '.snapshot.branch_protection' <<<"$output")" = '{"main":null}' ]
	echo '{"message":"Not Found","status":"404"}' >protection.json
	refused 1 evidence_invalid dealix-evidence import -f github-settings repo.json protection.json
	jq -c '.url = "https://api.github.com/repos/o/other/branches/main/protection"' <<<"$good" >protection.json
	refused 1 evidence_invalid dealix-evidence import -f github-settings repo.json protection.json
	jq -c '.url = "https://api.github.com/repos/o/r/branches/dev/protection"' <<<"$good" >protection.json
	refused 1 evidence_invalid dealix-evidence import -f github-settings repo.json protection.json
	snapshot
	run -0 --separate-stderr dealix-evidence import -f github-settings snap.json
	[ "$(jq -r .sha256 <<<"$output")" = "$(jq -cSj . snap.json | sha256sum | cut -c 1-64)" ]
	refused 1 json_missing dealix-evidence import -f github-settings absent.json
}
