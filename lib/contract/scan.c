/* scan: lines of files that match patterns (evidence page 2.3, media scan; 3.13, 3.16). */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "contract/scan_inner.h"
#include "contract/strip.h"

#define FILES_MAX	100000
#define HITS_MAX	100000
#define JOIN_MAX	50		/* lines of one logical line */
#define SHOWN_MAX	4096		/* bytes of a hit's text */

/* --- files --- */

static bool
is_asked(const struct dx_json *extensions, const char *path)
{
	size_t n = strlen(path);

	for (uint32_t i = 0; i < extensions->count; i++) {
		const struct dx_json *e = &extensions->u.items[i];

		if (n >= e->count && memcmp(path + n - e->count, e->u.text, e->count) == 0)
			return true;
	}
	return false;
}

static void
add_files(struct dx_scan *s, const char **found, size_t count, const struct dx_json *extensions)
{
	const char **all = dx_arena_alloc(s->a, (s->file_count + count + 1) * sizeof(*all));

	if (s->file_count > 0)
		memcpy(all, s->files, s->file_count * sizeof(*all));
	s->files = all;
	for (size_t i = 0; i < count; i++)
		if (is_asked(extensions, found[i]))
			all[s->file_count++] = found[i];
}

static int
find_files(struct dx_scan *s)
{
	const struct dx_json *roots, *extensions;
	const char **found;
	size_t count, kept = 0;
	bool may_miss;

	if (dx_scan_read_list(s, "roots", &roots) != 0 || dx_scan_read_list(s, "extensions", &extensions) != 0 ||
	    dx_scan_read_flag(s, "allow_missing_roots", &may_miss) != 0)
		return -1;
	for (uint32_t i = 0; i < roots->count; i++) {
		const char *root = roots->u.items[i].u.text;
		enum dx_tree_kind kind = dx_tree_look(s->tree, root).kind;

		if (kind == DX_TREE_MISSING && may_miss)
			continue;
		if (kind != DX_TREE_FOLDER && kind != DX_TREE_REGULAR)
			return dx_scan_stop(s, ".root.missing", root, "neither folder nor file under the root");
		if (dx_tree_walk(s->tree, root, FILES_MAX, s->a, &found, &count, s->err) != 0)
			return -1;
		add_files(s, found, count, extensions);
	}
	if (s->file_count > 0)
		qsort(s->files, s->file_count, sizeof(*s->files), dx_scan_by_name);
	for (size_t i = 0; i < s->file_count; i++)
		if (kept == 0 || strcmp(s->files[kept - 1], s->files[i]) != 0)
			s->files[kept++] = s->files[i];
	s->file_count = kept;
	return kept > 0 ? 0 : dx_scan_stop(s, ".zero_match", roots->u.items[0].u.text, "no file of these extensions under the roots");
}

/* --- lines --- */

/* Bytes as text of a report: what is no UTF-8 is a question mark; line breaks are blanks. */
static const char *
shown(struct dx_scan *s, const char *bytes, size_t n)
{
	static const char blanks[] = " \t\r\n\v\f";
	char *out;

	for (; n > 0 && strchr(blanks, *bytes) != NULL; bytes++)
		n--;
	while (n > 0 && strchr(blanks, bytes[n - 1]) != NULL)
		n--;
	if (n > SHOWN_MAX)
		for (n = SHOWN_MAX; n > 0 && ((unsigned char)bytes[n] & 0xC0) == 0x80;)
			n--;
	out = dx_arena_dup(s->a, bytes, n);
	for (size_t i = 0; i < n; i++)
		if (out[i] == '\n' || out[i] == '\r')
			out[i] = ' ';
	if (!dx_utf8_valid(out, n))
		for (size_t i = 0; i < n; i++)
			if ((unsigned char)out[i] >= 0x80)
				out[i] = '?';
	return out;
}

static int
add_hit(struct dx_scan *s, const char *path, size_t line, size_t pattern, const char *text, size_t n)
{
	struct dx_json hit = dx_json_object();

	if (s->hits.count >= HITS_MAX)
		return dx_scan_stop(s, "media.too_large", path, "more than 100000 hits");
	dx_json_put(s->a, &hit, "path", dx_json_text(shown(s, path, strlen(path))));
	dx_json_put(s->a, &hit, "line", dx_json_int(s->a, (int64_t)line));
	dx_json_put(s->a, &hit, "pattern", dx_json_text(s->names[pattern]));
	dx_json_put(s->a, &hit, "text", dx_json_text(shown(s, text, n)));
	dx_json_push(s->a, &s->hits, hit);
	return 0;
}

