load ../lib
load ../documents

threshold() { # a policy with another threshold
	policy "\"entitlements\":{\"auto_approve_below_monthly_usd\":\"$1\"}"
}
set_threshold() {
	dealix-gate policy set --setting "entitlements.auto_approve_below_monthly_usd=$1"
}
default_sha=e490e7ace08fa5d19eabf66a79385cb2c7ce9e79ca6170996de18861368d8aa9

# --- set ---

@test "policy: a document becomes version 1 of a new store, digest of its canonical form" {
	policy >p.json
	run -0 --separate-stderr dealix-gate policy set p.json
	[ "$(field '[.changed,.policy_version,.policy_document_sha256]|map(tostring)|join(" ")')" = "true 1 $default_sha" ]
	[ "$(field 'has("parent_sha256")')" = false ]
	[[ $stderr == *'created the store'* ]]
	[ "$(dealix-gate policy show | head -c -1 | sha256sum | cut -d' ' -f1)" = "$default_sha" ]
	[ "$(dealix-ledger list --oldest-first | jq -r .event | paste -sd,)" = log_opened,principals_updated,policy_updated ]
}

@test "policy: the shipped default document is the default of the program" {
	dealix-gate policy set "$ROOT/policies/default.json" >a 2>/dev/null
	[ "$(field .policy_document_sha256 "$(cat a)")" = "$default_sha" ]
}

@test "policy: the spelling schema_version and the name schema are read alike" {
	echo '{"schema_version":"dealix.enforcement.policy.v1"}' >old.json
	dealix-gate policy set old.json >a 2>/dev/null
	[ "$(jq -r .policy_document_sha256 a)" = "$default_sha" ]
	[ "$(dealix-gate policy show | jq -r .schema_version)" = dealix.enforcement.policy.v1 ]
	[ "$(dealix-gate policy show | jq 'has("schema")')" = false ]
}

@test "policy: a setting is a patch: every other member keeps its value (D15)" {
	dealix-gate policy set --setting execution.action_max_attempts=7 >/dev/null 2>&1
	run -0 set_threshold 60
	[ "$(field '[.changed,.policy_version]|map(tostring)|join(" ")')" = 'true 2' ]
	dealix-gate policy show >p
	[ "$(jq -r .execution.action_max_attempts p)" = 7 ]
	[ "$(jq -r .entitlements.auto_approve_below_monthly_usd p)" = 60.0000 ]
	[ "$(field .parent_sha256)" = "$(dealix-gate policy history | jq -r 'select(.version==1).sha256')" ]
}

@test "policy: a setting's value is JSON if it is JSON, else a string; several are applied in order" {
	run -0 --separate-stderr dealix-gate policy set --setting entitlements.plan_monthly_ceiling_usd=900 \
		--setting entitlements.missing_budget=violate --setting approval.require_approval_nonprod=true \
		--setting 'environments.aliases={"qa":"prod"}' --setting entitlements.plan_monthly_ceiling_usd=null
	dealix-gate policy show >p
	[ "$(jq -r .entitlements.plan_monthly_ceiling_usd p)" = null ]
	[ "$(jq -r .entitlements.missing_budget p)" = violate ]
	[ "$(jq -r .approval.require_approval_nonprod p)" = true ]
	[ "$(jq -r .environments.aliases.qa p)" = prod ]
}

@test "policy: a bad setting is refused with its path, and the version stays" {
	set_threshold 50 >/dev/null 2>&1
	refused 2 policy_document_invalid dealix-gate policy set --setting nope.x=1
	refused 2 policy_document_invalid dealix-gate policy set --setting entitlements.nope=1
	refused 2 policy_document_invalid dealix-gate policy set --setting entitlements=1
	refused 2 money_inexact set_threshold 1.5
	[[ $stderr == */entitlements/auto_approve_below_monthly_usd* ]]
	refused 2 money_negative set_threshold '"-1"'
	refused 2 policy_document_invalid set_threshold 6000
	refused 2 policy_document_invalid dealix-gate policy set --setting execution.default_ttl_seconds=59
	refused 2 policy_document_invalid dealix-gate policy set --setting mode_matrix.ci_prod=strict
	refused 2 usage dealix-gate policy set --setting noequals
	[ "$(dealix-gate policy history | wc -l)" -eq 1 ]
}

@test "policy: a document with an unknown member, a bad value or none at all is refused and makes no store" {
	policy '"mode_matrix":{"ci_production":"soft"}' >bad.json
	refused 2 policy_document_invalid dealix-gate policy set bad.json
	[[ $stderr == */mode_matrix/ci_production* ]]
	policy '"entitlements":{"hard_deny_above_monthly_usd":"0.00004"}' >zero.json
	refused 2 policy_document_invalid dealix-gate policy set zero.json
	echo '{"schema":"dealix.rules.v1"}' >rules.json
	refused 2 policy_document_invalid dealix-gate policy set rules.json
	echo '{"a":1,"a":2}' >twice.json
	refused 2 json_duplicate_member dealix-gate policy set twice.json
	: >empty
	refused 2 input_empty dealix-gate policy set empty
	refused 3 file_unreadable dealix-gate policy set absent.json
	head -c 1200000 /dev/zero | tr '\0' ' ' >large.json
	refused 2 json_too_large dealix-gate policy set large.json
	[ ! -e .dealix ]
}

@test "policy: a fault of the document given to policy set names the file" {
	echo '{"schema":"dealix.enforcement.policy.v1","aproval":{}}' >bad.json
	run -2 --separate-stderr dealix-gate policy set bad.json
	[[ $stderr == 'dealix-gate: bad.json: '* ]] || { echo "$stderr"; return 1; }
}

