/* library: a shared library that few calls of a tool need, opened when one does: the others neither wait until it is loaded nor
 * miss it.  Each has one home in lib, which lists the functions it calls in a table of pointers. */
#ifndef DX_BASE_LIBRARY_H
#define DX_BASE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

struct dx_function { const char *name; size_t at; };	/* at: where its pointer stands in the table */

/* Opens the library for the rest of the process and fills the table.  False with the reason (static, or until the next call
 * of dlopen); the table is of no use then. */
bool	dx_library_open(const char *soname, const struct dx_function *functions, size_t n, void *table, const char **why);
/* The same for callers that have no way on without it: the process ends with 3 and one line on stderr, as without memory. */
void	dx_library_need(const char *soname, const struct dx_function *functions, size_t n, void *table);

/* USE of a list of functions: the members of a table, and the lines for dx_library_open.  Names that headers replace by others
 * are replaced here too. */
#define DX_LIBRARY_MEMBER(name)			__typeof__(name) *name;
#define DX_LIBRARY_FUNCTION(table, name)	{ DX_LIBRARY_TEXT(name), offsetof(struct table, name) },
#define DX_LIBRARY_TEXT(name)			#name

#endif
