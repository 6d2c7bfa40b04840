#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/time.h"
#include "op/evidence_inner.h"
#include "op/pack_inner.h"
#include "op/pack_verify.h"
#include "pack/pack.h"
#include "read/read.h"

struct checking {
	struct dx_arena	*a;
	struct dx_json	 not_rerun;	/* list of kinds */
};

/* --- contracts run again --- */

/* Whether an input cannot be made again without the tree that it came from. */
static bool
needs_tree(const struct dx_contract *c)
{
	for (size_t i = 0; i < c->input_count; i++)
		if (c->inputs[i].media == DX_MEDIA_SCAN || c->inputs[i].media == DX_MEDIA_COBERTURA)
			return true;
	return false;
}

static void
leave(struct checking *k, const char *kind)
{
	for (uint32_t i = 0; i < k->not_rerun.count; i++)
		if (strcmp(dx_json_str(&k->not_rerun.u.items[i]), kind) == 0)
			return;
	dx_json_push(k->a, &k->not_rerun, dx_json_string(k->a, kind));
}

/* The input of a role as the report has it. */
static const struct dx_json *
input_of(const struct dx_json *report, const char *role)
{
	const struct dx_json *inputs = dx_json_get(report, "inputs");

	for (uint32_t i = 0; inputs != NULL && i < inputs->count; i++) {
		const char *name = dx_json_get_str(&inputs->u.items[i], "role");
		if (name != NULL && strcmp(name, role) == 0)
			return &inputs->u.items[i];
	}
	return NULL;
}

static int
read_input(struct dx_pack_view *v, const struct dx_json *described, enum dx_media media, struct dx_tree *tree, struct dx_arena *a,
    struct dx_contract_input *out, struct dx_err *err)
{
	const char *sha256 = dx_json_get_str(described, "sha256"), *path = dx_json_get_str(described, "path");
	struct dx_buf bytes = { 0 };
	int rc;

	*out = (struct dx_contract_input){ .state = DX_INPUT_NOT_GIVEN };
	if (described == NULL)
		return 0;
	out->path = path;
	if (sha256 == NULL) {
		out->state = DX_INPUT_MISSING;
		return 0;
	}
	rc = dx_pack_file(v, sha256, DX_READ_MAX_XML, DX_R_MEDIA_TOO_LARGE, &bytes, err);
	if (rc == 0) {
		out->state = DX_INPUT_READ;
		if (dx_read_bytes(media, bytes.data != NULL ? bytes.data : "", bytes.len, path != NULL ? path : sha256, tree, a, &out->doc,
		    &out->why) != 0)
			out->state = DX_INPUT_REFUSED;
	}
	dx_buf_release(&bytes);
	return rc;
}

/* Every input of the report is one of the contract's, which is named once. */
static int
check_roles(const struct dx_json *report, const struct dx_contract *c, struct dx_err *err)
{
	const struct dx_json *inputs = dx_json_get(report, "inputs");

	for (uint32_t i = 0; inputs != NULL && i < inputs->count; i++) {
		const char *role = dx_json_get_str(&inputs->u.items[i], "role");
		size_t k = 0;

		while (role != NULL && k < c->input_count && strcmp(c->inputs[k].role, role) != 0)
			k++;
		if (role == NULL || k == c->input_count || input_of(report, role) != &inputs->u.items[i])
			return dx_err_set(err, DX_R_PACK_VERDICT, "a report has an input that its contract %s does not read, or one twice",
			    c->kind);
	}
	return 0;
}

static int
judge(struct dx_pack_view *v, const struct dx_json *report, struct dx_contract *contract, bool *left_out, struct dx_arena *a,
    struct dx_json *again, struct dx_err *err)
{
	struct dx_json files = dx_json_object(), params;
	struct dx_kind kind = { .name = NULL, .contract = contract };
	struct dx_kinds kinds = { 0 };
	struct dx_contract_input in[DX_CONTRACT_INPUTS] = { 0 };
	const char *level = dx_json_get_str(report, "level"), *now = dx_json_get_str(report, "now");
	struct dx_judging j = { .kinds = &kinds, .kind = &kind, .params = &params, .inputs = in, .tree = dx_tree_of(&files),
	    .left_out = left_out };
	int rc;

