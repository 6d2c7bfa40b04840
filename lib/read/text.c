/* text: a file as one string. */
#include <string.h>

#include "read/inner.h"

static int64_t
count_lines(const char *text, size_t len)
{
	const char *at = text, *end = text + len, *newline;
	int64_t n = 0;

	while (at < end) {
		newline = memchr(at, '\n', (size_t)(end - at));
		at = newline != NULL ? newline + 1 : end;
		n++;
	}
	return n;
}

int
dx_read_text(struct dx_reading *r)
{
	struct dx_doc *d = r->doc;

	d->root = dx_json_object();
	d->root.offset = 0;
	dx_json_put(r->arena, &d->root, "text", dx_json_text_n(d->text, d->len));
	dx_json_put(r->arena, &d->root, "lines", dx_json_int(r->arena, count_lines(d->text, d->len)));
	return 0;
}
