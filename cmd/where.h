/* where: the options every verb on a store has, and the session they ask for. */
#ifndef DX_CMD_WHERE_H
#define DX_CMD_WHERE_H

#include <stdlib.h>

#include "op/session.h"
#include "tool/opt.h"

struct dx_where {
	const char	*policy, *principals, *actor, *tenant, *store, *log_domain;
};

/* Rows for a verb whose argument struct `type` has a member `where`. */
#define DX_WHERE_TEXT(type, letter, name, value, member, help) \
	{ DX_OPT_TEXT, letter, name, value, offsetof(type, where.member), help, 0, 0, 0, NULL }
#define DX_WHERE_STORE(type) \
	DX_WHERE_TEXT(type, 0, "principals", "FILE", principals, "pin the principals: they must be those in force"), \
	DX_WHERE_TEXT(type, 0, "actor", "ID", actor, "refuse unless the caller is this principal"), \
	DX_WHERE_TEXT(type, 't', "tenant", "NAME", tenant, "tenant; the default is default"), \
	DX_WHERE_TEXT(type, 's', "store", "URL", store, "store: a folder, or sqlite:PATH")
#define DX_WHERE_POLICY(type) \
	DX_WHERE_TEXT(type, 'p', "policy", "FILE", policy, "pin the policy: it must be the one in force")
/* The same where -p means something else. */
#define DX_WHERE_POLICY_LONG(type) \
	DX_WHERE_TEXT(type, 0, "policy", "FILE", policy, "pin the policy: it must be the one in force")
#define DX_WHERE_DOMAIN(type) \
	DX_WHERE_TEXT(type, 0, "log-domain", "NAME", log_domain, "domain of the ledger when this call creates the store")
#define DX_OPTIONS_END	{ DX_OPT_END, 0, NULL, NULL, 0, NULL, 0, 0, 0, NULL }

static inline struct dx_session_options
dx_where_session(const struct dx_where *w)
{
	return (struct dx_session_options){ .store = w->store, .store_env = getenv("DEALIX_STORE"), .tenant = w->tenant,
	    .actor = w->actor, .log_domain = w->log_domain, .policy = w->policy, .principals = w->principals };
}

#endif
