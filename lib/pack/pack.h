/* pack: evidence packs (evidence page 2.6, release-gates page 12): the document pack.json, the statement that is signed, the
 * archive, and whether an archive is what it claims to be.  Over bytes: knows no store, runs no contract.
 *
 * What pack.json covers.  `contents` names the files (and holds small data); `metadata.members` maps every other member of the
 * archive but pack.json and pack.dsse.json to its SHA-256.  So the one digest that is signed covers all. */
#ifndef DX_PACK_PACK_H
#define DX_PACK_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/reason.h"
#include "pack/envelope.h"
#include "pack/zip.h"

#define DX_PACK_SCHEMA		"dealix.pack.v1"
#define DX_PACK_PREDICATE	"urn:dealix:pack:v1"
#define DX_PACK_ENVELOPE	"pack.dsse.json"
#define DX_PACK_DOCUMENT	"pack.json"
#define DX_PACK_LEDGER		"ledger.ndjson"
#define DX_PACK_CHECKPOINT	"checkpoint.note"
#define DX_PACK_DOC_MAX		(16u << 20)	/* bytes of pack.json, an envelope, a contract, a report, a proof, a note */
#define DX_PACK_LEDGER_MAX	(256u << 20)

/* One of `contents`: a file of the archive when data is NULL.  source_ref of a file is the path that was given; no two files
 * have the same. */
struct dx_pack_item {
	const char		*type, *source;
	const char		*source_ref;	/* NULL only for data */
	const struct dx_json	*data;		/* NULL: the file files/<sha256> */
	bool			 absent;	/* what should be here was not to be had; with data null */
	struct dx_sha256	 sha256;	/* of the file; of data it is computed */
};
/* contracts/<sha256>.json, reports/<sha256>.json, ledger.ndjson, proofs/<seq>.json, checkpoint.note. */
struct dx_pack_member { const char *name; struct dx_sha256 sha256; };

struct dx_pack {
	const char	*id;		/* a UUID; NULL when made: derived from the rest, so that same inputs give same bytes */
	const char	*tenant_id, *title, *pack_type, *status, *assembled_by;
	const char	*title_ar, *entity_type, *entity_id, *trace_id, *stage, *reviewed_by, *reviewed_at;	/* NULL: absent */
	bool		 incomplete;	/* "complete": false */
	struct dx_pack_item	*item;
	size_t			 item_count;
	struct dx_pack_member	*member;
	size_t			 member_count;
	const struct dx_json	*metadata;	/* made: further members, without `members`, or NULL; read: as it stands */
	struct dx_sha256	 hash;		/* read: as stated */
};

/* --- the document --- */

/* Sorts the members, checks everything and builds the document.  -1: field_invalid and the like, with a pointer. */
int	dx_pack_make(struct dx_pack *p, struct dx_arena *a, struct dx_json *doc, struct dx_err *err);
/* The other way, unknown members refused; `wrong` is the reason for whatever is not a pack.  Lends from the document and the
 * arena.  Digests are not compared. */
int	dx_pack_read(const struct dx_json *doc, enum dx_reason wrong, struct dx_arena *a, struct dx_pack *out, struct dx_err *err);
/* Of everything but status, the review fields and itself. */
void	dx_pack_hash(const struct dx_json *doc, struct dx_arena *a, struct dx_sha256 *out);
/* pack.json alone, as `dealix-verify -` has it: {"valid", "reason"?, "stored_hash", "computed_hash"}; hash and data items are
 * computed again.  -1 when it is no pack (`wrong`). */
int	dx_pack_check(const struct dx_json *doc, enum dx_reason wrong, struct dx_arena *a, struct dx_json *answer, struct dx_err *err);
/* Names of the archive's members in their order, pack.dsse.json first. */
void	dx_pack_names(const struct dx_pack *p, struct dx_arena *a, const char ***names, size_t *count);

