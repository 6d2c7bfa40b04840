/* command: a program that is run (release-gates page 1.1). */
#include <string.h>

#include "check/step_inner.h"

#define TIMEOUT_MAX	86400	/* seconds */

static const char *
output(struct dx_body *b, const char *given)
{
	const char *out = dx_body_spelling(b, given);

	if (out[0] == '\0' || out[strlen(out) - 1] == '/')
		dx_pick_fail(b->pick, "outputs", "must be names of files");
	return out;
}

void
dx_body_command(struct dx_body *b, struct dx_check *check)
{
	struct dx_pick *p = b->pick;
	struct dx_check_command *c = &check->u.command;
	const struct dx_json *exits;
	int64_t n;

	c->argv = dx_body_texts(b, "argv", true);
	if (!p->failed && (c->argv.count == 0 || c->argv.item[0][0] == '\0'))
		dx_pick_fail(p, "argv", "must name a command");
	c->env = dx_body_texts(b, "env", false);
	for (size_t i = 0; i < c->env.count; i++)
		if (c->env.item[i] != NULL && strchr(c->env.item[i], '=') != NULL)
			dx_pick_fail(p, "env", "must be names of variables, not assignments");
	c->outputs = dx_body_texts(b, "outputs", false);
	for (size_t i = 0; i < c->outputs.count; i++)
		if (c->outputs.item[i] != NULL && (c->outputs.item[i][0] == '\0' || !dx_body_stays(c->outputs.item[i])))
			dx_fault_add(b->faults, DX_R_PATH_ESCAPE, p->at, "output \"%s\" leaves the root", c->outputs.item[i]);
		else if (c->outputs.item[i] != NULL)
			c->outputs.item[i] = output(b, c->outputs.item[i]);
	c->cwd = dx_body_path(b, "cwd");
	c->stdout_ere = dx_pick_text(p, "stdout_ere", 1, 1024, false);
	if (c->stdout_ere != NULL && !dx_body_is_pattern(c->stdout_ere))
		dx_pick_fail(p, "stdout_ere", "must be an extended regular expression");
	c->timeout_s = dx_pick_int(p, "timeout_s", 1, TIMEOUT_MAX, 60);
	exits = dx_pick_type(p, "expect_exit", DX_JSON_ARRAY, false);
	c->expect_count = 1;
	if (exits == NULL)
		return;
	if (exits->count == 0 || exits->count > 16)
		dx_pick_fail(p, "expect_exit", "must be 1 to 16 exit statuses");
	for (c->expect_count = 0; !p->failed && c->expect_count < exits->count; c->expect_count++) {
		if (!dx_json_int64(&exits->u.items[c->expect_count], &n) || n < 0 || n > 255)
			dx_pick_fail(p, "expect_exit", "must be exit statuses, 0 to 255");
		else
			c->expect_exit[c->expect_count] = (int)n;
	}
}
