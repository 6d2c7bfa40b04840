/* The jq rules of one contract (evidence page 2.2): programs in the child of rule/expr, with the names that the page gives them.
 * */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "contract/formula.h"
#include "op/evidence_inner.h"
#include "rule/expr.h"

#define CPU_US	1000000		/* of all programs on one artifact */

/* Each is put before a program that mentions its name, on its first line, so that lines of errors are those of the program.  A
 * definition may use those above it. */
static const struct { const char *name, *text; } words[] = {
	{ "approx", "def approx(a; b; n): [a, b, n] | if length == 3 and all(.[]; type == \"number\") "
	    "then (.[0] - .[1] | if . < 0 then -. else . end) <= 0.5 * pow(10; -(.[2])) + 1e-9 "
	    "else error(\"approx: not three numbers\") end; " },
	{ "margin", "def margin(r; c): [r, c] | if length == 2 and all(.[]; type == \"number\") then (.[0] - .[1]) / .[0] * 100 "
	    "else error(\"margin: not two numbers\") end; " },
	{ "", "def _dx_days: (.y | tonumber) as $y | (.m | tonumber) as $m | (.d | tonumber) as $d "
	    "| ($y % 4 == 0 and ($y % 100 != 0 or $y % 400 == 0)) as $leap "
	    "| if $y < 1 or $m < 1 or $m > 12 or $d < 1 "
	    "or $d > [31, (if $leap then 29 else 28 end), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][$m - 1] "
	    "then error(\"no such day\") else "
	    "(if $m > 2 then $y else $y - 1 end) as $s | ($s / 400 | floor) as $era | ($s - $era * 400) as $yoe "
	    "| ((153 * (if $m > 2 then $m - 3 else $m + 9 end) + 2) / 5 | floor) as $doy "
	    "| $era * 146097 + $yoe * 365 + ($yoe / 4 | floor) - ($yoe / 100 | floor) + $doy + $d - 719469 end; " },
	{ "date", "def date(x): x | if type != \"string\" then error(\"date: not text\") else "
	    "(capture(\"^(?<y>[0-9]{4})-(?<m>[0-9]{2})-(?<d>[0-9]{2})\\\\z\") // error(\"date: not YYYY-MM-DD\")) | _dx_days end; " },
	{ "ts", "def ts(x): x | if type != \"string\" then error(\"ts: not text\") else "
	    "(capture(\"^(?<y>[0-9]{4})-(?<m>[0-9]{2})-(?<d>[0-9]{2})[Tt](?<h>[0-9]{2}):(?<i>[0-9]{2}):(?<s>[0-9]{2})"
	    "(\\\\.(?<f>[0-9]{1,9}))?(?<z>[Zz]|[+-][0-9]{2}:[0-9]{2})\\\\z\") // error(\"ts: not an RFC 3339 time\")) "
	    "| (.h | tonumber) as $h | (.i | tonumber) as $i | (.s | tonumber) as $s "
	    "| (if .z == \"Z\" or .z == \"z\" then 0 else (.z[1:3] | tonumber) * 60 + (.z[4:6] | tonumber) end) as $z "
	    "| if $h > 23 or $i > 59 or $s > 59 or $z > 1439 or (.z | length == 6 and (.[4:6] | tonumber) > 59) "
	    "then error(\"ts: not an RFC 3339 time\") else "
	    "_dx_days * 86400 + $h * 3600 + $i * 60 + $s + (\"0.\" + (.f // \"0\")[0:6] | tonumber) "
	    "- (if .z[0:1] == \"-\" then -$z else $z end) * 60 end end; " },
	{ "ident", "def _dx_blank: . == 32 or (. >= 9 and . <= 13) or (. >= 28 and . <= 31) or . == 133 or . == 160 or . == 5760 "
	    "or (. >= 8192 and . <= 8202) or . == 8232 or . == 8233 or . == 8239 or . == 8287 or . == 12288; "
	    "def _dx_trim: until(length == 0 or (.[0] | _dx_blank | not); .[1:]) "
	    "| until(length == 0 or (.[-1] | _dx_blank | not); .[:-1]); "
	    "def _dx_role: . as $s | {i: length, n: 0, at: null} | until(.i == 0 or .at != null; .i = .i - 1 | $s[.i] as $c "
	    "| if $c == 41 then .n = .n + 1 elif $c == 40 then .n = .n - 1 | (if .n == 0 then .at = .i else . end) else . end) | .at; "
	    "def _dx_tags: reduce .[] as $c ({o: [], p: null}; if $c == 43 and .p == null then .p = (.o | length) "
	    "elif $c == 64 and .p != null then .o = .o[:.p] else . end "
	    "| (if [9, 10, 13, 32, 34, 40, 41, 44, 58, 59, 60, 62, 64] | index($c) then .p = null else . end) | .o = .o + [$c]) | .o; "
	    "def ident(x): x | if type != \"string\" then error(\"ident: not text\") else explode "
	    "| map(select(. < 128 or $rules.fold[tostring] != [])) | _dx_trim "
	    "| until(length == 0 or .[-1] != 41 or _dx_role == null; .[:_dx_role] | _dx_trim) "
	    "| map(if . >= 65 and . <= 90 then [. + 32] elif . < 128 then [.] else ($rules.fold[tostring] // [.]) end) | add // [] "
	    "| _dx_tags | implode end; " },
};

