/* reason: the one table of reason codes.  A code has one class and one meaning; the class gives the exit status
 * (spec README 3).  reasons.def is the table; dealix-reasons(7) is generated from it. */
#ifndef DX_BASE_REASON_H
#define DX_BASE_REASON_H

#include "base/exit.h"

enum dx_class {
	DX_CLASS_NONE,
	DX_CLASS_INVALID,	/* 2 */
	DX_CLASS_UNAUTHENTICATED,	/* 1 */
	DX_CLASS_FORBIDDEN,	/* 1 */
	DX_CLASS_NOT_FOUND,	/* 1 */
	DX_CLASS_CONFLICT,	/* 1 */
	DX_CLASS_THROTTLED,	/* 3 */
	DX_CLASS_UNAVAILABLE,	/* 3 */
	DX_CLASS_WAITING,	/* 4 */
	DX_CLASS_INTEGRITY,	/* 5 */
	DX_CLASS_FINDING,	/* 1 */
	DX_CLASS_REASON,	/* stands in a document and explains it */
	DX_CLASS_WARNING	/* 0, or 1 with --strict */
};

enum dx_reason {
	DX_OK = 0,
#define DX_REASON(name, code, class, page, text, remedy) DX_R_##name,
#include "base/reasons.def"
#undef DX_REASON
	DX_REASON_COUNT
};

/* All strings are static.  Any value outside the table is answered as DX_OK, with empty strings. */
const char	*dx_reason_code(enum dx_reason r);	/* "json_invalid" */
const char	*dx_reason_text(enum dx_reason r);	/* what it means, one sentence, for people */
const char	*dx_reason_remedy(enum dx_reason r);	/* what to do; "" when there is nothing to do */
const char	*dx_reason_page(enum dx_reason r);	/* the page that defines it */
enum dx_class	dx_reason_class(enum dx_reason r);
/* By the class.  A code of class reason stands beside an answer, which has the status; alone it is 1, never 0. */
enum dx_exit	dx_reason_exit(enum dx_reason r);
/* "invalid", "conflict", ...  Static. */
const char	*dx_class_name(enum dx_class c);
/* DX_OK when the code is not in the table. */
enum dx_reason	dx_reason_find(const char *code);

#endif
