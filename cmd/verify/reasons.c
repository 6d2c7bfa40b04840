/* What release and settings share: a document from a file or stdin, reasons for people. */
#include "base/file.h"
#include "check/said.h"
#include "report/escape.h"
#include "verify.h"

int
dx_verify_document(const struct dx_call *c, size_t max, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	const char *file = c->operand_count > 0 ? c->operands[0] : "-";
	struct dx_buf text = { 0 };
	int rc = dx_file_read(file, max, DX_R_JSON_TOO_LARGE, &text, err);

	if (rc == 0)
		rc = dx_json_parse(a, dx_arena_dup(a, text.data != NULL ? text.data : "", text.len), text.len, DX_JSON_OURS, out, err);
	if (rc != 0 && c->operand_count > 0)
		(void)dx_err_in(err, "%s", file);
	dx_buf_release(&text);
	return rc;
}

/* "  settings_stale: what it means (age_s 90000, max_age_s 86400)" */
void
dx_verify_reasons(const struct dx_json *reasons, struct dx_buf *out)
{
	for (uint32_t i = 0; i < reasons->count; i++) {
		const struct dx_json *r = &reasons->u.items[i];
		const char *code = dx_json_get_str(r, "code");
		struct dx_buf more = { 0 };

		dx_said_members(r, NULL, &more);
		dx_buf_printf(out, "  %s: %s", code, dx_reason_text(dx_reason_find(code)));
		if (more.len > 0) {
			dx_buf_puts(out, " (");
			dx_plain_text(more.data, out);
			dx_buf_putc(out, ')');
		}
		dx_buf_putc(out, '\n');
		dx_buf_release(&more);
	}
}
