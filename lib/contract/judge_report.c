/* judge_report: failures with their places, and the report of evidence page 2.4. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "contract/inner.h"

#define SKIPS_MAX	DX_FAILURES_MAX

const struct dx_spot *
dx_spot_keep(struct dx_arena *a, const struct dx_spot *s)
{
	struct dx_spot *out;

	if (s == NULL)
		return NULL;
	out = dx_arena_alloc(a, sizeof(*out));
	*out = *s;
	out->up = dx_spot_keep(a, s->up);
	/* A name that a rule computed does not outlive its place; one of the document would. */
	if (s->name != NULL)
		out->name = dx_arena_dup(a, s->name, strlen(s->name));
	return out;
}

/* --- collecting --- */

static struct dx_failure *
new_failure(struct dx_tally *t)
{
	if (t->count == DX_FAILURES_MAX) {
		t->dropped++;
		return NULL;
	}
	if (t->count == t->room) {
		t->room = t->room != 0 ? t->room * 2 : 16;
		t->failures = dx_realloc(t->failures, dx_size_mul(t->room, sizeof(*t->failures)));
	}
	memset(&t->failures[t->count], 0, sizeof(*t->failures));
	return &t->failures[t->count++];
}

static const char *
pointer_of(struct dx_arena *a, const char *prefix, const struct dx_spot *s)
{
	struct dx_buf b = { 0 };
	const char *out;

	if (prefix != NULL)
		dx_buf_puts(&b, prefix);
	if (s != NULL && s->up != NULL)
		dx_spot_pointer(s, &b);
	out = b.len > 0 ? dx_arena_dup(a, b.data, b.len) : "";
	dx_buf_release(&b);
	return out;
}

/* At most 80 characters, like every value of a report. */
static const char *
cut(struct dx_arena *a, const struct dx_buf *b)
{
	size_t n;
	char *out;

	if (b->len == 0)
		return "";
	if (dx_utf8_count(b->data, b->len) <= 80)
		return dx_arena_dup(a, b->data, b->len);
	n = dx_utf8_cut(b->data, b->len, 77);
	out = dx_arena_alloc(a, n + 4);
	memcpy(out, b->data, n);
	memcpy(out + n, "...", 4);
	return out;
}

/* The value's place in its file, or that of the nearest container that is there. */
static uint32_t
offset_of(const struct dx_spot *s)
{
	for (; s != NULL; s = s->up)
		if (s->node != NULL && s->node->offset != DX_JSON_NOWHERE)
			return s->node->offset;
	return DX_JSON_NOWHERE;
}

/* A hit of a scan stands in a file of its own. */
static void
place_of_hit(const struct dx_run *r, const struct dx_spot *s, struct dx_failure *f)
{
	int64_t line;

	if (s->input < 0 || r->contract->inputs[s->input].media != DX_MEDIA_SCAN)
		return;
	for (; s != NULL; s = s->up)
		if (dx_json_get_str(s->node, "path") != NULL && dx_json_int64(dx_json_get(s->node, "line"), &line)) {
			f->line = (unsigned)line;
			f->column = 1;
			return;
		}
}

static const char *
sub_id(struct dx_arena *a, const struct dx_contract_rule *rule, const char *sub)
{
	size_t n = strlen(rule->id);

	if (!rule->sub || (sub == NULL && rule->type == DX_TYPE_TIMESTAMP))
		return rule->id;
	return dx_arena_printf(a, "%.*s%s", (int)(n - 2), rule->id, sub != NULL ? sub : ".relation");
}

static bool
is_relation(const char *id)
{
	static const char end[] = ".relation";
	size_t n = strlen(id);

	return n >= sizeof(end) && strcmp(id + n - (sizeof(end) - 1), end) == 0;
}

