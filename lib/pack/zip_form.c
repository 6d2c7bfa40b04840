#include "pack/zip_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* APPNOTE 4.3.  Version 2.0, made on Unix: what common writers put there for stored members. */
#define NEEDED	20u
#define MADE_BY	(3u << 8 | 20u)
#define DATE	(1u << 5 | 1u)		/* 1 January 1980 */
#define MODE	(UINT32_C(0100644) << 16)

static unsigned char *
put16(unsigned char *at, uint32_t v)
{
	at[0] = (unsigned char)v;
	at[1] = (unsigned char)(v >> 8);
	return at + 2;
}

static unsigned char *
put32(unsigned char *at, uint32_t v)
{
	return put16(put16(at, v), v >> 16);
}

uint32_t
dx_zip_get16(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

uint32_t
dx_zip_get32(const unsigned char *at)
{
	return dx_zip_get16(at) | dx_zip_get16(at + 2) << 16;
}

/* From the version to the length of the extra field: the same in both headers. */
static unsigned char *
common(unsigned char *at, const struct dx_zip_line *l)
{
	at = put16(at, NEEDED);
	at = put16(at, 0);		/* no flags */
	at = put16(at, 0);		/* stored */
	at = put16(at, 0);		/* midnight */
	at = put16(at, DATE);
	at = put32(at, l->crc);
	at = put32(at, l->size);
	at = put32(at, l->size);
	at = put16(at, l->name_len);
	return put16(at, 0);		/* nothing extra */
}

void
dx_zip_local(const struct dx_zip_line *l, unsigned char out[static DX_ZIP_LOCAL])
{
	common(put32(out, 0x04034b50), l);
}

void
dx_zip_central(const struct dx_zip_line *l, unsigned char out[static DX_ZIP_CENTRAL])
{
	unsigned char *at = common(put16(put32(out, 0x02014b50), MADE_BY), l);

	at = put16(at, 0);		/* no comment */
	at = put16(at, 0);		/* first disk */
	at = put16(at, 0);		/* not known to be text */
	at = put32(at, MODE);
	put32(at, l->offset);
}

void
dx_zip_tail(uint32_t count, uint32_t bytes, uint32_t offset, unsigned char out[static DX_ZIP_END])
{
	unsigned char *at = put32(put32(out, 0x06054b50), 0);

	at = put16(put16(at, count), count);
	at = put32(put32(at, bytes), offset);
	put16(at, 0);
}

bool
dx_zip_name_is(const char *name)
{
	size_t part = 0, n = strlen(name);

	if (n == 0 || n > DX_ZIP_NAME)
		return false;
	for (size_t i = 0; i <= n; i++) {
		char c = name[i];

		if (c != '/' && c != '\0') {
			if (c <= ' ' || c > '~' || c == '\\' || c == ':')
				return false;
			part++;
			continue;
		}
		if (part == 0 || (part == 1 && name[i - 1] == '.') || (part == 2 && name[i - 1] == '.' && name[i - 2] == '.'))
			return false;
		part = 0;
	}
	return true;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool
dx_zip_repeats(const char *const *names, size_t n, const char **which)
{
	const char **sorted = dx_alloc(dx_size_mul(n, sizeof(*sorted)));
	bool found = false;

	for (size_t i = 0; i < n; i++)
		sorted[i] = names[i];
	qsort(sorted, n, sizeof(*sorted), by_name);
	for (size_t i = 1; i < n && !found; i++)
		if ((found = strcmp(sorted[i - 1], sorted[i]) == 0))
			*which = sorted[i];
	free(sorted);
	return found;
}
