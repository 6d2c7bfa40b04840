/* Parts of a text that look like a secret (inputs page 1.4, rule 3; the patterns of execution page 13.2).  One look at each
 * byte finds the few places a pattern can hang on; the patterns are read by hand around them, in linear time. */
#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include "core/redact_parts.h"

#define SHORTEST	5	/* "pwd=x" */

static bool
is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
in_run(enum dx_shape_run which, unsigned char c)
{
	switch (which) {
	case DX_RUN_TOKEN:
		return is_alnum(c) || memchr("_-.~+/=", c, 7) != NULL;
	case DX_RUN_AWS:
		return is_alnum(c) || c == '/' || c == '+' || c == '=';
	case DX_RUN_UPPER:
		return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
	case DX_RUN_PART:
	case DX_RUN_PART2:
		return is_alnum(c) || c == '_' || c == '-';
	case DX_RUN_DOTTED:
		return is_alnum(c) || c == '_' || c == '-' || c == '.';
	case DX_RUN_LISTED:
		return !is_space(c) && c != ',' && c != '}' && c != ']';
	case DX_RUN_URL:
		return !is_space(c) && c != '"' && c != '\'';
	case DX_RUN_FULL:
	case DX_RUN_COUNT:
		break;
	}
	return !is_space(c);
}

size_t
dx_shape_run(struct dx_shape *s, enum dx_shape_run which, size_t pos)
{
	size_t end = pos;

	if (pos >= s->run[which].from && pos <= s->run[which].end)
		return s->run[which].end;
	while (end < s->n && in_run(which, s->t[end]))
		end++;
	s->run[which].from = pos;
	s->run[which].end = end;
	return end;
}

static bool
ends_in(const struct dx_shape *s, size_t end, const char *word)
{
	size_t len = strlen(word);

	return end >= len && end <= s->n && memcmp(s->t + end - len, word, len) == 0;
}

/* A vendor's token: `prefix` ends before `end`, and at least `least` bytes follow it. */
static void
vendor(struct dx_shape *s, size_t end, const char *prefix, size_t least)
{
	size_t stop;

	if (!ends_in(s, end, prefix) || dx_shape_run(s, DX_RUN_PART, end) - end < least)
		return;
	stop = dx_shape_run(s, DX_RUN_DOTTED, end);
	while (s->t[stop - 1] == '.')
		stop--;
	dx_spans_add(s->out, end - strlen(prefix), stop);
}

/* "eyJ", a part, a dot, a part, a dot, and what else belongs to it. */
static void
jwt(struct dx_shape *s, size_t i)
{
	size_t first, second, stop;

	if (i < 2 || s->t[i - 2] != 'e')
		return;
	first = dx_shape_run(s, DX_RUN_PART, i);
	if (first == s->n || s->t[first] != '.')
		return;
	second = dx_shape_run(s, DX_RUN_PART2, first + 1);
	if (second == first + 1 || second == s->n || s->t[second] != '.')
		return;
	stop = dx_shape_run(s, DX_RUN_DOTTED, i);
	while (s->t[stop - 1] == '.')
		stop--;
	dx_spans_add(s->out, i - 2, stop);
}

static void
aws_key(struct dx_shape *s, size_t i)
{
	size_t stop;

	if (i < 3 || (s->t[i - 2] != 'K' && s->t[i - 2] != 'S') || s->t[i - 3] != 'A')
		return;
	stop = dx_shape_run(s, DX_RUN_UPPER, i + 1);
	if (stop - (i + 1) >= 16)
		dx_spans_add(s->out, i - 3, stop);
}

/* Where the label ends that says PRIVATE KEY and is followed by dashes, or 0.  pos is behind "BEGIN" or "END". */
static size_t
private_label(const struct dx_shape *s, size_t pos)
{
	size_t stop = pos, at;

	while (stop < s->n && stop - pos < 80 &&
	    ((s->t[stop] >= 'A' && s->t[stop] <= 'Z') || (s->t[stop] >= '0' && s->t[stop] <= '9') || s->t[stop] == ' '))
		stop++;
	at = stop;
	while (at > pos && s->t[at - 1] == ' ')
		at--;
	if (ends_in(s, at, " BLOCK"))
		at -= strlen(" BLOCK");
	if (at < pos + strlen(" PRIVATE KEY") || !ends_in(s, at, " PRIVATE KEY"))
		return 0;
	at = stop;
	while (stop < s->n && s->t[stop] == '-' && stop - at < 5)
		stop++;
	return stop - at >= 4 ? stop : 0;
}

