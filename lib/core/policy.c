#include "core/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "core/hash.h"
#include "core/policy_parts.h"
#include "json/pick.h"

/* A document being read: its canonical form is built in `scratch`, plain values go straight to the policy. */
struct reader {
	struct dx_arena		 scratch;
	struct dx_policy	*policy;
	struct dx_pick		 pick;		/* of the section at hand */
	struct dx_err		*err;
};

static void *
place(struct reader *r, const struct dx_policy_member *m)
{
	return (char *)r->policy + m->to;
}

static void
keep_bool(struct reader *r, const struct dx_policy_member *m, bool b)
{
	if (m->to != DX_MEMBER_NOWHERE)
		*(bool *)place(r, m) = b;
}

static bool
is_null(const struct reader *r, const struct dx_policy_member *m)
{
	const struct dx_json *v = dx_json_get(r->pick.object, m->name);

	return v == NULL ? m->otherwise < 0 : v->type == DX_JSON_NULL;
}

static struct dx_json
read_int(struct reader *r, const struct dx_policy_member *m)
{
	bool null = m->kind == DX_MEMBER_INT_OR_NULL && is_null(r, m);
	int64_t n = -1;

	if (null)
		dx_pick_any(&r->pick, m->name);
	else
		n = dx_pick_int(&r->pick, m->name, m->min, m->max, m->otherwise);
	if (m->to != DX_MEMBER_NOWHERE)
		*(int64_t *)place(r, m) = n;
	return null ? dx_json_null() : dx_json_int(&r->scratch, n);
}

static struct dx_json
read_mode(struct reader *r, const struct dx_policy_member *m)
{
	bool null = m->kind == DX_MEMBER_MODE_OR_NULL && is_null(r, m);
	int mode = -1;

	if (null)
		dx_pick_any(&r->pick, m->name);
	else
		mode = dx_pick_enum(&r->pick, m->name, m->words, m->otherwise < 0 ? DX_MODE_SOFT : (int)m->otherwise);
	*(int *)place(r, m) = mode;
	return mode < 0 ? dx_json_null() : dx_json_text(m->words[mode]);
}

static struct dx_json
read_word(struct reader *r, const struct dx_policy_member *m)
{
	int i = dx_pick_enum(&r->pick, m->name, m->words, (int)m->otherwise);

	keep_bool(r, m, i != 0);
	return dx_json_text(m->words[i]);
}

static struct dx_json
read_money(struct reader *r, const struct dx_policy_member *m)
{
	const struct dx_json *v = dx_pick_any(&r->pick, m->name);
	bool null = m->kind == DX_MEMBER_MONEY_OR_NULL && is_null(r, m);
	struct dx_money amount = { null ? 0 : m->otherwise };
	char where[320], text[DX_MONEY_TEXT];

	dx_pick_where(&r->pick, m->name, where);
	if (v != NULL && !null && dx_money_json(v, DX_MONTHLY, where, &amount, r->err) != 0)
		r->pick.failed = true;
	if (m->kind == DX_MEMBER_MONEY_OR_NULL)
		*(struct dx_opt_money *)place(r, m) = (struct dx_opt_money){ !null, amount };
	else
		*(struct dx_money *)place(r, m) = amount;
	if (null)
		return dx_json_null();
	dx_money_print(amount, DX_MONTHLY, text);
	return dx_json_string(&r->scratch, text);
}

static struct dx_json
read_tree(struct reader *r, const struct dx_policy_member *m)
{
	const struct dx_json *v = dx_pick_any(&r->pick, m->name);
	struct dx_json out = dx_json_null();
	char where[320];

	dx_pick_where(&r->pick, m->name, where);
	if (!r->pick.failed && m->read(&r->scratch, v, where, &out, r->err) != 0)
		r->pick.failed = true;
	return out;
}

static void
read_member(struct reader *r, const struct dx_policy_member *m, struct dx_json *section)
{
	struct dx_json v = dx_json_null();
	bool b;

	switch (m->kind) {
	case DX_MEMBER_BOOL:
		b = dx_pick_bool(&r->pick, m->name, m->otherwise != 0);
		keep_bool(r, m, b);
		v = dx_json_bool(b);
		break;
	case DX_MEMBER_INT:
	case DX_MEMBER_INT_OR_NULL:
		v = read_int(r, m);
		break;
	case DX_MEMBER_MODE:
	case DX_MEMBER_MODE_OR_NULL:
		v = read_mode(r, m);
		break;
	case DX_MEMBER_MONEY:
	case DX_MEMBER_MONEY_OR_NULL:
		v = read_money(r, m);
		break;
	case DX_MEMBER_WORD_OR_ABSENT:
	case DX_MEMBER_TREE_OR_ABSENT:
		if (dx_json_get(r->pick.object, m->name) == NULL)
			return;
		v = m->kind == DX_MEMBER_WORD_OR_ABSENT ? read_word(r, m) : read_tree(r, m);
		break;
	case DX_MEMBER_WORD:
		v = read_word(r, m);
		break;
	case DX_MEMBER_TREE:
		v = read_tree(r, m);
		break;
	}
	dx_json_put(&r->scratch, section, m->name, v);
}