struct dx_evidence_jq {
	struct dx_expr		*expr;
	size_t			 count;
	size_t			*rule;		/* by program: its number in the contract */
	bool			*want;
	struct dx_expr_input	*names;		/* by program: what is bound as $rules */
	struct dx_buf		 dot, computed, params;
	struct dx_arena		 arena;
	struct dx_buf		 fold;		/* "" or `,"fold":{...}`: how letters fold, for ident */
	int64_t			 now;
};

/* UTF-8 as an array of code points. */
static void
put_points(const char *s, size_t n, struct dx_buf *out)
{
	const char *end = s + n, *comma = "";

	for (dx_buf_putc(out, '['); s < end; comma = ",") {
		unsigned char c = (unsigned char)*s++;
		uint32_t point = c < 0x80 ? c : c & (c >= 0xf0 ? 0x07u : c >= 0xe0 ? 0x0fu : 0x1fu);
		while (s < end && ((unsigned char)*s & 0xc0) == 0x80)
			point = point << 6 | ((unsigned char)*s++ & 0x3f);
		dx_buf_printf(out, "%s%u", comma, point);
	}
	dx_buf_putc(out, ']');
}

/* What no arithmetic of a program can tell: code points whose folded form is another, or nothing.  Between these planes' letters and
 * the tags none has one. */
static void
put_fold(struct dx_buf *out)
{
	struct dx_buf folded = { 0 };
	const char *comma = "";

	dx_buf_puts(out, ",\"fold\":{");
	for (uint32_t c = 0x80; c < 0xe1000; c = c == 0x1ffff ? 0xe0000 : c + 1) {
		char text[8] = "x";		/* between letters, so that nothing is trimmed */
		unsigned n = c < 0xd800 || c > 0xdfff ? (unsigned)dx_utf8_put(c, (char *)memset(text + 1, 0, 7)) : 0;
		if (n == 0)
			continue;
		text[1 + n] = 'x';
		dx_buf_reset(&folded);
		dx_text_identity(text, &folded);
		if (folded.len == n + 2 && memcmp(folded.data, text, n + 2) == 0)
			continue;
		dx_buf_printf(out, "%s\"%u\":", comma, c);
		put_points(folded.data + 1, folded.len - 2, out);
		comma = ",";
	}
	dx_buf_putc(out, '}');
	dx_buf_release(&folded);
}

void
dx_evidence_jq_wrap(const char *program, struct dx_buf *out)
{
	bool dates = strstr(program, "date") != NULL || strstr(program, "ts") != NULL;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].name[0] == '\0' ? dates : strstr(program, words[i].name) != NULL)
			dx_buf_puts(out, words[i].text);
	dx_buf_puts(out, "$rules.params as $params | $rules.now as $now | $context as $computed | (");
	dx_buf_puts(out, program);
	dx_buf_puts(out, "\n)");
}

/* A program must be whole by itself, or wrapping could change what it says. */
static int
check(const struct dx_contract_program *p, size_t n, struct dx_err *err)
{
	for (size_t i = 0; i < n; i++) {
		struct dx_expr_program one = { p[i].id, p[i].text };
		struct dx_err why = { 0 };

		if (dx_expr_check(&one, &why) != 0) {
			char at[64];
			(void)snprintf(at, sizeof(at), "/rules/%zu/jq", p[i].rule);
			return dx_err_set_at(err, DX_R_EVIDENCE_CONTRACT_INVALID, at, "jq: %s", why.text);
		}
	}
	return 0;
}

static int
start(struct dx_evidence_jq *j, const struct dx_contract_program *p, struct dx_err *err)
{
	struct dx_expr_program *wrapped = dx_alloc(dx_size_mul(j->count, sizeof(*wrapped)));
	struct dx_arena a = { 0 };
	struct dx_buf text = { 0 };
	int rc;

	for (size_t i = 0; i < j->count; i++) {
		dx_buf_reset(&text);
		dx_evidence_jq_wrap(p[i].text, &text);
		wrapped[i] = (struct dx_expr_program){ p[i].id, dx_arena_dup(&a, text.data, text.len) };
		j->rule[i] = p[i].rule;
		if (j->fold.len == 0 && strstr(p[i].text, "ident") != NULL)
			put_fold(&j->fold);
		j->want[i] = false;
	}
	rc = dx_expr_new(wrapped, j->count, &j->expr, err);
	dx_buf_release(&text);
	dx_arena_release(&a);
	free(wrapped);
	return rc;
}

