/* formula_path: reading paths. */
#include "base/err.h"
#include "contract/formula_inner.h"

bool
dx_reader_path_ahead(const struct dx_formula_reader *r)
{
	return r->text[r->at] == '.' || r->text[r->at] == '$';
}

/* Whether a member name may begin here: one without quotes, or a text. */
static bool
name_ahead(const struct dx_formula_reader *r)
{
	return r->text[r->at] == '"' || dx_reader_name_len(r->text + r->at) != 0;
}

static const char *
read_name(struct dx_formula_reader *r)
{
	const char *s = r->text + r->at;
	size_t n = dx_reader_name_len(s);

	if (*s == '"')
		return dx_reader_text(r);
	if (n == 0)
		return dx_reader_expected(r, "a member name");
	if (dx_reader_reserved(s, n))
		return dx_reader_expected(r, "a member name (a word of the grammar stands in quotes)");
	r->at += n;
	r->last = r->at;
	return dx_arena_dup(r->arena, s, n);
}

static bool
known(const struct dx_formula_reader *r, const char *name)
{
	if (r->known == NULL)
		return true;
	for (const char *const *k = r->known; *k != NULL; k++) {
		if (strcmp(*k, name) == 0)
			return true;
	}
	return false;
}

static void
note_name(struct dx_formula_reader *r, const char *name)
{
	const char *const *names = r->formula->names;
	size_t n = r->formula->name_count;
	const char **more;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(names[i], name) == 0)
			return;
	}
	more = dx_arena_alloc(r->arena, (n + 2) * sizeof(*more));
	if (n != 0)
		memcpy(more, names, n * sizeof(*more));
	more[n] = name;
	more[n + 1] = NULL;
	r->formula->names = more;
	r->formula->name_count = n + 1;
}

static const char *
read_root_name(struct dx_formula_reader *r)
{
	size_t at = r->at, n = dx_reader_name_len(r->text + at);
	const char *name;

	if (n == 0)
		return dx_reader_expected(r, "a name or \".\" behind \"$\"");
	name = dx_arena_dup(r->arena, r->text + at, n);
	if (!known(r, name)) {
		dx_err_set(r->err, DX_R_EVIDENCE_CONTRACT_INVALID,
		    "byte %zu: expected the name of a param, a let above or an input, "
		    "found \"$%.60s\"", at, name);
		return NULL;
	}
	r->at += n;
	r->last = r->at;
	note_name(r, name);
	return name;
}

/* "name=" of [name=x], or "name~"; false: it is something else, and the reader stands where it stood. */
static bool
read_key(struct dx_formula_reader *r, const char **name, bool *glob)
{
	size_t at = r->at, last = r->last;
	struct dx_err *err = r->err;
	bool quoted = r->text[at] == '"';

	r->err = NULL;		/* as a text it is read again, and then told */
	*name = quoted ? dx_reader_text(r) : NULL;
	if (!quoted)
		r->at += dx_reader_name_len(r->text + at);
	r->err = err;
	if (r->at > at && (!quoted || *name != NULL) && (quoted || !dx_reader_reserved(r->text + at, r->at - at))) {
		if (!quoted)
			*name = dx_arena_dup(r->arena, r->text + at, r->at - at);
		if (dx_reader_sign(r, "="))
			return true;
		if ((*glob = dx_reader_sign(r, "~")))
			return true;
	}
	r->at = at;
	r->last = last;
	return false;
}

static bool
read_inside(struct dx_formula_reader *r, struct dx_formula_step *step)
{
	if (!dx_reader_enter(r) || (step->expr = dx_reader_sum(r)) == NULL)
		return false;
	r->depth--;
	return true;
}

