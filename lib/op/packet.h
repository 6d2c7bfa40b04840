/* packet: computed evidence written to files (evidence page 3.5). */
#ifndef DX_OP_PACKET_H
#define DX_OP_PACKET_H

#include "contract/contract.h"

struct dx_packet_options {
	const char	*telemetry, *assumptions;	/* files */
	const char	*folder;	/* where the four files go; made when it is not there */
	enum dx_level	 level;		/* at which the telemetry must verify */
	const char	*max_age_hours;	/* of the telemetry; NULL: any */
	int64_t		 now;		/* us: captured_at of what is made */
	const char	*webhook;	/* https URL told when a gate is false; NULL: nobody */
	const char	*webhook_ca;	/* PEM file; NULL: the system's */
};
struct dx_packet_made {
	struct dx_json	 packet;	/* in the arena */
	bool		 gates_passed;
	struct dx_err	 told;		/* why the webhook could not be told; reason DX_OK: it was, or need not be */
};
/* Verifies the telemetry, computes, writes.  No file is written unless all can be.  evidence_invalid (the telemetry does not verify, with
 * the first failure), pkt_*, file_unwritable. */
int	dx_op_packet_finance(const struct dx_packet_options *o, struct dx_arena *a, struct dx_packet_made *out, struct dx_err *err);

#endif
