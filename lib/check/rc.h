/* rc: a release candidate, dealix.rc.v1, judged step by step (release-gates page 2).  Pure: what git and the ledger know is handed in. */
#ifndef DX_CHECK_RC_H
#define DX_CHECK_RC_H

#include "check/semver.h"
#include "json/json.h"

struct dx_err;

#define DX_RC_STEPS	7
#define DX_RC_TARGET	"main"
#define DX_RC_GATES	3
extern const char *const dx_rc_gates[];		/* the mandatory gates of page 1.6, in their order; ends with NULL */

/* The document.  Texts and lists are its own; NULL: not stated. */
struct dx_rc {
	const char		*rc, *head, *target, *title, *merge_commit;
	const char		*version;	/* behind "rc/"; NULL: the name is not rc/<semver> */
	struct dx_semver	 semver;
	const struct dx_json	*authors;	/* texts */
	const struct dx_json	*approvals;	/* {by, at_commit} */
	const struct dx_json	*status;	/* object: name -> success, failure, pending */
	const char		*tag;		/* name of the tag */
	const char		*tag_commit;	/* what it is stated to lead to */
	bool			 tag_lightweight;	/* it is stated not to be annotated */
	int64_t			 behind;	/* commits; -1: not stated */
};
/* field_invalid, unknown_field.  Borrows the document, and the arena for lists. */
int	dx_rc_parse(const struct dx_json *doc, struct dx_rc *out, struct dx_err *err);

/* What git knows; without a repository (here false) the rest means nothing and the document is believed. */
struct dx_rc_tag { const char *name, *commit; bool annotated; };
struct dx_rc_facts {
	bool			 here;
	const char		*head;		/* tip of the branch; where there is none, HEAD */
	bool			 branch;	/* there is a branch of that name */
	bool			 head_known;	/* the stated head is a commit here; if not, base to tree_equal mean nothing */
	const char		*base, *target;	/* merge base of the stated head and main; main's tip; NULL: none */
	const char *const	*author;	/* addresses of the commits that main does not have */
	size_t			 authors;
	int64_t			 behind;	/* commits of main that the head does not have */
	const struct dx_rc_tag	*tag;		/* those that begin with v */
	size_t			 tags;
	const char *const	*open;		/* branches rc/... that main does not contain, this one too */
	size_t			 opens;
	bool			 merged;	/* merge_commit is main's tip or behind it */
	bool			 tree_equal;	/* merge_commit has the tree of the head */
};

/* What the ledger knows. */
enum dx_rc_kind { DX_RC_UNKNOWN, DX_RC_PERSON, DX_RC_SERVICE, DX_RC_DISABLED };
struct dx_rc_past { int step; bool pass; const char *head; };
struct dx_rc_gate { const char *gate, *actor, *document_sha256; bool ready; };
struct dx_rc_known {
	bool			 store;		/* false: there is none, so nothing is known */
	const struct dx_rc_past	*past;		/* steps of this candidate, newest first */
	size_t			 pasts;
	const struct dx_rc_gate	*gate;		/* runs of the mandatory gates on the head, newest first */
	size_t			 gates;
	const char *const	*open;		/* candidates whose step 7 has not passed, this one too */
	size_t			 opens;
	/* People: what a name of a principal stands for, and whether an address is his. */
	enum dx_rc_kind		 (*kind)(const void *ctx, const char *who);
	bool			 (*is_author)(const void *ctx, const char *who, const char *address);
	const void		*ctx;
};

/* The reasons why the step does not pass, `[{code, ...}]` in the arena; none: it passes.  step 1..7; require: status checks that
 * must stand in the document (step 6). */
struct dx_json	dx_rc_judge(const struct dx_rc *rc, int step, const struct dx_rc_facts *facts, const struct dx_rc_known *known,
		    const char *const *require, size_t requires, struct dx_arena *a);

#endif
