load ../lib

# One run of each verb under valgrind: no error, nothing lost.
scene() {
	command -v valgrind >/dev/null || skip "valgrind is absent"
	case $(ldd "$(command -v dealix-gate)") in *libasan*) skip "a sanitizer is in this build" ;; esac
}

clean() { # STATUS COMMAND...
	local want=$1
	shift
	run valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect,possible --child-silent-after-fork=yes \
	    --suppressions="$ROOT/tests/fault/valgrind.supp" "$@"
	[ "$status" -eq "$want" ] || { echo "$*: status $status"; echo "$output" | tail -n 30; return 1; }
}

@test "valgrind: decide, in each source and format, allowed, denied, refused, replayed" {
	request m 40 >r
	clean 0 dealix-gate decide --timeout-ms 30000 r
	clean 0 dealix-gate decide --timeout-ms 30000 r
	clean 2 dealix-gate decide --timeout-ms 30000 <<<'{"action":1}'
	clean 0 dealix-gate decide --timeout-ms 30000 -n r
	for f in text sarif junit tap github; do
		clean 4 dealix-gate decide --timeout-ms 30000 -f terraform-plan -F $f --costs "$ROOT/policies/demo/costs.json" --environment prod "$ROOT/policies/demo/plan.json"
	done
	{ request a 1; echo x; request b 1; } >batch
	clean 2 dealix-gate decide --timeout-ms 30000 batch
	clean 0 dealix-gate decide --timeout-ms 30000 -f admission-review "$ROOT/policies/samples/k8s-deployment-legacy.json"
}

# The interpreter is thirty times slower here, and its bounds count real time: whether the rule ended or was stopped, nothing may leak.
@test "valgrind: a rule evaluated or stopped in its child" {
	cat >one.json <<'J'
{"schema":"dealix.rules.v1","id":"x","version":"1","title":"t","rules":[{"id":"a","title":"t","when":".action"}]}
J
	request m 40 >r
	clean 4 dealix-gate decide --rules one.json r
}

@test "valgrind: the policy verbs" {
	jq '.rules |= .[:2]' "$ROOT/policies/rules/release.json" >few.json
	clean 0 dealix-gate policy set --setting entitlements.auto_approve_below_monthly_usd=30 --rules few.json
	clean 0 dealix-gate policy set --setting entitlements.auto_approve_below_monthly_usd=31
	clean 0 dealix-gate policy show --pretty
	clean 0 dealix-gate policy history
	clean 1 dealix-gate policy diff
	clean 0 dealix-gate policy lint "$ROOT/policies/default.json"
	cat >none.json <<'J'
{"schema":"dealix.rules.v1","id":"none","version":"1","title":"t","rules":[{"id":"a","title":"t","when":"empty","sources":["terraform"]},{"id":"b","title":"t","when":".a"}]}
J
	cat >none.test.json <<'J'
{"schema":"dealix.rules_test.v1","rules":["none.json"],"cases":[{"name":"nothing","source":"ci","input":{"action":"a","resource_reference":"r","estimated_monthly_delta_usd":"1"},"expect":[]}]}
J
	clean 1 dealix-gate policy test none.test.json
}

@test "valgrind: the ledger and verify verbs" {
	clean 0 dealix-ledger budget set shop --limit 10
	clean 0 dealix-ledger budget list
	request m 4 '"environment":"prod"' | dealix-gate decide >d 2>/dev/null
	clean 0 dealix-ledger list
	clean 0 dealix-ledger list -F text
	clean 0 dealix-ledger show 0
	clean 0 dealix-ledger trace "$(jq -r .decision_id d)"
	clean 1 dealix-ledger show nothing
	clean 0 dealix-verify store
	clean 0 dealix-verify store -F text
}

evidence_scene() {
	cat >contract.json <<-'J'
		{"schema":"dealix.evidence.contract.v1","kind":"smoke","version":1,"title":"t","inputs":[{"role":"artifact","media":"json"}],
		 "rules":[{"id":"smoke.at.*","at":".at","type":"timestamp"},{"let":"sum","value":"sum(.rows[].n)"},
		  {"id":"smoke.sum","at":".sum","is":"approx(.sum, $sum, 2)","remedy":"x"}]}
	J
	cat >contract.test.json <<-'J'
		{"schema":"dealix.evidence_test.v1","contract":"contract.json","cases":[
		 {"name":"good","input":{"at":"2031-01-01T00:00:00Z","rows":[{"n":1.5},{"n":2}],"sum":3.5},"now":"2031-01-02T00:00:00Z","expect":[]},
		 {"name":"sum","base":"good","edit":[{"at":"/sum","set":4}],"expect":["smoke.sum"]},
		 {"name":"at","base":"good","edit":[{"at":"/at","set":"x"}],"expect":["smoke.at.format"]}]}
	J
	echo '{"at":"2020-01-01T00:00:00Z","rows":[{"n":1.5},{"n":2}],"sum":3.5}' >good.json
	echo '{"at":"2020-01-01T00:00:00Z","rows":[{"n":1},{"n":2}],"sum":3.5}' >bad.json
	(umask 077 && openssl genpkey -algorithm ed25519 -out me.pem 2>/dev/null)
	openssl pkey -in me.pem -pubout -out me.pub
}

