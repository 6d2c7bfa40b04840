/* rules_finding: what a rule put out, made a finding (rules page 2).  A rule is written by people and may be wrong: what it
 * puts out is checked like any input, and a fault of it is a finding itself, so that nothing passes because a rule broke. */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "core/rules.h"
#include "json/pointer.h"

#define TEXT_MAX	1000	/* code points of a message, an address or a fact */
#define FACTS_MAX	64
#define FACT_INT_MAX	INT64_C(9007199254740991)

struct reader {
	struct dx_arena		*a;
	const struct dx_json	*doc;
	enum dx_source		 source;
	struct dx_finding	*out;
};

/* A copy in the arena, not longer than is sane. */
static const char *
text_cut(struct dx_arena *a, const char *s)
{
	size_t n = strlen(s), cut = dx_utf8_cut(s, n, TEXT_MAX);

	if (cut == n)
		return dx_arena_dup(a, s, n);
	return dx_arena_printf(a, "%.*s...", (int)dx_utf8_cut(s, n, TEXT_MAX - 3), s);
}

static const struct dx_json *
step(const struct dx_json *v, const struct dx_json *key)
{
	int64_t i;

	if (dx_json_is(key, DX_JSON_STRING))
		return dx_json_get(v, key->u.text);
	if (!dx_json_int64(key, &i) || i < 0)
		return NULL;
	return dx_json_item(v, (size_t)i);
}

/* The pointer of a jq path array that leads to something in the document, else NULL. */
static const char *
pointer_of(struct reader *r, const struct dx_json *path)
{
	const struct dx_json *v = r->doc;
	struct dx_buf b = { 0 };
	const char *pointer = NULL;
	int64_t n;

	if (!dx_json_is(path, DX_JSON_ARRAY))
		return NULL;
	for (uint32_t i = 0; i < path->count && v != NULL; i++) {
		const struct dx_json *key = &path->u.items[i];

		v = step(v, key);
		if (v == NULL)
			break;
		if (dx_json_is(key, DX_JSON_STRING))
			dx_pointer_name(&b, key->u.text);
		else if (dx_json_int64(key, &n))
			dx_pointer_index(&b, (size_t)n);
	}
	if (v != NULL)
		pointer = dx_arena_dup(r->a, b.data, b.len);
	dx_buf_release(&b);
	return pointer;
}

void
dx_rules_place(struct dx_arena *a, enum dx_source source, const struct dx_json *doc, struct dx_finding *f)
{
	const struct dx_json *changes;

	if (f->pointer[0] != '\0')
		return;
	if (source == DX_SOURCE_K8S && dx_pointer_find(doc, "/request/object") != NULL)
		f->pointer = "/request/object";
	if (source != DX_SOURCE_TERRAFORM || f->address == NULL)
		return;
	changes = dx_json_get(doc, "resource_changes");
	for (size_t i = 0; dx_json_item(changes, i) != NULL; i++) {
		const char *s = dx_json_get_str(dx_json_item(changes, i), "address");

		if (s != NULL && strcmp(s, f->address) == 0) {
			f->pointer = dx_arena_printf(a, "/resource_changes/%zu", i);
			return;
		}
	}
}

/* False when it is no object of strings, integers and booleans. */
static bool
read_facts(struct reader *r, const struct dx_json *v)
{
	struct dx_json facts = dx_json_object();

	if (!dx_json_is(v, DX_JSON_OBJECT) || v->count > FACTS_MAX)
		return false;
	for (uint32_t i = 0; i < v->count; i++) {
		const struct dx_member *m = &v->u.members[i];
		const char *name = dx_arena_dup(r->a, m->name, m->name_len);
		int64_t n;

		if (dx_utf8_count(m->name, m->name_len) > TEXT_MAX)
			return false;
		if (dx_json_is(&m->value, DX_JSON_STRING))
			dx_json_put(r->a, &facts, name, dx_json_text(text_cut(r->a, m->value.u.text)));
		else if (dx_json_is_bool(&m->value))
			dx_json_put(r->a, &facts, name, dx_json_bool(m->value.type == DX_JSON_TRUE));
		else if (dx_json_int64(&m->value, &n) && n >= -FACT_INT_MAX && n <= FACT_INT_MAX)
			dx_json_put(r->a, &facts, name, dx_json_int(r->a, n));
		else
			return false;
	}
	r->out->facts = facts;
	return true;
}

