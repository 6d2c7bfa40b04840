/* root: the folder that paths of gates and documents start from. */
#ifndef DX_OP_ROOT_H
#define DX_OP_ROOT_H

/* What is given, else the nearest folder upward that holds .git, else "." (release-gates page 1).  The caller frees it. */
char	*dx_op_root(const char *given);

#endif
