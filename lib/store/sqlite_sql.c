#include <stddef.h>
#include "store/sqlite_sql.h"

/* The schema of ledger page 6.1. */
static const char log_1[] =
"PRAGMA application_id = 1145854020;\n"
"PRAGMA user_version = 1;\n"
"CREATE TABLE ledger_entry(\n"
"  tenant_id TEXT NOT NULL, seq INTEGER NOT NULL CHECK(seq>=0),\n"
"  entry BLOB NOT NULL CHECK(length(entry) BETWEEN 2 AND 65535),\n"
"  leaf_hash BLOB NOT NULL CHECK(length(leaf_hash)=32), prev_hash BLOB NOT NULL CHECK(length(prev_hash)=32),\n"
"  PRIMARY KEY(tenant_id,seq)) STRICT, WITHOUT ROWID;\n"
"CREATE TRIGGER ledger_entry_guard BEFORE INSERT ON ledger_entry BEGIN\n"
"  SELECT RAISE(ABORT,'ledger_seq_conflict') WHERE NEW.seq <> (SELECT coalesce(max(seq)+1,0) FROM ledger_entry WHERE tenant_id=NEW.tenant_id);\n"
"  SELECT RAISE(ABORT,'ledger_prev_mismatch') WHERE NEW.seq>0 AND NEW.prev_hash <> (SELECT leaf_hash FROM ledger_entry WHERE tenant_id=NEW.tenant_id AND seq=NEW.seq-1);\n"
"END;\n"
"CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT,'ledger_immutable'); END;\n"
"CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT,'ledger_immutable'); END;\n"
"CREATE TABLE ledger_payload(tenant_id TEXT NOT NULL, sha256 BLOB NOT NULL CHECK(length(sha256)=32), bytes BLOB NOT NULL, PRIMARY KEY(tenant_id,sha256)) STRICT;\n"
"CREATE TRIGGER ledger_payload_guard BEFORE INSERT ON ledger_payload BEGIN\n"
"  SELECT RAISE(ABORT,'ledger_immutable') WHERE EXISTS(SELECT 1 FROM ledger_payload WHERE tenant_id=NEW.tenant_id AND sha256=NEW.sha256);\n"
"  SELECT RAISE(ABORT,'ledger_immutable') WHERE EXISTS(SELECT 1 FROM ledger_payload WHERE rowid=NEW.rowid);\n"
"END;\n"
"CREATE TRIGGER ledger_payload_no_update BEFORE UPDATE ON ledger_payload BEGIN SELECT RAISE(ABORT,'ledger_immutable'); END;\n"
"CREATE TRIGGER ledger_payload_no_delete BEFORE DELETE ON ledger_payload BEGIN SELECT RAISE(ABORT,'ledger_immutable'); END;\n"
"CREATE TABLE ledger_node(\n"
"  tenant_id TEXT NOT NULL, level INTEGER NOT NULL CHECK(level BETWEEN 1 AND 62), idx INTEGER NOT NULL CHECK(idx>=0),\n"
"  hash BLOB NOT NULL CHECK(length(hash)=32), PRIMARY KEY(tenant_id,level,idx)) STRICT, WITHOUT ROWID;\n"
"CREATE TRIGGER ledger_node_guard BEFORE INSERT ON ledger_node BEGIN\n"
"  SELECT RAISE(ABORT,'ledger_immutable') WHERE EXISTS(SELECT 1 FROM ledger_node WHERE tenant_id=NEW.tenant_id AND level=NEW.level AND idx=NEW.idx);\n"
"END;\n"
"CREATE TRIGGER ledger_node_no_update BEFORE UPDATE ON ledger_node BEGIN SELECT RAISE(ABORT,'ledger_immutable'); END;\n"
"CREATE TRIGGER ledger_node_no_delete BEFORE DELETE ON ledger_node BEGIN SELECT RAISE(ABORT,'ledger_immutable'); END;\n";

