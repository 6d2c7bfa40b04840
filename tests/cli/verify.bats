load ../lib
load ../documents

# One sound store for the whole file, 8 entries: 0 log_opened, 1 principals, 2 policy, 3 rules, 4 budget, 5 decision with a hold,
# 6 policy, 7 decision that waits for approval.  Each test damages a copy of it named bad.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	doc r 1 "$(rule a warn '.metadata.note? // empty')" >r.json
	{
		dealix-gate policy set --setting entitlements.auto_approve_below_monthly_usd=50 -r r.json
		dealix-ledger budget set default --limit 500
		request a 40 '"metadata":{"note":"look"}' | dealix-gate decide
		dealix-gate policy set --setting entitlements.auto_approve_below_monthly_usd=20
		request b 100 '"environment":"prod"' | dealix-gate decide || [ $? -eq 4 ]
	} >/dev/null 2>err || { cat err; return 1; }
	sqlite3 .dealix/store.db 'pragma wal_checkpoint(truncate)' >/dev/null
	sqlite3 .dealix/store.db "select 'drop trigger '||name||';' from sqlite_master where type='trigger'" >drop.sql
	sqlite3 .dealix/store.db "select sql||';' from sqlite_master where type='trigger'" >create.sql
	mv .dealix base
}

scene() { KEEP_DAMAGED=1; }

fresh() { rm -rf bad; cp -r "$BATS_FILE_TMPDIR/base" bad; }

# SQL on a copy, or on what bad is already; the triggers are dropped before and put back after, as somebody who hides it would.
edit() {
	fresh
	edit_more "$1"
}
edit_more() {
	{
		cat "$BATS_FILE_TMPDIR/drop.sql"
		echo 'pragma ignore_check_constraints=on;'
		echo "$1;"
		cat "$BATS_FILE_TMPDIR/create.sql"
	} >edit.sql
	sqlite3 -bail bad/store.db <edit.sql
}

# Python on an entry of a copy; what follows is linked anew (tests/data/forge.py).
forge() {
	fresh
	python3 "$ROOT/tests/data/forge.py" bad "$1" "$2"
}

# found CODE [SEQ]: verify finds it, exit 5, ok false; the first bad entry is SEQ.
found() {
	run -5 --separate-stderr dealix-verify store -s bad
	[[ $output == '{"findings":['*'"ok":false'* ]] || { echo "$output"; return 1; }
	[[ $output == *"\"code\":\"$1\""* ]] || { echo "want $1: $output"; return 1; }
	[ -z "${2:-}" ] || [[ $output == *"\"first_bad_seq\":$2,"* ]] || { echo "want entry $2: $output"; return 1; }
}
# The bytes of an entry with a change of text in them; the stored leaf stays.
text_edit() { edit "update ledger_entry set entry=cast(replace(cast(entry as text),'$2','$3') as blob) where seq=$1"; }

@test "verify: a sound store: one report a tenant, exit 0, also with --strict" {
	fresh
	run -0 --separate-stderr dealix-verify store -s bad --strict
	[ -z "$stderr" ]
	[ "$(field '[.schema,.ok,.size,.tenant_id,(.findings|length),has("first_bad_seq")]|map(tostring)|join(" ")')" = 'dealix.verify.report.v1 true 8 default 0 false' ]
	[ "$(field .origin)" = "$(dealix-ledger list -s bad -l 1 | jq -r .origin)" ]
	jq -cS . <<<"$output" | cmp - <(echo "$output")
}

@test "verify: text says verified or DAMAGED, a line a finding" {
	fresh
	run -0 dealix-verify store -s bad -F text
	[[ ${lines[0]} == verified*'8 entries'*root* ]]
	text_edit 5 '"40.0000"' '"41.0000"'
	run -5 dealix-verify store -s bad -F text
	[[ ${lines[0]} == DAMAGED* ]]
	grep -q '^  entry 5: .*\[entry_hash_mismatch\]$' <<<"$output"
}

