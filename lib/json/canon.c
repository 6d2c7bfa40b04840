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

/* Both copied and looked through, in words that overlap at the end.  False when a byte needs an escape; what was copied is
 * then worth nothing. */
static inline bool
copied_short(char *to, const char *s, size_t n)
{
	uint64_t first, last;
	uint32_t front, back;
	bool stop = false;

	if (n >= 8) {
		memcpy(&first, s, 8);
		memcpy(&last, s + n - 8, 8);
		memcpy(to, &first, 8);
		memcpy(to + n - 8, &last, 8);
		return (dx_scan_marks(first, false) | dx_scan_marks(last, false)) == 0;
	}
	if (n >= 4) {
		memcpy(&front, s, 4);
		memcpy(&back, s + n - 4, 4);
		memcpy(to, &front, 4);
		memcpy(to + n - 4, &back, 4);
		return dx_scan_marks((uint64_t)back << 32 | front, false) == 0;
	}
	for (size_t i = 0; i < n; i++) {
		stop |= dx_scan_stops((unsigned char)s[i], false);
		to[i] = s[i];
	}
	return !stop;
}

#ifdef __SSE2__
static inline __m128i
copied_16(char *to, const char *s)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)s);

	_mm_storeu_si128((__m128i *)(void *)to, v);
	return dx_scan_hits(v, false);
}

static inline bool
copied(char *to, const char *s, size_t n)
{
	__m128i hits = _mm_setzero_si128();

	if (n < 16)
		return copied_short(to, s, n);
	for (size_t i = 0; i + 16 < n; i += 16)
		hits = _mm_or_si128(hits, copied_16(to + i, s + i));
	return _mm_movemask_epi8(_mm_or_si128(hits, copied_16(to + n - 16, s + n - 16))) == 0;
}
#else
static inline bool
copied(char *to, const char *s, size_t n)
{
	if (n < 16)
		return copied_short(to, s, n);
	if (dx_scan(s, s + n, false) != s + n)
		return false;
	memcpy(to, s, n);
	return true;
}
#endif

static void __attribute__((noinline))
quote_escaped(struct writer *w, const char *s, size_t n)
{
	const char *end = s + n, *stop;

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

static inline void
quote(struct writer *w, const char *s, size_t n)
{
	char *at;

	need(w, n + 2);
	at = w->at;
	if (!copied(at + 1, s, n)) {
		quote_escaped(w, s, n);
		return;
	}
	at[0] = at[n + 1] = '"';
	w->at = at + n + 2;
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