static const char state_1[] =
"CREATE TABLE tenant(tenant_id TEXT PRIMARY KEY, origin TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, policy_version INTEGER NOT NULL,\n"
"  principals_version INTEGER NOT NULL, money_seq INTEGER NOT NULL, held_micro INTEGER NOT NULL CHECK(held_micro>=0)) STRICT;\n"
"CREATE TABLE policy(tenant_id TEXT NOT NULL, version INTEGER NOT NULL, sha256 BLOB NOT NULL, parent_sha256 BLOB, actor_id TEXT NOT NULL,\n"
"  created_at TEXT NOT NULL, PRIMARY KEY(tenant_id,version)) STRICT;\n"
"CREATE TABLE principals(tenant_id TEXT NOT NULL, version INTEGER NOT NULL, sha256 BLOB NOT NULL, parent_sha256 BLOB, actor_id TEXT NOT NULL,\n"
"  created_at TEXT NOT NULL, PRIMARY KEY(tenant_id,version)) STRICT;\n"
"CREATE TABLE rules(tenant_id TEXT NOT NULL, rules_id TEXT NOT NULL, seq INTEGER NOT NULL, version TEXT NOT NULL, sha256 BLOB NOT NULL,\n"
"  PRIMARY KEY(tenant_id,rules_id,seq)) STRICT;\n"
"CREATE TABLE budget(tenant_id TEXT NOT NULL, scope_key TEXT NOT NULL, monthly_limit_micro INTEGER NOT NULL CHECK(monthly_limit_micro>=0),\n"
"  active INTEGER NOT NULL CHECK(active IN (0,1)), held_micro INTEGER NOT NULL CHECK(held_micro>=0), created_by TEXT NOT NULL, PRIMARY KEY(tenant_id,scope_key)) STRICT;\n"
"CREATE TABLE decision(tenant_id TEXT NOT NULL, decision_id TEXT NOT NULL, seq INTEGER NOT NULL, source TEXT NOT NULL, dry_run INTEGER NOT NULL,\n"
"  idempotency_key TEXT NOT NULL, derived_key INTEGER NOT NULL, generation INTEGER NOT NULL CHECK(generation>=1), request_fingerprint BLOB NOT NULL,\n"
"  project_id TEXT NOT NULL, environment TEXT NOT NULL, decision TEXT NOT NULL, mode TEXT NOT NULL, failsafe INTEGER NOT NULL,\n"
"  policy_sha256 BLOB NOT NULL, rules_sha256 BLOB NOT NULL, request_sha256 BLOB NOT NULL, response_sha256 BLOB NOT NULL,\n"
"  decided_at TEXT NOT NULL, budget_month TEXT NOT NULL, budget_scope_key TEXT, reservation_active INTEGER NOT NULL CHECK(reservation_active IN (0,1)),\n"
"  reserved_allocation_micro INTEGER NOT NULL CHECK(reserved_allocation_micro>=0), reserved_credit_micro INTEGER NOT NULL CHECK(reserved_credit_micro>=0),\n"
"  reserved_unbudgeted_micro INTEGER NOT NULL CHECK(reserved_unbudgeted_micro>=0), unfunded_micro INTEGER NOT NULL CHECK(unfunded_micro>=0),\n"
"  PRIMARY KEY(tenant_id,decision_id), UNIQUE(tenant_id,source,dry_run,idempotency_key,generation),\n"
"  CHECK(reservation_active=1 OR reserved_allocation_micro+reserved_credit_micro+reserved_unbudgeted_micro=0)) STRICT;\n"
"CREATE INDEX decision_active ON decision(tenant_id,budget_scope_key) WHERE reservation_active=1;\n"
"CREATE TABLE approval(tenant_id TEXT NOT NULL, approval_id TEXT NOT NULL, decision_id TEXT NOT NULL, status TEXT NOT NULL CHECK(status IN ('pending','approved','denied','expired','cancelled')),\n"
"  requested_by TEXT, routing_rule_id TEXT, routing_trace TEXT NOT NULL, expires_at TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,\n"
"  PRIMARY KEY(tenant_id,approval_id), UNIQUE(tenant_id,decision_id)) STRICT;\n"
"CREATE INDEX approval_pending ON approval(tenant_id,expires_at) WHERE status='pending';\n";

