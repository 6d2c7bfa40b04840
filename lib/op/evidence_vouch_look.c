/* Signatures and envelopes beside an artifact. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "op/evidence_vouch.h"
#include "pack/envelope.h"

#define SIG_MAX		((size_t)1 << 20)	/* bytes of all signatures of one artifact */
#define CHUNK		((size_t)64 << 10)

/* The first fault counts, but one of a signature that does not hold says more than that somebody unknown signed. */
static void
keep_fault(struct dx_voucher *out, enum dx_reason reason, const struct dx_err *fault)
{
	if (out->why.reason == DX_OK || (out->why.reason == DX_R_EVIDENCE_UNSIGNED && reason != DX_R_EVIDENCE_UNSIGNED)) {
		dx_err_clear(&out->why);
		if (fault->reason == reason)
			(void)dx_err_set(&out->why, reason, "%s", fault->text);
		else
			(void)dx_err_set(&out->why, reason, "%s: %s", dx_reason_code(fault->reason), fault->text);
	}
}

/* The bytes of the file beside the artifact, linked to no more than the artifact itself may be.  1: read; 0: none is there. */
static int
read_beside(const struct dx_artifact *f, const char *end, size_t limit, struct dx_arena *a, struct dx_buf *out,
    struct dx_err *err)
{
	struct dx_artifact beside = { .path = dx_arena_printf(a, "%s%s", f->path, end), .below = f->below };
	struct dx_buf why = { 0 };
	int fd, rc = 0;

	switch (dx_artifact_open(&beside, &fd, &why, err)) {
	case DX_OPENED:
		rc = dx_fd_read(fd, beside.path, limit, DX_R_MEDIA_TOO_LARGE, out, err) == 0 ? 1 : -1;
		dx_artifact_close(&beside, fd);
		break;
	case DX_OPENED_MISSING:
		break;
	case DX_OPENED_NOT:
		rc = -1;
		break;
	}
	dx_buf_release(&why);
	return rc;
}

/* --- the artifact once more: a signature may be over another digest than the report's --- */

static int
hash_fd(int fd, const char *name, struct dx_sshsig_message *out, struct dx_err *err)
{
	struct dx_hasher_both *h = dx_hasher_both_new();
	char *chunk = dx_alloc(CHUNK);
	ssize_t got;

	do {
		got = read(fd, chunk, CHUNK);
		if (got > 0)
			dx_hasher_both_add(h, chunk, (size_t)got);
	} while (got > 0 || (got < 0 && errno == EINTR));
	if (got < 0)
		(void)dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot read", name);
	dx_hasher_both_end(h, &out->sha256, &out->sha512);
	free(chunk);
	return got < 0 ? -1 : 0;
}

static int
hash(const struct dx_artifact *f, const struct dx_sha256 *sha256, struct dx_sshsig_message *out, struct dx_err *err)
{
	struct dx_buf why = { 0 };
	int fd, rc = -1;

	switch (dx_artifact_open(f, &fd, &why, err)) {
	case DX_OPENED:
		rc = hash_fd(fd, f->path, out, err);
		dx_artifact_close(f, fd);
		break;
	case DX_OPENED_MISSING:
		rc = dx_err_set(err, DX_R_FILE_UNREADABLE, "%s: gone while it was judged: %s", f->path, why.data);
		break;
	case DX_OPENED_NOT:
		break;
	}
	dx_buf_release(&why);
	if (rc == 0 && sha256 != NULL && memcmp(sha256, &out->sha256, sizeof(*sha256)) != 0)
		rc = dx_err_set(err, DX_R_FILE_UNREADABLE, "%s: changed while it was judged", f->path);
	return rc;
}

/* --- FILE.sig --- */

static void
add_signer(struct dx_voucher *out, const struct dx_principal *p)
{
	for (size_t i = 0; i < out->signers; i++)
		if (out->signer[i] == p)
			return;
	out->signer[out->signers++] = p;
}

static void
check_signatures(const struct dx_vouch *v, const char *text, size_t len, const struct dx_sshsig_message *m, int64_t now,
    struct dx_voucher *out)
{
	const char *at = text, *end = text + len;
	size_t n, count = 0;

	do {
		const struct dx_principal *p;
		struct dx_err err = { 0 };

		n = dx_sshsig_first(at, (size_t)(end - at));
		if (++count > DX_VOUCH_SIGNATURES) {
			(void)dx_err_set(&err, DX_R_SIGNATURE_MALFORMED, "more than %d signatures", DX_VOUCH_SIGNATURES);
			keep_fault(out, DX_R_EVIDENCE_SIGNATURE, &err);
			return;
		}
		if (dx_signer_find(v->principals, NULL, at, n, m, now, &p, &err) == 0)
			add_signer(out, p);
		else
			keep_fault(out, err.reason == DX_R_SIGNATURE_KEY_UNKNOWN ? DX_R_EVIDENCE_UNSIGNED : DX_R_EVIDENCE_SIGNATURE, &err);
		at += n;
	} while (at < end);
}

