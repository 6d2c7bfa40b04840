#include "crypt/dsse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/crypto.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"

#define PRIVATE_MAX	((size_t)16 << 10)	/* bytes of a private key's file */
#define PUBLIC_MAX	((size_t)1 << 20)
#define KEYS_MAX	1024
#define BEGIN		"-----BEGIN "

/* What stands before the 32 bytes of a public key: RFC 8410 4. */
static const unsigned char spki[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };

void
dx_dsse_keyid(const struct dx_key *k, char out[static DX_SHA256_HEX])
{
	unsigned char der[sizeof(spki) + DX_SIGN_KEY];
	struct dx_sha256 d;

	memcpy(der, spki, sizeof(spki));
	dx_key_public(k, der + sizeof(spki));
	dx_sha256(der, sizeof(der), &d);
	dx_sha256_hex(&d, out);
}

void
dx_dsse_pae(const char *type, const void *payload, size_t n, struct dx_buf *out)
{
	dx_buf_printf(out, "DSSEv1 %zu %s %zu ", strlen(type), type, n);
	dx_buf_add(out, payload, n);
}

int
dx_dsse_sign(const struct dx_key *k, const char *type, const void *payload, size_t n,
    unsigned char sig[static DX_SIGN_SIZE], struct dx_err *err)
{
	struct dx_buf pae = { 0 };
	int rc;

	dx_dsse_pae(type, payload, n, &pae);
	rc = dx_sign(k, pae.data, pae.len, sig, err);
	dx_buf_release(&pae);
	return rc;
}

size_t
dx_dsse_verify(const struct dx_keys *keys, const char *type, const void *payload, size_t n, const struct dx_dsse_sig *sigs,
    size_t sig_count, bool *signed_by)
{
	struct dx_buf pae = { 0 };
	size_t good = 0;

	dx_dsse_pae(type, payload, n, &pae);
	for (size_t i = 0; i < keys->count; i++) {
		bool found = false;

		for (size_t j = 0; j < sig_count && !found; j++)
			found = dx_sign_verify(keys->key[i], pae.data, pae.len, sigs[j].bytes, sigs[j].n);
		good += found;
		if (signed_by != NULL)
			signed_by[i] = found;
	}
	dx_buf_release(&pae);
	return good;
}

/* --- sets of keys --- */

void
dx_keys_add(struct dx_keys *keys, struct dx_key *k)
{
	unsigned char mine[DX_SIGN_KEY], other[DX_SIGN_KEY];

	dx_key_public(k, mine);
	for (size_t i = 0; i < keys->count; i++) {
		dx_key_public(keys->key[i], other);
		if (memcmp(mine, other, sizeof(mine)) == 0) {
			dx_key_free(k);
			return;
		}
	}
	keys->key = dx_realloc(keys->key, dx_size_mul(keys->count + 1, sizeof(*keys->key)));
	keys->key[keys->count++] = k;
}

static void
keys_cut(struct dx_keys *keys, size_t count)
{
	while (keys->count > count)
		dx_key_free(keys->key[--keys->count]);
}

void
dx_keys_release(struct dx_keys *keys)
{
	keys_cut(keys, 0);
	free(keys->key);
	*keys = (struct dx_keys){ 0 };
}

/* --- files --- */

/* Into the fixed memory of the caller, so that no copy stays behind in a buffer that grew.  Bytes, or -1. */
static ssize_t
read_private(int fd, const char *path, char *to, size_t max, struct dx_err *err)
{
	size_t len = 0;
	ssize_t got;

	while (len < max) {
		got = read(fd, to + len, max - len);
		if (got == 0)
			return (ssize_t)len;
		if (got < 0 && errno != EINTR)
			return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot read", path);
		if (got > 0)
			len += (size_t)got;
	}
	return dx_err_set(err, DX_R_KEY_INVALID, "%s: larger than a key can be", path);
}

static int
load_private(int fd, const char *path, struct dx_key **out, struct dx_err *err)
{
	char pem[PRIVATE_MAX];
	struct dx_key *k = NULL;
	struct stat st;
	ssize_t n;
	int rc = -1;

	if (fstat(fd, &st) != 0)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot look at it", path);
	if ((st.st_mode & 077) != 0)
		return dx_err_set(err, DX_R_KEY_FILE_PERMISSIONS, "%s: others may use this private key (mode %04o): chmod 600 it",
		    path, (unsigned int)(st.st_mode & 07777));
	n = read_private(fd, path, pem, sizeof(pem), err);
	if (n >= 0 && dx_key_from_pem(pem, (size_t)n, &k, err) != 0) {
		dx_err_in(err, "%s", path);
	} else if (n >= 0 && !dx_key_is_private(k)) {
		dx_err_set(err, DX_R_KEY_INVALID, "%s: a public key cannot sign", path);
		dx_key_free(k);
	} else if (n >= 0) {
		*out = k;
		rc = 0;
	}
	OPENSSL_cleanse(pem, sizeof(pem));
	return rc;
}

int
dx_key_load(const char *path, struct dx_key **out, struct dx_err *err)
{
	int fd, rc;

	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot open", path);
	rc = load_private(fd, path, out, err);
	close(fd);
	return rc;
}

/* One PEM block and whatever stands behind it up to the next. */
static int
add_block(const char *pem, size_t n, struct dx_keys *keys, struct dx_err *err)
{
	struct dx_key *k;

	if (dx_key_from_pem(pem, n, &k, err) != 0)
		return -1;
	if (dx_key_is_private(k)) {
		dx_key_free(k);
		return dx_err_set(err, DX_R_KEY_INVALID, "a private key, where public keys are trusted");
	}
	if (keys->count >= KEYS_MAX) {
		dx_key_free(k);
		return dx_err_set(err, DX_R_KEY_INVALID, "more than %d keys", KEYS_MAX);
	}
	dx_keys_add(keys, k);
	return 0;
}

int
dx_keys_load(const char *path, struct dx_keys *keys, struct dx_err *err)
{
	size_t before = keys->count;
	struct dx_buf text = { 0 };
	const char *at, *next;
	int rc;

	rc = dx_file_read(path, PUBLIC_MAX, DX_R_KEY_INVALID, &text, err);
	at = rc == 0 && text.data != NULL ? strstr(text.data, BEGIN) : NULL;
	if (rc == 0 && at == NULL)
		rc = dx_err_set(err, DX_R_KEY_INVALID, "%s: no PEM block in it", path);
	for (; rc == 0 && at != NULL; at = next) {
		next = strstr(at + sizeof(BEGIN) - 1, BEGIN);
		rc = add_block(at, next != NULL ? (size_t)(next - at) : strlen(at), keys, err);
		if (rc != 0)
			dx_err_in(err, "%s", path);
	}
	if (rc != 0)
		keys_cut(keys, before);
	/* It may have been a private key after all. */
	if (text.data != NULL)
		OPENSSL_cleanse(text.data, text.len);
	dx_buf_release(&text);
	return rc;
}
