/* Evidence of the store (release-gates page 1.3): the newest artifacts of a kind on a subject, each judged by what the ledger and the
 * artifact itself say. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "contract/contract.h"
#include "num/num.h"
#include "op/check_inner.h"
#include "op/entries.h"
#include "op/record.h"
#include "op/trace.h"
#include "pack/envelope.h"

#define FUTURE_US	INT64_C(300000000)
#define HOUR_US		INT64_C(3600000000)

/* One artifact under way. */
struct artifact {
	struct dx_step		*step;
	struct dx_session	*session;
	struct dx_arena		*a;
	const char		*sha256;
	const struct dx_json	*recorded, *verified;	/* entries */
	char			*bytes;
	size_t			 len;
	struct dx_json		 document;	/* null: it is none, or nobody knows how to read it */
	int64_t			 time, oldest;	/* us: its own, and that of the oldest source it rests on */
};

static bool
fail(struct artifact *x, enum dx_reason reason, const char *what)
{
	dx_step_fail(x->step, reason, "%s %.12s: %s", x->step->check->u.evidence.kind, x->sha256, what);
	return false;
}

/* --- what was said of it --- */

static bool
is_judged(struct artifact *x, struct dx_err *err)
{
	const struct dx_check_evidence *e = &x->step->check->u.evidence;
	int got = dx_entry_verdict(x->session, x->sha256, x->a, &x->verified, err);
	const char *verdict = dx_entry_detail(x->verified, "verdict"), *contract = dx_entry_detail(x->verified, "contract"),
	    *level = dx_entry_detail(x->verified, "level");

	if (got < 0)
		return false;
	if (got == 0)
		return fail(x, DX_R_EVIDENCE_INVALID, "no contract has judged it");
	if (contract == NULL || strcmp(contract, e->kind) != 0)
		return fail(x, DX_R_EVIDENCE_INVALID, "its last verdict is that of another contract");
	if (verdict == NULL || strcmp(verdict, "pass") != 0)
		return fail(x, DX_R_EVIDENCE_INVALID, "its last verdict is no pass");
	if (e->strict && (level == NULL || strcmp(level, "strict") != 0))
		return fail(x, DX_R_EVIDENCE_INVALID, "its last verdict was not given at strict");
	return true;
}

static bool
is_whole(struct artifact *x, struct dx_err *err)
{
	struct dx_err why = { 0 };
	int got = dx_store_payload(x->session->store, x->a, x->sha256, &x->bytes, &x->len, &why);

	if (got > 0)
		return true;
	if (got < 0 && why.reason == DX_R_STORE_CORRUPT)
		return fail(x, DX_R_EVIDENCE_HASH, "the bytes in the store are others");
	if (got == 0)
		(void)dx_err_set(err, DX_R_PAYLOAD_MISSING, "the bytes of artifact %s are missing", x->sha256);
	else
		*err = why;
	return false;
}

/* --- its time --- */

/* The contract that judged it, as it was then; NULL: it cannot be had. */
static struct dx_contract *
contract_of(struct artifact *x)
{
	const char *report_sha256 = dx_entry_detail(x->verified, "report_sha256"), *sha256;
	struct dx_contract *c = NULL;
	struct dx_json report;
	char *text;
	size_t len;

	if (report_sha256 == NULL || dx_session_payload(x->session, report_sha256, x->a, &report, NULL) != 0)
		return NULL;
	sha256 = dx_json_get_str(&report, "contract_sha256");
	if (sha256 == NULL || dx_store_payload(x->session->store, x->a, sha256, &text, &len, NULL) <= 0 ||
	    dx_contract_parse(text, len, &c, NULL) != 0)
		return NULL;
	return c;
}

/* The role that the artifact had among the files of its contract; NULL: it was the only one. */
static const char *
role_of(struct artifact *x)
{
	const char *provenance = dx_entry_detail(x->recorded, "provenance_sha256");
	struct dx_json doc;

	if (provenance == NULL || dx_session_payload(x->session, provenance, x->a, &doc, NULL) != 0)
		return NULL;
	return dx_json_get_str(&doc, "role");
}

