/* Root-safe paths: what code spans and fences name resolves from the root, is not absolute and does not climb out of it. */
#include <string.h>

#include "base/text.h"
#include "docs/inner.h"

#define WORD_MAX	1024

/* Where one word stands. */
struct word {
	struct dx_docs	*d;
	unsigned	 line;
	bool		 fence;
	bool		 moves;		/* the fence changes its folder: what climbs may stay inside */
	bool		 whole;		/* the word is all that the span holds */
	bool		 route;		/* a method of HTTP stands in front */
};

static bool
is_one_of(const char *s, size_t n, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == n && memcmp(*words, s, n) == 0)
			return true;
	return false;
}

/* What is absolute on any system, as opposed to the routes of a service. */
static bool
is_absolute(const char *path)
{
	static const char *const roots[] = { "bin", "boot", "etc", "home", "lib", "lib64", "media", "mnt", "opt", "private", "root", "run", "sbin", "srv",
	    "tmp", "usr", "var", "Users", "Volumes", "Applications", "Library", "workspace", NULL };

	return path[0] == '/' && is_one_of(path + 1, strcspn(path + 1, "/"), roots);
}

/* Folders that builds make: whether they are there says nothing. */
static bool
is_made(const char *path)
{
	static const char *const made[] = { "build", "dist", "out", "target", "node_modules", "obj", ".git", ".venv", "venv", "__pycache__", NULL };

	return is_one_of(path, strcspn(path, "/"), made);
}

static bool
climbs(const char *path)
{
	for (size_t n; *path != '\0'; path += n + (path[n] == '/')) {
		n = strcspn(path, "/");
		if (n == 2 && memcmp(path, "..", 2) == 0)
			return true;
	}
	return false;
}

static void
wrong(const struct word *w, const char *path, const char *why)
{
	dx_docs_find(w->d, DX_DOCS_PATHS, DX_R_DOC_PATH, w->line, path, "%s %s", path, why);
}

static void
must_resolve(const struct word *w, const char *path, const char *clean)
{
	const char *first = dx_arena_dup(&w->d->scratch, clean, strcspn(clean, "/")), *here;
	bool known = dx_docs_exists(w->d, first);

	if (dx_docs_exists(w->d, clean) || is_made(clean) || strchr(clean, '/') == NULL)
		return;
	/* a folder that is not there may be anybody's; what is written alone and ends as our files do is meant to be ours */
	if (!known && (w->fence || !w->whole || !dx_docs_is_file_name(strrchr(clean, '/') + 1) || strchr(first, '.') != NULL ||
	    dx_starts(clean, "path/") || dx_starts(clean, "your") || dx_starts(clean, "my") || dx_starts(clean, "some")))
		return;
	here = dx_docs_resolve(w->d, w->d->folder, path);
	if (here != NULL && dx_docs_exists(w->d, here)) {
		if (!w->fence)
			dx_docs_find(w->d, DX_DOCS_PATHS, DX_R_DOC_PATH, w->line, path, "%s does not resolve from the root: write %s", path, here);
		return;
	}
	wrong(w, path, "does not resolve from the root");
}

static void
path_(const struct word *w, const char *path, bool assigned)
{
	const char *clean;

	if (strchr(path, '/') == NULL || path[0] == '~' || strspn(path, "/.") == strlen(path))
		return;
	if (path[0] == '/') {
		if (!assigned && !w->route && is_absolute(path))
			wrong(w, path, "is absolute");
		return;
	}
	clean = dx_docs_resolve(w->d, "", path);
	if (clean == NULL) {
		if (!w->moves)
			wrong(w, path, "leads out of the root");
	} else if (clean[0] != '\0' && !(climbs(path) && w->moves))
		must_resolve(w, path, clean);
}

/* Parts of a word that can be paths: between "=", ",", ":" and marks. */
static void
word_(const struct word *w, const char *s, size_t n)
{
	static const char splits[] = "=,:;\"'()[]`";
	char *text;
	bool assigned = false;

	if (n == 0 || n > WORD_MAX || memchr(s, '/', n) == NULL || memmem(s, n, "://", 3) != NULL || (n >= 2 && memcmp(s, "#!", 2) == 0))
		return;
	text = dx_arena_dup(&w->d->scratch, s, n);
	if (strlen(text) != n || strpbrk(text, "*?{}<>$|\\^%@&!~+") != NULL || strstr(text, "...") != NULL || strstr(text, "//") != NULL)
		return;		/* patterns, placeholders, addresses */
	text[strcspn(text, "#")] = '\0';
	while (*text != '\0') {
		size_t len = strcspn(text, splits);
		char end = text[len];
		size_t trim = len;

		while (trim > 0 && text[trim - 1] == '.' && !(trim >= 2 && text[trim - 2] == '.'))
			trim--;
		text[len] = '\0';
		path_(w, trim < len ? dx_arena_dup(&w->d->scratch, text, trim) : text, assigned);
		if (end == '\0')
			break;
		assigned = end == '=';
		text += len + 1;
	}
}

static void
span(struct dx_docs *d, const struct dx_prose_part *part, bool fence, bool moves)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", NULL };
	struct word w = { .d = d, .line = part->line, .fence = fence, .moves = moves };
	size_t from = 0;

	for (size_t i = 0; i <= part->n; i++) {
		if (i < part->n && (unsigned char)part->s[i] > ' ')
			continue;
		w.whole = from == 0 && i == part->n;
		word_(&w, part->s + from, i - from);
		if (i > from)
			w.route = is_one_of(part->s + from, i - from, methods);
		from = i + 1;
		w.line += i < part->n && part->s[i] == '\n';
	}
}

static bool
changes_folder(const struct dx_prose_part *part)
{
	return memmem(part->s, part->n, "cd ", 3) != NULL || memmem(part->s, part->n, "pushd ", 6) != NULL ||
	    memmem(part->s, part->n, "-C ", 3) != NULL;
}

void
dx_docs_paths(struct dx_docs *d)
{
	for (size_t b = 0; b < d->prose.blocks; b++) {
		const struct dx_prose_block *block = &d->prose.block[b];
		bool fence = block->kind == DX_PROSE_FENCE, moves = false;

		for (size_t i = block->first; fence && !moves && i < block->first + block->count; i++)
			moves = changes_folder(&d->prose.part[i]);
		for (size_t i = block->first; i < block->first + block->count; i++)
			if (d->prose.part[i].kind == DX_PROSE_CODE)
				span(d, &d->prose.part[i], fence, moves);
	}
}
