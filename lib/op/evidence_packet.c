/* The input of the media packet: a finance packet made anew from the inputs that the contract's other roles name (evidence page
 * 3.5). */
#include <string.h>

#include "op/evidence_inner.h"
#include "packet/finance.h"

static const struct dx_contract_input *
input_of(const struct dx_judging *j, const char *role)
{
	int i = dx_kind_role(j->kind, role);

	return i >= 0 && j->inputs[i].state == DX_INPUT_READ ? &j->inputs[i] : NULL;
}

/* The generator's code as the id of a rule, "pkt.value". */
static const char *
rule_of(enum dx_reason reason, struct dx_arena *a)
{
	const char *code = dx_reason_code(reason);
	char *id = dx_arena_dup(a, code, strlen(code)), *first = strchr(id, '_');

	if (first != NULL)
		*first = '.';
	return id;
}

static void
refuse(struct dx_contract_input *out, struct dx_arena *a)
{
	out->state = DX_INPUT_REFUSED;
	out->rule = rule_of(out->why.reason, a);
}

void
dx_evidence_packet(const struct dx_judging *j, struct dx_arena *a, struct dx_contract_input *out)
{
	const struct dx_contract_input *telemetry = input_of(j, "telemetry"), *assumptions = input_of(j, "assumptions"),
	    *packet = input_of(j, "packet");
	char telemetry_hex[DX_SHA256_HEX], assumptions_hex[DX_SHA256_HEX];
	struct dx_finance_in in = { .telemetry_sha256 = telemetry_hex, .assumptions_sha256 = assumptions_hex };
	struct dx_finance made;

	if (telemetry == NULL || assumptions == NULL) {
		(void)dx_err_set(&out->why, DX_R_PKT_OBJECT, "it is made from telemetry and assumptions, which could not be read");
		refuse(out, a);
		return;
	}
	dx_sha256_hex(&telemetry->doc.sha256, telemetry_hex);
	dx_sha256_hex(&assumptions->doc.sha256, assumptions_hex);
	in.telemetry = &telemetry->doc.root;
	in.assumptions = &assumptions->doc.root;
	/* Made at the time that the packet states, so that the rest can be compared. */
	in.captured_at = packet != NULL ? dx_json_get_str(&packet->doc.root, "captured_at") : NULL;
	if (in.captured_at == NULL)
		in.captured_at = dx_json_get_str(in.telemetry, "captured_at");
	if (in.captured_at == NULL)
		(void)dx_err_set_at(&out->why, DX_R_PKT_VALUE, "telemetry/captured_at", "no time of capture");
	if (in.captured_at == NULL || dx_finance_make(&in, a, &made, &out->why) != 0) {
		refuse(out, a);
		return;
	}
	out->doc.root = made.packet;
	dx_finance_release(&made);
}
