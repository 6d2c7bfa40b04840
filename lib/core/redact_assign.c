/* Assignment forms (execution page 13.1): a keyword, maybe a closing quote, blanks, a separator, blanks, maybe an opening quote,
 * a value; and the two forms without a separator.  Found from the separator backwards. */
#include "core/redact_parts.h"

#define BLANKS_MAX	64

enum value { VALUE_NONE, VALUE_FREE, VALUE_TOKEN, VALUE_AWS };
struct wanted { enum value value; size_t least; };

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Whether the bytes before `end` are the word, in any case.  A '?' in it stands for '_', '-' or nothing. */
static bool
ends_in(const unsigned char *t, size_t end, const char *word)
{
	unsigned char c;

	for (size_t i = strlen(word); i-- > 0;) {
		c = end > 0 ? t[end - 1] : 0;
		if (word[i] == '?') {
			if (c == '_' || c == '-')
				end--;
			continue;
		}
		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		if (c != (unsigned char)word[i])
			return false;
		end--;
	}
	return true;
}

static struct wanted
keyword(const unsigned char *t, size_t end)
{
	static const struct wanted none = { VALUE_NONE, 0 }, any = { VALUE_FREE, 1 }, token = { VALUE_TOKEN, 20 };
	static const struct wanted key = { VALUE_TOKEN, 15 }, aws = { VALUE_AWS, 40 }, secret = { VALUE_TOKEN, 32 };

	switch (end < 3 ? 0 : t[end - 1] | 0x20) {
	case 'd':
		return ends_in(t, end, "password") || ends_in(t, end, "passwd") || ends_in(t, end, "pwd") ? any : none;
	case 'y':
		return ends_in(t, end, "aws?secret?access?key") ? aws : ends_in(t, end, "api?key") ? key : none;
	case 'n':
		return ends_in(t, end, "token") ? token : none;
	case 'h':
		return ends_in(t, end, "auth") ? token : none;
	case 'r':
		return ends_in(t, end, "bearer") ? token : none;
	case 't':
		return ends_in(t, end, "secret") ? secret : none;
	case 'l':
		return ends_in(t, end, "credential") ? secret : none;
	default:
		return none;
	}
}

/* --- quotes: which are open where a value stands, and where one closes --- */

static size_t
backslashes_before(const unsigned char *t, size_t pos)
{
	size_t n = 0;

	while (n < pos && t[pos - 1 - n] == '\\')
		n++;
	return n;
}

static unsigned
level_of(size_t backslashes)
{
	return backslashes == 0 ? 0 : backslashes == 1 ? 1 : 2;
}

static unsigned
quote_index(unsigned char quote, size_t backslashes)
{
	return (quote == '"' ? 0 : 3) + level_of(backslashes);
}

/* Quotes up to pos counted.  An apostrophe in a word opens nothing. */
static void
count_quotes(struct dx_shape *s, size_t pos)
{
	unsigned char c;
	unsigned k;

	for (size_t i = s->quote_pos; i < pos; i++) {
		c = s->t[i];
		if (c != '"' && c != '\'')
			continue;
		k = quote_index(c, backslashes_before(s->t, i));
		if (c == '"' || s->open[k] || i == 0 || !is_word(s->t[i - 1]))
			s->open[k] = !s->open[k];
	}
	if (pos > s->quote_pos)
		s->quote_pos = pos;
}

/* The end of a value that began behind quote k: the place of the quote that closes it with its backslashes, or n. */
static size_t
closing(struct dx_shape *s, unsigned k, size_t pos)
{
	const unsigned char quote = k < 3 ? '"' : '\'';
	const unsigned level = k % 3;
	const unsigned char *found;
	size_t i = pos, back, at = s->n;

	if (pos >= s->close[k].from && pos <= s->close[k].at)
		return s->close[k].at;
	while (i < s->n && (found = memchr(s->t + i, quote, s->n - i)) != NULL) {
		i = (size_t)(found - s->t);
		back = backslashes_before(s->t, i);
		if (back > i - pos)
			back = i - pos;
		if (level == 0 ? back % 2 == 0 : back <= (level == 1 ? 1 : 3)) {
			at = level == 0 ? i : i - back;
			break;
		}
		i++;
	}
	s->close[k].from = pos;
	s->close[k].at = at;
	return at;
}

