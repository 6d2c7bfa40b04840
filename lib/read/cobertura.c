/* cobertura: class-level lines of a coverage report, as they come. */
#include "read/cobertura.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "read/xml.h"

#define NAME_MAX_BYTES	4096		/* of a filename, a source root */

/* Elements of the media; those that stand where they should are told apart from those that do not. */
enum element {
	FOREIGN, KNOWN, COVERAGE, SOURCES, SOURCE, CLASSES, CLASS, LINES, OTHER_LINES, LINE
};

struct report {
	struct dx_xml		 xml;		/* first: handlers get its address */
	struct dx_coverage	 cov;
	struct dx_buf		 text;		/* of the source being read */
	uint32_t		 name;		/* of the class being read */
	uint32_t		 first;		/* line of it */
	bool			 in_class;
};

static void *
room_for(void *array, uint32_t count, uint32_t *room, size_t size)
{
	if (count < *room)
		return array;
	*room = *room > 0 ? *room * 2 : 1024;
	return dx_realloc(array, dx_size_mul(*room, size));
}

/* --- lines --- */

static bool
is_digit(const struct dx_cov_text *t, size_t i)
{
	return i < t->n && t->at[i] >= '0' && t->at[i] <= '9';
}

/* Digits alone; saturates.  False: something else, or nothing. */
static bool
count(const struct dx_cov_text *t, uint64_t max, uint64_t *out)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; is_digit(t, i); i++) {
		uint64_t digit = (uint64_t)(t->at[i] - '0');

		n = n > (max - digit) / 10 ? max : n * 10 + digit;
	}
	*out = n;
	return i > 0 && i == t->n;
}

/* c and v of "50% (c/v)"; where it is not that: nothing. */
static void
conditions(const struct dx_cov_text *t, struct dx_cov_line *line)
{
	const char *open = t->n > 0 ? memchr(t->at, '(', t->n) : NULL;
	size_t at = open != NULL ? (size_t)(open - t->at) + 1 : t->n;
	uint32_t n[2] = { 0, 0 };

	for (int i = 0; i < 2; i++) {
		if (!is_digit(t, at))
			return;
		for (; is_digit(t, at); at++)
			n[i] = n[i] <= UINT16_MAX ? n[i] * 10 + (uint32_t)(t->at[at] - '0') : n[i];
		if (at >= t->n || t->at[at++] != "/)"[i])
			return;
	}
	if (n[1] <= UINT16_MAX && n[0] <= n[1]) {
		line->covered = (uint16_t)n[0];
		line->branches = (uint16_t)n[1];
	}
}

/* NULL, or what is wrong with it. */
static const char *
make_line(const struct dx_cov_text v[static DX_COV_ATTRIBUTES], struct dx_cov_line *line)
{
	uint64_t number;

	*line = (struct dx_cov_line){ 0 };
	if (!count(&v[DX_COV_NUMBER], UINT64_MAX, &number) || number > UINT32_MAX)
		return "a line whose number is no line number";
	if (!count(&v[DX_COV_HITS], UINT64_MAX, &line->hits))
		return "a line whose hits are no count";
	line->number = (uint32_t)number;
	if (v[DX_COV_BRANCH].n == 4 && strncasecmp(v[DX_COV_BRANCH].at, "true", 4) == 0)
		conditions(&v[DX_COV_CONDITION], line);
	return NULL;
}

static void
add_line(struct dx_coverage *c, const struct dx_cov_line *line)
{
	c->lines = room_for(c->lines, c->line_count, &c->line_room, sizeof(*c->lines));
	c->lines[c->line_count++] = *line;
}

static void
begin_line(struct report *p, const char **atts)
{
	struct dx_cov_text v[DX_COV_ATTRIBUTES];
	const char *s[DX_COV_ATTRIBUTES], *wrong;
	struct dx_cov_line line;

	dx_xml_attributes(&p->xml, atts, dx_cov_names, s);
	for (int i = 0; i < DX_COV_ATTRIBUTES; i++)
		v[i] = (struct dx_cov_text){ s[i], s[i] != NULL ? strlen(s[i]) : 0 };
	wrong = make_line(v, &line);
	if (wrong != NULL)
		dx_xml_fail(&p->xml, DX_R_MEDIA_SYNTAX, "%s", wrong);
	else if (p->cov.line_count == DX_KEEP_LINES)
		dx_xml_fail(&p->xml, DX_R_MEDIA_TOO_LARGE, "more than %u lines", DX_KEEP_LINES);
	else
		add_line(&p->cov, &line);
}

