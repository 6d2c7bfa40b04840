/* Signatures by OpenSSH keys. */
#include <stdlib.h>
#include <string.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

#include "base/buf.h"
#include "base/mem.h"
#include "crypt/digest.h"
#include "crypt/library.h"
#include "crypt/sign.h"
#include "crypt/ssh_wire.h"

#define USER_PRESENT	0x01	/* of the flags of a security key */
#define P256_BITS	256

/* --- libcrypto's keys --- */

static EVP_PKEY *
key_of(const char *algorithm, OSSL_PARAM *params)
{
	const struct dx_crypto *lib = dx_crypto();
	EVP_PKEY_CTX *c = lib->EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
	EVP_PKEY *k = NULL;

	if (c == NULL || lib->EVP_PKEY_fromdata_init(c) != 1 || lib->EVP_PKEY_fromdata(c, &k, EVP_PKEY_PUBLIC_KEY, params) != 1)
		k = NULL;
	lib->EVP_PKEY_CTX_free(c);
	return k;
}

/* A number as parameters have it: in the order of the machine, which is owned. */
static unsigned char *
native(struct dx_ssh_bytes b)
{
	unsigned char *out = dx_alloc(b.n);

	for (size_t i = 0; i < b.n; i++)
		out[i] = b.p[__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? b.n - 1 - i : i];
	return out;
}

static EVP_PKEY *
rsa_key(const struct dx_ssh_key *k)
{
	unsigned char *n = native(k->modulus), *e = native(k->exponent);
	OSSL_PARAM params[] = {
		{ OSSL_PKEY_PARAM_RSA_N, OSSL_PARAM_UNSIGNED_INTEGER, n, k->modulus.n, OSSL_PARAM_UNMODIFIED },
		{ OSSL_PKEY_PARAM_RSA_E, OSSL_PARAM_UNSIGNED_INTEGER, e, k->exponent.n, OSSL_PARAM_UNMODIFIED },
		OSSL_PARAM_END
	};
	EVP_PKEY *out = key_of("RSA", params);

	free(n);
	free(e);
	return out;
}

/* NULL for a point that is not on the curve. */
static EVP_PKEY *
p256_key(const struct dx_ssh_key *k)
{
	char group[] = "prime256v1";
	unsigned char point[128];
	OSSL_PARAM params[] = {
		{ OSSL_PKEY_PARAM_GROUP_NAME, OSSL_PARAM_UTF8_STRING, group, sizeof(group) - 1, OSSL_PARAM_UNMODIFIED },
		{ OSSL_PKEY_PARAM_PUB_KEY, OSSL_PARAM_OCTET_STRING, point, k->point.n, OSSL_PARAM_UNMODIFIED },
		OSSL_PARAM_END
	};

	if (k->point.n > sizeof(point))
		return NULL;
	memcpy(point, k->point.p, k->point.n);
	return key_of("EC", params);
}

/* Takes the key over. */
static bool
holds(EVP_PKEY *k, const char *digest, const unsigned char *sig, size_t sig_len, const void *bytes, size_t n)
{
	const struct dx_crypto *lib = dx_crypto();
	EVP_MD_CTX *c = lib->EVP_MD_CTX_new();
	bool good = k != NULL && c != NULL && lib->EVP_DigestVerifyInit_ex(c, NULL, digest, NULL, NULL, k, NULL) == 1 &&
	    lib->EVP_DigestVerify(c, sig, sig_len, n != 0 ? bytes : (const void *)"", n) == 1;

	lib->EVP_MD_CTX_free(c);
	lib->EVP_PKEY_free(k);
	lib->ERR_clear_error();
	return good;
}

/* --- one algorithm each --- */

static bool
ed25519(const struct dx_ssh_key *k, struct dx_ssh_bytes sig, const void *bytes, size_t n)
{
	struct dx_key *key = dx_key_from_public(k->point.p);
	bool good = key != NULL && dx_sign_verify(key, bytes, n, sig.p, sig.n);

	dx_key_free(key);
	return good;
}

static void
put_integer(struct dx_buf *b, struct dx_ssh_bytes n)
{
	bool sign = (n.p[0] & 0x80) != 0;

	dx_buf_putc(b, 0x02);
	dx_buf_putc(b, (char)(n.n + sign));
	if (sign)
		dx_buf_putc(b, 0);
	dx_buf_add(b, n.p, n.n);
}

