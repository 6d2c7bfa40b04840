/* Rules 1 and 2 of redaction over a tree (inputs page 1.4): what marks beside or above a value say, and what names say. */
#include <stdlib.h>
#include "core/redact_parts.h"

enum force { FORCE_NONE, FORCE_TEXT, FORCE_ALL };	/* what is replaced under a value: strings, or every scalar but null */

/* What is said about a value by those who hold it. */
struct said {
	enum force		 force;
	bool			 named;		/* the member's name says a secret */
	const struct dx_json	*mark[2];	/* containers with `true` leaves; NULL: none */
};

struct walk {
	struct dx_redact	*r;
	struct dx_arena		*a;
	struct dx_arena		 scratch;	/* marks */
	enum dx_redact_kind	 kind;
	struct dx_json		 secret;	/* marks of a Secret */
};

static bool	walk_value(struct walk *w, const struct dx_json *in, struct said said, struct dx_json *out);

static bool
has_true(const struct dx_json *mark)
{
	if (mark->type == DX_JSON_OBJECT) {
		for (uint32_t i = 0; i < mark->count; i++)
			if (has_true(&mark->u.members[i].value))
				return true;
	} else if (mark->type == DX_JSON_ARRAY) {
		for (uint32_t i = 0; i < mark->count; i++)
			if (has_true(&mark->u.items[i]))
				return true;
	}
	return mark->type == DX_JSON_TRUE;
}

/* A further mark on a value; a third one that says anything hides all of it. */
static void
add_mark(struct said *s, const struct dx_json *mark)
{
	if (mark == NULL || (mark->type != DX_JSON_TRUE && mark->type < DX_JSON_ARRAY))
		return;
	if (mark->type == DX_JSON_TRUE)
		s->force = FORCE_ALL;
	else if (s->mark[0] == NULL)
		s->mark[0] = mark;
	else if (s->mark[1] == NULL)
		s->mark[1] = mark;
	else if (has_true(mark))
		s->force = FORCE_ALL;
}

static bool
says_nothing(const struct said *s)
{
	return s->force == FORCE_NONE && !s->named && s->mark[0] == NULL && s->mark[1] == NULL;
}

/* Marks that do not have the value's own shape count for all of it. */
static void
settle(struct said *s, const struct dx_json *in)
{
	for (int k = 0; k < 2; k++)
		if (s->mark[k] != NULL && s->mark[k]->type != in->type && has_true(s->mark[k])) {
			s->mark[k] = NULL;
			s->force = FORCE_ALL;
		}
}

static bool
walk_scalar(struct walk *w, const struct dx_json *in, struct said said, struct dx_json *out)
{
	if (in->type == DX_JSON_NULL || said.force == FORCE_NONE ||
	    (said.force == FORCE_TEXT && in->type != DX_JSON_STRING))
		return false;
	if (in->type == DX_JSON_STRING) {
		if (strcmp(in->u.text, DX_REDACTED) == 0)
			return false;
		dx_secrets_add(w->r, in->u.text, in->count);
	}
	*out = dx_redact_value(in);
	return true;
}

/* --- members of a mark, found fast however many there are --- */

struct finder {
	const struct dx_json	*mark;
	uint32_t		 next;		/* marks mostly come in the order of the values */
	const struct dx_member	**sorted;
};

static int
by_name(const void *x, const void *y)
{
	const struct dx_member *const *a = x, *const *b = y;

	return strcmp((*a)->name, (*b)->name);
}

static const struct dx_json *
find_mark(struct walk *w, struct finder *f, const struct dx_member *member)
{
	const struct dx_member *key = member, **found;

	if (f->mark == NULL || f->mark->type != DX_JSON_OBJECT)
		return NULL;
	if (f->next < f->mark->count && strcmp(f->mark->u.members[f->next].name, member->name) == 0)
		return &f->mark->u.members[f->next++].value;
	if (f->mark->count <= 16)
		return dx_json_get(f->mark, member->name);
	if (f->sorted == NULL) {
		f->sorted = dx_arena_alloc(&w->scratch, dx_size_mul(f->mark->count, sizeof(*f->sorted)));
		for (uint32_t i = 0; i < f->mark->count; i++)
			f->sorted[i] = &f->mark->u.members[i];
		qsort(f->sorted, f->mark->count, sizeof(*f->sorted), by_name);
	}
	found = bsearch(&key, f->sorted, f->mark->count, sizeof(*f->sorted), by_name);
	return found == NULL ? NULL : &(*found)->value;
}

/* --- objects --- */

static struct dx_json *
keep(struct walk *w, struct dx_json mark)
{
	struct dx_json *kept = dx_arena_alloc(&w->scratch, sizeof(*kept));

	*kept = mark;
	return kept;
}

static bool
is_sensitive(const struct dx_json *object)
{
	return dx_json_is(dx_json_get(object, "sensitive"), DX_JSON_TRUE);
}

static bool
says_secret(const struct dx_json *name)
{
	return dx_json_is(name, DX_JSON_STRING) && dx_redact_name(name->u.text, name->count);
}

