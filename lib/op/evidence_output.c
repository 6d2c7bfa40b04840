/* Structured outputs (release-gates page 10): what their contract says of one, in the form that documents of ours are answered in. */
#include <string.h>

#include "op/evidence_inner.h"

const char *
dx_evidence_code(struct dx_arena *a, const char *rule)
{
	char *code = dx_arena_dup(a, rule, strlen(rule));

	for (char *p = code; *p != '\0'; p++)
		if (*p == '.')
			*p = '_';
	return code;
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* A condition as people write it: members by their names, no blanks around a comparison. ".score >= 80" is "score>=80". */
static const char *
plain(struct dx_arena *a, const char *relation)
{
	struct dx_buf out = { 0 };
	const char *text;

	for (const char *p = relation; *p != '\0'; p++) {
		char before = p > relation ? p[-1] : ' ';
		bool path = *p == '.' && is_name(p[1]) && !is_name(before) && before != ']' && before != ')';

		if (path || (*p == '$' && p[1] == '.'))
			continue;
		if (*p == ' ' && ((p[1] != '\0' && strchr("<>=!", p[1]) != NULL) || strchr("<>=!", before) != NULL))
			continue;
		dx_buf_putc(&out, *p);
	}
	text = dx_arena_dup(a, out.data != NULL ? out.data : "", out.len);
	dx_buf_release(&out);
	return text;
}

static void
put(struct dx_arena *a, struct dx_json *o, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		dx_json_put(a, o, name, dx_json_text(text));
}

/* {at, code, want, found?, rule?}, the page's. */
static struct dx_json
error_of(struct dx_arena *a, const struct dx_json *failure, const char *code)
{
	const char *relation = dx_json_get_str(failure, "relation"), *at = dx_json_get_str(failure, "at");
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "at", dx_json_text(at != NULL ? at : ""));
	dx_json_put(a, &o, "code", dx_json_text(code));
	put(a, &o, "want", dx_json_get_str(failure, "expected"));
	put(a, &o, "found", dx_json_get_str(failure, "found"));
	if (relation != NULL)
		put(a, &o, "rule", plain(a, relation));
	return o;
}

/* The same as every finding on a document, which all formats know. */
static struct dx_json
finding_of(struct dx_arena *a, const struct dx_json *failure, const char *code)
{
	static const char *const same[] = { "line", "column", "expected", "found", "remedy" };
	const char *at = dx_json_get_str(failure, "at");
	struct dx_json o = dx_json_object();

	dx_json_put(a, &o, "code", dx_json_text(code));
	dx_json_put(a, &o, "severity", dx_json_text("error"));
	dx_json_put(a, &o, "at", dx_json_text(at != NULL ? at : ""));
	put(a, &o, "detail", dx_json_get_str(failure, "message"));
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (dx_json_get(failure, same[i]) != NULL)
			dx_json_put(a, &o, same[i], *dx_json_get(failure, same[i]));
	return o;
}

void
dx_evidence_output(const struct dx_artifact *f, const struct dx_doc *doc, struct dx_arena *a, struct dx_evidence_answer *out)
{
	static const char *const same[] = { "failures_truncated", "skipped", "vouched" };
	const struct dx_json judged = out->report, *failures = dx_json_get(&judged, "failures");
	struct dx_json o = dx_json_object(), errors = dx_json_array(), findings = dx_json_array();
	char hex[DX_SHA256_HEX];

	for (uint32_t i = 0; failures != NULL && i < failures->count; i++) {
		const char *code = dx_evidence_code(a, dx_json_get_str(&failures->u.items[i], "rule"));
		dx_json_push(a, &errors, error_of(a, &failures->u.items[i], code));
		dx_json_push(a, &findings, finding_of(a, &failures->u.items[i], code));
	}
	dx_sha256_hex(&doc->sha256, hex);
	dx_json_put(a, &o, "schema", dx_json_text("dealix.verify.report.v1"));
	dx_json_put(a, &o, "document", dx_json_string(a, dx_json_get_str(&doc->root, "schema")));
	dx_json_put(a, &o, "path", dx_json_words(a, f->path));
	dx_json_put(a, &o, "sha256", dx_json_string(a, hex));
	dx_json_put(a, &o, "bytes", dx_json_int(a, (int64_t)doc->bytes));
	dx_json_put(a, &o, "contract_sha256", *dx_json_get(&judged, "contract_sha256"));
	dx_json_put(a, &o, "ok", dx_json_bool(out->exit == DX_EXIT_YES));
	dx_json_put(a, &o, "valid", dx_json_bool(out->exit == DX_EXIT_YES));
	dx_json_put(a, &o, "errors", errors);
	dx_json_put(a, &o, "findings", findings);
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		const struct dx_json *v = dx_json_get(&judged, same[i]);
		if (v != NULL && (v->type != DX_JSON_ARRAY || v->count > 0))
			dx_json_put(a, &o, same[i], *v);
	}
	out->report = o;
	out->contract = NULL;
}
