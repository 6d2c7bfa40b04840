/* test_read_hostile: files made to exhaust their reader are refused in bounded time and memory; files that are broken anywhere are refused
 * for a reason that the page knows, or read. */
#include "read_case.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECONDS_MAX	60		/* of CPU for one file, also under sanitizers; most take a tenth of one */
#define ARENA_MAX	((size_t)320 << 20)
#define ROUNDS		4000

/* --- made to exhaust --- */

static void
refused(enum dx_media media, const struct dx_buf *b, const char *reason, const char *what)
{
	clock_t start = clock();
	int rc = read_n(media, b->data, b->len, NULL);
	double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;

	is_str(rc == 0 ? "read" : dx_reason_code(read_err.reason), reason, "%s: %s", dx_media_names[media], what);
	if (seconds > SECONDS_MAX || read_arena.total > ARENA_MAX)
		ok(false, "in bounds: %.1f s, %zu bytes", seconds, read_arena.total);
}

static void
repeat(struct dx_buf *b, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		dx_buf_puts(b, s);
}

static void
begin(struct dx_buf *b, const char *s)
{
	dx_buf_reset(b);
	dx_buf_puts(b, s);
}

static void
xml(struct dx_buf *b)
{
	static const char laughs[] = "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
	    "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]><testsuite name='&c;'/>";

	begin(b, laughs);
	refused(DX_MEDIA_JUNIT, b, "xml_rejected", "entities of entities");
	refused(DX_MEDIA_COBERTURA, b, "xml_rejected", "entities of entities");
	begin(b, "<!DOCTYPE coverage [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><coverage>&x;</coverage>");
	refused(DX_MEDIA_COBERTURA, b, "xml_rejected", "a file as an entity");
	begin(b, "<!DOCTYPE coverage [<!ENTITY % x SYSTEM 'http://x/'> %x;]><coverage/>");
	refused(DX_MEDIA_COBERTURA, b, "xml_rejected", "a parameter entity");
	begin(b, "");
	repeat(b, "<testsuite>", 64);
	repeat(b, "</testsuite>", 64);
	refused(DX_MEDIA_JUNIT, b, "read", "64 levels");
	begin(b, "");
	repeat(b, "<testsuite>", 65);
	refused(DX_MEDIA_JUNIT, b, "xml_rejected", "65 levels");
	begin(b, "<testsuite name='");
	repeat(b, "x", 2u << 20);
	dx_buf_puts(b, "'/>");
	refused(DX_MEDIA_JUNIT, b, "xml_rejected", "an attribute of 2 MiB");
	begin(b, "<testsuite><!--");
	repeat(b, "</line><lines>", 1u << 20);
	refused(DX_MEDIA_COBERTURA, b, "media_syntax", "another root, and a comment of many marks");
	begin(b, "<coverage><!--");
	repeat(b, "</line><lines>", 1u << 20);
	refused(DX_MEDIA_COBERTURA, b, "xml_rejected", "a comment of many marks");
	begin(b, "<testsuite");
	for (unsigned i = 0; i < 50000; i++)
		dx_buf_printf(b, " a%u=''", i);
	dx_buf_puts(b, "/>");
	refused(DX_MEDIA_JUNIT, b, "xml_rejected", "50000 attributes");
	begin(b, "<testsuite>");
	for (unsigned i = 0; i < 100000; i++)
		dx_buf_printf(b, "<a%u/>", i);
	refused(DX_MEDIA_JUNIT, b, "xml_rejected", "100000 different elements");
	begin(b, "<testsuite>");
	repeat(b, "<a b='1'/>", 100000);
	dx_buf_puts(b, "</testsuite>");
	refused(DX_MEDIA_JUNIT, b, "read", "100000 foreign elements of one name");
}

