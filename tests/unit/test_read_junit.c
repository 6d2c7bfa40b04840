/* test_read_junit: test cases, what they count as, totals that are not theirs; and Python's own XML reader beside us. */
#include "read_case.h"

#include <unistd.h>

#include "base/file.h"

/* total/passed/failed/skipped/flaky, the statuses, the problems. */
static const char *
summary(const char *text)
{
	static const char *const names[] = { "total", "passed", "failed", "skipped", "flaky" };
	const struct dx_json *list, *p;
	int64_t n;

	if (read_n(DX_MEDIA_JUNIT, text, strlen(text), NULL) != 0)
		return read_as(DX_MEDIA_JUNIT, text);
	dx_buf_reset(&read_out);
	for (int i = 0; i < 5; i++) {
		dx_json_int64(dx_json_get(&read_doc.root, names[i]), &n);
		dx_buf_printf(&read_out, "%s%d", i > 0 ? "/" : "", (int)n);
	}
	list = dx_json_get(&read_doc.root, "tests");
	for (size_t i = 0; (p = dx_json_item(list, i)) != NULL; i++)
		dx_buf_printf(&read_out, " %s", dx_json_get_str(p, "status"));
	list = dx_json_get(&read_doc.root, "problems");
	for (size_t i = 0; (p = dx_json_item(list, i)) != NULL; i++)
		dx_buf_printf(&read_out, " [%s]", dx_json_get_str(p, "detail"));
	return read_out.data;
}

#define CASE(name, in)	"<testcase name='" name "'>" in "</testcase>"
#define THREE		CASE("a", "") CASE("b", "<failure/>") CASE("c", "<skipped/>")

static const struct read_row rows[] = {
	{ "statuses", "<testsuite>" THREE CASE("d", "<error message='x'>text</error>") "</testsuite>", "4/1/2/1/0 pass fail skip error" },
	{ "an error before a failure before a skip", "<testsuite>" CASE("a", "<failure/><error/>") CASE("b", "<skipped/><failure/>") "</testsuite>",
	    "2/0/2/0/0 error fail" },
	{ "flaky ones passed", "<testsuite>" CASE("a", "<flakyFailure/><flakyError/>") CASE("b", "<rerunFailure/><failure/>") "</testsuite>",
	    "2/1/1/0/1 pass fail" },
	{ "what did not run is skipped", "<testsuite><testcase name='a' status='notrun'/><testcase name='b' result='suppressed'/>"
	    "<testcase name='c' status='run'/></testsuite>", "3/1/0/2/0 skip skip pass" },
	{ "suites nest", "<testsuites><testsuite name='o'>" CASE("a", "") "<testsuite name='i'>" CASE("b", "") "</testsuite></testsuite></testsuites>",
	    "2/2/0/0/0 pass pass" },
	{ "no tests", "<testsuites/>", "0/0/0/0/0" },
	{ "totals that hold", "<testsuites tests='3' failures='1' errors='0'><testsuite tests='3' failures='1' skipped='1' errors='0'>" THREE
	    "</testsuite></testsuites>", "3/1/1/1/0 pass fail skip" },
	{ "totals that do not", "<testsuite name='s' tests='4' failures='0' errors='0' skipped='1'>" THREE "</testsuite>",
	    "3/1/1/1/0 pass fail skip [tests: 4 stated, 3 counted, in s] [failures: 0 stated, 1 counted, in s]" },
	{ "a total that is none", "<testsuite tests='many'>" THREE "</testsuite>",
	    "3/1/1/1/0 pass fail skip [tests: no count stated, 3 counted, in a suite without a name]" },
	{ "totals of an outer suite, with those in it", "<testsuite tests='2'>" CASE("a", "") "<testsuite tests='1'>" CASE("b", "") "</testsuite></testsuite>",
	    "2/2/0/0/0 pass pass" },
	{ "or without", "<testsuite tests='1'>" CASE("a", "") "<testsuite tests='1'>" CASE("b", "") "</testsuite></testsuite>", "2/2/0/0/0 pass pass" },
	{ "disabled tests stated apart", "<testsuite tests='1' skipped='0' disabled='1'><testcase name='a' status='notrun'/></testsuite>",
	    "1/0/0/1/0 skip" },
	{ "or as skipped", "<testsuite tests='1' skipped='1'><testcase name='a' status='notrun'/></testsuite>", "1/0/0/1/0 skip" },
	{ "a failure that is no test's", "<testsuite><properties><failure/></properties>" CASE("a", "<system-out><failure/></system-out>")
	    "</testsuite>", "1/1/0/0/0 pass" },
	{ "another root", "<coverage/>", "media_syntax 1:1" },
	{ "a test without a name", "<testsuite>\n <testcase/></testsuite>", "media_syntax 2:2" },
	{ "a test within a test", "<testsuite>" CASE("a", "<testcase name='b'/>") "</testsuite>", "media_syntax 1:31" },
	{ "a test within something else", "<testsuite><x>" CASE("a", "") "</x></testsuite>", "media_syntax 1:15" },
	{ "a suite within a test", "<testsuite>" CASE("a", "<testsuite/>") "</testsuite>", "media_syntax 1:31" },
	{ "a document type", "<!DOCTYPE testsuite>\n<testsuite/>", "xml_rejected 1:20" },
	{ "an entity", "<!DOCTYPE t [<!ENTITY a 'b'>]>\n<testsuite>&a;</testsuite>", "xml_rejected 1:13" },
	{ "an entity that nobody declared", "<testsuite>&a;</testsuite>", "media_syntax 1:12" },
	{ "cut off", "<testsuite>\n" CASE("a", ""), "media_syntax 2:31" },
	{ "nothing", "", "media_syntax 1:1" },
	{ "two roots", "<testsuite/><testsuite/>", "media_syntax 1:13" },
	{ "an attribute twice", "<testsuite name='a' name='b'/>", "media_syntax 1:21" },
	{ "bytes that are not UTF-8", "<testsuite name='\xFF'/>", "media_syntax 1:18" },
	{ "a byte order mark is XML's", "\xEF\xBB\xBF<testsuite/>", "0/0/0/0/0" },
	{ "Latin-1", "<?xml version='1.0' encoding='ISO-8859-1'?><testsuite>" CASE("\xE4", "") "</testsuite>", "1/1/0/0/0 pass" },
	{ "another encoding", "<?xml version='1.0' encoding='EBCDIC-X'?><testsuite/>", "media_syntax 1:31" },
	{ NULL, NULL, NULL }
};