@test "policy: routing rules are checked one by one, each fault with a code of its own" {
	route() { policy "\"approval\":{\"routing_rules\":$1}" >route.json; }
	bad() { route "$2"; refused 2 "$1" dealix-gate policy set route.json; }
	bad routing_rule_not_object '[7]'
	bad routing_rule_id_required '[{"quorum":1}]'
	bad routing_rule_id_too_long "[{\"rule_id\":\"$(printf '%065d' 0)\"}]"
	bad routing_rule_id_duplicate '[{"rule_id":"a"},{"rule_id":"a"}]'
	bad routing_enabled_not_boolean '[{"rule_id":"a","enabled":"yes"}]'
	bad routing_list_expected '[{"rule_id":"a","environments":"prod"}]'
	bad routing_delta_order '[{"rule_id":"a","min_monthly_delta_usd":"9","max_monthly_delta_usd":"8"}]'
	bad routing_permission_unknown '[{"rule_id":"a","required_permission":"all"}]'
	bad routing_quorum_range '[{"rule_id":"a","quorum":6}]'
	bad routing_role_unknown '[{"rule_id":"a","allowed_reviewer_roles":["king"]}]'
	bad routing_roles_empty '[{"rule_id":"a","allowed_reviewer_roles":[]}]'
	bad routing_separation_not_boolean '[{"rule_id":"a","require_requester_reviewer_separation":1}]'
	bad routing_too_many_rules "$(jq -cn '[range(65)|{rule_id:"r\(.)"}]')"
}

@test "policy: FILE and --setting together, two files, or nothing to set: usage" {
	policy >p.json
	refused 2 usage dealix-gate policy set p.json --setting entitlements.missing_budget=allow
	refused 2 usage dealix-gate policy set
	refused 2 usage dealix-gate policy set p.json p.json
	refused 2 usage dealix-gate policy set p.json --override-reason ''
	refused 2 usage dealix-gate policy set p.json --override-reason $'a\nb'
	refused 2 usage dealix-gate policy set p.json --expect-version 0
	[ ! -e .dealix ]
}

@test "policy: the same document again answers changed:false and keeps version and ledger (D16)" {
	set_threshold 50 >a 2>/dev/null
	run -0 set_threshold '"50.0000000"'
	[ "$(field '[.changed,.policy_version]|map(tostring)|join(" ")')" = 'false 1' ]
	[ "$(field .policy_document_sha256)" = "$(jq -r .policy_document_sha256 a)" ]
	dealix-gate policy show >p.json
	run -0 dealix-gate policy set p.json
	[ "$(field .changed)" = false ]
	[ "$(dealix-ledger list | wc -l)" -eq 3 ]
}

@test "policy: --expect-version refuses a change on top of another one" {
	set_threshold 50 >/dev/null 2>&1
	run -0 dealix-gate policy set --setting entitlements.auto_approve_below_monthly_usd=51 --expect-version 1
	[ "$(field .policy_version)" = 2 ]
	refused 1 policy_version_conflict dealix-gate policy set --setting entitlements.auto_approve_below_monthly_usd=52 --expect-version 1
	[ "$(dealix-gate policy show | jq -r .entitlements.auto_approve_below_monthly_usd)" = 51.0000 ]
}

@test "policy: raising a mode needs a promotion record or an owner's reason; lowering it needs nothing" {
	dealix-gate policy set --setting mode_matrix.terraform_prod=shadow >/dev/null 2>&1
	refused 1 promotion_record_missing dealix-gate policy set --setting mode_matrix.terraform_prod=soft
	[[ $stderr == */mode_matrix/terraform_prod* ]]
	run -0 dealix-gate policy set --setting mode_matrix.terraform_prod=hard --override-reason 'incident 7'
	run -0 dealix-gate policy set --setting mode_matrix.terraform_prod=soft
	[ "$(dealix-ledger list --event policy_updated -l 2 --oldest-first | wc -l)" -eq 2 ]
	[ "$(dealix-ledger list --event policy_updated | jq -r '.details.override_reason//empty')" = 'incident 7' ]
}

@test "policy: a row that falls back counts too: raising the row it falls back to raises it" {
	dealix-gate policy set --setting mode_matrix.k8s_admission_default=shadow >/dev/null 2>&1
	refused 1 promotion_record_missing dealix-gate policy set --setting mode_matrix.k8s_admission_default=soft
	refused 1 promotion_record_missing dealix-gate policy set --setting mode_matrix.cloud_event_prod=hard
	refused 1 promotion_record_missing dealix-gate policy set --setting mode_matrix.ci_default=hard
}

@test "policy: a tenant's first document may name any mode" {
	policy '"mode_matrix":{"ci_default":"hard"}' >p.json
	run -0 --separate-stderr dealix-gate policy set p.json
	[ "$(field .policy_version)" = 1 ]
	run -0 dealix-gate policy set -t shop --setting mode_matrix.terraform_prod=hard
}

@test "policy: lineage: decide, edit, decide: two digests, one each, and the first stays as it was" {
	request a 1 | dealix-gate decide >one 2>/dev/null
	set_threshold 50 >/dev/null
	request b 1 | dealix-gate decide >two
	[ "$(jq -r .policy_version one two | paste -sd,)" = 1,2 ]
	[ "$(jq -r .policy_document_sha256 one two | sort -u | wc -l)" -eq 2 ]
	dealix-ledger list --event decision_created --oldest-first >entries
	[ "$(jq -r '.decision.policy_document_sha256' entries | paste -sd,)" = "$(jq -r .policy_document_sha256 one two | paste -sd,)" ]
	[ "$(jq -r '.decision.policy_version' entries | paste -sd,)" = 1,2 ]
	request a 1 | dealix-gate decide -k pinned-1 >three
	set_threshold 51 >/dev/null
	request a 1 | dealix-gate decide -k pinned-1 >four
	[ "$(jq -r .policy_document_sha256 three)" = "$(jq -r .policy_document_sha256 four)" ]
}

