#include "core/signer.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"

struct owner { const struct dx_principal *principal; const struct dx_json *key; };

/* Lines of a document that was read are "TYPE BASE64 [COMMENT]" with the one base64 that the key has. */
static bool
is_key(const struct dx_json *key, const char *code, size_t len)
{
	const char *at = dx_json_get_str(key, "public_key");

	at += strcspn(at, " ");
	at += strspn(at, " ");
	return strcspn(at, " ") == len && memcmp(at, code, len) == 0;
}

static bool
find_key(const struct dx_principals *p, struct dx_ssh_bytes blob, struct owner *out)
{
	char *code = dx_alloc(4 * (blob.n / 3 + 1) + 1);
	size_t len = dx_base64_encode(blob.p, blob.n, code);
	bool found = false;

	for (size_t i = 0; i < p->count && !found; i++)
		for (uint32_t k = 0; k < p->item[i].ssh_keys->count && !found; k++) {
			*out = (struct owner){ &p->item[i], &p->item[i].ssh_keys->u.items[k] };
			found = is_key(out->key, code, len);
		}
	free(code);
	return found;
}

/* A time of the key; `otherwise` when it has none. */
static int64_t
time_of(const struct dx_json *key, const char *name, int64_t otherwise)
{
	const char *text = dx_json_get_str(key, name);
	int64_t us;

	if (text == NULL)
		return otherwise;
	if (dx_time_parse(text, &us, NULL) != 0)
		DX_BUG("a time that was good is not");
	return us;
}

static int
check_owner(const struct owner *o, const char *actor, int64_t now, struct dx_err *err)
{
	const char *id = o->principal->id;

	if (o->principal->disabled)
		return dx_err_set(err, DX_R_SIGNATURE_KEY_UNKNOWN, "the key that signed is that of %s, who is disabled", id);
	if (actor != NULL && strcmp(actor, id) != 0)
		return dx_err_set(err, DX_R_SIGNATURE_KEY_UNKNOWN, "the key that signed is that of %s, not of %s", id, actor);
	if (now < time_of(o->key, "valid_after", INT64_MIN))
		return dx_err_set(err, DX_R_SIGNATURE_KEY_EXPIRED, "the key of %s is not valid before %s", id,
		    dx_json_get_str(o->key, "valid_after"));
	if (now >= time_of(o->key, "valid_before", INT64_MAX))
		return dx_err_set(err, DX_R_SIGNATURE_KEY_EXPIRED, "the key of %s was valid until %s", id,
		    dx_json_get_str(o->key, "valid_before"));
	return 0;
}

int
dx_signer_find_in(const char *name_space, const struct dx_principals *p, const char *actor, const char *signature, size_t len,
    const struct dx_sshsig_message *m, int64_t now, const struct dx_principal **out, struct dx_err *err)
{
	struct dx_sshsig s;
	struct owner o = { NULL, NULL };
	int rc;

	if (dx_sshsig_read(signature, len, name_space, &s, err) != 0)
		return -1;
	if (!find_key(p, s.key, &o))
		rc = dx_err_set(err, DX_R_SIGNATURE_KEY_UNKNOWN, "the key that signed belongs to no principal of tenant %s", p->tenant_id);
	else
		rc = check_owner(&o, actor, now, err);
	if (rc == 0 && (rc = dx_sshsig_verify(&s, s.key.p, s.key.n, m, err)) != 0)
		(void)dx_err_in(err, "%s", o.principal->id);
	if (rc == 0)
		*out = o.principal;
	dx_sshsig_release(&s);
	return rc;
}

int
dx_signer_find(const struct dx_principals *p, const char *actor, const char *signature, size_t len,
    const struct dx_sshsig_message *m, int64_t now, const struct dx_principal **out, struct dx_err *err)
{
	return dx_signer_find_in(DX_SIGNER_NAMESPACE, p, actor, signature, len, m, now, out, err);
}
