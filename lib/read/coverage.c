/* coverage: which file of the root a class means, and what its lines come to (evidence page 4.2). */
#include <stdlib.h>
#include <string.h>

#include "read/cobertura.h"

#define WORK_MAX	(2u << 20)	/* questions to the tree for one report; a longer path is more work */
#define WORK_BYTES	16

/* --- paths --- */

struct root { const char *name; const char *below; /* the root of the tree, NULL: not below it */ };
struct resolving {
	struct dx_coverage	*c;
	struct root		 roots[DX_SOURCES];
	struct dx_arena		 scratch;	/* paths that were tried for one name */
	size_t			 work;
};

static const char *
kept(struct resolving *v, const char *path)
{
	return dx_arena_dup(v->c->r->arena, path, strlen(path));
}

static const char *
below_root(struct resolving *v, const char *absolute)
{
	v->work += 1 + strlen(absolute) / WORK_BYTES;
	return dx_tree_relative(v->c->r->tree, absolute, &v->scratch);
}

/* Where this source root has the file; NULL: nowhere below the root. */
static const char *
candidate(struct resolving *v, const struct root *root, const char *name)
{
	if (root->below != NULL)
		return dx_tree_join(&v->scratch, root->below, name);
	return *root->name == '/' ? below_root(v, dx_arena_printf(&v->scratch, "%s/%s", root->name, name)) : NULL;
}

/* What is at a path: true for a regular file, *out is set where it leads out. */
static bool
is_file(struct resolving *v, const char *path, bool *out)
{
	enum dx_tree_kind kind = DX_TREE_OUTSIDE;

	v->work += 1 + (path != NULL ? strlen(path) / WORK_BYTES : 0);
	if (path != NULL)
		kind = dx_tree_look(v->c->r->tree, path).kind;
	*out |= kind == DX_TREE_OUTSIDE;
	return kind == DX_TREE_REGULAR;
}

/* An absolute name: below the root, though perhaps not there any more, or outside. */
static void
resolve_absolute(struct resolving *v, const char *name, struct dx_cov_name *f)
{
	char *folder = dx_arena_dup(&v->scratch, name, strlen(name)), *cut;
	const char *below = below_root(v, name);

	if (below != NULL) {
		f->path = kept(v, below);
		f->exists = is_file(v, below, &f->outside);
		return;
	}
	f->outside = true;
	while ((cut = strrchr(folder, '/')) != NULL && cut > folder) {
		*cut = '\0';
		below = below_root(v, folder);
		if (below == NULL)
			continue;
		below = dx_tree_join(&v->scratch, below, name + (cut - folder));
		if (below != NULL) {
			f->outside = false;
			f->path = kept(v, below);
		}
		return;
	}
}

static void
resolve_relative(struct resolving *v, const char *name, struct dx_cov_name *f)
{
	const struct root *root = v->roots, *end = root + v->c->source_count;
	const char *path;
	bool out = false;

	for (; root < end; root++) {
		path = candidate(v, root, name);
		if ((path == NULL && root->below == NULL) || !is_file(v, path, &out))
			continue;
		if (f->exists && strcmp(f->path, path) != 0)
			f->ambiguous = true;
		if (f->exists)
			continue;
		f->path = kept(v, path);
		f->exists = true;
		f->outside = out;	/* a root before this one leads out */
	}
	if (f->exists)
		return;
	path = dx_tree_join(&v->scratch, "", name);
	f->outside = out;
	if (is_file(v, path, &f->outside)) {
		f->path = kept(v, path);
		f->exists = true;
	}
}

static struct root
source_root(struct resolving *v, const char *source)
{
	struct dx_arena *a = v->c->r->arena;

	return (struct root){ source, *source == '/' ? dx_tree_relative(v->c->r->tree, source, a) : dx_tree_join(a, "", source) };
}

int
dx_coverage_resolve(struct dx_coverage *c)
{
	struct resolving v = { .c = c };

	for (uint32_t i = 0; i < c->names.count; i++)
		c->name[i].path = c->names.name[i];
	if (c->r->tree == NULL)
		return 0;
	for (size_t i = 0; i < c->source_count; i++)
		v.roots[i] = source_root(&v, c->sources[i]);
	for (uint32_t i = 0; i < c->names.count && v.work < WORK_MAX; i++) {
		dx_arena_reset(&v.scratch);
		if (*c->names.name[i] == '/')
			resolve_absolute(&v, c->names.name[i], &c->name[i]);
		else
			resolve_relative(&v, c->names.name[i], &c->name[i]);
	}
	dx_arena_release(&v.scratch);
	if (v.work < WORK_MAX)
		return 0;
	return dx_reading_fail(c->r, DX_R_MEDIA_TOO_LARGE, (struct dx_spot_place){ 0, 0 }, "%u files under %zu sources: too many to look for",
	    c->names.count, c->source_count);
}

/* --- lines --- */

struct tally { int64_t lines, covered, branches, branches_covered; };

