/* token: approval tokens (approvals page 7) as far as their text goes.  Pure. */
#ifndef DX_CORE_TOKEN_H
#define DX_CORE_TOKEN_H

#include "base/reason.h"
#include "json/json.h"

/* A token's text: the checks of page 7.4 that need neither key nor store.  token_malformed: not of 32 to 8192 characters; token_invalid:
 * no JWS of this kind.  *kid (the arena's, or NULL) names the key that is to verify it. */
enum dx_reason	dx_token_form(struct dx_arena *a, const char *token, const char **kid);

#endif
