/* pointer: JSON Pointer, RFC 6901. */
#ifndef DX_JSON_POINTER_H
#define DX_JSON_POINTER_H

#include "json/json.h"

/* "/" and the escaped name, or "/" and the index. */
void	dx_pointer_name(struct dx_buf *b, const char *name);
void	dx_pointer_index(struct dx_buf *b, size_t i);
/* The value, or NULL where there is none (also for a malformed pointer).  "" is the root. */
const struct dx_json	*dx_pointer_find(const struct dx_json *root, const char *pointer);

#endif
