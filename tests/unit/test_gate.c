/* The gate under a clock of its own: what happens when a decision is late, and how long its fail-safe answer stands (decisions
 * pages 5.3 and 11; edge test 4 of page 24). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "op/gate.h"
#include "op/policy.h"
#include "tap.h"

static int64_t clock_us = INT64_C(1772359200000000);	/* 2026-03-01T10:00:00Z */
static int64_t clock_mono = 1000;
static int late_after;		/* so many looks at the time from now, the decision has taken too long; 0: never */

int64_t
dx_clock_now(void)
{
	if (late_after > 0 && --late_after == 0)
		clock_mono += 3000;
	return clock_us;
}

int64_t
dx_clock_mono_ms(void)
{
	return clock_mono;
}

static char folder[64];

static struct dx_gate_options
options(const char *key)
{
	struct dx_gate_options o = { .from = DX_FROM_REQUEST, .timeout_ms = 2000 };

	o.session.store = folder;
	o.stated.key = key;
	return o;
}

/* One call; the reply's members are copied out. */
struct answer { char decision[32], path[16], reasons[256], supersedes[40], id[40]; bool replayed, persisted; int64_t generation; };

static void
copy(char *to, size_t size, const char *from)
{
	(void)snprintf(to, size, "%s", from != NULL ? from : "");
}

static void
ask(const char *key, struct answer *out)
{
	struct dx_gate_options o = options(key);
	struct dx_gate *g;
	struct dx_err err = { 0 };
	char text[] = "{\"source\":\"terraform\",\"action\":\"a\",\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":\"1\"}";
	struct dx_arena a = { 0 };
	struct dx_json doc;
	const struct dx_json *reply, *codes;
	struct dx_gate_item *it;

	memset(out, 0, sizeof(*out));
	if (!ok(dx_gate_open(&o, &g, &err) == 0, "the gate opens %s", err.text))
		return;
	(void)dx_json_parse(&a, text, strlen(text), DX_JSON_OURS, &doc, &err);
	it = dx_gate_add(g, &doc, NULL, 0, 1);
	dx_gate_commit(g);
	it = dx_gate_item(g, 0);
	if (it->err.reason != DX_OK)
		printf("# refused: %s [%s]\n", it->err.text, dx_reason_code(it->err.reason));
	reply = &it->reply;
	codes = dx_json_get(reply, "reason_codes");
	copy(out->decision, sizeof(out->decision), dx_json_get_str(reply, "decision"));
	copy(out->path, sizeof(out->path), dx_json_get_str(reply, "evaluation_path"));
	copy(out->supersedes, sizeof(out->supersedes), dx_json_get_str(reply, "supersedes_decision_id"));
	copy(out->id, sizeof(out->id), dx_json_get_str(reply, "decision_id"));
	for (uint32_t i = 0; codes != NULL && i < codes->count; i++)
		(void)snprintf(out->reasons + strlen(out->reasons), sizeof(out->reasons) - strlen(out->reasons), "%s%s",
		    i > 0 ? "," : "", dx_json_str(&codes->u.items[i]));
	out->replayed = dx_json_is(dx_json_get(reply, "replayed"), DX_JSON_TRUE);
	out->persisted = dx_json_is(dx_json_get(reply, "persisted"), DX_JSON_TRUE);
	(void)dx_json_int64(dx_json_get(reply, "generation"), &out->generation);
	dx_gate_close(g);
	dx_arena_release(&a);
}

static void
set_hard(void)
{
	static const char *const settings[] = { "mode_matrix.terraform_nonprod=hard" };
	struct dx_gate_options o = options(NULL);
	struct dx_policy_change c = { .settings = settings, .setting_count = 1 };
	struct dx_session s;
	struct dx_arena a = { 0 };
	struct dx_json answer;
	struct dx_err err = { 0 };

	ok(dx_session_open(&o.session, DX_SESSION_WRITE, &s, &err) == 0 && dx_op_policy_set(&s, &c, &a, &answer, &err) == 0,
	    "the mode is hard %s", err.text);
	dx_session_close(&s);
	dx_arena_release(&a);
}

static void
test_late(void)
{
	struct answer first, again;

	late_after = 2;		/* the second look is the decision's own, under the lock */
	ask("key-1", &first);
	late_after = 0;
	is_str(first.reasons, "gate_timeout,hard_mode_fail_closed", "a decision that took too long is a fail-safe one");
	is_str(first.decision, "DENY", "in hard mode it denies");
	is_str(first.path, "failsafe", "its path says so");
	ok(first.persisted && !first.replayed && first.generation == 1, "it is kept");
	clock_us += INT64_C(59000000);
	ask("key-1", &again);
	ok(again.replayed && strcmp(again.id, first.id) == 0, "59 seconds later it is replayed");
	clock_us += INT64_C(2000000);
	ask("key-1", &again);
	is_str(again.decision, "ALLOW", "61 seconds later the call is judged");
	ok(!again.replayed && again.generation == 2, "as the next generation");
	is_str(again.supersedes, first.id, "which names the one before");
}

int
main(void)
{
	char command[128];

	(void)snprintf(folder, sizeof(folder), "/tmp/dealix-gate.%ld", (long)getpid());
	set_hard();
	test_late();
	(void)snprintf(command, sizeof(command), "%s/store.db", folder);
	ok(access(command, F_OK) == 0, "the store is there");
	static const char *const names[] = { "store.db", "store.db-wal", "store.db-shm", "lock", ".gitignore", "policy-default.json" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(command, sizeof(command), "%s/%s", folder, names[i]);
		(void)unlink(command);
	}
	(void)rmdir(folder);
	return done();
}
