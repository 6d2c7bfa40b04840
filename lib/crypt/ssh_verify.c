/* Signatures by OpenSSH keys. */
#include <stdlib.h>
#include <string.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

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
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
	EVP_PKEY *k = NULL;

	if (c == NULL || params == NULL || EVP_PKEY_fromdata_init(c) != 1 || EVP_PKEY_fromdata(c, &k, EVP_PKEY_PUBLIC_KEY, params) != 1)
		k = NULL;
	EVP_PKEY_CTX_free(c);
	return k;
}

static BIGNUM *
number_of(struct dx_ssh_bytes b)
{
	return BN_bin2bn(b.p, (int)b.n, NULL);
}

static EVP_PKEY *
rsa_key(const struct dx_ssh_key *k)
{
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	BIGNUM *n = number_of(k->modulus), *e = number_of(k->exponent);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *out;

	if (b != NULL && n != NULL && e != NULL && OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		params = OSSL_PARAM_BLD_to_param(b);
	out = key_of("RSA", params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(b);
	BN_free(e);
	BN_free(n);
	return out;
}

/* NULL for a point that is not on the curve. */
static EVP_PKEY *
p256_key(const struct dx_ssh_key *k)
{
	char group[] = "prime256v1";
	unsigned char point[128];
	OSSL_PARAM params[3];

	if (k->point.n > sizeof(point))
		return NULL;
	memcpy(point, k->point.p, k->point.n);
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
	params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, k->point.n);
	params[2] = OSSL_PARAM_construct_end();
	return key_of("EC", params);
}

/* Takes the key over. */
static bool
holds(EVP_PKEY *k, const char *digest, const unsigned char *sig, size_t sig_len, const void *bytes, size_t n)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool good = k != NULL && c != NULL && EVP_DigestVerifyInit_ex(c, NULL, digest, NULL, NULL, k, NULL) == 1 &&
	    EVP_DigestVerify(c, sig, sig_len, n != 0 ? bytes : (const void *)"", n) == 1;

	EVP_MD_CTX_free(c);
	EVP_PKEY_free(k);
	ERR_clear_error();
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

/* The two numbers of RFC 5656 3.1.2 as libcrypto wants them.  0: they are none. */
static int
der_of(struct dx_ssh_bytes sig, unsigned char **der)
{
	struct dx_wire w = dx_wire_of(sig.p, sig.n);
	struct dx_ssh_bytes r, s;
	size_t r_bits, s_bits;
	BIGNUM *rn, *sn;
	ECDSA_SIG *e;
	int len = 0;

	if (!dx_wire_positive(&w, &r, &r_bits) || !dx_wire_positive(&w, &s, &s_bits) || !dx_wire_done(&w) || r_bits > P256_BITS ||
	    s_bits > P256_BITS)
		return 0;
	e = ECDSA_SIG_new();
	rn = number_of(r);
	sn = number_of(s);
	if (e != NULL && rn != NULL && sn != NULL && ECDSA_SIG_set0(e, rn, sn) == 1) {
		rn = sn = NULL;		/* e has them */
		len = i2d_ECDSA_SIG(e, der);
	}
	BN_free(rn);
	BN_free(sn);
	ECDSA_SIG_free(e);
	return len > 0 ? len : 0;
}

static bool
p256(const struct dx_ssh_key *k, struct dx_ssh_bytes sig, const void *bytes, size_t n)
{
	unsigned char *der = NULL;
	int len = der_of(sig, &der);
	bool good = len > 0 && holds(p256_key(k), "SHA256", der, (size_t)len, bytes, n);

	OPENSSL_free(der);
	ERR_clear_error();
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

	dx_crypt_library();
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
