/* time: RFC 3339 and the calendar; pure.  A time is int64 microseconds since 1970 UTC, years 0001 to 9999. */
#ifndef DX_BASE_TIME_H
#define DX_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define DX_TIME_TEXT	28	/* "2026-03-01T09:30:00.000000Z" and a NUL */
#define DX_DATE_TEXT	11	/* "2026-03-01" and a NUL */
#define DX_DAY_US	INT64_C(86400000000)

struct dx_err;

/* Six digits, Z.  A time or date outside the years above is printed as the nearest one within. */
void	dx_time_print(int64_t us, char out[static DX_TIME_TEXT]);
/* RFC 3339 with any offset; fraction of 1 to 9 digits, cut to six.  time_without_offset, time_invalid. */
int	dx_time_parse(const char *text, int64_t *us, struct dx_err *err);
void	dx_date_print(int64_t day, char out[static DX_DATE_TEXT]);	/* day: days since 1970-01-01 */
bool	dx_date_parse(const char *text, int64_t *day);			/* exactly YYYY-MM-DD */
int64_t	dx_day_of(int64_t us);				/* floor */
/* Days of the first day of the month that `day` lies in, and of the month after it. */
void	dx_month_of(int64_t day, int64_t *first, int64_t *next);

#endif
