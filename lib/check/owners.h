/* owners: a CODEOWNERS file as GitHub reads it (release-gates page 4): who owns a path, which patterns match nothing, which
 * lines are no rule.  Pure: knows no files. */
#ifndef DX_CHECK_OWNERS_H
#define DX_CHECK_OWNERS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/mem.h"

#define DX_OWNERS_MAX		(3u << 20)	/* bytes; of more the host reads nothing */
#define DX_OWNERS_LINE		8192u		/* bytes of one line; a longer one is no rule */
#define DX_OWNERS_RULES		20000u		/* rules; of more nothing is read here */

struct dx_owners_rule {
	const char		*pattern;	/* as written */
	const char		*form;		/* the same in one form, for dx_owners_match */
	const char *const	*owner;		/* "@user", "@org/team", an e-mail address */
	size_t			 owners;	/* 0: the rule takes ownership away */
	unsigned		 line;		/* from 1 */
};
struct dx_owners_fault { unsigned line; const char *what; /* static words */ };

struct dx_owners {
	const struct dx_owners_rule	*rule;	/* in the order of the file */
	size_t				 rules;
	const struct dx_owners_fault	*fault;	/* lines that are no rule: the host skips them */
	size_t				 faults;
	bool				 too_large;	/* over DX_OWNERS_MAX or DX_OWNERS_RULES: there are no rules at all */
};

/* Where the host looks, the first that is there counts; ends with NULL. */
extern const char *const	dx_owners_places[];
/* A file of that name where the host never looks. */
bool	dx_owners_misplaced(const char *path);

/* Any bytes.  The rules live in the arena. */
void	dx_owners_parse(struct dx_arena *a, const char *text, size_t len, struct dx_owners *out);
/* "@user", "@org/team" or an e-mail address, n bytes. */
bool	dx_owners_name_valid(const char *s, size_t n);
/* The last rule that matches a path (relative to the top of the repository) in *out, NULL when none does; it has owners only if
 * out->owners > 0.  -1: the patterns take too long to try. */
int	dx_owners_of(const struct dx_owners *o, const char *path, const struct dx_owners_rule **out);
#define DX_OWNERS_STEPS	(1000u * 1000 * 1000)	/* of dx_owners_dead: 1000 patterns over 100,000 paths, some seconds */
/* dead[i], for each rule: it matches none of the n paths.  -1: the patterns take more steps than that to try. */
int	dx_owners_dead(const struct dx_owners *o, const char *const *path, size_t n, size_t steps, bool *dead);
/* One rule's form against a path; every byte that is looked at is taken from *steps, and at 0 the answer is false. */
bool	dx_owners_match(const char *form, const char *path, size_t *steps);

#endif
