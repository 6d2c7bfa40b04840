/* judge_place: one place of a rule, shared by the files that judge it.  Nobody else includes it. */
#ifndef DX_CONTRACT_JUDGE_PLACE_H
#define DX_CONTRACT_JUDGE_PLACE_H

#include "contract/inner.h"

/* One place of a rule: what `at` yields there. */
struct dx_place {
	struct dx_run			*r;
	size_t				 n;	/* number of the rule */
	const struct dx_contract_rule	*rule;
	struct dx_subject		*subjects;
	bool				*passed;
	size_t				 count;
	const struct dx_spot		*where;	/* first value of `at`, or the list, or "." */
	bool				 failed, skipped, judged;
	struct dx_verdict		 v;
};

/* Failures and skips of the place. */
void	dx_place_fail(struct dx_place *p, const struct dx_subject *s);
void	dx_place_fail_at(struct dx_place *p, const struct dx_spot *where);
void	dx_place_skip(struct dx_place *p, const struct dx_spot *where);
void	dx_place_unevaluable(struct dx_place *p, const char *text, const struct dx_buf *why);

/* The list that a path goes over first; NULL: it goes over none. */
const struct dx_spot	*dx_place_list(struct dx_run *r, const struct dx_path *path);
/* What `at` yields; -1: it cannot be walked, and the rule has failed or is skipped. */
int	dx_place_gather(struct dx_place *p, const struct dx_spot *dot);

bool	dx_rule_checks_single(const struct dx_contract_rule *rule);
/* Each value by itself; `some`; `unique` and `covers`; `is`; `jq` (-1 with the run's err). */
void	dx_place_each(struct dx_place *p);
void	dx_place_some(struct dx_place *p);
void	dx_place_together(struct dx_place *p);
void	dx_place_is(struct dx_place *p);
int	dx_place_jq(struct dx_place *p, const struct dx_spot *dot);

#endif
