/* position: where in the text, for people. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "json/inner.h"

#define SEEN_MAX	40	/* bytes of the text that an error repeats */

/* From `at`, whose line and column these are, to end. */
static void
advance(const char *at, const char *end, unsigned *line, unsigned *column)
{
	const char *newline;

	while (at < end && (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		++*line;
		*column = 1;
		at = newline + 1;
	}
	*column += (unsigned)dx_utf8_count(at, (size_t)(end - at));
}

void
dx_json_position(const char *text, size_t len, uint32_t offset, unsigned *line, unsigned *column)
{
	*line = *column = 1;
	advance(text, text + (offset < len ? offset : len), line, column);
}

static int
by_offset(const void *a, const void *b)
{
	const struct dx_json_place *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

void
dx_json_places(const char *text, size_t len, struct dx_json_place *place, size_t n)
{
	const char *at = text;
	unsigned line = 1, column = 1;

	if (n > 1)
		qsort(place, n, sizeof(*place), by_offset);
	for (size_t i = 0; i < n; i++) {
		const char *stop = text + (place[i].offset < len ? place[i].offset : len);

		advance(at, stop, &line, &column);
		place[i].line = line;
		place[i].column = column;
		at = stop;
	}
}

/* What stands at the fault, as the end of the error's sentence. */
static void
describe(const struct dx_fault *f, const char *text, size_t len, struct dx_buf *b)
{
	const char *at = text + f->at;
	size_t n = 0, left = len - f->at;

	if (f->reason == DX_R_JSON_DUPLICATE_MEMBER) {
		while (n < SEEN_MAX && n + 1 < left && at[n + 1] != '"' && at[n + 1] >= ' ' && at[n + 1] < 0x7F)
			n++;
		dx_buf_printf(b, ", found \"%.*s\" again", (int)n, at + 1);
	} else if (f->reason == DX_R_NUMBER_NOT_EXACT) {
		while (n < SEEN_MAX && n < left && strchr("+-.eE0123456789", at[n]) != NULL)
			n++;
		dx_buf_printf(b, ", found %.*s", (int)n, at);
	} else if (f->reason == DX_R_JSON_INVALID && left == 0) {
		dx_buf_puts(b, ", found the end");
	} else if (f->reason == DX_R_JSON_INVALID && *at > ' ' && *at < 0x7F) {
		dx_buf_printf(b, ", found '%c'", *at);
	} else if (f->reason == DX_R_JSON_INVALID || (f->reason == DX_R_JSON_BAD_UTF8 && (unsigned char)*at >= 0x80)) {
		dx_buf_printf(b, ", found byte 0x%02X", (unsigned char)*at);
	}
}

int
dx_fault_report(const struct dx_fault *f, const char *text, size_t len, unsigned line, bool batch, struct dx_err *err)
{
	struct dx_buf seen = { 0 };
	unsigned row, column;

	if (f->what == NULL) {
		if (f->reason == DX_R_INPUT_EMPTY)
			return dx_err_set(err, f->reason, "there is no document");
		return dx_err_set(err, f->reason, "%zu bytes are more than a document may have", len);
	}
	dx_json_position(text, len, (uint32_t)f->at, &row, &column);
	describe(f, text, len, &seen);
	dx_err_set(err, f->reason, batch ? "line %u: column %u: %s%s" : "line %u, column %u: %s%s", row - 1 + line,
	    column, f->what, seen.data != NULL ? seen.data : "");
	dx_buf_release(&seen);
	return -1;
}

int
dx_json_parse(struct dx_arena *a, char *text, size_t len, unsigned how, struct dx_json *out, struct dx_err *err)
{
	struct dx_fault fault;

	if (dx_json_read(a, text, len, how, out, NULL, NULL, &fault))
		return 0;
	return dx_fault_report(&fault, text, len, 1, false, err);
}

int
dx_json_parse_first(struct dx_arena *a, char *text, size_t len, unsigned how, struct dx_json *out, size_t *used,
    struct dx_err *err)
{
	struct dx_fault fault;

	if (dx_json_read(a, text, len, how, out, used, NULL, &fault))
		return 0;
	return dx_fault_report(&fault, text, len, 1, false, err);
}

int
dx_json_parse_canon(struct dx_arena *a, char *text, size_t len, unsigned how, struct dx_json *out, bool *canonical,
    struct dx_err *err)
{
	struct dx_fault fault;

	*canonical = false;
	if (dx_json_read(a, text, len, how, out, NULL, canonical, &fault))
		return 0;
	return dx_fault_report(&fault, text, len, 1, false, err);
}