/* What stands beside the member `name` of object and speaks of its value. */
static void
ask_siblings(struct walk *w, const struct dx_json *object, const char *name, struct said *said)
{
	static const struct { const char *of, *mark; } pairs[] = {
		{ "before", "before_sensitive" }, { "after", "after_sensitive" }, { "values", "sensitive_values" },
		{ "config_values", "config_sensitive" },
	};
	struct dx_json constant;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (strcmp(name, pairs[i].of) == 0)
			add_mark(said, dx_json_get(object, pairs[i].mark));
	if (strcmp(name, "value") == 0 && said->force == FORCE_NONE &&
	    (says_secret(dx_json_get(object, "name")) || says_secret(dx_json_get(object, "key"))))
		said->force = FORCE_TEXT;
	if ((strcmp(name, "value") == 0 || strcmp(name, "default") == 0) && is_sensitive(object))
		said->force = FORCE_ALL;
	if (strcmp(name, "expression") == 0 && is_sensitive(object)) {
		constant = dx_json_object();
		dx_json_put(&w->scratch, &constant, "constant_value", dx_json_bool(true));
		add_mark(said, keep(w, constant));
	}
	if (strcmp(name, "expressions") == 0 && dx_json_get(object, "module") != NULL)
		add_mark(said, keep(w, dx_redact_call_marks(&w->scratch, dx_json_get(object, "module"))));
}

/* Lengths and first letters of the names that ask_siblings knows. */
static bool
may_have_siblings(const struct dx_member *m)
{
	switch (m->name_len) {
	case 5:
		return m->name[0] == 'a' || m->name[0] == 'v';
	case 6:
		return m->name[0] == 'b' || m->name[0] == 'v';
	case 7:
		return m->name[0] == 'd';
	case 10:
	case 11:
		return m->name[0] == 'e';
	case 13:
		return m->name[0] == 'c';
	default:
		return false;
	}
}

static bool
is_value_name(const char *name)
{
	return strcmp(name, "value") == 0 || strcmp(name, "default") == 0 || strcmp(name, "constant_value") == 0;
}

static bool
is_secret_object(const struct walk *w, const struct dx_json *in)
{
	const char *kind = w->kind == DX_REDACT_ADMISSION ? dx_json_get_str(in, "kind") : NULL;

	return kind != NULL && strcmp(kind, "Secret") == 0;
}

static bool
walk_object(struct walk *w, const struct dx_json *in, struct said said, struct dx_json *out)
{
	struct finder find[2];
	struct dx_json child;
	struct said under;
	bool owned = false, plain, named, asks;

	if (is_secret_object(w, in))
		add_mark(&said, &w->secret);
	plain = says_nothing(&said);
	for (int k = 0; k < 2; k++)
		find[k] = (struct finder){ .mark = said.mark[k] };
	for (uint32_t i = 0; i < in->count; i++) {
		const struct dx_member *m = &in->u.members[i];

		named = m->value.type >= DX_JSON_STRING && dx_redact_name(m->name, m->name_len);
		asks = may_have_siblings(m);
		if (plain && !named && !asks && m->value.type < DX_JSON_ARRAY)
			continue;
		under = (struct said){ .force = said.force, .named = named };
		for (int k = 0; k < 2; k++)
			if (find[k].mark != NULL)
				add_mark(&under, find_mark(w, &find[k], m));
		if (under.force == FORCE_NONE && said.named && is_value_name(m->name))
			under.force = FORCE_TEXT;
		if (asks)
			ask_siblings(w, in, m->name, &under);
		if (walk_value(w, &m->value, under, &child))
			dx_redact_set(w->a, in, &owned, out, i, child);
	}
	return owned;
}

static bool
walk_array(struct walk *w, const struct dx_json *in, struct said said, struct dx_json *out)
{
	struct dx_json child;
	struct said under;
	bool owned = false, plain = says_nothing(&said);

	for (uint32_t i = 0; i < in->count; i++) {
		if (plain && in->u.items[i].type < DX_JSON_ARRAY)
			continue;
		under = (struct said){ .force = said.force, .named = said.named };
		for (int k = 0; k < 2; k++)
			add_mark(&under, dx_json_item(said.mark[k], i));
		if (walk_value(w, &in->u.items[i], under, &child))
			dx_redact_set(w->a, in, &owned, out, i, child);
	}
	return owned;
}

static bool
walk_value(struct walk *w, const struct dx_json *in, struct said said, struct dx_json *out)
{
	if (said.mark[0] != NULL)
		settle(&said, in);
	if (in->type == DX_JSON_OBJECT)
		return walk_object(w, in, said, out);
	if (in->type == DX_JSON_ARRAY)
		return walk_array(w, in, said, out);
	if (said.named && said.force == FORCE_NONE)
		said.force = FORCE_TEXT;
	return walk_scalar(w, in, said, out);
}

bool
dx_redact_marked(struct dx_redact *r, struct dx_arena *a, const struct dx_json *in, enum dx_redact_kind kind,
    struct dx_json *out)
{
	struct walk w = { .r = r, .a = a, .kind = kind };
	struct dx_json marks = dx_redact_marks(&w.scratch, in, kind);
	struct said said = { FORCE_NONE, false, { NULL, NULL } };
	bool changed;

	w.secret = dx_redact_secret_marks(&w.scratch);
	add_mark(&said, &marks);
	changed = walk_value(&w, in, said, out);
	dx_arena_release(&w.scratch);
	return changed;
}
