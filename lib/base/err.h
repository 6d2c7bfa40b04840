/* err: one error value, filled once, where the fault is seen.  Callers put context in front; only tools print. */
#ifndef DX_BASE_ERR_H
#define DX_BASE_ERR_H

#include <stddef.h>
#include "base/reason.h"

#define DX_ERR_TEXT	1024
#define DX_ERR_AT	512

struct dx_err {
	enum dx_reason	reason;		/* DX_OK: no error */
	char		at[DX_ERR_AT];	/* JSON Pointer of the offending value, or ""; as it is, so mask it for people */
	char		text[DX_ERR_TEXT];	/* "what is wrong, what was seen"; one line, printable */
};

/* Each keeps the first fault: on an err that is set already nothing changes.  Control characters and bytes that
 * are not UTF-8 become '?' in the text, what is too long is cut at a character.  err may be NULL.  All return -1, so
 * that a caller can write `return dx_err_set(...)`. */
int	dx_err_set(struct dx_err *err, enum dx_reason reason, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int	dx_err_set_at(struct dx_err *err, enum dx_reason reason, const char *at, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));
/* "<fmt>: " in front of the text, unless it stands there already. */
int	dx_err_in(struct dx_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Words behind the text: a hint. */
int	dx_err_add(struct dx_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A system call failed: the text ends with strerror(errnum). */
int	dx_err_sys(struct dx_err *err, enum dx_reason reason, int errnum, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));
void	dx_err_clear(struct dx_err *err);

/* A state that cannot be: prints one line with the place and leaves with 70. */
#define DX_BUG(what)	dx_bug(__FILE__, __LINE__, (what))
void	dx_bug(const char *file, int line, const char *what) __attribute__((noreturn));

#endif
