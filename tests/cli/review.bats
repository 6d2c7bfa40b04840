load ../lib
load ../documents

# Found by reading against the pages; each failed once.

@test "replay: a lapsed approval is expired at once, and a derived key asks anew (A04, D47 c)" {
	dealix-ledger budget set default --limit 9999 >/dev/null 2>&1
	request m 4000 '"environment":"prod"' >r
	run -4 dealix-gate decide r
	run -4 faketime -f +16m dealix-gate decide r
	[ "$(field '[.replayed,.generation,.approval_status]|map(tostring)|join(" ")')" = 'false 2 pending' ]
	[ "$(dealix-ledger budget list | jq -r .held_usd)" = 4000.0000 ]
	run -4 dealix-gate decide -k key-1 r
	run -4 faketime -f +40m dealix-gate decide -k key-1 r
	[ "$(field '[.replayed,.approval_status]|map(tostring)|join(" ")')" = 'true expired' ]
	run -4 faketime -f +40m dealix-gate decide -k key-1 --reopen r
	[ "$(field .generation)" = 2 ]
}

@test "replay: a fail-safe answer in between does not leave the replaced hold standing (D47 a)" {
	dealix-ledger budget set default --limit 100 >/dev/null 2>&1
	doc x 1 "$(rule a warn empty)" >r1.json
	doc x 2 "$(rule a warn 'def f: f; f')" >r2.json
	doc x 3 "$(rule a warn false)" >r3.json
	request m 60 >r
	run -0 dealix-gate decide -r r1.json r
	dealix-gate decide -r r2.json r >fs 2>/dev/null || true
	[ "$(jq -r .evaluation_path fs)" = failsafe ]
	run -0 dealix-gate decide -r r3.json r
	[ "$(field .generation)" = 3 ]
	[ "$(dealix-ledger budget list | jq -r .held_usd)" = 60.0000 ]
}

@test "verify: the last entry edited with its leaf contradicts its payloads" {
	request a 1 | dealix-gate decide >/dev/null 2>&1
	request b 2 | dealix-gate decide >/dev/null
	KEEP_DAMAGED=1
	python3 - <<'P'
import hashlib, sqlite3
c = sqlite3.connect('.dealix/store.db')
seq, e = c.execute('select seq, entry from ledger_entry order by seq desc limit 1').fetchone()
sql = c.execute("select sql from sqlite_master where name='ledger_entry_no_update'").fetchone()[0]
e = e.replace(b'"reason_codes":["no_budget_configured"]', b'"reason_codes":[]')
c.execute('drop trigger ledger_entry_no_update')
c.execute('update ledger_entry set entry=?, leaf_hash=? where seq=?', (e, hashlib.sha256(b'\0' + e).digest(), seq))
c.execute(sql)
c.commit()
P
	run -5 dealix-verify store
	[[ $output == *semantic_violation* ]]
}

@test "tenants: every log of a store has the domain of the store" {
	request m 1 | dealix-gate decide --log-domain ledger.example >/dev/null 2>&1
	dealix-gate policy set -t other --setting execution.default_ttl_seconds=60 >/dev/null
	[ "$(dealix-ledger list -t other --event log_opened | jq -r .origin)" = ledger.example/other ]
	run -2 --separate-stderr dealix-gate policy set -t third --log-domain my.example --setting execution.default_ttl_seconds=60
	[[ $stderr == *'[usage]' ]]
}

@test "formats: a refused review is in the report, and nothing else is on stdout" {
	printf '{"apiVersion":"v1","kind":"AdmissionReview","request":{"uid":"u-1"}}' >v1
	run -0 --separate-stderr dealix-gate decide -n -f admission-review -F junit v1
	xmllint --noout - <<<"$output"
	[[ $output == *admission_version_unsupported* ]]
	run -0 --separate-stderr dealix-gate decide -n -f admission-review -F tap v1
	[[ $output == *'not ok 1'* ]]
}

@test "decide: among several files one that cannot be read is answered in its place, by name" {
	request a 1 >a; request b 1 >b
	run -3 --separate-stderr dealix-gate decide -n a nope b
	[ "${#lines[@]}" -eq 3 ]
	[ "$(field '[.error.code,.line]|map(tostring)|join(" ")' "${lines[1]}")" = 'file_unreadable 1' ]
	[[ $(field .error.detail "${lines[1]}") == nope:* ]]
}

@test "policy show: --version N is the version of the policy" {
	request m 1 | dealix-gate decide >/dev/null 2>&1
	dealix-gate policy set --setting execution.default_ttl_seconds=60 >/dev/null
	[ "$(dealix-gate policy show --version 1 | jq .execution.default_ttl_seconds)" = 900 ]
	run -1 --separate-stderr dealix-gate policy show --version 77
	[[ $stderr == *'[policy_not_found]' ]]
	[[ $(dealix-gate --version) == dealix-gate* ]]
}