/* From dashes and BEGIN to the END that belongs to it; a key that is cut off goes to the end of the text. */
static void
private_key(struct dx_shape *s, size_t i)
{
	size_t pos = i + 1, start, stop, end;
	const unsigned char *found;

	if (i < s->pem_end || i < 3 || memcmp(s->t + i - 3, "----", 4) != 0)
		return;
	if (pos < s->n && s->t[pos] == ' ')
		pos++;
	if (s->n - pos < 5 || memcmp(s->t + pos, "BEGIN", 5) != 0 || (stop = private_label(s, pos + 5)) == 0)
		return;
	start = i >= 4 && s->t[i - 4] == '-' ? i - 4 : i - 3;
	end = s->n;
	while ((found = memmem(s->t + stop, s->n - stop, "END", 3)) != NULL) {
		stop = (size_t)(found - s->t) + 3;
		if (s->t[stop - 4] != '-' && s->t[stop - 4] != ' ')
			continue;
		if ((pos = private_label(s, stop)) != 0) {
			end = pos;
			break;
		}
	}
	s->pem_end = end;
	dx_spans_add(s->out, start, end);
}

static bool
is_port(const struct dx_shape *s, size_t from, size_t to)
{
	size_t i = from;

	while (i < to && s->t[i] >= '0' && s->t[i] <= '9')
		i++;
	return i > from && i < to && (s->t[i] == '/' || s->t[i] == '?' || s->t[i] == '#');
}

/* scheme://user:PW@ with the password up to the last '@' before a blank or quote. */
static void
url_password(struct dx_shape *s, size_t colon)
{
	size_t pos = colon + 3, end;
	const unsigned char *at;

	if (s->n < pos || s->t[colon + 1] != '/' || s->t[colon + 2] != '/' || colon == 0 || !is_alnum(s->t[colon - 1]))
		return;
	while (pos < s->n && !is_space(s->t[pos]) && memchr(":@/?#\"'", s->t[pos], 7) == NULL)
		pos++;
	if (pos >= s->n || s->t[pos] != ':')
		return;
	pos++;
	end = dx_shape_run(s, DX_RUN_URL, pos);
	if (s->host.end != end) {
		at = memrchr(s->t + pos, '@', end - pos);
		s->host.end = end;
		s->host.at = at == NULL ? 0 : (size_t)(at - s->t);
	}
	if (s->host.at > pos && !is_port(s, pos, s->host.at))
		dx_spans_add(s->out, pos, s->host.at);
}

static void
hit(struct dx_shape *s, size_t i)
{
	switch (s->t[i]) {
	case ':':
		url_password(s, i);
		dx_shape_assign(s, i);
		break;
	case '=':
		dx_shape_assign(s, i);
		break;
	case '_':
		vendor(s, i + 1, "ghp_", 8);
		vendor(s, i + 1, "github_pat_", 8);
		vendor(s, i + 1, "sk_live_", 8);
		break;
	case '-':
		private_key(s, i);
		break;
	case 'p':
		vendor(s, i + 4, "glpat-", 8);
		break;
	case 'x':
		if (s->n - i > 2 && memchr("abprs", s->t[i + 1], 5) != NULL)
			vendor(s, i + 3, (const char[]){ 'x', 'o', 'x', (char)s->t[i + 1], '-', '\0' }, 8);
		break;
	case '.':
		vendor(s, i + 1, "hvs.", 12);
		break;
	case 'J':
		jwt(s, i);
		break;
	case 'A':
		aws_key(s, i);
		break;
	default:
		dx_shape_blank(s, i);
	}
}

static void
start(struct dx_shape *s, const unsigned char *t, size_t n, struct dx_spans *out)
{
	memset(s, 0, sizeof(*s));
	s->t = t;
	s->n = n;
	s->out = out;
	for (unsigned k = 0; k < DX_RUN_COUNT; k++)
		s->run[k].from = SIZE_MAX;
	for (unsigned k = 0; k < DX_QUOTES; k++)
		s->close[k].from = SIZE_MAX;
	s->host.end = SIZE_MAX;
}

#define BLOCK	16	/* bytes looked at together */

#ifdef __SSE2__
#define EQ(v, c)	_mm_cmpeq_epi8(v, _mm_set1_epi8(c))
#define AND(x, y)	_mm_and_si128(x, y)
#define OR(x, y)	_mm_or_si128(x, y)

