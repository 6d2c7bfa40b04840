/* Checks of what stands in files (release-gates page 1.1): bytes, never decoded, so that nothing hides in a file that is not UTF-8. */
#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "check/search.h"
#include "contract/pattern.h"
#include "op/check_inner.h"

#define TEXT_MAX	(64u << 20)	/* bytes of a file that are looked at */
#define FILES_MAX	1000000
#define BLOCK		(96u << 10)
#define PAGE		4096u
#define LINE		4096	/* bytes of a line in which every match of an expression is counted; in a longer one the first */

struct hunt {
	struct dx_step	*s;
	const struct dx_check_text *c;
	struct dx_search phrase;
	struct dx_pattern *pattern;	/* of an expression: whether a line has it, in linear time */
	struct dx_buf	 line;
	regex_t		 re;		/* and where, which takes libc the square of the length */
	char		*memory, *block;	/* a block on a page of its own: reading into such is several times as fast */
	struct dx_buf	 whole;		/* a file of more than a block that has to be seen as a whole */
	const char	*text, *end;	/* what is looked at of a file */
	int64_t		 need;		/* hits in a file after which no more are of interest */
	int64_t		 files, hits;
	bool		 short_one;	/* a file with fewer than min_count, where every file must have them */
	bool		 decided;	/* whatever the other files hold */
	char		 first[256];	/* "file:line:column" of the first hit */
	struct dx_inputs inputs;
	struct dx_hasher *hasher;	/* of the file under way; NULL: too much was read for digests of it all */
	size_t		 hashed;	/* bytes of all files */
};

static void
note(struct hunt *h, const char *path, const char *at)
{
	unsigned line = 1;
	const char *start = h->text, *lf;

	if (h->first[0] != '\0')
		return;
	while ((lf = memchr(start, '\n', (size_t)(at - start))) != NULL) {
		start = lf + 1;
		line++;
	}
	(void)snprintf(h->first, sizeof(h->first), "%s:%u:%zu", path, line, (size_t)(at - start) + 1);
}

static int64_t
count_literal(struct hunt *h, const char *path)
{
	const char *at = h->text;
	int64_t hits = 0;
	size_t n;

	while (hits < h->need && at < h->end && (at = dx_search_next(&h->phrase, at, h->end, &n)) != NULL) {
		note(h, path, at);
		hits++;
		at += n;
	}
	return hits;
}

const char *
dx_step_line(const char *line, size_t n, struct dx_buf *room)
{
	if (n == 0 || memchr(line, '\0', n) == NULL)
		return line;
	dx_buf_reset(room);
	dx_buf_add(room, line, n);
	for (size_t i = 0; i < n; i++)
		if (room->data[i] == '\0')
			room->data[i] = '\1';
	return room->data;
}

/* line: where it stands; seen: the same as expressions see it.  It has one match at least. */
static int64_t
count_line(struct hunt *h, const char *path, const char *line, const char *seen, size_t n, int64_t need)
{
	regmatch_t m = { .rm_eo = (regoff_t)n };
	int64_t hits = 0;
	size_t from = 0, start = 0, end;

	if (n > LINE) {
		note(h, path, dx_pattern_span(h->pattern, seen, n, &start, &end) ? line + start : line);
		return 1;
	}
	while (from <= n && hits < need && regexec(&h->re, seen, 1, &m, REG_STARTEND | (from > 0 ? REG_NOTBOL : 0)) == 0) {
		note(h, path, line + m.rm_so);
		hits++;
		from = (size_t)m.rm_eo + (m.rm_eo == m.rm_so);
		m = (regmatch_t){ .rm_so = (regoff_t)from, .rm_eo = (regoff_t)n };
	}
	return hits;
}

/* Line by line, the CR of a CRLF left out, so that $ stands where a person sees the end.  -1: libc gave up. */
static int64_t
count_ere(struct hunt *h, const char *path)
{
	const char *at = h->text, *end = h->end, *lf;
	int64_t hits = 0;

	for (; at < end && hits < h->need; at = lf + 1) {
		const char *seen;
		size_t n;
		int found;

		lf = memchr(at, '\n', (size_t)(end - at));
		if (lf == NULL)
			lf = end;
		n = (size_t)(lf - at) - (lf > at && lf[-1] == '\r');
		seen = dx_step_line(at, n, &h->line);
		found = dx_pattern_find(h->pattern, seen, n);
		if (found < 0)
			return -1;
		if (found > 0)
			hits += count_line(h, path, at, seen, n, h->need - hits);
	}
	return hits;
}