	j.level = level != NULL && strcmp(level, "base") == 0 ? DX_LEVEL_BASE : DX_LEVEL_STRICT;
	rc = now == NULL ? dx_err_set(err, DX_R_PACK_MEMBER, "a report has no time") : dx_time_parse(now, &j.now, err);
	kinds.now = j.now;
	if (rc == 0)
		rc = dx_contract_params(contract, dx_json_get(report, "params"), a, &params, err);
	for (size_t i = 0; rc == 0 && i < contract->input_count; i++)
		if (dx_kind_is_file(contract->inputs[i].media))
			rc = read_input(v, input_of(report, contract->inputs[i].role), contract->inputs[i].media, j.tree, a, &in[i], err);
	if (rc == 0 && contract->uses_jq)
		rc = dx_evidence_jq_new(contract, j.now, &kind.jq, err);
	if (rc == 0 && dx_kind_judge(&j, a, again, err) != 0) {
		*again = dx_json_null();
		rc = needs_tree(contract) ? 0 : -1;	/* nothing can be expected of it without its tree */
	}
	dx_evidence_jq_free(kind.jq);
	dx_kinds_release(&kinds);
	dx_tree_free(j.tree);
	return rc;
}

/* What a report says besides its verdict follows from contract and files too. */
static void
compare(struct dx_pack_view *v, const struct dx_json *report, const struct dx_json *again)
{
	static const char *const same[] = { "schema", "kind", "version", "level", "now", "params", "inputs", NULL };
	const struct dx_json *failures = dx_json_get(report, "failures");
	const char *verdict = dx_json_get_str(report, "verdict");

	for (size_t i = 0; same[i] != NULL; i++)
		if (!dx_json_equal(dx_json_get(report, same[i]), dx_json_get(again, same[i])))
			dx_pack_found(v, DX_R_PACK_VERDICT, "", "a report of %s has another %s than contract and files give",
			    dx_json_get_str(again, "kind"), same[i]);
	if (!dx_json_is(failures, DX_JSON_ARRAY) || (strcmp(verdict, "pass") == 0) != (failures->count == 0))
		dx_pack_found(v, DX_R_PACK_VERDICT, "", "a report of %s says %s and does not list its failures so",
		    dx_json_get_str(again, "kind"), verdict);
}

static int
rerun(void *ctx, struct dx_pack_view *v, const struct dx_json *report, const struct dx_json *contract, struct dx_arena *a,
    const char **verdict, struct dx_err *err)
{
	struct checking *k = ctx;
	struct dx_contract *c = NULL;
	struct dx_json again;
	struct dx_buf text = { 0 };
	bool left_out = false;
	int rc;

	dx_json_canon(contract, &text);
	rc = dx_contract_parse(text.data, text.len, &c, err);
	dx_buf_release(&text);
	if (rc != 0)
		return -1;
	rc = check_roles(report, c, err);
	if (rc == 0)
		rc = judge(v, report, c, &left_out, a, &again, err);
	if (rc == 0 && again.type == DX_JSON_OBJECT) {
		compare(v, report, &again);
		*verdict = dx_json_get_str(&again, "verdict");
	}
	/* What was left out can only have made it fail. */
	if (rc == 0 && (needs_tree(c) || (left_out && strcmp(*verdict, "pass") == 0)))
		*verdict = dx_json_get_str(report, "verdict");
	if (needs_tree(c) || left_out)
		leave(k, c->kind);
	dx_contract_free(c);
	return rc;
}

static int
slice(void *ctx, struct dx_pack_view *v, const struct dx_pack_slice *s, bool *proved, struct dx_err *err)
{
	struct checking *k = ctx;

	return dx_pack_check_slice(k->a, v, s, proved, err);
}

int
dx_op_pack_verify(const char *file, const struct dx_keys *keys, size_t threshold, struct dx_arena *a, struct dx_json *report, bool *valid,
    struct dx_err *err)
{
	struct checking k = { a, dx_json_array() };
	struct dx_pack_trust trust = { keys, threshold };
	struct dx_pack_hooks hooks = { &k, rerun, slice };
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), rc;

	if (fd < 0)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s", file);
	rc = dx_pack_verify(fd, file, &trust, &hooks, a, report, valid, err);
	close(fd);
	if (rc == 0 && k.not_rerun.count > 0) {
		dx_json_set(a, report, "verdicts", dx_json_text("partly"));
		dx_json_put(a, report, "not_rerun", k.not_rerun);
	}
	return rc;
}
