#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "op/entries.h"
#include "op/outcomes.h"
#include "read/read.h"

#define WAIT_MS	5000

struct outcome { const char *what; bool passed; };
struct dx_outcomes {
	struct dx_arena	 arena;
	struct outcome	*item;
	size_t		 count, room;
	struct dx_session session;	/* store NULL: there is none */
	bool		 reading;
	struct dx_err	 fault;
};

int
dx_outcomes_open(const struct dx_session_options *o, struct dx_outcomes **out, struct dx_err *err)
{
	struct dx_outcomes *x = dx_alloc(sizeof(*x));
	char *path = NULL;
	bool exists = false;
	int rc;

	memset(x, 0, sizeof(*x));
	rc = dx_session_open(o, DX_SESSION_NONE, &x->session, err);
	if (rc == 0)
		rc = dx_store_locate(o->store, o->store_env, &path, &exists, err);
	if (rc == 0 && exists)
		rc = dx_store_open(path, &x->session.store, err);
	if (rc == 0 && exists)
		rc = dx_store_begin(x->session.store, x->session.tenant, false, dx_clock_mono_ms() + WAIT_MS, NULL, err);
	x->reading = rc == 0 && exists;
	free(path);
	if (rc == 0)
		*out = x;
	else
		(void)dx_outcomes_close(x, NULL);
	return rc;
}

int
dx_outcomes_close(struct dx_outcomes *o, struct dx_err *err)
{
	int rc = 0;

	if (o == NULL)
		return 0;
	if (o->reading)
		dx_store_rollback(o->session.store);
	if (o->fault.reason != DX_OK) {
		rc = -1;
		if (err != NULL && err->reason == DX_OK)
			*err = o->fault;
	}
	dx_session_close(&o->session);
	free(o->item);
	dx_arena_release(&o->arena);
	free(o);
	return rc;
}

/* --- files --- */

static void
add(struct dx_outcomes *o, const char *what, bool passed)
{
	if (o->count == o->room) {
		o->room = o->room == 0 ? 256 : o->room * 2;
		o->item = dx_realloc(o->item, dx_size_mul(o->room, sizeof(*o->item)));
	}
	o->item[o->count++] = (struct outcome){ what, passed };
}

static const char *
text(const struct dx_json *o, const char *name)
{
	const char *s = dx_json_get_str(o, name);

	return s != NULL ? s : "";
}

static int
add_tests(struct dx_outcomes *o, const char *file, const struct dx_json *root, struct dx_err *err)
{
	const struct dx_json *tests = dx_json_get(root, "tests"), *problem = dx_json_item(dx_json_get(root, "problems"), 0);

	if (problem != NULL)
		return dx_err_set(err, dx_reason_find(text(problem, "code")), "%s: %s", file, text(problem, "detail"));
	for (uint32_t i = 0; tests != NULL && i < tests->count; i++) {
		const struct dx_json *t = &tests->u.items[i];
		bool passed = strcmp(text(t, "status"), "pass") == 0;
		add(o, dx_arena_printf(&o->arena, "test:%s", text(t, "name")), passed);
		if (text(t, "classname")[0] != '\0')
			add(o, dx_arena_printf(&o->arena, "test:%s.%s", text(t, "classname"), text(t, "name")), passed);
	}
	return 0;
}

static void
add_gate(struct dx_outcomes *o, const struct dx_json *result)
{
	const struct dx_json *list = dx_json_get(result, "results");

	for (uint32_t i = 0; dx_json_is(list, DX_JSON_ARRAY) && i < list->count; i++)
		add(o, dx_arena_printf(&o->arena, "check:%s/%s", text(result, "gate"), text(&list->u.items[i], "check")),
		    strcmp(text(&list->u.items[i], "state"), "PASS") == 0);
}

static int
add_results(struct dx_outcomes *o, const char *file, char *bytes, size_t len, struct dx_err *err)
{
	size_t at = 0, used, count = 0;

	for (; at + strspn(bytes + at, " \t\r\n") < len; at += used, count++) {
		struct dx_json doc;
		if (dx_json_parse_first(&o->arena, bytes + at, len - at, DX_JSON_FOREIGN, &doc, &used, err) != 0)
			return dx_err_in(err, "%s", file);
		if (strcmp(text(&doc, "schema"), "dealix.gate.result.v1") != 0)
			return dx_err_set(err, DX_R_FIELD_INVALID, "%s: is no dealix.gate.result.v1, TAP or JUnit", file);
		add_gate(o, &doc);
	}
	return count > 0 ? 0 : dx_err_set(err, DX_R_INPUT_EMPTY, "%s is empty", file);
}

