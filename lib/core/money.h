/* money: exact amounts of US dollars (decisions page 1).  Reads, prints, adds, compares; knows no budget.
 * Unit: micro-USD, 1 USD = 1 000 000.  A monthly amount is a multiple of 100 micro (4 decimals), an hourly one has 6. */
#ifndef DX_CORE_MONEY_H
#define DX_CORE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

struct dx_err;
struct dx_json;
__extension__ typedef __int128 dx_int128;
struct dx_money { int64_t micro; };	/* a struct, so that cents cannot be added to seconds */

#define DX_MONTHLY	4
#define DX_HOURLY	6
#define DX_MONTHLY_MAX	INT64_C(9999999999999900)	/* 9999999999.9999 USD */
#define DX_HOURLY_MAX	INT64_C(99999999999999)		/* 99999999.999999 USD */
#define DX_MONEY_TEXT	32				/* bytes for any printed amount */

/* The input grammar of page 1 to *out, rounded once, half to even, to `places` (DX_MONTHLY or DX_HOURLY).  money_negative,
 * money_invalid, money_out_of_range. */
int	dx_money_parse(const char *text, int places, struct dx_money *out, struct dx_err *err);
/* A JSON string of that grammar or a JSON integer >= 0; a real is money_inexact, another type money_invalid.  `at` is the
 * JSON Pointer for the error. */
int	dx_money_json(const struct dx_json *v, int places, const char *at, struct dx_money *out, struct dx_err *err);
/* As dx_money_parse, but decimals of any length and a leading minus are accepted: amounts of cost files. */
int	dx_money_parse_signed(const char *text, int places, struct dx_money *out, struct dx_err *err);
/* Always `places` decimals, a minus when negative. */
void	dx_money_print(struct dx_money m, int places, char buf[static DX_MONEY_TEXT]);
/* False on overflow of int64; *out untouched. */
bool	dx_money_add(struct dx_money a, struct dx_money b, struct dx_money *out);
bool	dx_money_sub(struct dx_money a, struct dx_money b, struct dx_money *out);
/* rhe(n, d) of page 1: n/d rounded half to even; d > 0.  What int64 cannot hold becomes its nearest bound. */
int64_t	dx_round_div(dx_int128 n, int64_t d);

#endif
