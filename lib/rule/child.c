/* The child of expr: compiles, then answers run after run until the channel closes.  It never returns to the program it was
 * forked from, and writes nothing but answers. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rule/compile.h"
#include "rule/document.h"

#define LEAK_EVERY	64u			/* runs between looks at the heap */
#define LEAK_BYTES	((size_t)64 << 20)	/* jq 1.6 leaks a little in some builtins */
#define TRIM_BYTES	((uint64_t)1 << 20)	/* documents from this size leave a hole */

struct variable { char *text; size_t len; jv value; };	/* $rules of a program, kept between runs */

struct child {
	struct dx_jq		 lib;
	const struct dx_source	*source;
	volatile uint32_t	*running;
	int			 fd;
	uint64_t		 mapped;
	jq_state		**machine;	/* by part */
	size_t			*part;		/* by program */
	struct variable		*rules;		/* by program */
	struct dx_wire_want	*want;		/* room for all programs */
	struct dx_buf		 in, out;
	uint64_t		 records;
	uint64_t		 runs;
	size_t			 heap;		/* in use before the first run */
};

struct inputs { jv document, request, context; };

static void __attribute__((noreturn))
leave(int status)
{
	_exit(status);
}

static size_t
heap_bytes(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static void
answer(struct child *c, const struct dx_wire_answer *a, const void *bytes)
{
	if (!dx_wire_write(c->fd, a, sizeof(*a)) || !dx_wire_write(c->fd, bytes, (size_t)a->bytes))
		leave(0);
}

static void
compile(struct child *c)
{
	const struct dx_source *s = c->source;
	struct dx_compile_fault fault = { 0 };
	struct dx_wire_answer a = { .kind = DX_WIRE_READY };
	struct dx_budget b = dx_budget_compile(s->bytes);

	dx_jail_arm(&b, c->mapped);
	c->machine = dx_alloc(dx_size_mul(s->part_count, sizeof(jq_state *)));
	c->part = dx_alloc(dx_size_mul(s->count, sizeof(*c->part)));
	c->rules = dx_alloc(dx_size_mul(s->count, sizeof(*c->rules)));
	c->want = dx_alloc(dx_size_mul(s->count, sizeof(*c->want)));
	for (size_t i = 0; i < s->part_count; i++)
		for (size_t k = 0; k < s->part[i].count; k++)
			c->part[s->part[i].first + k] = i;
	for (size_t i = 0; i < s->count; i++)
		c->rules[i] = (struct variable){ .value = c->lib.jv_null() };
	if (!dx_compile(&c->lib, s, c->machine, &fault)) {
		a = (struct dx_wire_answer){ .kind = DX_WIRE_REFUSED, .program = fault.program, .line = fault.line,
		    .builtin = fault.builtin, .bytes = strlen(fault.text) };
		answer(c, &a, fault.text);
		leave(0);
	}
	dx_jail_disarm();
	c->heap = heap_bytes();
	answer(c, &a, NULL);
}

static void __attribute__((noreturn))
tell_absent(struct child *c, const char *why)
{
	struct dx_wire_answer a = { .kind = DX_WIRE_ABSENT, .bytes = strlen(why) };

	answer(c, &a, why);
	leave(0);
}

static const char *
read_bytes(struct child *c, uint64_t n)
{
	dx_buf_reset(&c->in);
	dx_buf_grow(&c->in, (size_t)n);
	if (!dx_wire_read(c->fd, c->in.data, (size_t)n))
		leave(0);
	c->in.data[n] = '\0';
	return c->in.data;
}

static void
read_rules(struct child *c, const struct dx_wire_run *run)
{
	const char *text = read_bytes(c, run->rules);

	for (uint64_t i = 0; i < run->wanted; i++) {
		struct variable *v = &c->rules[c->want[i].program];
		size_t len = (size_t)c->want[i].rules;

		if (v->text == NULL || v->len != len || memcmp(v->text, text, len) != 0) {
			c->lib.jv_free(v->value);
			free(v->text);
			*v = (struct variable){ dx_strndup(text, len), len, c->lib.jv_null() };
			v->value = dx_document_read(&c->lib, v->text, len);
		}
		text += len;
	}
}

static struct inputs
read_inputs(struct child *c, const struct dx_wire_run *run)
{
	struct inputs in;

	if (!dx_wire_read(c->fd, c->want, (size_t)run->wanted * sizeof(*c->want)))
		leave(0);
	read_rules(c, run);
	in.request = dx_document_read(&c->lib, read_bytes(c, run->request), (size_t)run->request);
	in.context = dx_document_read(&c->lib, read_bytes(c, run->context), (size_t)run->context);
	in.document = dx_document_read(&c->lib, read_bytes(c, run->document), (size_t)run->document);
	if (run->document >= TRIM_BYTES)
		dx_buf_release(&c->in);
	return in;
}

static void
record(struct child *c, size_t program, uint32_t kind, const char *text, size_t len)
{
	struct dx_wire_record r = { (uint32_t)program, kind, (uint32_t)len };

	if (len > DX_RESULT_BYTES || c->out.len + len > DX_RESULTS_BYTES || ++c->records > DX_RESULTS_MAX)
		leave(DX_CHILD_MEMORY);
	dx_buf_add(&c->out, &r, sizeof(r));
	dx_buf_add(&c->out, text, len);
	dx_buf_putc(&c->out, '\0');
}

static void
record_output(struct child *c, size_t program, jv output)
{
	const struct dx_jq *lib = &c->lib;
	jv text = lib->jv_dump_string(output, 0);

	record(c, program, DX_WIRE_OUTPUT, lib->jv_string_value(text), (size_t)lib->jv_string_length_bytes(lib->jv_copy(text)));
	lib->jv_free(text);
}

static void
record_error(struct child *c, size_t program, jv error)
{
	const struct dx_jq *lib = &c->lib;
	bool plain = lib->jv_get_kind(error) == JV_KIND_STRING;
	jv text = plain ? error : lib->jv_dump_string(error, JV_PRINT_SORTED);
	const char *bytes = lib->jv_string_value(text);
	size_t len = (size_t)lib->jv_string_length_bytes(lib->jv_copy(text));
	struct dx_buf b = { 0 };

	if (len > DX_MESSAGE_BYTES)
		for (len = DX_MESSAGE_BYTES; (bytes[len] & 0xc0) == 0x80; len--)
			;
	dx_buf_add(&b, bytes, len);
	if (!plain)
		dx_buf_puts(&b, " (not a string)");
	record(c, program, DX_WIRE_ERROR, b.data != NULL ? b.data : "", b.len);
	dx_buf_release(&b);
	lib->jv_free(text);
}

/* An error object with a member __jq passes every `try` of some versions, and so the one around the program. */
static void
evaluate(struct child *c, size_t program, const struct inputs *in)
{
	const struct dx_jq *lib = &c->lib;
	jq_state *jq = c->machine[c->part[program]];
	double index = (double)(program - c->source->part[c->part[program]].first);
	jv input = lib->jv_array(), v;

	input = lib->jv_array_append(input, lib->jv_copy(in->document));
	input = lib->jv_array_append(input, lib->jv_copy(in->request));
	input = lib->jv_array_append(input, lib->jv_copy(in->context));
	input = lib->jv_array_append(input, lib->jv_copy(c->rules[program].value));
	input = lib->jv_array_append(input, lib->jv_number(index));
	lib->jq_start(jq, input, 0);
	for (v = lib->jq_next(jq); lib->jv_get_kind(v) != JV_KIND_INVALID; v = lib->jq_next(jq)) {
		if (lib->jv_get_kind(v) == JV_KIND_ARRAY)
			record_output(c, program, lib->jv_array_get(v, 0));
		else
			record_error(c, program, lib->jv_object_get(v, lib->jv_string("e")));
	}
	if (lib->jq_halted(jq))
		leave(DX_CHILD_BROKEN);
	if (lib->jv_invalid_has_msg(lib->jv_copy(v)))
		record_error(c, program, lib->jv_invalid_get_msg(v));
	else
		lib->jv_free(v);
}

static void
check_run(const struct child *c, const struct dx_wire_run *run)
{
	if (run->wanted > c->source->count || run->document > DX_RUN_BYTES || run->request > DX_RUN_BYTES ||
	    run->context > DX_RUN_BYTES || run->rules > DX_RUN_BYTES)
		leave(DX_CHILD_BROKEN);
}

static bool
leaks(const struct child *c)
{
	return c->runs % LEAK_EVERY == 0 && heap_bytes() > c->heap + LEAK_BYTES;
}

static void
free_inputs(const struct child *c, struct inputs *in)
{
	c->lib.jv_free(in->document);
	c->lib.jv_free(in->request);
	c->lib.jv_free(in->context);
	*in = (struct inputs){ c->lib.jv_null(), c->lib.jv_null(), c->lib.jv_null() };
}

static int64_t
used_us(void)
{
	struct timespec t = { 0, 0 };

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Answers go out when all is evaluated and within bounds, so the parent never holds more than those.  It need not wait until a
 * large document is freed, unless the heap is to be looked at. */
static void
serve(struct child *c)
{
	struct dx_wire_answer a = { .kind = DX_WIRE_DONE };
	struct dx_wire_run run;
	struct dx_budget b;
	struct inputs in;
	int64_t from;

	if (!dx_wire_read(c->fd, &run, sizeof(run)))
		leave(0);
	check_run(c, &run);
	b = dx_budget_run(run.document);
	if (run.cpu_us / 1000 < b.cpu_ms)
		b.cpu_ms = run.cpu_us / 1000 + 1;
	from = used_us();
	dx_jail_arm(&b, c->mapped);
	dx_buf_reset(&c->out);
	c->records = 0;
	in = read_inputs(c, &run);
	for (uint64_t i = 0; i < run.wanted; i++) {
		*c->running = (uint32_t)c->want[i].program + 1;
		evaluate(c, (size_t)c->want[i].program, &in);
	}
	*c->running = 0;
	dx_jail_disarm();
	if (++c->runs % LEAK_EVERY == 0)
		free_inputs(c, &in);
	a.count = c->records;
	a.bytes = c->out.len;
	a.last = leaks(c);
	a.cpu_us = used_us() - from;
	answer(c, &a, c->out.data);
	free_inputs(c, &in);
	if (a.last)
		leave(0);
	if (run.document >= TRIM_BYTES || c->out.cap >= TRIM_BYTES) {
		dx_buf_release(&c->out);
		(void)malloc_trim(0);
	}
}

void
dx_child_run(const struct dx_source *s, int fd, pid_t parent, volatile uint32_t *running)
{
	struct child c = { .source = s, .fd = DX_CHILD_CHANNEL, .running = running };
	const char *why;
	bool there = dx_jq_open(&c.lib, &why);		/* in the jail nothing can be opened */

	c.mapped = dx_jail_enter(fd, parent);
	if (!there)
		tell_absent(&c, why);
	compile(&c);
	for (;;)
		serve(&c);
}