/* Lines behind <lines>, or behind a line that was not as simple.  One that is wrong is left to expat, which knows its place. */
static size_t
lane(struct dx_xml *x, const char *at, const char *end, bool *more)
{
	struct report *p = (void *)x;
	struct dx_cov_text v[DX_COV_ATTRIBUTES];
	struct dx_cov_line line;
	bool wanted = x->stack[x->depth - 1] == LINES;
	const char *start = at;
	size_t n;

	for (;;) {
		n = dx_cov_element(at, end, v, more);
		if (n == 0 || (wanted && (make_line(v, &line) != NULL || p->cov.line_count == DX_KEEP_LINES)))
			break;
		if (wanted)
			add_line(&p->cov, &line);
		at += n;
	}
	return (size_t)(at - start);
}

/* `open` elements are: where a line with all that may be in it stays within the levels. */
static void
open_lane(struct dx_xml *x, unsigned open)
{
	if (open + 3 <= DX_XML_DEPTH)
		dx_xml_here(x);
}

/* --- classes --- */

static void
add_place(struct report *p)
{
	struct dx_spot_place at = dx_xml_place(&p->xml);

	dx_buf_add(&p->cov.places, &at, sizeof(at));
}

static void
begin_class(struct report *p, const char **atts)
{
	static const char *const names[] = { "filename", "name", "line-rate", "branch-rate", "complexity", NULL };
	const char *v[5];
	struct dx_coverage *c = &p->cov;
	uint32_t known = c->names.count;

	dx_xml_attributes(&p->xml, atts, names, v);
	if (p->in_class) {
		dx_xml_fail(&p->xml, DX_R_MEDIA_SYNTAX, "a class within a class");
		return;
	}
	p->in_class = true;
	if (v[0] == NULL || *v[0] == '\0') {
		dx_xml_fail(&p->xml, DX_R_MEDIA_SYNTAX, "a class without a filename");
		return;
	}
	if (strlen(v[0]) > NAME_MAX_BYTES) {
		dx_xml_fail(&p->xml, DX_R_XML_REJECTED, "a filename of more than %d bytes", NAME_MAX_BYTES);
		return;
	}
	p->name = dx_names_number(&c->names, p->xml.r->arena, v[0]);
	p->first = c->line_count;
	if (p->name < known)
		return;
	if (known == DX_KEEP_FILES) {
		dx_xml_fail(&p->xml, DX_R_MEDIA_TOO_LARGE, "more than %u files", DX_KEEP_FILES);
		return;
	}
	c->name = room_for(c->name, known, &c->name_room, sizeof(*c->name));
	c->name[known] = (struct dx_cov_name){ 0 };
	add_place(p);
}

static void
end_class(struct report *p)
{
	struct dx_coverage *c = &p->cov;
	struct dx_cov_name *name = &c->name[p->name];

	p->in_class = false;
	if (c->line_count == p->first)
		return;
	c->runs = room_for(c->runs, c->run_count, &c->run_room, sizeof(*c->runs));
	c->runs[c->run_count++] = (struct dx_cov_run){ p->first, c->line_count - p->first, 0 };
	if (name->head == 0)
		name->head = c->run_count;
	else
		c->runs[name->tail - 1].next = c->run_count;
	name->tail = c->run_count;
}

/* --- head --- */

static void XMLCALL
source_text(void *data, const char *s, int n)
{
	struct report *p = data;

	if (p->text.len + (size_t)n > NAME_MAX_BYTES)
		dx_xml_fail(&p->xml, DX_R_XML_REJECTED, "a source of more than %d bytes", NAME_MAX_BYTES);
	else
		dx_buf_add(&p->text, s, (size_t)n);
}

static void
end_source(struct report *p)
{
	size_t n = p->text.len;
	const char *s = p->text.data != NULL ? dx_trim(p->text.data, &n) : "";

	p->xml.expat->XML_SetCharacterDataHandler(p->xml.parser, NULL);
	if (n == 0)
		return;
	if (p->cov.source_count == DX_SOURCES)
		dx_xml_fail(&p->xml, DX_R_MEDIA_TOO_LARGE, "more than %d sources", DX_SOURCES);
	else
		p->cov.sources[p->cov.source_count++] = dx_arena_dup(p->xml.r->arena, s, n);
}

