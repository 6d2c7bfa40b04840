#include "core/words.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

const char *const dx_source_names[] = {
	[DX_SOURCE_TERRAFORM] = "terraform", [DX_SOURCE_K8S] = "k8s_admission", [DX_SOURCE_CLOUD_EVENT] = "cloud_event",
	[DX_SOURCE_CI] = "ci", [DX_SOURCE_COUNT] = NULL
};
const char *const dx_mode_names[] = {
	[DX_MODE_SHADOW] = "shadow", [DX_MODE_SOFT] = "soft", [DX_MODE_HARD] = "hard", [DX_MODE_COUNT] = NULL
};
const char *const dx_verdict_names[] = {
	[DX_ALLOW] = "ALLOW", [DX_ALLOW_WITH_CREDITS] = "ALLOW_WITH_CREDITS", [DX_REQUIRE_APPROVAL] = "REQUIRE_APPROVAL",
	[DX_DENY] = "DENY", [DX_DENY + 1] = NULL
};
const char *const dx_severity_names[] = {
	[DX_CRITICAL] = "critical", [DX_HIGH] = "high", [DX_MEDIUM] = "medium", [DX_LOW] = "low", [DX_LOW + 1] = NULL
};
const char *const dx_effect_names[] = {
	[DX_EFFECT_DENY] = "deny", [DX_EFFECT_VIOLATION] = "violation", [DX_EFFECT_REQUIRE_APPROVAL] = "require_approval",
	[DX_EFFECT_WARN] = "warn", [DX_EFFECT_WARN + 1] = NULL
};
const char *const dx_role_names[] = {
	[DX_ROLE_MEMBER] = "member", [DX_ROLE_ADMIN] = "admin", [DX_ROLE_OWNER] = "owner", [DX_ROLE_SYSTEM] = "system",
	[DX_ROLE_SYSTEM + 1] = NULL
};
const char *const dx_cost_mode_names[] = {
	[DX_COST_NONE] = "none", [DX_COST_FINAL] = "final", [DX_COST_ALL_STATUS] = "all_status",
	[DX_COST_UNAVAILABLE] = "unavailable", [DX_COST_UNAVAILABLE + 1] = NULL
};

int
dx_word(const char *const names[], const char *w)
{
	for (int i = 0; w != NULL && names[i] != NULL; i++) {
		if (strcmp(names[i], w) == 0)
			return i;
	}
	return -1;
}

const char *
dx_word_clean(struct dx_arena *a, const char *s)
{
	size_t n;
	char *word;

	s = dx_trim(s, &n);
	word = dx_arena_dup(a, s, n);
	dx_lower(word);
	return word;
}
