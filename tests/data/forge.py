"""What somebody with write access to a store can do to it: forge.py STORE [SEQ STATEMENTS].

Runs STATEMENTS (Python, the entry is e) on entry SEQ, then links and hashes that entry and all behind it anew, writes the tree
nodes that follow, and puts every trigger back as it was.  STATEMENTS may set drop = True to remove the entry, unlinked = True to leave
the next one linked as it was, or append entries to the list more; numbers are given anew."""
import hashlib
import json
import sqlite3
import sys

store, at, statements = sys.argv[1], int(sys.argv[2]), sys.argv[3]
db = sqlite3.connect(store + "/store.db")
triggers = db.execute("select name, sql from sqlite_master where type='trigger'").fetchall()
for name, _ in triggers:
    db.execute("drop trigger " + name)
tenant = db.execute("select tenant_id from tenant order by 1 limit 1").fetchone()[0]
rows = db.execute("select entry, leaf_hash, prev_hash from ledger_entry where tenant_id=? order by seq", (tenant,)).fetchall()


def sha(b):
    return hashlib.sha256(b).digest()


def canonical(e):
    return json.dumps(e, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


out = []
unlinked = False
for seq, (entry, leaf, prev) in enumerate(rows):
    if seq < at:
        out.append((entry, leaf, prev))
        continue
    e = json.loads(entry)
    scope = {"e": e, "drop": False, "more": []}
    if seq == at:
        exec(statements, scope)
        unlinked = scope.get("unlinked", False)
    for one in ([] if scope["drop"] else [e]) + scope["more"]:
        one["seq"] = len(out)
        if out and not unlinked:
            one["prev"] = out[-1][1].hex()
        unlinked = False
        b = canonical(one)
        out.append((b, sha(b"\0" + b), bytes.fromhex(one["prev"])))
db.execute("delete from ledger_entry where tenant_id=?", (tenant,))
db.execute("delete from ledger_node where tenant_id=?", (tenant,))
for seq, row in enumerate(out):
    db.execute("insert into ledger_entry values(?,?,?,?,?)", (tenant, seq) + row)
level = [row[1] for row in out]
n = 0
while len(level) > 1:
    n += 1
    level = [sha(b"\1" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
    for idx, h in enumerate(level):
        db.execute("insert into ledger_node values(?,?,?,?)", (tenant, n, idx, h))
db.execute("update tenant set size=? where tenant_id=?", (len(out), tenant))
for _, sql in triggers:
    db.execute(sql)
db.commit()
