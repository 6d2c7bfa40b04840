/* scan_spec: what a scan is asked to do, and what it is told to let pass. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "contract/inner.h"
#include "contract/scan_inner.h"

#define PATTERNS_MAX	256
#define ALLOW_MAX	1000

/* The scan ends: 1. */
int
dx_scan_stop(struct dx_scan *s, const char *rule, const char *text, const char *what)
{
	snprintf(s->failure->rule, sizeof(s->failure->rule), "%s%s%s", rule[0] == '.' ? s->prefix : "", rule[0] == '.' ? "" : rule,
	    rule[0] == '.' ? rule : "");
	snprintf(s->failure->text, sizeof(s->failure->text), "%.*s: %.160s", (int)dx_utf8_cut(text, strlen(text), 60), text, what);
	return 1;
}

static int
invalid(struct dx_scan *s, const char *name, const char *what)
{
	return dx_err_set(s->err, DX_R_EVIDENCE_CONTRACT_INVALID, "scan: %s %s", name, what);
}

/* --- the specification --- */

/* A member, or the param that it names; NULL: absent or null. */
static const struct dx_json *
member(const struct dx_scan *s, const char *name)
{
	const struct dx_json *v = dx_json_get(s->spec, name);
	const char *text = dx_json_str(v);

	if (text != NULL && text[0] == '$')
		v = dx_json_get(s->params, text + 1);
	return v != NULL && v->type != DX_JSON_NULL ? v : NULL;
}

int
dx_scan_read_flag(struct dx_scan *s, const char *name, bool *out)
{
	const struct dx_json *v = member(s, name);

	if (v != NULL && !dx_json_is_bool(v))
		return invalid(s, name, "must be true or false");
	*out = dx_json_is(v, DX_JSON_TRUE);
	return 0;
}

int
dx_scan_read_list(struct dx_scan *s, const char *name, const struct dx_json **out)
{
	const struct dx_json *v = member(s, name);
	bool good = dx_json_is(v, DX_JSON_ARRAY) && v->count > 0;

	for (uint32_t i = 0; good && i < v->count; i++)
		good = dx_json_str(&v->u.items[i]) != NULL;
	if (!good)
		return invalid(s, name, "must be a list of texts that is not empty");
	*out = v;
	return 0;
}

int
dx_scan_by_name(const void *x, const void *y)
{
	const char *const *a = x, *const *b = y;

	return strcmp(*a, *b);
}

static int
read_patterns(struct dx_scan *s)
{
	const struct dx_json *v = member(s, "patterns");
	struct dx_buf why = { 0 };
	int rc = 0;

	if (!dx_json_is(v, DX_JSON_OBJECT) || v->count == 0 || v->count > PATTERNS_MAX)
		return invalid(s, "patterns", "must be an object of 1 to 256 expressions");
	s->names = dx_arena_alloc(s->a, v->count * sizeof(*s->names));
	s->regexes = dx_arena_alloc(s->a, v->count * sizeof(*s->regexes));
	s->patterns = dx_arena_alloc(s->a, v->count * sizeof(struct dx_pattern *));
	for (uint32_t i = 0; i < v->count; i++)
		s->names[i] = dx_arena_dup(s->a, v->u.members[i].name, v->u.members[i].name_len);
	qsort(s->names, v->count, sizeof(*s->names), dx_scan_by_name);
	for (uint32_t i = 0; i < v->count && rc == 0; i++) {
		const char *text = dx_json_get_str(v, s->names[i]);

		s->regexes[i] = text;
		s->patterns[i] = text != NULL ? dx_pattern_new(text, s->fold, &why) : NULL;
		if (s->patterns[i] == NULL)
			rc = dx_err_set(s->err, DX_R_EVIDENCE_CONTRACT_INVALID, "scan: pattern %s: %s", s->names[i],
			    why.len > 0 ? why.data : "must be text");
		else
			s->pattern_count++;
	}
	dx_buf_release(&why);
	return rc;
}

int
dx_scan_read_spec(struct dx_scan *s)
{
	const struct dx_json *strip = member(s, "strip"), *prefix = member(s, "prefix");
	const char *word = dx_json_str(strip);

	if (dx_json_str(prefix) == NULL || !dx_rule_id_is(prefix->u.text) || prefix->count > 64)
		return invalid(s, "prefix", "must be the beginning of rule ids");
	s->prefix = prefix->u.text;
	if (strip != NULL && (word == NULL || (strcmp(word, "none") != 0 && strcmp(word, "comments") != 0 && strcmp(word, "texts") != 0)))
		return invalid(s, "strip", "must be none, comments or texts");
	s->texts = word != NULL && strcmp(word, "texts") == 0;
	s->comments = s->texts || (word != NULL && strcmp(word, "comments") == 0);
	if (dx_scan_read_flag(s, "ignore_case", &s->fold) != 0)
		return -1;
	return read_patterns(s);
}

