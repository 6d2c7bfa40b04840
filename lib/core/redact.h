/* redact: secrets in foreign documents replaced by "(sensitive)" before anything else sees them (inputs page 1.4).  The
 * document keeps its shape, so pointers and positions stand. */
#ifndef DX_CORE_REDACT_H
#define DX_CORE_REDACT_H

#include "json/json.h"

#define DX_REDACTED	"(sensitive)"

struct dx_redact_secret;

/* What was replaced, to be applied to other texts (messages, addresses).  Starts as { 0 }.  All members are private. */
struct dx_redact {
	struct dx_arena	 arena;			/* owns all of the below */
	struct dx_redact_secret	*secret;	/* texts of 8 characters or more that rules 1 and 2 replaced, sorted, each once */
	size_t		 count;
	size_t		 room;
	size_t		 sealed;		/* of them, sorted and in the filters */
	uint64_t	*whole, *start;		/* filters: a clear bit says that no secret is this text, begins with these bytes */
	size_t		 bits;			/* of each filter, a power of two */
};
enum dx_redact_kind { DX_REDACT_PLAN, DX_REDACT_ADMISSION, DX_REDACT_OTHER };

/* A redacted tree in the arena (what is not touched is shared with doc). */
struct dx_json	dx_redact_document(struct dx_redact *r, struct dx_arena *a, const struct dx_json *doc, enum dx_redact_kind kind);
/* Learns the secrets of a document (rules 1 and 2) for dx_redact_text, without making a redacted tree. */
void	dx_redact_learn(struct dx_redact *r, const struct dx_json *doc, enum dx_redact_kind kind);
/* Rules 3 and 4 on one text, its parts too: the text itself, or a masked copy in the arena. */
const char	*dx_redact_text(const struct dx_redact *r, struct dx_arena *a, const char *text);
/* The words of a command (NULL at the end) as a list of texts in the arena: rules 3 and 4, and by name (rule 2) what follows an option
 * or stands behind `=` or `:`.  A word that is JSON is redacted as a document; one that is not UTF-8 is replaced. */
struct dx_json	dx_redact_argv(struct dx_arena *a, char *const *argv);
void	dx_redact_release(struct dx_redact *r);

#endif