static void
many_kept(struct dx_buf *b)
{
	begin(b, "<testsuite>");
	repeat(b, "<testcase name='x'/>", (1u << 19) + 1);
	refused(DX_MEDIA_JUNIT, b, "media_too_large", "524289 tests");
	begin(b, "<coverage><classes>");
	for (unsigned i = 0; i < 262145; i++)
		dx_buf_printf(b, "<class filename='%u'/>", i);
	refused(DX_MEDIA_COBERTURA, b, "media_too_large", "262145 files");
	begin(b, "<coverage><classes>");
	for (unsigned i = 0; i < 100000; i++)
		dx_buf_printf(b, "<class filename='a'><lines><line number='%u' hits='0'/><line number='1' hits='1'/></lines></class>", i);
	dx_buf_puts(b, "</classes></coverage>");
	refused(DX_MEDIA_COBERTURA, b, "read", "100000 classes of one file");
	begin(b, "1..1\n");
	repeat(b, "ok\n", (1u << 19) + 1);
	refused(DX_MEDIA_TAP, b, "media_too_large", "524289 points");
	begin(b, "a\n");
	repeat(b, "\n", 4u << 20);
	refused(DX_MEDIA_CSV, b, "media_too_large", "4 million rows");
	begin(b, "");
	repeat(b, ",", 2u << 20);
	refused(DX_MEDIA_CSV, b, "media_syntax", "2 million columns of one name");
	begin(b, "");
	repeat(b, "- a: b\n", (1u << 20) + 1);
	refused(DX_MEDIA_KV_MD, b, "media_too_large", "a million fields");
	begin(b, "");
	repeat(b, "`A-111` (`B`", 200000);
	refused(DX_MEDIA_TABLE_MD, b, "read", "200000 statuses");
	begin(b, "");
	repeat(b, "`", 8u << 20);
	refused(DX_MEDIA_TABLE_MD, b, "read", "8 million back quotes");
}

static void
yaml(struct dx_buf *b)
{
	begin(b, "");
	repeat(b, "[", 1u << 20);
	refused(DX_MEDIA_YAML, b, "media_syntax", "a million brackets");
	begin(b, "");
	repeat(b, "- ", 1u << 20);
	refused(DX_MEDIA_YAML, b, "media_syntax", "a million dashes");
	begin(b, "");
	repeat(b, "? ", 1u << 20);
	refused(DX_MEDIA_YAML, b, "media_syntax", "a million questions");
	begin(b, "[");
	repeat(b, "a,", 3u << 20);
	refused(DX_MEDIA_YAML, b, "media_too_large", "3 million values");
	begin(b, "");
	for (unsigned i = 0; i < 400000; i++)
		dx_buf_printf(b, "%%TAG !%x! tag:x,\n", i);
	refused(DX_MEDIA_YAML, b, "media_syntax", "400000 directives");
	begin(b, "a: 1\n...\n");
	for (unsigned i = 0; i < 400000; i++)
		dx_buf_printf(b, "%%TAG !%x! tag:x,\n", i);
	refused(DX_MEDIA_YAML, b, "media_syntax", "400000 directives behind the document");
	begin(b, "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n");
	refused(DX_MEDIA_YAML, b, "media_syntax", "aliases of aliases");
	begin(b, "{");
	for (unsigned i = 0; i < 200000; i++)
		dx_buf_printf(b, "k%u: 1,", 200000 - i);
	dx_buf_puts(b, "}");
	refused(DX_MEDIA_YAML, b, "read", "200000 keys");
	begin(b, "a: \"");
	repeat(b, "x", 8u << 20);
	refused(DX_MEDIA_YAML, b, "media_syntax", "a quote that is not closed for 8 MiB");
}

static void
too_long(struct dx_buf *b)
{
	begin(b, "");
	repeat(b, "x", (16u << 20) + 1);
	for (int m = DX_MEDIA_JSON; m <= DX_MEDIA_DSSE; m++) {
		if (m != DX_MEDIA_COBERTURA && m != DX_MEDIA_JUNIT)
			refused((enum dx_media)m, b, "media_too_large", "one line of 16 MiB and a byte");
	}
	b->data[--b->len] = '\0';
	refused(DX_MEDIA_TEXT, b, "read", "one of 16 MiB");
	refused(DX_MEDIA_JSON, b, "json_syntax", "one of 16 MiB");
	refused(DX_MEDIA_YAML, b, "read", "one of 16 MiB");
}

