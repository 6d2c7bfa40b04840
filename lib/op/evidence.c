#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "op/evidence_inner.h"

#define PARAMS_MAX	(1u << 20)	/* bytes of a parameter file */

/* --- parameters --- */

static size_t
name_len(const char *text)
{
	return strcspn(text, "=");
}

static int
check_params(const struct dx_evidence_options *o, struct dx_err *err)
{
	for (size_t i = 0; i < o->param_count; i++) {
		size_t n = name_len(o->params[i]);

		if (n == 0 || o->params[i][n] != '=')
			return dx_err_set(err, DX_R_PARAM_INVALID, "\"%s\" is not name=value", o->params[i]);
		for (size_t k = 0; k < i; k++)
			if (name_len(o->params[k]) == n && memcmp(o->params[k], o->params[i], n) == 0)
				return dx_err_set(err, DX_R_PARAM_INVALID, "parameter %.*s is given twice", (int)n, o->params[i]);
	}
	return 0;
}

static bool
option_names(const struct dx_evidence_options *o, const char *name)
{
	for (size_t i = 0; i < o->param_count; i++)
		if (name_len(o->params[i]) == strlen(name) && dx_starts(o->params[i], name))
			return true;
	return false;
}

static int
read_params(struct dx_evidence *e, struct dx_err *err)
{
	struct dx_buf text = { 0 };
	struct dx_json file;
	char *copy;
	int rc;

	e->given = dx_json_object();
	if (e->opt->params_file == NULL)
		return 0;
	if (strcmp(e->opt->params_file, "-") == 0)
		return dx_err_set(err, DX_R_USAGE, "parameters are not read from standard input");
	rc = dx_file_read(e->opt->params_file, PARAMS_MAX, DX_R_JSON_TOO_LARGE, &text, err);
	if (rc == 0) {
		copy = dx_arena_dup(&e->keep, text.data, text.len);
		rc = dx_json_parse(&e->keep, copy, text.len, DX_JSON_OURS, &file, err);
		if (rc == 0 && !dx_json_is(&file, DX_JSON_OBJECT))
			rc = dx_err_set(err, DX_R_PARAM_INVALID, "not a JSON object");
		if (rc != 0)
			(void)dx_err_in(err, "%s", e->opt->params_file);
	}
	for (uint32_t i = 0; rc == 0 && i < file.count; i++)
		if (!option_names(e->opt, file.u.members[i].name))
			dx_json_put(&e->keep, &e->given, file.u.members[i].name, file.u.members[i].value);
	dx_buf_release(&text);
	return rc;
}

int
dx_evidence_params(struct dx_evidence *e, struct dx_kind *k, struct dx_err *err)
{
	struct dx_json given;

	if (k->params_known)
		return 0;
	dx_arena_reset(&k->arena);
	given = dx_json_copy(&k->arena, &e->given);
	for (size_t i = 0; i < e->opt->param_count; i++)
		if (dx_contract_param_text(k->contract, e->opt->params[i], &k->arena, &given, err) != 0)
			return -1;
	if (dx_contract_params(k->contract, &given, &k->arena, &k->params, err) != 0)
		return -1;
	k->params_known = true;
	return 0;
}

/* --- open and close --- */

int
dx_evidence_open(const struct dx_evidence_options *options, struct dx_evidence **out, struct dx_err *err)
{
	struct dx_evidence *e = dx_alloc(sizeof(*e));

	*e = (struct dx_evidence){ .opt = options, .kinds = { .now = options->now } };
	if (check_params(options, err) != 0 || read_params(e, err) != 0 ||
	    (options->contract != NULL && dx_kinds_get(&e->kinds, options->contract, &e->kind, err) != 0) ||
	    (e->kind != NULL && dx_evidence_params(e, e->kind, err) != 0) || dx_vouch_open(options, &e->vouch, err) != 0 ||
	    dx_tree_open(options->root != NULL ? options->root : ".", &e->tree, err) != 0) {
		dx_evidence_close(e);
		return -1;
	}
	*out = e;
	return 0;
}

int
dx_evidence_examine(const struct dx_evidence_options *options, const char *const *roles, size_t n, struct dx_err *err)
{
	struct dx_evidence e = { .opt = options, .kinds = { .now = options->now, .idle = true } };
	int rc = check_params(options, err) != 0 || read_params(&e, err) != 0 ||
	    dx_kinds_get(&e.kinds, options->contract, &e.kind, err) != 0 || dx_evidence_params(&e, e.kind, err) != 0 ? -1 : 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = dx_kind_check_role(e.kind, roles[i], roles[i], err);
	dx_kinds_release(&e.kinds);
	dx_arena_release(&e.keep);
	return rc;
}

