#include "core/ssh_line.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define RSA_BITS_MIN	2048
#define RSA_BITS_MAX	16384

/* RFC 4253 page 5: fields with a length of four bytes in front. */
struct fields {
	const unsigned char	*at, *end;
};

static bool
next(struct fields *f, const unsigned char **bytes, size_t *n)
{
	uint32_t len;

	if (f->end - f->at < 4)
		return false;
	len = (uint32_t)f->at[0] << 24 | (uint32_t)f->at[1] << 16 | (uint32_t)f->at[2] << 8 | f->at[3];
	f->at += 4;
	if ((size_t)(f->end - f->at) < len)
		return false;
	*bytes = f->at;
	*n = len;
	f->at += len;
	return true;
}

static bool
next_is(struct fields *f, const char *text)
{
	const unsigned char *bytes;
	size_t n;

	return next(f, &bytes, &n) && n == strlen(text) && memcmp(bytes, text, n) == 0;
}

static bool
next_has(struct fields *f, size_t size)
{
	const unsigned char *bytes;
	size_t n;

	return next(f, &bytes, &n) && n == size;
}

/* Bits of a positive integer in its shortest form; 0 when it is another. */
static size_t
next_bits(struct fields *f)
{
	const unsigned char *b;
	size_t n, bits;

	if (!next(f, &b, &n) || n == 0 || (b[0] & 0x80) != 0)
		return 0;
	if (b[0] == 0) {
		if (n < 2 || (b[1] & 0x80) == 0)
			return 0;
		b++;
		n--;
	}
	bits = n * 8;
	for (unsigned top = b[0]; (top & 0x80) == 0; top <<= 1)
		bits--;
	return bits;
}

static bool
is_ed25519(struct fields *f)
{
	return next_has(f, 32);
}

/* An uncompressed point of NIST P-256. */
static bool
is_p256(struct fields *f)
{
	const unsigned char *point;
	size_t n;

	return next_is(f, "nistp256") && next(f, &point, &n) && n == 65 && point[0] == 4;
}

static bool
is_rsa(struct fields *f)
{
	size_t exponent = next_bits(f), modulus = next_bits(f);

	return exponent >= 2 && exponent <= 64 && modulus >= RSA_BITS_MIN && modulus <= RSA_BITS_MAX;
}

static bool
has_application(struct fields *f)
{
	const unsigned char *bytes;
	size_t n;

	return next(f, &bytes, &n) && n > 0;
}

static bool
is_sk_ed25519(struct fields *f)
{
	return is_ed25519(f) && has_application(f);
}

static bool
is_sk_p256(struct fields *f)
{
	return is_p256(f) && has_application(f);
}

static const struct {
	const char	*type;
	bool		(*check)(struct fields *f);
} types[] = {
	{ "ssh-ed25519", is_ed25519 },
	{ "ecdsa-sha2-nistp256", is_p256 },
	{ "ssh-rsa", is_rsa },
	{ "sk-ssh-ed25519@openssh.com", is_sk_ed25519 },
	{ "sk-ecdsa-sha2-nistp256@openssh.com", is_sk_p256 }
};

/* Whether the base64 text holds a key of types[i] and nothing behind it. */
static bool
holds(size_t i, const char *text, size_t len)
{
	unsigned char *blob = dx_alloc(len);
	struct fields f;
	size_t n;
	bool held = false;

	if (dx_base64_decode(text, len, blob, &n) == 0) {
		f.at = blob;
		f.end = blob + n;
		held = next_is(&f, types[i].type) && types[i].check(&f) && f.at == f.end;
	}
	free(blob);
	return held;
}

const char *
dx_ssh_line(const char *line, const char **key, size_t *key_len)
{
	size_t n = strcspn(line, " "), i;

	if (strlen(line) > DX_SSH_LINE_MAX)
		return "is too long for a key";
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strlen(types[i].type) == n && memcmp(types[i].type, line, n) == 0)
			break;
	}
	if (i == sizeof(types) / sizeof(types[0]))
		return "does not begin with a key type that may sign (ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa, "
		    "sk-ssh-ed25519@openssh.com, sk-ecdsa-sha2-nistp256@openssh.com)";
	line += n;
	line += strspn(line, " ");
	n = strcspn(line, " ");
	if (!holds(i, line, n))
		return "is not a key of the type it names, or too short a key";
	*key = line;
	*key_len = n;
	return NULL;
}
