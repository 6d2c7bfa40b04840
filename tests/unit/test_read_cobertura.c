/* test_read_cobertura: lines and branches of a coverage report, the files they are of; the way over simple lines against expat alone, and
 * Python's own reader beside us. */
#include "read_case.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "read/cobertura.h"

#define HEAD	"<coverage line-rate='0.5' timestamp='1700000000000'><sources><source>src</source><source> lib </source></sources><packages>" \
		"<package name='p'><classes>"
#define TAIL	"</classes></package></packages></coverage>"
#define CLASS(file, lines) "<class name='c' filename='" file "'><methods/><lines>" lines "</lines></class>"

/* path lines/covered branches/covered of each file; e exists, a ambiguous, o outside. */
static const char *
summary(const char *text, struct dx_tree *tree)
{
	const struct dx_json *files, *f;
	int64_t n[4];

	if (read_n(DX_MEDIA_COBERTURA, text, strlen(text), tree) != 0)
		return read_in(DX_MEDIA_COBERTURA, text, strlen(text), tree);
	dx_buf_reset(&read_out);
	files = dx_json_get(&read_doc.root, "files");
	for (size_t i = 0; (f = dx_json_item(files, i)) != NULL; i++) {
		dx_json_int64(dx_json_get(f, "lines"), &n[0]);
		dx_json_int64(dx_json_get(f, "covered"), &n[1]);
		dx_json_int64(dx_json_get(f, "branches"), &n[2]);
		dx_json_int64(dx_json_get(f, "branches_covered"), &n[3]);
		dx_buf_printf(&read_out, "%s%s %d/%d %d/%d", i > 0 ? "; " : "", dx_json_get_str(f, "path"), (int)n[0], (int)n[1], (int)n[2],
		    (int)n[3]);
		if (tree != NULL)
			dx_buf_printf(&read_out, " %s%s%s", dx_json_is(dx_json_get(f, "exists"), DX_JSON_TRUE) ? "e" : "-",
			    dx_json_is(dx_json_get(f, "ambiguous"), DX_JSON_TRUE) ? "a" : "",
			    dx_json_is(dx_json_get(f, "outside"), DX_JSON_TRUE) ? "o" : "");
	}
	return read_out.data != NULL ? read_out.data : "";
}

