/* pack_verify: evidence packs checked offline, from the file alone (evidence page 2.6): what lib/pack finds, contracts run again, the
 * slice of the ledger. */
#ifndef DX_OP_PACK_VERIFY_H
#define DX_OP_PACK_VERIFY_H

#include "crypt/dsse.h"
#include "json/json.h"

struct dx_err;

/* The report of dx_pack_verify.  Where contracts look at files beside the artifact, which a pack does not hold, what they say of those is
 * taken as it was signed: then `verdicts` is "partly", and `not_rerun` names the kinds.  file is never "-". */
int	dx_op_pack_verify(const char *file, const struct dx_keys *keys, size_t threshold, struct dx_arena *a, struct dx_json *report,
	    bool *valid, struct dx_err *err);

#endif
