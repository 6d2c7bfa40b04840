#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/text.h"
#include "docs/inner.h"

#define FILES_MAX	(1u << 20)	/* below the root */
#define FINDINGS_MAX	1000		/* listed; the others are counted */

/* --- findings --- */

void
dx_docs_find_at(struct dx_docs *d, enum dx_docs_check check, enum dx_reason code, const char *file, const char *text, size_t len,
    unsigned line, const char *target, const char *words)
{
	enum dx_excused excused = dx_excuse(&d->o->exceptions, file, dx_reason_code(code), text, len, d->o->now);
	struct dx_json o = dx_json_object();

	if (excused == DX_EXCUSED || ++d->count[check] > FINDINGS_MAX || d->findings.count >= FINDINGS_MAX)
		return;
	dx_json_put(d->a, &o, "code", dx_json_text(dx_reason_code(code)));
	dx_json_put(d->a, &o, "detail", dx_json_words(d->a, excused == DX_EXCUSED_NO_MORE ?
	    dx_arena_printf(&d->scratch, "%s (its exception has expired)", words) : words));
	dx_json_put(d->a, &o, "file", dx_json_words(d->a, file));
	dx_json_put(d->a, &o, "line", dx_json_int(d->a, line));
	if (target != NULL)
		dx_json_put(d->a, &o, "target", dx_json_words(d->a, target));
	dx_json_push(d->a, &d->findings, o);
}

const char *
dx_docs_line(const struct dx_docs *d, unsigned line, size_t *n)
{
	const char *s, *end;

	*n = 0;
	if (line < 1 || line > d->lines)
		return "";
	s = d->bytes + d->line_at[line - 1];
	end = memchr(s, '\n', d->len - d->line_at[line - 1]);
	*n = end != NULL ? (size_t)(end - s) : d->len - d->line_at[line - 1];
	return s;
}

void
dx_docs_find(struct dx_docs *d, enum dx_docs_check check, enum dx_reason code, unsigned line, const char *target, const char *fmt, ...)
{
	char words[DX_ERR_TEXT], key[sizeof(d->last)];
	const char *text;
	size_t len;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	(void)snprintf(key, sizeof(key), "%u:%d:%.200s", line, (int)code, target != NULL ? target : "");
	if (strcmp(key, d->last) == 0)
		return;
	memcpy(d->last, key, sizeof(key));
	text = dx_docs_line(d, line, &len);
	dx_docs_find_at(d, check, code, d->path, text, len, line, target, words);
}

/* --- names --- */

static bool
ends_in(const char *name, const char *const *ends)
{
	const char *slash = strrchr(name, '/'), *dot = strrchr(name, '.');

	if (dot == NULL || (slash != NULL && dot < slash) || dot == name || dot == slash + 1)
		return false;
	for (; *ends != NULL; ends++)
		if (strcasecmp(dot + 1, *ends) == 0)
			return true;
	return false;
}

static const char *const markdown[] = { "md", "markdown", "mdx", NULL };
static const char *const documents[] = { "md", "markdown", "mdx", "rst", "adoc", NULL };
static const char *const sources[] = { "c", "h", "cc", "cpp", "cxx", "hpp", "py", "js", "jsx", "ts", "tsx", "go", "rs", "java", "kt", "rb", "php", "cs",
    "swift", "scala", "sh", "bash", "bats", "sql", "pl", "lua", "ex", "exs", "hs", "tf", "proto", "graphql", "def", NULL };
static const char *const others[] = { "json", "yaml", "yml", "toml", "xml", "html", "css", "csv", "ini", "cfg", "conf", "mk", "txt", "pdf", "png",
    "svg", "jpg", "jpeg", "gif", "ipynb", "lock", NULL };

bool
dx_docs_is_markdown(const char *path)
{
	return ends_in(path, markdown);
}

bool
dx_docs_is_document_name(const char *name)
{
	return ends_in(name, documents);
}

bool
dx_docs_is_source(const char *path)
{
	return ends_in(path, sources);
}

bool
dx_docs_is_file_name(const char *name)
{
	return ends_in(name, documents) || ends_in(name, sources) || ends_in(name, others);
}

const char *
dx_docs_resolve(struct dx_docs *d, const char *folder, const char *target)
{
	return dx_tree_join(&d->scratch, folder, target);
}

bool
dx_docs_exists(struct dx_docs *d, const char *path)
{
	enum dx_tree_kind kind = dx_tree_look(d->o->tree, path).kind;

	return kind == DX_TREE_REGULAR || kind == DX_TREE_FOLDER;
}

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static int
by_base(const void *va, const void *vb)
{
	const struct dx_base *a = va, *b = vb;

	return strcmp(a->name, b->name);
}

