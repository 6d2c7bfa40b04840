#include "read/xml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK		((size_t)64 << 10)
#define LANE_MAX	4096		/* bytes that may wait for more */

/* expat's, and what the lane took before it. */
struct dx_spot_place
dx_xml_place(struct dx_xml *x)
{
	unsigned line = (unsigned)x->expat->XML_GetCurrentLineNumber(x->parser);
	long column = (long)x->expat->XML_GetCurrentColumnNumber(x->parser) + 1;

	return (struct dx_spot_place){ line + x->lines, (unsigned)(column + (line == x->line ? x->shift : 0)) };
}

void
dx_xml_here(struct dx_xml *x)
{
	x->here = (uint64_t)x->expat->XML_GetCurrentByteIndex(x->parser) + (uint64_t)x->expat->XML_GetCurrentByteCount(x->parser);
}

void
dx_xml_fail(struct dx_xml *x, enum dx_reason reason, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	if (x->stopped)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	dx_reading_fail(x->r, reason, dx_xml_place(x), "%s", what);
	x->stopped = true;
	x->expat->XML_StopParser(x->parser, XML_FALSE);
}

void
dx_xml_foreign(struct dx_xml *x, const char *name)
{
	if (strlen(name) > DX_XML_NAME)
		dx_xml_fail(x, DX_R_XML_REJECTED, "a name of more than %d bytes", DX_XML_NAME);
	else if (dx_names_number(&x->foreign, x->r->arena, name) == DX_XML_NAMES)
		dx_xml_fail(x, DX_R_XML_REJECTED, "more than %d different names", DX_XML_NAMES);
}

void
dx_xml_attributes(struct dx_xml *x, const char **atts, const char *const *names, const char *values[])
{
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		values[i] = NULL;
	for (; *atts != NULL && !x->stopped; atts += 2) {
		for (i = 0; names[i] != NULL && strcmp(names[i], atts[0]) != 0; i++)
			;
		if (names[i] != NULL)
			values[i] = atts[1];
		else
			dx_xml_foreign(x, atts[0]);
	}
}

bool
dx_xml_count(const char *s, uint64_t *out)
{
	uint64_t n = 0;

	if (*s == '\0')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		uint64_t digit = (uint64_t)(*s - '0');

		n = n > (UINT64_MAX - digit) / 10 ? UINT64_MAX : n * 10 + digit;
	}
	*out = n;
	return *s == '\0';
}

/* --- handlers --- */

static void XMLCALL
start(void *data, const char *name, const char **atts)
{
	struct dx_xml *x = data;
	uint8_t element;

	if (x->stopped)
		return;
	if (x->depth == DX_XML_DEPTH) {
		dx_xml_fail(x, DX_R_XML_REJECTED, "more than %d levels", DX_XML_DEPTH);
		return;
	}
	element = x->start(x, name, atts);
	if (element == 0 && !x->stopped) {
		dx_xml_foreign(x, name);
		for (; *atts != NULL && !x->stopped; atts += 2)
			dx_xml_foreign(x, atts[0]);
	}
	x->stack[x->depth++] = element;
}

static void XMLCALL
end(void *data, const char *name)
{
	struct dx_xml *x = data;

	(void)name;
	if (x->stopped)
		return;
	x->depth--;
	if (x->end != NULL)
		x->end(x, x->stack[x->depth]);
}

static void XMLCALL
doctype(void *data, const char *name, const char *system, const char *public, int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	dx_xml_fail(data, DX_R_XML_REJECTED, "a document type");
}

static void XMLCALL
entity(void *data, const char *name, int parameter, const char *value, int length, const char *base, const char *system,
    const char *public, const char *notation)
{
	(void)name;
	(void)parameter;
	(void)value;
	(void)length;
	(void)base;
	(void)system;
	(void)public;
	(void)notation;
	dx_xml_fail(data, DX_R_XML_REJECTED, "an entity declaration");
}

/* --- blocks --- */

static int
malformed(struct dx_xml *x)
{
	enum XML_Error code = x->expat->XML_GetErrorCode(x->parser);

	if (x->stopped)
		return -1;
	x->stopped = true;
	return dx_reading_fail(x->r, DX_R_MEDIA_SYNTAX, dx_xml_place(x), "%s", x->expat->XML_ErrorString(code));
}

/* expat keeps a tag until its end and looks at it anew with each block, so a long one costs its square. */
static int
check_tag(struct dx_xml *x)
{
	XML_Index done = x->expat->XML_GetCurrentByteIndex(x->parser);

	if (done < 0 || x->fed - (uint64_t)done <= DX_XML_TAG + BLOCK)
		return 0;
	x->stopped = true;
	return dx_reading_fail(x->r, DX_R_XML_REJECTED, dx_xml_place(x), "a tag, a comment or an instruction of more than %zu bytes",
	    DX_XML_TAG);
}