/* "]", or for a condition "," and the next one. */
static bool
read_conditions(struct dx_formula_reader *r, struct dx_reader_list *steps)
{
	while (!dx_reader_sign(r, "]")) {
		struct dx_formula_step *step;

		if (!dx_reader_sign(r, ","))
			return dx_reader_expected(r, "\"]\"") != NULL;
		step = dx_reader_add(r, steps);
		*step = (struct dx_formula_step){ .kind = DX_STEP_ALSO, .from = (uint16_t)r->at };
		dx_reader_blanks(r);
		if (!read_key(r, &step->name, &step->glob))
			return dx_reader_expected(r, "a member name and \"=\"") != NULL;
		if (!read_inside(r, step))
			return false;
	}
	return true;
}

static bool
read_bracket(struct dx_formula_reader *r, struct dx_formula_step *step)
{
	dx_reader_sign(r, "[");
	if (dx_reader_sign(r, "]")) {
		step->kind = DX_STEP_ALL;
		return true;
	}
	step->kind = read_key(r, &step->name, &step->glob) ? DX_STEP_KEY : DX_STEP_AT;
	if (!read_inside(r, step))
		return false;
	if (step->kind == DX_STEP_KEY)
		return true;
	if (dx_reader_sign(r, ":"))
		step->kind = DX_STEP_FROM;
	if (!dx_reader_sign(r, "]"))
		return dx_reader_expected(r, step->kind == DX_STEP_AT ? "\"]\", \":\" or an operator" : "\"]\"") != NULL;
	/* ["name"] is .name */
	if (step->kind == DX_STEP_AT && step->expr->op == DX_FORMULA_CONSTANT &&
	    step->expr->u.constant->type == DX_VALUE_TEXT) {
		step->kind = DX_STEP_NAME;
		step->name = step->expr->u.constant->text;
		step->expr = NULL;
	}
	return true;
}

static bool
read_step(struct dx_formula_reader *r, struct dx_formula_path *path, struct dx_reader_list *steps)
{
	struct dx_formula_step *step = dx_reader_add(r, steps);

	*step = (struct dx_formula_step){ .kind = DX_STEP_NAME, .from = (uint16_t)r->at };
	if (r->text[r->at] != '[') {
		r->at += r->text[r->at] == '.';
		return (step->name = read_name(r)) != NULL;
	}
	if (!read_bracket(r, step))
		return false;
	path->computed = path->computed || step->expr != NULL;
	path->lists = path->lists || step->kind == DX_STEP_ALL || step->kind == DX_STEP_FROM;
	path->many = path->many || path->lists || step->kind == DX_STEP_KEY;
	return step->kind != DX_STEP_KEY || read_conditions(r, steps);
}

/* The root and the name that may stand behind it without a dot of its own. */
static bool
read_root(struct dx_formula_reader *r, struct dx_formula_path *path, struct dx_reader_list *steps)
{
	if (r->text[r->at] == '$') {
		r->at++;
		path->root = r->text[r->at] == '.' ? DX_ROOT_DOCUMENT : DX_ROOT_NAME;
		if (path->root == DX_ROOT_NAME && (path->name = read_root_name(r)) == NULL)
			return false;
	}
	if (r->text[r->at] != '.')
		return true;
	r->last = ++r->at;
	if (r->text[r->at] == '.')
		return dx_reader_expected(r, "a member name or \"[\"") != NULL;
	return !name_ahead(r) || read_step(r, path, steps);
}

const struct dx_formula_node *
dx_reader_path(struct dx_formula_reader *r)
{
	struct dx_formula_path *path = dx_arena_alloc(r->arena, sizeof(*path));
	struct dx_formula_node *n = dx_arena_alloc(r->arena, sizeof(*n));
	struct dx_reader_list steps = { .size = sizeof(struct dx_formula_step) };
	size_t from = r->at;

	*path = (struct dx_formula_path){ .root = DX_ROOT_DOT };
	if (!read_root(r, path, &steps))
		return NULL;
	while (r->text[r->at] == '.' || r->text[r->at] == '[') {
		if (!read_step(r, path, &steps))
			return NULL;
	}
	path->steps = steps.items;
	path->count = steps.count;
	*n = (struct dx_formula_node){ .op = DX_FORMULA_PATH, .from = (uint16_t)from, .to = (uint16_t)r->last, .u.path = path };
	return n;
}
