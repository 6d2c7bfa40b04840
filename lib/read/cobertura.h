/* cobertura: what cobertura.c reads and coverage.c makes of it (evidence page 4.2).  Nobody else includes it. */
#ifndef DX_READ_COBERTURA_H
#define DX_READ_COBERTURA_H

#include "read/inner.h"
#include "read/names.h"

#define DX_SOURCES	256

struct dx_cov_line { uint64_t hits; uint32_t number; uint16_t covered, branches; };
/* Lines of one class element. */
struct dx_cov_run { uint32_t first, count, next;	/* run of the same name + 1; 0: none */ };
struct dx_cov_name {
	uint32_t	 head, tail;	/* run + 1 */
	const char	*path;		/* below the root where it exists, else the name as it is */
	bool		 exists, ambiguous, outside;
};

struct dx_coverage {
	struct dx_reading	*r;
	const char		*sources[DX_SOURCES];
	size_t			 source_count;
	struct dx_names		 names;		/* different filenames */
	struct dx_cov_name	*name;		/* by number */
	uint32_t		 name_room;
	struct dx_cov_line	*lines;
	uint32_t		 line_count, line_room;
	struct dx_cov_run	*runs;
	uint32_t		 run_count, run_room;
	struct dx_buf		 places;	/* of the root, then of the first class of each name */
	struct dx_json		 timestamp, line_rate;	/* null: absent */
};

/* White space and a line element as reports are full of it, in ASCII and without references: values are not NUL-terminated.  Returns the
 * bytes of both, or 0: another thing, or (*more) perhaps one that goes on behind end. */
struct dx_cov_text { const char *at; size_t n; };
enum dx_cov_attribute { DX_COV_NUMBER, DX_COV_HITS, DX_COV_BRANCH, DX_COV_CONDITION, DX_COV_MISSING, DX_COV_ATTRIBUTES };
extern const char *const dx_cov_names[];	/* of these, NULL at the end */
size_t	dx_cov_element(const char *at, const char *end, struct dx_cov_text value[static DX_COV_ATTRIBUTES], bool *more);

/* Paths of all names. */
int	dx_coverage_resolve(struct dx_coverage *c);
/* The document from all that. */
void	dx_coverage_document(struct dx_coverage *c);

#endif
