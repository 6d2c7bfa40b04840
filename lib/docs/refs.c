/* Code references: every file, table or type that a code span names is there. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "docs/inner.h"

#define SOURCE_MAX	(4u << 20)	/* bytes of one source file that are looked through */
#define SOURCES_MAX	(256u << 20)	/* and of all */
#define NAME_MAX_	128

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* --- what is named --- */

static bool
in(const char *s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(s, *words) == 0)
			return true;
	return false;
}

/* The word next to a span: of the text in front its last, of that behind its first, lowered. */
static void
neighbour(const struct dx_docs *d, const struct dx_prose_block *b, size_t i, bool before, char out[static 16])
{
	const struct dx_prose_part *p;
	size_t from, to;

	out[0] = '\0';
	if (before ? i == b->first : i + 1 == b->first + b->count)
		return;
	p = &d->prose.part[before ? i - 1 : i + 1];
	if (p->kind != DX_PROSE_TEXT || p->n == 0)
		return;
	if (before) {
		for (to = p->n; to > 0 && strchr(" \t\n*", p->s[to - 1]) != NULL; to--)
			;
		for (from = to; from > 0 && is_word(p->s[from - 1]); from--)
			;
	} else {
		for (from = 0; from < p->n && strchr(" \t\n*", p->s[from]) != NULL && p->s[from] != '\0'; from++)
			;
		for (to = from; to < p->n && is_word(p->s[to]); to++)
			;
	}
	if (to - from >= 16)
		return;
	memcpy(out, p->s + from, to - from);
	out[to - from] = '\0';
	dx_lower(out);
}

/* A name that its author made: "CamelCase" or "name_t", none of those that come with the language. */
static bool
is_type_name(const char *s)
{
	static const char *const given[] = { "size_t", "ssize_t", "off_t", "time_t", "pid_t", "uid_t", "gid_t", "mode_t", "wchar_t", "ptrdiff_t",
	    "intptr_t", "uintptr_t", "intmax_t", "uintmax_t", "socklen_t", "sigset_t", "pthread_t", "va_list", NULL };
	size_t n = strlen(s), upper = 0, lower = 0;

	if (in(s, given) || ((dx_starts(s, "int") || dx_starts(s, "uint")) && strpbrk(s, "123468") != NULL))
		return false;
	if (n > 2 && strcmp(s + n - 2, "_t") == 0)
		return true;
	for (const char *c = s; *c != '\0'; c++) {
		upper += *c >= 'A' && *c <= 'Z';
		lower += *c >= 'a' && *c <= 'z';
	}
	return s[0] >= 'A' && s[0] <= 'Z' && upper >= 2 && lower >= 2;
}

static void
want(struct dx_docs *d, const struct dx_prose_part *p, const char *name, bool table)
{
	struct dx_docs_wanted *w;
	const char *line;

	if (d->wanted_count == d->wanted_room) {
		d->wanted_room = d->wanted_room == 0 ? 32 : d->wanted_room * 2;
		d->wanted = dx_realloc(d->wanted, dx_size_mul(d->wanted_room, sizeof(*d->wanted)));
	}
	w = &d->wanted[d->wanted_count++];
	*w = (struct dx_docs_wanted){ .name = dx_arena_dup(d->a, name, strlen(name)), .file = d->path, .line = p->line, .table = table };
	line = dx_docs_line(d, p->line, &w->line_len);
	w->line_text = dx_arena_dup(d->a, line, w->line_len);
}

static void
file_name(struct dx_docs *d, const struct dx_prose_part *p, const char *name)
{
	static const char *const anybody[] = { "foo", "bar", "baz", "example", "file", "filename", "name", "x", "y", NULL };
	const char *path = dx_docs_resolve(d, d->folder, name), *stem = dx_arena_dup(&d->scratch, name, strcspn(name, "."));

	if (name[0] == '.' || !dx_docs_is_file_name(name) || strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+") !=
	    strlen(name) || in(stem, anybody) || (path != NULL && dx_docs_exists(d, path)) || dx_docs_named(d, name))
		return;
	/* Node.js, Vue.js: products; a.b.c: a member of a member */
	if ((name[0] >= 'A' && name[0] <= 'Z' && strcmp(strrchr(name, '.'), ".js") == 0) ||
	    (strlen(strrchr(name, '.')) == 2 && strchr(name, '.') != strrchr(name, '.')))
		return;
	dx_docs_find(d, DX_DOCS_CODE_REFS, DX_R_DOC_CODE_REF, p->line, name, "the file %s is named, and no folder has it", name);
}

static void
identifier(struct dx_docs *d, const struct dx_prose_block *b, size_t i, const char *name)
{
	static const char *const tables[] = { "table", "tables", NULL };
	static const char *const types[] = { "type", "types", "struct", "structure", "class", "classes", "interface", "enum", "trait", "union",
	    "record", NULL };
	char before[16], after[16];

	neighbour(d, b, i, true, before);
	neighbour(d, b, i, false, after);
	if (in(before, tables) || in(after, tables))
		want(d, &d->prose.part[i], name, true);
	else if ((in(before, types) || in(after, types)) && is_type_name(name))
		want(d, &d->prose.part[i], name, false);
}

