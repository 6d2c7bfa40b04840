/* A type of check: how its members are read.  One file a type (step_<type>.c), one line of the table in step.c.  Within lib/check. */
#ifndef DX_CHECK_STEP_INNER_H
#define DX_CHECK_STEP_INNER_H

#include "check/plan.h"
#include "json/pick.h"

#define DX_BODY_AGE_MAX	INT64_C(3153600000)	/* seconds of a max_age_s: a hundred years */

/* The members of one check while they are read.  Faults that the pick has no word for go to `faults`. */
struct dx_body {
	struct dx_pick	*pick;
	struct dx_arena	*arena;
	struct dx_faults *faults;
	bool		 strict;	/* the level of evidence where a check names none */
};

/* Relative, no "..", no control characters: it stays below the root. */
bool	dx_body_stays(const char *path);
/* The same path in one spelling: without "." parts and repeated slashes.  A slash at the end stays: what is named so is a folder. */
const char	*dx_body_spelling(struct dx_body *b, const char *given);
/* A path below the root (path_escape), in one spelling.  NULL: not given, or a setting without a value. */
const char	*dx_body_path(struct dx_body *b, const char *name);
/* A list of texts; none when it is absent and not required. */
struct dx_texts	dx_body_texts(struct dx_body *b, const char *name, bool required);
/* An extended regular expression within bounds (contract/pattern.h). */
bool	dx_body_is_pattern(const char *ere);

/* Reads the members of one type into check->u; check->type is set. */
typedef void	dx_body_fn(struct dx_body *b, struct dx_check *check);
dx_body_fn	dx_body_evidence, dx_body_command, dx_body_tests, dx_body_cobertura, dx_body_file, dx_body_dir, dx_body_text,
		dx_body_json, dx_body_gate, dx_body_approval, dx_body_ledger, dx_body_git, dx_body_settings;

#endif
