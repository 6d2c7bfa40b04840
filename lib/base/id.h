/* id: UUIDs.  New ones are version 7 (RFC 9562): 48 bits of milliseconds, then random bits. */
#ifndef DX_BASE_ID_H
#define DX_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#define DX_ID_TEXT	37	/* lower-case, hyphenated, and a NUL */
#define DX_ID_NIL	"00000000-0000-0000-0000-000000000000"

/* Ids of one process ascend even within a millisecond. */
void	dx_id_new(int64_t now_us, char out[static DX_ID_TEXT]);
/* Several at once, at most DX_IDS_MAX: the kernel is asked once. */
#define DX_IDS_MAX	4
void	dx_ids_new(int64_t now_us, unsigned n, char (*out)[DX_ID_TEXT]);
bool	dx_id_valid(const char *s);			/* any version, lower-case, not nil */
/* n random bytes from the kernel. */
void	dx_random(void *out, unsigned n);

#endif
