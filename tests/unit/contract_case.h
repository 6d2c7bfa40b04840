/* contract_case: a contract, an artifact and what is expected of them, for the tests of lib/contract. */
#ifndef DX_TESTS_CONTRACT_CASE_H
#define DX_TESTS_CONTRACT_CASE_H

#include <stdlib.h>

#include "base/err.h"
#include "contract/contract.h"
#include "tap.h"

#define NOW	INT64_C(1772290800000000)	/* 2026-02-28T15:00:00Z */

/* A contract of one JSON input around these rules. */
#define CONTRACT(rules)	"{\"schema\":\"dealix.evidence.contract.v1\",\"kind\":\"sample\",\"version\":1,\"title\":\"Sample\"," \
	"\"inputs\":[{\"media\":\"json\"}],\"rules\":[" rules "]}"
/* The same with other members in front of rules, each with a comma behind it. */
#define CONTRACT_WITH(members, rules)	"{\"schema\":\"dealix.evidence.contract.v1\",\"kind\":\"sample\",\"version\":1,\"title\":\"Sample\"," \
	members "\"rules\":[" rules "]}"
#define ONE	"\"inputs\":[{\"media\":\"json\"}],"

struct contract_run {
	struct dx_arena		 a;
	struct dx_json		 report;
	struct dx_err		 err;
	int			 rc;
};

struct contract_ask {
	const char		*contract;
	const char		*artifacts[DX_CONTRACT_INPUTS];	/* one an input; NULL: missing */
	const char		*params, *files;		/* JSON objects; NULL: none */
	enum dx_level		 level;
	dx_contract_jq_fn	*jq;
	dx_contract_find_fn	*find;
	void			*ctx;
	bool			 absent_given;		/* a NULL artifact is not given, rather than missing */
};

/* The text as a tree of the arena; ends the test program when it is none. */
static inline struct dx_json
json_text(struct dx_arena *a, const char *text, unsigned how)
{
	struct dx_json out;
	struct dx_err err = { 0 };
	size_t n = strlen(text);

	if (dx_json_parse(a, dx_arena_dup(a, text, n), n, how, &out, &err) != 0) {
		printf("Bail out! %s in %s\n", err.text, text);
		exit(1);
	}
	return out;
}

static inline void
read_artifact(struct contract_run *run, const struct contract_ask *ask, const struct dx_contract_input_spec *spec, size_t i,
    struct dx_contract_input *in)
{
	const char *text = ask->artifacts[i];

	*in = (struct dx_contract_input){ .path = "artifact" };
	if (text == NULL) {
		in->state = ask->absent_given ? DX_INPUT_NOT_GIVEN : DX_INPUT_MISSING;
		return;
	}
	in->state = DX_INPUT_READ;
	if (dx_read_bytes(spec->media, text, strlen(text), "artifact", NULL, &run->a, &in->doc, &in->why) != 0)
		in->state = DX_INPUT_REFUSED;
}

/* Judges; the caller releases with end_run. */
static inline void
judge(const struct contract_ask *ask, struct contract_run *run)
{
	struct dx_contract *c = NULL;
	struct dx_contract_input inputs[DX_CONTRACT_INPUTS];
	struct dx_contract_case cs = { .level = ask->level, .now = NOW, .inputs = inputs, .jq = ask->jq, .find = ask->find, .ctx = ask->ctx };
	struct dx_json params, given = dx_json_object(), files = dx_json_object();

	memset(run, 0, sizeof(*run));
	run->rc = dx_contract_parse(ask->contract, strlen(ask->contract), &c, &run->err);
	if (run->rc != 0)
		return;
	if (ask->params != NULL)
		given = json_text(&run->a, ask->params, DX_JSON_OURS);
	if (ask->files != NULL)
		files = json_text(&run->a, ask->files, DX_JSON_FOREIGN);
	for (size_t i = 0; i < c->input_count; i++)
		read_artifact(run, ask, &c->inputs[i], i, &inputs[i]);
	run->rc = dx_contract_params(c, &given, &run->a, &params, &run->err);
	cs.contract = c;
	cs.params = &params;
	cs.tree = dx_tree_of(&files);
	if (run->rc == 0)
		run->rc = dx_contract_judge(&cs, &run->a, &run->report, &run->err);
	dx_tree_free(cs.tree);
	dx_contract_free(c);
}

static inline void
end_run(struct contract_run *run)
{
	dx_arena_release(&run->a);
}

/* "rule@pointer" of each failure or skip, with blanks between. */
static inline const char *
listed(struct contract_run *run, const char *which, bool places)
{
	const struct dx_json *list = dx_json_get(&run->report, which);
	struct dx_buf b = { 0 };
	const char *out;

	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const struct dx_json *f = &list->u.items[i];

		dx_buf_puts(&b, i > 0 ? " " : "");
		dx_buf_puts(&b, dx_json_get_str(f, "rule"));
		if (places)
			dx_buf_printf(&b, "@%s", dx_json_get_str(f, "at"));
	}
	out = dx_arena_dup(&run->a, b.len > 0 ? b.data : "", b.len);
	dx_buf_release(&b);
	return out;
}

/* The failures of a judgement are these, as "rule@pointer ..."; an error is "!reason". */
static inline void
expect(const struct contract_ask *ask, const char *want, const char *name)
{
	struct contract_run run;

	judge(ask, &run);
	if (run.rc != 0) {
		char *reason = dx_arena_printf(&run.a, "!%s", dx_reason_code(run.err.reason));

		if (!is_str(reason, want, "%s", name))
			diag("%s: %s", run.err.at, run.err.text);
	} else {
		is_str(listed(&run, "failures", true), want, "%s", name);
	}
	end_run(&run);
}

/* The member `name` of the first failure. */
static inline const char *
first(const struct contract_run *run, const char *name)
{
	return dx_json_get_str(dx_json_item(dx_json_get(&run->report, "failures"), 0), name);
}

#endif