int
dx_outcomes_add(struct dx_outcomes *o, const char *file, struct dx_err *err)
{
	struct dx_buf bytes = { 0 };
	struct dx_doc doc;
	enum dx_look look;
	int rc = dx_file_read(file, DX_READ_MAX_XML, DX_R_JSON_TOO_LARGE, &bytes, err);

	if (rc != 0)
		return rc;
	dx_buf_add(&bytes, "", 0);
	look = dx_read_look(bytes.data != NULL ? bytes.data : "", bytes.len);
	if (look != DX_LOOK_JSON) {	/* TAP may begin with any line: its reader says so when it is none */
		rc = dx_read_bytes(look == DX_LOOK_JUNIT ? DX_MEDIA_JUNIT : DX_MEDIA_TAP, bytes.data, bytes.len, file, NULL, &o->arena, &doc, err);
		if (rc == 0)
			rc = add_tests(o, file, &doc.root, err);
	} else
		rc = add_results(o, file, dx_arena_dup(&o->arena, bytes.data != NULL ? bytes.data : "", bytes.len), bytes.len, err);
	dx_buf_release(&bytes);
	return rc;
}

static int
by_what(const void *va, const void *vb)
{
	const struct outcome *a = va, *b = vb;
	int c = strcmp(a->what, b->what);

	return c != 0 ? c : (int)a->passed - (int)b->passed;	/* of several the one that did not pass is first */
}

void
dx_outcomes_sort(struct dx_outcomes *o)
{
	if (o->count > 0)
		qsort(o->item, o->count, sizeof(*o->item), by_what);
}

/* -1, or what the files say. */
static int
in_files(const struct dx_outcomes *o, const char *what)
{
	size_t lo = 0, hi = o->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strcmp(o->item[mid].what, what) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < o->count && strcmp(o->item[lo].what, what) == 0 ? o->item[lo].passed : -1;
}

/* --- the store --- */

static int
in_store_gate(struct dx_outcomes *o, const char *gate, const char *check)
{
	const struct dx_json *entry = NULL, *list;
	struct dx_json report;

	if (dx_entry_newest(&o->session, "gate_evaluated", gate, &o->arena, &entry, &o->fault) <= 0 ||
	    dx_session_payload(&o->session, text(dx_json_get(entry, "details"), "report_sha256"), &o->arena, &report, &o->fault) != 0)
		return -1;
	list = dx_json_get(&report, "results");
	for (uint32_t i = 0; dx_json_is(list, DX_JSON_ARRAY) && i < list->count; i++)
		if (strcmp(text(&list->u.items[i], "check"), check) == 0)
			return strcmp(text(&list->u.items[i], "state"), "PASS") == 0;
	return -1;
}

static int
in_store_evidence(struct dx_outcomes *o, const char *sha256)
{
	const struct dx_json *recorded = NULL, *verified = NULL;

	if (!dx_hex_is(sha256, DX_SHA256_HEX - 1) ||
	    dx_entry_newest(&o->session, "evidence_recorded", sha256, &o->arena, &recorded, &o->fault) <= 0)
		return -1;
	if (dx_entry_newest(&o->session, "evidence_verified", sha256, &o->arena, &verified, &o->fault) <= 0)
		return 0;
	return strcmp(text(dx_json_get(verified, "details"), "verdict"), "pass") == 0;
}

int
dx_outcomes_ask(void *outcomes, const char *what)
{
	struct dx_outcomes *o = outcomes;
	int answer = in_files(o, what);
	const char *slash = strrchr(what, '/');

	if (answer >= 0 || !o->reading)
		return answer;
	if (dx_starts(what, "evidence:"))
		return in_store_evidence(o, what + strlen("evidence:"));
	if (!dx_starts(what, "check:") || slash == NULL)
		return -1;
	what += strlen("check:");
	return in_store_gate(o, dx_arena_dup(&o->arena, what, (size_t)(slash - what)), slash + 1);
}