@test "verify: a byte of an entry changed, leaf left: entry_hash_mismatch at the entry" {
	text_edit 5 '"40.0000"' '"41.0000"'
	found entry_hash_mismatch 5
	text_edit 0 'log_opened' 'log_closed'
	found entry_schema 0
	edit "update ledger_entry set leaf_hash=randomblob(32) where seq=2"
	found entry_hash_mismatch 2
	edit "update ledger_entry set prev_hash=randomblob(32) where seq=2"
	found entry_hash_mismatch 2
}

@test "verify: any byte of any entry: never verified" {
	for seq in 0 1 2 3 4 5 6 7; do
		for at in 2 60 '(length(entry)/2)' 'length(entry)'; do
			edit "update ledger_entry set entry=cast(substr(entry,1,$at-1)||x'58'||substr(entry,$at+1) as blob) where seq=$seq"
			run -5 dealix-verify store -s bad
			[[ $output == *"\"first_bad_seq\":$seq,"* ]] || { echo "$seq $at: $output"; return 1; }
		done
	done
}

@test "verify: changed and hashed anew: chain_broken at the next, root_mismatch where it is the last" {
	python3 - <<'PY' >sql
import hashlib, sqlite3, os
db = sqlite3.connect("file:" + os.environ["BATS_FILE_TMPDIR"] + "/base/store.db?mode=ro", uri=True)
for seq in (5, 7):
    e = db.execute("select entry from ledger_entry where seq=?", (seq,)).fetchone()[0]
    e = e.replace(b'"ci"', b'"terraform"') if seq == 7 else e.replace(b'"owner"', b'"admin"')
    print("update ledger_entry set entry=x'%s', leaf_hash=x'%s' where seq=%d" % (e.hex(), hashlib.sha256(b"\0" + e).hexdigest(), seq))
PY
	edit "$(sed -n 1p sql)"
	found chain_broken 5
	[ "$(field '.findings[]|select(.code=="chain_broken").seq')" = 6 ]
	edit "$(sed -n 2p sql)"
	found root_mismatch 7
}

@test "verify: a whole suffix chained anew still differs from the stored tree" {
	forge 5 'e["actor"]["role"] = "admin"'
	sqlite3 "$BATS_FILE_TMPDIR/base/store.db" 'select hex(hash) from ledger_node where level=3' >old
	edit_more "delete from ledger_node where level=3; insert into ledger_node values('default',3,0,x'$(cat old)')"
	found root_mismatch
}

@test "verify: an entry written in another way: entry_not_canonical" {
	text_edit 5 '{"actor"' '{ "actor"'
	found entry_not_canonical 5
	text_edit 5 '"auth":"os-user","id"' '"auth":"os\u002duser","id"'
	found entry_not_canonical 5
	text_edit 5 '"generation":1' '"generation":1.0'
	run -5 dealix-verify store -s bad
	[[ $output == *entry_not_canonical* || $output == *entry_schema* ]]
	text_edit 5 '"dry_run":false' '"dry_run":false,"dry_run":false'
	found entry_not_canonical 5
	text_edit 5 '"details":{},"event":"decision_created"' '"event":"decision_created","details":{}'
	found entry_not_canonical 5
	edit "update ledger_entry set entry=cast('{\"a\":' as blob) where seq=3"
	found entry_not_canonical 3
}

@test "verify: members added, missing or of another type, an unknown event: entry_schema" {
	forge 5 'e["extra"] = 1'
	found entry_schema 5
	forge 5 'del e["actor"]'
	found entry_schema 5
	forge 5 'e["decision"]["generation"] = "1"'
	found entry_schema 5
	forge 5 'e["decision"]["surprise"] = True'
	found entry_schema 5
	forge 5 'del e["decision"]["mode"]'
	found entry_schema 5
	forge 4 'e["event"] = "budget_forgotten"'
	found entry_schema 4
	forge 4 'e["details"]["secret"] = {"deep": 1}'
	found entry_schema 4
	forge 4 'e["details"]["active"] = None'
	found entry_schema 4
	forge 7 'del e["approval"]'
	run -5 dealix-verify store -s bad
	forge 5 'e["decision"]["reserved_allocation_usd"] = "-1.0000"; e["decision"]["reserved_total_usd"] = "-1.0000"'
	found entry_schema 5
}

