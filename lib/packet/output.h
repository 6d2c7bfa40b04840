/* output: structured outputs (release-gates pages 10 and 11): what is handed in, made into the document of its kind, with amounts and
 * decimals in their form and what is computed filled in where it is absent.  Pure, in exact decimals.  Whether the document is right is
 * for the contract of its kind to say, also where a computed member was handed in. */
#ifndef DX_PACKET_OUTPUT_H
#define DX_PACKET_OUTPUT_H

#include "json/json.h"

struct dx_err;

struct dx_output_in {
	const char		*kind;		/* "economics_model" */
	const struct dx_json	*given;		/* object; unknown members stay, for the contract to refuse */
	const char		*now, *by;	/* printed time, generated_by */
	const char		*trace_id;
	const char		*tenant_id, *requested_by;	/* of an approval packet that states none */
	const struct dx_json	*dossier, *economics;	/* earlier documents of the path; NULL: none */
};
/* The document, in the arena.  field_invalid where the input says one thing in two places. */
int	dx_output_make(const struct dx_output_in *in, struct dx_arena *a, struct dx_json *out, struct dx_err *err);

#endif
