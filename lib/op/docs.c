#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "docs/docs.h"
#include "op/docs.h"
#include "op/register.h"
#include "op/root.h"

static const char *const folders[] = { "", "docs/", "docs/governance/", "governance/", "policies/", NULL };

struct found { struct dx_buf text; const char *name; };	/* name NULL: there is none */

/* The file that is given, else the first of that name in the folders where such documents stand. */
static int
find(struct dx_tree *tree, const char *given, const char *name, struct dx_arena *a, struct found *f, struct dx_err *err)
{
	if (given != NULL) {
		f->name = given;
		return dx_file_read(given, DX_REGISTER_MAX, DX_R_JSON_TOO_LARGE, &f->text, err);
	}
	for (size_t i = 0; name != NULL && folders[i] != NULL; i++) {
		const char *path = dx_arena_printf(a, "%s%s", folders[i], name);
		if (dx_tree_look(tree, path).kind != DX_TREE_REGULAR)
			continue;
		f->name = path;
		return dx_tree_read(tree, path, DX_REGISTER_MAX, DX_R_JSON_TOO_LARGE, &f->text, err);
	}
	return 0;
}

struct with { struct dx_register *reg; struct dx_glossary *glossary; struct found f[3]; };

static int
read_with(const struct dx_op_docs_options *o, struct dx_tree *tree, struct dx_arena *a, struct with *w, struct dx_docs_options *d,
    struct dx_err *err)
{
	int rc = find(tree, o->reg, "register.json", a, &w->f[0], err);

	if (rc == 0 && w->f[0].name != NULL)
		rc = dx_register_parse(w->f[0].text.data != NULL ? w->f[0].text.data : "", w->f[0].text.len, &w->reg, err);
	if (rc != 0)
		return w->f[0].name != NULL ? dx_err_in(err, "%s", w->f[0].name) : rc;
	rc = find(tree, o->glossary, "glossary.json", a, &w->f[1], err);
	if (rc == 0 && w->f[1].name != NULL)
		rc = dx_glossary_parse(w->f[1].text.data != NULL ? w->f[1].text.data : "", w->f[1].text.len, &w->glossary, err);
	if (rc != 0)
		return w->f[1].name != NULL ? dx_err_in(err, "%s", w->f[1].name) : rc;
	rc = find(tree, o->exceptions, NULL, a, &w->f[2], err);
	if (rc == 0 && w->f[2].name != NULL)
		rc = dx_docs_exceptions_parse(w->f[2].text.data != NULL ? w->f[2].text.data : "", w->f[2].text.len, a, &d->exceptions, err);
	if (rc != 0)
		return w->f[2].name != NULL ? dx_err_in(err, "%s", w->f[2].name) : rc;
	d->reg = w->reg;
	d->glossary = w->glossary;
	return 0;
}

int
dx_op_docs(const struct dx_op_docs_options *o, struct dx_arena *a, struct dx_json *report, struct dx_err *err)
{
	struct dx_docs_options d = { .path = o->path, .paths = o->paths, .charter = o->charter, .now = o->now };
	struct with w = { .reg = NULL };
	struct dx_tree *tree = NULL;
	char *root = dx_op_root(o->root);
	int rc = dx_tree_open(root, &tree, err);

	d.tree = tree;
	if (rc == 0)
		rc = read_with(o, tree, a, &w, &d, err);
	if (rc == 0)
		rc = dx_docs_audit(&d, a, report, err);
	if (rc == 0 && w.f[1].name != NULL)
		dx_json_put(a, report, "glossary", dx_json_words(a, w.f[1].name));
	if (rc == 0 && w.f[0].name != NULL)
		dx_json_put(a, report, "register", dx_json_words(a, w.f[0].name));
	dx_tree_free(tree);
	dx_register_free(w.reg);
	dx_glossary_free(w.glossary);
	for (size_t i = 0; i < 3; i++)
		dx_buf_release(&w.f[i].text);
	free(root);
	return rc;
}