/* NULL, or what is wrong with one member of an output. */
static const char *
read_member(struct reader *r, const struct dx_member *m)
{
	const char *s = dx_json_str(&m->value);

	if (strcmp(m->name, "message") == 0) {
		r->out->message = s;
		return s != NULL ? NULL : "its message is not a string";
	}
	if (strcmp(m->name, "address") == 0) {
		r->out->address = s;
		return s != NULL ? NULL : "its address is not a string";
	}
	if (strcmp(m->name, "path") == 0) {
		r->out->pointer = pointer_of(r, &m->value);
		return r->out->pointer != NULL ? NULL : "its path is not in the document";
	}
	if (strcmp(m->name, "facts") == 0)
		return read_facts(r, &m->value) ? NULL : "its facts are not an object of strings, integers and booleans";
	return "it has a member that is not message, address, path or facts";
}

static const char *
read_object(struct reader *r, const struct dx_json *output)
{
	const char *wrong = NULL;

	for (uint32_t i = 0; i < output->count && wrong == NULL; i++)
		wrong = read_member(r, &output->u.members[i]);
	if (wrong == NULL && r->out->message == NULL)
		wrong = "it has no message";
	return wrong;
}

/* NULL, or what is wrong with the output. */
static const char *
read_output(struct reader *r, const struct dx_rule *rule, const struct dx_json *output)
{
	switch ((enum dx_json_type)output->type) {
	case DX_JSON_STRING:
		r->out->message = output->u.text;
		return NULL;
	case DX_JSON_TRUE:
		r->out->message = rule->title;
		return NULL;
	case DX_JSON_OBJECT:
		return read_object(r, output);
	case DX_JSON_NUMBER:
		return "it is a number";
	case DX_JSON_ARRAY:
		return "it is an array";
	case DX_JSON_NULL:
	case DX_JSON_FALSE:
		break;
	}
	DX_BUG("an output that means nothing, read as a finding");
}

static struct dx_finding
blank(const struct dx_rules *rules, const struct dx_rule *rule)
{
	return (struct dx_finding){
		.rules_id = rules->id, .rule_id = rule->id, .remedy = rule->remedy, .effect = rule->effect,
		.severity = rule->severity, .facts = dx_json_null()
	};
}

/* The finding that says a rule is broken: it counts as a violation at least. */
static void
broken(struct dx_finding *f, enum dx_reason code, const char *message)
{
	f->code = dx_reason_code(code);
	f->message = message;
	if (f->effect > DX_EFFECT_VIOLATION)
		f->effect = DX_EFFECT_VIOLATION;
}

bool
dx_rules_finding(struct dx_arena *a, const struct dx_rules *rules, const struct dx_rule *rule, const struct dx_json *output,
    const char *message, enum dx_source source, const struct dx_json *doc, struct dx_finding *out)
{
	struct dx_finding f = blank(rules, rule);
	struct reader r = { .a = a, .doc = doc, .source = source, .out = &f };
	const char *wrong;

	if (output != NULL && (output->type == DX_JSON_NULL || output->type == DX_JSON_FALSE))
		return false;
	if (output == NULL) {
		broken(&f, DX_R_RULE_ERROR, dx_arena_printf(a, "the rule failed: %s", message != NULL ? message : ""));
	} else if ((wrong = read_output(&r, rule, output)) != NULL) {
		f = blank(rules, rule);
		broken(&f, DX_R_RULE_OUTPUT_INVALID, dx_arena_printf(a, "the rule's output is not a finding: %s", wrong));
	}
	if (f.pointer == NULL)
		f.pointer = "";
	f.message = text_cut(a, f.message[0] != '\0' ? f.message : rule->title);
	if (f.address != NULL)
		f.address = text_cut(a, f.address);
	*out = f;
	return true;
}
