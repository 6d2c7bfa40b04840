/* A step over a coverage report: bars computed from its lines (evidence page 4.2, release-gates page 1.2). */
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/time.h"
#include "num/num.h"
#include "op/check_inner.h"
#include "read/read.h"

struct counts { int64_t lines, covered, branches, branches_covered; };

static int64_t
number(const struct dx_json *row, const char *name)
{
	int64_t n = 0;

	(void)dx_json_int64(dx_json_get(row, name), &n);
	return n;
}

static struct counts
counts_of(const struct dx_json *row)
{
	return (struct counts){ number(row, "lines"), number(row, "covered"), number(row, "branches"), number(row, "branches_covered") };
}

static bool
matches(const struct dx_texts *patterns, const char *path)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (dx_glob(patterns->item[i], path))
			return true;
	return patterns->count == 0;
}

/* covered / valid below min_bp of ten thousand; nothing valid is below no bar. */
static bool
below(int64_t covered, int64_t valid, int64_t min_bp)
{
	return min_bp >= 0 && valid > 0 && (__extension__ (__int128)covered * 10000) < (__extension__ (__int128)min_bp * valid);
}

/* The combined bar in exact arithmetic: 1 below, 0 not, -1: the bar is no number of 0 to 100. */
static int
below_percent(const struct counts *c, const struct dx_json *min)
{
	struct dx_nums *n;
	const struct dx_num *bar, *got, *hundred;
	int answer = -1;

	if (min->type == DX_JSON_NULL)
		return 0;
	n = dx_nums_new();
	bar = dx_num_parse(n, min->u.text, min->count);
	hundred = dx_num_int(n, 100);
	if (bar != NULL && dx_num_sign(bar) >= 0 && dx_num_cmp(bar, hundred) <= 0) {
		got = dx_num_mul(n, dx_num_div(n, dx_num_int(n, c->covered + c->branches_covered), dx_num_int(n, c->lines + c->branches)),
		    hundred);
		answer = dx_num_cmp(got, bar) < 0;
	}
	dx_nums_free(n);
	return answer;
}

static void
print_percent(int64_t covered, int64_t valid, char out[static 16])
{
	/* cut, not rounded: 94.99 under a bar of 95 must not read 95.0 */
	int64_t bp = valid > 0 ? (int64_t)(__extension__ (__int128)covered * 10000 / valid) : 0;
	struct dx_buf b = { 0 };

	dx_buf_printf(&b, "%lld.%02lld", (long long)(bp / 100), (long long)(bp % 100));
	memcpy(out, b.data, b.len < 16 ? b.len + 1 : 16);
	dx_buf_release(&b);
}

/* False once a bar is missed. */
static bool
meets(struct dx_step *s, const char *what, const struct counts *c)
{
	const struct dx_check_cobertura *k = &s->check->u.cobertura;
	int under = below_percent(c, &k->min_percent);
	char percent[16];

	if (under < 0) {
		dx_step_fail(s, DX_R_COVERAGE_LOW, "min_percent is no decimal of 0 to 100");
		s->result.state = DX_STATE_ERROR;
		return false;
	}
	if (under > 0) {
		print_percent(c->covered + c->branches_covered, c->lines + c->branches, percent);
		dx_step_fail(s, DX_R_COVERAGE_LOW, "%s: %s %% of lines and branches, must be %.*s", what, percent,
		    (int)k->min_percent.count, k->min_percent.u.text);
	} else if (below(c->covered, c->lines, k->min_line_bp)) {
		print_percent(c->covered, c->lines, percent);
		dx_step_fail(s, DX_R_COVERAGE_LOW, "%s: %s %% of lines, must be %lld.%02lld", what, percent,
		    (long long)k->min_line_bp / 100, (long long)k->min_line_bp % 100);
	} else if (below(c->branches_covered, c->branches, k->min_branch_bp)) {
		print_percent(c->branches_covered, c->branches, percent);
		dx_step_fail(s, DX_R_COVERAGE_LOW, "%s: %s %% of branches, must be %lld.%02lld", what, percent,
		    (long long)k->min_branch_bp / 100, (long long)k->min_branch_bp % 100);
	} else
		return true;
	return false;
}

/* Adds the files that count; false once one of them spoils the sum. */
static bool
sum_up(struct dx_step *s, const struct dx_json *doc, struct counts *sum)
{
	const struct dx_check_cobertura *k = &s->check->u.cobertura;
	const struct dx_json *files = dx_json_get(doc, "files");

	for (uint32_t i = 0; files != NULL && i < files->count; i++) {
		const struct dx_json *row = &files->u.items[i];
		const char *path = dx_json_get_str(row, "path");
		struct counts c = counts_of(row);

		if (path == NULL || !matches(&k->include, path))
			continue;
		if (dx_json_is(dx_json_get(row, "ambiguous"), DX_JSON_TRUE)) {
			dx_step_fail(s, DX_R_COV_PATH_AMBIGUOUS, "%s exists under more than one source root", path);
			return false;
		}
		if (dx_json_is(dx_json_get(row, "outside"), DX_JSON_TRUE)) {
			dx_step_fail(s, DX_R_COV_PATH_OUTSIDE, "%s lies outside the root", path);
			return false;
		}
		if (dx_json_is(dx_json_get(row, "exists"), DX_JSON_FALSE))
			continue;		/* a file that is gone measures nothing */
		if (k->per_file && (k->files == NULL || dx_glob_path(k->files, path)) && c.lines + c.branches > 0 && !meets(s, path, &c))
			return false;
		sum->lines += c.lines;
		sum->covered += c.covered;
		sum->branches += c.branches;
		sum->branches_covered += c.branches_covered;
	}
	return true;
}