static const struct read_row rows[] = {
	{ "lines and branches", HEAD CLASS("a", "<line number=\"1\" hits=\"0\"/><line number=\"2\" hits=\"3\"/>"
	    "<line number=\"3\" hits=\"1\" branch=\"true\" condition-coverage=\"50% (1/2)\"/>") TAIL, "a 3/2 2/1" },
	{ "without branch=true there are none", HEAD CLASS("a", "<line number='1' hits='1' condition-coverage='50% (1/2)'/>"
	    "<line number='2' hits='1' branch='false' condition-coverage='50% (1/2)'/><line number='3' hits='1' branch='True' "
	    "condition-coverage='50% (1/2)'/>") TAIL, "a 3/3 2/1" },
	{ "conditions that cannot be read are nothing", HEAD CLASS("a", "<line number='1' hits='1' branch='true' condition-coverage='50%'/>"
	    "<line number='2' hits='1' branch='true' condition-coverage='(3/2)'/><line number='3' hits='1' branch='true'/>"
	    "<line number='4' hits='1' branch='true' condition-coverage='(1/)'/><line number='5' hits='1' branch='true' "
	    "condition-coverage='(1/99999)'/>") TAIL, "a 5/5 0/0" },
	{ "of one number the most hits count", HEAD CLASS("a", "<line number='7' hits='0'/><line number='7' hits='2'/><line number='7' hits='1' "
	    "branch='true' condition-coverage='(2/2)'/>") TAIL, "a 1/1 0/0" },
	{ "then the most branches covered", HEAD CLASS("a", "<line number='7' hits='2' branch='true' condition-coverage='(1/4)'/>")
	    CLASS("a", "<line number='7' hits='2' branch='true' condition-coverage='(2/4)'/><line number='3' hits='0'/>") TAIL, "a 2/1 4/2" },
	{ "methods' lines are copies", HEAD "<class name='c' filename='a'><methods><method name='m' signature=''><lines><line number='1' hits='1'/>"
	    "<line number='9' hits='1'/></lines></method></methods><lines><line number='1' hits='0'/></lines></class>" TAIL, "a 1/0 0/0" },
	{ "conditions within a line", HEAD CLASS("a", "<line number=\"1\" hits=\"1\" branch=\"true\" condition-coverage=\"50% (1/2)\">"
	    "<conditions><condition number=\"0\" type=\"jump\" coverage=\"50%\"/></conditions></line><line number=\"2\" hits=\"0\"/>") TAIL,
	    "a 2/1 2/1" },
	{ "files are sorted", HEAD CLASS("b", "") CLASS("a", "<line number='1' hits='1'/>") TAIL, "a 1/1 0/0; b 0/0 0/0" },
	{ "hits beyond 64 bits", HEAD CLASS("a", "<line number='1' hits='99999999999999999999999'/>") TAIL, "a 1/1 0/0" },
	{ "nothing in it", "<coverage/>", "" },
	{ "text in CDATA and comments is none", HEAD CLASS("a", "<!-- <lines> --><![CDATA[<lines><line number=\"1\" hits=\"1\"/></line>]]>"
	    "<line number=\"2\" hits=\"1\"/>") TAIL, "a 1/1 0/0" },
	{ "a number that is none", HEAD CLASS("a", "<line number=\"x\" hits=\"1\"/>") TAIL, "media_syntax 1:197" },
	{ "no number", HEAD CLASS("a", "<line hits='1'/>") TAIL, "media_syntax 1:197" },
	{ "hits that are none", HEAD CLASS("a", "<line number=\"1\" hits=\"1\"/>\n<line number=\"1\" hits=\"-1\"/>") TAIL, "media_syntax 2:1" },
	{ "no hits", HEAD CLASS("a", "<line number=\"1\"/>") TAIL, "media_syntax 1:197" },
	{ "a class without a filename", HEAD "<class name='x'/>" TAIL, "media_syntax 1:151" },
	{ "a class within a class", HEAD "<class filename='x'><classes><class filename='y'/></classes></class>" TAIL, "media_syntax 1:180" },
	{ "another root", "<testsuite/>", "media_syntax 1:1" },
	{ "a document type", "<!DOCTYPE coverage SYSTEM 'http://x'>\n<coverage/>", "xml_rejected 1:37" },
	{ "cut off among lines", HEAD "<class filename='a'><lines><line number=\"1\" hits=\"1\"/><line num", "media_syntax 1:205" },
	{ "broken behind lines", HEAD "<class filename='a'><lines>\n<line number=\"1\" hits=\"1\"/>\n  <line number=\"2\" hits=\"1\"/></class>", "media_syntax 3:32" },
	{ NULL, NULL, NULL }
};

/* --- files --- */

static void
in_memory(void)
{
	static char files[] = "{\"src/a\":\"\",\"src/p/i\":\"\",\"lib/p/i\":\"\",\"top\":\"\",\"lib/l\":{\"link\":\"../../etc/x\"},\"src/d/x\":\"\"}";
	struct dx_arena a = { 0 };
	struct dx_json object;
	struct dx_tree *tree;
	struct dx_err err = { .reason = DX_OK };

	if (!ok(dx_json_parse(&a, files, strlen(files), DX_JSON_FOREIGN, &object, &err) == 0, "a tree"))
		return;
	tree = dx_tree_of(&object);
#define L1 "<line number='1' hits='1'/>"
#define L2 "<line number='2' hits='0'/>"
	is_str(summary(HEAD CLASS("a", L1) TAIL, tree), "src/a 1/1 0/0 e", "the first root that has it");
	is_str(summary(HEAD CLASS("p/i", L1) TAIL, tree), "src/p/i 1/1 0/0 ea", "two roots have it");
	is_str(summary(HEAD CLASS("top", L1) TAIL, tree), "top 1/1 0/0 e", "no root has it, but the tree");
	is_str(summary(HEAD CLASS("gone.py", L1) TAIL, tree), "gone.py 1/1 0/0 -", "nobody has it");
	is_str(summary(HEAD CLASS("d", L1) TAIL, tree), "d 1/1 0/0 -", "a folder is no file");
	is_str(summary(HEAD CLASS("../../etc/x", L1) TAIL, tree), "../../etc/x 1/1 0/0 -o", "it leads out");
	is_str(summary(HEAD CLASS("l", L1) TAIL, tree), "l 1/1 0/0 -o", "a link leads out");
	is_str(summary(HEAD CLASS("/etc/x", L1) TAIL, tree), "/etc/x 1/1 0/0 -o", "an absolute name elsewhere");
	is_str(summary(HEAD CLASS("./a", L1) CLASS("a", L2) CLASS("p/../a", L2) CLASS("src/a", "") TAIL, tree), "src/a 2/1 0/0 e",
	    "names of one file are one");
	is_str(read_place("/files/0"), "1:151", "with the place of the first");
	dx_tree_free(tree);
	dx_arena_release(&a);
}

