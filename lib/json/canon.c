/* canon: RFC 8785 bytes, and the same with line breaks for people. */
#include <string.h>

#include "json/inner.h"
#include "json/scan.h"

#define GROW_MIN	4096

/* Writes straight into the buffer's memory; its length is set at the end. */
struct writer {
	struct dx_buf	*out;
	char		*at;
	char		*end;		/* room for one more byte than that */
	bool		 pretty;
	unsigned	 depth;
};

static void
writer_begin(struct writer *w, struct dx_buf *out, bool pretty)
{
	*w = (struct writer){ .out = out, .pretty = pretty };
	dx_buf_grow(out, 1);
	w->at = out->data + out->len;
	w->end = out->data + out->cap - 1;
}

static void
writer_end(struct writer *w)
{
	w->out->len = (size_t)(w->at - w->out->data);
	*w->at = '\0';
}

static void
more_room(struct writer *w, size_t n)
{
	size_t step;

	writer_end(w);
	step = w->out->len / 2 + GROW_MIN;
	dx_buf_grow(w->out, n > step ? n : step);
	w->at = w->out->data + w->out->len;
	w->end = w->out->data + w->out->cap - 1;
}

static inline void
need(struct writer *w, size_t n)
{
	if ((size_t)(w->end - w->at) < n)
		more_room(w, n);
}

static inline void
put(struct writer *w, char c)
{
	need(w, 1);
	*w->at++ = c;
}

static inline void
add(struct writer *w, const char *s, size_t n)
{
	need(w, n);
	memcpy(w->at, s, n);
	w->at += n;
}

/* A string without anything to escape, and the byte behind it unless that is NUL. */
static inline void
plain(struct writer *w, const char *s, size_t n, char behind)
{
	char *at;

	need(w, n + 3);
	at = w->at;		/* a local: bytes written through w->at could be w itself */
	*at++ = '"';
	memcpy(at, s, n);
	at += n;
	*at++ = '"';
	*at = behind;
	w->at = at + (behind != '\0');
}

