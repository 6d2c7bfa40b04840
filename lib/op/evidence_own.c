/* Documents of ours, verified by what this program knows of them: policies and rules, contracts, plans, waivers, packs by their
 * digests. */
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "check/go.h"
#include "check/plan.h"
#include "check/waivers.h"
#include "op/contract.h"
#include "op/evidence_inner.h"
#include "op/lint.h"
#include "pack/pack.h"

enum own { OWN_NONE, OWN_POLICY_OR_RULES, OWN_CONTRACT, OWN_PACK, OWN_PLAN, OWN_GO, OWN_SAMPLE, OWN_WAIVERS };

static enum own
own_of(const char *schema)
{
	static const struct { const char *schema; enum own own; } known[] = {
		{ "dealix.enforcement.policy.v1", OWN_POLICY_OR_RULES }, { "dealix.rules.v1", OWN_POLICY_OR_RULES },
		{ "dealix.evidence.contract.v1", OWN_CONTRACT }, { "dealix.pack.v1", OWN_PACK },
		{ "dealix.gate.plan.v1", OWN_PLAN }, { "dealix.gate.v1", OWN_PLAN },
		{ "dealix.go.v1", OWN_GO }, { "dealix.phase_sample.v1", OWN_SAMPLE },
		{ "dealix.waivers.v1", OWN_WAIVERS },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].schema, schema) == 0)
			return known[i].own;
	return OWN_NONE;
}

/* Texts that are not the arena's are copied. */
static void
add_finding(struct dx_arena *a, struct dx_json *findings, enum dx_reason reason, const char *at, const char *detail)
{
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "code", dx_json_text(dx_reason_code(reason)));
	dx_json_put(a, &o, "severity", dx_json_text("error"));
	dx_json_put(a, &o, "at", dx_json_string(a, at));
	dx_json_put(a, &o, "detail", dx_json_string(a, detail));
	dx_json_push(a, findings, o);
}

/* A pack.json alone (release-gates page 12): its members, its hash and the digests of its data; the files are not here. */
static int
check_pack(struct dx_buf *text, struct dx_arena *a, struct dx_json *report, struct dx_json *findings, struct dx_err *err)
{
	struct dx_json pack, answer;
	enum dx_reason reason;

	if (dx_json_parse(a, text->data, text->len, DX_JSON_OURS, &pack, err) != 0 ||
	    dx_pack_check(&pack, DX_R_PACK_INVALID, a, &answer, err) != 0)
		return -1;
	for (uint32_t i = 0; i < answer.count; i++)
		dx_json_put(a, report, answer.u.members[i].name, answer.u.members[i].value);
	if (dx_json_get(&answer, "reason") == NULL)
		return 0;
	reason = dx_reason_find(dx_json_get_str(&answer, "reason"));
	add_finding(a, findings, reason, reason == DX_R_PACK_HASH ? "/hash" : "/contents", dx_reason_text(reason));
	return 0;
}

/* A plan by itself: which files and settings a run will have is not known here. */
static int
check_plan(const struct dx_buf *text, struct dx_arena *a, struct dx_json *findings, struct dx_err *err)
{
	struct dx_plan_given none = { .head = "0000000000000000000000000000000000000000" };
	struct dx_faults faults = { 0 };
	struct dx_check_plan *plan = NULL;
	struct dx_tree *here;

	if (dx_tree_open(".", &here, err) != 0)
		return -1;
	(void)dx_check_plan_parse(text->data, text->len, &none, here, &plan, &faults);
	for (size_t i = 0; i < faults.count; i++) {
		const struct dx_err *f = &faults.item[i];
		if (f->reason != DX_R_PLAN_FILE && f->reason != DX_R_PLAN_REQUIRED_WITHOUT_PATH && f->reason != DX_R_PLAN_RUNTIME_ONLY)
			add_finding(a, findings, f->reason, f->at, f->text);
	}
	dx_faults_release(&faults);
	dx_check_plan_free(plan);
	dx_tree_free(here);
	return 0;
}

static int
read_sample(const struct dx_buf *text, struct dx_arena *a, struct dx_err *err)
{
	struct dx_sample sample;
	struct dx_json root;

	if (dx_json_parse(a, dx_arena_dup(a, text->data, text->len), text->len, DX_JSON_OURS, &root, err) != 0)
		return -1;
	return dx_sample_read(&root, &sample, err);
}

