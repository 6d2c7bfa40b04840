/* policy: the verbs on a tenant's policy and rule documents (decisions page 6). */
#ifndef DX_OP_POLICY_H
#define DX_OP_POLICY_H

#include "op/session.h"

struct dx_policy_change {
	const char	*document;		/* text of a whole document, NULL: none */
	const char	*document_name;		/* the file it came from, for errors */
	size_t		 document_len;
	const char *const *settings;		/* PATH=VALUE */
	size_t		 setting_count;
	int64_t		 expect_version;	/* 0: not stated */
	const char	*override_reason;	/* NULL: none; 1..500 characters */
};
/* Sets policy and the session's given rule documents in one transaction; *answer is `{changed, policy_version,
 * policy_document_sha256, parent_sha256?, rules[]}` in the arena.  policy_version_conflict, promotion_record_missing, and what
 * session and documents give. */
int	dx_op_policy_set(struct dx_session *s, const struct dx_policy_change *c, struct dx_arena *a, struct dx_json *answer,
	    struct dx_err *err);
/* The canonical document of a version (0: current) as a tree in the arena.  policy_not_found. */
int	dx_op_policy_show(struct dx_session *s, int64_t version, struct dx_arena *a, struct dx_json *out, struct dx_err *err);
/* `[{version, sha256, parent_sha256?, actor_id, created_at}]`, newest first. */
int	dx_op_policy_history(struct dx_session *s, struct dx_arena *a, struct dx_json *out, struct dx_err *err);

#endif