int
dx_evidence_jq_new(const struct dx_contract *c, int64_t now, struct dx_evidence_jq **out, struct dx_err *err)
{
	size_t n = dx_contract_programs(c, NULL, 0);
	struct dx_contract_program *p = dx_alloc(dx_size_mul(n, sizeof(*p)));
	struct dx_evidence_jq *j = dx_alloc(sizeof(*j));
	int rc;

	*j = (struct dx_evidence_jq){ .count = dx_contract_programs(c, p, n), .now = now };
	j->rule = dx_alloc(dx_size_mul(n, sizeof(*j->rule)));
	j->want = dx_alloc(dx_size_mul(n, sizeof(*j->want)));
	j->names = dx_alloc(dx_size_mul(n, sizeof(*j->names)));
	rc = check(p, n, err) != 0 ? -1 : start(j, p, err);
	free(p);
	if (rc != 0) {
		dx_evidence_jq_free(j);
		return -1;
	}
	*out = j;
	return 0;
}

int
dx_evidence_jq_ready(struct dx_evidence_jq *j, struct dx_err *err)
{
	struct dx_err why = { 0 };

	return dx_expr_ready(j->expr, &why) == 0 ? 0 : dx_err_set(err, DX_R_EVIDENCE_CONTRACT_INVALID, "jq: %s", why.text);
}

void
dx_evidence_jq_begin(struct dx_evidence_jq *j, int64_t now)
{
	dx_expr_allow(j->expr, CPU_US);
	j->now = now;
}

static void
put_names(struct dx_evidence_jq *j, const struct dx_json *params)
{
	char now[DX_TIME_TEXT];

	dx_time_print(j->now, now);
	dx_buf_reset(&j->params);
	dx_buf_printf(&j->params, "{\"now\":\"%s\",\"params\":", now);
	dx_json_canon(params, &j->params);
	dx_buf_add(&j->params, j->fold.data, j->fold.len);
	dx_buf_putc(&j->params, '}');
}

static int
answer(const struct dx_expr_result *r, size_t n, struct dx_buf *found)
{
	if (n == 1 && r->message == NULL && dx_json_is(&r->output, DX_JSON_TRUE))
		return 1;
	if (n == 0)
		dx_buf_puts(found, "nothing");
	else if (r->message != NULL)
		dx_buf_printf(found, "error: %s", r->message);
	else if (n > 1)
		dx_buf_printf(found, "%zu values", n);
	else
		dx_json_canon(&r->output, found);
	return 0;
}

int
dx_evidence_jq_run(struct dx_evidence_jq *j, size_t rule, const struct dx_json *dot, const struct dx_json *params,
    const struct dx_json *computed, struct dx_buf *found, struct dx_err *err)
{
	struct dx_expr_result *r;
	struct dx_err why = { 0 };
	size_t i = 0, n;
	int rc;

	while (i < j->count && j->rule[i] != rule)
		i++;
	if (i == j->count)
		DX_BUG("a jq rule that the contract does not list");
	if (dx_evidence_jq_ready(j, err) != 0)
		return -1;
	put_names(j, params);
	dx_buf_reset(&j->dot);
	dx_json_canon(dot, &j->dot);
	dx_buf_reset(&j->computed);
	dx_json_canon(computed, &j->computed);
	j->names[i] = (struct dx_expr_input){ j->params.data, j->params.len };
	j->want[i] = true;
	dx_arena_reset(&j->arena);
	rc = dx_expr_run(j->expr, (struct dx_expr_input){ j->dot.data, j->dot.len }, (struct dx_expr_input){ "null", 4 },
	    (struct dx_expr_input){ j->computed.data, j->computed.len }, j->names, j->want, &j->arena, &r, &n, &why);
	j->want[i] = false;
	if (rc == 0)
		return answer(r, n, found);
	dx_buf_printf(found, "error: %s", why.text);	/* out of time or memory: the rule has not been met */
	return 0;
}

void
dx_evidence_jq_free(struct dx_evidence_jq *j)
{
	if (j == NULL)
		return;
	dx_expr_free(j->expr);
	dx_buf_release(&j->dot);
	dx_buf_release(&j->computed);
	dx_buf_release(&j->params);
	dx_buf_release(&j->fold);
	dx_arena_release(&j->arena);
	free(j->rule);
	free(j->want);
	free(j->names);
	free(j);
}
