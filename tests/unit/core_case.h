/* core_case: what the tests of core documents share: trees from text in one arena, canonical text, edited documents. */
#ifndef DX_TESTS_CORE_CASE_H
#define DX_TESTS_CORE_CASE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "json/json.h"
#include "json/pointer.h"
#include "tap.h"

#define CASE_FN		__attribute__((unused))
#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

static struct dx_arena arena;

/* Read as a document of ours; JSON with apostrophes for quotes may be given, to keep tables readable. */
static struct dx_json CASE_FN
json(const char *text)
{
	char *copy = dx_arena_dup(&arena, text, strlen(text));
	struct dx_err err = { 0 };
	struct dx_json v;

	for (char *c = copy; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	if (dx_json_parse(&arena, copy, strlen(copy), DX_JSON_OURS, &v, &err) != 0) {
		printf("Bail out! %s: %s\n", err.text, text);
		exit(1);
	}
	return v;
}

/* For the name of a check: one line, not too long. */
static CASE_FN const char *
shown(const char *text)
{
	char *copy = dx_arena_printf(&arena, "%.60s", text);

	for (char *c = copy; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == '#')
			*c = '?';
	return copy;
}

static CASE_FN const char *
canon(const struct dx_json *v)
{
	struct dx_buf b = { 0 };
	const char *text;

	dx_json_canon(v, &b);
	text = dx_arena_dup(&arena, b.data, b.len);
	dx_buf_release(&b);
	return text;
}

static CASE_FN const char *
file(const char *path)
{
	struct dx_buf b = { 0 };
	struct dx_err err = { 0 };
	const char *text;

	if (dx_file_read(path, DX_JSON_MAX, DX_R_JSON_TOO_LARGE, &b, &err) != 0) {
		printf("Bail out! %s\n", err.text);
		exit(1);
	}
	text = dx_arena_dup(&arena, b.data, b.len);
	dx_buf_release(&b);
	return text;
}

static struct dx_json CASE_FN
vectors(void)
{
	const char *text = file("tests/data/decisions-examples.json");
	struct dx_err err = { 0 };
	struct dx_json v;

	if (dx_json_parse(&arena, dx_arena_dup(&arena, text, strlen(text)), strlen(text), DX_JSON_FOREIGN, &v, &err) != 0) {
		printf("Bail out! decisions-examples.json: %s\n", err.text);
		exit(1);
	}
	return v;
}

/* The piece `n` times, with `between` in between, in brackets. */
static CASE_FN const char *
repeat(const char *open, const char *piece, const char *between, unsigned n, const char *close)
{
	struct dx_buf b = { 0 };
	const char *text;

	dx_buf_puts(&b, open);
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			dx_buf_puts(&b, between);
		for (const char *c = piece; *c != '\0'; c++) {
			if (*c == '#')		/* the number of the piece */
				dx_buf_printf(&b, "%u", i);
			else
				dx_buf_putc(&b, *c);
		}
	}
	dx_buf_puts(&b, close);
	text = dx_arena_dup(&arena, b.data, b.len);
	dx_buf_release(&b);
	return text;
}

/* "code at": what an error says to a program. */
static CASE_FN const char *
said(const struct dx_err *err)
{
	return dx_arena_printf(&arena, "%s %s", dx_reason_code(err->reason), err->at);
}

#endif
