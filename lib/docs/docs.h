/* docs: six checks that documents agree with each other and with what is there (release-gates page 13.2): dangling references, overclaim,
 * root-safe paths, naming, code references, ambiguous language.  Reads a tree; writes nothing, knows no clock. */
#ifndef DX_DOCS_DOCS_H
#define DX_DOCS_DOCS_H

#include "check/register.h"
#include "json/json.h"
#include "tree/tree.h"

/* dealix.glossary.v1 `{schema?, terms: [{term, term_ar?, banned[], note?}]}`: one term a concept. */
struct dx_glossary { struct dx_phrases terms, banned; struct dx_texts term; /* by tag of banned */ struct dx_arena arena; };
int	dx_glossary_parse(const char *text, size_t len, struct dx_glossary **out, struct dx_err *err);
void	dx_glossary_free(struct dx_glossary *g);

/* dealix.docs.exceptions.v1 `{schema?, exceptions: [{file?, code?, line_sha256, expires_at, reason}]}`; texts are of the arena. */
int	dx_docs_exceptions_parse(const char *text, size_t len, struct dx_arena *a, struct dx_exceptions *out, struct dx_err *err);

struct dx_docs_options {
	struct dx_tree		*tree;
	const char *const	*path;		/* documents or folders below the root; none: every Markdown document but those of others' code */
	size_t			 paths;
	const struct dx_register *reg;		/* NULL: none */
	const struct dx_glossary *glossary;	/* NULL: none */
	const char		*charter;	/* path below the root; NULL: the CHARTER.md that stands highest */
	struct dx_exceptions	 exceptions;
	int64_t			 now;		/* us, for exceptions */
};
/* `{schema, checks: {dangling, overclaim, paths, naming, code_refs, ambiguous}, passed, of: 6, documents, findings[], findings_truncated?,
 * notes[]}` in the arena.  notes say which check had nothing to compare with.  file_unreadable, media_too_large. */
int	dx_docs_audit(const struct dx_docs_options *o, struct dx_arena *a, struct dx_json *report, struct dx_err *err);

#endif
