/* adapt: foreign documents made gate requests (inputs page, decisions page 13).  Pure: bytes in, request out. */
#ifndef DX_ADAPT_ADAPT_H
#define DX_ADAPT_ADAPT_H

#include "core/policy.h"
#include "core/request.h"

struct dx_err;

#define DX_PLAN_MAX	(256u << 20)	/* bytes of a plan */

/* UTF-8 with or without byte order mark, and UTF-16 with one (what PowerShell redirection writes), made UTF-8 without one, in
 * place of b's bytes.  json_invalid when it is neither. */
int	dx_adapt_text(struct dx_buf *b, struct dx_err *err);

struct dx_plan_options {
	const char	*workspace;		/* NULL: not given */
	const char	*plan_sha256;		/* digest of the bytes as read; required */
	const char	*planfile_sha256;	/* NULL without --plan-file */
	const struct dx_json	*costs;		/* Infracost document, or NULL */
	const char	*cost_project;		/* NULL: sum of all */
	const struct dx_json	*prices;	/* price book, or NULL; not both */
};
/* A Terraform plan (inputs page 1).  plan is the parsed document as it came.  plan_not_recognised, plan_format_unsupported,
 * plan_errored, plan_action_unknown, cost_currency_unsupported, cost_document_invalid, prices_document_invalid, ... */
int	dx_adapt_plan(struct dx_arena *a, const struct dx_json *plan, const struct dx_plan_options *o,
	    const struct dx_stated *stated, struct dx_request *out, struct dx_err *err);

/* An AdmissionReview (decisions page 13.1).  *uid (in the arena) is set as soon as it is readable, also on failure: then the
 * error can be answered in band.  So is out->environment (normalised), which settles the mode of that answer; nothing else of
 * *out is written on failure.  The policy gives environments.namespaces.  admission_version_unsupported,
 * admission_annotation_invalid, field_missing, field_invalid. */
int	dx_adapt_admission(struct dx_arena *a, const struct dx_json *review, const struct dx_policy *policy,
	    const struct dx_stated *stated, struct dx_request *out, const char **uid, struct dx_err *err);
/* The answer to a review (page 13.2) from a reply document. */
struct dx_json	dx_adapt_admission_answer(struct dx_arena *a, const char *uid, const struct dx_json *reply);
/* The in-band answer for an error: allowed (with a warning) only in shadow. */
struct dx_json	dx_adapt_admission_error(struct dx_arena *a, const char *uid, bool shadow, const struct dx_err *why);

#endif
