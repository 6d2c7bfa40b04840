#include "crypt/digest.h"

/* The functions below EVP: they need no provider, whose look-up costs a short process more than half a millisecond, and they
 * are a fifth faster on a small entry.  libcrypto 3 calls them deprecated and keeps them. */
#define OPENSSL_API_COMPAT 10101
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

static void
begin(SHA256_CTX *c)
{
	if (SHA256_Init(c) != 1)
		DX_BUG("libcrypto cannot begin a digest");
}

static void
add(SHA256_CTX *c, const void *bytes, size_t n)
{
	if (n != 0 && SHA256_Update(c, bytes, n) != 1)
		DX_BUG("libcrypto cannot go on with a digest");
}

static void
end(SHA256_CTX *c, struct dx_sha256 *out)
{
	if (SHA256_Final(out->b, c) != 1)
		DX_BUG("libcrypto cannot end a digest");
}

void
dx_sha256(const void *bytes, size_t n, struct dx_sha256 *out)
{
	SHA256_CTX c;

	begin(&c);
	add(&c, bytes, n);
	end(&c, out);
}

void
dx_sha256_tagged(unsigned char tag, const void *bytes, size_t n, struct dx_sha256 *out)
{
	SHA256_CTX c;

	begin(&c);
	add(&c, &tag, 1);
	add(&c, bytes, n);
	end(&c, out);
}

void
dx_sha256_node(const struct dx_sha256 *l, const struct dx_sha256 *r, struct dx_sha256 *out)
{
	static const unsigned char tag = 0x01;
	SHA256_CTX c;

	begin(&c);
	add(&c, &tag, 1);
	add(&c, l->b, sizeof(l->b));
	add(&c, r->b, sizeof(r->b));
	end(&c, out);
}

void
dx_sha256_hex(const struct dx_sha256 *d, char out[static DX_SHA256_HEX])
{
	dx_hex_encode(d->b, sizeof(d->b), out);
}

bool
dx_sha256_unhex(const char *hex, struct dx_sha256 *out)
{
	return dx_hex_is(hex, 2 * sizeof(out->b)) && dx_hex_decode(hex, 2 * sizeof(out->b), out->b, sizeof(out->b));
}

struct dx_hasher { SHA256_CTX c; };

struct dx_hasher *
dx_hasher_new(void)
{
	struct dx_hasher *h = dx_alloc(sizeof(*h));

	begin(&h->c);
	return h;
}

void
dx_hasher_add(struct dx_hasher *h, const void *bytes, size_t n)
{
	add(&h->c, bytes, n);
}

void
dx_hasher_end(struct dx_hasher *h, struct dx_sha256 *out)
{
	end(&h->c, out);
	free(h);
}

/* --- SHA-512 --- */

static void
begin512(SHA512_CTX *c)
{
	if (SHA512_Init(c) != 1)
		DX_BUG("libcrypto cannot begin a digest");
}

static void
add512(SHA512_CTX *c, const void *bytes, size_t n)
{
	if (n != 0 && SHA512_Update(c, bytes, n) != 1)
		DX_BUG("libcrypto cannot go on with a digest");
}

static void
end512(SHA512_CTX *c, struct dx_sha512 *out)
{
	if (SHA512_Final(out->b, c) != 1)
		DX_BUG("libcrypto cannot end a digest");
}

void
dx_sha512(const void *bytes, size_t n, struct dx_sha512 *out)
{
	SHA512_CTX c;

	begin512(&c);
	add512(&c, bytes, n);
	end512(&c, out);
}

struct dx_hasher_both { SHA256_CTX small; SHA512_CTX large; };

struct dx_hasher_both *
dx_hasher_both_new(void)
{
	struct dx_hasher_both *h = dx_alloc(sizeof(*h));

	begin(&h->small);
	begin512(&h->large);
	return h;
}

void
dx_hasher_both_add(struct dx_hasher_both *h, const void *bytes, size_t n)
{
	add(&h->small, bytes, n);
	add512(&h->large, bytes, n);
}

void
dx_hasher_both_end(struct dx_hasher_both *h, struct dx_sha256 *sha256, struct dx_sha512 *sha512)
{
	end(&h->small, sha256);
	end512(&h->large, sha512);
	free(h);
}

bool
dx_same(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}