bool
dx_docs_named(struct dx_docs *d, const char *name)
{
	const char *base = base_of(name);
	size_t lo = 0, hi = d->files, len = strlen(name);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strcmp(d->base[mid].name, base) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < d->files && strcmp(d->base[lo].name, base) == 0; lo++) {
		size_t n = strlen(d->base[lo].path);
		if (n >= len && strcmp(d->base[lo].path + n - len, name) == 0 && (n == len || d->base[lo].path[n - len - 1] == '/'))
			return true;
		if (base == name)
			return true;
	}
	return false;
}

/* --- the documents --- */

/* Folders of others' code and of what builds make, and those whose name begins with a dot but for .github. */
static bool
is_ours(const char *path)
{
	static const char *const skipped[] = { "node_modules", "vendor", "third_party", "build", "dist", "target", NULL };
	size_t n;

	for (; strchr(path, '/') != NULL; path += n + 1) {
		n = strcspn(path, "/");
		if (*path == '.' && !(n == 7 && memcmp(path, ".github", 7) == 0))
			return false;
		for (size_t i = 0; skipped[i] != NULL; i++)
			if (strlen(skipped[i]) == n && memcmp(skipped[i], path, n) == 0)
				return false;
	}
	return true;
}

static bool
is_chosen(const struct dx_docs *d, const char *path)
{
	if (!dx_docs_is_markdown(path))
		return false;
	if (d->o->paths == 0)
		return is_ours(path);
	for (size_t i = 0; i < d->o->paths; i++) {
		const char *want = d->o->path[i];
		size_t n;
		while (dx_starts(want, "./"))
			want += 2;
		n = strlen(want);
		while (n > 0 && want[n - 1] == '/')
			n--;
		if (n == 0 || strcmp(want, ".") == 0 || (strncmp(path, want, n) == 0 && (path[n] == '\0' || path[n] == '/')))
			return true;
	}
	return false;
}

static size_t
depth(const char *path)
{
	size_t n = 0;

	for (; *path != '\0'; path++)
		n += *path == '/';
	return n;
}

static int
learn_files(struct dx_docs *d)
{
	if (dx_tree_walk(d->o->tree, "", FILES_MAX, d->a, &d->file, &d->files, d->err) != 0)
		return -1;
	d->base = dx_alloc(dx_size_mul(d->files, sizeof(*d->base)));
	for (size_t i = 0; i < d->files; i++)
		d->base[i] = (struct dx_base){ base_of(d->file[i]), d->file[i] };
	if (d->files > 0)
		qsort(d->base, d->files, sizeof(*d->base), by_base);
	d->charter = d->o->charter;
	for (size_t i = 0; d->o->charter == NULL && i < d->files; i++)
		if (strcasecmp(base_of(d->file[i]), "CHARTER.md") == 0 && is_ours(d->file[i]) &&
		    (d->charter == NULL || depth(d->file[i]) < depth(d->charter)))
			d->charter = d->file[i];
	if (d->o->charter != NULL && !dx_docs_exists(d, d->o->charter))
		return dx_err_set(d->err, DX_R_FILE_UNREADABLE, "the charter %s is not there", d->o->charter);
	return 0;
}

static void
index_lines(struct dx_docs *d)
{
	size_t room = 64;

	d->lines = 0;
	d->line_at = dx_alloc(room * sizeof(*d->line_at));
	for (size_t at = 0; at < d->len; ) {
		const char *next = memchr(d->bytes + at, '\n', d->len - at);
		if (d->lines == room) {
			room *= 2;
			d->line_at = dx_realloc(d->line_at, dx_size_mul(room, sizeof(*d->line_at)));
		}
		d->line_at[d->lines++] = at;
		at = next != NULL ? (size_t)(next - d->bytes) + 1 : d->len;
	}
}

static int
judge(struct dx_docs *d, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct dx_buf bytes = { 0 };
	int rc = dx_tree_read(d->o->tree, path, DX_PROSE_MAX, DX_R_MEDIA_TOO_LARGE, &bytes, d->err);

	if (rc == 0 && bytes.len >= 2 && (memcmp(bytes.data, "\xFF\xFE", 2) == 0 || memcmp(bytes.data, "\xFE\xFF", 2) == 0))
		rc = dx_err_set(d->err, DX_R_FILE_UNREADABLE, "%s is UTF-16, which is not read: write it as UTF-8", path);
	dx_buf_add(&bytes, "", 0);
	d->path = path;
	d->folder = slash != NULL ? dx_arena_dup(&d->scratch, path, (size_t)(slash - path)) : "";
	d->bytes = bytes.data != NULL ? bytes.data : "";
	d->len = bytes.len;
	d->last[0] = '\0';
	if (rc == 0 && (rc = dx_prose_read(d->bytes, d->len, &d->scratch, &d->prose, d->err)) != 0)
		(void)dx_err_in(d->err, "%s", path);
	if (rc == 0) {
		index_lines(d);
		dx_docs_links(d);
		dx_docs_paths(d);
		dx_docs_refs(d);
		dx_docs_words(d);
		free(d->line_at);
		d->lines = 0;
	}
	dx_prose_release(&d->prose);
	dx_arena_reset(&d->scratch);
	dx_buf_release(&bytes);
	return rc;
}