static void
put(const char *folder, const char *name)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	if (f != NULL)
		fclose(f);
}

static void
on_disk(void)
{
	char root[] = "/tmp/dx-cov-XXXXXX", sub[64], text[2048];
	struct dx_err err = { .reason = DX_OK };
	struct dx_tree *tree;

	if (!ok(mkdtemp(root) != NULL, "a folder"))
		return;
	snprintf(sub, sizeof(sub), "%s/src", root);
	mkdir(sub, 0700);
	put(root, "top.py");
	put(sub, "a.py");
	if (ok(dx_tree_open(root, &tree, &err) == 0, "its tree")) {
		snprintf(text, sizeof(text), "<coverage><sources><source>/no/such</source><source>%s/src</source></sources><classes>"
		    CLASS("a.py", L1) CLASS("b.py", L1) "</classes></coverage>", root);
		is_str(summary(text, tree), "b.py 1/1 0/0 -; src/a.py 1/1 0/0 e", "an absolute root below the tree");
		snprintf(text, sizeof(text), "<coverage><sources><source>/tmp</source></sources><classes>"
		    CLASS("%s/src/a.py", L1) "</classes></coverage>", root + 5);
		is_str(summary(text, tree), "src/a.py 1/1 0/0 e", "an absolute root above it");
		snprintf(text, sizeof(text), "<coverage><classes>" CLASS("%s/src/a.py", L1) CLASS("%s/src/gone.py", L1) CLASS("/etc/passwd", L1)
		    "</classes></coverage>", root, root);
		is_str(summary(text, tree), "/etc/passwd 1/1 0/0 -o; src/a.py 1/1 0/0 e; src/gone.py 1/1 0/0 -", "absolute names");
		dx_tree_free(tree);
	}
	snprintf(text, sizeof(text), "%s/src/a.py", root);
	unlink(text);
	snprintf(text, sizeof(text), "%s/top.py", root);
	unlink(text);
	rmdir(sub);
	rmdir(root);
}

/* --- the way over simple lines --- */

static uint32_t
next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void
make_class(struct dx_buf *b, uint32_t *state, unsigned i)
{
	static const char *const ends[] = { "\n", "\r\n", "\n\t\t", "", " ", "\n<!-- <lines> </line> -->", "\n\n" };
	const char *end = ends[next(state) % 7];

	dx_buf_printf(b, "<class name=\"c%u\" filename=\"f%u\">%s<lines>%s", i, next(state) % 40, end, end);
	for (uint32_t n = next(state) % 60; n > 0; n--) {
		uint32_t number = next(state) % 50, hits = next(state) % 3, v = next(state) % 5;

		switch (next(state) % 8) {
		case 0:
			dx_buf_printf(b, "<line number=\"%u\" hits=\"%u\" branch=\"true\" condition-coverage=\"1%% (%u/4)\"/>", number, hits, v);
			break;
		case 1:
			dx_buf_printf(b, "<line hits=\"%u\"  number=\"%u\" missing-branches=\"1,exit\" />", hits, number);
			break;
		case 2:
			dx_buf_printf(b, "<line number=\"%u\" hits=\"%u\" branch=\"true\" condition-coverage=\"(%u/4)\">%s<conditions>"
			    "<condition number=\"0\" type=\"jump\" coverage=\"5%%\"/>%s<condition coverage=\"1%%\" %s/></conditions>%s</line>", number,
			    hits, v, end, end, v == 0 ? "x=\"1\"" : "", end);
			break;
		case 3:
			dx_buf_printf(b, "<line number=\"&#x%x;\" hits=\"%u\"/>", '0' + number % 10, hits);
			break;
		case 4:
			dx_buf_printf(b, "<line number=\"%u\" hits=\"%u\" x=\"%u\"/>", number, hits, v);
			break;
		default:
			dx_buf_printf(b, "<line number=\"%u\" hits=\"%u\"/>", number, hits);
		}
		dx_buf_puts(b, end);
	}
	dx_buf_printf(b, "</lines></class>%s", end);
}

