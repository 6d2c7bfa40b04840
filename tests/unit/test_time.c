/* base/time, base/clock: the calendar against a plain count of days, RFC 3339 both ways. */
#include "base/clock.h"
#include "base/err.h"
#include "base/time.h"
#include "tap.h"

#define SECOND	INT64_C(1000000)

static int
days_of(int year, int month)
{
	if (month == 2)
		return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Counts from 0001-01-01 to 9999-12-31, day by day; between 1970 and 2100 asks about times as well. */
static void
test_calendar(void)
{
	int64_t day = -719162, back, first, next, us;
	int dates = 0, months = 0, times = 0, checked = 0;
	char want[64], got[DX_TIME_TEXT];

	for (int y = 1; y <= 9999; y++)
		for (int m = 1; m <= 12; m++)
			for (int d = 1; d <= days_of(y, m); d++, day++) {
				bool near = y >= 1970 && y <= 2100;

				if (!near && d > 2 && d < 28)
					continue;
				snprintf(want, sizeof(want), "%04d-%02d-%02d", y, m, d);
				dx_date_print(day, got);
				dates += strcmp(got, want) != 0 || !dx_date_parse(want, &back) || back != day;
				dx_month_of(day, &first, &next);
				months += first != day - d + 1 || next != first + days_of(y, m);
				if (!near)
					continue;
				checked++;
				strcat(want, "T23:59:59.999999Z");
				dx_time_print((day + 1) * DX_DAY_US - 1, got);
				times += strcmp(got, want) != 0;
				times += dx_time_parse(want, &us, NULL) != 0 || us != (day + 1) * DX_DAY_US - 1;
				times += dx_day_of(us) != day || dx_day_of(us + 1) != day + 1;
			}
	is_int(day, 2932897, "calendar: the plain count ends where it should");
	is_int(dates, 0, "calendar: every date is printed and read");
	is_int(months, 0, "calendar: first day of the month and of the next");
	is_int(checked, 131 * 365 + 32, "calendar: all days of 1970 to 2100");
	is_int(times, 0, "calendar: the last microsecond of every day");
	ok(dx_date_parse("2000-02-29", &back) && dx_date_parse("2024-02-29", &back) && !dx_date_parse("1900-02-29", &back) &&
	    !dx_date_parse("2100-02-29", &back) && !dx_date_parse("2023-02-29", &back), "calendar: leap years");
}

static void
test_dates(void)
{
	static const char *const bad[] = {
		"", "2026-3-01", "2026-03-1", "2026-03-01 ", " 2026-03-01", "2026-03-01T", "20260301", "2026-00-01",
		"2026-13-01", "2026-01-00", "2026-01-32", "2026-04-31", "0000-01-01", "-026-03-01", "10000-01-01",
		"2026/03/01", "2026-03-0a",
	};
	int64_t day = 5;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(!dx_date_parse(bad[i], &day) && day == 5, "date: refuses \"%s\"", bad[i]);
}

static void
test_print(void)
{
	char s[DX_TIME_TEXT];

	dx_time_print(0, s);
	is_str(s, "1970-01-01T00:00:00.000000Z", "print: the epoch");
	dx_time_print(-1, s);
	is_str(s, "1969-12-31T23:59:59.999999Z", "print: before it");
	dx_time_print(INT64_C(1772357400000001), s);
	is_str(s, "2026-03-01T09:30:00.000001Z", "print: six digits");
	dx_time_print(INT64_MIN, s);
	is_str(s, "0001-01-01T00:00:00.000000Z", "print: no time is before the first");
	dx_time_print(INT64_MAX, s);
	is_str(s, "9999-12-31T23:59:59.999999Z", "print: no time is after the last");
	dx_date_print(INT64_MIN, s);
	is_str(s, "0001-01-01", "print: nor any date");
	dx_date_print(INT64_MAX, s);
	is_str(s, "9999-12-31", "print: on either side");
	is_int(dx_day_of(-1), -1, "day: floor");
	is_int(dx_day_of(-DX_DAY_US), -1, "day: floor of a whole day");
	is_int(dx_day_of(INT64_MIN), -106751992, "day: of the least value");
}

static void
test_parse(void)
{
	static const struct { const char *text; int64_t us; } good[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01t00:00:00z", 0 },
		{ "1970-01-01T00:00:01.5Z", 1500000 },
		{ "1970-01-01T00:00:00.000001Z", 1 },
		{ "1970-01-01T00:00:00.000000999Z", 0 },
		{ "1970-01-01T00:00:00.123456789Z", 123456 },
		{ "1970-01-01T01:00:00+01:00", 0 },
		{ "1969-12-31T18:30:00-05:30", 0 },
		{ "1970-01-01T00:00:00-00:00", 0 },
		{ "1970-01-01T00:00:00+00:00", 0 },
		{ "1969-12-31T23:59:59.9Z", -100000 },
		{ "1970-01-02T23:59:00+23:59", DX_DAY_US },
		{ "1985-04-12T23:20:50.52Z", INT64_C(482196050520000) },
		{ "1996-12-19T16:39:57-08:00", INT64_C(851042397000000) },
		{ "1937-01-01T12:00:27.87+00:20", INT64_C(-1041337172130000) },
		{ "0001-01-01T00:00:00Z", INT64_C(-62135596800) * SECOND },
		{ "9999-12-31T23:59:59.999999Z", INT64_C(253402300800) * SECOND - 1 },
	};
	static const char *const bad[] = {
		"", "2026-03-01", "2026-03-01T", "2026-03-01T09:30Z", "2026-03-01T09:30:00.Z", "2026-03-01 09:30:00Z",
		"2026-03-01T9:30:00Z", "2026-03-01T24:00:00Z", "2026-03-01T23:60:00Z", "2016-12-31T23:59:60Z",
		"1990-12-31T15:59:60-08:00", "2026-03-01T09:30:00.1234567890Z", "2026-03-01T09:30:00,5Z",
		"2026-03-01T09:30:00+24:00", "2026-03-01T09:30:00+01:60", "2026-03-01T09:30:00+0100", "2026-03-01T09:30:00+01",
		"2026-03-01T09:30:00+1:00", "2026-03-01T09:30:00ZZ", "2026-03-01T09:30:00Z ", " 2026-03-01T09:30:00Z",
		"2026-03-01T09:30:00 Z", "2026-02-29T00:00:00Z", "2026-03-01T09:30:00+01:00Z", "2026-03-01T09:30:00UTC",
		"0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00Z", "2026-W09-7T00:00:00Z",
		"+2026-03-01T09:30:00Z", "\331\242026-03-01T09:30:00Z",
	};
	static const char *const floating[] = { "2026-03-01T09:30:00", "2026-03-01T09:30:00.123456", "2026-03-01t09:30:00" };

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		int64_t us = 77;

		ok(dx_time_parse(good[i].text, &us, NULL) == 0 && us == good[i].us, "parse: %s", good[i].text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct dx_err err = { 0 };
		int64_t us = 77;

		ok(dx_time_parse(bad[i], &us, &err) == -1 && err.reason == DX_R_TIME_INVALID && us == 77,
		    "parse: refuses \"%s\"", bad[i]);
	}
	for (size_t i = 0; i < sizeof(floating) / sizeof(*floating); i++) {
		struct dx_err err = { 0 };
		int64_t us = 77;

		ok(dx_time_parse(floating[i], &us, &err) == -1 && err.reason == DX_R_TIME_WITHOUT_OFFSET && us == 77,
		    "parse: %s has no offset", floating[i]);
	}
}

static void
test_clock(void)
{
	int64_t a = dx_clock_now(), m = dx_clock_mono_ms();

	ok(a > INT64_C(1700000000) * SECOND && a < INT64_C(253402300800) * SECOND, "clock: now is microseconds since 1970");
	ok(dx_clock_mono_ms() >= m, "clock: the other one does not go back");
}

int
main(void)
{
	test_calendar();
	test_dates();
	test_print();
	test_parse();
	test_clock();
	return done();
}
