#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "net/http.h"
#include "op/evidence.h"
#include "op/packet.h"
#include "packet/finance.h"

#define WEBHOOK_MS	10000
#define FILES		4

/* --- inputs --- */

static int
read_input(const char *path, struct dx_arena *a, struct dx_doc *out, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int rc = dx_file_read_regular(path, DX_READ_MAX, DX_R_MEDIA_TOO_LARGE, DX_R_JSON_MISSING, &text, err);

	if (rc == 0)
		rc = dx_read_bytes(DX_MEDIA_JSON, text.data != NULL ? text.data : "", text.len, path, NULL, a, out, err);
	dx_buf_release(&text);
	return rc;
}

/* The telemetry's own contract; its report must be about the bytes that were read. */
static int
verify_telemetry(const struct dx_packet_options *o, const struct dx_doc *doc, struct dx_arena *a, struct dx_err *err)
{
	char *word = dx_arena_printf(a, "artifact=%s", o->telemetry), *words[] = { word };
	const char *param = o->max_age_hours == NULL ? NULL : dx_arena_printf(a, "max_artifact_age_hours=%s", o->max_age_hours);
	struct dx_evidence_options eo = { .contract = "finance_telemetry", .level = o->level, .now = o->now, .params = &param,
	    .param_count = param != NULL };
	struct dx_evidence_answer answer;
	struct dx_evidence *e = NULL;
	const struct dx_json *failure;
	const char *sha256;
	char read[DX_SHA256_HEX];
	int rc = -1;

	dx_sha256_hex(&doc->sha256, read);
	if (dx_evidence_open(&eo, &e, err) == 0 && dx_evidence_operands(e, words, 1, err) == 0 && dx_evidence_next(e, &answer, err) == 1) {
		failure = dx_json_item(dx_json_get(&answer.report, "failures"), 0);
		sha256 = dx_json_get_str(dx_json_item(dx_json_get(&answer.report, "inputs"), 0), "sha256");
		if (answer.exit != DX_EXIT_YES)
			(void)dx_err_set(err, DX_R_EVIDENCE_INVALID, "%s does not verify: %s: %s", o->telemetry,
			    dx_json_get_str(failure, "rule"), dx_json_get_str(failure, "message"));
		else if (sha256 == NULL || strcmp(sha256, read) != 0)
			(void)dx_err_set(err, DX_R_FILE_UNREADABLE, "%s changed while it was read", o->telemetry);
		else
			rc = 0;
	}
	dx_evidence_close(e);
	return rc;
}

static int
make(const struct dx_doc *telemetry, const struct dx_doc *assumptions, const char *captured_at, struct dx_arena *a,
    struct dx_finance *out, struct dx_err *err)
{
	struct dx_finance_in in = { &telemetry->root, &assumptions->root, NULL, NULL, captured_at };
	char hex[2][DX_SHA256_HEX];

	dx_sha256_hex(&telemetry->sha256, hex[0]);
	dx_sha256_hex(&assumptions->sha256, hex[1]);
	in.telemetry_sha256 = dx_arena_dup(a, hex[0], DX_SHA256_HEX - 1);
	in.assumptions_sha256 = dx_arena_dup(a, hex[1], DX_SHA256_HEX - 1);
	return dx_finance_make(&in, a, out, err);
}

/* --- outputs --- */

struct file { char name[160]; const struct dx_buf *bytes; };

/* A folder of that name that is not there yet: made beside it, filled, then renamed. */
static int
write_new(const char *folder, const struct file *file, struct dx_arena *a, struct dx_err *err)
{
	char *made = dx_arena_printf(a, "%s.XXXXXX", folder);
	size_t written = 0;
	int rc = 0;

	if (mkdtemp(made) == NULL)
		return dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s", made);
	for (; rc == 0 && written < FILES; written++)
		rc = dx_file_replace(dx_arena_printf(a, "%s/%s", made, file[written].name), file[written].bytes->data != NULL ?
		    file[written].bytes->data : "", file[written].bytes->len, err);
	if (rc == 0 && rename(made, folder) != 0)
		rc = dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s", folder);
	if (rc == 0)
		return 0;
	for (size_t i = 0; i < FILES; i++)
		(void)unlink(dx_arena_printf(a, "%s/%s", made, file[i].name));
	(void)rmdir(made);
	return -1;
}