static int
feed(struct dx_xml *x, const char *at, size_t n, bool last)
{
	x->fed += n;
	if (x->expat->XML_Parse(x->parser, at, (int)n, last) != XML_STATUS_OK)
		return malformed(x);
	return last ? 0 : check_tag(x);
}

/* Behind the next mark, or NULL. */
static const char *
next_mark(const struct dx_xml *x, const char *at, const char *end)
{
	const char *next = NULL, *found;
	size_t n;

	for (int i = 0; x->marks[i] != NULL; i++) {
		n = strlen(x->marks[i]);
		found = memmem(at, (size_t)((next != NULL ? next : end) - at), x->marks[i], n);
		if (found != NULL)
			next = found + n;
	}
	return next;
}

/* The place moves over what expat does not get. */
static void
pass_over(struct dx_xml *x, const char *at, size_t n)
{
	unsigned line = (unsigned)x->expat->XML_GetCurrentLineNumber(x->parser);
	const char *end = at + n, *from = at, *newline;

	while ((newline = memchr(from, '\n', (size_t)(end - from))) != NULL) {
		x->lines++;
		from = newline + 1;
	}
	if (from > at)
		x->shift = (end - from) - (long)x->expat->XML_GetCurrentColumnNumber(x->parser);
	else
		x->shift = (x->line == line ? x->shift : 0) + (long)n;
	x->line = line;
}

/* Bytes that the lane took; it stays open when it waits for more. */
static size_t
take_lane(struct dx_xml *x, const char *at, const char *end, bool last)
{
	bool more = false;
	size_t n = x->lane(x, at, end, &more);

	pass_over(x, at, n);
	x->open = more && !last && (size_t)(end - at) - n < LANE_MAX;
	return n;
}

/* All of a block but a rest that waits for more: how many bytes, or -1. */
static ssize_t
block(struct dx_xml *x, const char *at, const char *end, bool last)
{
	const char *start = at, *mark;
	bool marks = x->lane != NULL;

	while (at < end) {
		if (x->open) {
			at += take_lane(x, at, end, last);
			if (x->open)
				break;
			continue;
		}
		mark = marks ? next_mark(x, at, end) : NULL;
		if (feed(x, at, (size_t)((mark != NULL ? mark : end) - at), false) != 0)
			return -1;
		at = mark != NULL ? mark : end;
		/* behind such bytes in such a place the encoding is one that has ASCII as ASCII */
		x->open = mark != NULL && x->here == x->fed;
		marks = x->open;	/* one false mark a block, or a hostile tag would be read too often */
	}
	return at - start;
}

static int
blocks(struct dx_xml *x, char *buffer)
{
	size_t held = 0;
	ssize_t got, used;

	do {
		got = dx_reading_next(x->r, buffer + held, BLOCK - held);
		if (got < 0)
			return -1;
		if (x->r->doc->bytes > DX_READ_MAX_XML)
			return dx_reading_fail(x->r, DX_R_MEDIA_TOO_LARGE, (struct dx_spot_place){ 0, 0 }, "more than %u bytes",
			    DX_READ_MAX_XML);
		held += (size_t)got;
		used = block(x, buffer, buffer + held, got == 0);
		if (used < 0)
			return -1;
		held -= (size_t)used;
		memmove(buffer, buffer + used, held);
	} while (got > 0);
	return feed(x, "", 0, true);
}

/* A file that is no good still has a digest. */
static void
drain(struct dx_reading *r)
{
	char rest[16 << 10];
	struct dx_err *err = r->err;

	r->err = NULL;
	while (r->doc->bytes <= DX_READ_MAX_XML && dx_reading_next(r, rest, sizeof(rest)) > 0)
		;
	r->err = err;
}

int
dx_xml_read(struct dx_xml *x)
{
	const char *why;
	char *buffer;
	int rc;

	x->expat = dx_expat(&why);
	if (x->expat == NULL)
		return dx_reading_fail(x->r, DX_R_LIBRARY_UNAVAILABLE, (struct dx_spot_place){ 0, 0 }, "no expat to read it with: %s", why);
	x->parser = x->expat->XML_ParserCreate(NULL);
	if (x->parser == NULL)
		return dx_reading_fail(x->r, DX_R_FILE_UNREADABLE, (struct dx_spot_place){ 0, 0 }, "no memory to read it");
	x->expat->XML_SetUserData(x->parser, x);
	x->expat->XML_SetElementHandler(x->parser, start, end);
	x->expat->XML_SetStartDoctypeDeclHandler(x->parser, doctype);
	x->expat->XML_SetEntityDeclHandler(x->parser, entity);
	buffer = dx_alloc(BLOCK);
	rc = blocks(x, buffer);
	free(buffer);
	if (rc < 0)
		drain(x->r);
	return rc;
}

void
dx_xml_release(struct dx_xml *x)
{
	if (x->parser != NULL)
		x->expat->XML_ParserFree(x->parser);
	x->parser = NULL;
	dx_names_release(&x->foreign);
}