static int
match_line(struct dx_scan *s, const char *path, size_t line, const char *text, size_t n)
{
	for (size_t i = 0; i < s->pattern_count; i++) {
		int rc = dx_pattern_find(s->patterns[i], text, n);

		if (rc < 0)
			return dx_scan_stop(s, "media.too_large", path, "a line that cannot be searched");
		if (rc == 1 && !dx_scan_is_allowed(s, path, i, text, n) && add_hit(s, path, line, i, text, n) != 0)
			return 1;
	}
	return 0;
}

/* Where the logical line at `at` ends: lines are joined while a parenthesis is open.  bare: without comments and texts. */
static size_t
line_end(const char *bare, size_t n, size_t at, size_t *lines)
{
	int64_t depth = 0;

	for (*lines = 1; at < n; at++) {
		depth += (bare[at] == '(') - (bare[at] == ')' && depth > 0);
		if (bare[at] != '\n')
			continue;
		if (depth == 0 || *lines == JOIN_MAX)
			return at;
		++*lines;
	}
	return n;
}

static int
match_lines(struct dx_scan *s, const char *path, const char *text, const char *bare, size_t n)
{
	size_t line = 1, lines;

	for (size_t at = 0; at < n; line += lines) {
		size_t end = line_end(bare, n, at, &lines);

		if (match_line(s, path, line, text + at, end - at) != 0)
			return 1;
		at = end + 1;
	}
	return 0;
}

static int
scan_file(struct dx_scan *s, const char *path, struct dx_buf *bytes)
{
	const struct dx_strip_language *language = dx_strip_language(path);
	struct dx_err why = { 0 };
	char *bare, *plain;
	int rc;

	dx_buf_reset(bytes);
	if (dx_tree_read(s->tree, path, DX_SCAN_FILE_MAX, DX_R_MEDIA_TOO_LARGE, bytes, &why) != 0) {
		if (why.reason == DX_R_MEDIA_TOO_LARGE)
			return dx_scan_stop(s, "media.too_large", path, why.text);
		return dx_err_set(s->err, why.reason, "%s", why.text);
	}
	if (bytes->len == 0)
		return 0;
	for (char *nul = bytes->data; (nul = memchr(nul, '\0', bytes->len - (size_t)(nul - bytes->data))) != NULL;)
		*nul = '?';
	if (language == NULL)
		return match_lines(s, path, bytes->data, bytes->data, bytes->len);
	bare = dx_alloc(2 * bytes->len);
	plain = bare + bytes->len;
	dx_strip(language, bytes->data, bytes->len, true, bare);
	dx_strip(language, bytes->data, bytes->len, false, plain);
	rc = match_lines(s, path, s->texts ? bare : s->comments ? plain : bytes->data, bare, bytes->len);
	free(bare);
	return rc;
}

static int
scan_files(struct dx_scan *s)
{
	struct dx_buf bytes = { 0 };
	int rc = 0;

	s->hits = dx_json_array();
	for (size_t i = 0; i < s->file_count && rc == 0; i++)
		rc = scan_file(s, s->files[i], &bytes);
	dx_buf_release(&bytes);
	return rc;
}

static void
release(struct dx_scan *s)
{
	for (size_t i = 0; i < s->pattern_count; i++)
		dx_pattern_free(s->patterns[i]);
	for (size_t i = 0; i < s->allowed_count; i++) {
		dx_pattern_free(s->allowed[i].path);
		dx_pattern_free(s->allowed[i].marker);
	}
}

int
dx_contract_scan(const struct dx_json *scan, const struct dx_json *params, struct dx_tree *tree, struct dx_arena *a, struct dx_json *out,
    struct dx_scan_failure *failure, struct dx_err *err)
{
	struct dx_scan s = { .spec = scan, .params = params, .tree = tree, .a = a, .failure = failure, .err = err };
	int rc;

	memset(failure, 0, sizeof(*failure));
	rc = dx_scan_read_spec(&s);
	if (rc == 0)
		rc = dx_scan_load_allowlist(&s);
	if (rc == 0)
		rc = find_files(&s);
	if (rc == 0)
		rc = scan_files(&s);
	release(&s);
	if (rc == 0) {
		*out = dx_json_object();
		dx_json_put(a, out, "files", dx_json_int(a, (int64_t)s.file_count));
		dx_json_put(a, out, "hits", s.hits);
	}
	return rc < 0 ? -1 : 0;
}
