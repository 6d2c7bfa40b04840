/* Anchors as GitHub makes them of headings: letters lowered, marks left out, blanks to "-", "-1" behind the second of a name. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "contract/formula.h"
#include "docs/inner.h"

/* Marks and signs of Unicode, as far as headings have them. */
static bool
is_sign(uint32_t c)
{
	static const struct { uint32_t first, last; } ranges[] = {
		{ 0x80, 0xa9 }, { 0xab, 0xb1 }, { 0xb4, 0xb4 }, { 0xb6, 0xb8 }, { 0xbb, 0xbb }, { 0xbf, 0xbf }, { 0xd7, 0xd7 }, { 0xf7, 0xf7 },
		{ 0x2c2, 0x2df }, { 0x589, 0x58a }, { 0x5be, 0x5be }, { 0x5f3, 0x5f4 }, { 0x60c, 0x60d }, { 0x61b, 0x61f }, { 0x66a, 0x66d },
		{ 0x6d4, 0x6d4 }, { 0x2000, 0x203e }, { 0x2041, 0x2053 }, { 0x2055, 0x206f }, { 0x20a0, 0x20cf }, { 0x2190, 0x245f },
		{ 0x2500, 0x2bff }, { 0x2e00, 0x2e7f }, { 0x3000, 0x3004 }, { 0x3008, 0x3020 }, { 0xfe10, 0xfe1f }, { 0xfe30, 0xfe32 },
		{ 0xff01, 0xff0f }, { 0xff1a, 0xff20 }, { 0x1f000, 0x1faff },
	};

	for (size_t i = 0; c >= 0x80 && i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return c == DX_NO_POINT;
}

static bool
is_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c >= 0x80 && !is_sign(c) && !dx_point_blank(c));
}

/* An underscore between letters stands; one at the edge of a word is emphasis. */
static void
slug_add(struct dx_buf *b, const char *s, size_t n, bool code)
{
	const char *end = s + n;

	while (s < end) {
		uint32_t c = dx_utf8_next(&s, end);
		char utf8[4];

		if (c == ' ' || c == '-')
			dx_buf_putc(b, '-');
		else if (c == '_') {
			const char *next = s;
			bool before = b->len > 0 && (is_letter((unsigned char)b->data[b->len - 1]) || b->data[b->len - 1] == '_');
			bool after = s < end && (is_letter(dx_utf8_next(&next, end)) || *s == '_');
			if (code || (before && after))
				dx_buf_putc(b, '_');
		} else if (is_letter(c) || c == 0x203f || c == 0x2040)
			dx_buf_add(b, utf8, dx_utf8_put(dx_fold_point(c), utf8));
	}
}

/* Without the blanks at both ends of the heading. */
static void
slug(const struct dx_prose *p, const struct dx_prose_block *block, struct dx_buf *out)
{
	dx_buf_reset(out);
	for (size_t i = block->first; i < block->first + block->count; i++) {
		const struct dx_prose_part *part = &p->part[i];
		const char *s = part->s;
		size_t n = part->n;

		if (part->kind != DX_PROSE_TEXT && part->kind != DX_PROSE_CODE)
			continue;
		while (out->len == 0 && n > 0 && (*s == ' ' || *s == '\t')) {
			s++;
			n--;
		}
		while (i + 1 == block->first + block->count && n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
			n--;
		slug_add(out, s, n, part->kind == DX_PROSE_CODE);
	}
	dx_buf_add(out, "", 0);
}

struct slugs { struct dx_names *names; uint32_t *times; size_t room; struct dx_arena *a; };

/* The number of a name, and room to count how often it came. */
static uint32_t
number(struct slugs *x, const char *name)
{
	uint32_t n = dx_names_number(x->names, x->a, name);

	if (n >= x->room) {
		size_t room = x->room == 0 ? 64 : x->room * 2;
		x->times = dx_realloc(x->times, dx_size_mul(room, sizeof(*x->times)));
		memset(x->times + x->room, 0, (room - x->room) * sizeof(*x->times));
		x->room = room;
	}
	return n;
}

static void
add_heading(struct slugs *x, const char *name)
{
	uint32_t before = x->names->count, base = number(x, name), n = base;
	struct dx_buf again = { 0 };

	while (n < before) {		/* taken */
		dx_buf_reset(&again);
		dx_buf_printf(&again, "%s-%u", name, ++x->times[base]);
		before = x->names->count;
		n = number(x, again.data);
	}
	dx_buf_release(&again);
}

struct dx_names *
dx_docs_anchors(const struct dx_prose *p, struct dx_arena *a)
{
	struct slugs x = { .names = dx_alloc(sizeof(*x.names)), .a = a };
	struct dx_buf b = { 0 };

	*x.names = (struct dx_names){ 0 };
	for (size_t i = 0; i < p->blocks; i++)
		if (p->block[i].kind == DX_PROSE_HEADING) {
			slug(p, &p->block[i], &b);
			add_heading(&x, b.data != NULL ? b.data : "");
		}
	for (size_t i = 0; i < p->parts; i++)
		if (p->part[i].kind == DX_PROSE_ANCHOR) {
			dx_buf_reset(&b);
			dx_buf_add(&b, p->part[i].s, p->part[i].n);
			dx_lower(b.data);
			(void)number(&x, b.data);
		}
	dx_buf_release(&b);
	free(x.times);
	return x.names;
}

/* Documents that links lead to are read once. */
static struct dx_names *
anchors_of(struct dx_docs *d, const char *path)
{
	uint32_t before = d->target.count, n = dx_names_number(&d->target, d->a, path);
	struct dx_prose prose = { 0 };
	struct dx_arena scratch = { 0 };
	struct dx_buf bytes = { 0 };
	struct dx_err err = { 0 };

	if (n < before)
		return d->anchors[n];
	if (n >= d->anchor_room) {
		d->anchor_room = d->anchor_room == 0 ? 64 : d->anchor_room * 2;
		d->anchors = dx_realloc(d->anchors, dx_size_mul(d->anchor_room, sizeof(struct dx_names *)));
	}
	d->anchors[n] = NULL;
	if (dx_tree_read(d->o->tree, path, DX_PROSE_MAX, DX_R_MEDIA_TOO_LARGE, &bytes, &err) == 0) {
		dx_buf_add(&bytes, "", 0);
		if (dx_prose_read(bytes.data != NULL ? bytes.data : "", bytes.len, &scratch, &prose, &err) == 0)
			d->anchors[n] = dx_docs_anchors(&prose, d->a);
	}
	dx_prose_release(&prose);
	dx_arena_release(&scratch);
	dx_buf_release(&bytes);
	return d->anchors[n];
}

bool
dx_docs_has_anchor(struct dx_docs *d, const char *path, const char *anchor)
{
	struct dx_names *names = anchors_of(d, path);
	struct dx_buf b = { 0 };
	bool has;

	if (names == NULL)
		return true;
	for (const char *s = anchor, *end = anchor + strlen(anchor); s < end; ) {
		char utf8[4];
		uint32_t c = dx_utf8_next(&s, end);
		dx_buf_add(&b, utf8, dx_utf8_put(c == DX_NO_POINT ? '?' : dx_fold_point(c), utf8));
	}
	has = b.len == 0 || strcmp(b.data, "top") == 0 || dx_names_find(names, b.data) < names->count;
	dx_buf_release(&b);
	return has;
}
