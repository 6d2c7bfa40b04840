#include "base/exit.h"

/* Place in the order of spec README 3; a status outside the table is a bug of whoever made it. */
static int
rank(enum dx_exit e)
{
	switch (e) {
	case DX_EXIT_YES:	return 0;
	case DX_EXIT_WAIT:	return 1;
	case DX_EXIT_RETRY:	return 2;
	case DX_EXIT_NO:	return 3;
	case DX_EXIT_INVALID:	return 4;
	case DX_EXIT_INTEGRITY:	return 5;
	case DX_EXIT_BUG:	break;
	}
	return 6;
}

enum dx_exit
dx_exit_worse(enum dx_exit a, enum dx_exit b)
{
	return rank(a) >= rank(b) ? a : b;
}
