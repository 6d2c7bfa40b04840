#include "crypt/sign.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "crypt/library.h"

/* The key itself is libcrypto's, which wipes it when it is freed; no copy is kept here. */
struct dx_key {
	EVP_PKEY	*pkey;
	bool		 private;
};

/* What stands before the 32 bytes of a public key: RFC 8410 4 leaves no other DER. */
static const unsigned char spki[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };

static struct dx_key *
key_new(EVP_PKEY *pkey, bool private)
{
	const struct dx_crypto *lib = dx_crypto();
	struct dx_key *k;

	lib->ERR_clear_error();
	if (pkey == NULL)
		return NULL;
	k = dx_alloc(sizeof(*k));
	k->pkey = pkey;
	k->private = private;
	return k;
}

struct dx_key *
dx_key_from_seed(const unsigned char seed[static DX_SIGN_KEY])
{
	const struct dx_crypto *lib = dx_crypto();
	struct dx_key *k = key_new(lib->EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, seed, DX_SIGN_KEY), true);
	if (k == NULL)
		DX_BUG("libcrypto has no Ed25519");
	return k;
}

struct dx_key *
dx_key_from_public(const unsigned char pub[static DX_SIGN_KEY])
{
	const struct dx_crypto *lib = dx_crypto();

	return key_new(lib->EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, pub, DX_SIGN_KEY), false);
}

/* PKCS#8 without libcrypto's decoders: they cost a millisecond, try every algorithm and leave copies behind.  The seed
 * is an OCTET STRING within the OCTET STRING of the private key (RFC 8410 7).  NULL when it is not an Ed25519 key. */
static struct dx_key *
from_pkcs8(const unsigned char *der, long n)
{
	const struct dx_crypto *lib = dx_crypto();
	const unsigned char *at = der, *seed;
	PKCS8_PRIV_KEY_INFO *info = lib->d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, n);
	const X509_ALGOR *algorithm;
	const ASN1_OBJECT *oid;
	struct dx_key *k = NULL;
	int parameters, len;

	if (info == NULL || at != der + n || lib->PKCS8_pkey_get0(NULL, &seed, &len, &algorithm, info) != 1)
		goto out;
	lib->X509_ALGOR_get0(&oid, &parameters, NULL, algorithm);
	if (lib->OBJ_obj2nid(oid) == NID_ED25519 && parameters == V_ASN1_UNDEF && len == 2 + DX_SIGN_KEY &&
	    seed[0] == 0x04 && seed[1] == DX_SIGN_KEY)
		k = dx_key_from_seed(seed + 2);
out:
	lib->PKCS8_PRIV_KEY_INFO_free(info);		/* wipes the seed */
	return k;
}

static struct dx_key *
from_spki(const unsigned char *der, long n)
{
	if (n != (long)sizeof(spki) + DX_SIGN_KEY || memcmp(der, spki, sizeof(spki)) != 0)
		return NULL;
	return dx_key_from_public(der + sizeof(spki));
}

/* One PEM block as libcrypto reads it; wiped by block_free.  False: there is none. */
struct block {
	char		*name;
	char		*header;
	unsigned char	*der;
	long		 n;
};

static bool
block_read(BIO *in, struct block *b)
{
	const struct dx_crypto *lib = dx_crypto();

	*b = (struct block){ 0 };
	return lib->PEM_read_bio_ex(in, &b->name, &b->header, &b->der, &b->n, PEM_FLAG_SECURE | PEM_FLAG_EAY_COMPATIBLE) == 1;
}

static void
block_free(struct block *b)
{
	const struct dx_crypto *lib = dx_crypto();

	lib->CRYPTO_secure_free(b->name, OPENSSL_FILE, OPENSSL_LINE);
	lib->CRYPTO_secure_free(b->header, OPENSSL_FILE, OPENSSL_LINE);
	lib->CRYPTO_secure_clear_free(b->der, b->n > 0 ? (size_t)b->n : 0, OPENSSL_FILE, OPENSSL_LINE);
}

