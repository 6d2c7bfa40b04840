/* Canonical bytes, which the parent has just written, as values of jq.  jq's own parser takes three times as long, and from 1.7 on
 * keeps the text of a number beside its value; here every version sees the double. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rule/document.h"

struct reader { const struct dx_jq *lib; const char *at; };

/* What is no canonical document ends the child, as anything else that cannot be. */
static void __attribute__((noreturn))
broken(void)
{
	_exit(DX_CHILD_BROKEN);
}

static jv	value(struct reader *r);

static void
expect(struct reader *r, char c)
{
	if (*r->at++ != c)
		broken();
}

static char
hex_escape(const char *digits)
{
	char text[5] = { 0 };

	memcpy(text, digits, 4);
	return (char)strtoul(text, NULL, 16);	/* canonical text has only \u0001 to \u001f */
}

/* The character that the escape at *at stands for; *at moves to its last byte. */
static char
escape(const char **at)
{
	switch (**at) {
	case 'b':
		return '\b';
	case 't':
		return '\t';
	case 'n':
		return '\n';
	case 'f':
		return '\f';
	case 'r':
		return '\r';
	case 'u':
		*at += 4;
		return hex_escape(*at - 3);
	default:
		return **at;
	}
}

static jv
escaped(const struct reader *r, const char *s, const char *end)
{
	char *own = dx_alloc((size_t)(end - s)), *to = own;
	jv v;

	for (; s < end; s++) {
		if (*s == '\\') {
			s++;
			*to++ = escape(&s);
		} else {
			*to++ = *s;
		}
	}
	v = r->lib->jv_string_sized(own, (int)(to - own));
	free(own);
	return v;
}

static jv
string(struct reader *r)
{
	const char *start, *end;
	bool plain = true;

	expect(r, '"');
	start = end = r->at;
	for (; *end != '"'; end++) {
		if (*end == '\0')
			broken();
		if (*end == '\\') {
			plain = false;
			end += end[1] != '\0';
		}
	}
	r->at = end + 1;
	return plain ? r->lib->jv_string_sized(start, (int)(end - start)) : escaped(r, start, end);
}

static jv
array(struct reader *r)
{
	jv a = r->lib->jv_array();

	expect(r, '[');
	if (*r->at != ']')
		for (;;) {
			a = r->lib->jv_array_append(a, value(r));
			if (*r->at != ',')
				break;
			r->at++;
		}
	expect(r, ']');
	return a;
}

static jv
object(struct reader *r)
{
	jv o = r->lib->jv_object(), name;

	expect(r, '{');
	if (*r->at != '}')
		for (;;) {
			name = string(r);
			expect(r, ':');
			o = r->lib->jv_object_set(o, name, value(r));
			if (*r->at != ',')
				break;
			r->at++;
		}
	expect(r, '}');
	return o;
}

static jv
number(struct reader *r)
{
	const char *digit = r->at + (*r->at == '-');
	char *end;
	double d;

	if (*digit < '0' || *digit > '9')
		broken();
	d = strtod(r->at, &end);
	r->at = end;
	return r->lib->jv_number(d);
}

static jv
word(struct reader *r, const char *text, jv v)
{
	size_t n = strlen(text);

	if (strncmp(r->at, text, n) != 0)
		broken();
	r->at += n;
	return v;
}

static jv
value(struct reader *r)
{
	switch (*r->at) {
	case '{':
		return object(r);
	case '[':
		return array(r);
	case '"':
		return string(r);
	case 't':
		return word(r, "true", r->lib->jv_true());
	case 'f':
		return word(r, "false", r->lib->jv_false());
	case 'n':
		return word(r, "null", r->lib->jv_null());
	default:
		return number(r);
	}
}

jv
dx_document_read(const struct dx_jq *lib, const char *text, size_t len)
{
	struct reader r = { lib, text };
	jv v = value(&r);

	if (r.at != text + len)
		broken();
	return v;
}