/* What is not about one member alone. */
static void
check_entitlements(struct reader *r)
{
	static const char low[] = "auto_approve_below_monthly_usd", high[] = "hard_deny_above_monthly_usd";
	const struct dx_policy *p = r->policy;
	char a[DX_MONEY_TEXT], b[DX_MONEY_TEXT];

	if (p->hard_deny_above.micro == 0)
		dx_pick_fail(&r->pick, high, "must be above 0 at four decimals");
	if (p->auto_approve_below.micro <= p->hard_deny_above.micro)
		return;
	dx_money_print(p->auto_approve_below, DX_MONTHLY, a);
	dx_money_print(p->hard_deny_above, DX_MONTHLY, b);
	dx_pick_fail(&r->pick, dx_json_get(r->pick.object, low) != NULL ? low : high,
	    "%s %s is over %s %s", low, a, high, b);
}

/* Reads the section that the members from *m on belong to, and moves *m behind them. */
static int
read_section(struct reader *r, const struct dx_json *section, const struct dx_policy_member **m, struct dx_json *root)
{
	static const struct dx_json none = { .type = DX_JSON_OBJECT, .offset = DX_JSON_NOWHERE };
	const char *name = (*m)->section;
	struct dx_json out = dx_json_object();
	char at[64] = "/";

	memcpy(at + 1, name, strlen(name) + 1);
	dx_pick_begin(&r->pick, section != NULL ? section : &none, at, DX_R_POLICY_DOCUMENT_INVALID,
	    DX_R_POLICY_DOCUMENT_INVALID, r->err);
	for (; !r->pick.failed && (*m)->section != NULL && strcmp((*m)->section, name) == 0; (*m)++)
		read_member(r, *m, &out);
	if (!r->pick.failed && strcmp(name, "entitlements") == 0)
		check_entitlements(r);
	dx_json_put(&r->scratch, root, name, out);
	return dx_pick_end(&r->pick);
}

/* `schema` or `schema_version`; both must be right where both stand. */
static void
check_schema(struct dx_pick *top)
{
	static const char *const names[] = { "schema", "schema_version" }, *const words[] = { DX_POLICY_SCHEMA, NULL };
	int found = 0;

	for (int i = 0; i < 2; i++) {
		if (dx_json_get(top->object, names[i]) == NULL)
			continue;
		dx_pick_enum(top, names[i], words, -1);
		found++;
	}
	if (found == 0)
		dx_pick_fail(top, "schema", "is missing, must be %s", DX_POLICY_SCHEMA);
}

static int
read_document(struct reader *r, const struct dx_json *doc, struct dx_json *root)
{
	const struct dx_policy_member *m = dx_policy_members;
	struct dx_pick top;

	dx_pick_begin(&top, doc, "", DX_R_POLICY_DOCUMENT_INVALID, DX_R_POLICY_DOCUMENT_INVALID, r->err);
	if (!top.failed)
		check_schema(&top);
	while (!top.failed && m->section != NULL) {
		const struct dx_json *section = dx_pick_any(&top, m->section);

		if (read_section(r, section, &m, root) != 0)
			return -1;
	}
	dx_json_put(&r->scratch, root, "schema_version", dx_json_text(DX_POLICY_SCHEMA));
	return dx_pick_end(&top);
}

static void
seal(struct dx_policy *p, const struct dx_json *root)
{
	const struct dx_json *environments;
	struct dx_sealed s;

	dx_hash_seal(&p->arena, root, &s);
	p->doc = s.doc;
	p->canon = s.canon;
	p->canon_len = s.canon_len;
	memcpy(p->sha256, s.sha256, sizeof(p->sha256));
	environments = dx_json_get(&p->doc, "environments");
	p->aliases = dx_json_get(environments, "aliases");
	p->namespaces = dx_json_get(environments, "namespaces");
	p->routes = dx_policy_load_routes(&p->arena, dx_json_get(dx_json_get(&p->doc, "approval"), "routing_rules"),
	    &p->route_count);
}

int
dx_policy_new(const struct dx_json *doc, struct dx_policy **out, struct dx_err *err)
{
	struct dx_json root = dx_json_object();
	struct dx_policy *p = dx_alloc(sizeof(*p));
	struct reader r = { .policy = p, .err = err };
	int result;

	memset(p, 0, sizeof(*p));
	result = read_document(&r, doc, &root);
	if (result == 0)
		seal(p, &root);
	dx_arena_release(&r.scratch);
	if (result != 0)
		dx_policy_free(p);
	else
		*out = p;
	return result;
}

int
dx_policy_parse(const char *text, size_t len, struct dx_policy **out, struct dx_err *err)
{
	struct dx_arena a = { 0 };
	struct dx_json doc;
	int result = -1;

	if (len > DX_POLICY_MAX)
		return dx_err_set(err, DX_R_JSON_TOO_LARGE, "a policy has at most %u bytes, this one has %zu", DX_POLICY_MAX,
		    len);
	if (dx_json_parse(&a, dx_arena_dup(&a, text, len), len, DX_JSON_OURS, &doc, err) == 0)
		result = dx_policy_new(&doc, out, err);
	dx_arena_release(&a);
	return result;
}

struct dx_policy *
dx_policy_default(void)
{
	static const char text[] = "{\"schema_version\":\"" DX_POLICY_SCHEMA "\"}";
	struct dx_policy *p = NULL;

	if (dx_policy_parse(text, sizeof(text) - 1, &p, NULL) != 0)
		DX_BUG("the default policy is refused");
	return p;
}

void
dx_policy_free(struct dx_policy *p)
{
	if (p == NULL)
		return;
	dx_arena_release(&p->arena);
	free(p);
}
