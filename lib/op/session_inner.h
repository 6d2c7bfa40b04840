/* What the files of op/session share. */
#ifndef DX_OP_SESSION_INNER_H
#define DX_OP_SESSION_INNER_H

#include "op/session.h"

/* --- session_load.c --- */
/* Policy and principals are no longer in force; they live on until dx_session_reap. */
void	dx_session_drop(struct dx_session *s);

#endif