void
dx_evidence_close(struct dx_evidence *e)
{
	if (e == NULL)
		return;
	dx_kinds_release(&e->kinds);
	dx_tree_free(e->tree);
	dx_vouch_close(e->vouch);
	dx_arena_release(&e->keep);
	dx_arena_release(&e->arena);
	free(e->item);
	free(e);
}

/* --- judging --- */

int
dx_evidence_judge(struct dx_evidence *e, struct dx_kind *k, struct dx_contract_input *in, struct dx_evidence_answer *out,
    struct dx_err *err)
{
	struct dx_judging j = { .kinds = &e->kinds, .kind = k, .level = e->opt->level, .now = e->opt->now, .params = &k->params,
	    .inputs = in, .tree = e->tree };
	const char *verdict;

	if (dx_kind_judge(&j, &e->arena, &out->report, err) != 0 ||
	    (e->vouch != NULL && dx_evidence_vouch(e, k, in, &e->arena, &out->report, err) != 0))
		return -1;
	out->contract = k->contract;
	verdict = dx_json_get_str(&out->report, "verdict");
	out->exit = verdict != NULL && strcmp(verdict, "pass") == 0 ? DX_EXIT_YES : DX_EXIT_NO;
	return 0;
}

/* The artifact as the input of role `at`; a file that is not there is one that fails. */
static int
read_input(struct dx_evidence *e, const struct dx_kind *k, size_t at, const struct dx_artifact *f, struct dx_contract_input *out,
    struct dx_err *err)
{
	struct dx_buf why = { 0 };
	int fd, rc = 0;

	switch (dx_artifact_open(f, &fd, &why, err)) {
	case DX_OPENED:
		rc = dx_artifact_read(f, fd, k->contract->inputs[at].media, e->tree, &e->arena, out, err);
		dx_artifact_close(f, fd);
		break;
	case DX_OPENED_MISSING:
		*out = (struct dx_contract_input){ .state = DX_INPUT_MISSING, .path = f->path };
		(void)dx_err_set(&out->why, DX_R_JSON_MISSING, "%s: %s", f->path, why.data);
		break;
	case DX_OPENED_NOT:
		rc = -1;
		break;
	}
	dx_buf_release(&why);
	return rc;
}

void
dx_evidence_no_inputs(struct dx_contract_input in[static DX_CONTRACT_INPUTS])
{
	for (size_t i = 0; i < DX_CONTRACT_INPUTS; i++)
		in[i] = (struct dx_contract_input){ .state = DX_INPUT_NOT_GIVEN };
}

static int
judge_together(struct dx_evidence *e, struct dx_evidence_answer *out, struct dx_err *err)
{
	struct dx_contract_input in[DX_CONTRACT_INPUTS];

	dx_evidence_no_inputs(in);
	for (size_t i = 0; i < e->count; i++) {
		size_t at = (size_t)dx_kind_role(e->kind, e->item[i].role);
		if (read_input(e, e->kind, at, &e->item[i], &in[at], err) != 0)
			return -1;
	}
	return dx_evidence_judge(e, e->kind, in, out, err);
}

size_t
dx_kind_file(const struct dx_kind *k)
{
	size_t i = 0;

	while (!dx_kind_is_file(k->contract->inputs[i].media))
		i++;
	return i;
}

static int
judge_known(struct dx_evidence *e, const struct dx_artifact *f, struct dx_evidence_answer *out, struct dx_err *err)
{
	struct dx_contract_input in[DX_CONTRACT_INPUTS];
	size_t at = dx_kind_file(e->kind);

	dx_evidence_no_inputs(in);
	if (read_input(e, e->kind, at, f, &in[at], err) != 0)
		return -1;
	if (dx_evidence_judge(e, e->kind, in, out, err) != 0)
		return dx_err_in(err, "%s", dx_artifact_name(f));
	return 0;
}

int
dx_evidence_next(struct dx_evidence *e, struct dx_evidence_answer *out, struct dx_err *err)
{
	int rc;

	dx_arena_reset(&e->arena);
	out->contract = NULL;
	if (e->at >= (e->together ? 1 : e->count))
		return 0;
	e->at++;
	if (e->together)
		rc = judge_together(e, out, err);
	else if (e->kind != NULL)
		rc = judge_known(e, &e->item[e->at - 1], out, err);
	else
		rc = dx_evidence_recognise(e, &e->item[e->at - 1], out, err);
	return rc == 0 ? 1 : -1;
}