static void
make_report(struct dx_buf *b, uint32_t *state, unsigned classes)
{
	dx_buf_reset(b);
	dx_buf_puts(b, "<?xml version=\"1.0\" ?>\n<coverage line-rate=\"0.5\"><packages><package><classes>");
	for (unsigned i = 0; i < classes; i++)
		make_class(b, state, i);
	dx_buf_puts(b, "</classes></package></packages></coverage>\n");
}

/* As UTF-16, in which no simple line is recognised. */
static char *
wide(const struct dx_buf *b)
{
	char *w = dx_alloc(2 * b->len + 2);

	memcpy(w, "\xFF\xFE", 2);
	for (size_t i = 0; i < b->len; i++) {
		w[2 + 2 * i] = b->data[i];
		w[3 + 2 * i] = '\0';
	}
	return w;
}

/* The document and the places of its files. */
static char *
whole(const char *bytes, size_t len)
{
	struct dx_buf b = { 0 };

	if (read_n(DX_MEDIA_COBERTURA, bytes, len, NULL) != 0) {
		dx_buf_printf(&b, "%s %u:%u", dx_reason_code(read_err.reason), read_doc.line, read_doc.column);
		return dx_buf_take(&b);
	}
	dx_json_canon(&read_doc.root, &b);
	for (size_t i = 0; i < read_doc.place_count; i++)
		dx_buf_printf(&b, " %u:%u", read_doc.places[i].line, read_doc.places[i].column);
	return dx_buf_take(&b);
}

static bool
both_ways(const struct dx_buf *b)
{
	char *w = wide(b), *x = whole(b->data, b->len), *y = whole(w, 2 * b->len + 2);
	bool same = strcmp(x, y) == 0;

	if (!same)
		diag("%.300s\n# %.300s", x, y);
	free(w);
	free(x);
	free(y);
	return same;
}

static void
against_expat(void)
{
	struct dx_buf b = { 0 };
	uint32_t state = 7;
	unsigned same = 0, cut = 0;

	for (unsigned i = 0; i < 300; i++) {
		make_report(&b, &state, i % 50);
		same += both_ways(&b);
	}
	is_int(same, 300, "reports read the same with and without the way over simple lines");
	for (unsigned i = 0; i < 300; i++) {
		make_report(&b, &state, 3);
		b.len = 80 + next(&state) % (b.len - 80);
		b.data[b.len] = '\0';
		cut += both_ways(&b);
	}
	is_int(cut, 300, "and so are those that were cut off");
	make_report(&b, &state, 3000);
	ok(both_ways(&b), "and one of many blocks (%zu bytes)", b.len);
	dx_buf_release(&b);
}

/* --- judges --- */

/* A simple element is taken whole, and any part of it waits for more. */
static void
elements(void)
{
	static const char *const simple[] = {
		"<line number=\"1\" hits=\"2\"/>", " \n\t<line  hits=\"2\" number=\"1\" />",
		"\r\n<line number=\"1\" hits=\"2\" branch=\"true\" condition-coverage=\"50% (1/2)\" missing-branches=\"exit\"/>",
		"<line number=\"1\" hits=\"2\"> <conditions>\n<condition number=\"0\" type=\"jump\" coverage=\"50%\"/> </conditions>\n</line>"
	};
	static const char *const others[] = {
		"<line number=\"1\" number=\"2\"/>", "<line number='1'/>", "<line number=\"&#49;\"/>", "<line number=\"1\"hits=\"2\"/>", "<lines>",
		"</lines>", "<line number=\"1\"/ >", "<line number=\"1\">x</line>", "<line number=\"\xC3\xA4\"/>", "<line x=\"1\"/>", "x", "<!-- -->"
	};
	struct dx_cov_text v[DX_COV_ATTRIBUTES];
	bool more;

	for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++) {
		size_t len = strlen(simple[i]), waits = 0;
		const char *s = simple[i];

		is_int((intmax_t)dx_cov_element(s, s + len, v, &more), (intmax_t)len, "element %zu is taken whole", i + 1);
		ok(v[DX_COV_NUMBER].n == 1 && *v[DX_COV_NUMBER].at == '1' && *v[DX_COV_HITS].at == '2', "with its values");
		for (size_t n = 0; n < len; n++)
			waits += dx_cov_element(s, s + n, v, &more) == 0 && more;
		is_int((intmax_t)waits, (intmax_t)len, "any part of it waits");
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ok(dx_cov_element(others[i], others[i] + strlen(others[i]), v, &more) == 0 && !more, "another thing is left to expat: %s", others[i]);
}