@test "verify: an entry removed, doubled, out of order, or its removal hidden" {
	edit 'delete from ledger_entry where seq=4'
	found seq_gap
	edit "update ledger_entry set entry=(select entry from ledger_entry where seq=3), leaf_hash=(select leaf_hash from ledger_entry where seq=3), prev_hash=(select prev_hash from ledger_entry where seq=3) where seq=4"
	found seq_duplicate
	edit "update ledger_entry set seq=100 where seq=4; update ledger_entry set seq=4 where seq=5; update ledger_entry set seq=5 where seq=100"
	found seq_order
	forge 3 'drop = True; unlinked = True'
	found chain_broken 3
}

@test "verify: the end removed: log_truncated, and the tables that still tell of it" {
	edit 'delete from ledger_entry where seq=7'
	found log_truncated
	edit 'delete from ledger_entry where seq>=5'
	found log_truncated
	edit "delete from ledger_entry where seq=7; update tenant set size=7"
	found projection_mismatch
	edit "delete from ledger_entry"
	found log_truncated
}

@test "verify: an entry of another tenant; a log moved; a changed genesis" {
	forge 5 'e["tenant_id"] = "beta"'
	found ledger_tenant_mismatch 5
	forge 5 'e["origin"] = "elsewhere.example/default"'
	found origin_mismatch 5
	edit "update tenant set origin='elsewhere.example/default'"
	found origin_mismatch 0
	forge 0 'e["prev"] = "00" * 32'
	found genesis_mismatch 0
}

@test "verify: a clock set back in an entry: recorded_at_regression" {
	forge 5 'e["recorded_at"] = "2001-01-01T00:00:00.000000Z"'
	found recorded_at_regression 5
}

@test "verify: valid entries that tell an impossible story: semantic_violation with the rule's name" {
	forge 5 'e["decision"]["reserved_total_usd"] = "41.0000"'
	found semantic_violation 5
	[[ $output == *reserved_total* ]]
	forge 5 'for m in ("decision", "approval"): e.pop(m, None)
e.update(event="log_opened", details={}, subject={"type": "log", "id": e["origin"]}, actor={"auth": "system", "id": "00000000-0000-0000-0000-000000000000", "role": "system"})'
	found semantic_violation 5
	[[ $output == *log_opened_once* ]]
	forge 2 'drop = True'
	found semantic_violation
	[[ $output == *first_documents* ]]
	forge 5 'd = dict(e); d["ledger_id"] = "01a1fec7-a2d8-77d1-8d21-38f27d6706de"; more.append(d)'
	found semantic_violation 6
	forge 7 'e["subject"]["id"] = "01a1fec7-a2d8-77d1-8d21-38f27d6706de"'
	found semantic_violation 7
	forge 6 'e["details"]["parent_sha256"] = "00" * 32'
	found semantic_violation 6
	forge 7 'e["approval"]["status"] = "approved"'
	found semantic_violation 7
}

@test "verify: a payload changed or gone; --no-payloads leaves them out" {
	edit "update ledger_payload set bytes=cast(cast(bytes as text)||' ' as blob) where sha256=(select response_sha256 from decision where seq=5)"
	found payload_hash_mismatch
	[[ $output == *'"seq":5'* ]]
	run -0 dealix-verify store -s bad --no-payloads
	edit "delete from ledger_payload where sha256=(select request_sha256 from decision where seq=5)"
	found payload_missing 5
	run -0 dealix-verify store -s bad --no-payloads
	edit "delete from ledger_payload where sha256=(select sha256 from rules)"
	found payload_missing
	[[ $output == *'"seq":3'* ]]
	[[ $output == *'"seq":5'* ]]
	edit "delete from ledger_payload where sha256=(select sha256 from policy where version=1)"
	found payload_missing 2
	edit "delete from ledger_payload where sha256=(select sha256 from principals)"
	found payload_missing 1
}

