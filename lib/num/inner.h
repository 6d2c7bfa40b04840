/* inner: how a number is kept; what the files of num share.  Nobody else includes it. */
#ifndef DX_NUM_INNER_H
#define DX_NUM_INNER_H

#include <gmp.h>

#include "num/num.h"

__extension__ typedef __int128 dx_wide;
__extension__ typedef unsigned __int128 dx_uwide;

/* n/d, not always in lowest terms; d > 0, |n| <= INT64_MAX.  d == 0: the head of a struct dx_big, for what does not fit in
 * lowest terms. */
struct dx_num {
	int64_t	n, d;
};

/* In lowest terms.  The limbs lie in an arena, so nothing of it is ever cleared. */
struct dx_big {
	struct dx_num	head;
	mpq_t		q;
};

#define DX_POW10_MAX	18
extern const int64_t dx_pow10[DX_POW10_MAX + 1];

/* The number as mpq in lowest terms: its own, or `tmp` (initialised by the caller). */
mpq_srcptr	dx_num_view(const struct dx_num *a, mpq_ptr tmp);
/* q in lowest terms as a number in the arena.  NULL: more than DX_NUM_BITS. */
const struct dx_num	*dx_num_store(struct dx_arena *a, mpq_srcptr q);
const struct dx_num	*dx_num_small(struct dx_arena *a, int64_t n, int64_t d);
/* num / den rounded half to even; den > 0. */
void	dx_num_half_even(mpz_ptr out, mpz_srcptr num, mpz_srcptr den);

#endif