static bool
read_document(struct artifact *x, const struct dx_contract *c, const char *role, struct dx_doc *doc)
{
	enum dx_media media = DX_MEDIA_JSON;

	for (size_t i = 0; c != NULL && i < c->input_count; i++)
		if (i == 0 || (role != NULL && strcmp(c->inputs[i].role, role) == 0))
			media = c->inputs[i].media;
	if (media == DX_MEDIA_SCAN || media == DX_MEDIA_PACKET || media == DX_MEDIA_BYTES ||
	    dx_read_bytes(media, x->bytes, x->len, x->sha256, NULL, x->a, doc, NULL) != 0)
		return false;
	x->document = doc->root;
	return true;
}

/* A member of the document, or of its provenance (page 10). */
static const char *
stated(const struct artifact *x, const char *name)
{
	const char *own = dx_json_get_str(&x->document, name);

	return own != NULL ? own : dx_json_get_str(dx_json_get(&x->document, "provenance"), name);
}

/* freshness_hours: how old the oldest source was when the document was generated. */
static bool
is_hours(const char *text, int64_t *us)
{
	struct dx_nums *nums = dx_nums_new();
	const struct dx_num *n = dx_num_parse(nums, text, strlen(text));
	bool good = n != NULL && dx_num_sign(n) >= 0 &&
	    dx_num_int64(dx_num_round(nums, dx_num_mul(nums, n, dx_num_int(nums, HOUR_US)), 0), us);

	dx_nums_free(nums);
	return good;
}

static bool
find_time(struct artifact *x, struct dx_err *err)
{
	struct dx_contract *c = contract_of(x);
	const char *role = role_of(x), *at = dx_json_get_str(x->recorded, "recorded_at"), *generated, *hours;
	struct dx_doc doc;
	int64_t older, made;
	bool have = read_document(x, c, role, &doc) && c != NULL && dx_contract_instant(c, c->input_count > 1 ? role : NULL, &doc, x->a, &x->time);

	dx_contract_free(c);
	generated = stated(x, "generated_at");
	hours = stated(x, "freshness_hours");
	if (!have && generated != NULL)
		have = dx_time_parse(generated, &x->time, NULL) == 0;
	if (!have && dx_time_parse(at != NULL ? at : "", &x->time, err) != 0)
		return false;
	x->oldest = x->time;
	if (hours == NULL)
		return true;
	made = x->time;
	if (generated != NULL && dx_time_parse(generated, &made, NULL) != 0)
		made = x->time;
	if (!is_hours(hours, &older) || older > made)
		return fail(x, DX_R_EVIDENCE_STALE, "its freshness_hours is no number of hours");
	x->oldest = made - older < x->oldest ? made - older : x->oldest;
	return true;
}

static bool
is_in_time(struct artifact *x, struct dx_err *err)
{
	const struct dx_check_evidence *e = &x->step->check->u.evidence;
	int64_t now = x->step->now;
	char at[DX_TIME_TEXT];

	if (!find_time(x, err))
		return false;
	dx_time_print(x->time, at);
	if (x->time > now + FUTURE_US)
		return fail(x, DX_R_EVIDENCE_FUTURE, dx_arena_printf(x->a, "it says it is from %s", at));
	dx_time_print(x->oldest, at);
	if (e->max_age_s >= 0 && now - x->oldest > e->max_age_s * 1000000)
		return fail(x, DX_R_EVIDENCE_STALE, dx_arena_printf(x->a, "it, or the oldest it rests on, is from %s; at most %" PRId64
		    " s may have passed", at, e->max_age_s));
	return true;
}

/* --- who stands for it --- */