/* A JSON number as it is, else text. */
static struct dx_json
figure(struct dx_arena *a, const char *s)
{
	struct dx_json v;
	char *copy;

	if (s == NULL)
		return dx_json_null();
	copy = dx_arena_dup(a, s, strlen(s));
	if (dx_json_parse(a, copy, strlen(copy), DX_JSON_FOREIGN, &v, NULL) == 0 && v.type == DX_JSON_NUMBER &&
	    v.count == strlen(s) && v.count < 40)
		return v;
	return dx_json_string(a, s);
}

static uint8_t
begin_report(struct report *p, const char *name, const char **atts)
{
	static const char *const names[] = { "timestamp", "line-rate", NULL };
	const char *v[2];

	if (strcmp(name, "coverage") != 0) {
		dx_xml_fail(&p->xml, DX_R_MEDIA_SYNTAX, "the root element is %.60s, not coverage", name);
		return FOREIGN;
	}
	dx_xml_attributes(&p->xml, atts, names, v);
	p->cov.timestamp = figure(p->xml.r->arena, v[0]);
	p->cov.line_rate = figure(p->xml.r->arena, v[1]);
	add_place(p);
	return COVERAGE;
}

/* --- elements --- */

static void
add_foreign(struct dx_xml *x, const char **atts)
{
	for (; *atts != NULL && !x->stopped; atts += 2)
		dx_xml_foreign(x, atts[0]);
}

/* Elements that are many in a report, and of which nothing is wanted. */
static bool
is_known(struct dx_xml *x, const char *name, const char **atts)
{
	static const char *const plain[] = { "method", "condition", "package", "methods", "conditions", "line", "packages", NULL };
	static const char *const names[] = { "number", "hits", "name", "signature", "line-rate", "branch-rate", "complexity", "branch",
		"condition-coverage", "type", "coverage", NULL };
	const char *v[11];
	int i;

	for (i = 0; plain[i] != NULL && strcmp(plain[i], name) != 0; i++)
		;
	if (plain[i] == NULL)
		return false;
	dx_xml_attributes(x, atts, names, v);
	return true;
}

/* The containers that lead to a class and its lines, and to a source. */
static uint8_t
container(uint8_t up, const char *name)
{
	if (up == CLASS && strcmp(name, "lines") == 0)
		return LINES;
	if (strcmp(name, "classes") == 0)
		return CLASSES;
	if (up == COVERAGE && strcmp(name, "sources") == 0)
		return SOURCES;
	return strcmp(name, "lines") == 0 ? OTHER_LINES : FOREIGN;
}

static uint8_t
begin(struct dx_xml *x, const char *name, const char **atts)
{
	struct report *p = (void *)x;
	uint8_t up = x->depth > 0 ? x->stack[x->depth - 1] : FOREIGN, kind;

	if (up == LINES && strcmp(name, "line") == 0) {
		begin_line(p, atts);
		return LINE;
	}
	if (x->depth == 0)
		return begin_report(p, name, atts);
	if (up == CLASSES && strcmp(name, "class") == 0) {
		begin_class(p, atts);
		return CLASS;
	}
	if (up == SOURCES && strcmp(name, "source") == 0) {
		add_foreign(x, atts);
		dx_buf_reset(&p->text);
		x->expat->XML_SetCharacterDataHandler(x->parser, source_text);
		return SOURCE;
	}
	kind = container(up, name);
	if (kind != FOREIGN) {
		add_foreign(x, atts);
		if (kind == LINES || kind == OTHER_LINES)
			open_lane(x, x->depth + 1);
		return kind;
	}
	return is_known(x, name, atts) ? KNOWN : FOREIGN;
}

static void
finish(struct dx_xml *x, uint8_t element)
{
	if (element == CLASS)
		end_class((void *)x);
	else if (element == SOURCE)
		end_source((void *)x);
	else if (element == LINE)
		open_lane(x, x->depth);
}

int
dx_read_cobertura(struct dx_reading *r)
{
	static const char *const marks[] = { "<lines>", "</line>", NULL };
	struct report p = { .xml = { .r = r, .start = begin, .end = finish, .lane = lane, .marks = marks }, .cov = { .r = r } };
	int rc = dx_xml_read(&p.xml);

	dx_xml_release(&p.xml);
	if (rc == 0)
		rc = dx_coverage_resolve(&p.cov);
	if (rc == 0)
		dx_coverage_document(&p.cov);
	dx_names_release(&p.cov.names);
	dx_buf_release(&p.cov.places);
	dx_buf_release(&p.text);
	free(p.cov.name);
	free(p.cov.lines);
	free(p.cov.runs);
	return rc;
}
