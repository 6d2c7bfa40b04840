/* inner of proc: what the watching process and its guard say to each other.
 *
 *   we  ---order--->  guard (own session, subreaper)  ---fork--->  child (own group)  ---exec--->  the command
 *       <--news----                                   <-----------------------------  exec failed
 *
 * The guard reads no output and decides nothing but who must die: all that descends from it, on order, when the child has
 * ended, or when we are gone. */
#ifndef DX_PROC_INNER_H
#define DX_PROC_INNER_H

#include <stdbool.h>
#include <sys/types.h>
#include "proc/proc.h"

#define DX_PROC_GRACE_MS	2000	/* from TERM to KILL */
#define DX_PROC_KILL_MS		5000	/* from KILL to giving up on what does not die (execution page 10) */

enum dx_proc_stage {
	DX_PROC_AT_ENDED,	/* all is over: signalled, value, ordered */
	DX_PROC_AT_EXEC,	/* value is the errno of the exec that failed */
	DX_PROC_AT_CWD,		/* of chdir */
	DX_PROC_AT_SET_UP	/* of anything else before */
};
struct dx_proc_news {
	enum dx_proc_stage	stage;
	int			value;		/* errno, exit status or signal */
	bool			signalled;
	bool			ordered;	/* the order to end came before the child's own end was seen */
	bool			unkillable;	/* some descendant outlived KILL */
};

/* What a guard is born with; everything was allocated before the fork. */
struct dx_proc_plan {
	char *const	*argv, *const *env;
	char *const	*candidates;	/* file names to try, NULL at the end */
	const char	*cwd;
	int		 parent;	/* our process id */
	int		 talk;		/* the guard's end of the socket */
	int		 out, err;	/* of the child; err -1: ours */
};

#define DX_PROC_SEEN	512	/* children looked at in one round; the next round sees more */

/* Children of this process, zombies included.  They are ours to wait for, so until then no number can become another's.
 * False when /proc does not say. */
bool	dx_proc_children(pid_t who[static DX_PROC_SEEN], size_t *n);

/* Should the guard be killed, by the command or for want of memory, what it watched becomes ours.  So before it is born we
 * become the next in line, and remember which children are none of its. */
struct dx_proc_heir {
	bool	begun, was_subreaper;
	bool	knows;		/* ours is complete; else nobody may be killed */
	pid_t	ours[DX_PROC_SEEN];
	size_t	count;
};
void	dx_proc_heir_begin(struct dx_proc_heir *h);
bool	dx_proc_heir_kill(const struct dx_proc_heir *h);	/* false when some are left, or may be */
void	dx_proc_heir_end(const struct dx_proc_heir *h);

void	dx_proc_guard(const struct dx_proc_plan *p) __attribute__((noreturn));

#endif
