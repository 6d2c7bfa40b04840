/* session: what every verb on a store shares: the store, the tenant, who calls, and the policy, principals and rule documents in
 * force, with what the operator pinned by options.  Reads clock, login name and files; decides nothing. */
#ifndef DX_OP_SESSION_H
#define DX_OP_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include "core/entry.h"
#include "core/policy.h"
#include "core/principals.h"
#include "core/rules.h"
#include "store/store.h"

struct dx_err;

/* How a verb was called; texts are borrowed for the session, NULL when not given. */
struct dx_session_options {
	const char	*store, *store_env;	/* --store, DEALIX_STORE */
	const char	*tenant, *actor, *log_domain;
	const char	*policy, *principals;	/* files */
	const char *const *rules;		/* files */
	size_t		 rule_count;
	const char	*trace_id;	/* that what is recorded belongs to (release-gates page 6.4) */
};

enum dx_session_how {
	DX_SESSION_READ,	/* the store must be there; nothing is written */
	DX_SESSION_WRITE,	/* a missing store is created in the first transaction that commits */
	DX_SESSION_OPTIONAL,	/* dry run: a missing store is no error, and none is created */
	DX_SESSION_NONE		/* no store is looked for */
};

/* What was in force before: answers not yet printed may borrow from it. */
struct dx_retired {
	struct dx_policy	*policy;
	struct dx_principals	*principals;
	struct dx_rule_set	 rules;
	struct dx_retired	*next;
};

struct dx_session {
	struct dx_session_options opt;
	const char	*tenant;
	char		 login[256];		/* of the effective user, or "uid:N" */
	struct dx_store	*store;			/* NULL: none (DX_SESSION_OPTIONAL) */
	/* given by options */
	struct dx_policy	*policy_given;
	struct dx_principals	*principals_given;
	struct dx_buf		*rules_given;	/* texts of the documents, opt.rule_count of them */
	char			(*rules_given_sha256)[DX_SHA256_HEX];	/* their digests, once loaded */
	/* in force, after dx_session_load; owned here unless it is the given one */
	bool		 may_open_log;		/* set by verbs that may open another tenant's log in a store that exists */
	bool		 rules_apart;		/* set by verbs that store the given rule documents: they do not join those in force */
	bool		 opening;		/* the log does not exist yet: the next transaction opens it */
	struct dx_policy	*policy;
	bool		 policy_borrowed;	/* dx_session_first_policy */
	int64_t		 policy_version;
	struct dx_principals	*principals;
	int64_t		 principals_version;
	struct dx_rule_set	 rules;		/* given and stored, by id */
	char		 rules_sha256[DX_SHA256_HEX];
	char		 stored_rules[DX_SHA256_HEX];	/* digest of the list of stored documents that `rules` was made from */
	const struct dx_principal *caller;
	bool		 loaded;
	struct dx_retired	*retired;	/* until dx_session_reap */
};

int	dx_session_open(const struct dx_session_options *o, enum dx_session_how how, struct dx_session *out, struct dx_err *err);
void	dx_session_close(struct dx_session *s);

/* Within a transaction (or without a store): reads what is in force for the tenant, checks the pins, finds the caller.
 * policy_mismatch, principals_mismatch, tenant_unknown, principal_unknown, actor_mismatch, principal_disabled,
 * policy_integrity_error, rules_id_duplicate.  *changed (may be NULL) says whether policy or rules differ from the load before. */
int	dx_session_load(struct dx_session *s, bool *changed, struct dx_err *err);
/* The caller has the role, and the tenant's tier the features every operation of the gate needs: role_insufficient,
 * feature_not_enabled. */
int	dx_session_require(const struct dx_session *s, enum dx_role role, struct dx_err *err);
/* How many enabled rules of the documents given by option have this source and environment. */
size_t	dx_session_given_applying(const struct dx_session *s, enum dx_source source, const char *environment);
/* The caller as actor of an entry. */
struct dx_actor	dx_session_actor(const struct dx_session *s);
/* The three entries that open a log, when it is not open yet (approvals page 1.1). */
int	dx_session_open_log(struct dx_session *s, int64_t now, struct dx_err *err);
/* The policy that the log will be opened with, instead of the one given or the default.  Borrowed until close. */
void	dx_session_first_policy(struct dx_session *s, struct dx_policy *p);
/* The transaction that opened the log is committed: what was loaded for it is in force. */
void	dx_session_opened(struct dx_session *s);
/* Frees what earlier loads left; nothing made before this call may borrow from the session any more. */
void	dx_session_reap(struct dx_session *s);
/* Begin, load, check the role. Other operations than the gate wait 5 s for the writer. */
int	dx_session_begin(struct dx_session *s, bool write, enum dx_role role, struct dx_err *err);
/* The last good policy file (decisions page 11): written after a policy was set, outside any transaction, from what is in force
 * then; read when the store cannot be. */
int	dx_session_keep_policy(struct dx_session *s, struct dx_err *err);
struct dx_policy	*dx_session_kept_policy(const struct dx_session_options *o);	/* NULL: no usable copy */

#endif
