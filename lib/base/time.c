#include "base/time.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

#define SECOND_US	INT64_C(1000000)
#define DAY_MIN		INT64_C(-719162)	/* 0001-01-01 */
#define DAY_MAX		INT64_C(2932896)	/* 9999-12-31 */
#define ERA_DAYS	146097			/* days of 400 years */
#define ERA_SHIFT	719468			/* from 0000-03-01 to 1970-01-01 */

struct civil { int year, month, day; };

/* Years are counted from March, so that the leap day is the last one and months follow one formula. */
static int64_t
day_of_civil(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - ERA_SHIFT;
}

static struct civil
civil_of_day(int64_t day)
{
	int64_t z = day + ERA_SHIFT;
	int64_t era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
	int64_t left = z - era * ERA_DAYS;
	int64_t year = (left - left / 1460 + left / 36524 - left / 146096) / 365;
	int64_t of_year = left - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	struct civil c;

	c.day = (int)(of_year - (153 * month + 2) / 5 + 1);
	c.month = (int)(month < 10 ? month + 3 : month - 9);
	c.year = (int)(year + era * 400 + (c.month <= 2));
	return c;
}

static int
days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return 29;
	return days[month - 1];
}

/* v in n digits, with leading zeros; returns past them. */
static char *
put(char *out, int64_t v, int n)
{
	for (int i = n - 1; i >= 0; i--, v /= 10)
		out[i] = (char)('0' + v % 10);
	return out + n;
}

static char *
put_date(char *out, int64_t day)
{
	struct civil c = civil_of_day(day < DAY_MIN ? DAY_MIN : day > DAY_MAX ? DAY_MAX : day);

	out = put(out, c.year, 4);
	*out++ = '-';
	out = put(out, c.month, 2);
	*out++ = '-';
	return put(out, c.day, 2);
}

void
dx_time_print(int64_t us, char out[static DX_TIME_TEXT])
{
	int64_t day, rest;

	if (us < DAY_MIN * DX_DAY_US)
		us = DAY_MIN * DX_DAY_US;
	if (us >= (DAY_MAX + 1) * DX_DAY_US)
		us = (DAY_MAX + 1) * DX_DAY_US - 1;
	day = dx_day_of(us);
	rest = us - day * DX_DAY_US;
	out = put_date(out, day);
	*out++ = 'T';
	out = put(out, rest / (3600 * SECOND_US), 2);
	*out++ = ':';
	out = put(out, rest / (60 * SECOND_US) % 60, 2);
	*out++ = ':';
	out = put(out, rest / SECOND_US % 60, 2);
	*out++ = '.';
	out = put(out, rest % SECOND_US, 6);
	*out++ = 'Z';
	*out = '\0';
}

void
dx_date_print(int64_t day, char out[static DX_DATE_TEXT])
{
	*put_date(out, day) = '\0';
}

/* Exactly n digits at *s, which moves past them; -1 otherwise. */
static int
get(const char **s, int n)
{
	int v = 0;

	for (; n > 0; n--, ++*s) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v;
}

static bool
skip(const char **s, char c)
{
	if (**s != c)
		return false;
	++*s;
	return true;
}

static bool
get_date(const char **s, int64_t *day)
{
	int y, m, d;

	if ((y = get(s, 4)) < 1 || !skip(s, '-') || (m = get(s, 2)) < 1 || m > 12 || !skip(s, '-') ||
	    (d = get(s, 2)) < 1 || d > days_in(y, m))
		return false;
	*day = day_of_civil(y, m, d);
	return true;
}

/* "HH:MM"; minutes, -1 when malformed. */
static int
get_minutes(const char **s)
{
	int h, m;

	if ((h = get(s, 2)) < 0 || h > 23 || !skip(s, ':') || (m = get(s, 2)) < 0 || m > 59)
		return -1;
	return h * 60 + m;
}

/* 1 to 9 digits, the seventh and later dropped; -1 otherwise. */
static int64_t
get_fraction(const char **s)
{
	int64_t us = 0;
	int n = 0;

	for (; **s >= '0' && **s <= '9' && n < 9; ++*s, n++)
		if (n < 6)
			us = us * 10 + (**s - '0');
	if (n == 0)
		return -1;
	for (; n < 6; n++)
		us *= 10;
	return us;
}

int
dx_time_parse(const char *text, int64_t *us, struct dx_err *err)
{
	const char *s = text;
	int64_t day, fraction = 0, t;
	int minutes, seconds, offset = 0;
	bool west;

	if (!get_date(&s, &day) || !(skip(&s, 'T') || skip(&s, 't')) || (minutes = get_minutes(&s)) < 0 ||
	    !skip(&s, ':') || (seconds = get(&s, 2)) < 0 || seconds > 59 ||	/* a leap second has no time of its own here */
	    (skip(&s, '.') && (fraction = get_fraction(&s)) < 0))
		return dx_err_set(err, DX_R_TIME_INVALID, "\"%s\" is not an RFC 3339 time", text);
	if (*s == '\0')
		return dx_err_set(err, DX_R_TIME_WITHOUT_OFFSET, "\"%s\" has no offset from UTC", text);
	west = *s == '-';
	if (*s == 'Z' || *s == 'z')
		s++;
	else if (!(skip(&s, '+') || skip(&s, '-')) || (offset = get_minutes(&s)) < 0)
		return dx_err_set(err, DX_R_TIME_INVALID, "\"%s\" is not an RFC 3339 time", text);
	t = day * DX_DAY_US + ((int64_t)minutes * 60 + seconds) * SECOND_US + fraction;
	t += (west ? offset : -offset) * 60 * SECOND_US;
	if (*s != '\0' || t < DAY_MIN * DX_DAY_US || t >= (DAY_MAX + 1) * DX_DAY_US)
		return dx_err_set(err, DX_R_TIME_INVALID, "\"%s\" is not an RFC 3339 time", text);
	*us = t;
	return 0;
}

bool
dx_date_parse(const char *text, int64_t *day)
{
	int64_t d;

	if (!get_date(&text, &d) || *text != '\0')
		return false;
	*day = d;
	return true;
}

int64_t
dx_day_of(int64_t us)
{
	return us / DX_DAY_US - (us % DX_DAY_US < 0);
}

void
dx_month_of(int64_t day, int64_t *first, int64_t *next)
{
	struct civil c = civil_of_day(day);

	*first = day - (c.day - 1);
	*next = *first + days_in(c.year, c.month);
}
