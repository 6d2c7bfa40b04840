/* inner of the verification of packs: what is known of one archive so far, and the steps in the page's order. */
#ifndef DX_PACK_VERIFY_INNER_H
#define DX_PACK_VERIFY_INNER_H

#include "pack/pack_inner.h"

#define DX_PACK_FINDINGS	100	/* told of one archive; all are counted */

/* One verification. */
struct dx_pack_view {
	struct dx_zip			*zip;
	struct dx_arena			*arena;
	const struct dx_pack_trust	*trust;
	const struct dx_pack_hooks	*hooks;
	struct dx_err			*err;		/* of what could not be read */
	bool				 broken;	/* err is set: no answer */

	struct dx_json			 findings;
	uint64_t			 found;
	enum dx_reason			 first;

	bool				 has_document;	/* bytes of pack.json were read */
	struct dx_sha256		 document_sha256;
	struct dx_json			 document;
	bool				 has_pack;	/* and are a pack */
	struct dx_pack			 pack;
	struct dx_sha256		 hash;		/* computed */
	bool				 has_statement;
	struct dx_envelope		 envelope;
	struct dx_statement		 statement;
	struct dx_json			 signed_by;
	const struct dx_json		**report;	/* as they stand in the archive */
	struct dx_sha256		 *report_sha256;
	size_t				 reports;
	bool				 report_lost;	/* some could not be had, which was told */
	bool				 rerun, proved, sliced;
};

/* A small member in the arena, NUL behind it; NULL: a finding (pack_member), or v->broken. */
char	*dx_pack_load(struct dx_pack_view *v, const char *name, size_t limit, size_t *n);
void	dx_pack_read_document(struct dx_pack_view *v);
void	dx_pack_check_members(struct dx_pack_view *v);		/* needs has_pack */
void	dx_pack_read_envelope(struct dx_pack_view *v);
void	dx_pack_check_signature(struct dx_pack_view *v);	/* needs has_statement */
void	dx_pack_read_reports(struct dx_pack_view *v);		/* needs has_pack */
void	dx_pack_check_subjects(struct dx_pack_view *v);		/* needs has_statement and has_document */
void	dx_pack_check_predicate(struct dx_pack_view *v);	/* needs has_statement and has_pack, and all reports */
void	dx_pack_check_hash(struct dx_pack_view *v);		/* needs has_document */
void	dx_pack_check_items(struct dx_pack_view *v);		/* needs has_pack */

#endif