/* What the reports say of the files: of one file with several reports "fail" outweighs "pass". */
struct dx_pack_verdict { struct dx_sha256 file; const char *verdict; };
/* Statement bytes, appended; document_sha256 is of pack.json's bytes. */
void	dx_pack_statement(const struct dx_pack *p, const struct dx_sha256 *document_sha256, const struct dx_pack_verdict *verdicts,
	    size_t verdict_count, struct dx_arena *a, struct dx_buf *out);
/* Verdicts of reports (dealix.evidence.report.v1), sorted, one a file; an input without a digest is no file, or one that was missing.
 * -1: a report names no verdict or inputs (`wrong`). */
int	dx_pack_verdicts(const struct dx_json *const *reports, size_t n, enum dx_reason wrong, struct dx_arena *a,
	    struct dx_pack_verdict **out, size_t *count, struct dx_err *err);

/* --- the archive --- */

/* Where a member's bytes are: a descriptor at its start (closed after use), or, when fd is -1, memory. */
struct dx_pack_bytes { int fd; const void *bytes; size_t n; };
typedef int	dx_pack_open_fn(void *ctx, const char *name, struct dx_pack_bytes *out, struct dx_err *err);
/* Writes the archive into an empty file.  open is asked for every member but the two that are given.  pack_item_hash when
 * one is not any more what the pack says; file_unwritable. */
int	dx_pack_write(int fd, const char *path, const struct dx_pack *p, const struct dx_buf *document,
	    const struct dx_buf *envelope, dx_pack_open_fn *open, void *ctx, struct dx_err *err);

/* --- verification --- */

struct dx_pack_view;
/* Bytes of the file with that SHA-256, appended.  -1: pack_member when the pack has none, too_large beyond the limit. */
int	dx_pack_file(struct dx_pack_view *v, const char *sha256, size_t limit, int too_large, struct dx_buf *out,
	    struct dx_err *err);
/* One more thing that is wrong; member may be "". */
void	dx_pack_found(struct dx_pack_view *v, enum dx_reason code, const char *member, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));

struct dx_pack_proof { uint64_t seq; const char *text; size_t len; };
struct dx_pack_slice {
	const char			*entries;	/* ledger.ndjson */
	size_t				 entries_len;
	const char			*checkpoint;	/* NULL: none, and no proofs */
	size_t				 checkpoint_len;
	const struct dx_pack_proof	*proof;		/* by seq */
	size_t				 proof_count;
	const struct dx_pack		*pack;		/* what it is the slice of */
	const struct dx_json		*const *report;
	const struct dx_sha256		*report_sha256;
	size_t				 report_count;
};
/* Both are asked only when everything before them is as it should be. */
struct dx_pack_hooks {
	void	*ctx;
	/* Judges the report's inputs again with this contract, at the report's now.  *verdict (static or in the arena): compared.
	 * -1: it could not be run. */
	int	(*rerun)(void *ctx, struct dx_pack_view *v, const struct dx_json *report, const struct dx_json *contract,
		    struct dx_arena *a, const char **verdict, struct dx_err *err);
	/* Checks the slice, reports with dx_pack_found; *proved: bound to a checkpoint.  -1: it could not be read. */
	int	(*ledger)(void *ctx, struct dx_pack_view *v, const struct dx_pack_slice *slice, bool *proved, struct dx_err *err);
};
struct dx_pack_trust { const struct dx_keys *keys; size_t threshold; /* different keys, >= 1 */ };

/* All checks of `dealix-verify pack`, in the page's order.  Answer: {schema: dealix.pack.report.v1, valid, reason? (of the
 * first finding), findings[{code, member?, text}], findings_total, stored_hash?, computed_hash?, pack_sha256?, files,
 * signed_by[] (keyids), verdicts ("rerun", "unchecked"), ledger ("proved", "unproved", "unchecked")}.  -1: file_unreadable. */
int	dx_pack_verify(int fd, const char *path, const struct dx_pack_trust *trust, const struct dx_pack_hooks *hooks,
	    struct dx_arena *a, struct dx_json *answer, bool *valid, struct dx_err *err);

#endif