/* Entries about evidence, to be found by what they are about. */
#define EVIDENCE_TABLE "evidence(tenant_id TEXT NOT NULL, seq INTEGER NOT NULL CHECK(seq>=0), event TEXT NOT NULL, subject_id TEXT NOT NULL,\n" \
"  kind TEXT, commit_id TEXT, PRIMARY KEY(tenant_id,seq)) STRICT, WITHOUT ROWID;\n"
#define EVIDENCE_SUBJECT "evidence_subject ON evidence(tenant_id,event,subject_id,seq);\n"
#define EVIDENCE_COMMIT "evidence_commit ON evidence(tenant_id,event,commit_id,seq) WHERE commit_id IS NOT NULL;\n"

static const char state_2[] =
"PRAGMA user_version = 2;\n"
"DROP TABLE IF EXISTS temp.evidence;\n"
"CREATE TABLE " EVIDENCE_TABLE "CREATE INDEX " EVIDENCE_SUBJECT "CREATE INDEX " EVIDENCE_COMMIT;

const char dx_sql_evidence_temp[] =
"DROP TABLE IF EXISTS temp.evidence;\n"
"CREATE TEMP TABLE " EVIDENCE_TABLE "CREATE INDEX temp." EVIDENCE_SUBJECT "CREATE INDEX temp." EVIDENCE_COMMIT;

static const char *const version_1[] = { log_1, state_1, NULL };
static const char *const version_2[] = { state_2, NULL };

const char *const *const dx_sql_steps[DX_SQL_VERSION] = { version_1, version_2 };

const char dx_sql_new[] = "PRAGMA page_size=8192; PRAGMA journal_mode=WAL;";
const char dx_sql_setup[] = "PRAGMA recursive_triggers=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; "
    "PRAGMA cache_size=-4096; PRAGMA cell_size_check=ON;";
