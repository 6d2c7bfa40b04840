/* test_read_tap: test points, directives, plans, subtests; and prove(1) beside us on the same files. */
#include "read_case.h"

#include <unistd.h>

#include "base/file.h"

/* total/passed/failed/skipped/todo/unexpected, the problems as "code@line". */
static const char *
summary(const char *text)
{
	static const char *const names[] = { "total", "passed", "failed", "skipped", "todo", "unexpected" };
	const struct dx_json *problems, *p;
	int64_t n;

	if (read_n(DX_MEDIA_TAP, text, strlen(text), NULL) != 0)
		return read_as(DX_MEDIA_TAP, text);
	dx_buf_reset(&read_out);
	for (int i = 0; i < 6; i++) {
		dx_json_int64(dx_json_get(&read_doc.root, names[i]), &n);
		dx_buf_printf(&read_out, "%s%d", i > 0 ? "/" : "", (int)n);
	}
	problems = dx_json_get(&read_doc.root, "problems");
	for (size_t i = 0; (p = dx_json_item(problems, i)) != NULL; i++) {
		dx_json_int64(dx_json_get(p, "line"), &n);
		dx_buf_printf(&read_out, " %s@%d", dx_json_get_str(p, "code"), (int)n);
	}
	return read_out.data;
}

static const struct read_row rows[] = {
	{ "a plan first", "1..2\nok 1 - a\nnot ok 2 - b\n", "2/1/1/0/0/0" },
	{ "a plan last", "ok 1\nok 2\n1..2\n", "2/2/0/0/0/0" },
	{ "numbers may be absent", "1..3\nok\nnot ok - b\nok c\n", "3/2/1/0/0/0" },
	{ "directives", "1..5\nok 1 # SKIP x\nnot ok 2 # TODO x\nok 3 # todo x\nok 4 - \\# SKIP\nnot ok 5 # skip x\n", "5/2/1/1/1/1" },
	{ "a directive is a word behind the first hash", "1..4\nok 1 # SKIPPED\nnot ok 2 x#TODO\nnot ok 3 # x # TODO\nok 4 #  Skip\n",
	    "4/1/1/1/1/0" },
	{ "a test that says TODO without a hash", "1..1\nnot ok 1 - TODO\n", "1/0/1/0/0/0" },
	{ "nothing", "", "0/0/0/0/0/0 tap_no_plan@1" },
	{ "no plan", "ok 1\nok 2\n", "2/2/0/0/0/0 tap_no_plan@2" },
	{ "nothing planned", "1..0 # SKIP no database\n", "0/0/0/0/0/0" },
	{ "nothing planned, but one run", "1..0\nok 1\n", "1/1/0/0/0/0 tap_plan_mismatch@1 tap_sequence@2" },
	{ "fewer than planned", "1..3\nok 1\nok 2\n", "2/2/0/0/0/0 tap_plan_mismatch@1" },
	{ "more than planned", "1..1\nok 1\nok 2\n", "2/2/0/0/0/0 tap_plan_mismatch@1 tap_sequence@3" },
	{ "a number twice", "1..2\nok 1\nok 1\n", "2/2/0/0/0/0 tap_sequence@3" },
	{ "a number out of range", "1..2\nok 1\nok 7\n", "2/2/0/0/0/0 tap_sequence@3" },
	{ "number zero", "1..1\nok 0\n", "1/1/0/0/0/0 tap_sequence@2" },
	{ "a number beyond all", "1..1\nok 99999999999999999999\n", "1/1/0/0/0/0 tap_sequence@2" },
	{ "another order is no fault", "1..2\nok 2\nok 1\n", "2/2/0/0/0/0" },
	{ "two plans", "1..1\nok 1\n1..1\n", "1/1/0/0/0/0 tap_plan_mismatch@3" },
	{ "a plan between", "ok 1\n1..2\nok 2\n", "2/2/0/0/0/0 tap_plan_mismatch@2" },
	{ "giving up", "1..3\nok 1\nBail out! no disk\n", "1/1/0/0/0/0 tap_bail_out@3 tap_plan_mismatch@1" },
	{ "giving up in a subtest", "TAP version 14\n1..1\n    1..2\n    ok 1\n    Bail out! x\nok 1\n", "1/1/0/0/0/0 tap_bail_out@5" },
	{ "subtests do not count", "TAP version 14\n1..1\n# Subtest: a\n    1..2\n    ok 1\n    not ok 2\nnot ok 1 - a\n", "1/0/1/0/0/0" },
	{ "diagnostics do not count", "TAP version 13\n1..1\nok 1\n  ---\n  not ok 2\n  Bail out! no\n  ...\n", "1/1/0/0/0/0" },
	{ "other output", "1..1\nokay\nnotok 1\nok 1\nhello\n", "1/1/0/0/0/0" },
	{ "after pragma +strict it is not TAP", "TAP version 13\npragma +strict\n1..1\nok 1\nhello\n", "media_syntax 5:1" },
	{ "pragma -strict", "TAP version 13\npragma +strict, -x\npragma -strict\n1..1\nok 1\nhello\n", "1/1/0/0/0/0" },
	{ "carriage returns", "1..2\r\nok 1\r\nok 2 # SKIP\r\n", "2/1/0/1/0/0" },
	{ "another version", "TAP version 15\n1..1\nok 1\n", "media_syntax 1:1" },
	{ "version 12 is not said", "TAP version 12\n1..1\nok 1\n", "media_syntax 1:1" },
	{ "a version behind", "1..1\nok 1\nTAP version 13\n", "media_syntax 3:1" },
	{ "bytes that are not UTF-8", "1..1\nok 1 \xFF\n", "media_syntax 2:6" },
	{ NULL, NULL, NULL }
};

