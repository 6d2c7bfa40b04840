#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "tool/opt.h"

static const struct dx_opt *
find_long(const struct dx_verb *v, const char *name, size_t len)
{
	for (const struct dx_opt *o = v->opts; o->kind != DX_OPT_END; o++)
		if (strlen(o->name) == len && memcmp(o->name, name, len) == 0)
			return o;
	return NULL;
}

static const struct dx_opt *
find_letter(const struct dx_verb *v, char letter)
{
	for (const struct dx_opt *o = v->opts; o->kind != DX_OPT_END; o++)
		if (o->letter == letter)
			return o;
	return NULL;
}

/* How many words of argv spell the verb; 0 when they do not. */
static int
verb_words(const char *name, int argc, char *const argv[])
{
	int n = 0;

	for (const char *p = name; *p != '\0'; n++) {
		size_t len = strcspn(p, " ");
		if (n >= argc || strlen(argv[n]) != len || memcmp(argv[n], p, len) != 0)
			return 0;
		p += len;
		if (*p == ' ')
			p++;
	}
	return n;
}

/* Steps of one letter put in, left out, replaced or swapped with the next that lead from a to b; large when either is long. */
static size_t
distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), row[3][32];

	if (la >= 32 || lb >= 32)
		return 32;
	for (size_t j = 0; j <= lb; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];
		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t best = up[j - 1] + (a[i - 1] != b[j - 1]);
			best = up[j] + 1 < best ? up[j] + 1 : best;
			best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && up2[j - 2] + 1 < best)
				best = up2[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[la % 3][lb];
}

/* The verb that was meant, or NULL when none is near. */
static const char *
nearest(const struct dx_tool *t, const char *words)
{
	const char *best = NULL;
	size_t least = 3;

	for (const struct dx_verb *v = t->verbs; v->name != NULL; v++) {
		size_t d = distance(words, v->name);
		if (v->name[0] != '\0' && d < least && d < strlen(v->name)) {
			least = d;
			best = v->name;
		}
	}
	return best;
}

static int
unknown_verb(const struct dx_tool *t, const char *first, const char *second, struct dx_err *err)
{
	char words[64];
	const char *meant;

	words[0] = '\0';
	if (strlen(first) + strlen(second) + 1 < sizeof(words)) {
		memcpy(words, first, strlen(first) + 1);
		if (second[0] != '\0') {
			words[strlen(first)] = ' ';
			memcpy(words + strlen(first) + 1, second, strlen(second) + 1);
		}
	}
	meant = nearest(t, words);
	(void)dx_err_set(err, DX_R_USAGE, "unknown verb \"%s%s%s\"", first, second[0] != '\0' ? " " : "", second);
	if (meant != NULL)
		(void)dx_err_add(err, "; did you mean \"%s\"?", meant);
	return dx_err_add(err, "; see %s -h", t->name);
}

/* Whether a first word that is no verb is meant for the verb without a name. */
static bool
is_operand(const char *word)
{
	return word[0] == '-' || strpbrk(word, "/.=") != NULL || access(word, F_OK) == 0;
}

int
dx_opt_verb(const struct dx_tool *t, int argc, char *const argv[], const struct dx_verb **verb, int *used,
    struct dx_err *err)
{
	const struct dx_verb *best = NULL, *unnamed = NULL;
	int words = 0;

	for (const struct dx_verb *v = t->verbs; v->name != NULL; v++) {
		int n = verb_words(v->name, argc, argv);
		if (v->name[0] == '\0')
			unnamed = v;
		else if (n > words) {
			words = n;
			best = v;
		}
	}
	if (best == NULL && argc == 0)
		return dx_err_set(err, DX_R_USAGE, "a verb is missing; see %s -h", t->name);
	for (const struct dx_verb *v = t->verbs; best == NULL && v->name != NULL; v++)
		if (dx_starts(v->name, argv[0]) && v->name[strlen(argv[0])] == ' ')
			return argc > 1 ? unknown_verb(t, argv[0], argv[1], err)
			    : dx_err_set(err, DX_R_USAGE, "\"%s\" needs a second word; see %s -h", argv[0], t->name);
	if (best == NULL && (unnamed == NULL || !is_operand(argv[0])))
		return unknown_verb(t, argv[0], "", err);
	*verb = best != NULL ? best : unnamed;
	*used = words;
	return 0;
}

static void
list_add(struct dx_list *l, const char *value)
{
	const char **grown = dx_realloc(l->item, dx_size_mul(l->count + 1, sizeof(*grown)));

	grown[l->count++] = value;
	l->item = grown;
}

static int
set_value(const struct dx_opt *o, const char *value, void *args, bool *seen, struct dx_err *err)
{
	char *at = (char *)args + o->offset;

	if (*seen && o->kind != DX_OPT_LIST)
		return dx_err_set(err, DX_R_USAGE, "--%s is given twice", o->name);
	*seen = true;
	switch (o->kind) {
	case DX_OPT_FLAG:
		*(bool *)(void *)at = true;
		return 0;
	case DX_OPT_TEXT:
		*(const char **)(void *)at = value;
		return 0;
	case DX_OPT_LIST:
		list_add((struct dx_list *)(void *)at, value);
		return 0;
	case DX_OPT_INT:
		if (!dx_int_parse(value, o->min, o->max, (int64_t *)(void *)at))
			return dx_err_set(err, DX_R_USAGE, "--%s takes a whole number from %lld to %lld, got \"%s\"", o->name,
			    (long long)o->min, (long long)o->max, value);
		return 0;
	case DX_OPT_CHOICE:
		for (int i = 0; o->choices[i] != NULL; i++)
			if (strcmp(o->choices[i], value) == 0) {
				*(int *)(void *)at = i;
				return 0;
			}
		return dx_err_set(err, DX_R_USAGE, "--%s does not take \"%s\"; see -h", o->name, value);
	case DX_OPT_END:
		break;
	}
	DX_BUG("option kind");
}