/* What never ends, through a pipe. */
static void
endless(enum dx_media media, const char *head, const char *reason, const char *what)
{
	static char block[1 << 16];
	struct dx_arena a = { 0 };
	struct dx_err err = { .reason = DX_OK };
	struct dx_doc d;
	int p[2];
	pid_t child;

	if (pipe(p) != 0 || (child = fork()) < 0) {
		ok(false, "a pipe and a child");
		return;
	}
	if (child == 0) {
		signal(SIGPIPE, SIG_DFL);
		close(p[0]);
		memset(block, 'x', sizeof(block));
		if (write(p[1], head, strlen(head)) > 0) {
			while (write(p[1], block, sizeof(block)) > 0)
				;
		}
		_exit(0);
	}
	close(p[1]);
	is_str(dx_read_fd(media, p[0], "pipe", NULL, &a, &d, &err) == 0 ? "read" : dx_reason_code(err.reason), reason, "%s: %s",
	    dx_media_names[media], what);
	close(p[0]);
	waitpid(child, NULL, 0);
	dx_arena_release(&a);
}

static void
files(void)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { .reason = DX_OK };
	struct dx_doc d;
	int fd = open("/", O_RDONLY | O_CLOEXEC);

	endless(DX_MEDIA_JUNIT, "<testsuite>", "media_too_large", "an endless line of text");
	endless(DX_MEDIA_COBERTURA, "<coverage><", "xml_rejected", "an endless tag");
	endless(DX_MEDIA_TEXT, "x", "media_too_large", "an endless line");
	ok(dx_read_fd(DX_MEDIA_JSON, fd, "/", NULL, &a, &d, &err) != 0 && err.reason == DX_R_FILE_UNREADABLE, "a folder cannot be read");
	dx_err_clear(&err);
	ok(dx_read_fd(DX_MEDIA_JUNIT, fd, "/", NULL, &a, &d, &err) != 0 && err.reason == DX_R_FILE_UNREADABLE, "nor as XML");
	close(fd);
	dx_arena_release(&a);
}

/* --- broken anywhere --- */

static const struct { enum dx_media media; const char *text; } samples[] = {
	{ DX_MEDIA_JSON, "{\"a\":[1,-2.5e3,true,null,\"\\u00e4\\ud83d\\ude00\"],\"b\":{\"c\":\"\xC3\xA4\"}}" },
	{ DX_MEDIA_KV_MD, "# T\n- a: x\n  - b_2: y\r\n- a: z\n\n- c:\n" },
	{ DX_MEDIA_TABLE_MD, "| ID | x | S |\n|--|--|--|\n| ECP-002 | a \\| b | DONE |\n`PKG-003` (`gated`, x) `ecp-002` (`PLANNED`)\n" },
	{ DX_MEDIA_TEXT, "a\n\xC3\xA4 b\r\n\nc" },
	{ DX_MEDIA_COBERTURA, "<?xml version=\"1.0\" ?>\n<coverage line-rate=\"0.5\" timestamp=\"1\"><sources><source>/a</source></sources>\n"
	    "<packages><package name=\"p\"><classes>\n<class name=\"c\" filename=\"f\"><methods/><lines>\n<line number=\"1\" hits=\"1\"/>\n"
	    "<line number=\"2\" hits=\"0\" branch=\"true\" condition-coverage=\"50% (1/2)\" missing-branches=\"3\"/>\n"
	    "<line number=\"3\" hits=\"0\"><conditions/></line><line number='4' hits='9'/>\n</lines></class></classes></package></packages></coverage>\n" },
	{ DX_MEDIA_JUNIT, "<?xml version='1.0' encoding='UTF-8'?>\n<testsuites tests='2' failures='1'><testsuite name='s' tests='2' timestamp='t'>\n"
	    "<properties><property name='a' value='b'/></properties><testcase name='a' classname='k'/><testcase name='b'><failure message='x'>"
	    "<![CDATA[<y>]]></failure></testcase></testsuite></testsuites>" },
	{ DX_MEDIA_TAP, "TAP version 14\n1..3\nok 1 - a # SKIP x\nnot ok 2 - b\n  ---\n  x: y\n  ...\n# Subtest: c\n    1..1\n    ok 1\nok 3 - c \\# d # TODO\n" },
	{ DX_MEDIA_CSV, "a,\"b\"\r\n1,\"x\r\ny\"\"z\"\n,\n" },
	{ DX_MEDIA_YAML, "%YAML 1.2\n---\na: 1\nb:\n  - {c: 'x', \"d\": 0x1F}\n  - [1.5, ~, true]\ne: |\n  text\n  more\nf: >-\n  folded\n" },
	{ DX_MEDIA_DSSE, "[{\"attestation\":{\"bundle\":{\"dsseEnvelope\":{\"payload\":\"eyJhIjoxfQ==\",\"payloadType\":\"t\",\"signatures\":"
	    "[{\"keyid\":\"k\"}]}}},\"verificationResult\":{\"statement\":{\"a\":1},\"signature\":{\"certificate\":{}}}}]" },
	{ DX_MEDIA_BYTES, "abc" }
};

