/* finance: the finance committee packet (evidence page 3.5): from a telemetry snapshot and assumptions to tier economics, metrics,
 * gates and scenarios, in exact decimals.  Pure. */
#ifndef DX_PACKET_FINANCE_H
#define DX_PACKET_FINANCE_H

#include "base/buf.h"
#include "json/json.h"

struct dx_err;

#define DX_FINANCE_LABEL	80

struct dx_finance_in {
	const struct dx_json	*telemetry, *assumptions;
	const char		*telemetry_sha256, *assumptions_sha256;	/* of their raw bytes, lower-case hex */
	const char		*captured_at;				/* RFC 3339 */
};
struct dx_finance {
	struct dx_json	guardrails;		/* a finance_guardrails artifact */
	struct dx_json	packet;			/* its inputs.guardrails_sha256 is that of dx_finance_text(&guardrails) */
	struct dx_buf	tiers_csv, scenarios_csv;	/* RFC 4180, CRLF; scenarios empty when there are none */
	char		label[DX_FINANCE_LABEL];	/* of the window, as part of a file name */
	bool		gates_passed;
};
/* Trees live in the arena.  pkt_object (a member is missing or no object), pkt_value (no number, or out of its bounds), pkt_name,
 * pkt_close_history (fewer closes than the thresholds ask for), each with its pointer, "telemetry" or "assumptions" in front. */
int	dx_finance_make(const struct dx_finance_in *in, struct dx_arena *a, struct dx_finance *out, struct dx_err *err);
void	dx_finance_release(struct dx_finance *f);
/* A document as the file that is written: two-space indent, sorted members, LF at the end. */
void	dx_finance_text(const struct dx_json *doc, struct dx_buf *out);

#endif
