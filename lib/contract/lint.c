/* lint: what a contract may say and probably does not mean (evidence page 2.4). */
#include <string.h>

#include "contract/inner.h"
#include "json/pointer.h"

struct lint {
	const struct dx_contract	*c;
	struct dx_arena			*a;
	struct dx_json			*out;
	const char			**used;		/* names that expressions ask for */
	size_t				 used_count, used_room;
};

static void
warn(struct lint *l, const char *code, const char *at, const char *detail)
{
	struct dx_json w = dx_json_object();

	dx_json_put(l->a, &w, "code", dx_json_text(code));
	dx_json_put(l->a, &w, "at", dx_json_string(l->a, at));
	dx_json_put(l->a, &w, "detail", dx_json_string(l->a, detail));
	dx_json_push(l->a, l->out, w);
}

/* --- names --- */

static void
use(struct lint *l, const char *name)
{
	const char **more;

	if (l->used_count == l->used_room) {
		l->used_room = l->used_room != 0 ? 2 * l->used_room : 64;
		more = dx_arena_alloc(l->a, l->used_room * sizeof(*more));
		if (l->used_count > 0)
			memcpy(more, l->used, l->used_count * sizeof(*more));
		l->used = more;
	}
	l->used[l->used_count++] = name;
}

static void
use_formula(struct lint *l, const struct dx_formula *f)
{
	const char *const *names = f != NULL ? dx_formula_names(f, l->a) : NULL;

	for (; names != NULL && *names != NULL; names++)
		use(l, *names);
}

static void
use_rule(struct lint *l, const struct dx_contract_rule *rule)
{
	const struct dx_operand *operands[] = { &rule->equals, &rule->one_of, &rule->pattern, &rule->covers, &rule->path, &rule->contains,
	    &rule->digest, &rule->size };

	use_formula(l, rule->value);
	use_formula(l, rule->each.formula);
	use_formula(l, rule->when);
	use_formula(l, rule->is);
	for (size_t i = 0; i < rule->at_count; i++)
		use_formula(l, rule->at[i].formula);
	for (enum dx_bound b = DX_MIN; b < DX_BOUNDS; b++)
		use_formula(l, rule->bounds[b].formula);
	for (size_t i = 0; i < sizeof(operands) / sizeof(operands[0]); i++)
		use_formula(l, operands[i]->formula);
	/* jq sees all of them. */
	for (size_t i = 0; rule->jq != NULL && strstr(rule->jq, "$params") != NULL && i < l->c->param_count; i++)
		use(l, l->c->params[i].name);
	for (size_t i = 0; rule->jq != NULL && strstr(rule->jq, "$computed") != NULL && i < l->c->rule_count; i++)
		if (l->c->rules[i].let != NULL)
			use(l, l->c->rules[i].let);
}

/* The names in texts of a scan or of an include's params: each "$name" and each expression that begins so. */
static void
use_texts(struct lint *l, const struct dx_json *object)
{
	for (uint32_t i = 0; object != NULL && i < object->count; i++) {
		const char *s = dx_json_str(&object->u.members[i].value);

		for (s = s != NULL && s[0] == '$' ? s : NULL; s != NULL; s = strchr(s + 1, '$'))
			use(l, dx_arena_dup(l->a, s + 1, strspn(s + 1, "abcdefghijklmnopqrstuvwxyz0123456789_")));
	}
}

static bool
is_used(const struct lint *l, const char *name)
{
	for (size_t i = 0; i < l->used_count; i++)
		if (strcmp(l->used[i], name) == 0)
			return true;
	return false;
}

static void
lint_names(struct lint *l)
{
	const struct dx_contract *c = l->c;
	struct dx_buf at = { 0 };

	for (size_t i = 0; i < c->rule_count; i++)
		use_rule(l, &c->rules[i]);
	for (size_t i = 0; i < c->input_count; i++)
		use_texts(l, c->inputs[i].scan);
	for (size_t i = 0; i < c->include_count; i++)
		use_texts(l, c->includes[i].params);
	for (size_t i = 0; i < c->param_count; i++)
		if (!is_used(l, c->params[i].name)) {
			dx_buf_reset(&at);
			dx_buf_puts(&at, "/params");
			dx_pointer_name(&at, c->params[i].name);
			warn(l, "lint_name_unused", at.data, "no rule reads this param");
		}
	for (size_t i = 0; i < c->rule_count; i++)
		if (c->rules[i].let != NULL && !is_used(l, c->rules[i].let))
			warn(l, "lint_name_unused", dx_arena_printf(l->a, "/rules/%zu/let", i), "no rule reads this let");
	dx_buf_release(&at);
}

