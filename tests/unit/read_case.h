/* read_case: a text read as a media, and what came of it in one line.  All of it lasts until the next reading. */
#ifndef DX_TESTS_READ_CASE_H
#define DX_TESTS_READ_CASE_H

#include "tap.h"

#include <stdlib.h>

#include "base/err.h"
#include "json/pointer.h"
#include "read/read.h"

static struct dx_arena read_arena;
static struct dx_doc read_doc;
static struct dx_err read_err;
static struct dx_buf read_out;

static int __attribute__((unused))
read_n(enum dx_media media, const char *bytes, size_t len, struct dx_tree *tree)
{
	dx_arena_reset(&read_arena);
	dx_err_clear(&read_err);
	return dx_read_bytes(media, bytes, len, "x", tree, &read_arena, &read_doc, &read_err);
}

/* The canonical document, or "reason LINE:COLUMN". */
static __attribute__((unused)) const char *
read_in(enum dx_media media, const char *bytes, size_t len, struct dx_tree *tree)
{
	int rc = read_n(media, bytes, len, tree);

	dx_buf_reset(&read_out);
	if (rc == 0)
		dx_json_canon(&read_doc.root, &read_out);
	else
		dx_buf_printf(&read_out, "%s %u:%u", dx_reason_code(read_err.reason), read_doc.line, read_doc.column);
	return read_out.data;
}

static __attribute__((unused)) const char *
read_as(enum dx_media media, const char *text)
{
	return read_in(media, text, strlen(text), NULL);
}

/* Place of a value of the last document, or of the nearest container that has one. */
static __attribute__((unused)) const char *
read_place(const char *pointer)
{
	char *at = dx_strdup(pointer), *cut;
	const struct dx_json *v;
	struct dx_spot_place p;

	for (;;) {
		v = dx_pointer_find(&read_doc.root, at);
		cut = strrchr(at, '/');
		if ((v != NULL && v->offset != DX_JSON_NOWHERE) || cut == NULL)
			break;
		*cut = '\0';
	}
	p = dx_doc_place(&read_doc, v != NULL ? v->offset : DX_JSON_NOWHERE);
	free(at);
	dx_buf_reset(&read_out);
	dx_buf_printf(&read_out, "%u:%u", p.line, p.column);
	return read_out.data;
}

struct read_row { const char *name, *text, *want; };

static void __attribute__((unused))
read_rows(enum dx_media media, const struct read_row *row)
{
	for (; row->name != NULL; row++)
		is_str(read_as(media, row->text), row->want, "%s: %s", dx_media_names[media], row->name);
}

static int __attribute__((unused))
read_done(void)
{
	dx_arena_release(&read_arena);
	dx_buf_release(&read_out);
	return done();
}

#endif
