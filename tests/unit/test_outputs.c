/* The contracts of structured outputs (release-gates page 10): each rule is tripped by a case of its own, so that without the rule, or
 * without one of the contracts it includes, some case comes out otherwise. */
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "contract/contract.h"
#include "op/evidence_test.h"
#include "tap.h"

static char folder[] = "/tmp/dealix-outputs-XXXXXX";

static struct dx_json
read_document(struct dx_arena *a, const char *path)
{
	struct dx_json doc = dx_json_null();
	struct dx_buf text = { 0 };
	struct dx_err err = { 0 };

	if (dx_file_read(path, DX_JSON_MAX, DX_R_JSON_TOO_LARGE, &text, &err) != 0 ||
	    dx_json_parse(a, dx_arena_dup(a, text.data, text.len), text.len, DX_JSON_OURS, &doc, &err) != 0)
		diag("%s: %s", path, err.text);
	dx_buf_release(&text);
	return doc;
}

/* Not synced, unlike what the program writes. */
static void
write_document(const char *name, const struct dx_json *doc)
{
	struct dx_buf text = { 0 };
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	dx_json_canon(doc, &text);
	f = fopen(path, "we");
	if (f == NULL || fwrite(text.data, 1, text.len, f) != text.len || fclose(f) != 0)
		diag("%s cannot be written", path);
	dx_buf_release(&text);
}

/* How many cases of the test document fail with this contract; -1: it is none. */
static int64_t
failures(const struct dx_json *contract, const struct dx_json *tests, struct dx_arena *a)
{
	struct dx_evidence_test *t = dx_evidence_test_new();
	struct dx_json own = dx_json_copy_top(a, tests), report;
	struct dx_err err = { 0 };
	char path[256];
	int64_t failed = -1;

	dx_json_set(a, &own, "contract", dx_json_text("contract.json"));
	write_document("contract.json", contract);
	write_document("tests.json", &own);
	(void)snprintf(path, sizeof(path), "%s/tests.json", folder);
	if (dx_evidence_test_run(t, path, &err) == 0) {
		report = dx_evidence_test_report(t);
		(void)dx_json_int64(dx_json_get(&report, "failed"), &failed);
	} else {
		diag("%s", err.text);
	}
	dx_evidence_test_free(t);
	return failed;
}

/* The contract without item i of that list. */
static struct dx_json
without(struct dx_arena *a, const struct dx_json *contract, const char *list, uint32_t i)
{
	struct dx_json out = dx_json_copy_top(a, contract), rest = dx_json_array();
	const struct dx_json *all = dx_json_get(contract, list);

	for (uint32_t k = 0; k < all->count; k++)
		if (k != i)
			dx_json_push(a, &rest, all->u.items[k]);
	dx_json_set(a, &out, list, rest);
	return out;
}

static void
mutate(const char *kind)
{
	static const char *const lists[] = { "rules", "include" };
	struct dx_arena keep = { 0 }, each = { 0 };
	char path[256];
	struct dx_json contract, tests;

	(void)snprintf(path, sizeof(path), "policies/outputs/%s.json", kind);
	contract = read_document(&keep, path);
	(void)snprintf(path, sizeof(path), "policies/outputs/tests/%s.json", kind);
	tests = read_document(&keep, path);
	is_int(failures(&contract, &tests, &keep), 0, "%s: all cases hold", kind);
	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++) {
		const struct dx_json *list = dx_json_get(&contract, lists[l]);
		for (uint32_t i = 0; list != NULL && i < list->count; i++) {
			struct dx_json less = without(&each, &contract, lists[l], i);
			struct dx_buf rule = { 0 };

			dx_json_canon(&list->u.items[i], &rule);
			ok(failures(&less, &tests, &each) > 0, "%s: a case needs /%s/%u %.80s", kind, lists[l], i, rule.data);
			dx_buf_release(&rule);
			dx_arena_reset(&each);
		}
	}
	dx_arena_release(&each);
	dx_arena_release(&keep);
}

static bool
is_output(const char *kind)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "policies/outputs/%s.json", kind);
	return access(path, F_OK) == 0;
}

int
main(void)
{
	char schema[128], path[256];
	unsigned kinds = 0;

	if (mkdtemp(folder) == NULL)
		return 1;
	for (size_t i = 0; dx_contract_kinds[i] != NULL; i++) {
		const char *kind = dx_contract_kinds[i];
		bool document = is_output(kind) && strcmp(kind, "provenance") != 0;

		(void)snprintf(schema, sizeof(schema), "dealix.%s.v1", kind);
		ok((dx_contract_output(schema) != NULL) == document, "%s is %s document of ours", schema, document ? "a" : "no");
		kinds += document;
		if (is_output(kind))
			mutate(kind);
	}
	is_int(kinds, 18, "17 kinds and the checklist");
	ok(dx_contract_output("dealix.lead_score_card.v2") == NULL && dx_contract_output("lead_score_card") == NULL &&
	    dx_contract_output("dealix..v1") == NULL && dx_contract_output("dealix.v1") == NULL && dx_contract_output(NULL) == NULL, "no other schema is");
	(void)snprintf(path, sizeof(path), "%s/contract.json", folder);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/tests.json", folder);
	(void)unlink(path);
	(void)rmdir(folder);
	return done();
}
