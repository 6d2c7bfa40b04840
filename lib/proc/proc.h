/* proc: one child process under control: no shell, its own process group, a time limit, bounded output.  Knows no gate and no ledger. */
#ifndef DX_PROC_PROC_H
#define DX_PROC_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "crypt/digest.h"

struct dx_err;

struct dx_proc_spec {
	char *const	*argv;		/* argv[0] is looked up in PATH of `env` */
	char *const	*env;		/* "NAME=value", NULL at the end: all that the child gets */
	const char	*cwd;		/* NULL: here */
	int64_t		 timeout_ms;	/* 0: none */
	size_t		 keep;		/* bytes kept of each stream; the whole is hashed and counted */
	size_t		 stdout_max;	/* 0: none; more bytes on stdout kill the child (`over`) */
	bool		 merge_stderr;	/* stderr joins stdout */
	bool		 pass_stderr;	/* stderr goes to ours, as it does when `keep` is 0 */
};
enum dx_proc_end { DX_PROC_EXITED, DX_PROC_SIGNALLED, DX_PROC_TIMEOUT, DX_PROC_OVER, DX_PROC_NOT_FOUND, DX_PROC_NOT_EXECUTABLE };
struct dx_proc_result {
	enum dx_proc_end	 end;
	int			 status;	/* exit status, or the signal */
	struct dx_buf		 out, err;	/* the first `keep` bytes */
	struct dx_sha256	 out_sha256;
	uint64_t		 out_bytes, err_bytes;
	int64_t			 started, ended;	/* real clock, us */
};
/* Runs to the end.  The group is killed as a whole (TERM, 2 s later KILL) on timeout, when the child has ended, and when this process
 * dies (parent-death signal; a guard process, so that grandchildren die too).  stdin is /dev/null.  No descriptor of ours is left to
 * the child.  -1 only when the process could not be made or watched (dx_err); releases with dx_proc_release. */
int	dx_proc_run(const struct dx_proc_spec *s, struct dx_proc_result *out, struct dx_err *err);
void	dx_proc_release(struct dx_proc_result *r);

#endif