static int
by_number(const void *a, const void *b)
{
	const struct dx_cov_line *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	if (x->hits != y->hits)
		return x->hits > y->hits ? -1 : 1;
	return x->covered > y->covered ? -1 : x->covered < y->covered;
}

/* One entry a number: of several the one with most hits, then with most branches covered. */
static void
count(struct dx_cov_line *line, size_t n, struct tally *t)
{
	bool sorted = true;

	for (size_t i = 1; sorted && i < n; i++)
		sorted = line[i - 1].number < line[i].number;
	if (!sorted)
		qsort(line, n, sizeof(*line), by_number);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && line[i - 1].number == line[i].number)
			continue;
		t->lines++;
		t->covered += line[i].hits > 0;
		t->branches += line[i].branches;
		t->branches_covered += line[i].covered;
	}
}

/* Sorted by path; names of one path are one file. */
struct ordered { const struct dx_cov_name *name; uint32_t number; };

static int
by_path(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;
	int order = strcmp(x->name->path, y->name->path);

	return order != 0 ? order : x->number < y->number ? -1 : 1;
}

/* All lines of the names list[0..n-1]; those of a single class are counted where they are. */
static void
count_file(struct dx_coverage *c, const struct ordered *list, size_t n, struct dx_buf *gathered, struct tally *t)
{
	const struct dx_cov_run *run;

	if (n == 1 && list->name->head == list->name->tail) {
		if (list->name->head != 0) {
			run = &c->runs[list->name->head - 1];
			count(c->lines + run->first, run->count, t);
		}
		return;
	}
	dx_buf_reset(gathered);
	for (size_t i = 0; i < n; i++) {
		for (uint32_t at = list[i].name->head; at != 0; at = run->next) {
			run = &c->runs[at - 1];
			dx_buf_add(gathered, c->lines + run->first, run->count * sizeof(*c->lines));
		}
	}
	count((void *)gathered->data, gathered->len / sizeof(*c->lines), t);
}

/* --- document --- */

static struct dx_json
file(struct dx_coverage *c, const struct ordered *list, size_t n, const struct tally *t)
{
	struct dx_arena *a = c->r->arena;
	struct dx_json v = dx_json_object();
	bool ambiguous = false, outside = false;
	uint32_t first = list->number;

	for (size_t i = 0; i < n; i++) {
		ambiguous |= list[i].name->ambiguous;
		outside |= list[i].name->outside;
	}
	v.offset = first + 1;		/* the root's place comes before them */
	dx_json_put(a, &v, "path", dx_json_text(list->name->path));
	dx_json_put(a, &v, "lines", dx_json_int(a, t->lines));
	dx_json_put(a, &v, "covered", dx_json_int(a, t->covered));
	dx_json_put(a, &v, "branches", dx_json_int(a, t->branches));
	dx_json_put(a, &v, "branches_covered", dx_json_int(a, t->branches_covered));
	if (c->r->tree != NULL) {
		dx_json_put(a, &v, "exists", dx_json_bool(list->name->exists));
		dx_json_put(a, &v, "ambiguous", dx_json_bool(ambiguous));
		dx_json_put(a, &v, "outside", dx_json_bool(outside));
	}
	return v;
}

static struct dx_json
files(struct dx_coverage *c)
{
	uint32_t count_all = c->names.count, kept = 0;
	struct ordered *list = dx_alloc(dx_size_mul(count_all, sizeof(*list)));
	struct dx_json *items = dx_arena_alloc(c->r->arena, dx_size_mul(count_all, sizeof(*items))), v;
	struct dx_buf gathered = { 0 };
	uint32_t n;

	for (uint32_t i = 0; i < count_all; i++)
		list[i] = (struct ordered){ &c->name[i], i };
	qsort(list, count_all, sizeof(*list), by_path);
	for (uint32_t i = 0; i < count_all; i += n) {
		struct tally t = { 0 };

		for (n = 1; i + n < count_all && strcmp(list[i].name->path, list[i + n].name->path) == 0; n++)
			;
		count_file(c, list + i, n, &gathered, &t);
		items[kept++] = file(c, list + i, n, &t);
	}
	dx_buf_release(&gathered);
	free(list);
	v = dx_read_array(items, kept);
	v.offset = 0;
	return v;
}

void
dx_coverage_document(struct dx_coverage *c)
{
	struct dx_doc *d = c->r->doc;

	d->places = dx_arena_alloc(c->r->arena, c->places.len);
	memcpy(d->places, c->places.data, c->places.len);
	d->place_count = c->places.len / sizeof(*d->places);
	d->root = dx_json_object();
	d->root.offset = 0;
	if (c->timestamp.type != DX_JSON_NULL) {
		c->timestamp.offset = 0;
		dx_json_put(c->r->arena, &d->root, "timestamp", c->timestamp);
	}
	if (c->line_rate.type != DX_JSON_NULL) {
		c->line_rate.offset = 0;
		dx_json_put(c->r->arena, &d->root, "line_rate", c->line_rate);
	}
	dx_json_put(c->r->arena, &d->root, "files", files(c));
}
