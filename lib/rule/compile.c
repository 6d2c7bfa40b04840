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

/* Keeps the first message: later ones follow from it. */
static void
keep_message(void *data, jv message)
{
	struct dx_buf *b = data;
	jv text = jq_format_error(message);

	if (b->len == 0 && jv_get_kind(text) == JV_KIND_STRING)
		dx_buf_puts(b, jv_string_value(text));
	jv_free(text);
}

/* NULL with the message.  Nothing is searched for modules, and without HOME no ~/.jq is loaded. */
static jq_state *
machine_new(const char *text, struct dx_buf *message)
{
	jq_state *jq = jq_init();

	if (jq == NULL)
		_exit(DX_CHILD_MEMORY);
	jq_set_nomem_handler(jq, no_memory, NULL);
	jq_set_error_cb(jq, keep_message, message);
	jq_set_attr(jq, jv_string("JQ_LIBRARY_PATH"), jv_array());
	if (!jq_compile(jq, text))
		jq_teardown(&jq);
	else
		jq_set_error_cb(jq, NULL, NULL);
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
fails_alone(const struct dx_source *s, size_t program, struct dx_compile_fault *fault)
{
	struct dx_buf text = { 0 }, message = { 0 };
	unsigned before, line, last = last_line(s, program);
	jq_state *jq;

	dx_source_join(s, program, 1, &before, &text);
	jq = machine_new(text.data, &message);
	dx_buf_release(&text);
	if (jq != NULL) {
		jq_teardown(&jq);
		dx_buf_release(&message);
		return false;
	}
	line = message_cut(&message);
	fault->program = program;
	fault->line = line <= before ? 0 : line - before > last ? last : line - before;
	fault->text = dx_buf_take(&message);
	fault->builtin = strncmp(fault->text, "refused_", 8) == 0;
	return true;
}

/* The program that the line of the joint message lies in goes first; a refused builtin is reported on the line before all. */
static void
find_culprit(const struct dx_source *s, const struct dx_part *p, unsigned line, struct dx_compile_fault *fault)
{
	size_t guess = p->first, end = p->first + p->count;

	while (guess + 1 < end && s->before[guess + 1] < line)
		guess++;
	if (fails_alone(s, guess, fault))
		return;
	for (size_t i = p->first; i < end; i++)
		if (i != guess && fails_alone(s, i, fault))
			return;
	*fault = (struct dx_compile_fault){ .program = guess, .text = dx_strdup("does not compile among other rules") };
}

bool
dx_compile(const struct dx_source *s, jq_state **machines, struct dx_compile_fault *fault)
{
	struct dx_buf message = { 0 };
	bool done = true;

	for (size_t i = 0; done && i < s->part_count; i++) {
		machines[i] = machine_new(s->part[i].text, &message);
		if (machines[i] == NULL) {
			find_culprit(s, &s->part[i], message_cut(&message), fault);
			done = false;
		}
	}
	dx_buf_release(&message);
	return done;
}