@test "policy: --policy pins what the store must hold" {
	set_threshold 50 >/dev/null 2>&1
	dealix-gate policy show >now.json
	threshold 51 >other.json
	request a 1 | { run -0 dealix-gate decide -p now.json; }
	refused 1 policy_mismatch dealix-gate decide -p other.json <<<"$(request b 1)"
	refused 1 policy_mismatch dealix-ledger budget list -p other.json
	refused 1 policy_mismatch dealix-ledger budget set x --limit 1 -p other.json
	run -0 dealix-ledger budget list -p now.json
}

@test "policy: policy set opens the log of another tenant; no other verb does" {
	set_threshold 50 >/dev/null 2>&1
	refused 1 tenant_unknown dealix-gate policy show -t shop
	refused 1 tenant_unknown dealix-gate policy history -t shop
	refused 1 tenant_unknown dealix-gate policy diff -t shop
	refused 1 tenant_unknown dealix-ledger budget set -t shop x --limit 1
	refused 1 tenant_unknown dealix-gate decide -t shop <<<"$(request a 1)"
	run -0 dealix-gate policy set -t shop --setting entitlements.auto_approve_below_monthly_usd=70
	[ "$(field .policy_version)" = 1 ]
	[ "$(dealix-gate policy show -t shop | jq -r .entitlements.auto_approve_below_monthly_usd)" = 70.0000 ]
	[ "$(dealix-gate policy show | jq -r .entitlements.auto_approve_below_monthly_usd)" = 50.0000 ]
	[ "$(dealix-ledger list -t shop | wc -l)" -eq 3 ]
}

@test "policy: a copy of the last good policy lies beside the store, of each tenant" {
	set_threshold 50 >/dev/null 2>&1
	set_threshold 51 >/dev/null
	dealix-gate policy set -t shop --setting entitlements.auto_approve_below_monthly_usd=70 >/dev/null
	dealix-gate policy show >p
	cmp <(head -c -1 p) .dealix/policy-default.json
	cmp <(dealix-gate policy show -t shop | head -c -1) .dealix/policy-shop.json
	[ "$(stat -c %a .dealix/policy-default.json)" = 600 ]
}

# --- show, history, diff ---

@test "policy: show prints a version's canonical bytes, --pretty the same document for reading" {
	set_threshold 50 >/dev/null 2>&1
	set_threshold 51 >/dev/null
	dealix-gate policy show -v 1 >one
	jq -cS . one | cmp - one
	[ "$(head -c -1 one | sha256sum | cut -d' ' -f1)" = "$(dealix-gate policy history | jq -r 'select(.version==1).sha256')" ]
	dealix-gate policy show >two
	dealix-gate policy show -v 2 | cmp - two
	dealix-gate policy show --pretty >pretty
	[ "$(wc -l <pretty)" -gt 20 ]
	jq -cS . pretty | cmp - two
	refused 1 policy_not_found dealix-gate policy show -v 3
	refused 2 usage dealix-gate policy show -v 0
}

@test "policy: show, history and diff without a store: 3, and none is made" {
	refused 3 store_unavailable dealix-gate policy show
	refused 3 store_unavailable dealix-gate policy history
	refused 3 store_unavailable dealix-gate policy diff
	[ ! -e .dealix ]
}

@test "policy: history is newest first, each version with its parent, actor and time" {
	set_threshold 50 >/dev/null 2>&1
	set_threshold 51 >/dev/null
	set_threshold 52 >/dev/null
	run -0 dealix-gate policy history
	[ "$(jq -r .version <<<"$output" | paste -sd,)" = 3,2,1 ]
	[ "$(jq -r 'has("parent_sha256")' <<<"$output" | paste -sd,)" = true,true,false ]
	[ "$(jq -rs '.[0].parent_sha256==.[1].sha256 and .[1].parent_sha256==.[2].sha256' <<<"$output")" = true ]
	[ "$(jq -r .actor_id <<<"$output" | sort -u)" = "$(id -un)" ]
	[ "$(jq -r '.created_at|test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[.][0-9]{6}Z$")' <<<"$output" | sort -u)" = true ]
}

@test "policy: going back to an earlier document is a new version" {
	set_threshold 50 >/dev/null 2>&1
	set_threshold 51 >/dev/null
	set_threshold 50 >/dev/null
	[ "$(dealix-gate policy history | jq -rs '[.[].version]|join(",")')" = 3,2,1 ]
	[ "$(dealix-gate policy history | jq -rs '.[0].sha256==.[2].sha256')" = true ]
	run -0 dealix-gate policy diff 1 3
	[ "$output" = '[]' ]
}

