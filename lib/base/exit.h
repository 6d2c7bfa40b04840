/* exit: every exit status of every tool (conventions, "Exit status").  Doubt is never 0. */
#ifndef DX_BASE_EXIT_H
#define DX_BASE_EXIT_H

enum dx_exit {
	DX_EXIT_YES = 0,	/* allow, pass, verified, done */
	DX_EXIT_NO = 1,		/* denied, failed, refused, not verified */
	DX_EXIT_INVALID = 2,	/* usage, or malformed input or policy */
	DX_EXIT_RETRY = 3,	/* could not decide: store, file, lock, network */
	DX_EXIT_WAIT = 4,	/* waiting on people or time */
	DX_EXIT_INTEGRITY = 5,	/* the store contradicts itself */
	DX_EXIT_BUG = 70	/* a bug in this program */
};

/* Of two statuses, the one that a run of both has: the first present of 70, 5, 2, 1, 3, 4, 0. */
enum dx_exit	dx_exit_worse(enum dx_exit a, enum dx_exit b);

#endif
