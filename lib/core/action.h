/* action: which actions may go ahead, and with whose approval (release-gates page 6.1): the table of classes, the request and the rules
 * in their order.  Pure: what tokens and packs are worth is told. */
#ifndef DX_CORE_ACTION_H
#define DX_CORE_ACTION_H

#include "base/reason.h"
#include "crypt/digest.h"
#include "json/json.h"

#define DX_ACTION_REQUEST_SCHEMA	"dealix.action.request.v1"
#define DX_ACTION_POLICY_SCHEMA		"dealix.action.policy.v1"
#define DX_ACTION_NAME_MAX		128

struct dx_err;

/* From lax to strict: automatic, approved, approved with evidence, forbidden. */
enum dx_action_class { DX_ACTION_A, DX_ACTION_B, DX_ACTION_BPLUS, DX_ACTION_C };
extern const char *const dx_action_class_names[];	/* "A", "B", "B+", "C", NULL */

/* The built-in table and a project's own over it; documents live in the arena they were read into. */
struct dx_action_policy {
	struct dx_json		 builtin, project;	/* objects name: class; project may be null */
	bool			 canary_enforced;
	const struct dx_json	*canary;		/* tenants, or NULL */
	char			 sha256[DX_SHA256_HEX];	/* of the project's document, else of the built-in one */
};
/* doc: dealix.action.policy.v1 of the project, borrowed; NULL: the built-in table alone.  policy_loosened where an action has a laxer
 * class than without it (an unknown action is of class B); unknown_field, field_missing, field_invalid. */
int	dx_action_policy_read(struct dx_arena *a, const struct dx_json *doc, struct dx_action_policy *out, struct dx_err *err);
/* The built-in document (policies/actions/default.json). */
const char	*dx_action_shipped(size_t *len);
/* *known: some table names it. */
enum dx_action_class	dx_action_class_of(const struct dx_action_policy *p, const char *action, bool *known);

/* A request: texts without blanks around them, NULL where absent or empty.  Borrows from the document and the arena. */
struct dx_action {
	const char	*tenant_id;
	const char	*action;		/* lower case */
	bool		 malformed;		/* not a name that an action can have */
	const char	*correlation_id;
	bool		 correlation_differs;	/* given twice, with different values */
	bool		 cross_tenant;
	const char	*token;
	const char	*resource_type, *resource_id, *project_id, *environment;
	struct dx_json	 payload;		/* object; null: none */
};
/* Whether a document is a request of this kind, by the schema it states. */
bool	dx_action_is(const struct dx_json *doc);
/* unknown_field, field_invalid, field_too_long, text_invalid, tenant_invalid, and for the payload metadata_too_large,
 * metadata_too_deep and number_not_exact; all with pointer.  What the rules deny is no error here. */
int	dx_action_read(struct dx_arena *a, const struct dx_json *doc, struct dx_action *out, struct dx_err *err);

/* What is known of a request's token and evidence. */
struct dx_action_facts {
	enum dx_reason	token;	/* of a token that was given: DX_OK valid, else why not */
	bool		pack;	/* a valid pack for its trace is sealed */
};
struct dx_action_answer {
	enum dx_action_class	class;
	bool			known;		/* the action stands in a table */
	bool			allowed, pending, requires_approval;
	bool			canary_enforced, in_canary;
	unsigned		rule;		/* 1..12 */
	enum dx_reason		reason;
};
/* The first rule that applies. */
void	dx_action_judge(const struct dx_action_policy *p, const struct dx_action *r, const struct dx_action_facts *facts,
	    struct dx_action_answer *out);

#endif