/* An envelope of attest over these bytes, signed by a trusted key. */
static bool
is_signed_by(struct artifact *x, const struct dx_json *entry, struct dx_err *why)
{
	static const struct dx_keys none;
	const char *sha256 = dx_entry_detail(entry, "attestation_sha256");
	struct dx_statement statement;
	struct dx_envelope *e = dx_arena_alloc(x->a, sizeof(*e));
	struct dx_sha256 want;
	struct dx_json doc;

	if (sha256 == NULL || dx_session_payload(x->session, sha256, x->a, &doc, why) != 0 ||
	    dx_envelope_read(&doc, DX_R_EVIDENCE_SIGNATURE, x->a, e, why) != 0 ||
	    dx_envelope_verify(e, x->step->store->trust != NULL ? x->step->store->trust : &none, 1, NULL, why) != 0 ||
	    dx_statement_read(e, DX_R_EVIDENCE_SIGNATURE, x->a, &statement, why) != 0 || !dx_sha256_unhex(x->sha256, &want))
		return false;
	for (size_t i = 0; i < statement.count; i++)
		if (memcmp(&statement.subject[i].sha256, &want, sizeof(want)) == 0)
			return true;
	(void)dx_err_set(why, DX_R_EVIDENCE_SIGNATURE, "the statement that was signed is about something else");
	return false;
}

static bool
is_signed(struct artifact *x, struct dx_err *err)
{
	struct dx_evidence_filter f = { .event = "evidence_attested", .subject_id = x->sha256 };
	struct dx_evidence_row *row;
	const struct dx_json *entry;
	struct dx_err worst = { 0 };
	size_t n;

	if (dx_store_evidence(x->session->store, x->a, &f, &row, &n, err) != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct dx_err why = { 0 };

		if ((entry = dx_entry_of(x->session, &row[i], x->a, err)) == NULL)
			return false;
		if (is_signed_by(x, entry, &why))
			return true;
		if (worst.reason != DX_R_EVIDENCE_SIGNATURE)
			worst = why;
	}
	if (n == 0)
		return fail(x, DX_R_EVIDENCE_UNSIGNED, "nobody has signed it");
	return fail(x, worst.reason == DX_R_EVIDENCE_SIGNATURE ? DX_R_EVIDENCE_SIGNATURE : DX_R_EVIDENCE_UNSIGNED, worst.text);
}

static bool
is_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* A pack that holds it was reviewed by another person than who assembled it and who recorded it. */
static bool
is_reviewed_by(struct artifact *x, const struct dx_json *entry)
{
	const char *sha256 = dx_entry_detail(entry, "pack_sha256"), *reviewer = dx_json_get_str(dx_json_get(entry, "actor"), "id");
	const struct dx_json *item;
	struct dx_json pack;

	if (sha256 == NULL || reviewer == NULL || dx_session_payload(x->session, sha256, x->a, &pack, NULL) != 0 ||
	    is_same(reviewer, dx_json_get_str(&pack, "assembled_by")) ||
	    is_same(reviewer, dx_json_get_str(dx_json_get(x->recorded, "actor"), "id")))
		return false;
	for (size_t i = 0; (item = dx_json_item(dx_json_get(&pack, "contents"), i)) != NULL; i++)
		if (is_same(dx_json_get_str(item, "sha256"), x->sha256))
			return true;
	return false;
}

static bool
is_reviewed(struct artifact *x, struct dx_err *err)
{
	struct dx_evidence_filter f = { .event = "pack_reviewed" };
	struct dx_evidence_row *row;
	const struct dx_json *entry;
	size_t n;

	if (dx_store_evidence(x->session->store, x->a, &f, &row, &n, err) != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		if ((entry = dx_entry_of(x->session, &row[i], x->a, err)) == NULL)
			return false;
		if (is_reviewed_by(x, entry))
			return true;
	}
	return fail(x, DX_R_EVIDENCE_UNREVIEWED, "no pack with it was reviewed by somebody else");
}

/* Recorded with the id of a trace that is complete (page 6.3). */
static bool
is_traced(struct artifact *x, struct dx_err *err)
{
	const char *trace_id = dx_entry_detail(x->recorded, "trace_id"), *why = "";
	struct dx_trace_verdict verdict;
	struct dx_trace t;

	if (trace_id == NULL)
		return fail(x, DX_R_EVIDENCE_TRACE, "it was recorded without a trace id");
	if (dx_trace_judge(x->session->store, x->session->tenant, trace_id, x->a, &t, &verdict, err) != 0)
		return false;
	for (unsigned i = 0; i < verdict.error_count; i++)
		why = dx_arena_printf(x->a, "%s%s%s", why, i > 0 ? ", " : "", dx_reason_code(verdict.error[i]));
	return verdict.complete || fail(x, DX_R_EVIDENCE_TRACE, dx_arena_printf(x->a, "its trace %s is not complete: %s", trace_id, why));
}

