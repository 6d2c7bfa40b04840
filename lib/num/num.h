/* num: exact rational numbers (evidence page 2.2).  The only home of GMP.  Values are immutable and live in a pool; no binary
 * double and no rounding but where a function says so. */
#ifndef DX_NUM_NUM_H
#define DX_NUM_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/mem.h"

#define DX_NUM_DIGITS	4096	/* of one number as written */
#define DX_NUM_EXPONENT	1100	/* magnitude of its decimal exponent */
#define DX_NUM_BITS	65536	/* of the numerator or denominator of any result, in lowest terms */

struct dx_nums;		/* a pool: frees all of its numbers at once */
struct dx_num;

struct dx_nums	*dx_nums_new(void);
void	dx_nums_reset(struct dx_nums *p);	/* every number of it is gone; memory is kept for the next use */
void	dx_nums_free(struct dx_nums *p);	/* p may be NULL */
/* A second pool inside p, for figures on the way to a result: whoever uses it resets it.  Made at the first call, freed
 * with p. */
struct dx_nums	*dx_nums_scratch(struct dx_nums *p);
const struct dx_num	*dx_num_copy(struct dx_nums *p, const struct dx_num *a);

/* A JSON number as written, n bytes.  NULL: not one, or beyond the bounds above. */
const struct dx_num	*dx_num_parse(struct dx_nums *p, const char *text, size_t n);
const struct dx_num	*dx_num_int(struct dx_nums *p, int64_t value);
/* As dx_num_parse, for numbers that outlive pools: memory is the arena's. */
const struct dx_num	*dx_num_constant(struct dx_arena *a, const char *text, size_t n);

/* Arithmetic.  NULL: the result has more than DX_NUM_BITS. */
const struct dx_num	*dx_num_add(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b);
const struct dx_num	*dx_num_sub(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b);
const struct dx_num	*dx_num_mul(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b);
const struct dx_num	*dx_num_div(struct dx_nums *p, const struct dx_num *a, const struct dx_num *b);	/* NULL: b is 0 */
const struct dx_num	*dx_num_neg(struct dx_nums *p, const struct dx_num *a);
const struct dx_num	*dx_num_abs(struct dx_nums *p, const struct dx_num *a);
/* To `places` decimals (0..12), half to even. */
const struct dx_num	*dx_num_round(struct dx_nums *p, const struct dx_num *a, unsigned places);

int	dx_num_cmp(const struct dx_num *a, const struct dx_num *b);	/* <0, 0, >0 */
int	dx_num_sign(const struct dx_num *a);				/* -1, 0, 1 */
bool	dx_num_is_integer(const struct dx_num *a);
bool	dx_num_int64(const struct dx_num *a, int64_t *out);		/* false: no integer, or beyond int64 */
/* |a - b| <= 0.5 * 10^-places + 1e-9, exactly (evidence page 1, "Numeric equality").  places 0..12. */
bool	dx_num_approx(const struct dx_num *a, const struct dx_num *b, unsigned places);

/* Appended as a decimal: at most `places` decimals (half to even), no trailing zeros, never "-0". */
void	dx_num_print(const struct dx_num *a, unsigned places, struct dx_buf *out);
/* The same with exactly `places` decimals. */
void	dx_num_fixed(const struct dx_num *a, unsigned places, struct dx_buf *out);
/* What work with it costs: 0 for most, else the length of numerator and denominator in words of 64 bits. */
size_t	dx_num_weight(const struct dx_num *a);
double	dx_num_double(const struct dx_num *a);	/* the nearest, for jq alone */

#endif