/* A release to be decided on, or one sample of its rollout: what can be said without a store.  The release may be named where it is
 * decided on. */
static void
check_release(enum own own, const struct dx_buf *text, struct dx_arena *a, struct dx_json *findings)
{
	struct dx_go *go = NULL;
	struct dx_err why = { 0 };
	int rc = own == OWN_SAMPLE ? read_sample(text, a, &why) : dx_go_parse(text->data, text->len, NULL, &go, &why);

	dx_go_free(go);
	if (rc != 0 && why.reason != DX_R_FIELD_MISSING)
		add_finding(a, findings, why.reason, why.at, why.text);
}

/* Waivers by themselves: whether there are such gates and checks, and which have expired, is for the gate that is given them. */
static void
check_waivers(const struct dx_buf *text, struct dx_arena *a, struct dx_json *findings)
{
	struct dx_faults faults = { 0 };
	struct dx_waivers *w = NULL;

	(void)dx_waivers_parse(text->data, text->len, &w, &faults);
	for (size_t i = 0; i < faults.count; i++)
		add_finding(a, findings, faults.item[i].reason, faults.item[i].at, faults.item[i].text);
	dx_faults_release(&faults);
	dx_waivers_free(w);
}

static int
lint(const char *name, enum own own, struct dx_buf *text, struct dx_arena *a, struct dx_json *findings, struct dx_err *err)
{
	struct dx_json report;
	unsigned errors, warnings;
	int rc = own == OWN_CONTRACT ? dx_op_contract_lint_text(name, text->data, text->len, a, &report, &errors, &warnings, err) :
	    dx_op_lint_text(name, text, NULL, a, &report, &errors, err);

	if (rc == 0)
		*findings = *dx_json_get(&report, "findings");
	return rc;
}

/* What the findings together mean: 2 when the document cannot be read as one, 1 when it is not what it claims, else 0. */
static enum dx_exit
exit_of(const struct dx_json *findings)
{
	enum dx_exit e = DX_EXIT_YES;

	for (uint32_t i = 0; i < findings->count; i++)
		if (strcmp(dx_json_get_str(&findings->u.items[i], "severity"), "error") == 0)
			e = dx_exit_worse(e, dx_reason_exit(dx_reason_find(dx_json_get_str(&findings->u.items[i], "code"))));
	return e;
}

static int
verify(const struct dx_artifact *f, int fd, enum own own, struct dx_arena *a, struct dx_json *report, struct dx_json *findings,
    struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int rc = dx_fd_read(fd, dx_artifact_name(f), DX_READ_MAX, DX_R_JSON_TOO_LARGE, &text, err);

	if (rc == 0) {
		dx_buf_add(&text, "", 0);
		if (own == OWN_GO || own == OWN_SAMPLE)
			check_release(own, &text, a, findings);
		else if (own == OWN_WAIVERS)
			check_waivers(&text, a, findings);
		else
			rc = own == OWN_PACK ? check_pack(&text, a, report, findings, err) :
			    own == OWN_PLAN ? check_plan(&text, a, findings, err) :
			    lint(dx_artifact_name(f), own, &text, a, findings, err);
	}
	dx_buf_release(&text);
	return rc;
}

int
dx_own_verify(const struct dx_artifact *f, int fd, const struct dx_doc *doc, struct dx_arena *a, struct dx_evidence_answer *out,
    struct dx_err *err)
{
	const char *schema = dx_json_get_str(&doc->root, "schema");
	enum own own = own_of(schema);
	struct dx_json findings = dx_json_array();
	char hex[DX_SHA256_HEX];

	if (own == OWN_NONE)
		return 0;
	out->report = dx_json_object();
	if (verify(f, fd, own, a, &out->report, &findings, err) != 0)
		return -1;
	dx_sha256_hex(&doc->sha256, hex);
	out->exit = exit_of(&findings);
	dx_json_put(a, &out->report, "schema", dx_json_text("dealix.verify.report.v1"));
	dx_json_put(a, &out->report, "document", dx_json_string(a, schema));
	dx_json_put(a, &out->report, "path", dx_json_words(a, f->path));
	dx_json_put(a, &out->report, "sha256", dx_json_string(a, hex));
	dx_json_put(a, &out->report, "bytes", dx_json_int(a, (int64_t)doc->bytes));
	dx_json_put(a, &out->report, "ok", dx_json_bool(out->exit == DX_EXIT_YES));
	dx_json_put(a, &out->report, "findings", findings);
	return 1;
}