@test "policy: diff exits 0 when equal and 1 with the list of paths when not" {
	dealix-gate policy set --setting entitlements.auto_approve_below_monthly_usd=50 --setting 'environments.aliases={"qa":"prod"}' >/dev/null 2>&1
	refused 1 policy_not_found dealix-gate policy diff
	dealix-gate policy set --setting entitlements.auto_approve_below_monthly_usd=51 --setting 'environments.aliases={"uat":"prod"}' >/dev/null
	run -1 --separate-stderr dealix-gate policy diff
	[ -z "$stderr" ]
	[ "$(field '.[]|select(.path=="entitlements.auto_approve_below_monthly_usd")|[.from,.to]|join(" ")')" = '50.0000 51.0000' ]
	[ "$(field '.[]|select(.path|endswith("qa"))|has("to")')" = false ]
	[ "$(field '.[]|select(.path|endswith("uat"))|has("from")')" = false ]
	run -1 dealix-gate policy diff 2 1
	[ "$(field '.[]|select(.path=="entitlements.auto_approve_below_monthly_usd")|[.from,.to]|join(" ")')" = '51.0000 50.0000' ]
	refused 1 policy_not_found dealix-gate policy diff 1 9
	refused 2 usage dealix-gate policy diff 1
}

@test "policy: diff of two files needs no store; a version and a file mix" {
	threshold 50 >a.json
	threshold 51 >b.json
	run -1 --separate-stderr dealix-gate policy diff a.json b.json
	[ "$(field '.[0].path')" = entitlements.auto_approve_below_monthly_usd ]
	[ ! -e .dealix ]
	run -0 dealix-gate policy diff a.json a.json
	dealix-gate policy set a.json >/dev/null 2>&1
	run -1 dealix-gate policy diff 1 b.json
	run -0 dealix-gate policy diff a.json 1
	refused 3 file_unreadable dealix-gate policy diff a.json absent.json
	echo '{"schema":"dealix.enforcement.policy.v1","x":1}' >bad.json
	refused 2 policy_document_invalid dealix-gate policy diff a.json bad.json
	[[ $stderr == *bad.json* ]]
}

# --- rules kept in the store ---

@test "policy: --rules keeps a document: an event, a payload; the same one again changes nothing" {
	doc r 1 "$(rule a warn true)" >r.json
	run -0 --separate-stderr dealix-gate policy set -r r.json
	[ "$(field '[.changed,.policy_version]|map(tostring)|join(" ")')" = 'true 1' ]
	[ "$(field '.rules[0]|[.id,.version]|join(" ")')" = 'r 1' ]
	sha=$(field '.rules[0].sha256')
	dealix-ledger list --event rules_updated >entry
	[ "$(jq -r '[.subject.type,.subject.id,.details.rules_sha256,.details.version]|join(" ")' entry)" = "policy r $sha 1" ]
	run -0 dealix-gate policy set -r r.json
	[ "$(field .changed)" = false ]
	[ "$(dealix-ledger list --event rules_updated | wc -l)" -eq 1 ]
	[ "$(dealix-ledger list --event policy_updated | wc -l)" -eq 1 ]
}

@test "policy: a rule document's digest is that of its canonical form with defaults filled in" {
	echo '{"schema":"dealix.rules.v1","id":"r","version":"1","title":"R","rules":[{"id":"a","title":"A","when":"true"}]}' >short.json
	echo '{"schema":"dealix.rules.v1","id":"r","version":"1","title":"R","rules":[{"id":"a","title":"A","when":"true","severity":"medium","effect":"violation","sources":[],"environments":[],"enabled":true}]}' >long.json
	dealix-gate policy set -r short.json >a 2>/dev/null
	run -0 dealix-gate policy set -r long.json
	[ "$(field .changed)" = false ]
	[ "$(jq -cS . long.json | head -c -1 | sha256sum | cut -d' ' -f1)" = "$(jq -r '.rules[0].sha256' a)" ]
}

@test "policy: settings, a file and several rule documents go into one call" {
	doc r 1 "$(rule a warn true)" >r.json
	doc q 1 "$(rule a warn true)" >q.json
	threshold 50 >p.json
	run -0 --separate-stderr dealix-gate policy set p.json -r r.json -r q.json
	[ "$(field '[.rules[].id]|sort|join(",")')" = q,r ]
	[ "$(dealix-ledger list | wc -l)" -eq 5 ]
	doc s 1 "$(rule a warn true)" >s.json
	run -0 dealix-gate policy set --setting entitlements.auto_approve_below_monthly_usd=51 -r s.json
	[ "$(field .policy_version)" = 2 ]
}

@test "policy: a newer rule document replaces the stored one; one with every rule disabled retires it" {
	doc r 1 "$(rule a deny true)" >one.json
	doc r 2 "$(rule a warn true)" >two.json
	doc r 3 "$(rule a warn true '"enabled":false')" >three.json
	dealix-gate policy set -r one.json >/dev/null 2>&1
	request m 1 | { run -1 dealix-gate decide; }
	dealix-gate policy set -r two.json >/dev/null
	request m 1 | dealix-gate decide >two
	[ "$(jq -r '[.decision,.rules[0].version,.findings[0].effect]|join(" ")' two)" = 'ALLOW 2 warn' ]
	dealix-gate policy set -r three.json >/dev/null
	request m 1 | dealix-gate decide >three
	[ "$(jq -r '[.decision,.rules[0].version,.rules[0].applied,(.findings|length)]|map(tostring)|join(" ")' three)" = 'ALLOW 3 0 0' ]
	[ "$(dealix-ledger list --event rules_updated | wc -l)" -eq 3 ]
}

@test "policy: two documents of one id and different contents: rules_id_duplicate, by option or stored" {
	doc r 1 "$(rule a warn true)" >one.json
	doc r 2 "$(rule a warn true)" >two.json
	refused 2 rules_id_duplicate dealix-gate policy set -r one.json -r two.json
	refused 2 rules_id_duplicate dealix-gate decide -r one.json -r two.json <<<"$(request m 1)"
	[ ! -e .dealix ]
	dealix-gate policy set -r one.json >/dev/null 2>&1
	refused 2 rules_id_duplicate dealix-gate decide -r two.json <<<"$(request m 1)"
	request m 1 | dealix-gate decide -r one.json -r one.json >a
	[ "$(jq '.rules|length' a)" = 1 ]
	[ "$(jq '.findings|length' a)" = 1 ]
}