/* A bit for each byte of the block at p that a pattern can hang on, told by it and the byte before it (p[-1] is readable):
 * for nearly all text that is none. */
static unsigned
hooks(const unsigned char *p)
{
	__m128i c = _mm_loadu_si128((const void *)p), b = _mm_loadu_si128((const void *)(p - 1));
	__m128i low = OR(b, _mm_set1_epi8(0x20));
	__m128i m = OR(EQ(c, '='), EQ(c, ':'));

	m = OR(m, AND(EQ(c, '_'), OR(EQ(b, 'p'), OR(EQ(b, 't'), EQ(b, 'e')))));
	m = OR(m, OR(AND(EQ(c, '-'), EQ(b, '-')), AND(EQ(c, 'p'), EQ(b, 'l'))));
	m = OR(m, OR(AND(EQ(c, 'x'), EQ(b, 'o')), AND(EQ(c, '.'), EQ(b, 's'))));
	m = OR(m, OR(AND(EQ(c, 'J'), EQ(b, 'y')), AND(EQ(c, 'A'), EQ(b, 'I'))));
	m = OR(m, AND(OR(EQ(c, ' '), EQ(c, '\t')), OR(EQ(low, 'r'), EQ(low, 'd'))));
	return (unsigned)_mm_movemask_epi8(m);
}
#else
static bool
is_hook(unsigned char before, unsigned char c)
{
	switch (c) {
	case '=':
	case ':':
		return true;
	case '_':
		return before == 'p' || before == 't' || before == 'e';
	case '-':
		return before == '-';
	case 'p':
		return before == 'l';
	case 'x':
		return before == 'o';
	case '.':
		return before == 's';
	case ' ':
	case '\t':
		return (before | 0x20) == 'r' || (before | 0x20) == 'd';
	case 'J':
		return before == 'y';
	case 'A':
		return before == 'I';
	default:
		return false;
	}
}

static unsigned
hooks(const unsigned char *p)
{
	unsigned mask = 0;

	for (unsigned k = 0; k < BLOCK; k++)
		mask |= (unsigned)is_hook(p[-1 + (int)k], p[k]) << k;
	return mask;
}
#endif

/* Whether a ':' or '=' may follow a keyword or a scheme; most follow something else, and are told by the two bytes before. */
static bool
is_worth(const unsigned char *t, size_t n, size_t i)
{
	if ((t[i] != ':' && t[i] != '=') || !is_alnum(t[i - 1]) || (n - i > 2 && t[i + 1] == '/'))
		return true;
	switch (t[i - 1] | 0x20) {
	case 'd':
		return i > 1 && ((t[i - 2] | 0x20) == 'r' || (t[i - 2] | 0x20) == 'w');
	case 'y':
	case 'n':
	case 'r':
	case 't':
		return i > 1 && (t[i - 2] | 0x20) == 'e';
	case 'h':
		return i > 1 && (t[i - 2] | 0x20) == 't';
	case 'l':
		return i > 1 && (t[i - 2] | 0x20) == 'a';
	default:
		return false;
	}
}

struct search { struct dx_shape s; bool started; };

/* `mask`: hooks of the block that begins at i. */
static void
visit(struct search *q, const unsigned char *t, size_t n, size_t i, unsigned mask, struct dx_spans *out)
{
	for (; mask != 0; mask &= mask - 1) {
		size_t at = i + (unsigned)__builtin_ctz(mask);

		if (!is_worth(t, n, at))
			continue;
		if (!q->started)
			start(&q->s, t, n, out);
		q->started = true;
		hit(&q->s, at);
	}
}

void
dx_shape_find(const char *text, size_t n, struct dx_spans *out)
{
	const unsigned char *t = (const unsigned char *)text;
	unsigned char padded[2 * BLOCK] = { 0 };
	struct search q;
	size_t i = 1;

	if (n < SHORTEST)
		return;
	q.started = false;
	if (n <= BLOCK) {
		memcpy(padded, t, n);
		visit(&q, t, n, 1, hooks(padded + 1), out);
		return;
	}
	for (; n - i >= BLOCK; i += BLOCK)
		visit(&q, t, n, i, hooks(t + i), out);
	if (i < n)	/* the last block again, as far as it is new */
		visit(&q, t, n, i, hooks(t + n - BLOCK) >> (i - (n - BLOCK)), out);
}
