/* The mandatory gates of a release candidate: who ran them, on what, and with which document. */
#include <string.h>

#include "check/rc_inner.h"

#define REVIEWED	1	/* gate 2 */

const char *const dx_rc_gates[] = { "architecture-brief", "release-readiness", "tests", NULL };

enum who { A_PERSON, A_SERVICE, A_REVIEWER /* a person who is no author */ };

static bool
is(const struct dx_rc_case *c, const char *actor, enum who who)
{
	enum dx_rc_kind kind = c->known->kind(c->known->ctx, actor);

	if (who == A_SERVICE)
		return kind == DX_RC_SERVICE;
	return kind == DX_RC_PERSON && (who == A_PERSON || !dx_rc_wrote(c, actor));
}

/* The newest run of a gate on the head by such an actor; NULL: there is none. */
static const struct dx_rc_gate *
newest(const struct dx_rc_case *c, const char *gate, enum who who)
{
	for (size_t i = 0; i < c->known->gates; i++)
		if (strcmp(c->known->gate[i].gate, gate) == 0 && is(c, c->known->gate[i].actor, who))
			return &c->known->gate[i];
	return NULL;
}

static void
complain(struct dx_rc_case *c, enum dx_reason code, const char *gate, const char *why)
{
	struct dx_json r = dx_rc_reason(c, code);

	dx_json_put(c->a, &r, "gate", dx_json_text(gate));
	dx_json_put(c->a, &r, "why", dx_json_text(why));
	dx_rc_push(c, r);
}

static void
one(struct dx_rc_case *c, enum dx_reason code, const char *gate, enum who who, const struct dx_rc_gate *like)
{
	const struct dx_rc_gate *run = newest(c, gate, who);

	if (run == NULL)
		complain(c, code, gate, "missing");
	else if (!run->ready)
		complain(c, code, gate, "not_ready");
	else if (who != A_PERSON && (like == NULL || strcmp(run->document_sha256, like->document_sha256) != 0))
		complain(c, code, gate, "other_document");
}

void
dx_rc_gates_local(struct dx_rc_case *c)
{
	for (size_t i = 0; dx_rc_gates[i] != NULL; i++)
		one(c, DX_R_RC_GATES_LOCAL, dx_rc_gates[i], A_PERSON, NULL);
}

void
dx_rc_gates_ci(struct dx_rc_case *c)
{
	for (size_t i = 0; dx_rc_gates[i] != NULL; i++)
		one(c, DX_R_RC_GATES_CI, dx_rc_gates[i], A_SERVICE, newest(c, dx_rc_gates[i], A_PERSON));
}

/* The reviewer's run may be the newest of any person, so it is held against that of CI. */
void
dx_rc_gates_review(struct dx_rc_case *c)
{
	one(c, DX_R_RC_REVIEW_GATE2, dx_rc_gates[REVIEWED], A_REVIEWER, newest(c, dx_rc_gates[REVIEWED], A_SERVICE));
}