/* Into a folder that is there: all files are written beside their names before the first is renamed. */
static int
write_into(const char *folder, const struct file *file, struct dx_arena *a, struct dx_err *err)
{
	char *temporary[FILES], *name;
	int rc = 0;

	for (size_t i = 0; i < FILES; i++)
		temporary[i] = dx_arena_printf(a, "%s/.%s.new", folder, file[i].name);
	for (size_t i = 0; rc == 0 && i < FILES; i++)
		rc = dx_file_replace(temporary[i], file[i].bytes->data != NULL ? file[i].bytes->data : "", file[i].bytes->len, err);
	for (size_t i = 0; rc == 0 && i < FILES; i++) {
		name = dx_arena_printf(a, "%s/%s", folder, file[i].name);
		if (rename(temporary[i], name) != 0)
			rc = dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s", name);
	}
	for (size_t i = 0; rc != 0 && i < FILES; i++)
		(void)unlink(temporary[i]);
	return rc == 0 ? dx_dir_sync(folder, err) : -1;
}

static int
write_all(const struct dx_packet_options *o, const struct dx_finance *f, struct dx_arena *a, struct dx_err *err)
{
	struct dx_buf rails = { 0 }, packet = { 0 };
	struct file file[FILES] = { { "", &rails }, { "", &packet }, { "", &f->tiers_csv }, { "", &f->scenarios_csv } };
	struct stat st;
	int rc;

	(void)snprintf(file[0].name, sizeof(file[0].name), "finance_guardrails_%s.json", f->label);
	(void)snprintf(file[1].name, sizeof(file[1].name), "finance_committee_packet_%s.json", f->label);
	(void)snprintf(file[2].name, sizeof(file[2].name), "finance_committee_tier_unit_economics_%s.csv", f->label);
	(void)snprintf(file[3].name, sizeof(file[3].name), "finance_committee_scenarios_%s.csv", f->label);
	dx_finance_text(&f->guardrails, &rails);
	dx_finance_text(&f->packet, &packet);
	rc = stat(o->folder, &st) == 0 ? write_into(o->folder, file, a, err) : write_new(o->folder, file, a, err);
	dx_buf_release(&rails);
	dx_buf_release(&packet);
	return rc;
}

/* --- telling --- */

/* The same packet has the same key, so that a receiver can drop what it was told already. */
static void
tell(const struct dx_packet_options *o, const struct dx_json *packet, struct dx_arena *a, struct dx_err *err)
{
	struct dx_json alert = dx_json_object();
	struct dx_buf body = { 0 };
	struct dx_sha256 digest;
	char key[DX_SHA256_HEX];
	struct dx_http_post p = { .url = o->webhook, .type = "application/json", .key = key, .ca_file = o->webhook_ca,
	    .timeout_ms = WEBHOOK_MS };

	dx_json_put(a, &alert, "captured_at", *dx_json_get(packet, "captured_at"));
	dx_json_put(a, &alert, "event", dx_json_text("finance_gate_failure"));
	dx_json_put(a, &alert, "gate_results", *dx_json_get(packet, "gate_results"));
	dx_json_put(a, &alert, "summary", *dx_json_get(packet, "summary"));
	dx_json_canon(&alert, &body);
	dx_sha256(body.data, body.len, &digest);
	dx_sha256_hex(&digest, key);
	p.body = body.data;
	p.len = body.len;
	if (dx_http_post(&p, NULL, err) != 0)
		(void)dx_err_in(err, "webhook");
	dx_buf_release(&body);
}

int
dx_op_packet_finance(const struct dx_packet_options *o, struct dx_arena *a, struct dx_packet_made *out, struct dx_err *err)
{
	struct dx_doc telemetry = { 0 }, assumptions = { 0 };
	struct dx_finance f = { 0 };
	char now[DX_TIME_TEXT];
	int rc;

	memset(out, 0, sizeof(*out));
	dx_time_print(o->now, now);
	rc = read_input(o->telemetry, a, &telemetry, err);
	if (rc == 0)
		rc = read_input(o->assumptions, a, &assumptions, err);
	if (rc == 0)
		rc = verify_telemetry(o, &telemetry, a, err);
	if (rc == 0)
		rc = make(&telemetry, &assumptions, dx_arena_dup(a, now, strlen(now)), a, &f, err);
	if (rc == 0)
		rc = write_all(o, &f, a, err);
	if (rc == 0) {
		out->packet = f.packet;
		out->gates_passed = f.gates_passed;
		if (o->webhook != NULL && !f.gates_passed)
			tell(o, &f.packet, a, &out->told);
	}
	dx_finance_release(&f);
	return rc;
}
