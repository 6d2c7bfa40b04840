/* rules: rule documents, dealix.rules.v1, as data (rules page 1): parsed, defaults filled in, digested; and what their
 * evaluation yields turned into findings (page 2).  Runs no program: lib/rule does. */
#ifndef DX_CORE_RULES_H
#define DX_CORE_RULES_H

#include "core/findings.h"
#include "core/words.h"
#include "crypt/digest.h"
#include "json/json.h"

#define DX_RULES_SCHEMA		"dealix.rules.v1"
#define DX_RULES_MAX		(8u << 20)	/* bytes of a document */
#define DX_RULE_WHEN_MAX	(16u << 10)

struct dx_err;

struct dx_rule {
	const char	*id, *title, *when, *remedy;	/* remedy NULL when absent */
	enum dx_severity severity;
	enum dx_effect	 effect;
	unsigned	 sources;		/* bit 1 << enum dx_source; 0: any */
	struct dx_json	 environments;		/* array of text, normalised; empty: any */
	const struct dx_json	*references;	/* array or NULL */
	bool		 enabled;
};

struct dx_rules {
	const char	*id, *version, *title;
	struct dx_rule	*rule;
	size_t		 count;
	struct dx_json	 doc;			/* defaults filled in, canonical order */
	const char	*canon;
	size_t		 canon_len;
	char		 sha256[DX_SHA256_HEX];
	struct dx_arena	 arena;			/* owns all of the above */
};

/* rules_document_invalid with the pointer. Programs are not compiled here. */
int	dx_rules_new(const struct dx_json *doc, struct dx_rules **out, struct dx_err *err);
int	dx_rules_parse(const char *text, size_t len, struct dx_rules **out, struct dx_err *err);
void	dx_rules_free(struct dx_rules *r);
/* Enabled, and meant for this source and normalised environment. */
bool	dx_rule_applies(const struct dx_rule *r, enum dx_source source, const char *environment);

/* A set of documents, sorted by id, each id once: rules_id_duplicate when two share an id but not a digest; the same document
 * twice counts once (the second is freed).  Owns its documents. */
struct dx_rule_set { struct dx_rules **doc; size_t count; };
int	dx_rule_set_add(struct dx_rule_set *s, struct dx_rules *taken, struct dx_err *err);
void	dx_rule_set_release(struct dx_rule_set *s);
/* Digest of the sorted list of document digests (a JSON array of text): `rules_sha256` of a decision row. */
void	dx_rule_set_sha256(const struct dx_rule_set *s, char out[static DX_SHA256_HEX]);
size_t	dx_rule_set_applying(const struct dx_rule_set *s, enum dx_source source, const char *environment);

/* One output of a rule, or its error, made a finding (page 2).  doc is the redacted incoming document: `path` must be in it, and
 * the pointer of a finding without one is looked up there.  output NULL: the rule raised an error, `message` says which.
 * Answers false when the output means nothing found (false, null). */
bool	dx_rules_finding(struct dx_arena *a, const struct dx_rules *rules, const struct dx_rule *rule, const struct dx_json *output,
	    const char *message, enum dx_source source, const struct dx_json *doc, struct dx_finding *out);

/* Where a finding stands that gave no path (page 2): the first change with its address, the object of a review; else its pointer
 * stays "".  A walk over the document: for the findings that are listed. */
void	dx_rules_place(struct dx_arena *a, enum dx_source source, const struct dx_json *doc, struct dx_finding *f);

#endif