static void
set_defaults(const struct dx_verb *v, void *args)
{
	memset(args, 0, v->args_size);
	for (const struct dx_opt *o = v->opts; o->kind != DX_OPT_END; o++) {
		char *at = (char *)args + o->offset;
		if (o->kind == DX_OPT_INT)
			*(int64_t *)(void *)at = o->otherwise;
		else if (o->kind == DX_OPT_CHOICE)
			*(int *)(void *)at = (int)o->otherwise;
	}
}

struct scan {
	const struct dx_verb	*verb;
	int			 argc;
	char *const		*argv;
	int			 i;
	void			*args;
	bool			*seen;		/* one an option */
	struct dx_opt_common	*common;
	struct dx_err		*err;
};

static int
take_long(struct scan *s)
{
	const char *word = s->argv[s->i] + 2;
	const char *equals = strchr(word, '=');
	size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
	const struct dx_opt *o = find_long(s->verb, word, len);

	if (o == NULL)
		return dx_err_set(s->err, DX_R_USAGE, "unknown option --%.*s; see -h", (int)(len > 100 ? 100 : len), word);
	if (o->arg == NULL) {
		if (equals != NULL)
			return dx_err_set(s->err, DX_R_USAGE, "--%s takes no value", o->name);
		return set_value(o, NULL, s->args, &s->seen[o - s->verb->opts], s->err);
	}
	if (equals == NULL && ++s->i >= s->argc)
		return dx_err_set(s->err, DX_R_USAGE, "--%s needs a value", o->name);
	return set_value(o, equals != NULL ? equals + 1 : s->argv[s->i], s->args, &s->seen[o - s->verb->opts], s->err);
}

static int
take_short(struct scan *s)
{
	for (const char *p = s->argv[s->i] + 1; *p != '\0'; p++) {
		const struct dx_opt *o = find_letter(s->verb, *p);
		const char *value = NULL;

		if (o == NULL && (*p == 'h' || *p == 'V')) {
			s->common->help |= *p == 'h';
			s->common->version |= *p == 'V';
			continue;
		}
		if (o == NULL)
			return dx_err_set(s->err, DX_R_USAGE, "unknown option -%c; see -h", *p);
		if (o->arg != NULL) {
			if (p[1] != '\0')
				value = p + 1;
			else if (++s->i < s->argc)
				value = s->argv[s->i];
			else
				return dx_err_set(s->err, DX_R_USAGE, "-%c needs a value", *p);
		}
		if (set_value(o, value, s->args, &s->seen[o - s->verb->opts], s->err) != 0)
			return -1;
		if (value != NULL)
			break;
	}
	return 0;
}

static int
check_operands(const struct dx_verb *v, int count, struct dx_err *err)
{
	if (count < v->min_operands)
		return dx_err_set(err, DX_R_USAGE, "an operand is missing: %s", v->operands);
	if (v->max_operands >= 0 && count > v->max_operands)
		return dx_err_set(err, DX_R_USAGE, "too many operands; takes %s", v->operands != NULL ? v->operands : "none");
	return 0;
}

static int
take_option(struct scan *s)
{
	const char *word = s->argv[s->i];
	bool extra;
	int rc;

	/* A verb's own option wins over one that all have: `policy show --version 3`. */
	if (word[1] == '-' && find_long(s->verb, word + 2, strcspn(word + 2, "=")) != NULL)
		return take_long(s);
	rc = dx_opt_common_take(word, s->i + 1 < s->argc ? s->argv[s->i + 1] : NULL, s->common, &extra, s->err);

	if (rc != 0) {
		s->i += extra;
		return rc > 0 ? 0 : -1;
	}
	return s->argv[s->i][1] == '-' ? take_long(s) : take_short(s);
}

int
dx_opt_parse(const struct dx_verb *v, int argc, char *const argv[], void *args, struct dx_opt_common *common, char ***operands,
    int *count, struct dx_err *err)
{
	size_t n = 0;
	bool only_operands = false;
	struct scan s = { .verb = v, .argc = argc, .argv = argv, .args = args, .common = common, .err = err };
	char **list = dx_alloc(dx_size_mul((size_t)argc + 1, sizeof(*list)));
	int rc = 0;

	while (v->opts[n].kind != DX_OPT_END)
		n++;
	s.seen = dx_alloc(n + 1);
	memset(s.seen, 0, n + 1);
	set_defaults(v, args);
	*count = 0;
	for (s.i = 0; s.i < argc; s.i++) {
		char *word = argv[s.i];
		if (only_operands || word[0] != '-' || word[1] == '\0')
			list[(*count)++] = word;
		else if (strcmp(word, "--") == 0)
			only_operands = true;
		else if (take_option(&s) != 0)
			rc = -1;
	}
	list[*count] = NULL;
	if (rc == 0 && !common->help && !common->version)
		rc = check_operands(v, *count, err);
	free(s.seen);
	*operands = list;
	return rc;
}

void
dx_opt_release(const struct dx_verb *v, void *args)
{
	for (const struct dx_opt *o = v->opts; o->kind != DX_OPT_END; o++)
		if (o->kind == DX_OPT_LIST) {
			struct dx_list *l = (struct dx_list *)(void *)((char *)args + o->offset);
			free(l->item);
			*l = (struct dx_list){ 0 };
		}
}
