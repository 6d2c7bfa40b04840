/* settings: a snapshot of repository settings (release-gates page 4). */
#include <string.h>

#include "check/repo_settings.h"
#include "check/step_inner.h"

/* Rules by id; a roadmap item is judged by nobody, so a gate cannot rest on it. */
static void
read_rules(struct dx_body *b, struct dx_check_settings *s)
{
	struct dx_texts ids = dx_body_texts(b, "rules", false);
	int n = (int)ids.count;

	if (dx_json_get(b->pick->object, "rules") == NULL)
		n = DX_REPO_RULES;
	else if (n == 0)
		dx_pick_fail(b->pick, "rules", "must name a rule, or be left out for all of them");
	for (int i = 0; i < n && !b->pick->failed; i++) {
		int r = ids.count > 0 ? (int)dx_repo_rule_find(ids.item[i]) : i;
		if (r == DX_REPO_RULES || (ids.count > 0 && dx_repo_rule_target((enum dx_repo_rule)r))) {
			dx_pick_fail(b->pick, "rules", "\"%s\" is no rule that can be judged", ids.item[i]);
			return;
		}
		if (!dx_repo_rule_target((enum dx_repo_rule)r))
			s->rules |= 1u << r;
	}
}

/* What is critical cannot be excused, whatever the document says (page 1.7). */
void
dx_body_settings(struct dx_body *b, struct dx_check *check)
{
	struct dx_check_settings *s = &check->u.settings;

	*s = (struct dx_check_settings){ .snapshot = dx_body_path(b, "snapshot") };
	if (s->snapshot == NULL)
		dx_pick_fail(b->pick, "snapshot", "is missing, must be a string");
	read_rules(b, s);
	s->require = dx_body_texts(b, "require", false);
	s->protect = dx_body_texts(b, "protect", false);
	for (int r = 0; r < DX_REPO_RULES; r++)
		if ((s->rules & 1u << r) != 0 && dx_repo_rule_critical((enum dx_repo_rule)r))
			check->never_waivable = true;
}
