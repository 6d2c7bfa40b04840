/* What the files of pack_verify share.  Nobody else includes it. */
#ifndef DX_OP_PACK_INNER_H
#define DX_OP_PACK_INNER_H

#include "base/err.h"
#include "pack/pack.h"

/* The slice of the ledger in a pack: each entry by itself, in their order, and what they say of the files and reports beside them.
 * ctx is an arena. */
int	dx_pack_check_slice(void *ctx, struct dx_pack_view *v, const struct dx_pack_slice *s, bool *proved, struct dx_err *err);

#endif
