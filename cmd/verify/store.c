/* dealix-verify store: a store recomputed. */
#include <stdlib.h>

#include "op/verify.h"
#include "verify.h"

struct args {
	int		 format;
	bool		 no_payloads, strict;
	const char	*tenant, *store;
};

enum { FORMAT_JSON, FORMAT_TEXT };
static const char *const formats[] = { "json", "text", NULL };

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "json, or text for people", 0, 0, FORMAT_JSON, formats },
	{ DX_OPT_FLAG, 0, "no-payloads", NULL, AT(no_payloads), "do not recompute the digests of payloads", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "strict", NULL, AT(strict), "count warnings as errors", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 't', "tenant", "NAME", AT(tenant), "this tenant only; the default is all", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 's', "store", "URL", AT(store), "store: a folder, or sqlite:PATH", 0, 0, 0, NULL },
	{ DX_OPT_END, 0, NULL, NULL, 0, NULL, 0, 0, 0, NULL },
};

static void
print_text(struct dx_buf *out, const struct dx_json *r)
{
	const struct dx_json *findings = dx_json_get(r, "findings");
	int64_t size = 0;

	(void)dx_json_int64(dx_json_get(r, "size"), &size);
	dx_buf_printf(out, "%s  %s  %lld entries  root %s\n", dx_json_is(dx_json_get(r, "ok"), DX_JSON_TRUE) ? "verified" : "DAMAGED ",
	    dx_json_get_str(r, "origin"), (long long)size, dx_json_get_str(r, "root_sha256"));
	for (uint32_t i = 0; findings != NULL && i < findings->count; i++) {
		const struct dx_json *f = &findings->u.items[i];
		int64_t seq;
		if (dx_json_int64(dx_json_get(f, "seq"), &seq))
			dx_buf_printf(out, "  entry %lld: ", (long long)seq);
		else
			dx_buf_puts(out, "  ");
		dx_buf_printf(out, "%s [%s]\n", dx_json_get_str(f, "detail"), dx_json_get_str(f, "code"));
	}
}

static enum dx_exit
verify_store(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_verify_options o = { .store = args->store, .store_env = getenv("DEALIX_STORE"), .tenant = args->tenant,
	    .no_payloads = args->no_payloads, .strict = args->strict };
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json reports;
	unsigned errors, warnings;

	if (dx_op_verify_store(&o, &a, &reports, &errors, &warnings, &err) != 0)
		dx_tool_error(c, &err);
	for (uint32_t i = 0; i < reports.count; i++) {
		if (args->format == FORMAT_TEXT) {
			print_text(&c->out, &reports.u.items[i]);
			continue;
		}
		dx_json_canon(&reports.u.items[i], &c->out);
		dx_buf_putc(&c->out, '\n');
	}
	if (errors > 0)
		dx_tool_exit(c, DX_EXIT_INTEGRITY);	/* a live store that contradicts itself */
	else if (args->strict && warnings > 0)
		dx_tool_exit(c, DX_EXIT_NO);
	dx_arena_release(&a);
	return c->exit;
}

const struct dx_verb dx_verify_store = {
	.name = "store",
	.summary = "recompute a store: chain, tree, payloads, state",
	.opts = opts,
	.args_size = sizeof(struct args),
	.run = verify_store,
};
