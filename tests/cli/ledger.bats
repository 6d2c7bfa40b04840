load ../lib
load ../documents

me=$(id -un)
# A principals document: principals [MEMBER of the caller...] — the caller's members as JSON, and more principals behind it.
principals() { # ROLE [JSON members of the document] [MORE PRINCIPALS]
	printf '{"schema":"dealix.principals.v1","tenant_id":"default"%s,"principals":[{"id":"caller","role":"%s","os_users":["%s"]}%s]}\n' \
		"${2:+,$2}" "$1" "$me" "${3:+,$3}"
}
other_owner='{"id":"other","role":"owner","os_users":["somebody-else"]}'
# A decision that waits for approval: exit 4 is what it should be.
waits() { dealix-gate decide "$@" || [ $? -eq 4 ]; }
seqs() { jq -r .seq <<<"$output" | paste -sd,; }

# --- list ---

@test "ledger: list is newest first by seq; --oldest-first turns it; --limit cuts; --before-seq goes on" {
	for i in 1 2 3 4; do request "m$i" 1 | dealix-gate decide >/dev/null 2>&1; done
	run -0 dealix-ledger list
	[ "$(seqs)" = 6,5,4,3,2,1,0 ]
	run -0 dealix-ledger list -l 3
	[ "$(seqs)" = 6,5,4 ]
	run -0 dealix-ledger list -l 3 --before-seq 4
	[ "$(seqs)" = 3,2,1 ]
	run -0 dealix-ledger list --before-seq 0
	[ -z "$output" ]
	run -0 dealix-ledger list --oldest-first -l 2
	[ "$(seqs)" = 0,1 ]
	refused 2 usage dealix-ledger list -l 0
	refused 2 usage dealix-ledger list -l 1001
	refused 2 usage dealix-ledger list -l 5x
	refused 2 usage dealix-ledger list --before-seq -2
	refused 2 usage dealix-ledger list operand
}

@test "ledger: list prints 200 entries where no limit is given" {
	for i in $(seq 220); do request "m$i" 1; done >batch
	dealix-gate decide batch >/dev/null 2>&1
	[ "$(dealix-ledger list | wc -l)" -eq 200 ]
	[ "$(dealix-ledger list -l 1000 | wc -l)" -eq 223 ]
}

@test "ledger: list by event, subject and decision, together too" {
	request a 1 | dealix-gate decide >a 2>/dev/null
	request b 1 | dealix-gate decide >b
	dealix-ledger budget set shop --limit 9 >/dev/null
	run -0 dealix-ledger list --event decision_created
	[ "$(seqs)" = 4,3 ]
	run -0 dealix-ledger list --subject shop
	[ "$(seqs)" = 5 ]
	run -0 dealix-ledger list --decision "$(jq -r .decision_id a)"
	[ "$(seqs)" = 3 ]
	run -0 dealix-ledger list --subject "$(jq -r .decision_id b)" --event decision_created
	[ "$(seqs)" = 4 ]
	run -0 dealix-ledger list --event budget_set --decision "$(jq -r .decision_id b)"
	[ -z "$output" ]
}

@test "ledger: start and end are inclusive to the microsecond, in any offset; an offset is required" {
	for t in '10:00:00' '11:00:00' '12:00:00'; do
		request "at$t" 1 | FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f "2026-03-01 $t" dealix-gate decide >/dev/null 2>&1
	done
	list() { run -0 dealix-ledger list --event decision_created "$@"; }
	list --start 2026-03-01T11:00:00Z
	[ "$(seqs)" = 5,4 ]
	list --end 2026-03-01T11:00:00Z
	[ "$(seqs)" = 4,3 ]
	list --start 2026-03-01T11:00:00Z --end 2026-03-01T11:00:00Z
	[ "$(seqs)" = 4 ]
	list --start 2026-03-01T11:00:00.000001Z
	[ "$(seqs)" = 5 ]
	list --end 2026-03-01T10:59:59.999999Z
	[ "$(seqs)" = 3 ]
	list --start 2026-03-01T12:00:00+01:00 --end 2026-03-01T05:00:00-06:00
	[ "$(seqs)" = 4 ]
	refused 2 time_without_offset dealix-ledger list --start 2026-03-01T11:00:00
	refused 2 time_invalid dealix-ledger list --end 2026-03-01
	refused 2 time_invalid dealix-ledger list --end 2026-02-30T00:00:00Z
}