/* --- allowed hits --- */

static int
read_allowed(struct dx_scan *s, char *line, size_t number)
{
	struct dx_scan_allowed *to = &s->allowed[s->allowed_count];
	char *marker = strstr(line, "::"), where[32];
	struct dx_buf why = { 0 };
	bool good;

	if (marker != NULL) {
		*marker = '\0';
		marker += 2;
	}
	to->path = dx_pattern_new(line, false, &why);
	to->marker = marker != NULL && *marker != '\0' ? dx_pattern_new(marker, s->fold, &why) : NULL;
	good = to->path != NULL && (marker == NULL || *marker == '\0' || to->marker != NULL);
	s->allowed_count++;
	snprintf(where, sizeof(where), "line %zu", number);
	if (!good)
		(void)dx_scan_stop(s, ".allowlist.entry", where, why.len > 0 ? why.data : "no expression");
	dx_buf_release(&why);
	return good ? 0 : 1;
}

static int
read_allowlist(struct dx_scan *s, char *text)
{
	size_t number = 0, lines = 1;
	int rc = 0;

	for (const char *c = text; *c != '\0'; c++)
		lines += *c == '\n';
	s->allowed = dx_arena_alloc(s->a, (lines < ALLOW_MAX ? lines : ALLOW_MAX) * sizeof(*s->allowed));
	for (char *next = text; next != NULL && rc == 0; number++) {
		size_t n;
		char *end = strchr(next, '\n');
		const char *line = next;

		if (end != NULL)
			*end = '\0';
		n = strlen(line);
		line = dx_trim(line, &n);
		next = end != NULL ? end + 1 : NULL;
		if (n == 0 || *line == '#')
			continue;
		if (s->allowed_count == ALLOW_MAX)
			return dx_scan_stop(s, ".allowlist.entry", "allow list", "more than 1000 entries");
		rc = read_allowed(s, dx_arena_dup(s->a, line, n), number + 1);
	}
	return rc;
}

int
dx_scan_load_allowlist(struct dx_scan *s)
{
	const struct dx_json *v = member(s, "allow");
	const char *path = dx_json_str(v);
	struct dx_buf bytes = { 0 };
	struct dx_err why = { 0 };
	int rc;

	if (v == NULL)
		return 0;
	if (path == NULL)
		return invalid(s, "allow", "must be the path of a file");
	if (dx_tree_look(s->tree, path).kind != DX_TREE_REGULAR)
		return dx_scan_stop(s, ".allowlist.missing", path, "no such file under the root");
	if (dx_tree_read(s->tree, path, DX_SCAN_FILE_MAX, DX_R_MEDIA_TOO_LARGE, &bytes, &why) != 0)
		rc = dx_scan_stop(s, ".allowlist.missing", path, why.text);
	else
		rc = read_allowlist(s, bytes.len > 0 ? dx_arena_dup(s->a, bytes.data, bytes.len) : dx_arena_dup(s->a, "", 0));
	dx_buf_release(&bytes);
	return rc;
}

static bool
finds(struct dx_pattern *p, const char *s, size_t n)
{
	return dx_pattern_find(p, s, n) == 1;
}

/* The marker is looked for in the pattern, by name and as it is, and in what it found. */
bool
dx_scan_is_allowed(const struct dx_scan *s, const char *path, size_t pattern, const char *text, size_t n)
{
	size_t start = 0, end = 0;

	if (s->allowed_count > 0 && !dx_pattern_span(s->patterns[pattern], text, n, &start, &end))
		start = end = 0;
	for (size_t i = 0; i < s->allowed_count; i++) {
		const struct dx_scan_allowed *e = &s->allowed[i];

		if (!finds(e->path, path, strlen(path)))
			continue;
		if (e->marker == NULL || finds(e->marker, s->names[pattern], strlen(s->names[pattern])) ||
		    finds(e->marker, s->regexes[pattern], strlen(s->regexes[pattern])) || finds(e->marker, text + start, end - start))
			return true;
	}
	return false;
}