static void
escape(struct writer *w, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char six[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
	const char *two = NULL;

	switch (c) {
	case '"':
		two = "\\\"";
		break;
	case '\\':
		two = "\\\\";
		break;
	case '\b':
		two = "\\b";
		break;
	case '\t':
		two = "\\t";
		break;
	case '\n':
		two = "\\n";
		break;
	case '\f':
		two = "\\f";
		break;
	case '\r':
		two = "\\r";
		break;
	default:
		break;
	}
	add(w, two != NULL ? two : six, two != NULL ? 2 : sizeof(six));
}

/* Copied and looked through in one go.  False when a byte needs an escape; what was copied is then worth nothing. */
static inline bool
copied(char *to, const char *s, size_t n)
{
	uint64_t bad = 0, word;
	uint32_t front, back;
	size_t i = 0;

	if (n < 4) {
		for (; i < n; i++) {
			bad |= dx_scan_stops((unsigned char)s[i], false);
			to[i] = s[i];
		}
		return bad == 0;
	}
	if (n < 8) {		/* two halves that overlap */
		memcpy(&front, s, 4);
		memcpy(&back, s + n - 4, 4);
		memcpy(to, &front, 4);
		memcpy(to + n - 4, &back, 4);
		return dx_scan_marks((uint64_t)back << 32 | front, false) == 0;
	}
	for (; i + 8 < n; i += 8) {
		memcpy(&word, s + i, 8);
		memcpy(to + i, &word, 8);
		bad |= dx_scan_marks(word, false);
	}
	memcpy(&word, s + n - 8, 8);		/* overlaps the one before */
	memcpy(to + n - 8, &word, 8);
	return (bad | dx_scan_marks(word, false)) == 0;
}

static void
quote(struct writer *w, const char *s, size_t n)
{
	const char *end = s + n, *stop;

	need(w, n + 2);
	if (copied(w->at + 1, s, n)) {
		*w->at = '"';
		w->at += n + 2;
		w->at[-1] = '"';
		return;
	}
	put(w, '"');
	for (;;) {
		stop = dx_scan(s, end, false);
		add(w, s, (size_t)(stop - s));
		if (stop == end)
			break;
		escape(w, (unsigned char)*stop);
		s = stop + 1;
	}
	put(w, '"');
}

static void
name(struct writer *w, const struct dx_member *m, uint8_t flags)
{
	if ((flags & DX_JSON_PLAIN) != 0) {
		plain(w, m->name, m->name_len, ':');
	} else {
		quote(w, m->name, m->name_len);
		put(w, ':');
	}
	if (w->pretty)
		put(w, ' ');
}

static void
number(struct writer *w, const struct dx_json *v)
{
	char canon[32];

	if ((v->flags & DX_JSON_PLAIN) != 0) {
		add(w, v->u.text, v->count);
		return;
	}
	dx_json_number(v->u.text, v->count, canon);
	add(w, canon, strlen(canon));
}

static void
line(struct writer *w)
{
	need(w, 1 + 2 * (size_t)w->depth);
	*w->at++ = '\n';
	memset(w->at, ' ', 2 * (size_t)w->depth);
	w->at += 2 * (size_t)w->depth;
}

static void	value(struct writer *w, const struct dx_json *v);

static void
array(struct writer *w, const struct dx_json *v)
{
	put(w, '[');
	w->depth++;
	for (uint32_t i = 0; i < v->count; i++) {
		if (i > 0)
			put(w, ',');
		if (w->pretty)
			line(w);
		value(w, &v->u.items[i]);
	}
	w->depth--;
	if (v->count > 0 && w->pretty)
		line(w);
	put(w, ']');
}

static inline void
member(struct writer *w, const struct dx_member *m, uint8_t flags, bool first)
{
	if (!first)
		put(w, ',');
	if (w->pretty)
		line(w);
	name(w, m, flags);
	value(w, &m->value);
}

/* Apart from object() to keep the order out of the frames of all objects. */
static void __attribute__((noinline))
unsorted(struct writer *w, const struct dx_json *v)
{
	struct dx_order order;

	dx_order_begin(&order, v);
	for (uint32_t i = 0; i < v->count; i++)
		member(w, dx_order_at(&order, i), v->flags, i == 0);
	dx_order_end(&order);
}

static void
object(struct writer *w, const struct dx_json *v)
{
	put(w, '{');
	w->depth++;
	if ((v->flags & DX_JSON_SORTED) == 0) {
		unsorted(w, v);
	} else {
		for (uint32_t i = 0; i < v->count; i++)
			member(w, &v->u.members[i], v->flags, i == 0);
	}
	w->depth--;
	if (v->count > 0 && w->pretty)
		line(w);
	put(w, '}');
}

static void
value(struct writer *w, const struct dx_json *v)
{
	switch ((enum dx_json_type)v->type) {
	case DX_JSON_NULL:
		add(w, "null", 4);
		break;
	case DX_JSON_FALSE:
		add(w, "false", 5);
		break;
	case DX_JSON_TRUE:
		add(w, "true", 4);
		break;
	case DX_JSON_NUMBER:
		number(w, v);
		break;
	case DX_JSON_STRING:
		if ((v->flags & DX_JSON_PLAIN) != 0)
			plain(w, v->u.text, v->count, '\0');
		else
			quote(w, v->u.text, v->count);
		break;
	case DX_JSON_ARRAY:
		array(w, v);
		break;
	case DX_JSON_OBJECT:
		object(w, v);
		break;
	}
}

/* A buffer with a ceiling gets the bytes by way of one without, because only dx_buf_add knows how to drop them. */
static void
write_value(const struct dx_json *v, struct dx_buf *out, bool pretty)
{
	struct dx_buf whole = { 0 };
	struct writer w;

	writer_begin(&w, out->max > 0 ? &whole : out, pretty);
	value(&w, v);
	writer_end(&w);
	if (out->max > 0)
		dx_buf_add(out, whole.data, whole.len);
	dx_buf_release(&whole);
}

void
dx_json_canon(const struct dx_json *v, struct dx_buf *out)
{
	write_value(v, out, false);
}

void
dx_json_pretty(const struct dx_json *v, struct dx_buf *out)
{
	write_value(v, out, true);
}

void
dx_json_quote(const char *s, size_t n, struct dx_buf *out)
{
	struct dx_json v = dx_json_text_n(s, n);

	write_value(&v, out, false);
}