@test "verify: --no-payloads still finds what is wrong with entries, tree and guards" {
	text_edit 5 '"40.0000"' '"41.0000"'
	run -5 dealix-verify store -s bad --no-payloads
	edit "update ledger_node set hash=randomblob(32) where level=2 and idx=1"
	run -5 dealix-verify store -s bad --no-payloads
	edit "update decision set mode='hard' where seq=5"
	run -5 dealix-verify store -s bad --no-payloads
}

@test "verify: any column of any table of state changed: projection_mismatch that names table and column" {
	sqlite3 "$BATS_FILE_TMPDIR/base/store.db" "select m.name, c.name, c.type from sqlite_master m join pragma_table_info(m.name) c where m.type='table' and m.name in ('tenant','policy','principals','rules','budget','decision','approval') and c.name<>'tenant_id'" >columns
	[ "$(wc -l <columns)" -gt 50 ]
	while IFS='|' read -r table column type; do
		case $type in
		INTEGER) value="$column+1" ;;
		BLOB) value="x'$(printf '%064d' 7)'" ;;
		*) value="coalesce($column,'')||'x'" ;;
		esac
		edit "update $table set $column=$value where rowid=(select max(rowid) from $table)"
		run -5 dealix-verify store -s bad
		case $table.$column in
		tenant.origin) want=origin_mismatch ;;
		tenant.size) want=log_truncated ;;
		*) want=projection_mismatch ;;
		esac
		[[ $output == *"\"code\":\"$want\""* ]] || { echo "$table.$column: $output"; return 1; }
		[ $want != projection_mismatch ] || [[ $output == *"table $table, "* ]] || { echo "$table.$column: $output"; return 1; }
	done <columns
}

@test "verify: rows of state removed or added: projection_mismatch" {
	for table in policy principals rules budget decision approval; do
		edit "delete from $table where rowid=(select max(rowid) from $table)"
		found projection_mismatch
	done
	edit "insert into budget values('default','extra',1,1,0,'me')"
	found projection_mismatch
	edit "insert into policy values('default',3,x'$(printf '%064d' 1)',null,'me','2026-01-01T00:00:00.000000Z')"
	found projection_mismatch
	edit "delete from tenant"
	run dealix-verify store -s bad
	[ "$status" -ne 0 ]
}

@test "verify: nodes of the tree changed, removed, added" {
	for level in 1 2 3; do
		edit "update ledger_node set hash=randomblob(32) where level=$level and idx=0"
		found root_mismatch
		edit "delete from ledger_node where level=$level and idx=0"
		found projection_mismatch
	done
	edit "insert into ledger_node values('default',1,4,randomblob(32))"
	found projection_mismatch
	edit "insert into ledger_node values('default',4,0,randomblob(32))"
	found projection_mismatch
}

@test "verify: a guard dropped, weakened or added to: store_guard_missing, each of them" {
	for trigger in $(sqlite3 "$BATS_FILE_TMPDIR/base/store.db" "select name from sqlite_master where type='trigger'"); do
		fresh
		sqlite3 bad/store.db "drop trigger $trigger"
		found store_guard_missing
		[[ $output == *"$trigger"* ]]
	done
	fresh
	sqlite3 bad/store.db "drop trigger ledger_entry_no_update; create trigger ledger_entry_no_update before update on ledger_entry begin select 1; end"
	found store_guard_missing
	fresh
	sqlite3 bad/store.db "create trigger helper after insert on decision begin select 1; end"
	found store_guard_missing
	fresh
	sqlite3 bad/store.db "drop index decision_active"
	found store_guard_missing
	fresh
	sqlite3 bad/store.db "pragma writable_schema=on; update sqlite_master set sql=replace(sql,'CHECK(seq>=0)','') where name='ledger_entry'"
	found store_guard_missing
}

@test "verify: a damaged tenant does not hide another, and a sound one still verifies alone" {
	fresh
	dealix-gate policy set -s bad -t beta --setting entitlements.missing_budget=violate >/dev/null
	edit_more "update ledger_entry set entry=cast(replace(cast(entry as text),'os-user','os-usar') as blob) where tenant_id='beta' and seq=2"
	run -5 dealix-verify store -s bad
	[ "${#lines[@]}" -eq 2 ]
	run -0 dealix-verify store -s bad -t default
	run -5 dealix-verify store -s bad -t beta
}

