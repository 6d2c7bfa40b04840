#include "crypt/sshsig.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "crypt/ssh_wire.h"

#define BEGIN		"-----BEGIN SSH SIGNATURE-----"
#define END		"-----END SSH SIGNATURE-----"
#define MAGIC		"SSHSIG"
#define VERSION		1
#define MALFORMED	DX_R_SIGNATURE_MALFORMED

static const char *const hash_names[] = { [DX_SSHSIG_SHA256] = "sha256", [DX_SSHSIG_SHA512] = "sha512" };

/* --- armour --- */

static bool
begins(const char *at, const char *end, const char *what)
{
	return (size_t)(end - at) >= strlen(what) && memcmp(at, what, strlen(what)) == 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Moves *at behind the end of a line, LF or CRLF; false: none is here. */
static bool
line_end(const char **at, const char *end)
{
	if (begins(*at, end, "\r\n"))
		*at += 2;
	else if (begins(*at, end, "\n"))
		*at += 1;
	else
		return false;
	return true;
}

/* The base64 between the two lines without its line ends, in memory of its own.  NULL: the armour is not whole. */
static char *
body(const char *text, size_t len, size_t *n)
{
	const char *at = text, *end = text + len;
	char *out;

	if (!begins(at, end, BEGIN))
		return NULL;
	at += strlen(BEGIN);
	if (!line_end(&at, end))
		return NULL;
	out = dx_alloc(len);
	*n = 0;
	while (at < end && *at != '-')
		if (!line_end(&at, end))
			out[(*n)++] = *at++;
	if (begins(at, end, END) && at[-1] == '\n') {
		at += strlen(END);
		while (at < end && is_blank(*at))
			at++;
		if (at == end)
			return out;
	}
	free(out);
	return NULL;
}

size_t
dx_sshsig_first(const char *text, size_t len)
{
	const char *end = text + len, *at = text;

	for (; at < end; at++)
		if ((at == text || at[-1] == '\n') && begins(at, end, END)) {
			at += strlen(END);
			while (at < end && is_blank(*at))
				at++;
			return (size_t)(at - text);
		}
	return len;
}

/* --- reading --- */

static int
read_hash(struct dx_ssh_bytes name, struct dx_sshsig *s, struct dx_err *err)
{
	for (size_t i = 0; i < sizeof(hash_names) / sizeof(hash_names[0]); i++)
		if (dx_ssh_bytes_are(name, hash_names[i])) {
			s->hash = (enum dx_sshsig_hash)i;
			return 0;
		}
	return dx_err_set(err, MALFORMED, "the signature is over a digest \"%.*s\", neither sha256 nor sha512",
	    (int)(name.n < 32 ? name.n : 32), (const char *)name.p);
}

static int
read_fields(struct dx_wire *w, const char *name_space, struct dx_sshsig *s, struct dx_err *err)
{
	struct dx_ssh_bytes magic, reserved, hash;
	uint32_t version;

	if (!dx_wire_bytes(w, strlen(MAGIC), &magic) || !dx_ssh_bytes_are(magic, MAGIC))
		return dx_err_set(err, MALFORMED, "what is in the armour does not begin with " MAGIC);
	if (!dx_wire_u32(w, &version) || version != VERSION)
		return dx_err_set(err, MALFORMED, "the signature is not of version %d", VERSION);
	if (!dx_wire_string(w, &s->key) || !dx_wire_string(w, &s->name_space))
		return dx_err_set(err, MALFORMED, "the signature is cut off");
	if (!dx_ssh_bytes_are(s->name_space, name_space))
		return dx_err_set(err, MALFORMED, "the signature has the namespace \"%.*s\", not \"%s\"",
		    (int)(s->name_space.n < 64 ? s->name_space.n : 64), (const char *)s->name_space.p, name_space);
	if (!dx_wire_string(w, &reserved) || reserved.n != 0)
		return dx_err_set(err, MALFORMED, "the reserved field of the signature is not empty");
	if (!dx_wire_string(w, &hash))
		return dx_err_set(err, MALFORMED, "the signature is cut off");
	if (read_hash(hash, s, err) != 0)
		return -1;
	if (!dx_ssh_key_read(s->key.p, s->key.n, &s->parts))
		return dx_err_set(err, MALFORMED, "the key in the signature is not of a type that may sign, or too short");
	if (!dx_wire_string(w, &s->signature) || !dx_wire_done(w))
		return dx_err_set(err, MALFORMED, "the signature is cut off, or something stands behind it");
	return 0;
}

int
dx_sshsig_read(const char *text, size_t len, const char *name_space, struct dx_sshsig *out, struct dx_err *err)
{
	struct dx_sshsig s = { 0 };
	struct dx_wire w;
	char *code;
	size_t n;

	if (len > DX_SSHSIG_MAX)
		return dx_err_set(err, MALFORMED, "larger than a signature can be");
	code = body(text, len, &n);
	if (code == NULL)
		return dx_err_set(err, MALFORMED, "not one signature between " BEGIN " and " END);
	s.blob = dx_alloc(n);
	if (dx_base64_decode(code, n, s.blob, &n) != 0) {
		free(code);
		dx_sshsig_release(&s);
		return dx_err_set(err, MALFORMED, "what is in the armour is not base64");
	}
	free(code);
	w = dx_wire_of(s.blob, n);
	if (read_fields(&w, name_space, &s, err) != 0) {
		dx_sshsig_release(&s);
		return -1;
	}
	*out = s;
	return 0;
}

void
dx_sshsig_release(struct dx_sshsig *s)
{
	free(s->blob);
	*s = (struct dx_sshsig){ 0 };
}

/* --- verifying --- */

void
dx_sshsig_message(const void *bytes, size_t n, struct dx_sshsig_message *out)
{
	dx_sha256(bytes, n, &out->sha256);
	dx_sha512(bytes, n, &out->sha512);
}

static void
put_string(struct dx_buf *b, const void *bytes, size_t n)
{
	const unsigned char len[4] = { (unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8), (unsigned char)n };

	dx_buf_add(b, len, sizeof(len));
	dx_buf_add(b, bytes, n);
}

/* The bytes that were signed: the message's digest among what says what it is for. */
static void
put_signed(const struct dx_sshsig *s, const struct dx_sshsig_message *m, struct dx_buf *out)
{
	dx_buf_puts(out, MAGIC);
	put_string(out, s->name_space.p, s->name_space.n);
	put_string(out, "", 0);
	put_string(out, hash_names[s->hash], strlen(hash_names[s->hash]));
	if (s->hash == DX_SSHSIG_SHA256)
		put_string(out, m->sha256.b, sizeof(m->sha256.b));
	else
		put_string(out, m->sha512.b, sizeof(m->sha512.b));
}

int
dx_sshsig_verify(const struct dx_sshsig *s, const void *key, size_t key_len, const struct dx_sshsig_message *m,
    struct dx_err *err)
{
	struct dx_buf bytes = { 0 };
	bool good;

	if (key_len != s->key.n || memcmp(key, s->key.p, key_len) != 0)
		return dx_err_set(err, DX_R_SIGNATURE_INVALID, "another key made the signature");
	put_signed(s, m, &bytes);
	good = dx_ssh_key_verify(&s->parts, s->signature.p, s->signature.n, bytes.data, bytes.len);
	dx_buf_release(&bytes);
	return good ? 0 : dx_err_set(err, DX_R_SIGNATURE_INVALID, "the signature does not fit what was signed");
}
