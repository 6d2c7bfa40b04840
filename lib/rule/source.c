/* The text side of rules: checks before jq sees them, and their joining into programs. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "rule/inner.h"

int
dx_expr_check(const struct dx_expr_program *p, struct dx_err *err)
{
	struct dx_lexer l;
	struct dx_token t;
	const char *name;
	bool any = false;

	if (!dx_utf8_valid(p->text, strlen(p->text)))
		return dx_err_set(err, DX_R_RULES_COMPILE_ERROR, "%s: not UTF-8", p->name);
	dx_lexer_init(&l, p->text);
	for (; dx_lexer_next(&l, &t); any = true) {
		name = dx_prefix_refused(&t);
		if (name != NULL)
			return dx_err_set(err, DX_R_RULE_BUILTIN_REFUSED, "%s: line %u: rules cannot use %s", p->name, t.line, name);
	}
	if (l.fault != NULL)
		return dx_err_set(err, DX_R_RULES_COMPILE_ERROR, "%s: line %u: %s", p->name, l.line, l.fault);
	if (!any)
		return dx_err_set(err, DX_R_RULES_COMPILE_ERROR, "%s: no program", p->name);
	return 0;
}

static unsigned
count_lines(const char *s)
{
	unsigned n = 0;

	for (; *s != '\0'; s++)
		n += *s == '\n';
	return n;
}

struct join { const struct dx_source *s; size_t first; unsigned *before; unsigned line; struct dx_buf *out; };

/* A tree of conditions, so that finding program i costs log2(count) comparisons. */
static void
join_tree(struct join *j, size_t low, size_t high)
{
	size_t middle = low + (high - low) / 2;

	if (high - low > 1) {
		dx_buf_printf(j->out, "if .[4] < %zu then ", middle - j->first);
		join_tree(j, low, middle);
		dx_buf_puts(j->out, " else ");
		join_tree(j, middle, high);
		dx_buf_puts(j->out, " end");
		return;
	}
	dx_buf_puts(j->out, ".[0] | (\n");
	j->before[low - j->first] = j->line;
	dx_buf_puts(j->out, j->s->program[low].text);
	dx_buf_puts(j->out, "\n)");
	j->line += count_lines(j->s->program[low].text) + 2;
}

void
dx_source_join(const struct dx_source *s, size_t first, size_t count, unsigned *before, struct dx_buf *out)
{
	struct join j = { s, first, before, 1, out };

	dx_prefix_put(s->program + first, count, out);
	dx_buf_puts(out, ".[1] as $request | .[2] as $context | .[3] as $rules | try ((");
	join_tree(&j, first, first + count);
	dx_buf_puts(out, ") | [.]) catch {e: .}\n");
}

static void
add_part(struct dx_source *s, size_t first, size_t count)
{
	struct dx_part *p = &s->part[s->part_count++];
	struct dx_buf text = { 0 };

	dx_source_join(s, first, count, s->before + first, &text);
	*p = (struct dx_part){ first, count, dx_arena_dup(&s->arena, text.data, text.len) };
	dx_buf_release(&text);
}

static void
cut_parts(struct dx_source *s)
{
	size_t first = 0, size = 0;

	for (size_t i = 0; i < s->count; i++) {
		size_t len = strlen(s->program[i].text);
		if (i > first && size + len > DX_PART_BYTES) {
			add_part(s, first, i - first);
			first = i;
			size = 0;
		}
		size += len;
		s->bytes += len;
	}
	if (s->count > first)
		add_part(s, first, s->count - first);
}

int
dx_source_new(const struct dx_expr_program *programs, size_t n, struct dx_source **out, struct dx_err *err)
{
	struct dx_source *s;

	for (size_t i = 0; i < n; i++)
		if (dx_expr_check(&programs[i], err) != 0)
			return -1;
	s = dx_alloc(sizeof(*s));
	memset(s, 0, sizeof(*s));
	s->count = n;
	s->program = dx_arena_alloc(&s->arena, dx_size_mul(n, sizeof(*s->program)));
	s->before = dx_arena_alloc(&s->arena, dx_size_mul(n, sizeof(*s->before)));
	s->part = dx_arena_alloc(&s->arena, dx_size_mul(n, sizeof(*s->part)));
	for (size_t i = 0; i < n; i++)
		s->program[i] = (struct dx_expr_program){
			dx_arena_dup(&s->arena, programs[i].name, strlen(programs[i].name)),
			dx_arena_dup(&s->arena, programs[i].text, strlen(programs[i].text)),
		};
	cut_parts(s);
	*out = s;
	return 0;
}

void
dx_source_free(struct dx_source *s)
{
	if (s == NULL)
		return;
	dx_arena_release(&s->arena);
	free(s);
}