void
dx_tally_fail(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_spot *place, const struct dx_verdict *v)
{
	struct dx_tally *t = r->tally;
	struct dx_failure *f;

	if (dx_tally_over(t))
		return;
	r->own_failures++;
	/* A rule that names no place stands at the document as a whole, and spoils no value of it. */
	if (place->up != NULL || rule->at_count > 0)
		dx_failed_add(&r->failed, dx_spot_keep(&r->keep, place));
	if ((f = new_failure(t)) == NULL)
		return;
	f->rule = sub_id(t->a, rule, v->sub);
	f->input = place->input >= 0 ? r->outer[place->input] : r->contract->input_count == 1 ? r->outer[0] : -1;
	f->at = place->input >= 0 ? pointer_of(t->a, r->prefix, place) : "";
	f->relation = is_relation(f->rule) ? rule->when_text != NULL ? rule->when_text : rule->is_text : NULL;
	f->offset = place->input >= 0 ? offset_of(place) : f->input >= 0 ? offset_of(&r->roots[0]) : DX_JSON_NOWHERE;
	f->expected = cut(t->a, &v->expected);
	f->found = cut(t->a, &v->found);
	f->message = dx_arena_printf(t->a, "expected %s, found %s", f->expected, f->found);
	f->remedy = rule->remedy;
	place_of_hit(r, place, f);
}

void
dx_tally_fail_input(struct dx_tally *t, int input, const struct dx_failure *what)
{
	struct dx_failure *f = new_failure(t);

	if (f == NULL)
		return;
	*f = *what;
	f->input = input;
}

void
dx_tally_skip(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_spot *place)
{
	struct dx_tally *t = r->tally;

	if (t->skip_count == SKIPS_MAX) {
		t->skip_dropped++;
		return;
	}
	if (t->skip_count == t->skip_room) {
		t->skip_room = t->skip_room != 0 ? t->skip_room * 2 : 16;
		t->skips = dx_realloc(t->skips, dx_size_mul(t->skip_room, sizeof(*t->skips)));
	}
	t->skips[t->skip_count].rule = rule->id;
	t->skips[t->skip_count++].at = place->input >= 0 ? pointer_of(t->a, r->prefix, place) : "";
}

/* --- places --- */

static int
by_offset(const void *x, const void *y)
{
	const struct dx_json_place *a = x, *b = y;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->tag < b->tag ? -1 : 1;
}

/* Line and column of every failure in one input: one walk over its text. */
static void
find_places(struct dx_tally *t, int input, const struct dx_doc *d)
{
	struct dx_json_place *places = dx_alloc(dx_size_mul(t->count + 1, sizeof(*places)));
	size_t n = 0;

	for (size_t i = 0; i < t->count; i++) {
		struct dx_failure *f = &t->failures[i];

		if (f->input != input || f->line != 0 || f->offset == DX_JSON_NOWHERE)
			continue;
		if (d->places == NULL) {
			places[n++] = (struct dx_json_place){ .offset = f->offset, .tag = i };
		} else if (f->offset < d->place_count) {
			f->line = d->places[f->offset].line;
			f->column = d->places[f->offset].column;
		}
	}
	if (n > 0 && d->text != NULL) {
		qsort(places, n, sizeof(*places), by_offset);
		dx_json_places(d->text, d->len, places, n);
		for (size_t i = 0; i < n; i++) {
			t->failures[places[i].tag].line = places[i].line;
			t->failures[places[i].tag].column = places[i].column;
		}
	}
	free(places);
}

/* --- the document --- */

static struct dx_json
failure_json(struct dx_arena *a, const struct dx_contract *c, const struct dx_failure *f)
{
	struct dx_json out = dx_json_object();

	dx_json_put(a, &out, "rule", dx_json_string(a, f->rule));
	if (f->input >= 0)
		dx_json_put(a, &out, "role", dx_json_string(a, c->inputs[f->input].role));
	dx_json_put(a, &out, "at", dx_json_text(f->at));
	if (f->line > 0) {
		dx_json_put(a, &out, "line", dx_json_int(a, f->line));
		dx_json_put(a, &out, "column", dx_json_int(a, f->column));
	}
	dx_json_put(a, &out, "message", dx_json_text(f->message));
	dx_json_put(a, &out, "expected", dx_json_text(f->expected));
	dx_json_put(a, &out, "found", dx_json_text(f->found));
	if (f->relation != NULL)
		dx_json_put(a, &out, "relation", dx_json_string(a, f->relation));
	if (f->remedy != NULL)
		dx_json_put(a, &out, "remedy", dx_json_string(a, f->remedy));
	return out;
}