@test "ledger: entries are the stored bytes: leaves, links and genesis recomputed by somebody else" {
	request a 100 '"environment":"prod"' | waits --log-domain ledger.example >/dev/null 2>&1
	dealix-ledger budget set $'b\xc3\xbcro' --limit 9 >/dev/null
	dealix-gate policy set --setting entitlements.auto_approve_below_monthly_usd=1 >/dev/null
	request b 2 | dealix-gate decide >/dev/null
	dealix-ledger list --oldest-first >entries
	for i in 0 1 2 3 4 5 6; do dealix-ledger show $i | jq -r .leaf_sha256; done >leaves
	dealix-verify store | jq -r .root_sha256 >root
	python3 - <<'PY'
import hashlib, json
h = lambda b: hashlib.sha256(b).digest()
lines = open("entries", "rb").read().split(b"\n")[:-1]
leaves = [h(b"\0" + l) for l in lines]
prev = h(b"dealix-ledger-genesis-v1\nledger.example/default\n")
for i, l in enumerate(lines):
    e = json.loads(l)
    assert e["seq"] == i and e["prev"] == prev.hex(), i
    assert e["origin"] == "ledger.example/default" and e["schema"] == "dealix.ledger.entry.v1" and e["tenant_id"] == "default"
    want = json.dumps(e, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert want == l, (want, l)
    prev = leaves[i]
assert [x.hex() for x in leaves] == open("leaves").read().split()
def root(d):
    if len(d) == 1: return d[0]
    k = 1
    while k * 2 < len(d): k *= 2
    return h(b"\1" + root(d[:k]) + root(d[k:]))
assert root(leaves).hex() == open("root").read().strip()
times = [json.loads(l)["recorded_at"] for l in lines]
assert times == sorted(times)
PY
}

@test "ledger: the clock set back does not set the ledger back" {
	request a 1 | faketime '2026-03-02 00:00:00' dealix-gate decide >/dev/null 2>&1
	request b 1 | faketime '2026-03-01 00:00:00' dealix-gate decide >/dev/null
	[ "$(dealix-ledger list | jq -rs '[.[].recorded_at]|. == (sort|reverse)')" = true ]
}

@test "ledger: list as text is a line an entry" {
	request a 100 '"environment":"prod"' | waits >/dev/null 2>&1
	run -0 dealix-ledger list -F text
	[ "${#lines[@]}" -eq 4 ]
	[[ ${lines[0]} == *decision_created*"$me"*REQUIRE_APPROVAL*'100.0000 USD/month'*'approval pending'* ]]
}

@test "ledger: as text each event says what tells it from the next" {
	echo '{"schema":"dealix.gate.v1","id":"docs","version":"1","title":"D","groups":[{"id":"g","checks":[{"id":"c","type":"file_exists","path":"x"}]}]}' >gate.json
	dealix-gate check gate.json >/dev/null 2>&1 || :
	echo x >x
	dealix-gate check gate.json >/dev/null
	dealix-evidence add --unjudged x >/dev/null
	echo '{"schema":"dealix.action.request.v1","tenant_id":"default","action":"summarize"}' | dealix-gate decide >/dev/null
	run -0 dealix-ledger list -F text -l 4
	[[ ${lines[0]} == *'  action summarize  class A  reason ok  '* ]]
	[[ ${lines[1]} == *'  kind artifact  '* ]]
	[[ ${lines[2]} == *'  ready yes  docs' ]]
	[[ ${lines[3]} == *'  ready no  docs' ]]
	request a 1 | dealix-gate decide -n >/dev/null
	run -0 dealix-ledger list -F text -l 1
	[[ $output == *'  ALLOW (dry run)  '* ]]
}

# --- show, trace ---

@test "ledger: show by number, ledger id and decision id prints the entry and payloads that hash to their names" {
	request a 100 '"environment":"prod","metadata":{"owner":"a"}' | waits >a 2>/dev/null
	dealix-ledger show 3 >by_seq
	dealix-ledger show "$(jq -r .entry.ledger_id by_seq)" >by_id
	dealix-ledger show "$(jq -r .decision_id a)" >by_decision
	cmp by_seq by_id
	cmp by_seq by_decision
	[ "$(jq '.payloads|length' by_seq)" = 2 ]
	for sha in $(jq -r '.payloads|keys[]' by_seq); do
		[ "$(jq -cS ".payloads[\"$sha\"]" by_seq | head -c -1 | sha256sum | cut -d' ' -f1)" = "$sha" ]
	done
	[ "$(jq -c '[.entry.decision.request_payload_sha256,.entry.decision.response_payload_sha256]|sort' by_seq)" = "$(jq -c '.payloads|keys' by_seq)" ]
	[ "$(jq -r '.payloads[.entry.decision.request_payload_sha256].metadata.owner' by_seq)" = a ]
	[ "$(jq -r '.payloads[.entry.decision.response_payload_sha256]|has("replayed") or has("persisted") or has("explanation")' by_seq)" = false ]
	[ "$(jq -r '.payloads[.entry.decision.response_payload_sha256]|has("snapshot")' by_seq)" = true ]
	run -0 dealix-ledger show 2
	[ "$(field '.payloads[]|.schema_version')" = dealix.enforcement.policy.v1 ]
	run -0 dealix-ledger show -F text 0
	[[ ${lines[0]} == *log_opened* ]]
}

@test "ledger: what is not there: entry_not_found, 1" {
	request a 1 | dealix-gate decide >/dev/null 2>&1
	for what in 4 99 9223372036854775806 nope 01a1fec7-a2d8-77d1-8d21-38f27d6706de; do
		refused 1 entry_not_found dealix-ledger show "$what"
		refused 1 entry_not_found dealix-ledger trace "$what"
	done
	refused 2 usage dealix-ledger show
	refused 2 usage dealix-ledger show 1 2
	refused 3 store_unavailable dealix-ledger list -s absent
}

@test "ledger: trace by decision, approval and ledger id tells the same story" {
	request a 100 '"environment":"prod"' | waits >a 2>/dev/null
	request b 1 | dealix-gate decide >/dev/null
	decision=$(jq -r .decision_id a) approval=$(jq -r .approval_request_id a)
	dealix-ledger trace "$decision" >t
	[ "$(jq -r '[.state.decision,.state.approval_id,.state.approval_status,.state.generation]|map(tostring)|join(" ")' t)" = "REQUIRE_APPROVAL $approval pending 1" ]
	[ "$(jq -c '[.entries[].seq]' t)" = '[3]' ]
	[ "$(jq '.payloads|length' t)" = 2 ]
	for id in "$approval" "$(jq -r '.entries[0].entry.ledger_id' t)"; do
		dealix-ledger trace "$id" | jq -c 'del(.id)' | cmp - <(jq -c 'del(.id)' t)
	done
	run -0 dealix-ledger trace -F text "$approval"
	[ "${#lines[@]}" -eq 1 ]
}

@test "ledger: trace of a decision whose approval ended names both entries" {
	request a 100 '"environment":"prod"' | faketime '2026-03-01 10:00:00' dealix-gate decide >a 2>/dev/null || [ $? -eq 4 ]
	request b 1 | faketime '2026-03-01 11:00:00' dealix-gate decide >/dev/null
	run -0 dealix-ledger trace "$(jq -r .decision_id a)"
	[ "$(field '[.entries[].entry.event]|join(",")')" = decision_created,approval_expired ]
	[ "$(field .state.approval_status)" = expired ]
}

# --- budgets ---

@test "ledger: budget set and list: limit, held, headroom; set again replaces" {
	dealix-ledger budget set default --limit 100 >/dev/null 2>&1
	request a 30.5 | dealix-gate decide >/dev/null
	run -0 dealix-ledger budget set default --limit 80
	[ "$(field '[.monthly_limit_usd,.held_usd,.headroom_usd,.active,.created_by]|map(tostring)|join(" ")')" = "80.0000 30.5000 49.5000 true $me" ]
	run -0 dealix-ledger budget set default --limit 10
	[ "$(field .headroom_usd)" = 0.0000 ]
	dealix-ledger budget set alpha --limit 1 >/dev/null
	[ "$(dealix-ledger budget list | jq -r .scope_key | paste -sd,)" = alpha,default ]
	[ "$(dealix-ledger list --event budget_set | jq -r '.details.monthly_limit_usd' | paste -sd,)" = 1.0000,10.0000,80.0000,100.0000 ]
}

@test "ledger: the scope key is trimmed and lower-cased, empty is default, at most 128 characters" {
	dealix-ledger budget set '  Shop ' --limit 1 >a 2>/dev/null
	[ "$(jq -r .scope_key a)" = shop ]
	run -0 dealix-ledger budget set ' ' --limit 1
	[ "$(field .scope_key)" = default ]
	run -0 dealix-ledger budget set "$(printf '%0128d' 0)" --limit 1
	run -0 dealix-ledger budget set "$(python3 -c 'print("\u00e9" * 128)')" --limit 1
	refused 2 field_too_long dealix-ledger budget set "$(printf '%0129d' 0)" --limit 1
	refused 2 text_invalid dealix-ledger budget set $'a\tb' --limit 1
	refused 2 text_invalid dealix-ledger budget set $'a\xff' --limit 1
	[ "$(dealix-ledger budget list | wc -l)" -eq 4 ]
}

@test "ledger: bad amounts are refused each with its code, and make no store" {
	for row in '1e3 money_invalid' '-1 money_negative' '-0 money_negative' 'abc money_invalid' '1,5 money_invalid' '01 money_invalid' '.5 money_invalid' \
		'+1 money_invalid' '5. money_invalid' 'NaN money_invalid' '99999999999 money_invalid' '9999999999.99995 money_out_of_range' '0.1234567890123 money_invalid'; do
		refused 2 "${row#* }" dealix-ledger budget set x --limit="${row% *}"
	done
	refused 2 money_invalid dealix-ledger budget set x --limit=
	refused 2 usage dealix-ledger budget set x
	refused 2 usage dealix-ledger budget set --limit 1
	[ ! -e .dealix ]
	dealix-ledger budget set x --limit 9999999999.9999 >a 2>/dev/null
	dealix-ledger budget set x --limit 0.00015 >b
	dealix-ledger budget set x --limit 0 >c
	[ "$(jq -r .monthly_limit_usd a b c | paste -sd,)" = 9999999999.9999,0.0002,0.0000 ]
}

@test "ledger: an inactive budget does not count: the project falls through to default" {
	dealix-ledger budget set shop --limit 10 >/dev/null 2>&1
	dealix-ledger budget set default --limit 1000 >/dev/null
	request a 50 '"project_id":"shop"' | { run -4 --separate-stderr dealix-gate decide; [[ $output == *budget_exceeded* ]]; }
	dealix-ledger budget set shop --limit 10 --inactive | { run -0 cat; [ "$(field .active)" = false ]; }
	request b 50 '"project_id":"shop"' | { run -0 --separate-stderr dealix-gate decide; [ "$(field .budget_scope_key)" = default ]; }
	request c 50 '"project_id":"other"' | { run -0 --separate-stderr dealix-gate decide; [ "$(field .budget_scope_key)" = default ]; }
}

# --- who may ---

@test "ledger: a member decides, reads policy and budgets, and may neither read the ledger nor change anything" {
	principals member '' "$other_owner" >p.json
	request a 1 | { run -0 --separate-stderr dealix-gate decide --principals p.json; }
	run -0 dealix-gate policy show
	run -0 dealix-gate policy history
	run -0 dealix-ledger budget list
	refused 1 role_insufficient dealix-ledger list
	refused 1 role_insufficient dealix-ledger show 0
	refused 1 role_insufficient dealix-ledger trace nope
	refused 1 role_insufficient dealix-ledger budget set x --limit 1
	refused 1 role_insufficient dealix-gate policy set --setting entitlements.missing_budget=violate
	[ "$(sqlite3 .dealix/store.db "select entry from ledger_entry where seq=3" | jq -r '[.actor.id,.actor.role,.actor.auth]|join(" ")')" = 'caller member os-user' ]
}

@test "ledger: an admin sets budgets and policy, but only an owner overrides a missing promotion" {
	principals admin '' "$other_owner" >p.json
	dealix-ledger budget set x --limit 1 --principals p.json >/dev/null 2>&1
	run -0 dealix-gate policy set --setting entitlements.missing_budget=violate
	refused 1 promotion_record_missing dealix-gate policy set --setting mode_matrix.ci_prod=hard
	refused 1 role_insufficient dealix-gate policy set --setting mode_matrix.ci_prod=hard --override-reason because
	run -0 dealix-ledger list
}

@test "ledger: a caller whom the principals do not name: principal_unknown, and no store" {
	printf '{"schema":"dealix.principals.v1","tenant_id":"default","principals":[%s]}' "$other_owner" >p.json
	refused 1 principal_unknown dealix-ledger budget set x --limit 1 --principals p.json
	refused 1 principal_unknown dealix-gate decide --principals p.json <<<"$(request a 1)"
	refused 1 principal_unknown dealix-gate policy set --setting entitlements.missing_budget=violate --principals p.json
	[ ! -e .dealix ]
	printf '{"schema":"dealix.principals.v1","tenant_id":"default","principals":[{"id":"caller","role":"owner","os_users":["%s"],"disabled":true},%s]}' "$me" "$other_owner" >p.json
	refused 1 principal_disabled dealix-ledger budget set x --limit 1 --principals p.json
	[ ! -e .dealix ]
}

@test "ledger: the principals of the store are those in force: another document is principals_mismatch" {
	principals owner >p.json
	dealix-ledger budget set x --limit 1 --principals p.json >/dev/null 2>&1
	run -0 dealix-ledger budget list --principals p.json
	principals owner '"tier":"pro"' >q.json
	refused 1 principals_mismatch dealix-ledger budget list --principals q.json
	refused 1 principals_mismatch dealix-ledger list --principals q.json
	refused 1 principals_mismatch dealix-gate decide --principals q.json <<<"$(request a 1)"
	refused 1 actor_mismatch dealix-ledger list --actor "$me-not"
	run -0 dealix-ledger list --actor caller
}

@test "ledger: faults of a principals document, each with its code; no store" {
	bad() { printf '%s' "$2" >p.json; refused 2 "$1" dealix-ledger budget set x --limit 1 --principals p.json; }
	one() { printf '{"schema":"dealix.principals.v1","tenant_id":"default","principals":[%s]}' "$1"; }
	key=$(printf 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICVDuS/xCVURR2rcg2nbbdyTNmWhGXjdoUBO4QZsqVWd')
	bad principals_document_invalid "$(one '')"
	bad principals_document_invalid "$(one '{"id":"a","role":"king"}')"
	bad principals_document_invalid "$(one '{"id":"A b","role":"owner"}')"
	bad principals_document_invalid "$(one '{"id":"a","role":"owner","login":"x"}')"
	[[ $stderr == */principals/0/login* ]]
	bad principal_duplicate "$(one '{"id":"a","role":"owner"},{"id":"a","role":"member"}')"
	bad principal_os_user_duplicate "$(one '{"id":"a","role":"owner","os_users":["x"]},{"id":"b","role":"member","os_users":["x"]}')"
	bad principal_key_invalid "$(one '{"id":"a","role":"owner","ssh_keys":[{"public_key":"ssh-dss AAAA"}]}')"
	bad principal_key_duplicate "$(one "{\"id\":\"a\",\"role\":\"owner\",\"ssh_keys\":[{\"public_key\":\"$key\"}]},{\"id\":\"b\",\"role\":\"owner\",\"ssh_keys\":[{\"public_key\":\"$key\"}]}")"
	bad json_invalid '{'
	[ ! -e .dealix ]
}

@test "ledger: a tier that lacks the features: feature_not_enabled for every verb, no decision and no store" {
	principals owner '"tier":"free"' >free.json
	refused 1 feature_not_enabled dealix-gate decide --principals free.json <<<"$(request a 1)"
	refused 1 feature_not_enabled dealix-ledger budget set x --limit 1 --principals free.json
	[[ $stderr == *free*api_access*policy_configuration* ]]
	[ ! -e .dealix ]
	principals owner '"tier":"pro"' >pro.json
	request a 1 | { run -0 --separate-stderr dealix-gate decide --principals pro.json; [ "$(field .tenant_tier)" = pro ]; }
}

# --- tenants ---

@test "ledger: tenants are isolated: entries, budgets, decisions and keys of one are not seen by another" {
	request a 1 | dealix-gate decide -k deploy-1 >a 2>/dev/null
	dealix-ledger budget set shop --limit 9 >/dev/null
	dealix-gate policy set -t beta --setting entitlements.auto_approve_below_monthly_usd=20 >/dev/null
	refused 1 entry_not_found dealix-ledger show -t beta "$(jq -r .decision_id a)"
	refused 1 entry_not_found dealix-ledger trace -t beta "$(jq -r .decision_id a)"
	[ -z "$(dealix-ledger budget list -t beta)" ]
	request a 2 | dealix-gate decide -k deploy-1 -t beta >b
	[ "$(jq -r '[.tenant_id,.replayed]|map(tostring)|join(" ")' b)" = 'beta false' ]
	[ "$(dealix-ledger list -t beta | jq -r .tenant_id | sort -u)" = beta ]
	[ "$(dealix-ledger list -t beta | jq -r .seq | paste -sd,)" = 3,2,1,0 ]
	[ "$(dealix-ledger list | jq -r .tenant_id | sort -u)" = default ]
	[ "$(dealix-ledger list --oldest-first -l 1 | jq -r .origin)" != "$(dealix-ledger list -t beta --oldest-first -l 1 | jq -r .origin)" ]
	[ "$(dealix-verify store | wc -l)" -eq 2 ]
	run -0 dealix-verify store -t beta
	[ "$(field '[.tenant_id,.size]|map(tostring)|join(" ")')" = 'beta 4' ]
	refused 1 tenant_unknown dealix-verify store -t gamma
	refused 2 tenant_invalid dealix-ledger list -t 'No Such'
}

# --- where the store is ---

@test "ledger: --store, else DEALIX_STORE, else the nearest .dealix upward" {
	request a 1 | dealix-gate decide >/dev/null 2>&1
	mkdir -p deep/er
	[ "$(cd deep/er && dealix-ledger list | wc -l)" -eq 4 ]
	request b 1 | dealix-gate decide -s "sqlite:$PWD/two" >/dev/null 2>&1
	[ "$(dealix-ledger list -s two | wc -l)" -eq 4 ]
	[ "$(dealix-ledger list -s two/store.db | wc -l)" -eq 4 ]
	request c 1 | dealix-gate decide -s two >/dev/null
	[ "$(DEALIX_STORE=$PWD/two dealix-ledger list | wc -l)" -eq 5 ]
	[ "$(DEALIX_STORE=$PWD/two dealix-ledger list -s .dealix | wc -l)" -eq 4 ]
	mkdir empty
	refused 3 store_unavailable dealix-ledger list -s empty
	echo 'not a database' >junk
	mkdir bad && cp junk bad/store.db
	run --separate-stderr dealix-ledger list -s bad
	[ "$status" -eq 3 ]
	rm -r bad
	sqlite3 foreign.db 'create table t(a)'
	mkdir other && mv foreign.db other/store.db
	refused 3 store_version_unsupported dealix-ledger list -s other
	rm -r other
}

@test "ledger: a store is a private folder that makes no work tree dirty" {
	umask 022
	git init -q . 2>/dev/null || skip 'git is absent'
	mkdir sub
	request a 1 | (cd sub && dealix-gate decide >/dev/null 2>&1)
	[ -d .dealix ]
	[ "$(stat -c %a .dealix)" = 700 ]
	[ "$(stat -c %a .dealix/store.db .dealix/lock | sort -u)" = 600 ]
	[ -z "$(git status --porcelain -- .dealix)" ]
}

@test "ledger: --log-domain names the origin; a bad one is a usage error and makes no store" {
	request a 1 | dealix-gate decide --log-domain ledger.example >/dev/null 2>&1
	[ "$(dealix-ledger list -l 1 | jq -r .origin)" = ledger.example/default ]
	for domain in 'a b' 'a+b' ''; do
		run --separate-stderr dealix-gate decide -s st --log-domain "$domain" <<<"$(request a 1)"
		[ "$status" -eq 2 ] || { echo "[$domain] $status: $output $stderr"; return 1; }
		[[ $stderr == *'[usage]'* ]]
	done
	[ ! -e st ]
}

# --- guards of the database itself ---

@test "ledger: the database refuses updates, deletes, gaps, duplicates and replacements (L07)" {
	request a 1 | dealix-gate decide >/dev/null 2>&1
	no() {
		run sqlite3 .dealix/store.db "$1"
		[ "$status" -ne 0 ] || { echo "taken: $1"; return 1; }
		[[ $output == *"$2"* ]] || { echo "$1: $output"; return 1; }
	}
	no 'update ledger_entry set seq=9 where seq=3' ledger_immutable
	no 'delete from ledger_entry' ledger_immutable
	no 'insert or replace into ledger_entry select * from ledger_entry where seq=1' ledger_seq_conflict
	no "insert into ledger_entry select tenant_id, 9, entry, leaf_hash, prev_hash from ledger_entry where seq=3" ledger_seq_conflict
	no "insert into ledger_entry select tenant_id, 4, entry, leaf_hash, prev_hash from ledger_entry where seq=1" ledger_prev_mismatch
	no 'update ledger_payload set bytes=x'"''" ledger_immutable
	no 'delete from ledger_payload' ledger_immutable
	no 'insert or replace into ledger_payload select * from ledger_payload limit 1' ledger_immutable
	no "insert or replace into ledger_payload(rowid,tenant_id,sha256,bytes) select rowid,'x',sha256,bytes from ledger_payload limit 1" ledger_immutable
	no 'update ledger_node set idx=9' ledger_immutable
	no 'delete from ledger_node' ledger_immutable
	no 'insert or replace into ledger_node select * from ledger_node limit 1' ledger_immutable
}
