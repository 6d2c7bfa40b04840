#include "facts/git_walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "facts/git_graph.h"

#define SHALLOW_MAX	(64u << 20)	/* bytes of the list of commits where a shallow clone ends */
#define HEX		((size_t)2 * DX_GRAPH_ID)
#define COMMITS_MAX	(1u << 30)

enum { ONE = 1, TWO = 2, STALE = 4 /* below a common ancestor */, RESULT = 8 };

struct commit {
	git_oid		 id;
	int64_t		 date;
	uint32_t	 generation;	/* more than that of every ancestor; 0: not known */
	uint32_t	 parents;
	size_t		 parent;	/* the first of them in walk.parent */
	unsigned	 flags;
	bool		 queued, cut;	/* cut: its parents are not here */
};

struct walk {
	struct dx_git	*g;
	struct dx_err	*err;
	struct commit	*commit;
	uint32_t	 count, room;
	uint32_t	*slot;		/* of each id one more than the index of its commit; a power of two of them */
	size_t		 slots;
	git_oid		*parent;
	size_t		 parents, parent_room;
	uint32_t	*queue;		/* a heap, the newest commit first */
	size_t		 queued, queue_room;
	size_t		 live;		/* of the queue: not stale */
};

/* --- where a shallow clone ends --- */

static int
by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(git_oid));
}

static int
read_cut(struct dx_git *g, struct dx_err *err)
{
	struct dx_buf path = { 0 }, text = { 0 };
	size_t room = 0;
	git_oid id;
	int rc = 0;

	if (g->shallow_read)
		return 0;
	dx_buf_printf(&path, "%sshallow", g->l->git_repository_commondir(g->repo));
	if (dx_file_read_regular(path.data, SHALLOW_MAX, DX_R_GIT_UNAVAILABLE, DX_R_FILE_MISSING, &text, NULL) != 0)
		dx_buf_reset(&text);
	for (size_t at = 0; at + HEX <= text.len; at += HEX + 1) {
		if (g->cut_count == room) {
			room = room == 0 ? 64 : room * 2;
			g->cut = dx_realloc(g->cut, dx_size_mul(room, sizeof(*g->cut)));
		}
		if (!dx_hex_decode(text.data + at, HEX, id.id, sizeof(id.id))) {
			rc = dx_err_set(err, DX_R_GIT_UNAVAILABLE, "%s is no list of commits", path.data);
			break;
		}
		g->cut[g->cut_count++] = id;
	}
	if (g->cut_count > 0)
		qsort(g->cut, g->cut_count, sizeof(*g->cut), by_id);
	g->shallow_read = rc == 0;
	dx_buf_release(&path);
	dx_buf_release(&text);
	return rc;
}

bool
dx_git_is_cut(struct dx_git *g)
{
	return read_cut(g, NULL) == 0 && g->cut_count > 0;
}

/* --- one commit --- */

static void
add_parent(struct walk *w, struct commit *c, const unsigned char id[static DX_GRAPH_ID])
{
	if (w->parents == w->parent_room) {
		w->parent_room = w->parent_room == 0 ? 1024 : w->parent_room * 2;
		w->parent = dx_realloc(w->parent, dx_size_mul(w->parent_room, sizeof(*w->parent)));
	}
	memcpy(w->parent[w->parents++].id, id, DX_GRAPH_ID);
	c->parents++;
}

/* Seconds behind the last '>' of a line; 0 where there are none. */
static int64_t
date_of(const char *line, size_t n)
{
	const char *p = memrchr(line, '>', n);
	int64_t date = 0;

	if (p == NULL)
		return 0;
	for (p++; p < line + n && *p == ' '; p++)
		;
	for (; p < line + n && *p >= '0' && *p <= '9' && date < INT64_MAX / 16; p++)
		date = date * 10 + (*p - '0');
	return date;
}

