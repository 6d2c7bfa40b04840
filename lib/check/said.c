#include "check/said.h"

static void
value(const struct dx_json *v, struct dx_buf *out)
{
	if (v->type == DX_JSON_STRING)
		dx_buf_puts(out, dx_json_str(v));
	else if (v->type == DX_JSON_ARRAY)
		for (uint32_t i = 0; i < v->count; i++) {
			dx_buf_puts(out, i > 0 ? ", " : "");
			value(&v->u.items[i], out);
		}
	else
		dx_json_canon(v, out);
}

void
dx_said_members(const struct dx_json *reason, const char *but, struct dx_buf *out)
{
	bool any = false;

	for (uint32_t i = 0; i < reason->count; i++) {
		const struct dx_member *m = &reason->u.members[i];

		if (strcmp(m->name, "code") == 0 || (but != NULL && strcmp(m->name, but) == 0))
			continue;
		dx_buf_printf(out, "%s%s ", any ? ", " : "", m->name);
		value(&m->value, out);
		any = true;
	}
}
