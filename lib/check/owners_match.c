#include <string.h>

#include "check/owners.h"

#define STEPS_OF	(100u * 1000 * 1000)	/* of one path */

/* One part of a path, between slashes. */
struct part { const char *s; size_t n; };

static struct part
part_of(const char *s)
{
	return (struct part){ .s = s, .n = strcspn(s, "/") };
}

static const char *
behind(struct part p)
{
	return p.s[p.n] == '/' ? p.s + p.n + 1 : p.s + p.n;
}

static bool
part_is(struct part p, const char *s)
{
	return p.n == strlen(s) && memcmp(p.s, s, p.n) == 0;
}

/* `?` is one character, however many bytes it has. */
static size_t
character(struct part s, size_t at)
{
	size_t n = 1;

	while (at + n < s.n && ((unsigned char)s.s[at + n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* Bytes of s behind `at` that pattern byte p takes, 0 when it does not take them; *width is its own bytes. */
static size_t
takes(struct part p, size_t p_at, struct part s, size_t at, size_t *width)
{
	*width = 1;
	if (p_at >= p.n || at >= s.n)
		return 0;
	if (p.s[p_at] == '?')
		return character(s, at);
	if (p.s[p_at] == '\\' && p_at + 1 < p.n) {
		*width = 2;
		p_at++;
	}
	return p.s[p_at] == s.s[at];
}

static bool
part_match(struct part p, struct part s, size_t *steps)
{
	size_t i = 0, j = 0, star = p.n, mark = 0;

	while (j < s.n || i < p.n) {
		size_t width, got;
		if (*steps == 0)
			return false;
		--*steps;
		if (i < p.n && p.s[i] == '*') {
			star = i++;
			mark = j;
			continue;
		}
		got = takes(p, i, s, j, &width);
		if (got > 0) {
			i += width;
			j += got;
		} else if (star < p.n && mark < s.n) {
			i = star + 1;
			j = ++mark;
		} else
			return false;
	}
	return true;
}

bool
dx_owners_match(const char *form, const char *path, size_t *steps)
{
	const char *star = NULL, *mark = path;
	bool descends = false;

	if (*form == '\0' || *path == '\0')
		return false;
	while (*steps > 0) {
		struct part p = part_of(form), s = part_of(path);
		--*steps;
		if (*form == '\0' && (*path == '\0' || descends))
			return true;
		if (*form != '\0' && part_is(p, "**")) {
			star = form = behind(p);
			mark = path;
			if (*form == '\0')
				return *path != '\0';	/* what is in the folder, not the folder; a longer run leaves less */
			continue;
		}
		if (*form != '\0' && *path != '\0' && part_match(p, s, steps)) {
			descends = !part_is(p, "*");	/* `docs/` and one star is no folder with all that is in it */
			form = behind(p);
			path = behind(s);
			continue;
		}
		if (star == NULL || *mark == '\0')
			return false;
		mark = path = behind(part_of(mark));
		form = star;
		descends = false;
	}
	return false;
}

int
dx_owners_of(const struct dx_owners *o, const char *path, const struct dx_owners_rule **out)
{
	size_t steps = STEPS_OF;

	*out = NULL;
	for (size_t i = o->rules; i > 0 && *out == NULL && steps > 0; i--)
		if (dx_owners_match(o->rule[i - 1].form, path, &steps))
			*out = &o->rule[i - 1];
	return *out == NULL && steps == 0 ? -1 : 0;
}

int
dx_owners_dead(const struct dx_owners *o, const char *const *path, size_t n, size_t steps, bool *dead)
{
	for (size_t i = 0; i < o->rules; i++) {
		dead[i] = true;
		for (size_t j = 0; j < n && dead[i] && steps > 0; j++)
			dead[i] = !dx_owners_match(o->rule[i].form, path[j], &steps);
	}
	return steps == 0 ? -1 : 0;
}