/* Header lines up to the committer's: tree, parents, author, committer. */
static bool
read_header(struct walk *w, struct commit *c, const char *text, size_t len)
{
	unsigned char id[DX_GRAPH_ID];
	const char *end;
	size_t n;

	for (; (end = memchr(text, '\n', len)) != NULL && end != text; len -= n + 1, text = end + 1) {
		n = (size_t)(end - text);
		if (n == 7 + HEX && memcmp(text, "parent ", 7) == 0) {
			if (!dx_hex_decode(text + 7, HEX, id, sizeof(id)))
				return false;
			add_parent(w, c, id);
		} else if (n > 10 && memcmp(text, "committer ", 10) == 0) {
			c->date = date_of(text, n);
			return true;
		}
	}
	return false;
}

static int
read_object(struct walk *w, struct commit *c)
{
	const struct dx_libgit2 *l = w->g->l;
	git_odb_object *object = NULL;
	char text[DX_GIT_ID];
	int rc = 0;

	(void)l->git_oid_tostr(text, sizeof(text), &c->id);
	if (dx_git_need_odb(w->g, w->err) != 0)
		return -1;
	if (l->git_odb_read(&object, w->g->odb, &c->id) != 0)
		rc = dx_git_failed(w->g, w->err);
	else if (l->git_odb_object_type(object) != GIT_OBJECT_COMMIT ||
	    !read_header(w, c, l->git_odb_object_data(object), l->git_odb_object_size(object)))
		rc = dx_err_set(w->err, DX_R_GIT_UNAVAILABLE, "%s: %s is no sound commit", w->g->path, text);
	l->git_odb_object_free(object);
	return rc;
}

static int
load(struct walk *w, struct commit *c)
{
	struct dx_git *g = w->g;
	struct dx_git_links links;

	c->parent = w->parents;
	c->cut = g->cut_count > 0 && bsearch(&c->id, g->cut, g->cut_count, sizeof(*g->cut), by_id) != NULL;
	if (g->graph == NULL || !dx_git_graph_find(g->graph, c->id.id, &links)) {
		if (read_object(w, c) != 0)
			return -1;
		c->parents = c->cut ? 0 : c->parents;
		return 0;
	}
	c->date = links.date;
	c->generation = links.generation;
	for (size_t i = 0; i < links.parents; i++)
		add_parent(w, c, links.parent[i]);
	return 0;
}

/* --- all that were met --- */

static int
begin(struct walk *w, struct dx_git *g, struct dx_err *err)
{
	struct dx_buf path = { 0 };

	*w = (struct walk){ .g = g, .err = err };
	if (read_cut(g, err) != 0)
		return -1;
	if (!g->graph_tried && g->cut_count == 0) {
		dx_buf_printf(&path, "%sobjects", g->l->git_repository_commondir(g->repo));
		g->graph = dx_git_graph_open(path.data);
		dx_buf_release(&path);
	}
	g->graph_tried = true;
	dx_git_verify(g, false);
	return 0;
}

static void
end(struct walk *w)
{
	dx_git_verify(w->g, true);
	free(w->commit);
	free(w->slot);
	free(w->parent);
	free(w->queue);
}

static size_t
hash(const git_oid *id)
{
	uint64_t h;

	memcpy(&h, id->id, sizeof(h));
	return (size_t)h;
}

static void
more_slots(struct walk *w)
{
	w->slots = w->slots == 0 ? 4096 : w->slots * 2;
	free(w->slot);
	w->slot = dx_alloc(dx_size_mul(w->slots, sizeof(*w->slot)));
	memset(w->slot, 0, w->slots * sizeof(*w->slot));
	for (uint32_t i = 0; i < w->count; i++) {
		size_t at = hash(&w->commit[i].id) & (w->slots - 1);

		while (w->slot[at] != 0)
			at = (at + 1) & (w->slots - 1);
		w->slot[at] = i + 1;
	}
}

