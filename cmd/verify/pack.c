/* dealix-verify pack: an evidence pack, from the file alone. */
#include "op/pack_verify.h"
#include "verify.h"

struct args {
	int		 format;
	struct dx_list	 trust;
	int64_t		 threshold;
};

enum { FORMAT_JSON, FORMAT_TEXT };
static const char *const formats[] = { "json", "text", NULL };

#define AT(member)	offsetof(struct args, member)
static const struct dx_opt opts[] = {
	{ DX_OPT_CHOICE, 'F', "format", "FORMAT", AT(format), "json, or text for people", 0, 0, FORMAT_JSON, formats },
	{ DX_OPT_LIST, 0, "trust", "FILE", AT(trust), "trust the public keys in this PEM file", 0, 0, 0, NULL },
	{ DX_OPT_INT, 0, "threshold", "N", AT(threshold), "different trusted keys that must have signed; 1 when not given", 1, 64, 1, NULL },
	DX_OPTIONS_END
};

static const char *
text(const struct dx_json *o, const char *name)
{
	const char *s = dx_json_get_str(o, name);

	return s != NULL ? s : "-";
}

static void
print_text(struct dx_buf *out, const char *file, const struct dx_json *r)
{
	const struct dx_json *findings = dx_json_get(r, "findings"), *left = dx_json_get(r, "not_rerun");

	dx_buf_printf(out, "%s  %s  verdicts %s, ledger %s\n", dx_json_is(dx_json_get(r, "valid"), DX_JSON_TRUE) ? "verified" : "NOT VERIFIED",
	    file, text(r, "verdicts"), text(r, "ledger"));
	for (uint32_t i = 0; findings != NULL && i < findings->count; i++) {
		const struct dx_json *f = &findings->u.items[i];
		const char *member = dx_json_get_str(f, "member");
		dx_buf_printf(out, "  %s%s%s [%s]\n", member != NULL ? member : "", member != NULL ? ": " : "", text(f, "text"), text(f, "code"));
	}
	for (uint32_t i = 0; left != NULL && i < left->count; i++)
		dx_buf_printf(out, "  %s looks at files beside the artifact: of those the signed verdict is all there is\n", dx_json_str(&left->u.items[i]));
}

static void
one(struct dx_call *c, const char *file, const struct dx_keys *keys)
{
	const struct args *args = c->args;
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json report;
	bool valid;

	if (dx_op_pack_verify(file, keys, (size_t)args->threshold, &a, &report, &valid, &err) != 0) {
		if (c->operand_count > 1 && args->format == FORMAT_JSON) {
			dx_tool_error_document(&err, 0, &c->out);
			dx_buf_putc(&c->out, '\n');
		}
		dx_tool_error(c, &err);
	} else {
		if (args->format == FORMAT_TEXT)
			print_text(&c->out, file, &report);
		else {
			dx_json_canon(&report, &c->out);
			dx_buf_putc(&c->out, '\n');
		}
		if (!valid)
			dx_tool_exit(c, DX_EXIT_NO);
	}
	dx_arena_release(&a);
}

static enum dx_exit
verify(struct dx_call *c)
{
	const struct args *args = c->args;
	struct dx_keys keys = { 0 };
	struct dx_err err = { 0 };

	if (args->trust.count == 0)
		return dx_tool_usage(c, "a pack is worth what its signature is: name the keys to trust with --trust FILE");
	for (size_t i = 0; i < args->trust.count; i++)
		if (dx_keys_load(args->trust.item[i], &keys, &err) != 0) {
			(void)dx_err_in(&err, "--trust");
			dx_tool_error(c, &err);
			dx_keys_release(&keys);
			return c->exit;
		}
	for (int i = 0; i < c->operand_count; i++)
		one(c, c->operands[i], &keys);
	dx_keys_release(&keys);
	return c->exit;
}

const struct dx_verb dx_verify_pack = { "pack", "FILE...", "check evidence packs: signature, digests, verdicts, entries", opts,
    sizeof(struct args), 1, -1, verify };
