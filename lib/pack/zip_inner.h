/* inner of zip: the three headers, made in one place; a reader compares with what it would have written. */
#ifndef DX_PACK_ZIP_INNER_H
#define DX_PACK_ZIP_INNER_H

#include "pack/zip.h"

#define DX_ZIP_LOCAL	30	/* bytes of a header before a member, without the name */
#define DX_ZIP_CENTRAL	46	/* of its line in the directory */
#define DX_ZIP_END	22
#define DX_ZIP_CHUNK	((size_t)1 << 20)

struct dx_zip_line { uint32_t crc, size, name_len, offset; };

void	dx_zip_local(const struct dx_zip_line *l, unsigned char out[static DX_ZIP_LOCAL]);
void	dx_zip_central(const struct dx_zip_line *l, unsigned char out[static DX_ZIP_CENTRAL]);
void	dx_zip_tail(uint32_t count, uint32_t bytes, uint32_t offset, unsigned char out[static DX_ZIP_END]);
uint32_t	dx_zip_get32(const unsigned char *at);
uint32_t	dx_zip_get16(const unsigned char *at);
/* Whether two of the names are the same. */
bool	dx_zip_repeats(const char *const *names, size_t n, const char **which);

#endif
