/* The four rules of redaction put together (inputs page 1.4). */
#include <stdlib.h>
#include "core/redact_parts.h"

/* --- spans --- */

void
dx_spans_add(struct dx_spans *s, size_t start, size_t end)
{
	struct dx_span *wider;

	if (s->count > 0 && s->v[s->count - 1].start <= start && s->v[s->count - 1].end >= start) {
		if (end > s->v[s->count - 1].end)
			s->v[s->count - 1].end = end;
		return;
	}
	if (s->count == s->room) {
		s->room = s->room == 0 ? 16 : dx_size_mul(s->room, 2);
		wider = dx_arena_alloc(s->arena, dx_size_mul(s->room, sizeof(*wider)));
		if (s->count > 0)
			memcpy(wider, s->v, s->count * sizeof(*wider));
		s->v = wider;
	}
	s->v[s->count++] = (struct dx_span){ start, end };
}

static int
by_start(const void *x, const void *y)
{
	const struct dx_span *a = x, *b = y;

	return (a->start > b->start) - (a->start < b->start);
}

static void
join(struct dx_spans *s)
{
	size_t kept = 0;

	qsort(s->v, s->count, sizeof(*s->v), by_start);
	for (size_t i = 0; i < s->count; i++) {
		if (kept > 0 && s->v[i].start <= s->v[kept - 1].end) {
			if (s->v[i].end > s->v[kept - 1].end)
				s->v[kept - 1].end = s->v[i].end;
		} else {
			s->v[kept++] = s->v[i];
		}
	}
	s->count = kept;
}

char *
dx_spans_mask(struct dx_spans *s, struct dx_arena *a, const char *text, size_t n, size_t *len)
{
	const size_t mark = strlen(DX_REDACTED);
	size_t at = 0;
	char *out, *p;

	join(s);
	p = out = dx_arena_alloc(a, n + dx_size_mul(s->count, mark) + 1);
	for (size_t i = 0; i < s->count; i++) {
		memcpy(p, text + at, s->v[i].start - at);
		p += s->v[i].start - at;
		memcpy(p, DX_REDACTED, mark);
		p += mark;
		at = s->v[i].end;
	}
	memcpy(p, text + at, n - at);
	p += n - at;
	*p = '\0';
	*len = (size_t)(p - out);
	return out;
}

/* --- trees --- */

struct dx_json
dx_redact_value(const struct dx_json *in)
{
	struct dx_json out = dx_json_text(DX_REDACTED);

	out.offset = in->offset;
	return out;
}

void
dx_redact_set(struct dx_arena *a, const struct dx_json *in, bool *owned, struct dx_json *out, uint32_t i,
    struct dx_json value)
{
	if (!*owned) {
		*out = dx_json_copy_top(a, in);
		out->offset = in->offset;
		*owned = true;
	}
	if (in->type == DX_JSON_OBJECT)
		out->u.members[i].value = value;
	else
		out->u.items[i] = value;
}

struct hide {
	const struct dx_redact	*r;
	struct dx_arena		*a;
	struct dx_spans		 spans;
};

static bool
hide_text(struct hide *h, const struct dx_json *in, struct dx_json *out)
{
	size_t len;
	char *masked;

	if (dx_secrets_has(h->r, in->u.text, in->count)) {
		*out = dx_redact_value(in);
		return true;
	}
	dx_shape_find(in->u.text, in->count, &h->spans);
	if (h->spans.count == 0)
		return false;
	masked = dx_spans_mask(&h->spans, h->a, in->u.text, in->count, &len);
	h->spans.count = 0;
	*out = dx_json_text_n(masked, len);
	out->offset = in->offset;
	return true;
}

/* Rules 3 and 4 under `in`. */
static bool
hide(struct hide *h, const struct dx_json *in, struct dx_json *out)
{
	struct dx_json child;
	bool owned = false;

	if (in->type == DX_JSON_STRING)
		return hide_text(h, in, out);
	if (in->type == DX_JSON_OBJECT) {
		for (uint32_t i = 0; i < in->count; i++)
			if (in->u.members[i].value.type >= DX_JSON_STRING && hide(h, &in->u.members[i].value, &child))
				dx_redact_set(h->a, in, &owned, out, i, child);
	} else if (in->type == DX_JSON_ARRAY) {
		for (uint32_t i = 0; i < in->count; i++)
			if (hide(h, &in->u.items[i], &child))
				dx_redact_set(h->a, in, &owned, out, i, child);
	}
	return owned;
}

struct dx_json
dx_redact_document(struct dx_redact *r, struct dx_arena *a, const struct dx_json *doc, enum dx_redact_kind kind)
{
	struct dx_arena scratch = { 0 };
	struct hide h = { .r = r, .a = a, .spans = { .arena = &scratch } };
	struct dx_json marked = *doc, out;

	dx_redact_marked(r, a, doc, kind, &marked);
	dx_secrets_seal(r);
	out = marked;
	hide(&h, &marked, &out);
	dx_arena_release(&scratch);
	return out;
}

void
dx_redact_learn(struct dx_redact *r, const struct dx_json *doc, enum dx_redact_kind kind)
{
	struct dx_arena scratch = { 0 };
	struct dx_json unused;

	dx_redact_marked(r, &scratch, doc, kind, &unused);
	dx_secrets_seal(r);
	dx_arena_release(&scratch);
}

const char *
dx_redact_text(const struct dx_redact *r, struct dx_arena *a, const char *text)
{
	struct dx_arena scratch = { 0 };
	struct dx_spans spans = { .arena = &scratch };
	size_t n = strlen(text), len;
	const char *out = text;

	dx_secrets_find(r, text, n, &spans);
	dx_shape_find(text, n, &spans);
	if (spans.count > 0)
		out = dx_spans_mask(&spans, a, text, n, &len);
	dx_arena_release(&scratch);
	return out;
}

void
dx_redact_release(struct dx_redact *r)
{
	dx_arena_release(&r->arena);
	memset(r, 0, sizeof(*r));
}
