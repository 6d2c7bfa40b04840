/* One line a type of check: who judges it, who shows what it would do. */
#include "base/clock.h"
#include "op/check_inner.h"

const struct dx_step_type dx_step_types[] = {
	[DX_CHECK_EVIDENCE] = { dx_step_evidence, dx_preview_evidence, false },
	[DX_CHECK_COMMAND] = { dx_step_command, dx_preview_command, true },
	[DX_CHECK_JUNIT] = { dx_step_tests, dx_preview_tests, false },
	[DX_CHECK_TAP] = { dx_step_tests, dx_preview_tests, false },
	[DX_CHECK_COBERTURA] = { dx_step_cobertura, dx_preview_cobertura, false },
	[DX_CHECK_FILE_EXISTS] = { dx_step_file, dx_preview_file, false },
	[DX_CHECK_DIR_EXISTS] = { dx_step_dir, dx_preview_dir, false },
	[DX_CHECK_TEXT_PRESENT] = { dx_step_text, dx_preview_text, false },
	[DX_CHECK_TEXT_ABSENT] = { dx_step_text, dx_preview_text, false },
	[DX_CHECK_JSON_PREDICATE] = { dx_step_json, dx_preview_json, false },
	[DX_CHECK_GATE] = { dx_step_gate, dx_preview_gate, false },
	[DX_CHECK_APPROVAL] = { dx_step_approval, dx_preview_approval, false },
	[DX_CHECK_LEDGER_INTACT] = { dx_step_ledger, dx_preview_ledger, false },
	[DX_CHECK_GIT] = { dx_step_git, dx_preview_git, false },
	[DX_CHECK_SETTINGS] = { dx_step_settings, dx_preview_settings, false },
};

void
dx_step_judge(struct dx_step *s)
{
	int64_t from = dx_clock_mono_ms();

	s->result.state = DX_STATE_PASS;
	dx_step_types[s->check->type].judge(s);
	s->result.duration_ms = dx_clock_mono_ms() - from;
}

struct dx_json
dx_preview_list(struct dx_arena *a, const struct dx_texts *t)
{
	struct dx_json o = dx_json_array();

	for (size_t i = 0; i < t->count; i++)
		dx_json_push(a, &o, dx_json_text(t->item[i]));
	return o;
}
