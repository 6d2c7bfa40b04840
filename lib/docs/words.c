/* What the words of a document claim: overclaim, naming, ambiguous language. */
#include <stdlib.h>
#include <string.h>

#include "docs/inner.h"

static const char *const overclaims[] = { "production", "deployed", "live", "active", "configured", "enforced", "working", NULL };
static const char *const negations[] = { "not", "no", "never", "none", "nor", "neither", "cannot", "can't", "without", "isn't", "aren't", "wasn't",
    "weren't", "won't", "wouldn't", "doesn't", "don't", "didn't", "hasn't", "haven't", "nothing", NULL };
static const char *const ambiguous[] = { "will be", "when added", "future", "planned", NULL };
static const char *const statuses[] = { "production", "partial", "pilot", "target", "watch", "live", "roadmap", "deprecated", NULL };

static void
learn(struct dx_docs *d, struct dx_phrases *set, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++)
		(void)dx_phrases_add(set, d->a, words[i], i);
	dx_phrases_sort(set);
}

/* A component that some plane has further than Target and Watch is no overclaim: tag 0, others the number of their row and 1. */
void
dx_docs_words_begin(struct dx_docs *d)
{
	const struct dx_register *r = d->o->reg;

	learn(d, &d->overclaims, overclaims);
	learn(d, &d->negations, negations);
	learn(d, &d->ambiguous, ambiguous);
	learn(d, &d->statuses, statuses);
	d->components.names = true;
	for (size_t i = 0; r != NULL && i < r->rows; i++)
		(void)dx_phrases_add(&d->components, d->a, r->row[i].component,
		    r->row[i].status == DX_STATUS_TARGET || r->row[i].status == DX_STATUS_WATCH ? i + 1 : 0);
	dx_phrases_sort(&d->components);
}

/* --- places in a block --- */

struct hits { struct dx_hit *item; size_t count, room; };

static bool
keep(void *ctx, const struct dx_hit *hit)
{
	struct hits *h = ctx;

	/* of those that begin together the longest: it comes last */
	if (h->count > 0 && h->item[h->count - 1].at == hit->at) {
		h->item[h->count - 1] = *hit;
		return true;
	}
	if (h->count == h->room) {
		h->room = h->room == 0 ? 32 : h->room * 2;
		h->item = dx_realloc(h->item, dx_size_mul(h->room, sizeof(*h->item)));
	}
	h->item[h->count++] = *hit;
	return true;
}

