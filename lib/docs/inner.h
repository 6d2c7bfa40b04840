/* Within lib/docs. */
#ifndef DX_DOCS_INNER_H
#define DX_DOCS_INNER_H

#include "base/reason.h"
#include "docs/docs.h"
#include "read/names.h"
#include "read/prose.h"

enum dx_docs_check { DX_DOCS_DANGLING, DX_DOCS_OVERCLAIM, DX_DOCS_PATHS, DX_DOCS_NAMING, DX_DOCS_CODE_REFS, DX_DOCS_AMBIGUOUS, DX_DOCS_CHECKS };

/* A name in a code span that some file of the tree should define. */
struct dx_docs_wanted { const char *name, *file, *line_text; size_t line_len; unsigned line; bool table; };

struct dx_docs {
	const struct dx_docs_options *o;
	struct dx_arena	*a;			/* of the report */
	const char	**file;			/* every file below the root, sorted */
	size_t		 files;
	struct dx_base { const char *name; const char *path; } *base;	/* the same by last component */
	const char	*charter;		/* NULL: there is none */
	struct dx_names	 target;		/* documents whose anchors are known */
	struct dx_names	**anchors;		/* of each of them */
	size_t		 anchor_room;
	struct dx_phrases components, overclaims, negations, ambiguous, statuses;
	struct dx_docs_wanted *wanted;
	size_t		 wanted_count, wanted_room;
	struct dx_json	 findings;
	unsigned	 count[DX_DOCS_CHECKS];
	struct dx_err	*err;
	/* the document under way */
	const char	*path, *folder;		/* folder: "" or "docs/x" */
	const char	*bytes;
	size_t		 len;
	size_t		*line_at;		/* where each line begins */
	unsigned	 lines;
	struct dx_prose	 prose;
	struct dx_arena	 scratch;
	struct dx_plain	 plain, spoken;		/* of the block: with and without code */
	char		 last[256];		/* of the finding before: the same is not told twice */
};

/* target: NULL or what the finding is about; it is a member of its own. */
void	dx_docs_find(struct dx_docs *d, enum dx_docs_check check, enum dx_reason code, unsigned line, const char *target, const char *fmt, ...)
	    __attribute__((format(printf, 6, 7)));
/* The same of a line of a document that is no longer at hand. */
void	dx_docs_find_at(struct dx_docs *d, enum dx_docs_check check, enum dx_reason code, const char *file, const char *text, size_t len,
	    unsigned line, const char *target, const char *words);

/* The line of the document under way, without its end; "" when it has no such line. */
const char	*dx_docs_line(const struct dx_docs *d, unsigned line, size_t *n);
bool	dx_docs_is_markdown(const char *path);
/* The path from the root that `target` means in `folder`, in the scratch arena; NULL: it leads out. */
const char	*dx_docs_resolve(struct dx_docs *d, const char *folder, const char *target);
bool	dx_docs_exists(struct dx_docs *d, const char *path);
/* Whether some file ends in that name: "x.md" or "docs/x.md". */
bool	dx_docs_named(struct dx_docs *d, const char *name);
/* Names of files with one of these endings. */
bool	dx_docs_is_document_name(const char *name);
bool	dx_docs_is_file_name(const char *name);		/* of any kind known here, code and documents */
bool	dx_docs_is_source(const char *path);

/* links.c */
void	dx_docs_links(struct dx_docs *d);
/* anchors.c: of a parsed document; and whether a Markdown document has one (unreadable: it has). */
struct dx_names	*dx_docs_anchors(const struct dx_prose *p, struct dx_arena *a);
bool	dx_docs_has_anchor(struct dx_docs *d, const char *path, const char *anchor);
/* paths.c */
void	dx_docs_paths(struct dx_docs *d);
/* refs.c: gathers, then looks through the sources once. */
void	dx_docs_refs(struct dx_docs *d);
int	dx_docs_refs_end(struct dx_docs *d);
/* words.c */
void	dx_docs_words_begin(struct dx_docs *d);
void	dx_docs_words(struct dx_docs *d);

#endif