static struct dx_json
input_json(struct dx_arena *a, const struct dx_contract_input_spec *spec, const struct dx_contract_input *in)
{
	struct dx_json out = dx_json_object();
	char hex[DX_SHA256_HEX];
	bool known = in->path != NULL && (in->state == DX_INPUT_READ || (in->state == DX_INPUT_REFUSED && in->doc.whole));

	dx_json_put(a, &out, "role", dx_json_string(a, spec->role));
	if (in->path != NULL)
		dx_json_put(a, &out, "path", dx_json_words(a, in->path));
	if (known) {
		dx_sha256_hex(&in->doc.sha256, hex);
		dx_json_put(a, &out, "sha256", dx_json_string(a, hex));
		dx_json_put(a, &out, "bytes", dx_json_int(a, (int64_t)in->doc.bytes));
	}
	return out;
}

static struct dx_json
inputs_json(struct dx_arena *a, const struct dx_contract_case *c)
{
	struct dx_json out = dx_json_array();

	for (size_t i = 0; i < c->contract->input_count; i++)
		if (c->inputs[i].state != DX_INPUT_NOT_GIVEN)
			dx_json_push(a, &out, input_json(a, &c->contract->inputs[i], &c->inputs[i]));
	return out;
}

static struct dx_json
failures_json(struct dx_arena *a, const struct dx_tally *t, const struct dx_contract *c)
{
	struct dx_json out = dx_json_array();

	for (size_t i = 0; i < t->count; i++)
		dx_json_push(a, &out, failure_json(a, c, &t->failures[i]));
	return out;
}

static struct dx_json
skips_json(struct dx_arena *a, const struct dx_tally *t)
{
	struct dx_json out = dx_json_array(), one;

	for (size_t i = 0; i < t->skip_count; i++) {
		one = dx_json_object();
		dx_json_put(a, &one, "rule", dx_json_string(a, t->skips[i].rule));
		dx_json_put(a, &one, "at", dx_json_text(t->skips[i].at));
		dx_json_push(a, &out, one);
	}
	return out;
}

void
dx_tally_report(struct dx_tally *t, const struct dx_contract_case *c, const struct dx_json *computed, struct dx_json *out)
{
	const struct dx_contract *contract = c->contract;
	struct dx_arena *a = t->a;
	char hex[DX_SHA256_HEX], now[DX_TIME_TEXT];

	for (size_t i = 0; i < contract->input_count; i++)
		find_places(t, (int)i, &c->inputs[i].doc);
	dx_sha256_hex(&contract->sha256, hex);
	dx_time_print(c->now, now);
	*out = dx_json_object();
	dx_json_put(a, out, "schema", dx_json_text("dealix.evidence.report.v1"));
	dx_json_put(a, out, "kind", dx_json_string(a, contract->kind));
	dx_json_put(a, out, "version", dx_json_int(a, contract->version));
	dx_json_put(a, out, "contract_sha256", dx_json_string(a, hex));
	dx_json_put(a, out, "level", dx_json_text(dx_level_names[c->level]));
	dx_json_put(a, out, "now", dx_json_string(a, now));
	dx_json_put(a, out, "params", dx_json_copy(a, c->params));
	dx_json_put(a, out, "inputs", inputs_json(a, c));
	dx_json_put(a, out, "verdict", dx_json_text(t->count == 0 ? "pass" : "fail"));
	dx_json_put(a, out, "failures", failures_json(a, t, contract));
	if (t->dropped > 0)
		dx_json_put(a, out, "failures_truncated", dx_json_int(a, (int64_t)t->dropped));
	dx_json_put(a, out, "skipped", skips_json(a, t));
	if (t->skip_dropped > 0)
		dx_json_put(a, out, "skipped_truncated", dx_json_int(a, (int64_t)t->skip_dropped));
	dx_json_put(a, out, "computed", dx_json_copy(a, computed));
	dx_json_put(a, out, "judged", dx_json_int(a, (int64_t)t->judged));
}