@test "valgrind: the verbs of evidence: add, collect, import, list, show, attest, seal, and a pack verified" {
	evidence_scene
	printf '1..2\nok 1 - a\nnot ok 2 - b\n' >t.tap
	clean 1 dealix-evidence add -k contract.json good.json bad.json
	clean 0 dealix-evidence collect --no-tool-version -- echo --password x '{"token":"y"}'
	clean 0 dealix-evidence import -f tap t.tap
	clean 0 dealix-evidence list -F text
	sha=$(sha256sum good.json | cut -c 1-64)
	clean 0 dealix-evidence show "$sha"
	clean 0 dealix-evidence attest --predicate-type urn:x --sign me.pem good.json
	clean 0 dealix-evidence seal -o pack.zip --sign me.pem "$sha"
	clean 0 dealix-verify pack --trust me.pub pack.zip
}

@test "valgrind: contracts and artifacts judged, a packet made, a plan run" {
	evidence_scene
	clean 1 dealix-verify evidence -k contract.json good.json bad.json absent.json
	clean 0 dealix-verify contract lint contract.json
	clean 0 dealix-verify contract test --min-coverage 50 contract.test.json
	clean 0 dealix-verify contract list
	"$ROOT/tests/judge/packet.py" make .
	clean 0 dealix-evidence packet finance_packet telemetry=telemetry.json assumptions=assumptions.json -o out --now 2031-06-02T00:00:00Z
	printf '1..1\nok 1 - a\n' >t.tap
	echo '{"schema":"dealix.gate.plan.v1","id":"p","version":"1","title":"t","steps":[{"id":"c","type":"command","argv":["sh","-c","echo password=x >&2; exit 3"]},
		{"id":"t","type":"tap","path":"t.tap"},{"id":"e","type":"evidence","kind":"contract.json","files":{"artifact":"good.json"}}]}' >plan.json
	clean 1 dealix-gate check plan.json
	clean 0 dealix-gate check -n plan.json
}

@test "valgrind: gate documents, waivers and releases" {
	git init -q . && git -c user.name=n -c user.email=n@n.test commit -q --allow-empty -m one
	printf 'one\ntwo\n' >a.txt
	cat >gate.json <<'J'
{"schema":"dealix.gate.v1","id":"g","version":"1","title":"t","groups":[{"id":"a","label":"a","checks":[
{"id":"file","type":"file_exists","path":"a.txt"},{"id":"text","type":"text_present","path":"a.txt","pattern":"one two"},
{"id":"ere","type":"text_absent","glob":"*.txt","pattern":"^t[a-z]+$","mode":"ere"},{"id":"git","type":"git","fact":"no_tag","name":"v1"},
{"id":"when","type":"dir_exists","path":".","when":{"type":"git","fact":"no_tag","name":"v1"}},{"id":"sh","type":"command","argv":["true"]}]}]}
J
	cat >waivers.json <<J
{"schema":"dealix.waivers.v1","waivers":[{"id":"KI-1","gate":"g","check":"ere","reason":"known since the spring","owner":"a@example.com",
"approved_by":"b@example.com","created_at":"$(date -u -d '-1 day' +%FT%TZ)","expires_at":"$(date -u -d '+1 day' +%FT%TZ)"}]}
J
	clean 1 dealix-gate check gate.json
	clean 0 dealix-gate check --waivers waivers.json --release v1 -F text gate.json
	clean 1 dealix-gate go --dry-run "$ROOT/policies/go/template.json"
	clean 1 dealix-gate go --dry-run -F text "$ROOT/policies/go/placeholders.json"
	echo '{"rc":"x"}' >rc.json
	clean 2 dealix-verify release --step 3 rc.json
	echo '{}' >settings.json
	clean 2 dealix-verify settings settings.json
}

@test "valgrind: actions, traces, documents, outputs" {
	echo '{"schema":"dealix.action.request.v1","tenant_id":"default","action":"send_email","correlation_id":"ORD-1"}' >action.json
	clean 4 dealix-gate decide --timeout-ms 30000 action.json
	clean 0 dealix-ledger trace ORD-1
	clean 1 dealix-verify trace ORD-1
	echo '{"trace_id":"0123456789abcdef0123456789abcdef","entity_type":"partnership","revenue_upside_sar":"100000","cost_sar":20000,"assumptions":["a"]}' >e.json
	clean 0 dealix-evidence packet economics_model e.json
	clean 0 dealix-verify docs -C "$ROOT" README.md
	printf '# A\n[b](none.md)\n' >a.md
	clean 1 dealix-verify docs -C . a.md
	echo '{"schema":"dealix.register.v1","name":"r","as_of":"2026-01-01T00:00:00Z","rows":[{"id":"a","plane":"p","component":"c","status":"Production","evidence":[],"owner":"o","audited_at":"2026-01-01T00:00:00Z"}]}' >register.json
	clean 1 dealix-verify register register.json
	clean 1 dealix-verify outputs
}
