#include "rule/compile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHELL_HINT	" (Unix shell quoting issues?)"

static void
no_memory(void *unused)
{
	(void)unused;
	_exit(DX_CHILD_MEMORY);
}

struct compiler {
	const struct dx_jq	*lib;
	const struct dx_source	*source;
	struct dx_buf		 message;	/* of the last compile that failed */
};

/* Keeps the first message: later ones follow from it. */
static void
keep_message(void *compiler, jv message)
{
	struct compiler *c = compiler;
	jv text = c->lib->jq_format_error(message);

	if (c->message.len == 0 && c->lib->jv_get_kind(text) == JV_KIND_STRING)
		dx_buf_puts(&c->message, c->lib->jv_string_value(text));
	c->lib->jv_free(text);
}

/* NULL with the message.  Nothing is searched for modules, and without HOME no ~/.jq is loaded. */
static jq_state *
machine_new(struct compiler *c, const char *text)
{
	const struct dx_jq *lib = c->lib;
	jq_state *jq = lib->jq_init();

	if (jq == NULL)
		_exit(DX_CHILD_MEMORY);
	dx_buf_reset(&c->message);
	lib->jq_set_nomem_handler(jq, no_memory, NULL);
	lib->jq_set_error_cb(jq, keep_message, c);
	lib->jq_set_attr(jq, lib->jv_string("JQ_LIBRARY_PATH"), lib->jv_array());
	if (!lib->jq_compile(jq, text))
		lib->jq_teardown(&jq);
	else
		lib->jq_set_error_cb(jq, NULL, NULL);
	return jq;
}

/* "jq: error: WORDS at <top-level>, line N:\nSOURCE" becomes the words and the number, 0 when there is none. */
static unsigned
message_cut(struct dx_buf *message)
{
	char *text = message->data, *end, *at, *next;
	unsigned line = 0;

	if (text == NULL)
		return 0;
	end = strchr(text, '\n');
	if (end != NULL)
		*end = '\0';
	for (at = NULL, next = strstr(text, " at <"); next != NULL; next = strstr(next + 1, " at <"))
		at = next;
	if (at != NULL) {
		next = strstr(at, ", line ");
		line = next != NULL ? (unsigned)strtoul(next + 7, NULL, 10) : 0;
		*at = '\0';
	}
	at = strstr(text, SHELL_HINT);
	if (at != NULL)
		memmove(at, at + strlen(SHELL_HINT), strlen(at + strlen(SHELL_HINT)) + 1);
	if (strncmp(text, "jq: error: ", 11) == 0)
		memmove(text, text + 11, strlen(text + 11) + 1);
	message->len = strlen(text);
	return line;
}

static unsigned
last_line(const struct dx_source *s, size_t program)
{
	unsigned n = 1;

	for (const char *p = s->program[program].text; *p != '\0'; p++)
		n += *p == '\n';
	return n;
}

/* Whether the program fails by itself, and how. */
static bool
fails_alone(struct compiler *c, size_t program, struct dx_compile_fault *fault)
{
	struct dx_buf text = { 0 };
	unsigned before, line, last = last_line(c->source, program);
	jq_state *jq;

	dx_source_join(c->source, program, 1, &before, &text);
	jq = machine_new(c, text.data);
	dx_buf_release(&text);
	if (jq != NULL) {
		c->lib->jq_teardown(&jq);
		return false;
	}
	line = message_cut(&c->message);
	fault->program = program;
	fault->line = line <= before ? 0 : line - before > last ? last : line - before;
	fault->text = dx_buf_take(&c->message);
	fault->builtin = strncmp(fault->text, "refused_", 8) == 0;
	return true;
}

/* The program that the line of the joint message lies in goes first; a refused builtin is reported on the line before all. */
static void
find_culprit(struct compiler *c, const struct dx_part *p, unsigned line, struct dx_compile_fault *fault)
{
	size_t guess = p->first, end = p->first + p->count;

	while (guess + 1 < end && c->source->before[guess + 1] < line)
		guess++;
	if (fails_alone(c, guess, fault))
		return;
	for (size_t i = p->first; i < end; i++)
		if (i != guess && fails_alone(c, i, fault))
			return;
	*fault = (struct dx_compile_fault){ .program = guess, .text = dx_strdup("does not compile among other rules") };
}

bool
dx_compile(const struct dx_jq *lib, const struct dx_source *s, jq_state **machines, struct dx_compile_fault *fault)
{
	struct compiler c = { .lib = lib, .source = s };
	bool done = true;

	for (size_t i = 0; done && i < s->part_count; i++) {
		machines[i] = machine_new(&c, s->part[i].text);
		if (machines[i] == NULL) {
			find_culprit(&c, &s->part[i], message_cut(&c.message), fault);
			done = false;
		}
	}
	dx_buf_release(&c.message);
	return done;
}