/* A file begins, or is read anew; hashed: bytes of the files before it. */
static void
digest_begin(struct hunt *h, size_t hashed)
{
	struct dx_sha256 unused;

	if (h->hasher != NULL)
		dx_hasher_end(h->hasher, &unused);
	h->hasher = h->inputs.left_out ? NULL : dx_hasher_new();
	h->hashed = hashed;
}

static void
digest_add(struct hunt *h, const char *bytes, size_t n)
{
	h->hashed += n;
	if (h->hasher != NULL && h->hashed <= DX_INPUTS_MAX)
		dx_hasher_add(h->hasher, bytes, n);
}

static void
digest_end(struct hunt *h)
{
	struct dx_sha256 digest;

	if (h->hasher == NULL)
		return;
	dx_hasher_end(h->hasher, &digest);
	h->hasher = NULL;
	dx_inputs_add(&h->inputs, &digest);
	h->inputs.left_out = h->inputs.left_out || h->hashed > DX_INPUTS_MAX;
}

/* Reads what there is up to a block: how much, 0 at the end, -1. */
static ssize_t
read_block(struct hunt *h, int fd, const char *path, struct dx_err *err)
{
	size_t n = 0;
	ssize_t got;

	while (n < BLOCK) {
		got = read(fd, h->block + n, BLOCK - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot read", path);
		if (got == 0)
			break;
		n += (size_t)got;
	}
	digest_add(h, h->block, n);
	return (ssize_t)n;
}

/* A block at a time, which stays in the processor's cache: nearly always it shows that nothing is there.  1: the file may hold a match;
 * if it is one block, that is what is looked at.  0: it holds none. */
static int
sift(struct hunt *h, int fd, const char *path, struct dx_err *err)
{
	size_t total = 0;
	ssize_t n;

	while ((n = read_block(h, fd, path, err)) > 0) {
		if (total == 0 && n < (ssize_t)BLOCK) {
			h->text = h->block;
			h->end = h->block + n;
			return 1;
		}
		total += (size_t)n;
		if (total > TEXT_MAX)
			return dx_err_set(err, DX_R_FILE_TOO_BIG, "%s: more than %u bytes", path, TEXT_MAX);
		if (dx_search_may(&h->phrase, h->block, h->block + n))
			return 1;
	}
	return (int)n;
}

static int
load_whole(struct hunt *h, int fd, const char *path, struct dx_err *err)
{
	dx_buf_reset(&h->whole);
	if (lseek(fd, 0, SEEK_SET) != 0)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot read", path);
	if (dx_fd_read(fd, path, TEXT_MAX, DX_R_FILE_TOO_BIG, &h->whole, err) != 0)
		return -1;
	h->text = h->whole.data;
	h->end = h->text + h->whole.len;
	return 0;
}

/* What a search has to see of a file: nothing where it holds no match. */
static int
load(struct hunt *h, const char *path, struct dx_err *err)
{
	int fd = dx_tree_fd(h->s->root, path, err), rc = 1;
	size_t before = h->hashed;

	if (fd < 0)
		return -1;
	h->text = h->end = h->block;
	digest_begin(h, before);
	if (!h->c->ere)
		rc = sift(h, fd, path, err);
	if (rc == 1 && h->end == h->block) {
		digest_begin(h, before);
		rc = load_whole(h, fd, path, err);
		digest_add(h, h->text, (size_t)(h->end - h->text));
	}
	h->inputs.left_out = h->inputs.left_out || rc < 0;
	digest_end(h);
	close(fd);
	return rc < 0 ? -1 : 0;
}

static int
hunt_file(struct hunt *h, const char *path, struct dx_err *err)
{
	int64_t hits;

	if (load(h, path, err) != 0)
		return -1;
	hits = h->c->ere ? count_ere(h, path) : count_literal(h, path);
	if (hits < 0)
		return dx_err_set(err, DX_R_FILE_UNREADABLE, "%s: the expression takes too much memory there", path);
	h->files++;
	h->hits = h->c->every || hits > h->hits ? hits : h->hits;
	h->short_one = h->short_one || hits < h->c->min_count;
	h->decided = hits >= h->need && !h->c->every;
	return 0;
}

/* A file that the glob matches.  A link out of the root is not followed, and nobody knows what stands there: where no file may be left
 * out, that is a failure. */
static int
hunt_match(struct hunt *h, const char *path, struct dx_err *err)
{
	if (hunt_file(h, path, err) == 0)
		return 0;
	if (dx_tree_look(h->s->root, path).kind != DX_TREE_OUTSIDE)
		return -1;
	*err = (struct dx_err){ 0 };
	if (h->s->check->type == DX_CHECK_TEXT_ABSENT || h->c->every)
		(void)dx_step_outside(h->s, path, DX_TREE_OUTSIDE);
	return 0;
}

static int
hunt_all(struct hunt *h, struct dx_err *err)
{
	const char **path;
	size_t n;

	if (h->c->path != NULL) {
		struct dx_tree_fact fact = dx_tree_look(h->s->root, h->c->path);
		if (fact.kind == DX_TREE_MISSING || dx_step_no_file(h->s, h->c->path, fact.kind))
			return 0;
		return hunt_file(h, h->c->path, err);
	}
	if (dx_tree_glob(h->s->root, h->c->glob, FILES_MAX, &h->s->arena, &path, &n, err) != 0)
		return -1;
	for (size_t i = 0; i < n && !h->decided && h->s->result.state == DX_STATE_PASS; i++)
		if (hunt_match(h, path[i], err) != 0)
			return -1;
	return 0;
}

static void
judge(struct hunt *h)
{
	bool absent = h->s->check->type == DX_CHECK_TEXT_ABSENT;
	const char *where = h->c->path != NULL ? h->c->path : h->c->glob;

	if (h->files == 0 && !(absent && h->c->allow_no_files))
		dx_step_fail(h->s, DX_R_NO_FILES_MATCHED, "no file is or matches %s", where);
	else if (absent && h->first[0] != '\0')
		dx_step_fail(h->s, DX_R_TEXT_FOUND, "\"%s\" stands at %s", h->c->pattern, h->first);
	else if (!absent && (h->c->every ? h->short_one : h->hits < h->c->min_count))
		dx_step_fail(h->s, DX_R_TEXT_ABSENT, "\"%s\" is found %lld times in %s, must be %lld", h->c->pattern, (long long)h->hits, where,
		    (long long)h->c->min_count);
}

/* Both do: the document would have been refused. */
static bool
compile(struct hunt *h)
{
	struct dx_buf why = { 0 };

	h->pattern = dx_pattern_new(h->c->pattern, h->c->ignore_case, &why);
	dx_buf_release(&why);
	if (h->pattern != NULL && regcomp(&h->re, h->c->pattern, REG_EXTENDED | (h->c->ignore_case ? REG_ICASE : 0)) == 0)
		return true;
	dx_pattern_free(h->pattern);
	return false;
}

void
dx_step_text(struct dx_step *s)
{
	struct hunt h = { .s = s, .c = &s->check->u.text };
	struct dx_err err = { 0 };

	h.need = s->check->type == DX_CHECK_TEXT_ABSENT ? 1 : h.c->min_count;
	if (!h.c->ere && !dx_search_new(h.c->pattern, h.c->ignore_case, &h.phrase)) {
		dx_step_fail(s, DX_R_FIELD_INVALID, "pattern is longer than %d bytes", DX_SEARCH_MAX);
		return;
	}
	if (h.c->ere && !compile(&h)) {
		dx_step_fail(s, DX_R_FIELD_INVALID, "pattern is no extended regular expression");
		return;
	}
	h.memory = dx_alloc(BLOCK + PAGE);
	h.block = h.memory + (PAGE - (uintptr_t)h.memory % PAGE);
	if (hunt_all(&h, &err) != 0)
		dx_step_error(s, &err);
	else if (s->result.state == DX_STATE_PASS)
		judge(&h);
	dx_inputs_end(&h.inputs, s);
	if (h.c->ere) {
		regfree(&h.re);
		dx_pattern_free(h.pattern);
	}
	dx_buf_release(&h.whole);
	dx_buf_release(&h.line);
	free(h.memory);
}

void
dx_preview_text(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	const struct dx_check_text *t = &c->u.text;

	dx_json_put(a, o, t->path != NULL ? "path" : "glob", dx_json_text(t->path != NULL ? t->path : t->glob));
	dx_json_put(a, o, "pattern", dx_json_text(t->pattern));
}