/* --- the report --- */

static int
compare_findings(const void *va, const void *vb)
{
	const struct dx_json *a = va, *b = vb;
	int64_t x = 0, y = 0;
	int c = strcmp(dx_json_get_str(a, "file"), dx_json_get_str(b, "file"));

	(void)dx_json_int64(dx_json_get(a, "line"), &x);
	(void)dx_json_int64(dx_json_get(b, "line"), &y);
	if (c != 0 || x != y)
		return c != 0 ? c : x < y ? -1 : 1;
	c = strcmp(dx_json_get_str(a, "code"), dx_json_get_str(b, "code"));
	return c != 0 ? c : strcmp(dx_json_get_str(a, "detail"), dx_json_get_str(b, "detail"));
}

static struct dx_json
report(struct dx_docs *d, size_t documents_)
{
	static const char *const names[] = { "dangling", "overclaim", "paths", "naming", "code_refs", "ambiguous" };
	struct dx_json o = dx_json_object(), checks = dx_json_object(), notes = dx_json_array();
	unsigned passed = 0, all = 0;

	for (int i = 0; i < DX_DOCS_CHECKS; i++) {
		passed += d->count[i] == 0;
		all += d->count[i];
		dx_json_put(d->a, &checks, names[i], dx_json_text(d->count[i] == 0 ? "PASS" : "FAIL"));
	}
	if (d->o->reg == NULL)
		dx_json_push(d->a, &notes, dx_json_text("overclaim: there is no register to compare with"));
	if (d->o->glossary == NULL)
		dx_json_push(d->a, &notes, dx_json_text("naming: there is no glossary to compare with"));
	if (documents_ == 0)
		dx_json_push(d->a, &notes, dx_json_text("there is no document"));
	if (d->findings.count > 1)
		qsort(d->findings.u.items, d->findings.count, sizeof(*d->findings.u.items), compare_findings);
	dx_json_put(d->a, &o, "checks", checks);
	dx_json_put(d->a, &o, "documents", dx_json_int(d->a, (int64_t)documents_));
	dx_json_put(d->a, &o, "findings", d->findings);
	if (all > d->findings.count)
		dx_json_put(d->a, &o, "findings_truncated", dx_json_int(d->a, (int64_t)all - d->findings.count));
	dx_json_put(d->a, &o, "notes", notes);
	dx_json_put(d->a, &o, "of", dx_json_int(d->a, DX_DOCS_CHECKS));
	dx_json_put(d->a, &o, "passed", dx_json_int(d->a, passed));
	dx_json_put(d->a, &o, "schema", dx_json_text("dealix.docs.report.v1"));
	return o;
}

static void
release(struct dx_docs *d)
{
	for (uint32_t i = 0; i < d->target.count; i++)
		if (d->anchors[i] != NULL) {
			dx_names_release(d->anchors[i]);
			free(d->anchors[i]);
		}
	free(d->anchors);
	dx_names_release(&d->target);
	free(d->base);
	free(d->wanted);
	dx_phrases_release(&d->components);
	dx_phrases_release(&d->overclaims);
	dx_phrases_release(&d->negations);
	dx_phrases_release(&d->ambiguous);
	dx_phrases_release(&d->statuses);
	dx_plain_release(&d->plain);
	dx_plain_release(&d->spoken);
	dx_arena_release(&d->scratch);
}

int
dx_docs_audit(const struct dx_docs_options *o, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct dx_docs *d = dx_alloc(sizeof(*d));
	size_t documents_ = 0;
	int rc;

	memset(d, 0, sizeof(*d));
	d->o = o;
	d->a = a;
	d->err = err;
	d->findings = dx_json_array();
	rc = learn_files(d);
	if (rc == 0)
		dx_docs_words_begin(d);
	for (size_t i = 0; rc == 0 && i < d->files; i++)
		if (is_chosen(d, d->file[i])) {
			documents_++;
			rc = judge(d, d->file[i]);
		}
	if (rc == 0)
		rc = dx_docs_refs_end(d);
	if (rc == 0)
		*out = report(d, documents_);
	release(d);
	free(d);
	return rc;
}
