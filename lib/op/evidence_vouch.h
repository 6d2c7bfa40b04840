/* Who vouches (evidence page 2.4), shared by the files of that name.  Nobody else includes it. */
#ifndef DX_OP_EVIDENCE_VOUCH_H
#define DX_OP_EVIDENCE_VOUCH_H

#include "core/principals.h"
#include "core/signer.h"
#include "crypt/dsse.h"
#include "op/evidence_inner.h"

#define DX_VOUCH_SIGNATURES	64	/* of one artifact */
#define DX_VOUCH_LISTED		10000	/* failures written into a report; the rest is counted */

struct dx_known { const char *identity; const struct dx_principal *principal; };

struct dx_vouch {
	struct dx_principals	*principals;
	struct dx_keys		 trusted;
	struct dx_known		*known;		/* by identity (page 1, separation of duties), then id */
	struct dx_arena		 arena;		/* of known */
};

/* What stands beside one artifact. */
struct dx_voucher {
	const struct dx_principal	*signer[DX_VOUCH_SIGNATURES];	/* whose signature holds, each once */
	size_t				 signers;
	bool				*signed_by;	/* by the trusted keys of an envelope that holds, one each; NULL: there is none */
	struct dx_err			 why;		/* without any of them: evidence_unsigned or evidence_signature */
};

/* Looks at FILE.sig and FILE.dsse.  sha256 is that of the artifact as it was judged, NULL when it is not known.  -1: a file is
 * there and cannot be read, or the artifact is no longer what was judged: file_unreadable. */
int	dx_vouch_look(const struct dx_vouch *v, const struct dx_artifact *f, const struct dx_sha256 *sha256, int64_t now,
	    struct dx_arena *a, struct dx_voucher *out, struct dx_err *err);

/* A failure as the report has it, but for its role and its place in the file. */
struct dx_vouch_failure { const char *rule, *at, *expected, *found, *remedy; uint32_t offset; };
typedef void	dx_vouch_fail_fn(void *ctx, const struct dx_vouch_failure *f);
/* Every name in a member that names a person: identity.unknown, approval.unsigned.  Texts live in the arena. */
void	dx_vouch_people(const struct dx_vouch *v, const struct dx_voucher *beside, const struct dx_json *root, struct dx_arena *a,
	    dx_vouch_fail_fn *fail, void *ctx);

#endif