static bool
documented(enum dx_media media)
{
	bool json = media == DX_MEDIA_JSON || media == DX_MEDIA_DSSE, streamed = media == DX_MEDIA_COBERTURA || media == DX_MEDIA_JUNIT;
	enum dx_reason r = read_err.reason;

	if (r == DX_R_JSON_SYNTAX || r == DX_R_JSON_DUPLICATE_KEY || r == DX_R_JSON_NUMBER_RANGE)
		return json;
	if (r == DX_R_MEDIA_SYNTAX)
		return media != DX_MEDIA_JSON && media != DX_MEDIA_BYTES;
	return r == DX_R_XML_REJECTED && streamed;
}

/* Every value of the document has a place in the file, or none; its texts are what documents may hold. */
static bool
sound(const struct dx_json *v)
{
	size_t end = read_doc.places != NULL ? read_doc.place_count : read_doc.len + 1;
	bool held = v->offset == DX_JSON_NOWHERE || v->offset < end;

	if (v->type == DX_JSON_STRING)
		held = held && strlen(v->u.text) == v->count;
	for (uint32_t i = 0; v->type == DX_JSON_ARRAY && i < v->count; i++)
		held = held && sound(&v->u.items[i]);
	for (uint32_t i = 0; v->type == DX_JSON_OBJECT && i < v->count; i++)
		held = held && strlen(v->u.members[i].name) == v->u.members[i].name_len && sound(&v->u.members[i].value);
	return held;
}

static bool
survives(enum dx_media media, const char *bytes, size_t len)
{
	char *copy = dx_alloc(len);	/* exactly as long: an overrun is seen */
	bool held;
	int rc;

	memcpy(copy, bytes, len);
	rc = read_n(media, copy, len, NULL);
	free(copy);
	held = rc == 0 ? sound(&read_doc.root) : rc == -1 && documented(media);
	if (!held)
		diag("%s: %s", dx_reason_code(read_err.reason), read_err.text);
	return held && read_doc.bytes == len;
}

static void
broken(void)
{
	uint32_t state = 2463534242u;
	char copy[1024];

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		size_t len = strlen(samples[i].text), held = 0;

		is_str(read_n(samples[i].media, samples[i].text, len, NULL) == 0 ? "" : read_err.text, "", "%s: the sample is read",
		    dx_media_names[samples[i].media]);
		for (size_t n = 0; n <= len; n++)
			held += survives(samples[i].media, samples[i].text, n);
		is_int((intmax_t)held, (intmax_t)len + 1, "%s: cut off anywhere", dx_media_names[samples[i].media]);
		held = 0;
		for (size_t round = 0; round < ROUNDS; round++) {
			memcpy(copy, samples[i].text, len);
			for (unsigned flips = 1 + round % 4; flips > 0; flips--) {
				state ^= state << 13;
				state ^= state >> 17;
				state ^= state << 5;
				copy[state % len] = (char)(state >> 24 < 128 ? copy[(state >> 8) % len] : (char)(state >> 16));
			}
			held += survives(samples[i].media, copy, round % 3 == 0 ? len - state % len : len);
		}
		is_int((intmax_t)held, ROUNDS, "%s: bytes changed anywhere", dx_media_names[samples[i].media]);
	}
}

int
main(void)
{
	struct dx_buf b = { 0 };

	xml(&b);
	many_kept(&b);
	yaml(&b);
	too_long(&b);
	dx_buf_release(&b);
	files();
	broken();
	return read_done();
}
