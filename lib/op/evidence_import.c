/* Files kept without a contract, with a normalised summary of formats that are known. */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "op/evidence_add.h"
#include "read/read.h"
#include "tree/tree.h"

const char *const dx_import_names[] = { "artifact", "junit", "tap", "cobertura", "sarif", "cyclonedx", "spdx", "github-settings", NULL };

static void
put(struct dx_arena *a, struct dx_json *o, const char *name, const struct dx_json *v)
{
	if (v != NULL)
		dx_json_put(a, o, name, *v);
}

static void
count(struct dx_arena *a, struct dx_json *o, const char *name, const struct dx_json *list)
{
	dx_json_put(a, o, name, dx_json_int(a, dx_json_is(list, DX_JSON_ARRAY) ? list->count : 0));
}

/* --- one function a format: the summary, or evidence_invalid --- */

static int
sarif(const struct dx_json *doc, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	static const char *const levels[] = { "error", "warning", "note", "none" };
	const struct dx_json *runs = dx_json_get(doc, "runs");
	const char *version = dx_json_get_str(doc, "version");
	int64_t total = 0, by[4] = { 0 };
	struct dx_json level = dx_json_object();

	if (version == NULL || strcmp(version, "2.1.0") != 0 || !dx_json_is(runs, DX_JSON_ARRAY))
		return dx_err_set(err, DX_R_EVIDENCE_INVALID, "this is no SARIF 2.1.0 log");
	for (uint32_t i = 0; i < runs->count; i++) {
		const struct dx_json *results = dx_json_get(&runs->u.items[i], "results");
		for (uint32_t k = 0; dx_json_is(results, DX_JSON_ARRAY) && k < results->count; k++) {
			const char *of = dx_json_get_str(&results->u.items[k], "level");
			size_t l = 0;
			while (l < 4 && strcmp(levels[l], of != NULL ? of : "warning") != 0)
				l++;
			total++;
			by[l < 4 ? l : 1]++;
		}
	}
	for (size_t l = 0; l < 4; l++)
		dx_json_put(a, &level, levels[l], dx_json_int(a, by[l]));
	dx_json_put(a, out, "by_level", level);
	dx_json_put(a, out, "results", dx_json_int(a, total));
	put(a, out, "tool", dx_json_get(dx_json_get(dx_json_get(dx_json_item(runs, 0), "tool"), "driver"), "name"));
	return 0;
}

static int
cyclonedx(const struct dx_json *doc, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	const char *format = dx_json_get_str(doc, "bomFormat");

	if (format == NULL || strcmp(format, "CycloneDX") != 0 || dx_json_get_str(doc, "specVersion") == NULL)
		return dx_err_set(err, DX_R_EVIDENCE_INVALID, "this is no CycloneDX document in JSON");
	count(a, out, "components", dx_json_get(doc, "components"));
	put(a, out, "name", dx_json_get(dx_json_get(dx_json_get(doc, "metadata"), "component"), "name"));
	put(a, out, "serial", dx_json_get(doc, "serialNumber"));
	put(a, out, "spec_version", dx_json_get(doc, "specVersion"));
	return 0;
}

static int
spdx(const struct dx_json *doc, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	const char *version = dx_json_get_str(doc, "spdxVersion");

	if (version == NULL || strncmp(version, "SPDX-", 5) != 0)
		return dx_err_set(err, DX_R_EVIDENCE_INVALID, "this is no SPDX 2 document in JSON");
	count(a, out, "components", dx_json_get(doc, "packages"));
	put(a, out, "name", dx_json_get(doc, "name"));
	put(a, out, "serial", dx_json_get(doc, "documentNamespace"));
	put(a, out, "spec_version", dx_json_get(doc, "spdxVersion"));
	return 0;
}

/* The reader of TAP passes over lines that are none, so that any text would do. */
static int
tap(const struct dx_json *doc, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	int64_t total = 0;

	(void)a;
	(void)dx_json_int64(dx_json_get(doc, "total"), &total);
	if (total == 0 && dx_json_get(doc, "problems")->count > 0)
		return dx_err_set(err, DX_R_EVIDENCE_INVALID, "this is no TAP: no plan and no test");
	*out = *doc;
	return 0;
}

static const struct {
	enum dx_media	media;
	int		(*summary)(const struct dx_json *doc, struct dx_arena *a, struct dx_json *out, struct dx_err *err);
} formats[] = {
	[DX_IMPORT_NONE] = { DX_MEDIA_BYTES, NULL },
	[DX_IMPORT_JUNIT] = { DX_MEDIA_JUNIT, NULL },
	[DX_IMPORT_TAP] = { DX_MEDIA_TAP, tap },
	[DX_IMPORT_COBERTURA] = { DX_MEDIA_COBERTURA, NULL },
	[DX_IMPORT_SARIF] = { DX_MEDIA_JSON, sarif },
	[DX_IMPORT_CYCLONEDX] = { DX_MEDIA_JSON, cyclonedx },
	[DX_IMPORT_SPDX] = { DX_MEDIA_JSON, spdx },
	[DX_IMPORT_SETTINGS] = { DX_MEDIA_JSON, NULL },
};

/* What is put on record of the content: for test results and coverage what rules would see, for the others a few figures. */
static int
summarise(enum dx_import from, const struct dx_buf *bytes, const char *name, struct dx_tree *tree, struct dx_arena *a,
    struct dx_json *out, struct dx_err *err)
{
	struct dx_doc doc;

	if (dx_read_bytes(formats[from].media, bytes->data != NULL ? bytes->data : "", bytes->len, name, tree, a, &doc, err) != 0)
		return -1;
	*out = dx_json_object();
	if (formats[from].summary != NULL)
		return formats[from].summary(&doc.root, a, out, err);
	if (from == DX_IMPORT_JUNIT || from == DX_IMPORT_COBERTURA)
		*out = doc.root;
	return 0;
}

int
dx_op_evidence_import(struct dx_session *s, enum dx_import from, const char *file, const char *root, const char *commit, dx_added_fn *fn,
    void *ctx, struct dx_err *err)
{
	struct dx_arena a = { 0 };
	struct dx_buf bytes = { 0 };
	struct dx_record r;
	struct dx_json summary, answer;
	struct dx_tree *tree = NULL;
	int rc;

	rc = dx_file_read_regular(file, DX_RECORD_MAX, DX_R_MEDIA_TOO_LARGE, DX_R_JSON_MISSING, &bytes, err);
	if (rc == 0)
		rc = dx_tree_open(root != NULL ? root : ".", &tree, err);
	if (rc == 0 && (rc = summarise(from, &bytes, file, tree, &a, &summary, err)) != 0)
		(void)dx_err_in(err, "%s", file);
	if (rc == 0) {
		r = dx_record_of(&bytes, dx_import_names[from]);
		r.provenance = dx_provenance(&a, from == DX_IMPORT_NONE ? "add" : "import", &r, file, commit);
		if (summary.count > 0)
			dx_json_put(&a, &r.provenance, "summary", summary);
		rc = dx_op_record(s, &r, 1, commit, dx_clock_now(), err);
	}
	if (rc == 0) {
		answer = dx_record_answer(&a, &r, file);
		fn(ctx, &answer, NULL);
	}
	dx_tree_free(tree);
	dx_buf_release(&bytes);
	dx_arena_release(&a);
	return rc;
}
