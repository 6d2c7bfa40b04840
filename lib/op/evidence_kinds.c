/* Contracts in use: shipped ones and files, each parsed once and kept, and a judgement by one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "op/evidence_inner.h"

bool
dx_kind_is_file(enum dx_media m)
{
	return m != DX_MEDIA_SCAN && m != DX_MEDIA_PACKET;
}

int
dx_kind_role(const struct dx_kind *k, const char *role)
{
	for (size_t i = 0; i < k->contract->input_count; i++)
		if (strcmp(k->contract->inputs[i].role, role) == 0)
			return (int)i;
	return -1;
}

static int
parse_file(const char *path, struct dx_contract **out, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	int rc;

	if (strcmp(path, "-") == 0)
		return dx_err_set(err, DX_R_USAGE, "a contract is not read from standard input");
	rc = dx_file_read(path, DX_JSON_MAX, DX_R_JSON_TOO_LARGE, &text, err);
	if (rc == 0) {
		dx_buf_add(&text, "", 0);
		rc = dx_contract_parse(text.data, text.len, out, err);
		if (rc != 0)
			(void)dx_err_in(err, "%s", path);
	}
	dx_buf_release(&text);
	return rc;
}

/* A shipped kind wins over a file of its name, so that nothing in the current folder changes what a kind means. */
static int
parse(const char *name, struct dx_contract **out, struct dx_err *err)
{
	size_t len;
	const char *text = dx_contract_shipped(name, &len);

	if (text != NULL)
		return dx_contract_parse(text, len, out, err) != 0 ? dx_err_in(err, "shipped contract %s", name) : 0;
	if (strpbrk(name, "/.-") == NULL && access(name, F_OK) != 0)
		return dx_err_set(err, DX_R_EVIDENCE_KIND_UNKNOWN, "no contract of the kind \"%s\" is shipped, and there is no such file",
		    name);
	return parse_file(name, out, err);
}

static void
kind_free(struct dx_kind *k)
{
	dx_evidence_jq_free(k->jq);
	dx_contract_free(k->contract);
	dx_arena_release(&k->arena);
	free(k->name);
	free(k);
}

int
dx_kinds_get(struct dx_kinds *all, const char *name, struct dx_kind **out, struct dx_err *err)
{
	struct dx_contract *c;
	struct dx_kind *k;

	for (k = all->first; k != NULL; k = k->next)
		if (strcmp(k->name, name) == 0) {
			*out = k;
			return 0;
		}
	if (parse(name, &c, err) != 0)
		return -1;
	k = dx_alloc(sizeof(*k));
	*k = (struct dx_kind){ .name = dx_strdup(name), .contract = c };
	for (size_t i = 0; i < c->input_count; i++)
		k->files += dx_kind_is_file(c->inputs[i].media);
	if (c->uses_jq && !all->idle && dx_evidence_jq_new(c, all->now, &k->jq, err) != 0) {
		kind_free(k);
		return -1;
	}
	k->next = all->first;
	all->first = k;
	*out = k;
	return 0;
}

void
dx_kinds_release(struct dx_kinds *all)
{
	while (all->first != NULL) {
		struct dx_kind *k = all->first;

		all->first = k->next;
		kind_free(k);
	}
}

/* --- a judgement --- */

/* Contracts include shipped ones alone, so that the digest of a contract and the version of this program say what was judged. */
static int
find(void *ctx, const char *kind, const struct dx_contract **out, struct dx_err *err)
{
	const struct dx_judging *j = ctx;
	struct dx_kind *k;
	size_t len;

	if (dx_contract_shipped(kind, &len) == NULL)
		return dx_err_set(err, DX_R_EVIDENCE_CONTRACT_INVALID, "includes \"%s\", which is no shipped kind", kind);
	if (dx_kinds_get(j->kinds, kind, &k, err) != 0)
		return -1;
	/* A jq rule is named to the evaluator by its number in one contract. */
	if (k->contract->uses_jq)
		return dx_err_set(err, DX_R_EVIDENCE_CONTRACT_INVALID, "includes \"%s\", which has jq rules", kind);
	*out = k->contract;
	return 0;
}

static int
run_jq(void *ctx, size_t rule, const struct dx_json *dot, const struct dx_json *params, const struct dx_json *computed,
    struct dx_buf *found, struct dx_err *err)
{
	const struct dx_judging *j = ctx;

	return dx_evidence_jq_run(j->kind->jq, rule, dot, params, computed, found, err);
}

static int
scan(const struct dx_judging *j, const struct dx_contract_input_spec *spec, struct dx_arena *a, struct dx_contract_input *in,
    struct dx_err *err)
{
	struct dx_scan_failure failure = { 0 };

	if (dx_contract_scan(spec->scan, j->params, j->tree, a, &in->doc.root, &failure, err) != 0)
		return -1;
	if (failure.rule[0] == '\0')
		return 0;
	in->state = DX_INPUT_REFUSED;
	in->rule = dx_arena_dup(a, failure.rule, strlen(failure.rule));
	(void)dx_err_set(&in->why, DX_R_MEDIA_SYNTAX, "%s", failure.text);
	return 0;
}

/* The inputs that are no file: lines found in the tree, and figures made anew. */
static int
make_inputs(const struct dx_judging *j, struct dx_arena *a, struct dx_err *err)
{
	const struct dx_contract *c = j->kind->contract;

	for (size_t i = 0; i < c->input_count; i++) {
		if (dx_kind_is_file(c->inputs[i].media))
			continue;
		j->inputs[i] = (struct dx_contract_input){ .state = DX_INPUT_READ, .doc = { .media = c->inputs[i].media } };
		if (c->inputs[i].media == DX_MEDIA_SCAN) {
			if (scan(j, &c->inputs[i], a, &j->inputs[i], err) != 0)
				return -1;
			continue;
		}
#if __has_include("packet/finance.h")
		dx_evidence_packet(j, a, &j->inputs[i]);
#else
		return dx_err_set(err, DX_R_EVIDENCE_KIND_UNKNOWN, "%s: this program cannot make the packet to compare with", c->kind);
#endif
	}
	return 0;
}

int
dx_kind_judge(const struct dx_judging *j, struct dx_arena *a, struct dx_json *report, struct dx_err *err)
{
	struct dx_judging mine = *j;
	struct dx_contract_case c = { .contract = j->kind->contract, .level = j->level, .now = j->now, .params = j->params,
	    .inputs = j->inputs, .tree = j->tree, .left_out = j->left_out, .jq = run_jq, .find = find, .ctx = &mine };

	if (make_inputs(j, a, err) != 0)
		return -1;
	if (j->kind->jq != NULL)
		dx_evidence_jq_begin(j->kind->jq, j->now);
	return dx_contract_judge(&c, a, report, err);
}