/* --- all of it --- */

static bool
holds(struct artifact *x, struct dx_err *err)
{
	const struct dx_check_evidence *e = &x->step->check->u.evidence;

	return is_judged(x, err) && is_whole(x, err) && is_in_time(x, err) && (!e->require_signature || is_signed(x, err)) &&
	    (!e->require_review || is_reviewed(x, err)) && (!e->trace || is_traced(x, err));
}

/* Nothing on the subject: is there something on another? */
static void
none(struct dx_step *s, size_t found, struct dx_err *err)
{
	const struct dx_check_evidence *e = &s->check->u.evidence;
	struct dx_evidence_filter f = { .event = "evidence_recorded", .kind = e->kind, .limit = 1 };
	struct dx_evidence_row *row;
	size_t n;

	if (dx_store_evidence(s->store->session->store, &s->arena, &f, &row, &n, err) != 0)
		return;
	if (found == 0 && n > 0 && strcmp(e->subject, "HEAD") == 0)
		dx_step_fail(s, DX_R_EVIDENCE_WRONG_SUBJECT, "evidence of kind %s is there, but of commit %.12s, not of HEAD", e->kind,
		    row->commit_id != NULL ? row->commit_id : "none");
	else
		dx_step_fail(s, DX_R_EVIDENCE_MISSING, "%zu artifacts of kind %s on %.12s are in the store, %" PRId64 " must be", found, e->kind,
		    e->subject, e->min_count);
}

/* The newest artifacts, each once: all of those asked for must hold. */
static void
judge(struct dx_step *s, const struct dx_evidence_row *row, size_t n, struct dx_err *err)
{
	const struct dx_check_evidence *e = &s->check->u.evidence;
	struct dx_json seen = dx_json_object();
	struct dx_inputs in = { 0 };
	struct dx_sha256 digest;

	for (size_t i = 0; i < n && seen.count < e->min_count; i++) {
		struct artifact x = { .step = s, .session = s->store->session, .a = &s->arena, .sha256 = row[i].subject_id,
		    .document = dx_json_null() };

		if (dx_json_get(&seen, x.sha256) != NULL)
			continue;
		x.recorded = dx_entry_of(x.session, &row[i], x.a, err);
		if (x.recorded == NULL || !holds(&x, err))
			return;
		dx_json_put(&s->arena, &seen, x.sha256, dx_json_string(&s->arena, dx_json_get_str(x.recorded, "recorded_at")));
	}
	if (seen.count < e->min_count) {
		none(s, seen.count, err);
		return;
	}
	s->result.observed = dx_json_object();
	dx_json_put(&s->arena, &s->result.observed, "artifacts", seen);
	for (uint32_t i = 0; i < seen.count; i++)
		if (dx_sha256_unhex(seen.u.members[i].name, &digest))
			dx_inputs_add(&in, &digest);
	dx_inputs_end(&in, s);
}

void
dx_step_subject(struct dx_step *s)
{
	const struct dx_check_evidence *e = &s->check->u.evidence;
	bool head = strcmp(e->subject, "HEAD") == 0;
	struct dx_evidence_filter f = { .event = "evidence_recorded", .kind = e->kind, .subject_id = head ? NULL : e->subject,
	    .commit_id = head ? s->commit : NULL };
	struct dx_evidence_row *row;
	struct dx_err err = { 0 };
	size_t n;

	if (dx_step_store(s) != 0)
		return;
	if (head && s->commit[0] == '\0')
		dx_step_fail(s, DX_R_EVIDENCE_MISSING, "there is no commit here that evidence could be of");
	else if (dx_store_evidence(s->store->session->store, &s->arena, &f, &row, &n, &err) == 0)
		judge(s, row, n, &err);
	if (err.reason != DX_OK) {
		dx_step_error(s, &err);
		s->result.state = DX_STATE_ERROR;
	}
}
