/* signer: which principal made an SSH signature, and whether it counts (approvals page 1.2). */
#ifndef DX_CORE_SIGNER_H
#define DX_CORE_SIGNER_H

#include <stdint.h>
#include "core/principals.h"
#include "crypt/sshsig.h"

#define DX_SIGNER_NAMESPACE	"dealix"
#define DX_SIGNER_GIT		"git"	/* what git signs (gitformat-signature(5)) */

/* One armoured signature over the message, checked in the order of the page: signature_malformed; the key belongs to an enabled
 * principal, the one of the id `actor` unless that is NULL, else signature_key_unknown; now (us) lies in [valid_after, valid_before)
 * of the key, else signature_key_expired; it verifies, else signature_invalid.  *out lends from p. */
int	dx_signer_find(const struct dx_principals *p, const char *actor, const char *signature, size_t len,
	    const struct dx_sshsig_message *m, int64_t now, const struct dx_principal **out, struct dx_err *err);
/* The same of another namespace. */
int	dx_signer_find_in(const char *name_space, const struct dx_principals *p, const char *actor, const char *signature, size_t len,
	    const struct dx_sshsig_message *m, int64_t now, const struct dx_principal **out, struct dx_err *err);

#endif
