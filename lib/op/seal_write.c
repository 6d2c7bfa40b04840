/* A pack signed, written and noted, all or nothing. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "op/entries.h"
#include "op/seal_inner.h"

int
dx_seal_sign(struct sealing *p, const struct dx_pack *pack, const struct dx_buf *document, struct dx_buf *envelope, struct dx_err *err)
{
	const struct dx_json **report = dx_arena_alloc(p->a, dx_size_mul(p->reports.count + 1, sizeof(*report)));
	struct dx_pack_verdict *verdict;
	struct dx_buf statement = { 0 };
	struct dx_sha256 digest;
	size_t n;
	int rc;

	for (uint32_t i = 0; i < p->reports.count; i++)
		report[i] = &p->reports.u.items[i];
	if (dx_pack_verdicts(report, p->reports.count, DX_R_STORE_CORRUPT, p->a, &verdict, &n, err) != 0)
		return -1;
	dx_sha256(document->data, document->len, &digest);
	dx_pack_statement(pack, &digest, verdict, n, p->a, &statement);
	rc = dx_envelope_make(DX_INTOTO_PAYLOAD, statement.data, statement.len, p->o->keys->key, p->o->keys->count, envelope, err);
	dx_buf_release(&statement);
	return rc;
}

/* The bytes of a member, from the store. */
static int
open_member(void *ctx, const char *name, struct dx_pack_bytes *out, struct dx_err *err)
{
	struct sealing *p = ctx;
	const char *slash = strchr(name, '/');
	char sha256[DX_SHA256_HEX], *bytes;
	int found;

	out->fd = -1;
	if (strcmp(name, DX_PACK_LEDGER) == 0) {
		out->bytes = p->slice.data;
		out->n = p->slice.len;
		return 0;
	}
	if (slash == NULL || strlen(slash + 1) < DX_SHA256_HEX - 1)
		return dx_err_set(err, DX_R_PACK_MEMBER, "no member %s", name);
	memcpy(sha256, slash + 1, DX_SHA256_HEX - 1);
	sha256[DX_SHA256_HEX - 1] = '\0';
	dx_arena_reset(&p->held);
	found = dx_store_payload(p->s->store, &p->held, sha256, &bytes, &out->n, err);
	if (found == 0)
		return dx_err_set(err, DX_R_PAYLOAD_MISSING, "payload %s is missing", sha256);
	out->bytes = bytes;
	return found < 0 ? -1 : 0;
}

static int
note(struct sealing *p, const struct dx_json *doc, const struct dx_buf *document, struct dx_err *err)
{
	struct dx_payload payload = dx_payload_bytes(document->data, document->len);
	struct dx_json details = dx_json_object();

	payload.doc = doc;
	dx_json_put(p->a, &details, "pack_sha256", dx_json_text(payload.sha256));
	dx_json_put(p->a, &details, "pack_type", dx_json_text(p->o->pack_type));
	dx_json_put(p->a, &details, "stage", dx_json_text(p->stage));
	if (p->trace_id != NULL)
		dx_json_put(p->a, &details, "trace_id", dx_json_text(p->trace_id));
	return dx_session_append(p->s, DX_EVENT_PACK_SEALED, dx_json_get_str(doc, "id"), details, &payload, 1, dx_clock_now(), NULL, err);
}

/* The archive beside its name, synced; committed; renamed: a name that is there is a pack that the ledger knows. */
int
dx_seal_write(struct sealing *p, const struct dx_pack *pack, const struct dx_json *doc, const struct dx_buf *document,
    const struct dx_buf *envelope, struct dx_err *err)
{
	char *temporary = dx_arena_printf(p->a, "%s.XXXXXX", p->o->output), *slash;
	struct stat st;
	int fd, rc;

	/* The ledger would know of a pack that cannot have its name. */
	if (stat(p->o->output, &st) == 0 && !S_ISREG(st.st_mode))
		return dx_err_set(err, DX_R_FILE_UNWRITABLE, "%s is there and no regular file", p->o->output);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s", p->o->output);
	rc = dx_pack_write(fd, p->o->output, pack, document, envelope, open_member, p, err);
	if (rc == 0 && fsync(fd) != 0)
		rc = dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s", p->o->output);
	if (close(fd) != 0 && rc == 0)
		rc = dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s", p->o->output);
	if (rc == 0 && (rc = note(p, doc, document, err)) == 0)
		rc = dx_store_commit(p->s->store, err);
	if (rc == 0 && rename(temporary, p->o->output) != 0)
		rc = dx_err_sys(err, DX_R_FILE_UNWRITABLE, errno, "%s", p->o->output);
	if (rc != 0) {
		(void)unlink(temporary);
		return -1;
	}
	slash = strrchr(temporary, '/');
	if (slash != NULL)
		*slash = '\0';
	return dx_dir_sync(slash == NULL ? "." : slash == temporary ? "/" : temporary, err);
}