@test "principals: a document of another tenant, or without an owner, opens no log" {
	me=$(id -un)
	p() { printf '{"schema":"dealix.principals.v1","tenant_id":"%s","principals":[{"id":"me","role":"%s","os_users":["%s"]}]}' "$1" "$2" "$me"; }
	p other owner >other.json; p default member >member.json; p default owner >good.json
	for f in other member; do
		run -2 --separate-stderr dealix-gate decide --principals $f.json <<<"$(request m 1)"
		[[ $stderr == *'[principals_document_invalid]' ]]
		[ ! -e .dealix ]
	done
	run -0 dealix-gate decide --principals good.json <<<"$(request m 1)"
}

@test "policy set: a blank reason is none" {
	request m 1 | dealix-gate decide >/dev/null 2>&1
	run -2 dealix-gate policy set --setting mode_matrix.terraform_prod=hard --override-reason '  '
}

@test "findings: blank lines before the document count" {
	doc r 1 "$(rule a warn '{message:"m",path:["action"]}')" >r.json
	{ printf '\n\n'; request m 1; } >q
	[ "$(dealix-gate decide -n -r r.json q | jq '.findings[0].line')" = 3 ]
}

@test "rules: a rule set that changes while a batch runs is the one that judges the rest" {
	doc ra 1 "$(rule a deny true)" >ra.json
	mkfifo in out
	exec 8<>out
	dealix-gate decide in >out 2>/dev/null 8<&- &
	exec 7>in
	request a 1 >&7; request b 1 >&7
	read -r -t 20 a <&8; read -r -t 20 b <&8
	dealix-gate policy set --rules ra.json >/dev/null
	echo '{"bad":1}' >&7
	read -r -t 20 refused <&8
	request c 1 >&7
	read -r -t 20 c <&8
	exec 7>&- 8<&-
	wait || true
	[ "$(field .decision "$a")" = ALLOW ]
	[ "$(field .decision "$c")" = DENY ]
	[ "$(field '.findings|length' "$c")" = 1 ]
}

@test "fail-safe: a pinned policy counts, not the copy that lies in the folder" {
	dealix-gate policy set --setting mode_matrix.terraform_default=shadow >/dev/null 2>&1
	KEEP_DAMAGED=1
	jq '.mode_matrix|=map_values(if . == null then null else "hard" end)' "$ROOT/policies/default.json" >hard.json
	rm -f .dealix/store.db-*; head -c 4096 /dev/urandom >.dealix/store.db
	run -3 --separate-stderr dealix-gate decide -p hard.json <<<"$(request m 1)"
	[ "$(field '[.decision,.mode]|join(" ")')" = 'DENY hard' ]
	rm .dealix/policy-default.json; mkfifo .dealix/policy-default.json
	run -3 --separate-stderr timeout 20 dealix-gate decide <<<"$(request m 1)"
}

@test "store: a link to a database that is away is not taken for room for a new store" {
	request m 1 | dealix-gate decide >/dev/null 2>&1
	KEEP_DAMAGED=1
	mkdir vol; mv .dealix/store.db vol/; rm -f .dealix/store.db-*
	ln -s "$PWD/vol/store.db" .dealix/store.db
	mv vol away
	for i in 1 2; do
		run -3 --separate-stderr dealix-gate decide <<<"$(request m$i 1)"
		[ "$(field .persisted)" = false ]
	done
	[ -L .dealix/store.db ]
}

@test "decide: a dry run that the document asks for creates no store either" {
	run -0 --separate-stderr dealix-gate decide <<<"$(request m 1 '"dry_run":true')"
	[ "$(field .persisted)" = false ]
	[ ! -e .dealix ]
}

@test "rules: findings with addresses on a large plan take no longer than the rule itself" {
	python3 -c '
import json
print(json.dumps({"format_version":"1.2","planned_values":{},"resource_changes":[{"address":"a.b[%d]"%i,"mode":"managed","type":"a","name":"b","change":{"actions":["create"],"before":None,"after":{}}} for i in range(20000)]}))' >big.json
	doc x 1 "$(rule a warn '.resource_changes[] | {message: "m", address: .address}')" >x.json
	run -0 --separate-stderr timeout 60 dealix-gate decide -n -f terraform-plan -r x.json big.json
	[ "$(field '.findings[0].pointer')" = /resource_changes/0 ]
	[ "$(field .findings_truncated)" = 19800 ]
}