static void
documents(void)
{
	is_str(read_as(DX_MEDIA_JUNIT, "<testsuites timestamp='2026-01-01T00:00:00'>\n<testsuite name='s'>\n <testcase classname='k' name='a&amp;b'>"
	    "<flakyFailure/></testcase></testsuite></testsuites>"),
	    "{\"failed\":0,\"flaky\":1,\"mismatch\":false,\"passed\":1,\"problems\":[],\"skipped\":0,\"tests\":[{\"classname\":\"k\",\"flaky\":true,"
	    "\"name\":\"a&b\",\"status\":\"pass\",\"suite\":\"s\"}],\"timestamp\":\"2026-01-01T00:00:00\",\"total\":1}", "a document");
	is_str(read_place("/tests/0/status"), "3:2", "place of a test");
	is_str(read_place("/total"), "1:1", "place of a count");
	read_as(DX_MEDIA_JUNIT, "<testsuite tests='9'/>");
	ok(dx_json_is(dx_json_get(&read_doc.root, "mismatch"), DX_JSON_TRUE), "a mismatch");
	ok(read_n(DX_MEDIA_JUNIT, "\xFF\xFE<\0t\0e\0s\0t\0s\0u\0i\0t\0e\0/\0>\0", 26, NULL) == 0, "UTF-16");
	is_str(read_in(DX_MEDIA_JUNIT, "<testsuite>\0</testsuite>", 24, NULL), "media_syntax 1:12", "a NUL byte");
}

static void
beside_python(void)
{
	static const char script[] = "import sys,xml.etree.ElementTree as e\n"
	    "r=e.parse(sys.argv[1]).getroot();c=list(r.iter('testcase'))\n"
	    "f=sum(1 for t in c if t.find('failure') is not None or t.find('error') is not None)\n"
	    "s=sum(1 for t in c if t.find('skipped') is not None and t.find('failure') is None and t.find('error') is None)\n"
	    "print('%d/%d/%d/%d'%(len(c),len(c)-f-s,f,s))\n";
	char path[] = "/tmp/dx-junit-XXXXXX", py[] = "/tmp/dx-py-XXXXXX", command[256], line[64];
	struct dx_err err = { .reason = DX_OK };
	struct dx_buf b = { 0 };
	const char *ours;
	FILE *p;
	int fd;

	if (system("command -v python3 >/dev/null 2>&1") != 0) {
		skip("python3 is not here");
		return;
	}
	dx_buf_puts(&b, "<?xml version='1.0'?>\n<testsuites>\n");
	for (unsigned i = 0; i < 3000; i++) {
		if (i % 100 == 0)
			dx_buf_printf(&b, "%s<testsuite name='s%u'>\n", i > 0 ? "</testsuite>\n" : "", i);
		dx_buf_printf(&b, "<testcase name='t%u'>%s%s%s</testcase>\n", i, i % 7 == 0 ? "<failure/>" : "", i % 11 == 0 ? "<error/>" : "",
		    i % 5 == 0 ? "<skipped/>" : "");
	}
	dx_buf_puts(&b, "</testsuite></testsuites>\n");
	fd = mkstemp(path);
	dx_fd_write(fd, path, b.data, b.len, &err);
	close(fd);
	fd = mkstemp(py);
	dx_fd_write(fd, py, script, sizeof(script) - 1, &err);
	close(fd);
	snprintf(command, sizeof(command), "python3 %s %s", py, path);
	p = popen(command, "r");
	if (p == NULL || fscanf(p, "%63s", line) != 1)
		line[0] = '\0';
	if (p != NULL)
		pclose(p);
	ours = summary(b.data);
	ok(line[0] != '\0' && strncmp(ours, line, strlen(line)) == 0, "python3 counts as we do: %s", line);
	unlink(path);
	unlink(py);
	dx_buf_release(&b);
}

int
main(void)
{
	for (const struct read_row *r = rows; r->name != NULL; r++)
		is_str(summary(r->text), r->want, "junit: %s", r->name);
	documents();
	beside_python();
	return read_done();
}
