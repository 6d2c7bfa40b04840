/* sqlite_sql: every SQL text of the program, by name.  Values are bound, never written into a text. */
#ifndef DX_STORE_SQLITE_SQL_H
#define DX_STORE_SQLITE_SQL_H

#define DX_SQL_APPLICATION	1145854020	/* "DLXD" */
#define DX_SQL_VERSION		2		/* user_version that this program writes; it reads older ones too */
#define DX_SQL_VERSION_EVIDENCE	2		/* the first with the table of evidence */

/* steps[v] makes a database of version v one of version v+1: a list of texts, one of which sets user_version. */
extern const char *const *const dx_sql_steps[DX_SQL_VERSION];
extern const char dx_sql_evidence_temp[];	/* the table of evidence in the connection's own memory, for reading an older store */
extern const char dx_sql_new[];		/* before anything else on an empty file, outside a transaction */
extern const char dx_sql_setup[];	/* on every connection */
extern const char dx_sql_setup_write[];	/* on a connection that writes a file */
extern const char dx_sql_setup_scratch[];	/* on a private database that may be lost */

enum dx_sql_id {
	/* transactions */
	DX_SQL_BEGIN_READ, DX_SQL_BEGIN_WRITE, DX_SQL_COMMIT, DX_SQL_ROLLBACK,
	DX_SQL_MARK, DX_SQL_MARK_BACK, DX_SQL_MARK_DONE,
	DX_SQL_APPLICATION_ID, DX_SQL_USER_VERSION, DX_SQL_OBJECTS,
	/* the log */
	DX_SQL_HEAD, DX_SQL_ENTRY_PUT, DX_SQL_ENTRIES_UP, DX_SQL_ENTRIES_DOWN, DX_SQL_LEAF,
	DX_SQL_NODE, DX_SQL_NODE_PUT, DX_SQL_NODE_LEVEL, DX_SQL_NODE_TOP,
	DX_SQL_PAYLOAD, DX_SQL_PAYLOAD_HAS, DX_SQL_PAYLOAD_PUT, DX_SQL_PAYLOADS,
	/* state, read */
	DX_SQL_TENANTS, DX_SQL_TENANTS_1, DX_SQL_TENANT, DX_SQL_POLICY, DX_SQL_POLICIES, DX_SQL_PRINCIPALS, DX_SQL_RULES,
	DX_SQL_BUDGET, DX_SQL_BUDGETS, DX_SQL_DECISION, DX_SQL_DECISION_BY_KEY, DX_SQL_DECISION_HOLDING, DX_SQL_ANY_ORIGIN, DX_SQL_APPROVAL_OF, DX_SQL_APPROVALS_LAPSED,
	DX_SQL_EVIDENCE, DX_SQL_EVIDENCE_OF, DX_SQL_EVIDENCE_AT, DX_SQL_EVIDENCE_NAMED, DX_SQL_EVIDENCE_ENTRIES,
	/* state, written by apply only */
	DX_SQL_TENANT_OPEN, DX_SQL_TENANT_SIZE, DX_SQL_TENANT_MONEY, DX_SQL_TENANT_HOLD,
	DX_SQL_TENANT_POLICY, DX_SQL_TENANT_PRINCIPALS, DX_SQL_POLICY_PUT, DX_SQL_PRINCIPALS_PUT, DX_SQL_RULES_PUT,
	DX_SQL_BUDGET_PUT, DX_SQL_BUDGET_HOLD, DX_SQL_DECISION_PUT, DX_SQL_DECISION_HOLDS, DX_SQL_DECISION_RELEASE,
	DX_SQL_APPROVAL_PUT, DX_SQL_APPROVAL_STATUS, DX_SQL_EVIDENCE_PUT,
	/* verification */
	DX_SQL_MASTER, DX_SQL_CHECK_PAYLOAD, DX_SQL_CHECK_TENANT, DX_SQL_CHECK_DECISION, DX_SQL_CHECK_APPROVAL, DX_SQL_CHECK_EVIDENCE,
	DX_SQL_ALL_TENANT, DX_SQL_ALL_POLICY, DX_SQL_ALL_PRINCIPALS, DX_SQL_ALL_RULES, DX_SQL_ALL_BUDGET, DX_SQL_ALL_DECISION,
	DX_SQL_ALL_APPROVAL, DX_SQL_ALL_EVIDENCE,
	DX_SQL_QUICK_PAYLOAD, DX_SQL_RUN_PAYLOAD, DX_SQL_RUN_PAYLOAD_INDEX,
	DX_SQL_RUN_POLICY, DX_SQL_RUN_PRINCIPALS, DX_SQL_RUN_RULES, DX_SQL_RUN_DECISION, DX_SQL_RUN_APPROVAL, DX_SQL_RUN_EVIDENCE,
	DX_SQL_COUNT
};

extern const char *const dx_sql_text[DX_SQL_COUNT];

#endif