/* The report's own line-rate, of all files, off by more than 0.01. */
static bool
contradicts(const struct dx_json *doc)
{
	const struct dx_json *rate = dx_json_get(doc, "line_rate"), *files = dx_json_get(doc, "files");
	struct dx_nums *n;
	const struct dx_num *declared, *off;
	int64_t lines = 0, covered = 0;
	bool bad;

	if (!dx_json_is(rate, DX_JSON_NUMBER))
		return false;
	for (uint32_t i = 0; files != NULL && i < files->count; i++) {
		lines += number(&files->u.items[i], "lines");
		covered += number(&files->u.items[i], "covered");
	}
	if (lines == 0)
		return false;
	n = dx_nums_new();
	declared = dx_num_parse(n, rate->u.text, rate->count);
	off = declared == NULL ? NULL : dx_num_abs(n, dx_num_sub(n, declared, dx_num_div(n, dx_num_int(n, covered), dx_num_int(n, lines))));
	bad = off == NULL || dx_num_cmp(off, dx_num_parse(n, "0.01", 4)) > 0;
	dx_nums_free(n);
	return bad;
}

static void
judge(struct dx_step *s, const struct dx_doc *doc)
{
	struct counts sum = { 0 };
	struct dx_json *o = &s->result.observed;

	if (contradicts(&doc->root)) {
		dx_step_fail(s, DX_R_COVERAGE_MISMATCH, "the report's line-rate is not what its lines give");
		return;
	}
	if (!sum_up(s, &doc->root, &sum))
		return;
	*o = dx_json_object();
	dx_json_put(&s->arena, o, "branches", dx_json_int(&s->arena, sum.branches));
	dx_json_put(&s->arena, o, "branches_covered", dx_json_int(&s->arena, sum.branches_covered));
	dx_json_put(&s->arena, o, "covered", dx_json_int(&s->arena, sum.covered));
	dx_json_put(&s->arena, o, "lines", dx_json_int(&s->arena, sum.lines));
	if (sum.lines + sum.branches == 0)
		dx_step_fail(s, DX_R_NO_LINES, "no measured line or branch is in the files that are asked for");
	else
		(void)meets(s, "together", &sum);
}

void
dx_step_cobertura(struct dx_step *s)
{
	const struct dx_check_cobertura *k = &s->check->u.cobertura;
	struct dx_tree_fact fact = dx_tree_look(s->root, k->path);
	struct dx_err err = { 0 };
	struct dx_doc doc;
	char hex[DX_SHA256_HEX];
	int fd, rc;

	if (fact.kind == DX_TREE_MISSING) {
		dx_step_fail(s, DX_R_FILE_MISSING, "%s is not there", k->path);
		return;
	}
	if (dx_step_no_file(s, k->path, fact.kind) || dx_step_stale(s, k->path, fact.changed))
		return;
	if (k->max_age_s >= 0 && dx_step_future(s, k->path, fact.changed))
		return;
	if (k->max_age_s >= 0 && s->now - fact.changed > k->max_age_s * 1000000) {
		dx_step_fail(s, DX_R_EVIDENCE_STALE, "%s is older than %lld s", k->path, (long long)k->max_age_s);
		return;
	}
	fd = dx_tree_fd(s->root, k->path, &err);
	rc = fd < 0 ? -1 : dx_read_fd(DX_MEDIA_COBERTURA, fd, k->path, s->root, &s->arena, &doc, &err);
	if (fd >= 0)
		close(fd);
	if (rc != 0) {
		dx_step_error(s, &err);
		s->result.state = DX_STATE_ERROR;
		return;
	}
	dx_sha256_hex(&doc.sha256, hex);
	s->result.inputs_sha256 = dx_arena_dup(&s->arena, hex, sizeof(hex) - 1);
	judge(s, &doc);
}

void
dx_preview_cobertura(struct dx_arena *a, const struct dx_check *c, struct dx_json *o)
{
	const struct dx_check_cobertura *k = &c->u.cobertura;

	dx_json_put(a, o, "include", dx_preview_list(a, &k->include));
	if (k->min_percent.type != DX_JSON_NULL)
		dx_json_put(a, o, "min_percent", k->min_percent);
	dx_json_put(a, o, "path", dx_json_text(k->path));
}
