/* clock: the only place that asks what time it is.  Tests link their own or run under faketime. */
#ifndef DX_BASE_CLOCK_H
#define DX_BASE_CLOCK_H

#include <stdint.h>

int64_t	dx_clock_now(void);		/* microseconds since 1970-01-01T00:00:00Z */
int64_t	dx_clock_mono_ms(void);		/* milliseconds of a clock that is never set back; for deadlines */

#endif
