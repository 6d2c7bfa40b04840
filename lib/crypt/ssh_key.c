#include "crypt/ssh_key.h"

#include "crypt/ssh_wire.h"

#define ED25519_SIZE	32
#define P256_SIZE	65	/* 04, x, y */
#define RSA_BITS_MIN	2048
#define RSA_BITS_MAX	16384
#define RSA_EXPONENT_MAX	64	/* bits: what libcrypto takes with any modulus */

const char *const dx_ssh_types[] = { "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa", "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com", NULL };

static bool
read_ed25519(struct dx_wire *w, struct dx_ssh_key *k)
{
	return dx_wire_string(w, &k->point) && k->point.n == ED25519_SIZE;
}

static bool
read_p256(struct dx_wire *w, struct dx_ssh_key *k)
{
	struct dx_ssh_bytes curve;

	return dx_wire_string(w, &curve) && dx_ssh_bytes_are(curve, "nistp256") && dx_wire_string(w, &k->point) &&
	    k->point.n == P256_SIZE && k->point.p[0] == 4;
}

static bool
read_rsa(struct dx_wire *w, struct dx_ssh_key *k)
{
	size_t e, n;

	return dx_wire_positive(w, &k->exponent, &e) && dx_wire_positive(w, &k->modulus, &n) && e >= 2 && e <= RSA_EXPONENT_MAX &&
	    n >= RSA_BITS_MIN && n <= RSA_BITS_MAX;
}

static bool
read_application(struct dx_wire *w, struct dx_ssh_key *k)
{
	return dx_wire_string(w, &k->application) && k->application.n > 0;
}

static bool
read_parts(struct dx_wire *w, struct dx_ssh_key *k)
{
	switch (k->type) {
	case DX_SSH_ED25519:
		return read_ed25519(w, k);
	case DX_SSH_P256:
		return read_p256(w, k);
	case DX_SSH_RSA:
		return read_rsa(w, k);
	case DX_SSH_SK_ED25519:
		return read_ed25519(w, k) && read_application(w, k);
	case DX_SSH_SK_P256:
		return read_p256(w, k) && read_application(w, k);
	}
	return false;
}

bool
dx_ssh_key_read(const void *blob, size_t n, struct dx_ssh_key *out)
{
	struct dx_wire w = dx_wire_of(blob, n);
	struct dx_ssh_key k = { .type = DX_SSH_ED25519 };
	struct dx_ssh_bytes type;
	size_t i = 0;

	if (!dx_wire_string(&w, &type))
		return false;
	while (dx_ssh_types[i] != NULL && !dx_ssh_bytes_are(type, dx_ssh_types[i]))
		i++;
	if (dx_ssh_types[i] == NULL)
		return false;
	k.type = (enum dx_ssh_type)i;
	if (!read_parts(&w, &k) || !dx_wire_done(&w))
		return false;
	*out = k;
	return true;
}
