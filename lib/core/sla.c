#include <string.h>

#include "core/sla.h"

#define HOUR_S		INT64_C(3600)
#define HOUR_US		(HOUR_S * 1000000)
#define HOURS_MAX	8760
#define MICRO		INT64_C(1000000)

bool
dx_sla_profile(int64_t warn_hours, int64_t breach_hours, int64_t multiplier_micro, struct dx_sla *out)
{
	int64_t later = breach_hours > warn_hours ? breach_hours : warn_hours;

	if (warn_hours < 1 || breach_hours < warn_hours || breach_hours > HOURS_MAX || multiplier_micro < MICRO + MICRO / 100 ||
	    multiplier_micro > 100 * MICRO)
		return false;
	/* seconds times millionths are microseconds: at most 3.2e15 */
	*out = (struct dx_sla){ .warn = warn_hours * HOUR_US, .breach = breach_hours * HOUR_US,
	    .escalate = later * HOUR_S * multiplier_micro };
	return true;
}

bool
dx_sla_hours(int64_t hours, struct dx_sla *out)
{
	if (hours < 1 || hours > HOURS_MAX)
		return false;
	*out = (struct dx_sla){ .warn = hours * HOUR_US / 4 * 3, .breach = hours * HOUR_US, .escalate = hours * HOUR_US / 2 * 3 };
	return true;
}

struct dx_sla
dx_sla_of_action(const char *action)
{
	static const struct { const char *action; int64_t warn, breach; } special[] = {
		{ "activate_partnership", 8, 24 },
		{ "partner_data_sharing", 4, 12 },
	};
	struct dx_sla sla;

	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (strcmp(special[i].action, action) == 0) {
			(void)dx_sla_profile(special[i].warn, special[i].breach, 2 * MICRO, &sla);
			return sla;
		}
	(void)dx_sla_profile(4, 24, 2 * MICRO, &sla);
	return sla;
}

unsigned
dx_sla_level(const struct dx_sla *sla, int64_t age_us)
{
	return age_us >= sla->escalate ? 3 : age_us >= sla->breach ? 2 : age_us >= sla->warn ? 1 : 0;
}