/* A quote where an enclosing string of its kind is open closes that string, if what follows looks so. */
static bool
closes_enclosing(const struct dx_shape *s, unsigned k, size_t after)
{
	if (!s->open[k])
		return false;
	return after >= s->n || memchr(" \t\r\n,:;}])\\", s->t[after], 11) != NULL;
}

/* A quote at pos, after at most a few backslashes: its index in *k and the place behind it, or 0. */
static size_t
quote_at(const struct dx_shape *s, size_t pos, unsigned *k)
{
	size_t i = pos;

	while (i < s->n && s->t[i] == '\\' && i - pos < 8)
		i++;
	if (i >= s->n || (s->t[i] != '"' && s->t[i] != '\''))
		return 0;
	*k = quote_index(s->t[i], i - pos);
	return i + 1;
}

/* --- values --- */

static void
free_value(struct dx_shape *s, size_t pos, bool quoted_key)
{
	size_t start, end, stop;
	unsigned k = 0;

	count_quotes(s, pos);
	start = quote_at(s, pos, &k);
	if (start != 0) {
		if (closes_enclosing(s, k, start))
			return;
		end = closing(s, k, start);
		if (end > start)
			dx_spans_add(s->out, start, end);
		return;
	}
	end = dx_shape_run(s, quoted_key ? DX_RUN_LISTED : DX_RUN_FULL, pos);
	for (k = 0; k < DX_QUOTES; k++) {
		stop = s->open[k] ? closing(s, k, pos) : s->n;
		if (stop < end)
			end = stop;
	}
	if (end > pos)
		dx_spans_add(s->out, pos, end);
}

static void
run_value(struct dx_shape *s, size_t pos, enum dx_shape_run which, size_t least)
{
	unsigned k;
	size_t start = quote_at(s, pos, &k), end;

	if (start == 0)
		start = pos;
	end = dx_shape_run(s, which, start);
	if (end - start >= least)
		dx_spans_add(s->out, start, end);
}

static size_t
skip_blanks(const struct dx_shape *s, size_t pos)
{
	size_t i = pos;

	while (i < s->n && i - pos < BLANKS_MAX && is_blank(s->t[i]))
		i++;
	return i;
}

void
dx_shape_assign(struct dx_shape *s, size_t i)
{
	size_t end = i, pos = i + 1;
	bool quoted = false;
	struct wanted w;

	while (end > 0 && i - end < BLANKS_MAX && is_blank(s->t[end - 1]))
		end--;
	if (end > 0 && (s->t[end - 1] == '"' || s->t[end - 1] == '\'')) {
		quoted = true;
		end--;
		for (unsigned k = 0; k < 8 && end > 0 && s->t[end - 1] == '\\'; k++)
			end--;
	}
	w = keyword(s->t, end);
	if (w.value == VALUE_NONE)
		return;
	if (s->t[i] == '=' && pos < s->n && s->t[pos] == '>')
		pos++;
	pos = skip_blanks(s, pos);
	if (w.value == VALUE_FREE)
		free_value(s, pos, quoted);
	else
		run_value(s, pos, w.value == VALUE_AWS ? DX_RUN_AWS : DX_RUN_TOKEN, w.least);
}

/* `--password`, or a longer option that ends in it. */
static bool
is_password_option(const struct dx_shape *s, size_t end)
{
	bool dashes = false;

	if (!ends_in(s->t, end, "password") && !ends_in(s->t, end, "passwd"))
		return false;
	for (size_t i = end; i > 1 && !dashes && (is_word(s->t[i - 1]) || s->t[i - 1] == '-' || s->t[i - 1] == '_'); i--)
		dashes = s->t[i - 1] == '-' && s->t[i - 2] == '-';
	return dashes;
}

void
dx_shape_blank(struct dx_shape *s, size_t i)
{
	if (ends_in(s->t, i, "bearer"))
		run_value(s, skip_blanks(s, i), DX_RUN_TOKEN, 20);
	else if (is_password_option(s, i))
		free_value(s, skip_blanks(s, i), false);
}