/* Its index, loaded; -1. */
static int64_t
find(struct walk *w, const git_oid *id)
{
	size_t at;

	if ((size_t)w->count * 2 >= w->slots)
		more_slots(w);
	for (at = hash(id) & (w->slots - 1); w->slot[at] != 0; at = (at + 1) & (w->slots - 1))
		if (memcmp(w->commit[w->slot[at] - 1].id.id, id->id, sizeof(id->id)) == 0)
			return w->slot[at] - 1;
	if (w->count == COMMITS_MAX)
		return dx_err_set(w->err, DX_R_GIT_UNAVAILABLE, "%s: more history than can be walked", w->g->path);
	if (w->count == w->room) {
		w->room = w->room == 0 ? 1024 : w->room * 2;
		w->commit = dx_realloc(w->commit, dx_size_mul(w->room, sizeof(*w->commit)));
	}
	w->commit[w->count] = (struct commit){ .id = *id };
	if (load(w, &w->commit[w->count]) != 0)
		return -1;
	w->slot[at] = w->count + 1;
	return w->count++;
}

/* --- the queue --- */

static bool
before(const struct walk *w, uint32_t a, uint32_t b)
{
	return w->commit[a].date != w->commit[b].date ? w->commit[a].date > w->commit[b].date : a < b;
}

static void
push(struct walk *w, uint32_t i)
{
	size_t at = w->queued++;

	if (at == w->queue_room) {
		w->queue_room = w->queue_room == 0 ? 1024 : w->queue_room * 2;
		w->queue = dx_realloc(w->queue, dx_size_mul(w->queue_room, sizeof(*w->queue)));
	}
	for (; at > 0 && before(w, i, w->queue[(at - 1) / 2]); at = (at - 1) / 2)
		w->queue[at] = w->queue[(at - 1) / 2];
	w->queue[at] = i;
	w->commit[i].queued = true;
	w->live += (w->commit[i].flags & STALE) == 0;
}

static uint32_t
pop(struct walk *w)
{
	uint32_t top = w->queue[0], last = w->queue[--w->queued];
	size_t at = 0, child;

	while ((child = at * 2 + 1) < w->queued) {
		child += child + 1 < w->queued && before(w, w->queue[child + 1], w->queue[child]);
		if (!before(w, w->queue[child], last))
			break;
		w->queue[at] = w->queue[child];
		at = child;
	}
	w->queue[at] = last;
	w->commit[top].queued = false;
	w->live -= (w->commit[top].flags & STALE) == 0;
	return top;
}

/* Gives a commit flags that it has not all of, and queues it for its parents. */
static int
paint(struct walk *w, const git_oid *id, unsigned flags)
{
	int64_t i = find(w, id);
	struct commit *c;

	if (i < 0)
		return -1;
	c = &w->commit[i];
	if ((c->flags & flags) == flags)
		return 0;
	if (c->queued && (c->flags & STALE) == 0 && (flags & STALE) != 0)
		w->live--;
	c->flags |= flags;
	if (!c->queued)
		push(w, (uint32_t)i);
	return 0;
}

static int
paint_parents(struct walk *w, uint32_t i, unsigned flags)
{
	for (uint32_t k = 0; k < w->commit[i].parents; k++) {
		git_oid id = w->parent[w->commit[i].parent + k];

		if (paint(w, &id, flags) != 0)
			return -1;
	}
	return 0;
}

/* --- questions --- */

static int
walk_to(struct walk *w, const git_oid *from, const git_oid *to, bool *cut)
{
	int64_t target = find(w, to);
	uint32_t i, generation;

	if (target < 0 || paint(w, from, ONE) != 0)
		return -1;
	generation = w->commit[target].generation;
	while (w->queued > 0) {
		i = pop(w);
		if (i == (uint32_t)target)
			return 1;
		*cut = *cut || w->commit[i].cut;
		/* what is not above it does not lead to it */
		if (generation != 0 && w->commit[i].generation != 0 && w->commit[i].generation <= generation)
			continue;
		if (paint_parents(w, i, ONE) != 0)
			return -1;
	}
	return 0;
}

