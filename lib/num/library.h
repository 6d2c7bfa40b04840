/* library: what is called of GMP, within lib/num/big.c only.  Few documents hold a number that needs it, so it is opened by the
 * first one that does. */
#ifndef DX_NUM_LIBRARY_H
#define DX_NUM_LIBRARY_H

#include <gmp.h>

#include "base/library.h"

#define DX_GMP_FUNCTIONS(USE) \
	USE(_mpq_cmp_si) USE(mp_set_memory_functions) USE(mpq_abs) USE(mpq_add) USE(mpq_canonicalize) USE(mpq_clear) \
	USE(mpq_clears) USE(mpq_cmp) USE(mpq_div) USE(mpq_init) USE(mpq_inits) USE(mpq_mul) USE(mpq_neg) USE(mpq_sub) \
	USE(mpz_add_ui) USE(mpz_clear) USE(mpz_clears) USE(mpz_cmp) USE(mpz_fdiv_qr) USE(mpz_fits_slong_p) USE(mpz_get_si) \
	USE(mpz_get_str) USE(mpz_init) USE(mpz_inits) USE(mpz_limbs_read) USE(mpz_mul) USE(mpz_mul_2exp) USE(mpz_roinit_n) \
	USE(mpz_set) USE(mpz_set_si) USE(mpz_set_str) USE(mpz_size) USE(mpz_sizeinbase) USE(mpz_tdiv_qr) USE(mpz_ui_pow_ui)

struct dx_gmp { DX_GMP_FUNCTIONS(DX_LIBRARY_MEMBER) };

/* Opened at the first call; without it the process ends with 3. */
const struct dx_gmp	*dx_gmp(void);

#endif