@test "policy: bad rule documents are refused with pointer, rule and line, and nothing is kept" {
	bad() { # CODE TEXT DOCUMENT
		printf '%s' "$3" >bad.json
		refused 2 "$1" dealix-gate policy set -r bad.json
		[[ $stderr == *"$2"* ]] || { echo "want $2: $stderr"; return 1; }
		refused 2 "$1" dealix-gate decide -r bad.json <<<"$(request m 1)"
	}
	head='"schema":"dealix.rules.v1","id":"r","version":"1","title":"R"'
	bad rules_document_invalid /rules "{$head,\"rules\":[]}"
	bad rules_document_invalid /rules/1/id "{$head,\"rules\":[$(rule a warn true),$(rule A warn true)]}"
	bad rules_document_invalid /rules/0/wen "{$head,\"rules\":[$(rule a warn true '"wen":1')]}"
	bad rules_document_invalid /rules/0/when "{$head,\"rules\":[{\"id\":\"a\",\"title\":\"A\",\"when\":7}]}"
	bad rules_document_invalid /rules/0/effect "{$head,\"rules\":[$(rule a block true)]}"
	bad rules_document_invalid /rules/0/severity "{$head,\"rules\":[$(rule a warn true '"severity":"huge"')]}"
	bad rules_document_invalid /rules/0/sources "{$head,\"rules\":[$(rule a warn true '"sources":["cloud"]')]}"
	bad rules_document_invalid /rules/0/references "{$head,\"rules\":[$(rule a warn true '"references":["ftp://x"]')]}"
	bad rules_document_invalid /rules/0/when "{$head,\"rules\":[$(rule a warn "$(printf '%016400d' 0)")]}"
	bad rules_document_invalid /id "{\"schema\":\"dealix.rules.v1\",\"id\":\"R R\",\"version\":\"1\",\"title\":\"R\",\"rules\":[$(rule a warn true)]}"
	bad rules_document_invalid /extra "{$head,\"extra\":1,\"rules\":[$(rule a warn true)]}"
	bad json_invalid bad.json '{'
	[ ! -e .dealix ]
}

@test "policy: a program that does not compile is refused by decide and lint with rule id and line" {
	doc r 1 "$(rule good warn true)" "$(rule worse deny $'.a\n| .b ||| .c')" >bad.json
	refused 2 rules_compile_error dealix-gate decide -r bad.json <<<"$(request m 1)"
	[[ $stderr == *worse*'line 2'* ]]
	[ ! -e .dealix ]
	run -1 dealix-gate policy lint bad.json
	[[ $output == *worse*'line 2'*'[rules_compile_error]'* ]]
}

@test "policy: set refuses a rule document that does not compile, instead of refusing every later decision" {
	jq '.rules[0].when = "env.HOME"' "$ROOT/policies/rules/release.json" >bad.json
	run --separate-stderr dealix-gate policy set --rules bad.json
	[ "$status" -eq 2 ] || { echo "status $status: $output"; return 1; }
	[[ $stderr == *'[rule_builtin_refused]' ]]
	jq '.rules[0].when = ".x |"' "$ROOT/policies/rules/release.json" >bad.json
	run -2 --separate-stderr dealix-gate policy set --rules bad.json
	[[ $stderr == *'[rules_compile_error]' ]]
	run -0 --separate-stderr dealix-gate decide <<<"$(request m 1)"
}

@test "policy: documents given of which no enabled rule has this source and environment: rules_none_apply" {
	doc r 1 "$(rule a deny true '"sources":["terraform"]')" "$(rule b deny true '"enabled":false')" \
		"$(rule c deny true '"environments":["prod"]')" >r.json
	refused 2 rules_none_apply dealix-gate decide -r r.json <<<"$(request m 1)"
	[ ! -e .dealix ]
	request m 1 '"environment":"production"' | { run -1 --separate-stderr dealix-gate decide -r r.json; [ "$(field '.rules[0].applied')" = 1 ]; }
	dealix-gate policy set -r r.json >/dev/null
	request n 1 | { run -0 dealix-gate decide; [ "$(field '.rules[0].applied')" = 0 ]; }
	refused 2 rules_none_apply dealix-gate decide -r r.json <<<"$(request o 1)"
}

# --- a store that was tampered with ---

@test "policy: a stored policy that was edited: the gate answers fail-safe hard, every other verb exits 5, nothing heals" {
	KEEP_DAMAGED=1
	request a 1 | dealix-gate decide >/dev/null 2>&1
	set_threshold 24 >/dev/null
	sqlite3 .dealix/store.db "DROP TRIGGER ledger_payload_no_update;
		UPDATE ledger_payload SET bytes=CAST(replace(CAST(bytes AS TEXT),'\"24.0000\"','\"9.00000\"') AS BLOB)
		WHERE sha256=(SELECT sha256 FROM policy WHERE version=2)"
	run -3 --separate-stderr dealix-gate decide <<<"$(request b 1)"
	[ "$(field '[.decision,.evaluation_path,.mode,.mode_scope,.persisted]|map(tostring)|join(" ")')" = 'DENY failsafe hard fallback:unknown false' ]
	[ "$(field '.reason_codes|join(",")')" = policy_integrity_error,hard_mode_fail_closed,fail_safe_unpersisted ]
	[ "$(field .fail_safe_trigger)" = policy_integrity_error ]
	[[ $stderr == *'[policy_integrity_error]'* ]]
	refused 5 policy_integrity_error dealix-gate policy set --setting entitlements.missing_budget=violate
	refused 5 policy_integrity_error dealix-gate policy history
	refused 5 policy_integrity_error dealix-gate policy show
	refused 5 policy_integrity_error dealix-ledger list
	refused 5 policy_integrity_error dealix-ledger show 0
	refused 5 policy_integrity_error dealix-ledger budget set x --limit 1
	refused 5 policy_integrity_error dealix-ledger budget list
	run -5 dealix-verify store
	[[ $output == *payload_hash_mismatch* ]]
	[ "$(sqlite3 .dealix/store.db 'select count(*) from ledger_entry')" -eq 5 ]
}