int
dx_git_reaches(struct dx_git *g, const git_oid *from, const git_oid *to, bool *cut, struct dx_err *err)
{
	struct walk w;
	int rc;

	*cut = false;
	if (begin(&w, g, err) != 0)
		return -1;
	rc = walk_to(&w, from, to, cut);
	end(&w);
	return rc;
}

/* Paints the ancestors of both until all: there is nothing left, else what is left lies below a common ancestor. */
static int
paint_on(struct walk *w, bool all)
{
	while (all ? w->queued > 0 : w->live > 0) {
		uint32_t i = pop(w);
		unsigned flags = w->commit[i].flags & (ONE | TWO | STALE);

		if (flags == (ONE | TWO)) {
			w->commit[i].flags |= RESULT;
			flags |= STALE;
		}
		if (paint_parents(w, i, flags) != 0)
			return -1;
	}
	return 0;
}

static bool
is_base(const struct commit *c)
{
	return (c->flags & (RESULT | STALE)) == RESULT;
}

static size_t
count_bases(const struct walk *w)
{
	size_t n = 0;

	for (uint32_t i = 0; i < w->count; i++)
		n += is_base(&w->commit[i]);
	return n;
}

static int
best(const struct walk *w, git_oid *base, bool *cut)
{
	const struct commit *found = NULL;
	bool shallow = false, ends = false;

	for (uint32_t i = 0; i < w->count; i++) {
		const struct commit *c = &w->commit[i];

		ends = ends || c->cut;
		if (is_base(c))
			found = found == NULL || c->date > found->date ? c : found;
		else	/* what lies below a common ancestor cannot be a better one */
			shallow = shallow || (c->cut && (c->flags & STALE) == 0);
	}
	*cut = found != NULL ? shallow : ends;
	if (found != NULL)
		*base = found->id;
	return found != NULL;
}

int
dx_git_base(struct dx_git *g, const git_oid *one, const git_oid *two, git_oid *base, bool *cut, struct dx_err *err)
{
	struct walk w;
	int rc;

	*cut = false;
	if (begin(&w, g, err) != 0)
		return -1;
	rc = paint(&w, one, ONE) != 0 || paint(&w, two, TWO) != 0 || paint_on(&w, false) != 0 ? -1 : 0;
	/* clocks that went wrong let an ancestor of another one stand among several */
	if (rc == 0 && count_bases(&w) > 1)
		rc = paint_on(&w, true);
	if (rc == 0)
		rc = best(&w, base, cut);
	end(&w);
	return rc;
}

/* The commits with one flag and not the other. */
static size_t
apart(const struct walk *w, unsigned flag, git_oid *out, bool *cut)
{
	size_t n = 0;

	for (uint32_t i = 0; i < w->count; i++) {
		if ((w->commit[i].flags & (ONE | TWO)) != flag)
			continue;
		*cut = *cut || w->commit[i].cut;
		if (out != NULL)
			out[n] = w->commit[i].id;
		n++;
	}
	return n;
}

int
dx_git_apart(struct dx_git *g, const git_oid *one, const git_oid *two, git_oid **ahead, size_t *count, size_t *behind, bool *cut,
    struct dx_err *err)
{
	struct walk w;
	int rc;

	*ahead = NULL;
	*count = *behind = 0;
	*cut = false;
	if (begin(&w, g, err) != 0)
		return -1;
	/* all of it: a clock that went wrong must not make an author of somebody else */
	rc = paint(&w, one, ONE) != 0 || (two != NULL && paint(&w, two, TWO) != 0) || paint_on(&w, true) != 0 ? -1 : 0;
	if (rc == 0) {
		*ahead = dx_alloc(dx_size_mul(w.count, sizeof(**ahead)));
		*count = apart(&w, ONE, *ahead, cut);
		*behind = apart(&w, TWO, NULL, cut);
	}
	end(&w);
	return rc;
}
