/* words: the closed vocabularies of the gate and their spellings (decisions page 0). */
#ifndef DX_CORE_WORDS_H
#define DX_CORE_WORDS_H

struct dx_arena;

enum dx_source { DX_SOURCE_TERRAFORM, DX_SOURCE_K8S, DX_SOURCE_CLOUD_EVENT, DX_SOURCE_CI, DX_SOURCE_COUNT };
enum dx_mode { DX_MODE_SHADOW, DX_MODE_SOFT, DX_MODE_HARD, DX_MODE_COUNT };
/* In order of strictness. */
enum dx_verdict { DX_ALLOW, DX_ALLOW_WITH_CREDITS, DX_REQUIRE_APPROVAL, DX_DENY };
enum dx_severity { DX_CRITICAL, DX_HIGH, DX_MEDIUM, DX_LOW };	/* in order of findings */
enum dx_effect { DX_EFFECT_DENY, DX_EFFECT_VIOLATION, DX_EFFECT_REQUIRE_APPROVAL, DX_EFFECT_WARN };
enum dx_role { DX_ROLE_MEMBER, DX_ROLE_ADMIN, DX_ROLE_OWNER, DX_ROLE_SYSTEM };
enum dx_cost_mode { DX_COST_NONE, DX_COST_FINAL, DX_COST_ALL_STATUS, DX_COST_UNAVAILABLE };

/* Spellings, NULL-terminated, indexed by the enums above. */
extern const char *const dx_source_names[];
extern const char *const dx_mode_names[];
extern const char *const dx_verdict_names[];
extern const char *const dx_severity_names[];
extern const char *const dx_effect_names[];
extern const char *const dx_role_names[];
extern const char *const dx_cost_mode_names[];

/* Index of a word in a NULL-terminated list, -1 when absent or w is NULL. */
int	dx_word(const char *const names[], const char *w);
/* The word as it is compared everywhere: without surrounding blanks, ASCII letters lower-cased.  In the arena. */
const char	*dx_word_clean(struct dx_arena *a, const char *s);

#endif