/* --- lists --- */

/* A path of a rule as one from the document: behind the path of `for` where it is relative. */
static const char *
whole(struct lint *l, const struct dx_contract_rule *rule, const char *path)
{
	if (strncmp(path, "$.", 2) == 0)
		return path + 1;
	if (path[0] != '.' || rule->each.formula == NULL)
		return path;
	return dx_arena_printf(l->a, "%s%s", rule->each.text, path[1] == '\0' ? "" : path);
}

/* Whether the rule fails when that list is empty, or says with min_items 0 that it may be. */
static bool
guards(struct lint *l, const struct dx_contract_rule *rule, const char *list)
{
	const struct dx_operand *items = &rule->bounds[DX_MIN_ITEMS];
	bool counted = items->given;
	const char *count = dx_arena_printf(l->a, "count(%s", list);

	for (size_t i = 0; i < rule->at_count; i++) {
		const struct dx_path *at = &rule->at[i];

		if (counted && strcmp(whole(l, rule, at->text), list) == 0)
			return true;
		if ((rule->covers.given || rule->some) && at->list != NULL &&
		    strcmp(whole(l, rule, dx_formula_list(at->formula, l->a)), list) == 0)
			return true;
	}
	if (counted && rule->at_count == 0 && rule->each.formula != NULL && strcmp(rule->each.text, list) == 0)
		return true;
	return rule->is_text != NULL && strstr(rule->is_text, count) != NULL;
}

/* A list of the contract itself is guarded by what it holds, and a let by what it reads. */
static bool
is_own(const struct lint *l, const char *list)
{
	for (size_t i = 0; list[0] == '$' && i < l->c->param_count; i++)
		if (strcmp(list + 1, l->c->params[i].name) == 0)
			return l->c->params[i].preset.count > 0;
	for (size_t i = 0; list[0] == '$' && i < l->c->rule_count; i++)
		if (l->c->rules[i].let != NULL && strcmp(list + 1, l->c->rules[i].let) == 0)
			return true;
	return false;
}

static void
lint_list(struct lint *l, size_t n, const struct dx_path *path, bool relative)
{
	const struct dx_contract_rule *rule = &l->c->rules[n];
	const char *list;

	if (path->list == NULL)
		return;
	list = dx_formula_list(path->formula, l->a);
	if (relative)
		list = whole(l, rule, list);
	/* The names of the document's own members, which other rules ask for. */
	if (is_own(l, list) || (strcmp(list, ".") == 0 && (rule->keys || rule->each.formula != NULL)))
		return;
	for (size_t i = 0; i < l->c->rule_count; i++)
		if (l->c->rules[i].id != NULL && guards(l, &l->c->rules[i], list))
			return;
	warn(l, "contract_unguarded_list", dx_arena_printf(l->a, "/rules/%zu", n),
	    dx_arena_printf(l->a, "%s: nothing is judged when %s is empty, and no rule asks for an item of it", rule->id, list));
}

static void
lint_lists(struct lint *l)
{
	for (size_t n = 0; n < l->c->rule_count; n++) {
		const struct dx_contract_rule *rule = &l->c->rules[n];

		if (rule->id == NULL)
			continue;
		/* Where each value found is a failure, none is what is hoped for. */
		if (rule->each.formula != NULL && !(rule->is_text != NULL && strcmp(rule->is_text, "false") == 0))
			lint_list(l, n, &rule->each, false);
		for (size_t i = 0; i < rule->at_count; i++)
			if (!rule->some && !rule->covers.given && !rule->unique)
				lint_list(l, n, &rule->at[i], true);
	}
}

/* --- remedies --- */

static void
lint_remedies(struct lint *l)
{
	const char *const *ids = dx_contract_ids(l->c, l->a);

	for (; *ids != NULL; ids++)
		if (dx_contract_remedy(l->c, *ids) == NULL)
			warn(l, "lint_remedy_missing", "/rules", dx_arena_printf(l->a, "%s: no remedy", *ids));
}

void
dx_contract_lint(const struct dx_contract *c, struct dx_arena *a, struct dx_json *out)
{
	struct lint l = { .c = c, .a = a, .out = out };

	*out = dx_json_array();
	lint_lists(&l);
	lint_names(&l);
	lint_remedies(&l);
}