const char dx_sql_setup_write[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384; PRAGMA secure_delete=OFF;";
const char dx_sql_setup_scratch[] = "PRAGMA temp_store=FILE; PRAGMA cache_size=-8192; PRAGMA page_size=8192; PRAGMA journal_mode=OFF; "
    "PRAGMA synchronous=OFF;";

#define DECISION_COLUMNS "decision_id, seq, source, dry_run, idempotency_key, derived_key, generation, request_fingerprint, " \
    "project_id, environment, decision, mode, failsafe, policy_sha256, rules_sha256, request_sha256, response_sha256, " \
    "decided_at, budget_month, budget_scope_key, reservation_active, reserved_allocation_micro, reserved_credit_micro, " \
    "reserved_unbudgeted_micro, unfunded_micro"
#define APPROVAL_COLUMNS "approval_id, decision_id, status, requested_by, routing_rule_id, routing_trace, expires_at, " \
    "created_at, updated_at"
#define TENANTS "WITH RECURSIVE log(id) AS (SELECT min(tenant_id) FROM ledger_entry UNION ALL " \
    "SELECT (SELECT min(tenant_id) FROM ledger_entry WHERE tenant_id>log.id) FROM log WHERE log.id IS NOT NULL) " \
    "SELECT id FROM log WHERE id IS NOT NULL UNION SELECT tenant_id FROM tenant UNION SELECT tenant_id FROM policy " \
    "UNION SELECT tenant_id FROM principals UNION SELECT tenant_id FROM rules UNION SELECT tenant_id FROM budget " \
    "UNION SELECT tenant_id FROM decision UNION SELECT tenant_id FROM approval"
#define EVIDENCE_COLUMNS "seq, event, subject_id, kind, commit_id"
#define ENTRY_COLUMNS "seq, entry, leaf_hash, prev_hash"
#define DOCUMENT_COLUMNS "version, sha256, parent_sha256, actor_id, created_at"

const char *const dx_sql_text[DX_SQL_COUNT] = {
	[DX_SQL_BEGIN_READ] = "BEGIN",
	[DX_SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[DX_SQL_COMMIT] = "COMMIT",
	[DX_SQL_ROLLBACK] = "ROLLBACK",
	[DX_SQL_MARK] = "SAVEPOINT mark",
	[DX_SQL_MARK_BACK] = "ROLLBACK TO mark",
	[DX_SQL_MARK_DONE] = "RELEASE mark",
	[DX_SQL_APPLICATION_ID] = "PRAGMA application_id",
	[DX_SQL_USER_VERSION] = "PRAGMA user_version",
	[DX_SQL_OBJECTS] = "SELECT count(*) FROM sqlite_master",

	[DX_SQL_HEAD] = "SELECT " ENTRY_COLUMNS " FROM ledger_entry WHERE tenant_id=?1 ORDER BY seq DESC LIMIT 1",
	[DX_SQL_ENTRY_PUT] = "INSERT INTO ledger_entry(tenant_id, seq, entry, leaf_hash, prev_hash) VALUES(?1,?2,?3,?4,?5)",
	[DX_SQL_ENTRIES_UP] = "SELECT " ENTRY_COLUMNS " FROM ledger_entry WHERE tenant_id=?1 AND seq<?2 ORDER BY seq",
	[DX_SQL_ENTRIES_DOWN] = "SELECT " ENTRY_COLUMNS " FROM ledger_entry WHERE tenant_id=?1 AND seq<?2 ORDER BY seq DESC",
	[DX_SQL_LEAF] = "SELECT leaf_hash FROM ledger_entry WHERE tenant_id=?1 AND seq=?2",
	[DX_SQL_NODE] = "SELECT hash FROM ledger_node WHERE tenant_id=?1 AND level=?2 AND idx=?3",
	[DX_SQL_NODE_PUT] = "INSERT INTO ledger_node(tenant_id, level, idx, hash) VALUES(?1,?2,?3,?4)",
	[DX_SQL_NODE_LEVEL] = "SELECT idx, hash FROM ledger_node WHERE tenant_id=?1 AND level=?2 ORDER BY idx",
	[DX_SQL_NODE_TOP] = "SELECT max(level) FROM ledger_node WHERE tenant_id=?1",
	[DX_SQL_PAYLOAD] = "SELECT bytes FROM ledger_payload WHERE tenant_id=?1 AND sha256=?2",
	[DX_SQL_PAYLOAD_HAS] = "SELECT 1 FROM ledger_payload WHERE tenant_id=?1 AND sha256=?2",
	[DX_SQL_PAYLOAD_PUT] = "INSERT INTO ledger_payload(tenant_id, sha256, bytes) VALUES(?1,?2,?3)",
	[DX_SQL_PAYLOADS] = "SELECT sha256, bytes FROM ledger_payload NOT INDEXED WHERE tenant_id=?1 ORDER BY rowid",

	[DX_SQL_TENANTS] = TENANTS " UNION SELECT tenant_id FROM evidence ORDER BY 1",
	[DX_SQL_TENANTS_1] = TENANTS " ORDER BY 1",
	[DX_SQL_TENANT] = "SELECT origin, size, policy_version, principals_version, money_seq, held_micro FROM tenant "
	    "WHERE tenant_id=?1",
	[DX_SQL_POLICY] = "SELECT " DOCUMENT_COLUMNS " FROM policy WHERE tenant_id=?1 AND "
	    "version=coalesce(nullif(?2,0),(SELECT policy_version FROM tenant WHERE tenant_id=?1))",
	[DX_SQL_POLICIES] = "SELECT " DOCUMENT_COLUMNS " FROM policy WHERE tenant_id=?1 ORDER BY version DESC",
	[DX_SQL_PRINCIPALS] = "SELECT " DOCUMENT_COLUMNS " FROM principals WHERE tenant_id=?1 AND "
	    "version=coalesce(nullif(?2,0),(SELECT principals_version FROM tenant WHERE tenant_id=?1))",
	[DX_SQL_RULES] = "SELECT rules_id, version, sha256 FROM rules AS r WHERE tenant_id=?1 AND "
	    "seq=(SELECT max(seq) FROM rules WHERE tenant_id=?1 AND rules_id=r.rules_id) ORDER BY rules_id",
	[DX_SQL_BUDGET] = "SELECT scope_key, created_by, monthly_limit_micro, held_micro, active FROM budget "
	    "WHERE tenant_id=?1 AND scope_key=?2",
	[DX_SQL_BUDGETS] = "SELECT scope_key, created_by, monthly_limit_micro, held_micro, active FROM budget "
	    "WHERE tenant_id=?1 ORDER BY scope_key",
	[DX_SQL_DECISION] = "SELECT " DECISION_COLUMNS " FROM decision WHERE tenant_id=?1 AND decision_id=?2",
	[DX_SQL_DECISION_HOLDING] = "SELECT " DECISION_COLUMNS " FROM decision WHERE tenant_id=?1 AND source=?2 AND dry_run=?3 "
	    "AND idempotency_key=?4 AND reservation_active=1 ORDER BY generation DESC LIMIT 1",
	[DX_SQL_ANY_ORIGIN] = "SELECT origin,tenant_id FROM tenant ORDER BY tenant_id LIMIT 1",
	[DX_SQL_DECISION_BY_KEY] = "SELECT " DECISION_COLUMNS " FROM decision WHERE tenant_id=?1 AND source=?2 AND dry_run=?3 "
	    "AND idempotency_key=?4 ORDER BY generation DESC LIMIT 1",
	[DX_SQL_APPROVAL_OF] = "SELECT " APPROVAL_COLUMNS " FROM approval WHERE tenant_id=?1 AND decision_id=?2",
	[DX_SQL_APPROVALS_LAPSED] = "SELECT " APPROVAL_COLUMNS " FROM approval WHERE tenant_id=?1 AND status='pending' "
	    "AND expires_at<=?2 ORDER BY expires_at, approval_id LIMIT ?3",

	[DX_SQL_EVIDENCE] = "SELECT " EVIDENCE_COLUMNS " FROM evidence WHERE tenant_id=?1 AND +event=?2 ORDER BY seq DESC",
	[DX_SQL_EVIDENCE_OF] = "SELECT " EVIDENCE_COLUMNS " FROM evidence INDEXED BY evidence_subject "
	    "WHERE tenant_id=?1 AND event=?2 AND subject_id=?3 "
	    "ORDER BY seq DESC",
	[DX_SQL_EVIDENCE_AT] = "SELECT " EVIDENCE_COLUMNS " FROM evidence INDEXED BY evidence_commit "
	    "WHERE tenant_id=?1 AND event=?2 AND commit_id=?3 "
	    "ORDER BY seq DESC",
	[DX_SQL_EVIDENCE_NAMED] = "SELECT DISTINCT subject_id FROM evidence INDEXED BY evidence_subject "
	    "WHERE tenant_id=?1 AND event=?2 AND subject_id>=?3 "
	    "AND subject_id<?3||'~' ORDER BY subject_id LIMIT 2",
	/* an entry is canonical, so its event stands like this in it; what else holds these bytes is told by parsing */
	[DX_SQL_EVIDENCE_ENTRIES] = "SELECT tenant_id, entry FROM ledger_entry WHERE (?1 IS NULL OR tenant_id=?1) AND "
	    "(instr(entry,CAST('\"event\":\"evidence_' AS BLOB))>0 OR instr(entry,CAST('\"event\":\"gate_evaluated\"' AS BLOB))>0 OR "
	    "instr(entry,CAST('\"event\":\"pack_' AS BLOB))>0) "
	    "ORDER BY tenant_id, seq",

	[DX_SQL_TENANT_OPEN] = "INSERT INTO tenant(tenant_id, origin, size, policy_version, principals_version, money_seq, "
	    "held_micro) VALUES(?1,?2,0,0,0,0,0)",
	[DX_SQL_TENANT_SIZE] = "UPDATE tenant SET size=?2 WHERE tenant_id=?1",
	[DX_SQL_TENANT_MONEY] = "UPDATE tenant SET money_seq=?2 WHERE tenant_id=?1",
	[DX_SQL_TENANT_HOLD] = "UPDATE tenant SET held_micro=held_micro+?2 WHERE tenant_id=?1",
	[DX_SQL_TENANT_POLICY] = "UPDATE tenant SET policy_version=?2 WHERE tenant_id=?1 AND policy_version=?2-1 AND ?3 IS "
	    "(SELECT sha256 FROM policy WHERE tenant_id=?1 AND version=?2-1)",
	[DX_SQL_TENANT_PRINCIPALS] = "UPDATE tenant SET principals_version=?2 WHERE tenant_id=?1 AND principals_version=?2-1 "
	    "AND ?3 IS (SELECT sha256 FROM principals WHERE tenant_id=?1 AND version=?2-1)",
	[DX_SQL_POLICY_PUT] = "INSERT INTO policy(tenant_id, version, sha256, parent_sha256, actor_id, created_at) "
	    "VALUES(?1,?2,?3,?4,?5,?6)",
	[DX_SQL_PRINCIPALS_PUT] = "INSERT INTO principals(tenant_id, version, sha256, parent_sha256, actor_id, created_at) "
	    "VALUES(?1,?2,?3,?4,?5,?6)",
	[DX_SQL_RULES_PUT] = "INSERT INTO rules(tenant_id, rules_id, seq, version, sha256) VALUES(?1,?2,?3,?4,?5)",
	[DX_SQL_BUDGET_PUT] = "INSERT INTO budget(tenant_id, scope_key, monthly_limit_micro, active, held_micro, created_by) "
	    "VALUES(?1,?2,?3,?4,0,?5) ON CONFLICT(tenant_id,scope_key) DO UPDATE SET "
	    "monthly_limit_micro=excluded.monthly_limit_micro, active=excluded.active",
	[DX_SQL_BUDGET_HOLD] = "UPDATE budget SET held_micro=held_micro+?3 WHERE tenant_id=?1 AND scope_key=?2",
	[DX_SQL_DECISION_PUT] = "INSERT INTO decision(tenant_id, " DECISION_COLUMNS ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,"
	    "?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?26)",
	[DX_SQL_DECISION_HOLDS] = "SELECT budget_scope_key, reserved_allocation_micro, reserved_credit_micro, "
	    "reserved_unbudgeted_micro FROM decision WHERE tenant_id=?1 AND decision_id=?2",
	[DX_SQL_DECISION_RELEASE] = "UPDATE decision SET reservation_active=0, reserved_allocation_micro=0, "
	    "reserved_credit_micro=0, reserved_unbudgeted_micro=0 WHERE tenant_id=?1 AND decision_id=?2",
	[DX_SQL_APPROVAL_PUT] = "INSERT INTO approval(tenant_id, " APPROVAL_COLUMNS ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
	[DX_SQL_APPROVAL_STATUS] = "UPDATE approval SET status=?3, updated_at=?4 WHERE tenant_id=?1 AND approval_id=?2 "
	    "AND status='pending'",
	[DX_SQL_EVIDENCE_PUT] = "INSERT INTO evidence(tenant_id, " EVIDENCE_COLUMNS ") VALUES(?1,?2,?3,?4,?5,?6)",

	[DX_SQL_MASTER] = "SELECT type || ' ' || name, tbl_name, coalesce(sql,'') AS text FROM sqlite_master "
	    "WHERE ?1 IS NOT NULL AND name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY 1",
	[DX_SQL_CHECK_PAYLOAD] = "PRAGMA integrity_check('ledger_payload')",
	[DX_SQL_CHECK_TENANT] = "PRAGMA integrity_check('tenant')",
	[DX_SQL_CHECK_DECISION] = "PRAGMA integrity_check('decision')",
	[DX_SQL_CHECK_APPROVAL] = "PRAGMA integrity_check('approval')",
	[DX_SQL_CHECK_EVIDENCE] = "PRAGMA integrity_check('evidence')",
	[DX_SQL_ALL_TENANT] = "SELECT tenant_id, * FROM tenant WHERE tenant_id=?1",
	[DX_SQL_ALL_POLICY] = "SELECT printf('%019d',version), * FROM policy WHERE tenant_id=?1 ORDER BY 1",
	[DX_SQL_ALL_PRINCIPALS] = "SELECT printf('%019d',version), * FROM principals WHERE tenant_id=?1 ORDER BY 1",
	[DX_SQL_ALL_RULES] = "SELECT printf('%s %019d',rules_id,seq), * FROM rules WHERE tenant_id=?1 ORDER BY 1",
	[DX_SQL_ALL_BUDGET] = "SELECT scope_key, * FROM budget WHERE tenant_id=?1 ORDER BY scope_key",
	[DX_SQL_ALL_DECISION] = "SELECT decision_id, * FROM decision WHERE tenant_id=?1 ORDER BY decision_id",
	[DX_SQL_ALL_APPROVAL] = "SELECT approval_id, * FROM approval WHERE tenant_id=?1 ORDER BY approval_id",
	[DX_SQL_ALL_EVIDENCE] = "SELECT printf('%019d',seq), * FROM evidence WHERE tenant_id=?1 ORDER BY 1",
	[DX_SQL_QUICK_PAYLOAD] = "PRAGMA quick_check('ledger_payload')",
	/* in the order in which the entries have put them */
	[DX_SQL_RUN_PAYLOAD] = "SELECT tenant_id, sha256, rowid, tenant_id=?1, CASE WHEN tenant_id=?1 THEN bytes END "
	    "FROM ledger_payload NOT INDEXED ORDER BY rowid",
	[DX_SQL_RUN_PAYLOAD_INDEX] = "SELECT tenant_id, sha256, rowid FROM ledger_payload "
	    "INDEXED BY sqlite_autoindex_ledger_payload_1 ORDER BY tenant_id, sha256",
	[DX_SQL_RUN_POLICY] = "SELECT " DOCUMENT_COLUMNS " FROM policy WHERE tenant_id=?1 ORDER BY version",
	[DX_SQL_RUN_PRINCIPALS] = "SELECT " DOCUMENT_COLUMNS " FROM principals WHERE tenant_id=?1 ORDER BY version",
	[DX_SQL_RUN_RULES] = "SELECT rules_id, seq, version, sha256 FROM rules NOT INDEXED WHERE tenant_id=?1 ORDER BY rowid",
	[DX_SQL_RUN_DECISION] = "SELECT " DECISION_COLUMNS " FROM decision NOT INDEXED WHERE tenant_id=?1 ORDER BY rowid",
	[DX_SQL_RUN_APPROVAL] = "SELECT " APPROVAL_COLUMNS " FROM approval NOT INDEXED WHERE tenant_id=?1 ORDER BY rowid",
	[DX_SQL_RUN_EVIDENCE] = "SELECT " EVIDENCE_COLUMNS " FROM evidence WHERE tenant_id=?1 ORDER BY seq",
};