static int
look_at_signatures(const struct dx_vouch *v, const struct dx_artifact *f, const struct dx_sha256 *sha256, int64_t now,
    struct dx_arena *a, struct dx_voucher *out, struct dx_err *err)
{
	struct dx_sshsig_message m;
	struct dx_buf text = { 0 };
	int rc = read_beside(f, ".sig", SIG_MAX, a, &text, err);

	if (rc < 0 && err->reason == DX_R_MEDIA_TOO_LARGE) {
		keep_fault(out, DX_R_EVIDENCE_SIGNATURE, err);
		dx_err_clear(err);
		rc = 0;
	} else if (rc > 0 && (rc = hash(f, sha256, &m, err)) == 0)
		check_signatures(v, text.data != NULL ? text.data : "", text.len, &m, now, out);
	dx_buf_release(&text);
	return rc;
}

/* --- FILE.dsse --- */

static bool
is_subject(const struct dx_statement *s, const struct dx_sha256 *sha256)
{
	for (size_t i = 0; i < s->count; i++)
		if (memcmp(&s->subject[i].sha256, sha256, sizeof(*sha256)) == 0)
			return true;
	return false;
}

static int
check_envelope(const struct dx_vouch *v, const struct dx_buf *text, const struct dx_sha256 *sha256, struct dx_arena *a,
    bool *signed_by, struct dx_err *err)
{
	struct dx_envelope e;
	struct dx_statement s;
	struct dx_json doc;
	char *copy = dx_arena_dup(a, text->data, text->len);

	if (dx_json_parse(a, copy, text->len, DX_JSON_FOREIGN, &doc, err) != 0 ||
	    dx_envelope_read(&doc, DX_R_EVIDENCE_SIGNATURE, a, &e, err) != 0)
		return -1;
	if (v->trusted.count == 0)
		return dx_err_set(err, DX_R_EVIDENCE_UNSIGNED, "no key is trusted that could have signed the envelope");
	if (dx_envelope_verify(&e, &v->trusted, 1, signed_by, err) != 0 ||
	    dx_statement_read(&e, DX_R_EVIDENCE_SIGNATURE, a, &s, err) != 0)
		return -1;
	if (!is_subject(&s, sha256))
		return dx_err_set(err, DX_R_EVIDENCE_SIGNATURE, "the statement in the envelope is not about these bytes");
	return 0;
}

static int
look_at_envelope(const struct dx_vouch *v, const struct dx_artifact *f, const struct dx_sha256 *sha256, struct dx_arena *a,
    struct dx_voucher *out, struct dx_err *err)
{
	bool *signed_by = dx_arena_alloc(a, dx_size_mul(v->trusted.count + 1, sizeof(*signed_by)));
	struct dx_buf text = { 0 };
	struct dx_err fault = { 0 };
	struct dx_sshsig_message m;
	int rc = read_beside(f, ".dsse", DX_READ_MAX, a, &text, err);

	if (rc < 0 && err->reason == DX_R_MEDIA_TOO_LARGE) {
		keep_fault(out, DX_R_EVIDENCE_SIGNATURE, err);
		dx_err_clear(err);
		rc = 0;
	}
	if (rc > 0 && sha256 == NULL && hash(f, NULL, &m, err) != 0)
		rc = -1;
	if (rc > 0) {
		if (check_envelope(v, &text, sha256 != NULL ? sha256 : &m.sha256, a, signed_by, &fault) == 0)
			out->signed_by = signed_by;
		else
			keep_fault(out, fault.reason == DX_R_EVIDENCE_UNSIGNED ? DX_R_EVIDENCE_UNSIGNED : DX_R_EVIDENCE_SIGNATURE, &fault);
		rc = 0;
	}
	dx_buf_release(&text);
	return rc;
}

int
dx_vouch_look(const struct dx_vouch *v, const struct dx_artifact *f, const struct dx_sha256 *sha256, int64_t now,
    struct dx_arena *a, struct dx_voucher *out, struct dx_err *err)
{
	*out = (struct dx_voucher){ .signers = 0 };
	if (strcmp(f->path, "-") == 0) {
		(void)dx_err_set(&out->why, DX_R_EVIDENCE_UNSIGNED, "nothing stands beside standard input");
		return 0;
	}
	if (look_at_signatures(v, f, sha256, now, a, out, err) != 0 || look_at_envelope(v, f, sha256, a, out, err) != 0)
		return -1;
	if (out->signers > 0 || out->signed_by != NULL)
		dx_err_clear(&out->why);
	else if (out->why.reason == DX_OK)
		(void)dx_err_set(&out->why, DX_R_EVIDENCE_UNSIGNED, "neither a .sig nor a .dsse");
	return 0;
}
