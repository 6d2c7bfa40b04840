/* said: a reason `{code, ...}` of an answer in words for people. */
#ifndef DX_CHECK_SAID_H
#define DX_CHECK_SAID_H

#include "json/json.h"

/* Its members but code and, with `but`, that one: "age_s 90000, max_age_s 86400". */
void	dx_said_members(const struct dx_json *reason, const char *but, struct dx_buf *out);

#endif
