/* read: bytes in under a limit, hashed; the reader of each media; places. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "read/inner.h"

#define BLOCK	((size_t)64 << 10)

const char *const dx_media_names[] = { "json", "kv-md", "table-md", "text", "cobertura", "junit", "tap", "csv", "yaml", "dsse",
	"bytes", "scan", "packet", NULL };

/* --- faults --- */

static int
fail(struct dx_reading *r, enum dx_reason reason, struct dx_spot_place at, const char *what)
{
	r->doc->line = at.line;
	r->doc->column = at.column;
	if (at.line == 0)
		return dx_err_set(r->err, reason, "%s: %s", r->name, what);
	return dx_err_set(r->err, reason, "%s: line %u, column %u: %s", r->name, at.line, at.column, what);
}

int
dx_reading_fail(struct dx_reading *r, enum dx_reason reason, struct dx_spot_place at, const char *fmt, ...)
{
	char what[DX_ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return fail(r, reason, at, what);
}

int
dx_reading_fail_at(struct dx_reading *r, enum dx_reason reason, size_t offset, const char *fmt, ...)
{
	struct dx_spot_place at;
	char what[DX_ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	dx_json_position(r->doc->text, r->doc->len, (uint32_t)offset, &at.line, &at.column);
	return fail(r, reason, at, what);
}

/* --- bytes --- */

/* One read; where the descriptor is non-blocking it waits. */
static ssize_t
read_some(struct dx_reading *r, void *out, size_t room)
{
	struct pollfd p = { .fd = r->fd, .events = POLLIN };
	ssize_t got;

	for (;;) {
		got = read(r->fd, out, room);
		if (got >= 0)
			return got;
		if (errno == EAGAIN || errno == EWOULDBLOCK) {
			if (poll(&p, 1, -1) >= 0 || errno == EINTR)
				continue;
		}
		if (errno != EINTR)
			return dx_err_sys(r->err, DX_R_FILE_UNREADABLE, errno, "%s: cannot read", r->name);
	}
}

ssize_t
dx_reading_next(struct dx_reading *r, void *out, size_t room)
{
	ssize_t got;

	if (r->fd >= 0) {
		got = read_some(r, out, room);
	} else {
		got = (ssize_t)(room < r->left ? room : r->left);
		if (got > 0)
			memcpy(out, r->bytes, (size_t)got);
		r->bytes += got;
		r->left -= (size_t)got;
	}
	if (got > 0) {
		dx_hasher_add(r->hasher, out, (size_t)got);
		r->doc->bytes += (uint64_t)got;
	}
	return got;
}

static int
too_large(struct dx_reading *r, uint64_t limit)
{
	return dx_reading_fail(r, DX_R_MEDIA_TOO_LARGE, (struct dx_spot_place){ 0, 0 }, "more than %" PRIu64 " bytes", limit);
}

static int
read_whole(struct dx_reading *r)
{
	struct dx_buf b = { 0 };
	ssize_t got;

	do {
		dx_buf_grow(&b, BLOCK);
		got = dx_reading_next(r, b.data + b.len, b.cap - b.len - 1);
		b.len += got > 0 ? (size_t)got : 0;
	} while (got > 0 && b.len <= DX_READ_MAX);
	if (got >= 0 && b.len <= DX_READ_MAX) {
		r->doc->text = dx_arena_dup(r->arena, b.data, b.len);
		r->doc->len = b.len;
	}
	dx_buf_release(&b);
	if (got < 0)
		return -1;
	return r->doc->text != NULL ? 0 : too_large(r, DX_READ_MAX);
}

/* Offset of the first byte that is no UTF-8, or n. */
static size_t
first_bad(const char *s, size_t n)
{
	size_t i = 0, width;

	while (i < n) {
		for (width = 1; width <= 4 && width <= n - i; width++) {
			if (dx_utf8_valid(s + i, width))
				break;
		}
		if (width > 4 || width > n - i)
			return i;
		i += width;
	}
	return n;
}

static int
check_text(struct dx_reading *r)
{
	const char *text = r->doc->text, *nul = memchr(text, '\0', r->doc->len);

	if (dx_starts(text, "\xEF\xBB\xBF"))
		return dx_reading_fail_at(r, DX_R_MEDIA_SYNTAX, 0, "a byte order mark");
	if (!dx_utf8_valid(text, r->doc->len))
		return dx_reading_fail_at(r, DX_R_MEDIA_SYNTAX, first_bad(text, r->doc->len), "a byte that is not UTF-8");
	if (nul != NULL)
		return dx_reading_fail_at(r, DX_R_MEDIA_SYNTAX, (size_t)(nul - text), "a NUL byte");
	return 0;
}

/* --- readers --- */

/* {"sha256", "bytes"}; nothing of the file is kept, so it may be longer than others. */
static int
read_any(struct dx_reading *r)
{
	char block[16 << 10];
	ssize_t got;

	while ((got = dx_reading_next(r, block, sizeof(block))) > 0) {
		if (r->doc->bytes > DX_READ_MAX_ANY)
			return too_large(r, DX_READ_MAX_ANY);
	}
	return (int)got;
}

static int
any_document(struct dx_reading *r)
{
	char hex[DX_SHA256_HEX];

	dx_sha256_hex(&r->doc->sha256, hex);
	r->doc->root = dx_json_object();
	dx_json_put(r->arena, &r->doc->root, "sha256", dx_json_string(r->arena, hex));
	dx_json_put(r->arena, &r->doc->root, "bytes", dx_json_int(r->arena, (int64_t)r->doc->bytes));
	return 0;
}

static int
read_media(struct dx_reading *r)
{
	static int (*const whole[])(struct dx_reading *) = {
		[DX_MEDIA_JSON] = dx_read_json, [DX_MEDIA_KV_MD] = dx_read_kv_md, [DX_MEDIA_TABLE_MD] = dx_read_table_md,
		[DX_MEDIA_TEXT] = dx_read_text, [DX_MEDIA_TAP] = dx_read_tap, [DX_MEDIA_CSV] = dx_read_csv,
		[DX_MEDIA_YAML] = dx_read_yaml, [DX_MEDIA_DSSE] = dx_read_dsse
	};

	switch (r->doc->media) {
	case DX_MEDIA_COBERTURA:
		return dx_read_cobertura(r);
	case DX_MEDIA_JUNIT:
		return dx_read_junit(r);
	case DX_MEDIA_BYTES:
		return read_any(r);
	case DX_MEDIA_JSON:
	case DX_MEDIA_DSSE:
		return read_whole(r) == 0 ? whole[r->doc->media](r) : -1;
	case DX_MEDIA_KV_MD:
	case DX_MEDIA_TABLE_MD:
	case DX_MEDIA_TEXT:
	case DX_MEDIA_TAP:
	case DX_MEDIA_CSV:
	case DX_MEDIA_YAML:
		return read_whole(r) == 0 && check_text(r) == 0 ? whole[r->doc->media](r) : -1;
	case DX_MEDIA_SCAN:
	case DX_MEDIA_PACKET:
		break;
	}
	DX_BUG("dx_read: a media without a file");
}

/* What was refused half way is read to its end all the same, so that the digest is the file's.  False: it could not be. */
static bool
read_rest(struct dx_reading *r)
{
	struct dx_err unused = { 0 }, *err = r->err;
	char block[16 << 10];
	ssize_t got;

	if (err == NULL || err->reason == DX_R_FILE_UNREADABLE)
		return false;
	r->err = &unused;
	while ((got = dx_reading_next(r, block, sizeof(block))) > 0 && r->doc->bytes <= DX_READ_MAX_XML)
		;
	r->err = err;
	return got == 0;
}

static int
read_doc(struct dx_reading *r, enum dx_media media)
{
	int rc;

	*r->doc = (struct dx_doc){ .media = media };
	r->hasher = dx_hasher_new();
	rc = read_media(r);
	r->doc->whole = rc == 0 || read_rest(r);
	dx_hasher_end(r->hasher, &r->doc->sha256);
	return rc == 0 && media == DX_MEDIA_BYTES ? any_document(r) : rc;
}

int
dx_read_fd(enum dx_media media, int fd, const char *name, struct dx_tree *tree, struct dx_arena *a, struct dx_doc *out,
    struct dx_err *err)
{
	struct dx_reading r = { .fd = fd, .name = name, .tree = tree, .arena = a, .doc = out, .err = err };

	return read_doc(&r, media);
}

int
dx_read_bytes(enum dx_media media, const char *bytes, size_t len, const char *name, struct dx_tree *tree, struct dx_arena *a,
    struct dx_doc *out, struct dx_err *err)
{
	struct dx_reading r = { .fd = -1, .bytes = bytes, .left = len, .name = name, .tree = tree, .arena = a, .doc = out,
	    .err = err };

	return read_doc(&r, media);
}

/* --- places and parts --- */

struct dx_spot_place
dx_doc_place(const struct dx_doc *d, uint32_t offset)
{
	struct dx_spot_place at = { 1, 1 };

	if (offset == DX_JSON_NOWHERE)
		return at;
	if (d->places != NULL)
		return offset < d->place_count ? d->places[offset] : at;
	if (d->text != NULL)
		dx_json_position(d->text, d->len, offset, &at.line, &at.column);
	return at;
}

struct dx_json
dx_read_array(struct dx_json *items, size_t count)
{
	struct dx_json v = dx_json_array();

	v.u.items = items;
	v.count = (uint32_t)count;
	return v;
}

void
dx_read_problem(struct dx_reading *r, struct dx_json *problems, enum dx_reason code, unsigned line, const char *fmt, ...)
{
	struct dx_json p = dx_json_object();
	char detail[256];
	size_t n;
	va_list ap;

	if (problems->count >= DX_KEEP_FOUND)
		return;
	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	for (n = strlen(detail); !dx_utf8_valid(detail, n); n--)	/* it may have been cut within a character */
		detail[n - 1] = '\0';
	dx_json_put(r->arena, &p, "code", dx_json_text(dx_reason_code(code)));
	dx_json_put(r->arena, &p, "line", dx_json_int(r->arena, line));
	dx_json_put(r->arena, &p, "detail", dx_json_string(r->arena, detail));
	dx_json_push(r->arena, problems, p);
}
