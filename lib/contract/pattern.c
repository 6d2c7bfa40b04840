/* pattern: libc's regular expressions, with what makes them dangerous refused. */
#include "contract/pattern.h"

#include <ctype.h>
#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#define EXPANDED_MAX	8192u			/* pattern bytes times its repetitions */
#define DEPTH_MAX	32			/* of parentheses */
#define OVERLAP		(4u << 10)		/* of the windows of a long text */
#define AGE_MAX		(256u << 10)		/* bytes searched before the automaton, which grows, is made anew */

/* Two automata: one of the expression, which says where it is found, and one of ".*(expression)", which is run once from the start:
 * libc tries the first anew at every byte, which is quadratic. */
struct dx_pattern {
	regex_t	 plain;
	regex_t	 search;
	char	*text;		/* of search */
	int	 flags;
	size_t	 age;
};

/* The length of a bracket expression at s (s[0] is '['); 0: not closed. */
static size_t
bracket(const char *s)
{
	size_t i = 1;

	if (s[i] == '^')
		i++;
	if (s[i] == ']')
		i++;
	for (; s[i] != '\0' && s[i] != ']'; i++)
		if (s[i] == '[' && (s[i + 1] == ':' || s[i + 1] == '.' || s[i + 1] == '=')) {
			const char end[] = { s[i + 1], ']', '\0' };
			const char *close = strstr(s + i + 2, end);

			if (close == NULL)
				return 0;
			i = (size_t)(close - s) + 1;
		}
	return s[i] == ']' ? i + 1 : 0;
}

/* The largest count of the interval at s (s[0] is '{'), its length into *n; 0: malformed or too large. */
static unsigned
interval(const char *s, size_t *n)
{
	unsigned v = 0, most = 0;
	size_t i = 1;

	for (; s[i] != '\0' && s[i] != '}'; i++) {
		if (s[i] == ',') {
			most = v;
			v = 0;
		} else if (isdigit((unsigned char)s[i]) && v <= 255) {
			v = v * 10 + (unsigned)(s[i] - '0');
		} else {
			return 0;
		}
	}
	if (s[i] != '}')
		return 0;
	*n = i + 1;
	most = v > most ? v : most;
	return most > 255 ? 0 : most == 0 ? 1 : most;
}

/* Whether the pattern is one whose automaton stays small. */
static bool
bounded(const char *s, struct dx_buf *why)
{
	size_t expanded = strlen(s), n = 0;
	int depth = 0;

	if (expanded == 0 || expanded > DX_PATTERN_MAX) {
		dx_buf_printf(why, "a pattern has 1 to %d bytes", DX_PATTERN_MAX);
		return false;
	}
	for (; *s != '\0'; s += n) {
		n = 1;
		if (*s == '\\') {
			/* What follows the common extensions is no letter or digit: \1 refers back, the others mean nothing. */
			if (isalnum((unsigned char)s[1]) && strchr("bBwWsS", s[1]) == NULL) {
				dx_buf_printf(why, "\\%c is refused", s[1]);
				return false;
			}
			n = s[1] == '\0' ? 1 : 2;
		} else if (*s == '[') {
			n = bracket(s);
		} else if (*s == '{') {
			unsigned most = interval(s, &n);

			if (most == 0 || (expanded *= most) > EXPANDED_MAX) {
				dx_buf_puts(why, "a repetition that is too large or malformed");
				return false;
			}
		} else if (*s == '(' && ++depth > DEPTH_MAX) {
			dx_buf_printf(why, "more than %d groups", DEPTH_MAX);
			return false;
		}
		if (n == 0) {
			dx_buf_puts(why, "a bracket that is not closed");
			return false;
		}
	}
	return true;
}

static bool
compile(regex_t *out, const char *text, int flags, struct dx_buf *why)
{
	char words[128];
	int rc = regcomp(out, text, flags);

	if (rc == 0)
		return true;
	regerror(rc, out, words, sizeof(words));
	dx_buf_puts(why, words);
	return false;
}

struct dx_pattern *
dx_pattern_new(const char *text, bool fold, struct dx_buf *why)
{
	struct dx_buf wrapped = { 0 };
	struct dx_pattern *p;
	int flags = REG_EXTENDED | (fold ? REG_ICASE : 0);

	if (!bounded(text, why))
		return NULL;
	p = dx_alloc(sizeof(*p));
	p->flags = flags | REG_NOSUB;
	p->age = 0;
	if (!compile(&p->plain, text, flags, why)) {
		free(p);
		return NULL;
	}
	dx_buf_printf(&wrapped, ".*(%s)", text);
	p->text = dx_buf_take(&wrapped);
	if (!compile(&p->search, p->text, p->flags, why)) {
		regfree(&p->plain);
		free(p->text);
		free(p);
		return NULL;
	}
	return p;
}

void
dx_pattern_free(struct dx_pattern *p)
{
	if (p == NULL)
		return;
	regfree(&p->plain);
	regfree(&p->search);
	free(p->text);
	free(p);
}

/* The automaton grows with what it reads. */
static void
renew(struct dx_pattern *p, size_t more)
{
	regex_t fresh;

	p->age += more;
	if (p->age <= AGE_MAX)
		return;
	if (regcomp(&fresh, p->text, p->flags) == 0) {
		regfree(&p->search);
		p->search = fresh;
	}
	p->age = 0;
}

int
dx_pattern_find(struct dx_pattern *p, const char *subject, size_t len)
{
	if (len > INT32_MAX)
		return -1;
	for (size_t from = 0;; from += DX_PATTERN_WINDOW - OVERLAP) {
		size_t to = len - from > DX_PATTERN_WINDOW ? from + DX_PATTERN_WINDOW : len;
		regoff_t at;

		renew(p, to - from);
		p->search.not_eol = to != len;
		at = re_search(&p->search, subject, (regoff_t)to, (regoff_t)from, 0, NULL);
		if (at != -1)
			return at >= 0 ? 1 : -1;
		if (to == len)
			return 0;
	}
}

bool
dx_pattern_span(const struct dx_pattern *p, const char *subject, size_t len, size_t *start, size_t *end)
{
	regmatch_t m = { .rm_so = 0, .rm_eo = (regoff_t)(len > OVERLAP ? OVERLAP : len) };

	if (regexec(&p->plain, subject, 1, &m, REG_STARTEND) != 0)
		return false;
	*start = (size_t)m.rm_so;
	*end = (size_t)m.rm_eo;
	return true;
}
