/* ssh_key: public keys of OpenSSH as the blobs of RFC 4253 6.6, and signatures by them.  Which types may sign is the list of
 * approvals page 1.1.  Knows nothing of whose key it is. */
#ifndef DX_CRYPT_SSH_KEY_H
#define DX_CRYPT_SSH_KEY_H

#include <stdbool.h>
#include <stddef.h>

enum dx_ssh_type { DX_SSH_ED25519, DX_SSH_P256, DX_SSH_RSA, DX_SSH_SK_ED25519, DX_SSH_SK_P256 };
extern const char *const dx_ssh_types[];	/* "ssh-ed25519", ... in that order, NULL at the end */

/* Bytes within something larger. */
struct dx_ssh_bytes { const unsigned char *p; size_t n; };

struct dx_ssh_key {
	enum dx_ssh_type	 type;
	struct dx_ssh_bytes	 point;		/* Ed25519: 32 bytes; P-256: 65, uncompressed */
	struct dx_ssh_bytes	 exponent, modulus;	/* RSA: positive, in their shortest form */
	struct dx_ssh_bytes	 application;	/* sk: at least one byte */
};

/* False unless the blob is a key of one of the types and nothing more, and of RSA one of 2048 to 16384 bits.  *out lends from
 * it. */
bool	dx_ssh_key_read(const void *blob, size_t n, struct dx_ssh_key *out);

/* Whether the signature blob (RFC 4253 6.6; RFC 8332 for RSA, never SHA-1; PROTOCOL.u2f of OpenSSH for sk, which must say that a
 * person was present) is the key's over these bytes.  Any other blob is no signature: false. */
bool	dx_ssh_key_verify(const struct dx_ssh_key *k, const void *signature, size_t signature_len, const void *bytes, size_t n);

#endif
