/* findings: what rule documents found, as data for decide() (rules page 2).  Who evaluated them is not known here. */
#ifndef DX_CORE_FINDINGS_H
#define DX_CORE_FINDINGS_H

#include "core/words.h"
#include "json/json.h"

#define DX_FINDINGS_MAX	200

struct dx_finding {
	const char	*rules_id, *rule_id, *message, *pointer;	/* pointer "" when unknown */
	const char	*address, *remedy, *code;	/* NULL when absent; code: rule_error or rule_output_invalid */
	enum dx_effect	 effect;
	enum dx_severity severity;
	struct dx_json	 facts;		/* object; null type when absent */
};

struct dx_rules_used { const char *id, *version, *sha256; unsigned applied; };

struct dx_findings {
	struct dx_finding	*item;		/* sorted: severity, rules_id, rule_id, address, pointer, message */
	size_t			 count;		/* all of them; the reply lists at most DX_FINDINGS_MAX */
	struct dx_rules_used	*used;		/* sorted by id */
	size_t			 used_count;
};

void	dx_findings_sort(struct dx_findings *f);
/* The findings[] and rules[] members of the reply. */
struct dx_json	dx_findings_array(struct dx_arena *a, const struct dx_findings *f);
struct dx_json	dx_rules_array(struct dx_arena *a, const struct dx_findings *f);

#endif
