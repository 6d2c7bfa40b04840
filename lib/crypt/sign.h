/* sign: Ed25519 (RFC 8032) over bytes, keys as PEM files or raw 32 bytes.  Knows nothing of what is signed. */
#ifndef DX_CRYPT_SIGN_H
#define DX_CRYPT_SIGN_H

#include <stdbool.h>
#include <stddef.h>

struct dx_err;

#define DX_SIGN_KEY	32
#define DX_SIGN_SIZE	64

struct dx_key;		/* a private or public Ed25519 key; wiped when freed */

struct dx_key	*dx_key_from_seed(const unsigned char seed[static DX_SIGN_KEY]);	/* private; NULL never */
struct dx_key	*dx_key_from_public(const unsigned char pub[static DX_SIGN_KEY]);	/* NULL: libcrypto refuses it */
/* PEM text, private (PKCS#8, not encrypted) or public (SPKI).  key_invalid. */
int	dx_key_from_pem(const void *pem, size_t n, struct dx_key **out, struct dx_err *err);
bool	dx_key_is_private(const struct dx_key *k);
void	dx_key_public(const struct dx_key *k, unsigned char out[static DX_SIGN_KEY]);
int	dx_sign(const struct dx_key *k, const void *bytes, size_t n, unsigned char sig[static DX_SIGN_SIZE],
	    struct dx_err *err);
bool	dx_sign_verify(const struct dx_key *k, const void *bytes, size_t n, const void *sig, size_t sig_len);
void	dx_key_free(struct dx_key *k);

#endif
