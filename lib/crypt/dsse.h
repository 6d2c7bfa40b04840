/* dsse: signatures over typed payloads (DSSE v1; evidence page 2.6), and the key files of --sign and --trust.  The envelope's
 * JSON is made elsewhere. */
#ifndef DX_CRYPT_DSSE_H
#define DX_CRYPT_DSSE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "crypt/digest.h"
#include "crypt/sign.h"

/* Lower-case hex SHA-256 of the DER SubjectPublicKeyInfo. */
void	dx_dsse_keyid(const struct dx_key *k, char out[static DX_SHA256_HEX]);
/* The bytes that are signed, appended: "DSSEv1 <n> <type> <n> <payload>". */
void	dx_dsse_pae(const char *type, const void *payload, size_t n, struct dx_buf *out);
/* key_invalid for a public key. */
int	dx_dsse_sign(const struct dx_key *k, const char *type, const void *payload, size_t n,
	    unsigned char sig[static DX_SIGN_SIZE], struct dx_err *err);

/* Public keys, no key twice.  Starts as { 0 }. */
struct dx_keys { struct dx_key **key; size_t count; };
/* Takes k over; frees it when it is there already. */
void	dx_keys_add(struct dx_keys *keys, struct dx_key *k);
void	dx_keys_release(struct dx_keys *keys);

struct dx_dsse_sig { const void *bytes; size_t n; };
/* How many different keys made one of the signatures; signed_by[i] says whether keys->key[i] did, when it is not NULL. */
size_t	dx_dsse_verify(const struct dx_keys *keys, const char *type, const void *payload, size_t n,
	    const struct dx_dsse_sig *sigs, size_t sig_count, bool *signed_by);

/* --sign FILE: one private key, PEM PKCS#8, unencrypted.  key_file_permissions when others than the owner may do anything
 * with the file, key_invalid, file_unreadable.  What was read is wiped; *out is freed with dx_key_free. */
int	dx_key_load(const char *path, struct dx_key **out, struct dx_err *err);
/* --trust FILE: public keys, PEM SPKI, at least one, added to keys.  key_invalid (a private key too), file_unreadable; keys
 * is then as it was. */
int	dx_keys_load(const char *path, struct dx_keys *keys, struct dx_err *err);

#endif
