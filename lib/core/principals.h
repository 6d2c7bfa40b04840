/* principals: who is who in a tenant, dealix.principals.v1 (approvals page 1.1).  Parsed and checked; knows no store. */
#ifndef DX_CORE_PRINCIPALS_H
#define DX_CORE_PRINCIPALS_H

#include "core/words.h"
#include "crypt/digest.h"
#include "json/json.h"

#define DX_PRINCIPALS_MAX	(4u << 20)	/* bytes of a document */

struct dx_err;

struct dx_principal {
	const char	*id;
	enum dx_role	 role;
	bool		 service, disabled;
	const struct dx_json	*authors;	/* array of text, addresses in commits; NULL: none */
	const struct dx_json	*os_users;	/* array of text */
	const struct dx_json	*ssh_keys;	/* array of {public_key, valid_after?, valid_before?} */
};

struct dx_principals {
	const char	*tenant_id, *tier;
	struct dx_principal	*item;
	size_t		 count;
	struct dx_json	 doc;			/* defaults filled in, canonical order */
	const char	*canon;
	size_t		 canon_len;
	char		 sha256[DX_SHA256_HEX];
	struct dx_arena	 arena;			/* owns all of the above */
};

/* principals_document_invalid (pointer), principal_duplicate, principal_os_user_duplicate, principal_key_duplicate,
 * principal_key_invalid. */
int	dx_principals_new(const struct dx_json *doc, struct dx_principals **out, struct dx_err *err);
int	dx_principals_parse(const char *text, size_t len, struct dx_principals **out, struct dx_err *err);
/* The first document of a log: the login as its only principal, an owner (page 1.1).  login may be "uid:N".  NULL when tenant
 * or login cannot stand in a document (empty, over 256 characters, not UTF-8, control characters). */
struct dx_principals	*dx_principals_first(const char *tenant, const char *login);
/* Who a login name is: principal_unknown, principal_disabled. */
int	dx_principals_login(const struct dx_principals *p, const char *login, const struct dx_principal **out,
	    struct dx_err *err);
/* By id, whatever the case; NULL: nobody, also where p is NULL. */
const struct dx_principal	*dx_principals_find(const struct dx_principals *p, const char *id);
/* The address of a commit's author is that of the principal (NULL: none is known by that id): its id, or one of its authors, trimmed,
 * whatever the case (release-gates page 2). */
bool	dx_principal_is_author(const struct dx_principal *p, const char *id, const char *address);
void	dx_principals_free(struct dx_principals *p);

#endif
