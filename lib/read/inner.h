/* inner: what the readers share.  Nobody else includes it. */
#ifndef DX_READ_INNER_H
#define DX_READ_INNER_H

#include <stdbool.h>
#include <sys/types.h>
#include "base/err.h"
#include "base/mem.h"
#include "base/reason.h"
#include "read/read.h"

/* More than this of anything kept from one file is media_too_large: what a hostile file can make of 256 MiB is bounded. */
#define DX_KEEP_TESTS	(1u << 19)	/* test cases, test points */
#define DX_KEEP_FILES	(1u << 18)	/* files of a coverage report */
#define DX_KEEP_LINES	(8u << 20)	/* and their lines */
#define DX_KEEP_CELLS	(4u << 20)	/* of a table */
#define DX_KEEP_NODES	(1u << 20)	/* values of a YAML document, fields of a Markdown one */
#define DX_KEEP_FOUND	256		/* problems listed one by one */

struct dx_reading {
	int		 fd;		/* -1: bytes */
	const char	*bytes;
	size_t		 left;		/* of bytes */
	const char	*name;
	struct dx_tree	*tree;		/* may be NULL */
	struct dx_arena	*arena;
	struct dx_doc	*doc;
	struct dx_hasher *hasher;
	struct dx_err	*err;
};

/* The next bytes of the file, at most room (> 0), counted and hashed.  0 at the end; -1: file_unreadable. */
ssize_t	dx_reading_next(struct dx_reading *r, void *out, size_t room);

/* Keeps the place and sets err to "NAME: line L, column C: what is wrong"; line 0: no place.  Returns -1. */
int	dx_reading_fail(struct dx_reading *r, enum dx_reason reason, struct dx_spot_place at, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));
/* The same at an offset of doc->text. */
int	dx_reading_fail_at(struct dx_reading *r, enum dx_reason reason, size_t offset, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));

/* Each reads doc->text (whole, NUL behind it; but for json and dsse valid UTF-8 without NUL) into doc->root. */
int	dx_read_json(struct dx_reading *r);
int	dx_read_kv_md(struct dx_reading *r);
int	dx_read_table_md(struct dx_reading *r);
int	dx_read_text(struct dx_reading *r);
int	dx_read_tap(struct dx_reading *r);
int	dx_read_csv(struct dx_reading *r);
int	dx_read_yaml(struct dx_reading *r);
int	dx_read_dsse(struct dx_reading *r);
/* These take the bytes as they come. */
int	dx_read_cobertura(struct dx_reading *r);
int	dx_read_junit(struct dx_reading *r);

/* Strict JSON as section 1 of the page has it, of text (len bytes, NUL behind, written to).  `part` is what a fault's words start with:
 * "", or "the payload: "; the place is that of the fault when whole, else the caller's business (doc->line stays as it is). */
int	dx_read_json_text(struct dx_reading *r, char *text, size_t len, bool whole, const char *part, struct dx_json *out);

/* A member that has the name of another one, the later of the two; NULL when all are different. */
const struct dx_member	*dx_read_twin(const struct dx_json *object);

/* {code, line, detail} appended to an array, which holds at most DX_KEEP_FOUND. */
void	dx_read_problem(struct dx_reading *r, struct dx_json *problems, enum dx_reason code, unsigned line, const char *fmt, ...)
	    __attribute__((format(printf, 5, 6)));

/* Items that the caller keeps in the arena. */
struct dx_json	dx_read_array(struct dx_json *items, size_t count);

#endif
