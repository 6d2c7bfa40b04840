/* Within lib/check/register*.c. */
#ifndef DX_CHECK_REGISTER_INNER_H
#define DX_CHECK_REGISTER_INNER_H

#include "check/register.h"

/* A finding; members may be put into what comes back, which is an item of the list. */
struct dx_json	*dx_register_error(struct dx_register_found *f, enum dx_reason code, const char *at, const char *fmt, ...)
		    __attribute__((format(printf, 4, 5)));
void	dx_register_summary(const struct dx_register *r, struct dx_register_found *f);
/* Looks at listed evidence.  Errors are added when `wrong` is not DX_OK; the verdict says what all of it comes to. */
enum dx_audit_verdict	dx_register_evidence(const struct dx_register_world *w, const struct dx_texts *evidence, enum dx_reason wrong,
		    const char *at, const char *who, struct dx_register_found *f, const char **why);
void	dx_register_verdict_of(struct dx_register_found *f, const char *id, enum dx_audit_verdict v, const char *why);

#endif
