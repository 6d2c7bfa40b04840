/* sshsig: signatures of files as `ssh-keygen -Y sign` writes them (OpenSSH, PROTOCOL.sshsig; approvals page 1.2).  Says whether a
 * signature is well formed and whether a key made it; whose key that is, and whether it counts, is the caller's to know. */
#ifndef DX_CRYPT_SSHSIG_H
#define DX_CRYPT_SSHSIG_H

#include <stdbool.h>
#include <stddef.h>
#include "crypt/digest.h"
#include "crypt/ssh_key.h"

struct dx_err;

#define DX_SSHSIG_MAX	((size_t)64 << 10)	/* bytes of one in its armour */

enum dx_sshsig_hash { DX_SSHSIG_SHA256, DX_SSHSIG_SHA512 };

struct dx_sshsig {
	unsigned char		*blob;		/* owned; the others lie in it */
	struct dx_ssh_bytes	 key;		/* the public key that claims to have signed: equal bytes are the same key */
	struct dx_ssh_key	 parts;		/* of it */
	struct dx_ssh_bytes	 name_space, signature;
	enum dx_sshsig_hash	 hash;		/* of the message */
};

/* What was signed: both digests, because the signature says which it is over. */
struct dx_sshsig_message { struct dx_sha256 sha256; struct dx_sha512 sha512; };
void	dx_sshsig_message(const void *bytes, size_t n, struct dx_sshsig_message *out);

/* One armoured signature and nothing but blanks behind it, in the order of the page: armour, magic, version 1, the namespace asked
 * for, empty reserved field, hash sha256 or sha512, a key of a type that may sign: else signature_malformed.  text is not kept. */
int	dx_sshsig_read(const char *text, size_t len, const char *name_space, struct dx_sshsig *out, struct dx_err *err);
void	dx_sshsig_release(struct dx_sshsig *s);

/* Of several signatures one behind the other: how many bytes the first takes with its line end, all when there is no other. */
size_t	dx_sshsig_first(const char *text, size_t len);

/* Whether the key with that blob made this signature over this message: signature_invalid.  The key is asked for so that nobody
 * takes the key within a signature for one that is trusted. */
int	dx_sshsig_verify(const struct dx_sshsig *s, const void *key, size_t key_len, const struct dx_sshsig_message *m,
	    struct dx_err *err);

#endif
