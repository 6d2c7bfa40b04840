/* file: whole reads under a limit, atomic synced replacement, queue locks.  Every descriptor is O_CLOEXEC. */
#ifndef DX_BASE_FILE_H
#define DX_BASE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/buf.h"

struct dx_err;

/* Reads to the end; "-" is stdin.  More than limit bytes: json_too_large is the caller's name for it, given as
 * `too_large`.  Cannot be read: file_unreadable.  Appends to out, nothing on failure. */
int	dx_file_read(const char *path, size_t limit, int too_large, struct dx_buf *out, struct dx_err *err);
/* The same of a regular file alone ("-" is stdin all the same): what is absent, or is a pipe, a device or a folder, is `missing`. */
int	dx_file_read_regular(const char *path, size_t limit, int too_large, int missing, struct dx_buf *out, struct dx_err *err);
int	dx_fd_read(int fd, const char *name, size_t limit, int too_large, struct dx_buf *out, struct dx_err *err);
/* Opens /dev/null as fd when it is closed, so that no file of ours becomes a standard stream; a write to it fails.  Asked
 * for 0, 1 and 2 in this order.  0, or -1. */
int	dx_fd_reserve(int fd);
/* All bytes, through EINTR and short writes.  file_unwritable. */
int	dx_fd_write(int fd, const char *name, const void *bytes, size_t n, struct dx_err *err);
/* Temporary file beside path (mode 0600), written, synced, renamed over it, folder synced.  On failure the old file
 * stands and no temporary file is left; only if the folder's sync fails the new file stands, perhaps not for good. */
int	dx_file_replace(const char *path, const void *bytes, size_t n, struct dx_err *err);
/* The nearest folder from `from` upward, itself first and "/" last, of which `is` says true: in its real spelling, the caller frees
 * it.  NULL: none, or `from` is not there. */
char	*dx_dir_upward(const char *from, bool (*is)(void *ctx, const char *dir), void *ctx);
/* fsync of a folder, after a file was made or renamed in it. */
int	dx_dir_sync(const char *path, struct dx_err *err);

/* Opens (creating, 0600) and takes an exclusive flock, waiting until deadline_ms of dx_clock_mono_ms().  Returns 1
 * when held (*fd owns it: close releases), 0 when the deadline passed, -1 on an error (file_unwritable).  waited_ms
 * may be NULL.  The lock is on the file that path names by then.  A child forked while it is held keeps it until it ends
 * or execs. */
int	dx_file_lock(const char *path, int64_t deadline_ms, int *fd, int64_t *waited_ms, struct dx_err *err);

#endif