static void
code(struct dx_docs *d, const struct dx_prose_block *b, size_t i)
{
	static const char *const keywords[] = { "struct ", "enum ", "union ", "class ", "interface ", "trait ", NULL };
	const struct dx_prose_part *p = &d->prose.part[i];
	char name[NAME_MAX_];
	size_t n = 0;

	if (p->n == 0 || p->n >= sizeof(name) || memchr(p->s, '\0', p->n) != NULL)
		return;
	memcpy(name, p->s, p->n);
	name[p->n] = '\0';
	for (size_t k = 0; keywords[k] != NULL; k++)
		if (dx_starts(name, keywords[k])) {
			n = strlen(keywords[k]);
			break;
		}
	if (name[n] == '\0' || (name[n] >= '0' && name[n] <= '9'))
		return;
	if (strspn(name + n, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != strlen(name + n)) {
		if (n == 0 && strchr(name, '/') == NULL && strchr(name, '.') != NULL)
			file_name(d, p, name);
	} else if (n > 0)
		want(d, p, name + n, false);
	else
		identifier(d, b, i, name);
}

void
dx_docs_refs(struct dx_docs *d)
{
	for (size_t b = 0; b < d->prose.blocks; b++)
		for (size_t i = d->prose.block[b].first; i < d->prose.block[b].first + d->prose.block[b].count; i++)
			if (d->prose.block[b].kind != DX_PROSE_FENCE && d->prose.part[i].kind == DX_PROSE_CODE)
				code(d, &d->prose.block[b], i);
}

/* --- what the sources define --- */

struct search { struct dx_names names; bool *type, *table; bool any_table; struct dx_arena a; };

/* The last words of a source, lowered, the newest first. */
struct trail { char word[4][16]; char mark; /* the sign in front of the word */ };

static bool
defines_type(const struct trail *t)
{
	static const char *const words[] = { "struct", "enum", "union", "class", "interface", "trait", "type", "record", "typedef", "define", "using",
	    "protocol", "object", NULL };

	return in(t->word[0], words) || t->mark == '}';
}

static bool
defines_table(const struct trail *t)
{
	return strcmp(t->word[0], "table") == 0 || strcmp(t->word[0], "exists") == 0 || strcmp(t->word[1], "table") == 0 ||
	    strcmp(t->word[1], "exists") == 0 || strcmp(t->word[0], "__tablename__") == 0;
}

static void
source(struct search *x, const char *s, size_t n)
{
	struct trail t = { .mark = ' ' };
	char name[NAME_MAX_];

	for (size_t i = 0; i < n; ) {
		size_t from = i;
		uint32_t k;

		while (i < n && is_word(s[i]))
			i++;
		if (i == from) {
			if ((unsigned char)s[i] > ' ')
				t.mark = s[i];
			i++;
			continue;
		}
		if (i - from < sizeof(name)) {
			memcpy(name, s + from, i - from);
			name[i - from] = '\0';
			k = dx_names_find(&x->names, name);
			if (k < x->names.count) {
				x->type[k] = x->type[k] || defines_type(&t);
				x->table[k] = x->table[k] || defines_table(&t);
			}
			memmove(t.word[1], t.word[0], 3 * sizeof(t.word[0]));
			memcpy(t.word[0], name, i - from < 15 ? i - from : 15);
			t.word[0][i - from < 15 ? i - from : 15] = '\0';
			dx_lower(t.word[0]);
			x->any_table = x->any_table || (strcmp(t.word[0], "table") == 0 && strcmp(t.word[1], "create") == 0);
		}
		t.mark = ' ';
	}
}

static int
search_sources(struct dx_docs *d, struct search *x)
{
	struct dx_buf bytes = { 0 };
	size_t left = SOURCES_MAX;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < d->files && left > 0; i++) {
		struct dx_tree_fact fact;
		if (!dx_docs_is_source(d->file[i]))
			continue;
		fact = dx_tree_look(d->o->tree, d->file[i]);
		if (fact.kind != DX_TREE_REGULAR || fact.size > SOURCE_MAX || fact.size > left)
			continue;
		left -= (size_t)fact.size;
		dx_buf_reset(&bytes);
		rc = dx_tree_read(d->o->tree, d->file[i], SOURCE_MAX, DX_R_MEDIA_TOO_LARGE, &bytes, d->err);
		if (rc == 0)
			source(x, bytes.data != NULL ? bytes.data : "", bytes.len);
	}
	dx_buf_release(&bytes);
	return rc;
}

int
dx_docs_refs_end(struct dx_docs *d)
{
	struct search x = { .any_table = false };
	int rc;

	if (d->wanted_count == 0)
		return 0;
	for (size_t i = 0; i < d->wanted_count; i++)
		(void)dx_names_number(&x.names, &x.a, d->wanted[i].name);
	x.type = dx_arena_alloc(&x.a, x.names.count);
	x.table = dx_arena_alloc(&x.a, x.names.count);
	memset(x.type, 0, x.names.count);
	memset(x.table, 0, x.names.count);
	rc = search_sources(d, &x);
	for (size_t i = 0; rc == 0 && i < d->wanted_count; i++) {
		const struct dx_docs_wanted *w = &d->wanted[i];
		uint32_t k = dx_names_find(&x.names, w->name);
		/* A table may be any table: only where the sources make some is one of a database meant. */
		if (w->table ? x.table[k] || !x.any_table : x.type[k])
			continue;
		dx_docs_find_at(d, DX_DOCS_CODE_REFS, DX_R_DOC_CODE_REF, w->file, w->line_text, w->line_len, w->line, w->name,
		    dx_arena_printf(d->a, "the %s %s is named, and no source defines it", w->table ? "table" : "type", w->name));
	}
	dx_names_release(&x.names);
	dx_arena_release(&x.a);
	return rc;
}
