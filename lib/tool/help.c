#include <string.h>

#include "tool/opt.h"

#define COLUMN	28	/* where the explanations start */

static void
pad(struct dx_buf *out, size_t from)
{
	if (out->len - from + 2 > COLUMN) {
		dx_buf_putc(out, '\n');
		from = out->len;
	}
	while (out->len - from < COLUMN)
		dx_buf_putc(out, ' ');
}

static void
option_line(const struct dx_opt *o, struct dx_buf *out)
{
	size_t from = out->len;

	if (o->letter != 0)
		dx_buf_printf(out, "  -%c, --%s", o->letter, o->name);
	else
		dx_buf_printf(out, "      --%s", o->name);
	if (o->arg != NULL)
		dx_buf_printf(out, " %s", o->arg);
	pad(out, from);
	dx_buf_puts(out, o->help);
	if (o->kind == DX_OPT_LIST)
		dx_buf_puts(out, " (may be repeated)");
	dx_buf_putc(out, '\n');
}

static void
common_options(const struct dx_tool *t, struct dx_buf *out)
{
	bool exports = t->around != NULL && t->around->exports;

	for (const struct dx_opt *o = dx_opt_common_next(NULL, exports); o != NULL; o = dx_opt_common_next(o, exports))
		option_line(o, out);
}

void
dx_opt_help_tool(const struct dx_tool *t, struct dx_buf *out)
{
	dx_buf_printf(out, "usage: %s VERB [OPTION]... [OPERAND]...\n", t->name);
	for (const struct dx_verb *v = t->verbs; v->name != NULL; v++)
		if (v->name[0] == '\0')
			dx_buf_printf(out, "       %s [OPTION]... %s\n", t->name, v->operands);
	dx_buf_printf(out, "%s\n\nverbs:\n", t->summary);
	for (const struct dx_verb *v = t->verbs; v->name != NULL; v++) {
		size_t from = out->len;
		if (v->name[0] == '\0')
			continue;
		dx_buf_printf(out, "  %s", v->name);
		pad(out, from);
		dx_buf_printf(out, "%s\n", v->summary);
	}
	dx_buf_puts(out, "\noptions:\n");
	common_options(t, out);
	dx_buf_printf(out, "      --completion SHELL\n");
	for (int i = 0; i < COLUMN; i++)
		dx_buf_putc(out, ' ');
	dx_buf_printf(out, "print a completion script: bash, zsh or fish\n");
	dx_buf_printf(out, "\n%s VERB -h lists a verb's options; man %s says more.\n", t->name, t->name);
}

void
dx_opt_help_verb(const struct dx_tool *t, const struct dx_verb *v, struct dx_buf *out)
{
	dx_buf_printf(out, "usage: %s%s%s [OPTION]...%s%s\n%s\n\noptions:\n", t->name, v->name[0] != '\0' ? " " : "",
	    v->name, v->operands != NULL ? " " : "",
	    v->operands != NULL ? v->operands : "", v->summary);
	for (const struct dx_opt *o = v->opts; o->kind != DX_OPT_END; o++)
		option_line(o, out);
	common_options(t, out);
}
