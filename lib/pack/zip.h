/* zip: archives with exactly one form (ledger page IMPROVE-L16), so that the same members give the same bytes: in the order
 * given, stored, 1980-01-01 00:00:00, mode 0644, nothing extra, no gap, no comment.  Written in one pass to a file, read with
 * little memory; anything of another form is refused.  Knows no meaning of a member. */
#ifndef DX_PACK_ZIP_H
#define DX_PACK_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/reason.h"
#include "crypt/digest.h"

struct dx_err;

#define DX_ZIP_MEMBERS	65534		/* what can be told without the 64-bit form */
#define DX_ZIP_NAME	255		/* bytes of a member's name */
#define DX_ZIP_BYTES	UINT32_C(0xfffffffe)	/* of a member, and where the last one may end */

/* Whether a member may be called so: printable ASCII without backslash or colon, relative, no empty, "." or ".." part. */
bool	dx_zip_name_is(const char *name);

/* --- writing --- */

struct dx_zip_writer;
/* Begins at the start of an empty file that can be positioned; the descriptor is borrowed.  path is for errors. */
struct dx_zip_writer	*dx_zip_begin(int fd, const char *path);
/* One member.  0 or -1: file_unwritable (also for a name that is not one or stands already, too many members, or too much). */
int	dx_zip_add(struct dx_zip_writer *w, const char *name, const void *bytes, size_t n, struct dx_err *err);
/* The rest of a descriptor as one member; its digest, so that the caller sees whether it is still what it was. */
int	dx_zip_add_fd(struct dx_zip_writer *w, const char *name, int from, struct dx_sha256 *sha256, uint64_t *bytes,
	    struct dx_err *err);
/* The directory; nothing is synced.  Frees, also on failure. */
int	dx_zip_end(struct dx_zip_writer *w, struct dx_err *err);
/* Frees without the directory: what stands in the file is no archive. */
void	dx_zip_abandon(struct dx_zip_writer *w);

/* --- reading --- */

struct dx_zip_member {
	const char	*name;
	uint32_t	 crc;		/* as stated; what is read is compared */
	uint32_t	 size;
	uint64_t	 at;		/* of its first byte in the file */
};
struct dx_zip;

/* Reads the directory of a regular file, every header compared.  `bad` is the reason when it is not of this form, else
 * file_unreadable.  The descriptor is borrowed. */
int	dx_zip_open(int fd, const char *path, enum dx_reason bad, struct dx_zip **out, struct dx_err *err);
void	dx_zip_free(struct dx_zip *z);
size_t	dx_zip_count(const struct dx_zip *z);
const struct dx_zip_member	*dx_zip_at(const struct dx_zip *z, size_t i);
/* NULL: none. */
const struct dx_zip_member	*dx_zip_find(const struct dx_zip *z, const char *name);
/* The bytes of a member, appended.  -1: more than limit bytes (`bad`), file_unreadable.  *crc_ok (may be NULL) says whether
 * the checksum agrees: what knows a better digest reports that first. */
int	dx_zip_read(struct dx_zip *z, const struct dx_zip_member *m, size_t limit, struct dx_buf *out, bool *crc_ok,
	    struct dx_err *err);
int	dx_zip_hash(struct dx_zip *z, const struct dx_zip_member *m, struct dx_sha256 *sha256, bool *crc_ok, struct dx_err *err);

#endif