/* How many begin at or before that place. */
static size_t
up_to(const struct hits *h, size_t at)
{
	size_t lo = 0, hi = h->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (h->item[mid].at <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Whether the one that begins last before it goes over the whole of it. */
static bool
within(const struct hits *outer, const struct dx_hit *hit)
{
	size_t n = up_to(outer, hit->at);

	return n > 0 && outer->item[n - 1].at + outer->item[n - 1].len >= hit->at + hit->len;
}

/* --- sentences --- */

static bool
is_short(const char *s, size_t at)
{
	static const char *const words[] = { "e.g", "i.e", "etc", "vs", "cf", "no", "fig", "approx" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);
		if (at >= n && memcmp(s + at - n, words[i], n) == 0 && (at == n || s[at - n - 1] == ' ' || s[at - n - 1] == '(') &&
		    strcmp(words[i], "no") != 0)
			return true;
	}
	return false;
}

/* Where sentences begin, as hits. */
static void
sentences(const struct dx_buf *text, bool is_row, struct hits *out)
{
	struct dx_hit first = { 0 };

	out->count = 0;
	(void)keep(out, &first);
	for (size_t i = 0; !is_row && i + 1 < text->len; i++) {
		struct dx_hit next = { .at = i + 1 };
		bool end = strchr(".!?", text->data[i]) != NULL && text->data[i + 1] == ' ' && !(text->data[i] == '.' && is_short(text->data, i));
		if (end || (i > 0 && (unsigned char)text->data[i - 1] == 0xd8 && (unsigned char)text->data[i] == 0x9f))	/* the Arabic question mark */
			(void)keep(out, &next);
	}
}

struct block {
	struct dx_docs	*d;
	struct hits	 target, fine, words, sentence;
};

static void
sentence_of(const struct block *b, size_t at, size_t *from, size_t *to)
{
	size_t n = up_to(&b->sentence, at);

	*from = n > 0 ? b->sentence.item[n - 1].at : 0;
	*to = n < b->sentence.count ? b->sentence.item[n].at : b->d->plain.text.len;
}

static bool
any_in(const struct hits *h, size_t from, size_t to)
{
	size_t n = up_to(h, from);

	return (n > 0 && h->item[n - 1].at == from) || (n < h->count && h->item[n].at < to);
}

static bool
row_allows(const struct dx_row *row, const char *word)
{
	for (size_t i = 0; i < row->allows.count; i++)
		if (strcasecmp(row->allows.item[i], word) == 0)
			return true;
	return false;
}

/* A line, or a sentence, has both; one that speaks of something that is further along means that. */
static bool
joins(const struct block *b, const struct dx_hit *word, const struct dx_hit *component)
{
	size_t from, to;

	sentence_of(b, word->at, &from, &to);
	if (component->at >= from && component->at < to)
		return true;
	return dx_plain_line(&b->d->plain, component->at) == dx_plain_line(&b->d->plain, word->at) && !any_in(&b->fine, from, to);
}

static void
claim(const struct block *b, const struct dx_hit *word)
{
	struct dx_docs *d = b->d;
	size_t n = up_to(&b->target, word->at), from, to;

	if (within(&b->target, word) || within(&b->fine, word))
		return;		/* part of a name */
	sentence_of(b, word->at, &from, &to);
	if (dx_phrases_any(&d->negations, &d->plain.text, from, to, NULL))
		return;
	for (size_t i = n > 0 ? n - 1 : 0; i < b->target.count && i < n + 1; i++) {
		const struct dx_row *row = &d->o->reg->row[b->target.item[i].tag - 1];
		if (!joins(b, word, &b->target.item[i]) || row_allows(row, overclaims[word->tag]))
			continue;
		dx_docs_find(d, DX_DOCS_OVERCLAIM, DX_R_DOC_OVERCLAIM, dx_plain_line(&d->plain, word->at), row->component,
		    "%s is called \"%s\", and the register has it as %s", row->component, overclaims[word->tag], dx_status_names[row->status]);
		return;
	}
}

static void
overclaim(struct block *b, bool is_row)
{
	struct dx_docs *d = b->d;
	struct hits all = { 0 };

	dx_phrases_each(&d->components, &d->plain.text, 0, d->plain.text.len, keep, &all);
	b->target.count = b->fine.count = b->words.count = 0;
	for (size_t i = 0; i < all.count; i++)
		if (i == 0 || all.item[i].at >= all.item[i - 1].at + all.item[i - 1].len)
			(void)keep(all.item[i].tag > 0 ? &b->target : &b->fine, &all.item[i]);
	free(all.item);
	if (b->target.count == 0)
		return;
	sentences(&d->plain.text, is_row, &b->sentence);
	dx_phrases_each(&d->overclaims, &d->plain.text, 0, d->plain.text.len, keep, &b->words);
	for (size_t i = 0; i < b->words.count; i++)
		claim(b, &b->words.item[i]);
}

/* --- naming and ambiguous language --- */

static void
naming(struct block *b)
{
	struct dx_docs *d = b->d;
	const struct dx_glossary *g = d->o->glossary;
	struct hits terms = { 0 };

	if (g == NULL)
		return;
	b->words.count = 0;
	dx_phrases_each(&g->banned, &d->spoken.text, 0, d->spoken.text.len, keep, &b->words);
	if (b->words.count > 0)
		dx_phrases_each(&g->terms, &d->spoken.text, 0, d->spoken.text.len, keep, &terms);
	for (size_t i = 0; i < b->words.count; i++) {
		const struct dx_hit *hit = &b->words.item[i];
		const char *word = dx_arena_dup(&d->scratch, d->spoken.text.data + hit->at, hit->len);
		if (!within(&terms, hit))	/* "gate" in "release gate", which is the term */
			dx_docs_find(d, DX_DOCS_NAMING, DX_R_DOC_NAME, dx_plain_line(&d->spoken, hit->at), word, "\"%s\" is written for \"%s\"", word,
			    g->term.item[hit->tag]);
	}
	free(terms.item);
}

static void
language(struct block *b)
{
	struct dx_docs *d = b->d;

	b->words.count = 0;
	dx_phrases_each(&d->ambiguous, &d->spoken.text, 0, d->spoken.text.len, keep, &b->words);
	if (b->words.count == 0 || dx_phrases_any(&d->statuses, &d->plain.text, 0, d->plain.text.len, NULL))
		return;
	for (size_t i = 0; i < b->words.count; i++)
		dx_docs_find(d, DX_DOCS_AMBIGUOUS, DX_R_DOC_AMBIGUOUS, dx_plain_line(&d->spoken, b->words.item[i].at),
		    ambiguous[b->words.item[i].tag], "\"%s\" and no status beside it: say Target, Pilot, or whatever it is",
		    ambiguous[b->words.item[i].tag]);
}

void
dx_docs_words(struct dx_docs *d)
{
	struct block b = { .d = d };

	for (size_t k = 0; k < d->prose.blocks; k++) {
		const struct dx_prose_block *block = &d->prose.block[k];

		if (block->kind == DX_PROSE_FENCE)
			continue;
		dx_plain_reset(&d->plain);
		dx_plain_reset(&d->spoken);
		for (size_t i = block->first; i < block->first + block->count; i++) {
			const struct dx_prose_part *part = &d->prose.part[i];
			if (part->kind == DX_PROSE_TEXT || part->kind == DX_PROSE_CODE)
				dx_plain_add(&d->plain, part->s, part->n, part->line);
			if (part->kind == DX_PROSE_TEXT)
				dx_plain_add(&d->spoken, part->s, part->n, part->line);
			else if (part->kind == DX_PROSE_CODE)
				dx_plain_stop(&d->spoken);
		}
		overclaim(&b, block->kind == DX_PROSE_ROW);
		naming(&b);
		language(&b);
	}
	free(b.target.item);
	free(b.fine.item);
	free(b.words.item);
	free(b.sentence.item);
}