/* LEVELS of packages around lines with conditions. */
static void
levels(void)
{
	struct dx_buf b = { 0 };

	for (int n = 55; n < 64; n++) {
		dx_buf_reset(&b);
		dx_buf_puts(&b, "\n<coverage>");	/* expat counts the mark of UTF-16 as a column */
		for (int i = 0; i < n; i++)
			dx_buf_puts(&b, "<package>");
		dx_buf_puts(&b, "<classes><class filename=\"a\"><lines><line number=\"1\" hits=\"1\"><conditions><condition number=\"1\"/></conditions>"
		    "</line></lines></class></classes>");
		for (int i = 0; i < n; i++)
			dx_buf_puts(&b, "</package>");
		dx_buf_puts(&b, "</coverage>");
		is_int(read_n(DX_MEDIA_COBERTURA, b.data, b.len, NULL) == 0, 1 + n + 6 <= 64, "%d levels", 1 + n + 6);
		ok(both_ways(&b), "as with expat alone");
	}
	dx_buf_release(&b);
}

static const char script[] =
    "import sys,re,xml.etree.ElementTree as e\n"
    "r=e.parse(sys.argv[1]).getroot();F={}\n"
    "for c in r.iter('class'):\n"
    "  L=F.setdefault(c.get('filename'),{})\n"
    "  for l in c.findall('lines/line'):\n"
    "    m=re.search(r'\\((\\d+)/(\\d+)\\)',l.get('condition-coverage') or '') if l.get('branch')=='true' else None\n"
    "    k=(int(l.get('hits')),int(m[1]) if m else 0,int(m[2]) if m else 0)\n"
    "    n=int(l.get('number'))\n"
    "    if n not in L or k[:2]>L[n][:2]: L[n]=k\n"
    "print('; '.join('%s %d/%d %d/%d'%(f,len(L),sum(k[0]>0 for k in L.values()),sum(k[2] for k in L.values()),sum(k[1] for k in L.values()))"
    " for f,L in sorted(F.items())))\n";

static void
beside_python(void)
{
	char path[] = "/tmp/dx-cov-XXXXXX", py[] = "/tmp/dx-py-XXXXXX", command[256], *line = NULL;
	struct dx_err err = { .reason = DX_OK };
	struct dx_buf b = { 0 };
	uint32_t state = 99;
	size_t room = 0;
	FILE *p;
	int fd;

	if (system("command -v python3 >/dev/null 2>&1") != 0) {
		skip("python3 is not here");
		return;
	}
	make_report(&b, &state, 400);
	fd = mkstemp(path);
	dx_fd_write(fd, path, b.data, b.len, &err);
	close(fd);
	fd = mkstemp(py);
	dx_fd_write(fd, py, script, sizeof(script) - 1, &err);
	close(fd);
	snprintf(command, sizeof(command), "python3 %s %s", py, path);
	p = popen(command, "r");
	if (p != NULL && getline(&line, &room, p) > 0)
		line[strcspn(line, "\n")] = '\0';
	if (p != NULL)
		pclose(p);
	is_str(summary(b.data, NULL), line, "python3 counts as we do");
	unlink(path);
	unlink(py);
	free(line);
	dx_buf_release(&b);
}

int
main(void)
{
	for (const struct read_row *r = rows; r->name != NULL; r++)
		is_str(summary(r->text, NULL), r->want, "cobertura: %s", r->name);
	is_str(read_as(DX_MEDIA_COBERTURA, "<coverage timestamp='x' line-rate='0.50'><classes>" CLASS("a", "") "</classes></coverage>"),
	    "{\"files\":[{\"branches\":0,\"branches_covered\":0,\"covered\":0,\"lines\":0,\"path\":\"a\"}],\"line_rate\":0.5,\"timestamp\":\"x\"}",
	    "a document");
	in_memory();
	on_disk();
	against_expat();
	elements();
	levels();
	beside_python();
	return read_done();
}
