/* The options that every verb of a tool has: one table, for parsing, help and completions. */
#include <string.h>

#include "base/err.h"
#include "tool/opt.h"

static const char *const errors_choices[] = { "text", "json", NULL };

#define AT(member)	offsetof(struct dx_opt_common, member)
static const struct dx_opt table[] = {
	{ DX_OPT_CHOICE, 0, "errors", "FORMAT", AT(errors), "errors on stderr as text or json", 0, 0, 0, errors_choices },
	{ DX_OPT_TEXT, 0, "traceparent", "HEADER", AT(traceparent), "the trace that this call belongs to", 0, 0, 0, NULL },
	{ DX_OPT_TEXT, 0, "otlp", "URL", AT(otlp), "send a span of this call there, OTLP over HTTP", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 0, "verbose", NULL, AT(verbose), "say on stderr why a span was not sent", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 'h', "help", NULL, AT(help), "print this help", 0, 0, 0, NULL },
	{ DX_OPT_FLAG, 'V', "version", NULL, AT(version), "print the version", 0, 0, 0, NULL },
	{ DX_OPT_END, 0, NULL, NULL, 0, NULL, 0, 0, 0, NULL },
};

const struct dx_opt *
dx_opt_common_next(const struct dx_opt *o, bool exports)
{
	o = o == NULL ? table : o + 1;
	while (!exports && (o->offset == AT(otlp) || o->offset == AT(verbose)) && o->kind != DX_OPT_END)
		o++;
	return o->kind != DX_OPT_END ? o : NULL;
}

/* The option that a word is, and the value behind its "=". */
static const struct dx_opt *
find(const char *word, bool exports, const char **value)
{
	const char letter[3] = { '-', word[0] == '-' ? word[1] : '\0', '\0' };
	size_t len = strcspn(word, "=");

	*value = NULL;
	for (const struct dx_opt *o = dx_opt_common_next(NULL, exports); o != NULL; o = dx_opt_common_next(o, exports)) {
		if (o->letter != 0 && o->letter == letter[1] && strcmp(word, letter) == 0)
			return o;
		if (strncmp(word, "--", 2) != 0 || strlen(o->name) != len - 2 || strncmp(word + 2, o->name, len - 2) != 0)
			continue;
		*value = word[len] == '=' ? word + len + 1 : NULL;
		return o;
	}
	return NULL;
}

static int
take_choice(const struct dx_opt *o, const char *value, int *out, struct dx_err *err)
{
	for (int i = 0; value != NULL && o->choices[i] != NULL; i++)
		if (strcmp(o->choices[i], value) == 0) {
			*out = i;
			return 1;
		}
	(void)dx_err_set(err, DX_R_USAGE, "--%s takes %s", o->name, o->choices[0]);
	for (int i = 1; o->choices[i] != NULL; i++)
		(void)dx_err_add(err, " or %s", o->choices[i]);
	return -1;
}

int
dx_opt_common_take(const char *word, const char *next, struct dx_opt_common *common, bool *extra, struct dx_err *err)
{
	const char *value;
	const struct dx_opt *o = find(word, common->exports, &value);
	char *at;

	*extra = false;
	if (o == NULL)
		return 0;
	if (o->kind == DX_OPT_FLAG && value != NULL)
		return dx_err_set(err, DX_R_USAGE, "--%s takes no value", o->name);
	at = (char *)common + o->offset;
	if (o->kind == DX_OPT_FLAG) {
		if (*(bool *)(void *)at && o->letter == 0)
			return dx_err_set(err, DX_R_USAGE, "--%s is given twice", o->name);
		*(bool *)(void *)at = true;
		return 1;
	}
	*extra = value == NULL && next != NULL;
	value = value != NULL ? value : next;
	if (o->kind == DX_OPT_CHOICE)
		return take_choice(o, value, (int *)(void *)at, err);
	if (*(const char **)(void *)at != NULL)
		return dx_err_set(err, DX_R_USAGE, "--%s is given twice", o->name);
	*(const char **)(void *)at = value;
	return value != NULL ? 1 : dx_err_set(err, DX_R_USAGE, "--%s needs a value", o->name);
}

bool
dx_opt_common(int argc, char *const argv[], struct dx_opt_common *common, int *used, struct dx_err *err)
{
	bool extra;
	int rc = argc > 0 ? dx_opt_common_take(argv[0], argc > 1 ? argv[1] : NULL, common, &extra, err) : 0;

	*used = rc == 0 ? 0 : extra ? 2 : 1;
	return rc != 0;
}
