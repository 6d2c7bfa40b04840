/* sla: how late an approval is (release-gates page 6.2).  Pure: ages come from the caller, levels are never stored. */
#ifndef DX_CORE_SLA_H
#define DX_CORE_SLA_H

#include <stdbool.h>
#include <stdint.h>

#define DX_SLA_LEVEL_MAX	3

/* When level 1, 2 and 3 begin: microseconds of age, each at least the one before. */
struct dx_sla { int64_t warn, breach, escalate; };

/* A profile: hours of 1..8760 with warn <= breach, and by how much of the breach, in millionths (1.01 to 100), level 3 is later.
 * False: out of these bounds. */
bool	dx_sla_profile(int64_t warn_hours, int64_t breach_hours, int64_t multiplier_micro, struct dx_sla *out);
/* What a packet with nothing but sla_hours (1..8760) has: 75 %, 100 % and 150 % of it. */
bool	dx_sla_hours(int64_t hours, struct dx_sla *out);
/* The one in force for an action: 4 and 24 hours, twice the breach; the golden path 8 and 24, restricted data sharing 4 and 12. */
struct dx_sla	dx_sla_of_action(const char *action);
/* 0 within, 1 warned, 2 breached, 3 escalated; an age below zero is 0. */
unsigned	dx_sla_level(const struct dx_sla *sla, int64_t age_us);

#endif