# --- lint ---

@test "policy: lint: nothing to remark is 0, for every shipped document" {
	run -0 --separate-stderr dealix-gate policy lint "$ROOT"/policies/default.json "$ROOT"/policies/rules/{kubernetes,release,terraform-aws}.json
	[ "${#lines[@]}" -eq 4 ]
	[ "$(grep -c 'nothing to remark' <<<"$output")" -eq 4 ]
}

@test "policy: lint: errors with file:line:column and code, exit 1" {
	printf '{"schema":"dealix.rules.v1",\n"id":"r","version":"1","title":"R",\n"rules":[%s,\n %s,\n  %s]}\n' \
		"$(rule a warn '.a ||| .b')" "$(rule b warn 'now')" "$(rule c warn 'foo(')" >d.json
	run -1 --separate-stderr dealix-gate policy lint d.json
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[0]} == d.json:3:*': error: '*'[rules_compile_error]' ]]
	[[ ${lines[1]} == d.json:4:*': error: b: line 1: '*'[rule_builtin_refused]' ]]
	[[ ${lines[2]} == d.json:5:*'[rules_compile_error]' ]]
	# The column is that of the program's string.
	[[ ${lines[1]} =~ ^d.json:4:([0-9]+): ]]
	sed -n 4p d.json | cut -c"${BASH_REMATCH[1]}"- | grep -q '^"now"'
}

@test "policy: lint: says which member is not known" {
	echo '{"schema":"dealix.enforcement.policy.v1","aproval":{}}' >bad.json
	run -1 --separate-stderr dealix-gate policy lint bad.json
	[[ $output == *aproval* ]] || { echo "$output"; return 1; }
}

@test "policy: lint: every warning, each at its place, exit 0" {
	doc r 1 "$(rule never warn empty)" "$(rule bare deny true '"severity":"critical"')" "$(rule old warn '"a"|ltrimstr("b")')" \
		"$(rule plan warn '.resource_changes[]' '"sources":["k8s_admission"]')" >d.json
	run -0 --separate-stderr dealix-gate policy lint -F json d.json
	[ "$(field .ok)" = true ]
	[ "$(field '[.findings[]|.code+" "+.at]|sort|join(",")')" = 'lint_jq_differs /rules/2/when,lint_never_fires /rules/0,lint_never_fires /rules/3,lint_references_missing /rules/1,lint_remedy_missing /rules/1' ]
	[ "$(field '[.findings[].severity]|unique|join(",")')" = warning ]
	[ "$(field '[.findings[]|has("line") and has("column")]|all')" = true ]
	policy '"approval":{"routing_rules":[{"rule_id":"all"},{"rule_id":"some","environments":["prod"]}]}' >p.json
	run -0 dealix-gate policy lint p.json
	[[ $output == *'[lint_route_shadowed]' ]]
	policy '"mode_matrix":{"ci_prod":"shadow"}' >shadow.json
	policy '"mode_matrix":{"ci_prod":"hard"}' >hard.json
	run -0 dealix-gate policy lint hard.json
	[[ $output != *lint_promotion_skips* ]]
	run -0 dealix-gate policy lint --against shadow.json hard.json
	[[ $output == *'[lint_promotion_skips]' ]]
}

@test "policy: lint: every builtin that reaches outside is refused by name, whatever hides it" {
	for name in _input input inputs debug stderr input_filename input_line_number env '$ENV' now localtime 'strflocaltime("%Y")' \
		'strftime("%Y")' 'strptime("%Y")' mktime halt halt_error 'halt_error(1)' 'debug("x")' modulemeta get_search_list \
		get_prog_origin get_jq_origin; do
		doc r 1 "$(rule a warn "try (. | $name) catch false")" >d.json
		run -1 dealix-gate policy lint d.json
		[[ $output == *'rule a'*'[rule_builtin_refused]'* || $output == *'a: line 1'*'[rule_builtin_refused]'* ]] || { echo "$name: $output"; return 1; }
	done
	for when in 'import "a" as a; true' 'include "a"; true' 'module {}; true'; do
		doc r 1 "$(rule a warn "$when")" >d.json
		run -1 dealix-gate policy lint d.json
		[[ $output == *'[rule_builtin_refused]'* ]] || { echo "$when: $output"; return 1; }
	done
	# The same letters as a member, a field or a text are nothing to refuse, and dates may be computed.
	doc r 1 "$(rule a warn '{env: 1, now: .input} | .env, "now", (1|todate|fromdate) | empty')" >d.json
	run -0 dealix-gate policy lint d.json
	[[ $output != *rule_builtin_refused* ]]
}