static void
names(void)
{
	is_str(read_as(DX_MEDIA_TAP, "1..2\nok 1 - a \\# b \\\\ c\nok 2 - # TODO x\n"),
	    "{\"failed\":0,\"passed\":2,\"problems\":[],\"skipped\":0,\"tests\":[{\"name\":\"a # b \\\\ c\",\"status\":\"pass\",\"suite\":\"\"},"
	    "{\"name\":\"\",\"status\":\"pass\",\"suite\":\"\",\"unexpected\":true}],\"todo\":0,\"total\":2,\"unexpected\":1}", "names");
	is_str(read_place("/tests/1/name"), "3:1", "place of a point");
	is_str(read_place("/total"), "1:1", "place of a count");
}

/* Whether prove calls this file a success.  It lets some faults pass that our pages do not, and the other way. */
static int
proved(const char *text)
{
	char path[] = "/tmp/dx-tap-XXXXXX", command[256];
	struct dx_err err = { .reason = DX_OK };
	int fd = mkstemp(path), status;
	FILE *p;

	dx_fd_write(fd, path, text, strlen(text), &err);
	close(fd);
	snprintf(command, sizeof(command), "prove -Q -e cat %s >/dev/null 2>&1; echo $?", path);
	p = popen(command, "r");
	if (p == NULL || fscanf(p, "%d", &status) != 1)
		status = -1;
	if (p != NULL)
		pclose(p);
	unlink(path);
	return status;
}

static void
beside_prove(void)
{
	static const char *const ours[] = {
		"another order is no fault",		/* prove wants numbers in order */
		"subtests do not count", "giving up in a subtest",	/* it knows no version 14 */
		"diagnostics do not count",		/* it reads them, too */
		NULL
	};

	if (system("command -v prove >/dev/null 2>&1") != 0) {
		skip("prove is not here");
		return;
	}
	for (const struct read_row *r = rows; r->name != NULL; r++) {
		int i, failed = 1, problems = 1;
		bool good;

		for (i = 0; ours[i] != NULL && strcmp(ours[i], r->name) != 0; i++)
			;
		if (ours[i] != NULL || strstr(r->want, "/") == NULL)
			continue;
		sscanf(r->want, "%*d/%*d/%d", &failed);
		problems = strstr(r->want, "tap_") != NULL;
		good = failed == 0 && problems == 0;
		is_int(proved(r->text) == 0, good, "prove agrees: %s", r->name);
	}
}

int
main(void)
{
	for (const struct read_row *r = rows; r->name != NULL; r++)
		is_str(summary(r->text), r->want, "tap: %s", r->name);
	names();
	beside_prove();
	return read_done();
}
