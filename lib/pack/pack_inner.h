/* inner of pack: names of members. */
#ifndef DX_PACK_INNER_H
#define DX_PACK_INNER_H

#include "pack/pack.h"

enum dx_pack_place {	/* in the order of the archive */
	DX_PACK_AT_CONTRACT,
	DX_PACK_AT_REPORT,
	DX_PACK_AT_LEDGER,
	DX_PACK_AT_PROOF,
	DX_PACK_AT_CHECKPOINT,
	DX_PACK_AT_NOWHERE
};
/* Which kind of member a name is of; *seq of a proof.  A contract's or report's digest is in its name. */
enum dx_pack_place	dx_pack_place(const char *name, struct dx_sha256 *sha256, uint64_t *seq);
/* Sorts members as the archive has them and refuses what cannot be there; `wrong` at /metadata/members. */
int	dx_pack_arrange(struct dx_pack_member *m, size_t n, enum dx_reason wrong, struct dx_err *err);
/* file_ref and digest of every file, by name: the subjects after the first. */
void	dx_pack_subjects(const struct dx_pack *p, struct dx_arena *a, struct dx_subject **out, size_t *n);
/* The statement's predicate. */
struct dx_json	dx_pack_predicate(const struct dx_pack *p, const struct dx_sha256 *document_sha256,
	    const struct dx_pack_verdict *verdicts, size_t verdict_count, struct dx_arena *a);

#endif