@test "verify: findings are sorted by entry then code, at most 100, with a count of the rest" {
	for i in $(seq 130); do request "m$i" 1; done >batch
	dealix-gate decide -s many batch >/dev/null 2>&1
	sqlite3 many/store.db "drop trigger ledger_entry_no_update; update ledger_entry set entry=cast(cast(entry as text)||' ' as blob) where seq>2"
	run -5 dealix-verify store -s many
	[ "$(field '.findings|length')" = 100 ]
	[ "$(field '.findings_truncated')" -ge 100 ]
	[ "$(field '[.findings[]|[.seq//-1,.code]]|.==sort')" = true ]
}

@test "verify: bytes of the database file destroyed: 5 or 3, never verified, never a crash" {
	pages=$(($(stat -c %s "$BATS_FILE_TMPDIR/base/store.db") / 8192))
	for page in $(seq 0 $((pages - 1))); do
		fresh
		dd if=/dev/zero of=bad/store.db bs=8192 seek="$page" count=1 conv=notrunc status=none
		run dealix-verify store -s bad
		case $status in 3 | 5) ;; 0) sqlite3 "$BATS_FILE_TMPDIR/base/store.db" "select name from dbstat where pageno=$((page + 1))" | grep . && { echo "page $page"; return 1; } ;; *) echo "page $page: $status"; return 1 ;; esac
	done
	fresh
	truncate -s 8192 bad/store.db
	run dealix-verify store -s bad
	case $status in 3 | 5) ;; *) return 1 ;; esac
}

@test "verify: a damaged store is not written by verifying it, nor is a sound one" {
	for sql in "update decision set mode='hard' where seq=5" 'select 1'; do
		edit "$sql"
		(cd bad && sha256sum store.db lock policy-default.json .gitignore) >before
		run dealix-verify store -s bad
		(cd bad && sha256sum store.db lock policy-default.json .gitignore) | cmp - before
	done
	[ "$status" -eq 0 ]
}

@test "verify: a copy that cannot be written verifies for somebody else" {
	[ "$(id -u)" -eq 0 ] || skip "only root can become somebody else"
	command -v setpriv >/dev/null || skip "setpriv is absent"
	fresh
	chmod 755 "$SCRATCH"
	chmod -R a+rX,a-w bad
	tool=$(command -v dealix-verify)
	cp "$tool" verify && chmod 755 verify
	run -0 --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups ./verify store -s "$PWD/bad"
	[ "$(field .ok)" = true ]
	[ "$(ls -A bad)" = "$(ls -A "$BATS_FILE_TMPDIR/base")" ]
}

@test "verify: a store in use, with its log file, verifies" {
	fresh
	for i in 1 2 3; do request "m$i" 1 | dealix-gate decide -s bad >/dev/null; done
	[ -e bad/store.db-wal ]
	run -0 dealix-verify store -s bad
	[ "$(field .size)" = 11 ]
}

@test "verify: needs no network: none is linked, and an empty network namespace does not matter" {
	tool=$(command -v dealix-verify)
	run -0 ldd "$tool"
	for library in curl git2 pq ssl nghttp ssh; do
		[[ $output != *"lib$library"* ]] || { echo "$library"; return 1; }
	done
	fresh
	unshare -n true 2>/dev/null || skip "no network namespace can be made here"
	run -0 unshare -n dealix-verify store -s bad
	[ "$(field .ok)" = true ]
}

@test "verify: no store, a folder that is none, an unknown tenant, an operand: 3, 3, 1, 2" {
	refused 3 store_unavailable dealix-verify store -s absent
	mkdir none
	refused 3 store_unavailable dealix-verify store -s none
	fresh
	refused 1 tenant_unknown dealix-verify store -s bad -t beta
	refused 2 usage dealix-verify store bad
	refused 2 usage dealix-verify nothing
	fresh
	sqlite3 bad/store.db 'pragma user_version=99'
	refused 3 store_version_unsupported dealix-verify store -s bad
	fresh
	sqlite3 bad/store.db 'pragma application_id=7'
	refused 3 store_version_unsupported dealix-verify store -s bad
}
