/* json_doc: what the tests of json share: a document that owns its text, and a generator of numbers that is the same
 * everywhere. */
#ifndef DX_TESTS_JSON_DOC_H
#define DX_TESTS_JSON_DOC_H

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "json/json.h"

#define DOC_FN		__attribute__((unused))
#define FIXTURES	"../shared/fixtures/json"

struct doc {
	struct dx_arena	 arena;
	char		*text;		/* of exactly len + 1 bytes, so that a read beyond it is found */
	size_t		 len;
	struct dx_json	 v;
	struct dx_err	 err;
	bool		 good;
};

static bool DOC_FN
doc_parse_n(struct doc *d, const void *bytes, size_t len, unsigned how)
{
	*d = (struct doc){ .text = malloc(len + 1), .len = len };
	memcpy(d->text, bytes, len);
	d->text[len] = '\0';
	d->good = dx_json_parse(&d->arena, d->text, len, how, &d->v, &d->err) == 0;
	return d->good;
}

static bool DOC_FN
doc_parse(struct doc *d, const char *text, unsigned how)
{
	return doc_parse_n(d, text, strlen(text), how);
}

static void DOC_FN
doc_free(struct doc *d)
{
	free(d->text);
	dx_arena_release(&d->arena);
}

/* Canonical bytes, to be freed. */
static DOC_FN char *
canon(const struct dx_json *v)
{
	struct dx_buf b = { 0 };

	dx_json_canon(v, &b);
	return dx_buf_take(&b);
}

/* Canonical bytes of a text, or the code of its refusal; to be freed. */
static DOC_FN char *
canon_of(const char *text, unsigned how)
{
	struct doc d;
	char *out = doc_parse(&d, text, how) ? canon(&d.v) : strdup(dx_reason_code(d.err.reason));

	doc_free(&d);
	return out;
}

static bool DOC_FN
file_text(const char *path, struct dx_buf *out)
{
	struct dx_err err = { 0 };

	dx_buf_reset(out);
	return dx_file_read(path, DX_JSON_MAX, DX_R_JSON_TOO_LARGE, out, &err) == 0;
}

/* splitmix64 */
static uint64_t DOC_FN
draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

/* 0..n-1 */
static unsigned DOC_FN
pick(uint64_t *state, unsigned n)
{
	return (unsigned)(draw(state) >> 33) % n;
}

#endif
