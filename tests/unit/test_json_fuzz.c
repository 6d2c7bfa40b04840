/* test_json_fuzz: damaged documents.  Nothing crashes, and what is accepted is said the same way for ever. */
#include "tap.h"

#include "json_gen.h"

#define ROUNDS	200000

static unsigned ours, foreign, refused, told;

/* The canonical bytes of a text, with the flag that a canonical document must have. */
static bool
again(const char *text, size_t len, unsigned how, const char *want)
{
	struct doc d;
	bool same = doc_parse_n(&d, text, len, how);

	if (same) {
		char *got = canon(&d.v);

		same = strcmp(got, want) == 0;
		free(got);
	}
	if (same && d.v.type == DX_JSON_OBJECT && text == want)
		same = (d.v.flags & DX_JSON_SORTED) != 0;
	doc_free(&d);
	return same;
}

static bool
accepted(const struct doc *d, unsigned how)
{
	char *text = canon(&d->v);
	struct dx_buf nice = { 0 };
	struct dx_arena a = { 0 };
	struct dx_json copy = dx_json_copy(&a, &d->v);
	bool held;

	dx_json_pretty(&d->v, &nice);
	held = again(text, strlen(text), how, text) && again(nice.data, nice.len, how, text) &&
	    dx_json_equal(&copy, &d->v);
	dx_buf_release(&nice);
	dx_arena_release(&a);
	free(text);
	return held;
}

/* What the parser calls canonical on the way is what writing it gives. */
static bool
truly_canonical(const struct dx_buf *b, unsigned how)
{
	struct dx_arena a = { 0 };
	struct dx_buf out = { 0 };
	struct dx_json v;
	bool canonical, held = true;

	if (b->len > 0 && dx_json_parse_canon(&a, dx_arena_dup(&a, b->data, b->len), b->len, how, &v, &canonical, NULL) == 0 &&
	    canonical) {
		told++;
		dx_json_canon(&v, &out);
		held = out.len == b->len && memcmp(out.data, b->data, b->len) == 0;
	}
	dx_buf_release(&out);
	dx_arena_release(&a);
	return held;
}

static bool
try(const struct dx_buf *b)
{
	struct doc f, o;
	bool held = true;

	doc_parse_n(&f, b->data != NULL ? b->data : "", b->len, DX_JSON_FOREIGN);
	doc_parse_n(&o, b->data != NULL ? b->data : "", b->len, DX_JSON_OURS);
	if (f.good)
		held = accepted(&f, DX_JSON_FOREIGN);
	else	/* refused for both, and untouched */
		held = !o.good && (b->len == 0 || memcmp(f.text, b->data, b->len) == 0) && f.err.text[0] != '\0';
	if (o.good)
		held = held && f.good && accepted(&o, DX_JSON_OURS) && dx_json_equal(&o.v, &f.v);
	else
		held = held && (!f.good || o.err.reason == DX_R_NUMBER_NOT_EXACT);
	held = held && truly_canonical(b, DX_JSON_FOREIGN) && truly_canonical(b, DX_JSON_OURS);
	ours += o.good;
	foreign += f.good;
	refused += !f.good;
	doc_free(&f);
	doc_free(&o);
	return held;
}

int
main(int argc, char *argv[])
{
	struct dx_buf doc = { 0 }, hurt = { 0 };
	uint64_t state = argc > 1 ? strtoull(argv[1], NULL, 10) : 42;
	unsigned wrong = 0;

	for (unsigned i = 0; i < ROUNDS; i++) {
		if (i % 16 == 0)
			gen_document(&doc, &state);
		dx_buf_reset(&hurt);
		dx_buf_add(&hurt, doc.data, doc.len);
		for (unsigned n = i % 16 == 0 ? 0 : 1 + pick(&state, 3); n > 0; n--)
			gen_damage(&hurt, &state);
		if (!try(&hurt) && wrong++ < 5)
			diag("round %u: %s", i, hurt.data);
	}
	is_int(wrong, 0, "%u damaged documents", ROUNDS);
	diag("%u accepted as ours, %u as foreign, %u refused, %u told canonical", ours, foreign, refused, told);
	ok(ours > ROUNDS / 20 && refused > ROUNDS / 4 && told > ROUNDS / 100, "of each kind many");
	dx_buf_release(&doc);
	dx_buf_release(&hurt);
	return done();
}
