#include "crypt/sign.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

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
	struct dx_key *k;

	ERR_clear_error();
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
	struct dx_key *k;

	dx_crypt_library();
	k = key_new(EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, seed, DX_SIGN_KEY), true);
	if (k == NULL)
		DX_BUG("libcrypto has no Ed25519");
	return k;
}

struct dx_key *
dx_key_from_public(const unsigned char pub[static DX_SIGN_KEY])
{
	dx_crypt_library();
	return key_new(EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, pub, DX_SIGN_KEY), false);
}

/* PKCS#8 without libcrypto's decoders: they cost a millisecond, try every algorithm and leave copies behind.  The seed
 * is an OCTET STRING within the OCTET STRING of the private key (RFC 8410 7).  NULL when it is not an Ed25519 key. */
static struct dx_key *
from_pkcs8(const unsigned char *der, long n)
{
	const unsigned char *at = der, *seed;
	PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, n);
	const X509_ALGOR *algorithm;
	const ASN1_OBJECT *oid;
	struct dx_key *k = NULL;
	int parameters, len;

	if (info == NULL || at != der + n || PKCS8_pkey_get0(NULL, &seed, &len, &algorithm, info) != 1)
		goto out;
	X509_ALGOR_get0(&oid, &parameters, NULL, algorithm);
	if (OBJ_obj2nid(oid) == NID_ED25519 && parameters == V_ASN1_UNDEF && len == 2 + DX_SIGN_KEY &&
	    seed[0] == 0x04 && seed[1] == DX_SIGN_KEY)
		k = dx_key_from_seed(seed + 2);
out:
	PKCS8_PRIV_KEY_INFO_free(info);		/* wipes the seed */
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
	*b = (struct block){ 0 };
	return PEM_read_bio_ex(in, &b->name, &b->header, &b->der, &b->n, PEM_FLAG_SECURE | PEM_FLAG_EAY_COMPATIBLE) == 1;
}

static void
block_free(struct block *b)
{
	OPENSSL_secure_free(b->name);
	OPENSSL_secure_free(b->header);
	OPENSSL_secure_clear_free(b->der, b->n > 0 ? (size_t)b->n : 0);
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
	struct block one = { 0 }, two = { 0 };
	BIO *in = NULL;
	int rc = -1;

	dx_crypt_library();
	if (n <= INT_MAX)
		in = BIO_new_mem_buf(n != 0 ? pem : "", (int)n);
	if (in == NULL || !block_read(in, &one))
		dx_err_set(err, DX_R_KEY_INVALID, "no PEM block in it");
	else if (block_read(in, &two))
		dx_err_set(err, DX_R_KEY_INVALID, "more than one PEM block in it");	/* which one was meant? */
	else
		rc = from_block(&one, out, err);
	block_free(&two);
	block_free(&one);
	BIO_free(in);
	ERR_clear_error();
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
	size_t n = DX_SIGN_KEY;

	if (EVP_PKEY_get_raw_public_key(k->pkey, out, &n) != 1 || n != DX_SIGN_KEY)
		DX_BUG("an Ed25519 key without its public half");
}

int
dx_sign(const struct dx_key *k, const void *bytes, size_t n, unsigned char sig[static DX_SIGN_SIZE],
    struct dx_err *err)
{
	unsigned char s[DX_SIGN_SIZE];
	size_t len = sizeof(s);
	EVP_MD_CTX *c;
	bool done;

	if (!k->private)
		return dx_err_set(err, DX_R_KEY_INVALID, "a public key cannot sign");
	c = EVP_MD_CTX_new();
	done = c != NULL && EVP_DigestSignInit_ex(c, NULL, NULL, NULL, NULL, k->pkey, NULL) == 1 &&
	    EVP_DigestSign(c, s, &len, n != 0 ? bytes : (const void *)"", n) == 1 && len == sizeof(s);
	EVP_MD_CTX_free(c);
	ERR_clear_error();
	if (!done)
		return dx_err_set(err, DX_R_KEY_INVALID, "libcrypto cannot sign with this key");
	memcpy(sig, s, sizeof(s));
	return 0;
}

bool
dx_sign_verify(const struct dx_key *k, const void *bytes, size_t n, const void *sig, size_t sig_len)
{
	EVP_MD_CTX *c;
	bool good;

	if (sig_len != DX_SIGN_SIZE)
		return false;
	c = EVP_MD_CTX_new();
	good = c != NULL && EVP_DigestVerifyInit_ex(c, NULL, NULL, NULL, NULL, k->pkey, NULL) == 1 &&
	    EVP_DigestVerify(c, sig, sig_len, n != 0 ? bytes : (const void *)"", n) == 1;
	EVP_MD_CTX_free(c);
	ERR_clear_error();
	return good;
}

void
dx_key_free(struct dx_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->pkey);
	free(k);
}
