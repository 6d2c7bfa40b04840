#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/time.h"
#include "facts/git_range.h"
#include "op/entries.h"
#include "op/rc_inner.h"

/* --- what git knows --- */

/* Another branch of the same version. */
static bool
twin(const void *ctx, const char *name)
{
	const struct dx_rc *rc = ctx;
	struct dx_semver v;
	const char *version;

	return rc->version != NULL && strcmp(name, rc->rc) != 0 && dx_semver_of_branch(name, &v, &version) &&
	    dx_semver_cmp(&v, &rc->semver) == 0;
}

static int
look(const char *root, const struct dx_rc *rc, struct dx_arena *a, struct dx_rc_facts *out, struct dx_err *err)
{
	struct dx_git_range_ask ask = { .branch = rc->rc, .target = DX_RC_TARGET, .head = rc->head, .merge = rc->merge_commit, .others = "rc/",
	    .wanted = twin, .ctx = rc, .tags = "v" };
	struct dx_git_range r;
	struct dx_rc_tag *tag;
	struct dx_git *g = NULL;
	int rc_open = dx_git_open(root, &g, err), rc_range;

	*out = (struct dx_rc_facts){ 0 };
	if (rc_open <= 0)
		return rc_open;
	rc_range = dx_git_range(g, &ask, a, &r, err);
	dx_git_close(g);
	if (rc_range != 0)
		return -1;
	tag = dx_arena_alloc(a, dx_size_mul(r.tags, sizeof(*tag)));
	for (size_t i = 0; i < r.tags; i++)
		tag[i] = (struct dx_rc_tag){ r.tag[i].name, r.tag[i].commit, r.tag[i].annotated };
	*out = (struct dx_rc_facts){ .here = true, .head = r.tip, .branch = r.branch, .head_known = r.head_known, .base = r.base,
	    .target = r.target, .author = r.author, .authors = r.authors, .behind = r.behind, .tag = tag, .tags = r.tags, .open = r.other,
	    .opens = r.others, .merged = r.merged, .tree_equal = r.tree_equal };
	return 0;
}

/* --- the answer --- */

static struct dx_json
answer_of(const struct dx_rc *rc, const struct dx_rc_options *o, const struct dx_rc_facts *facts, const struct dx_json *reasons,
    struct dx_arena *a)
{
	struct dx_json v = dx_json_object();
	char at[DX_TIME_TEXT];

	dx_time_print(o->now, at);
	dx_json_put(a, &v, "evaluated_at", dx_json_string(a, at));
	dx_json_put(a, &v, "facts", dx_json_text(facts->here ? "git" : "stated"));
	dx_json_put(a, &v, "head", dx_json_string(a, rc->head));
	dx_json_put(a, &v, "pass", dx_json_bool(reasons->count == 0));
	dx_json_put(a, &v, "rc", dx_json_string(a, rc->rc));
	dx_json_put(a, &v, "reasons", *reasons);
	dx_json_put(a, &v, "step", dx_json_int(a, o->step));
	return v;
}

static int
append(struct dx_session *s, const struct dx_rc *rc, const struct dx_rc_options *o, bool pass, struct dx_arena *a, struct dx_err *err)
{
	struct dx_json details = dx_json_object();

	dx_json_put(a, &details, "head", dx_json_text(rc->head));
	dx_json_put(a, &details, "pass", dx_json_bool(pass));
	dx_json_put(a, &details, "step", dx_json_int(a, o->step));
	return dx_session_append(s, DX_EVENT_RC_STEP, rc->rc, details, NULL, 0, o->now, NULL, err);
}

int
dx_op_rc(struct dx_session *s, const struct dx_rc_options *o, const struct dx_json *doc, struct dx_arena *a, struct dx_json *answer,
    bool *pass, struct dx_err *err)
{
	struct dx_rc_known known;
	struct dx_rc_facts facts;
	struct dx_json reasons;
	struct dx_rc rc;
	int done = 0;

	if (dx_rc_parse(doc, &rc, err) != 0 || look(o->root, &rc, a, &facts, err) != 0)
		return -1;
	if (s->store != NULL && dx_session_begin(s, o->record, DX_ROLE_MEMBER, err) != 0)
		return -1;
	if (o->record)
		done = dx_session_open_log(s, o->now, err);
	if (done == 0)
		done = dx_rc_history(s, &rc, a, &known, err);
	if (done == 0) {
		reasons = dx_rc_judge(&rc, o->step, &facts, &known, o->require, o->requires, a);
		*pass = reasons.count == 0;
		*answer = answer_of(&rc, o, &facts, &reasons, a);
	}
	if (done == 0 && o->record)
		done = append(s, &rc, o, *pass, a, err);
	if (done == 0 && o->record)
		done = dx_store_commit(s->store, err);
	if (s->store != NULL && (done != 0 || !o->record))
		dx_store_rollback(s->store);
	return done;
}
