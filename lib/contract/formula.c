/* formula: from a text to a formula, and what lint asks of one. */
#include "base/err.h"
#include "contract/formula_inner.h"

static const char *const no_names[] = { NULL };

static int
parse(struct dx_arena *a, const char *text, const char *const *known, bool path, const struct dx_formula **out,
    struct dx_err *err)
{
	struct dx_formula *f = dx_arena_alloc(a, sizeof(*f));
	struct dx_formula_reader r = { .arena = a, .formula = f, .text = text, .known = known, .err = err };

	*f = (struct dx_formula){ .text = text, .names = no_names };
	if (strnlen(text, DX_FORMULA_MAX + 1) > DX_FORMULA_MAX)
		return dx_err_set(err, DX_R_EVIDENCE_CONTRACT_INVALID,
		    "byte %d: expected the end: an expression has at most %d bytes",
		    DX_FORMULA_MAX + 1, DX_FORMULA_MAX);
	dx_reader_blanks(&r);
	if (!path)
		f->root = dx_reader_expr(&r);
	else if (dx_reader_path_ahead(&r))
		f->root = dx_reader_path(&r);
	else
		dx_reader_expected(&r, "a path");
	if (f->root == NULL)
		return -1;
	dx_reader_blanks(&r);
	if (text[r.at] != '\0') {
		dx_reader_expected(&r, path ? "\".\", \"[\" or the end of the path" : "an operator or the end");
		return -1;
	}
	*out = f;
	return 0;
}

int
dx_formula_parse(struct dx_arena *a, const char *text, const char *const *known, const struct dx_formula **out,
    struct dx_err *err)
{
	return parse(a, text, known, false, out, err);
}

int
dx_formula_parse_path(struct dx_arena *a, const char *text, const char *const *known, const struct dx_formula **out,
    struct dx_err *err)
{
	return parse(a, text, known, true, out, err);
}

const char *const *
dx_formula_names(const struct dx_formula *f, struct dx_arena *a)
{
	(void)a;	/* they lie beside the formula */
	return f->names;
}

const char *
dx_formula_list(const struct dx_formula *f, struct dx_arena *a)
{
	const struct dx_formula_path *path = f->root->u.path;

	if (f->root->op != DX_FORMULA_PATH || !path->many)
		return "";
	for (size_t i = 0; i < path->count; i++) {
		enum dx_formula_step_kind kind = path->steps[i].kind;

		if (kind == DX_STEP_ALL || kind == DX_STEP_FROM || kind == DX_STEP_KEY)
			return dx_arena_dup(a, f->text + f->root->from, (size_t)(path->steps[i].from - f->root->from));
	}
	return "";
}