@test "policy: lint: what stands in a document or its name does not reach the terminal as it is" {
	two_rules
	odd=$'r\e[2J\nforged.json'
	jq -c '.rules[0].id = "a\u001b[31mb"' r.json >"$odd"
	run dealix-gate policy lint "$odd"
	[[ $output != *$'\e'* ]] && [[ $output == *'r?[2J forged.json'* ]]
	cp r.json "$odd"
	run -0 dealix-gate policy lint "$odd"
	[[ $output != *$'\e'* ]] && [[ $output == *'r?[2J forged.json: '* ]]
}

@test "policy: lint: a file that is not JSON or of no kind is 2, an absent one 3, and the others are still looked at" {
	echo 'not json' >a.json
	echo '{"schema":"x"}' >b.json
	policy >c.json
	run -2 --separate-stderr dealix-gate policy lint a.json
	[[ $stderr == *a.json*'line 1'*'[json_invalid]' ]]
	run -2 --separate-stderr dealix-gate policy lint b.json
	[[ $stderr == *'/schema'*'[field_invalid]' ]]
	run -3 --separate-stderr dealix-gate policy lint absent c.json
	[ "${#lines[@]}" -eq 1 ]
	policy '"nope":1' >d.json
	run -2 --separate-stderr dealix-gate policy lint d.json a.json
	[[ $output == d.json:1:*'[policy_document_invalid]' ]]
	run -2 --separate-stderr dealix-gate policy lint
}

# --- test ---

case_() { # NAME METADATA EXPECT [JSON members]
	printf '{"name":%s,"source":"ci","input":{"action":"x","resource_reference":"m","estimated_monthly_delta_usd":"1","metadata":%s},"expect":%s%s}' \
		"$(json "$1")" "$2" "$3" "${4:+,$4}"
}
cases() { # CASE... to t.test.json
	local IFS=,
	printf '{"schema":"dealix.rules_test.v1","rules":["r.json"],"cases":[%s]}\n' "$*" >t.test.json
}
two_rules() {
	doc r 1 "$(rule a deny '.metadata.a')" "$(rule b warn '.metadata.b | select(.) | {message: "b", address: "here"}')" \
		"$(rule off deny true '"enabled":false')" >r.json
}

@test "policy: test: all as expected, every rule seen firing and silent: exit 0" {
	two_rules
	cases "$(case_ one '{"a":true}' '[{"rule_id":"a"}]' '"decision":"DENY"')" \
		"$(case_ two '{"b":true}' '[{"rule_id":"b","address":"here"}]' '"decision":"ALLOW"')" "$(case_ none '{}' '[]')"
	run -0 --separate-stderr dealix-gate policy test t.test.json
	[ "${lines[1]}" = 1..4 ]
	[ "${lines[4]}" = 'ok 3 - t.test.json: none' ]
	[ "${lines[5]}" = 'ok 4 - coverage of rules is 100 %' ]
	dealix-gate policy test t.test.json >tap
	prove -e cat tap >/dev/null
	[ ! -e .dealix ]
}

@test "policy: test: a missing finding, an extra one, another decision: exit 1, each named" {
	two_rules
	cases "$(case_ missing '{}' '[{"rule_id":"a"}]')" "$(case_ extra '{"a":true}' '[]')" \
		"$(case_ address '{"b":true}' '[{"rule_id":"b","address":"there"}]')" \
		"$(case_ decision '{"a":true}' '[{"rule_id":"a"}]' '"decision":"ALLOW"')" \
		"$(case_ twice '{"b":true}' '[{"rule_id":"b"},{"rule_id":"b"}]')"
	run -1 --separate-stderr dealix-gate policy test t.test.json
	grep -qx '# missing: a' <<<"$output"
	grep -qx '# extra: a' <<<"$output"
	grep -qx '# missing: b there' <<<"$output"
	grep -qx '# extra: b here' <<<"$output"
	grep -qx '# decision: DENY, expected ALLOW' <<<"$output"
	[ "$(grep -c '^not ok' <<<"$output")" -eq 5 ]
	run -1 dealix-gate policy test -F json t.test.json
	[ "$(field '[.passed,.failed,.coverage.percent]|join(" ")')" = '0 5 100' ]
	[ "$(field '.cases[0]|[.ok,.missing[0].rule_id]|map(tostring)|join(" ")')" = 'false a' ]
	[ "$(field '.cases[2].extra[0].address')" = here ]
	run -1 dealix-gate policy test -F junit t.test.json
	xmllint --noout - <<<"$output"
	[ "$(xmllint --xpath 'count(//failure)' - <<<"$output")" = 5 ]
	[ "$(xmllint --xpath 'string(//testsuite/@failures)' - <<<"$output")" = 5 ]
}

@test "policy: test: coverage below 100 % is exit 1 with the list; --min-coverage lowers the bar" {
	two_rules
	cases "$(case_ one '{"a":true}' '[{"rule_id":"a"}]')" "$(case_ two '{}' '[]')"
	run -1 dealix-gate policy test t.test.json
	grep -qx 'not ok 3 - coverage of rules is 50 %' <<<"$output"
	grep -qx '# r/b never fires' <<<"$output"
	run -0 dealix-gate policy test --min-coverage 50 t.test.json
	run -1 dealix-gate policy test --min-coverage 51 t.test.json
	cases "$(case_ one '{"a":true}' '[{"rule_id":"a"}]')" "$(case_ two '{"a":true,"b":true}' '[{"rule_id":"a"},{"rule_id":"b"}]')"
	run -1 dealix-gate policy test t.test.json
	grep -qx '# r/a never stays silent' <<<"$output"
	run -1 dealix-gate policy test -F json t.test.json
	[ "$(field '.coverage.uncovered[0]|[.rules_id,.rule_id,.never]|join(" ")')" = 'r a silent' ]
	refused 2 usage dealix-gate policy test --min-coverage 101 t.test.json
}

