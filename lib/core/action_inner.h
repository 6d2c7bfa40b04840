/* What the files of core/action share. */
#ifndef DX_CORE_ACTION_INNER_H
#define DX_CORE_ACTION_INNER_H

#include <stdbool.h>

/* 1 to 128 of a to z, 0 to 9, underscore, point and hyphen. */
bool	dx_action_name_valid(const char *s);

#endif
