/* inner: how a number is kept; what the files of num share.  Nobody else includes it. */
#ifndef DX_NUM_INNER_H
#define DX_NUM_INNER_H

#include "num/num.h"

__extension__ typedef __int128 dx_wide;
__extension__ typedef unsigned __int128 dx_uwide;

/* n/d, not always in lowest terms; d > 0, |n| <= INT64_MAX.  d == 0: the head of what big.c keeps, which does not fit here in lowest
 * terms. */
struct dx_num {
	int64_t	n, d;
};

#define DX_POW10_MAX	18
extern const int64_t dx_pow10[DX_POW10_MAX + 1];

const struct dx_num	*dx_num_small(struct dx_arena *a, int64_t n, int64_t d);
/* n * 10^places / d half to even; a is small, places 0..DX_POW10_MAX. */
dx_wide	dx_num_scale(const struct dx_num *a, unsigned places);

/* --- big.c: the same with GMP.  Operands may be small or big; a result is small where it fits.  NULL: more than DX_NUM_BITS. --- */

/* op is one of + - * /; of / y is not 0. */
const struct dx_num	*dx_big_compute(struct dx_arena *a, const struct dx_num *x, const struct dx_num *y, char op);
const struct dx_num	*dx_big_neg(struct dx_arena *a, const struct dx_num *x);
const struct dx_num	*dx_big_round(struct dx_arena *a, const struct dx_num *x, unsigned places);
const struct dx_num	*dx_big_copy(struct dx_arena *a, const struct dx_num *x);
/* digits (decimal, a NUL behind them) / 10^down. */
const struct dx_num	*dx_big_parse(struct dx_arena *a, const char *digits, bool neg, int64_t down);
/* x * 10^places half to even, in digits that the caller frees. */
char	*dx_big_digits(const struct dx_num *x, unsigned places);
/* Of x that is big; y may be small. */
int	dx_big_sign(const struct dx_num *x);
int	dx_big_cmp(const struct dx_num *x, const struct dx_num *y);
bool	dx_big_int64(const struct dx_num *x, int64_t *out);
bool	dx_big_is_integer(const struct dx_num *x);
size_t	dx_big_weight(const struct dx_num *x);	/* limbs of both parts */
double	dx_big_double(const struct dx_num *x);
bool	dx_big_within(const struct dx_num *x, const struct dx_num *y, struct dx_num bound);	/* |x - y| <= bound, which is small */

#endif
