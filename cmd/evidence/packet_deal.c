/* dealix-evidence packet deal_closure: what shows that a deal was won. */
#include <string.h>

#include "base/file.h"
#include "evidence.h"
#include "op/deal_close.h"
#include "packet.h"

static bool
take(struct dx_deal_files *f, const char *word)
{
	const char *equals = strchr(word, '='), *file = equals != NULL ? equals + 1 : word;
	size_t n = equals != NULL ? (size_t)(equals - word) : 0;
	const char **to = NULL;

	if (equals == NULL || strncmp(word, "event=", 6) == 0)
		to = &f->event;
	else if (strncmp(word, "sections=", 9) == 0)
		to = &f->all;
	for (size_t i = 0; to == NULL && i < DX_DEAL_SECTIONS; i++)
		if (strlen(dx_deal_sections[i]) == n && strncmp(dx_deal_sections[i], word, n) == 0)
			to = &f->section[i];
	if (to == NULL || *to != NULL || file[0] == '\0')
		return false;
	*to = file;
	return true;
}

/* pack.json beside what is printed. */
static int
write_pack(const char *path, const struct dx_json *pack, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int rc;

	if (path == NULL || pack->type != DX_JSON_OBJECT)
		return 0;
	dx_json_canon(pack, &text);
	dx_buf_putc(&text, '\n');
	rc = dx_file_replace(path, text.data, text.len, err);
	dx_buf_release(&text);
	return rc;
}

static int
close_deal(struct dx_call *c, struct dx_session_options *so, const struct dx_deal_files *f, const char *output, struct dx_err *err)
{
	struct dx_session s = { 0 };
	struct dx_arena a = { 0 };
	struct dx_deal_event e;
	struct dx_deal_closed closed;
	int rc = dx_op_deal_event(f, &a, &e, err);

	if (rc == 0 && so->tenant == NULL)
		so->tenant = e.tenant_id;
	if (rc == 0)
		rc = dx_session_open(so, DX_SESSION_WRITE, &s, err);
	if (rc == 0)
		rc = dx_op_deal_close(&s, f, &e, &a, &closed, err);
	if (rc == 0)
		rc = write_pack(output, &closed.pack, err);
	if (rc == 0) {
		dx_evidence_print(c, &closed.answer);
		if (closed.replayed)
			dx_tool_note(c, "replayed");
		if (!closed.complete)
			rc = dx_err_set(err, DX_R_PACK_APPROVAL_MISSING, "the pack of deal %s lacks approvals", e.deal_id);
	}
	if (s.store != NULL && dx_store_created(s.store))
		dx_tool_note(c, "created the store %s", dx_store_path(s.store));
	dx_session_close(&s);
	dx_arena_release(&a);
	return rc;
}

enum dx_exit
dx_packet_deal(struct dx_call *c, struct dx_session_options *so, const char *output)
{
	struct dx_deal_files f = { 0 };
	struct dx_err err = { 0 };

	for (int i = 1; i < c->operand_count; i++)
		if (!take(&f, c->operands[i]))
			return dx_tool_usage(c, "deal_closure takes the event and sections=, deal=, lead=, activities=, messages=, approvals=, decisions= "
			    "and consents=, each once");
	if (close_deal(c, so, &f, output, &err) != 0)
		dx_tool_error(c, &err);
	return c->exit;
}
