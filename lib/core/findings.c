#include "core/findings.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A finding and its place before sorting, so that equal ones stay in the order in which the rules gave them. */
struct placed {
	struct dx_finding	finding;
	size_t			at;
};

static int
text_cmp(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "");
}

static int
by_order(const void *x, const void *y)
{
	const struct placed *px = x, *py = y;
	const struct dx_finding *a = &px->finding, *b = &py->finding;
	int c;

	if (a->severity != b->severity)
		return a->severity < b->severity ? -1 : 1;
	if ((c = text_cmp(a->rules_id, b->rules_id)) != 0 || (c = text_cmp(a->rule_id, b->rule_id)) != 0 ||
	    (c = text_cmp(a->address, b->address)) != 0 || (c = text_cmp(a->pointer, b->pointer)) != 0 ||
	    (c = text_cmp(a->message, b->message)) != 0)
		return c;
	return px->at < py->at ? -1 : px->at > py->at;
}

static int
by_id(const void *x, const void *y)
{
	const struct dx_rules_used *a = x, *b = y;

	return strcmp(a->id, b->id);
}

void
dx_findings_sort(struct dx_findings *f)
{
	struct placed *all = dx_alloc(dx_size_mul(f->count, sizeof(*all)));
	size_t i;

	for (i = 0; i < f->count; i++)
		all[i] = (struct placed){ f->item[i], i };
	if (f->count > 1)
		qsort(all, f->count, sizeof(*all), by_order);
	for (i = 0; i < f->count; i++)
		f->item[i] = all[i].finding;
	free(all);
	if (f->used_count > 1)
		qsort(f->used, f->used_count, sizeof(*f->used), by_id);
}

static struct dx_json
finding_object(struct dx_arena *a, const struct dx_finding *f)
{
	struct dx_json o = dx_json_object();

	if (f->address != NULL)
		dx_json_put(a, &o, "address", dx_json_string(a, f->address));
	if (f->code != NULL)
		dx_json_put(a, &o, "code", dx_json_string(a, f->code));
	dx_json_put(a, &o, "effect", dx_json_text(dx_effect_names[f->effect]));
	if (f->facts.type == DX_JSON_OBJECT)
		dx_json_put(a, &o, "facts", dx_json_copy(a, &f->facts));
	dx_json_put(a, &o, "message", dx_json_string(a, f->message));
	dx_json_put(a, &o, "pointer", dx_json_string(a, f->pointer != NULL ? f->pointer : ""));
	if (f->remedy != NULL)
		dx_json_put(a, &o, "remedy", dx_json_string(a, f->remedy));
	dx_json_put(a, &o, "rule_id", dx_json_string(a, f->rule_id));
	dx_json_put(a, &o, "rules_id", dx_json_string(a, f->rules_id));
	dx_json_put(a, &o, "severity", dx_json_text(dx_severity_names[f->severity]));
	return o;
}

struct dx_json
dx_findings_array(struct dx_arena *a, const struct dx_findings *f)
{
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < f->count && i < DX_FINDINGS_MAX; i++)
		dx_json_push(a, &list, finding_object(a, &f->item[i]));
	return list;
}

struct dx_json
dx_rules_array(struct dx_arena *a, const struct dx_findings *f)
{
	struct dx_json list = dx_json_array();

	for (size_t i = 0; i < f->used_count; i++) {
		const struct dx_rules_used *u = &f->used[i];
		struct dx_json o = dx_json_object();

		dx_json_put(a, &o, "applied", dx_json_int(a, u->applied));
		dx_json_put(a, &o, "id", dx_json_string(a, u->id));
		dx_json_put(a, &o, "sha256", dx_json_string(a, u->sha256));
		dx_json_put(a, &o, "version", dx_json_string(a, u->version));
		dx_json_push(a, &list, o);
	}
	return list;
}
