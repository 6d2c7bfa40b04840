/* settings: the values a plan leaves open (evidence page 4.1). Within lib/check. */
#ifndef DX_CHECK_SETTINGS_H
#define DX_CHECK_SETTINGS_H

#include "check/plan.h"

/* Reads the member `settings` and what was given into *values (name -> value, null where unset). Faults: plan_usage, plan_positive,
 * plan_engine, gate_unknown_field, field_invalid. */
void	dx_settings_read(const struct dx_json *settings, const struct dx_plan_given *given, struct dx_arena *a, struct dx_json *values,
	    struct dx_faults *faults);
/* Whether that setting is of type path and has the value of its document's default. */
bool	dx_settings_defaulted(const struct dx_json *settings, const struct dx_plan_given *given, const char *name);
/* A copy of v with each text "$name" replaced by the setting's value.  Members whose setting has no value become null.  An unknown name
 * is plan_usage at its pointer. */
struct dx_json	dx_settings_fill(const struct dx_json *v, const struct dx_json *values, const char *at, struct dx_arena *a,
	    struct dx_faults *faults);

#endif
