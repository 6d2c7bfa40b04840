/* text: hex, base64, strict integers, UTF-8 and ASCII case, without locale. */
#ifndef DX_BASE_TEXT_H
#define DX_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lower-case hex of n bytes and a NUL: 2n+1 bytes at out. */
void	dx_hex_encode(const void *bytes, size_t n, char *out);
/* Exactly 2n hex digits of either case at s; false otherwise, and out then holds anything. */
bool	dx_hex_decode(const char *s, size_t len, void *out, size_t n);
bool	dx_hex_is(const char *s, size_t digits);	/* s is exactly that many lower-case hex digits */

/* RFC 4648 section 4, with padding.  out holds 4*ceil(n/3)+1 bytes.  Returns the length. */
size_t	dx_base64_encode(const void *bytes, size_t n, char *out);
/* Strict: padding required, no blanks, unused bits zero.  out holds 3*(len/4) bytes.  -1 when malformed. */
int	dx_base64_decode(const char *s, size_t len, void *out, size_t *n);

/* Decimal without sign, blank or leading zero, within [min, max]; false otherwise. */
bool	dx_int_parse(const char *s, int64_t min, int64_t max, int64_t *out);

bool	dx_utf8_valid(const void *bytes, size_t n);
size_t	dx_utf8_count(const char *s, size_t n);		/* code points of valid UTF-8 */
size_t	dx_utf8_cut(const char *s, size_t n, size_t points);	/* bytes of the first `points` code points */
/* Each byte that belongs to no character becomes '?'. */
void	dx_utf8_mend(char *s);
#define DX_NO_POINT	0x110000u	/* a byte that is no UTF-8 */
/* The code point at *s, which moves past it but not past end (*s < end). */
uint32_t	dx_utf8_next(const char **s, const char *end);
bool	dx_point_blank(uint32_t point);			/* white space of Unicode */
bool	dx_point_invisible(uint32_t point);		/* shows nothing and is no white space: zero-width characters, joiners, tags */
/* Appends the code point (not a surrogate, <= 0x10FFFF) as 1 to 4 bytes; returns how many. */
size_t	dx_utf8_put(uint32_t cp, char out[static 4]);

void	dx_lower(char *s);				/* ASCII letters only */
bool	dx_has_control(const char *s);			/* C0 or DEL */
/* First byte of s without the ASCII white space around it; *len becomes the length of the rest. */
const char	*dx_trim(const char *s, size_t *len);
bool	dx_starts(const char *s, const char *prefix);
/* `*` any run, `?` any one byte; nothing else is special.  At worst the product of both lengths. */
bool	dx_glob(const char *pattern, const char *s);
/* A path: `*` and `?` stop at `/`, `**` does not, `**` and `/` behind it may stand for no folder at all; a pattern without `/` is for
 * the last component (release-gates page 1.4), one that begins with `/` for the whole path.  Takes at most the product of both
 * lengths; a pattern of 4096 bytes or more matches nothing. */
bool	dx_glob_path(const char *pattern, const char *path);

#endif