@test "policy: test: names with markup are escaped in JUnit" {
	two_rules
	cases "$(case_ 'a <b> & "c"' '{"a":true}' '[]')"
	run -1 dealix-gate policy test -F junit t.test.json
	xmllint --noout - <<<"$output"
	[ "$(xmllint --xpath 'string(//testcase[1]/@name)' - <<<"$output")" = 'a <b> & "c"' ]
}

@test "policy: test: a name of a case cannot be a TAP directive that hides its failure" {
	doc r 1 "$(rule a warn '.metadata.a')" >r.json
	printf '{"schema":"dealix.rules_test.v1","rules":["r.json"],"cases":[{"name":"x # TODO later","source":"ci","input":{"action":"x","resource_reference":"m","estimated_monthly_delta_usd":"1"},"expect":[{"rule_id":"a"}]}]}' >t.test.json
	run -1 dealix-gate policy test --min-coverage 0 t.test.json
	echo "$output" >tap
	run -1 prove -e cat tap
}

@test "policy: test: a rule that no case reached is in the list, also where every input was refused" {
	doc r 1 "$(rule a warn '.metadata.a')" >r.json
	printf '{"schema":"dealix.rules_test.v1","rules":["r.json"],"cases":[{"name":"x","source":"ci","input":{"x":1},"expect":[]}]}' >t.test.json
	run -1 dealix-gate policy test t.test.json
	grep -q '^# r/a never ' <<<"$output"
}

@test "policy: test: a bad test document is 2, an absent one 3, a folder without tests 2" {
	two_rules
	bad() { printf '%s' "$1" >t.test.json; refused 2 "${2:-rules_test_invalid}" dealix-gate policy test t.test.json; }
	bad '{"schema":"dealix.rules_test.v1","rules":["r.json"],"cases":[]}'
	bad '{"schema":"dealix.rules_test.v2","rules":["r.json"],"cases":[{}]}'
	bad '{"schema":"dealix.rules_test.v1","rules":[],"cases":[{}]}'
	bad '{"schema":"dealix.rules_test.v1","rules":["r.json"],"cases":[{"name":"a","source":"ci","expect":[]}]}'
	bad '{"schema":"dealix.rules_test.v1","rules":["r.json"],"cases":[{"name":"a","source":"nope","input":{},"expect":[]}]}'
	bad '{"schema":"dealix.rules_test.v1","rules":["r.json"],"cases":[{"name":"a","source":"ci","input":{},"expect":[],"extra":1}]}'
	bad '{"schema":"dealix.rules_test.v1","rules":["r.json"],"cases":[{"name":"a","source":"ci","input":{},"expect":[{"rule":"a"}]}]}'
	bad '{"schema":"dealix.rules_test.v1","rules":["r.json"],"cases":[{"name":"a","source":"ci","input":{},"expect":[],"decision":"NO"}]}'
	bad '{' json_invalid
	bad '' input_empty
	mkdir empty
	refused 2 input_empty dealix-gate policy test empty
	refused 3 file_unreadable dealix-gate policy test absent
	refused 2 usage dealix-gate policy test
}

@test "policy: test: a case whose input is refused fails and says why; others go on" {
	two_rules
	cases '{"name":"bad","source":"ci","input":{"x":1},"expect":[]}' "$(case_ one '{"a":true}' '[{"rule_id":"a"}]')"
	run -1 dealix-gate policy test --min-coverage 0 t.test.json
	[ "${lines[2]}" = 'not ok 1 - t.test.json: bad' ]
	[[ ${lines[3]} == '# error: '* ]]
	[ "${lines[4]}" = 'ok 2 - t.test.json: one' ]
}

@test "policy: test: a folder is searched for *.test.json; input_file and rules stand beside the test" {
	two_rules
	mkdir -p sub/deep sub/.hidden
	mv r.json sub/deep
	echo '{"action":"x","resource_reference":"m","estimated_monthly_delta_usd":"1","metadata":{"a":true}}' >sub/deep/in.json
	echo '{"schema":"dealix.rules_test.v1","rules":["r"],"cases":[{"name":"file","source":"ci","input_file":"in.json","expect":[{"rule_id":"a"}]}]}' >sub/deep/x.test.json
	echo '{' >sub/.hidden/y.test.json
	run -0 dealix-gate policy test --min-coverage 0 sub
	[[ ${lines[2]} == 'ok 1 - sub/deep/x.test.json: file' ]]
}

@test "policy: test: the shipped rules pass on real plans and manifests with full coverage" {
	run -0 dealix-gate policy test --min-coverage 100 "$ROOT/policies/rules"
	[ "$(grep -c '^ok ' <<<"$output")" -ge 60 ]
	for f in terraform-aws:20 kubernetes:15 release:1; do
		[ "$(jq '[.rules[]|select(.enabled!=false)]|length' "$ROOT/policies/rules/${f%:*}.json")" -ge "${f#*:}" ]
	done
}

@test "policy set: many at once leave the copy of the one in force" {
	for i in 1 2 3 4 5 6 7 8; do
		dealix-gate policy set --setting entitlements.auto_approve_below_monthly_usd=$i >/dev/null 2>&1 &
	done
	wait
	[ "$(dealix-gate policy history | wc -l)" -ge 8 ]
	[ "$(dealix-gate policy show | tr -d '\n')" = "$(tr -d '\n' <.dealix/policy-default.json)" ]
}