/* The two numbers of RFC 5656 3.1.2 as libcrypto wants them, the DER of RFC 3279 2.2.3: so small that every length is one byte.
 * False: they are none. */
static bool
put_der(struct dx_ssh_bytes sig, struct dx_buf *out)
{
	struct dx_wire w = dx_wire_of(sig.p, sig.n);
	struct dx_ssh_bytes r, s;
	struct dx_buf both = { 0 };
	size_t r_bits, s_bits;

	if (!dx_wire_positive(&w, &r, &r_bits) || !dx_wire_positive(&w, &s, &s_bits) || !dx_wire_done(&w) || r_bits > P256_BITS ||
	    s_bits > P256_BITS)
		return false;
	put_integer(&both, r);
	put_integer(&both, s);
	dx_buf_putc(out, 0x30);
	dx_buf_putc(out, (char)both.len);
	dx_buf_add(out, both.data, both.len);
	dx_buf_release(&both);
	return true;
}

static bool
p256(const struct dx_ssh_key *k, struct dx_ssh_bytes sig, const void *bytes, size_t n)
{
	struct dx_buf der = { 0 };
	bool good = put_der(sig, &der) && holds(p256_key(k), "SHA256", (const unsigned char *)der.data, der.len, bytes, n);

	dx_buf_release(&der);
	return good;
}

/* Leading zero bytes may have been left out (RFC 8332 3). */
static bool
rsa(const struct dx_ssh_key *k, const char *digest, struct dx_ssh_bytes sig, const void *bytes, size_t n)
{
	unsigned char *whole;
	bool good;

	if (sig.n == 0 || sig.n > k->modulus.n)
		return false;
	whole = dx_alloc(k->modulus.n);
	memset(whole, 0, k->modulus.n - sig.n);
	memcpy(whole + k->modulus.n - sig.n, sig.p, sig.n);
	good = holds(rsa_key(k), digest, whole, k->modulus.n, bytes, n);
	free(whole);
	return good;
}

/* What a security key signs in the place of the bytes; false when it does not say that a person was there. */
static bool
sk_message(const struct dx_ssh_key *k, struct dx_wire *rest, const void *bytes, size_t n, struct dx_buf *out)
{
	struct dx_ssh_bytes flags, counter;
	struct dx_sha256 d;

	if (!dx_wire_bytes(rest, 1, &flags) || !dx_wire_bytes(rest, 4, &counter) || (flags.p[0] & USER_PRESENT) == 0)
		return false;
	dx_sha256(k->application.p, k->application.n, &d);
	dx_buf_add(out, d.b, sizeof(d.b));
	dx_buf_add(out, flags.p, flags.n);
	dx_buf_add(out, counter.p, counter.n);
	dx_sha256(bytes, n, &d);
	dx_buf_add(out, d.b, sizeof(d.b));
	return true;
}

static bool
by_type(const struct dx_ssh_key *k, struct dx_ssh_bytes algorithm, struct dx_ssh_bytes sig, const void *bytes, size_t n)
{
	if (k->type == DX_SSH_RSA)
		return dx_ssh_bytes_are(algorithm, "rsa-sha2-256") ? rsa(k, "SHA256", sig, bytes, n) :
		    dx_ssh_bytes_are(algorithm, "rsa-sha2-512") && rsa(k, "SHA512", sig, bytes, n);
	if (!dx_ssh_bytes_are(algorithm, dx_ssh_types[k->type]))
		return false;
	return k->type == DX_SSH_ED25519 || k->type == DX_SSH_SK_ED25519 ? ed25519(k, sig, bytes, n) : p256(k, sig, bytes, n);
}

bool
dx_ssh_key_verify(const struct dx_ssh_key *k, const void *signature, size_t signature_len, const void *bytes, size_t n)
{
	bool sk = k->type == DX_SSH_SK_ED25519 || k->type == DX_SSH_SK_P256, good;
	struct dx_wire w = dx_wire_of(signature, signature_len);
	struct dx_ssh_bytes algorithm, sig;
	struct dx_buf message = { 0 };

	if (!dx_wire_string(&w, &algorithm) || !dx_wire_string(&w, &sig) || (sk && !sk_message(k, &w, bytes, n, &message))) {
		dx_buf_release(&message);
		return false;
	}
	if (sk) {
		bytes = message.data;
		n = message.len;
	}
	good = dx_wire_done(&w) && by_type(k, algorithm, sig, bytes, n);
	dx_buf_release(&message);
	return good;
}
