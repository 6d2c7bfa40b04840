/* Files that commands of a plan or gate make and other checks read (release-gates page 1.1, `outputs`). */
#ifndef DX_CHECK_MADE_H
#define DX_CHECK_MADE_H

#include "check/plan.h"

/* c is a command that lists the path among its outputs. */
bool	dx_check_makes(const struct dx_check *c, const char *path);
/* Of a gate document, whose checks name no `needs`: each check that reads what a command lists as output needs it to have ended, wherever
 * both stand.  All checks have been read without a fault.  Commands read nothing, so there is no cycle. */
void	dx_check_link_made(struct dx_check_plan *p);

#endif
