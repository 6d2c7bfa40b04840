/* What the parts of apply share. */
#ifndef DX_CORE_APPLY_INNER_H
#define DX_CORE_APPLY_INNER_H

#include "core/apply.h"

/* One entry under way. */
struct dx_applying {
	struct dx_apply		*ap;
	struct dx_arena		*a;
	const struct dx_json	*entry, *decision, *details;	/* decision NULL: absent */
	const char		*subject_id, *actor_id, *recorded_at;
	int64_t			 seq;
};

/* semantic_violation with the rule's name in front. */
int	dx_apply_violation(const struct dx_applying *x, const char *rule, const char *what, struct dx_err *err);
/* The payload a digest names, or payload_missing. */
const struct dx_json	*dx_apply_payload(const struct dx_applying *x, const char *sha256_hex, struct dx_err *err);
/* An amount that dx_entry_check has seen. */
int64_t	dx_apply_money(const struct dx_json *object, const char *name);

/* decision_created and decision_failsafe. */
int	dx_apply_decision(const struct dx_applying *x, bool failsafe, struct dx_err *err);

#endif