/* The key of one block; nothing here can ask for a pass phrase. */
static int
from_block(const struct block *b, struct dx_key **out, struct dx_err *err)
{
	struct dx_key *k = NULL;

	if (strcmp(b->name, "ENCRYPTED PRIVATE KEY") == 0 || b->header[0] != '\0')
		return dx_err_set(err, DX_R_KEY_INVALID, "the private key is encrypted");
	if (strcmp(b->name, "PRIVATE KEY") == 0)
		k = from_pkcs8(b->der, b->n);
	else if (strcmp(b->name, "PUBLIC KEY") == 0)
		k = from_spki(b->der, b->n);
	if (k == NULL)
		return dx_err_set(err, DX_R_KEY_INVALID, "not an Ed25519 key, seen a PEM block \"%s\"", b->name);
	*out = k;
	return 0;
}

int
dx_key_from_pem(const void *pem, size_t n, struct dx_key **out, struct dx_err *err)
{
	const struct dx_crypto *lib = dx_crypto();
	struct block one = { 0 }, two = { 0 };
	BIO *in = NULL;
	int rc = -1;

	if (n <= INT_MAX)
		in = lib->BIO_new_mem_buf(n != 0 ? pem : "", (int)n);
	if (in == NULL || !block_read(in, &one))
		dx_err_set(err, DX_R_KEY_INVALID, "no PEM block in it");
	else if (block_read(in, &two))
		dx_err_set(err, DX_R_KEY_INVALID, "more than one PEM block in it");	/* which one was meant? */
	else
		rc = from_block(&one, out, err);
	block_free(&two);
	block_free(&one);
	lib->BIO_free(in);
	lib->ERR_clear_error();
	return rc;
}

bool
dx_key_is_private(const struct dx_key *k)
{
	return k->private;
}

void
dx_key_public(const struct dx_key *k, unsigned char out[static DX_SIGN_KEY])
{
	const struct dx_crypto *lib = dx_crypto();
	size_t n = DX_SIGN_KEY;

	if (lib->EVP_PKEY_get_raw_public_key(k->pkey, out, &n) != 1 || n != DX_SIGN_KEY)
		DX_BUG("an Ed25519 key without its public half");
}

int
dx_sign(const struct dx_key *k, const void *bytes, size_t n, unsigned char sig[static DX_SIGN_SIZE],
    struct dx_err *err)
{
	const struct dx_crypto *lib = dx_crypto();
	unsigned char s[DX_SIGN_SIZE];
	size_t len = sizeof(s);
	EVP_MD_CTX *c;
	bool done;

	if (!k->private)
		return dx_err_set(err, DX_R_KEY_INVALID, "a public key cannot sign");
	c = lib->EVP_MD_CTX_new();
	done = c != NULL && lib->EVP_DigestSignInit_ex(c, NULL, NULL, NULL, NULL, k->pkey, NULL) == 1 &&
	    lib->EVP_DigestSign(c, s, &len, n != 0 ? bytes : (const void *)"", n) == 1 && len == sizeof(s);
	lib->EVP_MD_CTX_free(c);
	lib->ERR_clear_error();
	if (!done)
		return dx_err_set(err, DX_R_KEY_INVALID, "libcrypto cannot sign with this key");
	memcpy(sig, s, sizeof(s));
	return 0;
}

bool
dx_sign_verify(const struct dx_key *k, const void *bytes, size_t n, const void *sig, size_t sig_len)
{
	const struct dx_crypto *lib = dx_crypto();
	EVP_MD_CTX *c;
	bool good;

	if (sig_len != DX_SIGN_SIZE)
		return false;
	c = lib->EVP_MD_CTX_new();
	good = c != NULL && lib->EVP_DigestVerifyInit_ex(c, NULL, NULL, NULL, NULL, k->pkey, NULL) == 1 &&
	    lib->EVP_DigestVerify(c, sig, sig_len, n != 0 ? bytes : (const void *)"", n) == 1;
	lib->EVP_MD_CTX_free(c);
	lib->ERR_clear_error();
	return good;
}

void
dx_key_free(struct dx_key *k)
{
	if (k == NULL)
		return;
	dx_crypto()->EVP_PKEY_free(k->pkey);
	free(k);
}
