/* The words that name artifacts. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "op/evidence_inner.h"

#define FOLDER_MAX	1000000u	/* files of one folder */

static void
add_item(struct dx_evidence *e, const char *role, const char *path, bool below)
{
	if (e->count == e->room) {
		e->room = e->room == 0 ? 16 : e->room * 2;
		e->item = dx_realloc(e->item, dx_size_mul(e->room, sizeof(*e->item)));
	}
	e->item[e->count++] = (struct dx_artifact){ role, path, below, e->opt->beneath && path[0] != '/' ? e->tree : NULL };
}

static int
by_name(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* Whether it is the signature or the envelope of another file of the folder. */
static bool
stands_beside(const char *const names[], size_t n, const char *name)
{
	static const char *const ends[] = { ".sig", ".dsse" };
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t k = strlen(ends[i]);
		char *base;
		bool found;

		if (len <= k || strcmp(name + len - k, ends[i]) != 0)
			continue;
		base = dx_strndup(name, len - k);
		found = bsearch(&base, names, n, sizeof(*names), by_name) != NULL;
		free(base);
		return found;
	}
	return false;
}

static int
add_folder(struct dx_evidence *e, const char *role, const char *path, struct dx_err *err)
{
	bool slash = path[0] != '\0' && path[strlen(path) - 1] == '/';
	struct dx_tree *t;
	const char **name;
	size_t n;
	int rc;

	if (dx_tree_open(path, &t, err) != 0)
		return -1;
	rc = dx_tree_walk(t, "", FOLDER_MAX, &e->keep, &name, &n, err);
	dx_tree_free(t);
	if (rc != 0)
		return dx_err_in(err, "%s", path);
	if (n == 0)
		return dx_err_set(err, DX_R_EVIDENCE_NOTHING_JUDGED, "%s: a folder without a file", path);
	for (size_t i = 0; i < n; i++)
		if (e->vouch == NULL || !stands_beside(name, n, name[i]))
			add_item(e, role, dx_arena_printf(&e->keep, "%s%s%s", path, slash ? "" : "/", name[i]), true);
	e->folder = true;
	return 0;
}

static bool
is_role(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') || (i > 0 && ((s[i] >= '0' && s[i] <= '9') || s[i] == '_'))))
			return false;
	return n > 0;
}

int
dx_kind_check_role(const struct dx_kind *k, const char *role, const char *path, struct dx_err *err)
{
	int at = dx_kind_role(k, role);

	if (at < 0 || !dx_kind_is_file(k->contract->inputs[at].media))
		return dx_err_set(err, DX_R_USAGE, "%s: contract %s has no file of the role \"%s\"", path, k->contract->kind, role);
	return 0;
}

static int
add_word(struct dx_evidence *e, const char *word, struct dx_err *err)
{
	size_t n = strcspn(word, "=");
	const char *role = word[n] == '=' ? dx_arena_dup(&e->keep, word, n) : NULL, *path = role != NULL ? word + n + 1 : word;
	struct stat st;

	if (role != NULL && !is_role(role, n))
		return dx_err_set(err, DX_R_USAGE, "%s: a name with = in it is given with a role, as artifact=%s", word, word);
	if (path[0] == '\0')
		return dx_err_set(err, DX_R_USAGE, "\"%s\" names no file", word);
	if (e->kind != NULL && role != NULL && dx_kind_check_role(e->kind, role, path, err) != 0)
		return -1;
	if (e->opt->beneath)
		;	/* one file, and only that */
	else if (strcmp(path, "-") == 0) {
		if (e->stdin_used)
			return dx_err_set(err, DX_R_USAGE, "standard input is named twice");
		e->stdin_used = true;
	} else if (!e->together && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return add_folder(e, role, path, err);
	add_item(e, role, path, false);
	return 0;
}

/* Each file of a contract with several has a role, its own, and none that must be there is left out. */
static int
check_together(const struct dx_evidence *e, struct dx_err *err)
{
	const struct dx_contract *c = e->kind->contract;

	for (size_t i = 0; i < e->count; i++) {
		if (e->item[i].role == NULL)
			return dx_err_set(err, DX_R_USAGE, "%s: contract %s has several files; say which this is, as %s=%s", e->item[i].path,
			    c->kind, c->inputs[0].role, e->item[i].path);
		for (size_t k = 0; k < i; k++)
			if (strcmp(e->item[k].role, e->item[i].role) == 0)
				return dx_err_set(err, DX_R_USAGE, "the role \"%s\" is given twice", e->item[i].role);
	}
	for (size_t i = 0; i < c->input_count; i++) {
		bool given = c->inputs[i].optional || !dx_kind_is_file(c->inputs[i].media);
		for (size_t k = 0; k < e->count && !given; k++)
			given = strcmp(e->item[k].role, c->inputs[i].role) == 0;
		if (!given)
			return dx_err_set(err, DX_R_USAGE, "contract %s needs %s=FILE", c->kind, c->inputs[i].role);
	}
	return 0;
}

int
dx_evidence_operands(struct dx_evidence *e, char *const words[], size_t n, struct dx_err *err)
{
	e->together = e->kind != NULL && (e->kind->files != 1 ||
	    (n == 0 && e->kind->contract->inputs[dx_kind_file(e->kind)].optional));
	if (n > 0 && e->kind != NULL && e->kind->files == 0)
		return dx_err_set(err, DX_R_USAGE, "contract %s reads no file", e->kind->contract->kind);
	for (size_t i = 0; i < n; i++)
		if (add_word(e, words[i], err) != 0)
			return -1;
	if (n == 0 && !e->together && e->opt->beneath)
		return dx_err_set(err, DX_R_USAGE, "no file is named to judge");
	if (n == 0 && !e->together)
		add_item(e, NULL, "-", false);
	return e->together ? check_together(e, err) : 0;
}

bool
dx_evidence_batch(const struct dx_evidence *e)
{
	return e->folder || (!e->together && e->count > 1);
}
