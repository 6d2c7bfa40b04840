/* decimal: exact decimal numbers as text, of any length.  Adds them; nothing is rounded here. */
#ifndef DX_ADAPT_DECIMAL_H
#define DX_ADAPT_DECIMAL_H

#include <stdbool.h>
#include "base/mem.h"

/* A sign or none, digits without a needless leading zero, and maybe a point and digits. */
bool	dx_decimal_valid(const char *text);
/* x + y, or x - y; both valid. */
const char	*dx_decimal_add(struct dx_arena *a, const char *x, const char *y);
const char	*dx_decimal_sub(struct dx_arena *a, const char *x, const char *y);

#endif
