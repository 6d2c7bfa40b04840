/* Claims in public documents, in both languages, and the lines that may stand all the same (release-gates page 13.1). */
#include <string.h>

#include "base/text.h"
#include "check/register_inner.h"

bool
dx_register_scans(const struct dx_register *r)
{
	for (size_t i = 0; i < r->claims; i++)
		if (r->claim[i].kind != DX_CLAIM_APPROVED)
			return true;
	return false;
}

bool
dx_register_is_public(const struct dx_register *r, const char *path)
{
	static const char *const ends[] = { ".md", ".markdown", ".mdx", ".txt", ".html", ".htm", ".rst", ".adoc" };
	size_t n = strlen(path);

	for (size_t i = 0; i < r->publics.count; i++)
		if (strcmp(r->publics.item[i], path) == 0 || dx_glob_path(r->publics.item[i], path))
			return true;
	for (size_t i = 0; r->publics.count == 0 && i < sizeof(ends) / sizeof(ends[0]); i++)
		if (n > strlen(ends[i]) && strcmp(path + n - strlen(ends[i]), ends[i]) == 0)
			return true;
	return false;
}

enum dx_excused
dx_excuse(const struct dx_exceptions *e, const char *file, const char *code, const char *line, size_t n, int64_t now)
{
	enum dx_excused answer = DX_EXCUSED_NOT;
	char hex[DX_SHA256_HEX] = "";
	struct dx_sha256 digest;

	if (n > 0 && line[n - 1] == '\r')
		n--;
	for (size_t i = 0; i < e->count; i++) {
		const struct dx_exception *x = &e->item[i];
		if ((x->file != NULL && strcmp(x->file, file) != 0) || (x->code != NULL && strcmp(x->code, code) != 0))
			continue;
		if (hex[0] == '\0') {
			dx_sha256(line, n, &digest);
			dx_sha256_hex(&digest, hex);
		}
		if (strcmp(hex, x->line) != 0)
			continue;
		if (now < x->expires)
			return DX_EXCUSED;
		answer = DX_EXCUSED_NO_MORE;
	}
	return answer;
}

/* One public document while claims are looked for. */
struct scan {
	const struct dx_register *r;
	struct dx_register_found *f;
	const char		*file, *bytes;
	size_t			 len;
	int64_t			 now;
	struct dx_plain		 plain;
	struct dx_phrases	 claims;	/* tag: claim * 2, + 1 in Arabic */
	struct dx_phrases	*qualifier;	/* of each claim */
	unsigned		 at_line;	/* how far `at` has been walked */
	size_t			 at;
};

/* The bytes of a line, which are asked for in order. */
static const char *
line_of(struct scan *s, unsigned line, size_t *n)
{
	const char *end;

	while (s->at_line < line && s->at < s->len) {
		end = memchr(s->bytes + s->at, '\n', s->len - s->at);
		s->at = end != NULL ? (size_t)(end - s->bytes) + 1 : s->len;
		s->at_line++;
	}
	end = s->at < s->len ? memchr(s->bytes + s->at, '\n', s->len - s->at) : NULL;
	*n = end != NULL ? (size_t)(end - s->bytes) - s->at : s->len - s->at;
	return s->bytes + s->at;
}

static bool
found_claim(void *ctx, const struct dx_hit *hit)
{
	struct scan *s = ctx;
	const struct dx_claim *c = &s->r->claim[hit->tag / 2];
	bool forbidden = c->kind == DX_CLAIM_FORBIDDEN;
	enum dx_reason code = forbidden ? DX_R_CLAIM_FORBIDDEN : DX_R_CLAIM_UNQUALIFIED;
	unsigned line = dx_plain_line(&s->plain, hit->at);
	enum dx_excused excused;
	struct dx_json *error;
	const char *text;
	size_t n;

	if (!forbidden && dx_phrases_any(&s->qualifier[hit->tag / 2], &s->plain.text, 0, s->plain.text.len, NULL))
		return true;
	text = line_of(s, line, &n);
	excused = dx_excuse(&c->exceptions, s->file, dx_reason_code(code), text, n, s->now);
	if (excused == DX_EXCUSED)
		return true;
	error = dx_register_error(s->f, code, c->at, "%s, \"%s\"%s: %s%s%s", c->id, hit->tag % 2 == 1 ? c->text_ar : c->text,
	    excused == DX_EXCUSED_NO_MORE ? " (its exception has expired)" : "", forbidden ? c->reason : "without \"",
	    forbidden ? "" : hit->tag % 2 == 1 ? c->qualifier_ar : c->qualifier, forbidden ? "" : "\" beside it");
	dx_json_put(s->f->arena, error, "file", dx_json_words(s->f->arena, s->file));
	dx_json_put(s->f->arena, error, "line", dx_json_int(s->f->arena, line));
	return true;
}

static void
prepare(struct scan *s, struct dx_arena *a)
{
	s->qualifier = dx_arena_alloc(a, dx_size_mul(s->r->claims, sizeof(*s->qualifier)));
	memset(s->qualifier, 0, s->r->claims * sizeof(*s->qualifier));
	for (size_t i = 0; i < s->r->claims; i++) {
		const struct dx_claim *c = &s->r->claim[i];
		if (c->kind == DX_CLAIM_APPROVED)
			continue;
		(void)dx_phrases_add(&s->claims, a, c->text, i * 2);
		if (c->text_ar != NULL)
			(void)dx_phrases_add(&s->claims, a, c->text_ar, i * 2 + 1);
		if (c->qualifier != NULL)
			(void)dx_phrases_add(&s->qualifier[i], a, c->qualifier, 0);
		if (c->qualifier_ar != NULL)
			(void)dx_phrases_add(&s->qualifier[i], a, c->qualifier_ar, 1);
		dx_phrases_sort(&s->qualifier[i]);
	}
	dx_phrases_sort(&s->claims);
}

static bool
is_blank_line(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] != ' ' && s[i] != '\t' && s[i] != '\r')
			return false;
	return true;
}

/* A paragraph at a time: a claim may be wrapped, and its qualifier stands in the same one. */
void
dx_register_scan(const struct dx_register *r, const char *file, const char *bytes, size_t len, int64_t now, struct dx_register_found *f)
{
	struct scan s = { .r = r, .f = f, .file = file, .bytes = bytes, .len = len, .now = now, .at_line = 1, .plain = { .markup = true } };
	struct dx_arena scratch = { 0 };
	size_t at = 0;
	unsigned line = 1;

	prepare(&s, &scratch);
	while (at < len) {
		size_t begin = at;
		unsigned first = line;
		for (; at < len; line++) {
			const char *end = memchr(bytes + at, '\n', len - at);
			size_t n = end != NULL ? (size_t)(end - bytes) - at : len - at;
			bool blank = is_blank_line(bytes + at, n);
			at += n + (end != NULL);
			if (blank) {
				line++;
				break;
			}
		}
		dx_plain_reset(&s.plain);
		dx_plain_add(&s.plain, bytes + begin, at - begin, first);
		dx_phrases_each(&s.claims, &s.plain.text, 0, s.plain.text.len, found_claim, &s);
	}
	for (size_t i = 0; i < r->claims; i++)
		dx_phrases_release(&s.qualifier[i]);
	dx_phrases_release(&s.claims);
	dx_plain_release(&s.plain);
	dx_arena_release(&scratch);
}
