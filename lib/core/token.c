#include <string.h>

#include "base/text.h"
#include "core/token.h"

#define TOKEN_MIN	32
#define TOKEN_MAX	8192
#define KID_MAX		128
#define TYP		"dealix-approval+jwt"

/* Base64url without padding; NULL for anything else.  *len is the number of bytes, behind which stands a NUL. */
static char *
decode(struct dx_arena *a, const char *s, size_t n, size_t *len)
{
	size_t padded = (n + 3) / 4 * 4;
	char *standard = dx_arena_alloc(a, padded + 1), *out = dx_arena_alloc(a, padded / 4 * 3 + 1);

	if (n == 0 || n % 4 == 1)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '+' || s[i] == '/' || s[i] == '=')
			return NULL;
		standard[i] = (char)(s[i] == '-' ? '+' : s[i] == '_' ? '/' : s[i]);
	}
	memset(standard + n, '=', padded - n);
	if (dx_base64_decode(standard, padded, out, len) != 0)
		return NULL;
	out[*len] = '\0';
	return out;
}

static bool
object(struct dx_arena *a, const char *s, size_t n, struct dx_json *out)
{
	size_t len;
	char *text = decode(a, s, n, &len);

	return text != NULL && dx_json_parse(a, text, len, DX_JSON_OURS, out, NULL) == 0 && out->type == DX_JSON_OBJECT;
}

/* `alg` must be that of the key; here only that it can be one. */
static bool
header_is_ours(const struct dx_json *h, const char **kid)
{
	const char *alg = dx_json_get_str(h, "alg"), *typ = dx_json_get_str(h, "typ");

	*kid = dx_json_get_str(h, "kid");
	return dx_json_get(h, "crit") == NULL && dx_json_get(h, "b64") == NULL && dx_json_get(h, "zip") == NULL && typ != NULL &&
	    strcmp(typ, TYP) == 0 && alg != NULL && (strcmp(alg, "EdDSA") == 0 || strcmp(alg, "HS256") == 0) &&
	    (dx_json_get(h, "kid") == NULL || (*kid != NULL && **kid != '\0' && strlen(*kid) <= KID_MAX));
}

enum dx_reason
dx_token_form(struct dx_arena *a, const char *token, const char **kid)
{
	size_t n = strnlen(token, TOKEN_MAX + 1), signature;
	const char *dot, *second;
	struct dx_json header, claims;

	*kid = NULL;
	if (n < TOKEN_MIN || n > TOKEN_MAX)
		return DX_R_TOKEN_MALFORMED;
	dot = strchr(token, '.');
	second = dot != NULL ? strchr(dot + 1, '.') : NULL;
	if (second == NULL || strchr(second + 1, '.') != NULL || !object(a, token, (size_t)(dot - token), &header) ||
	    !object(a, dot + 1, (size_t)(second - dot - 1), &claims) || decode(a, second + 1, strlen(second + 1), &signature) == NULL ||
	    !header_is_ours(&header, kid))
		return DX_R_TOKEN_INVALID;
	return DX_OK;
}
