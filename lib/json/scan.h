/* scan: eight bytes at a time to the next byte of a string that needs attention. */
#ifndef DX_JSON_SCAN_H
#define DX_JSON_SCAN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define DX_ONES		UINT64_C(0x0101010101010101)
#define DX_HIGH		UINT64_C(0x8080808080808080)

/* High bit of each byte that is a quote, a backslash or below 0x20, and with `wide` of each byte from 0x80.  Bytes
 * behind the first such byte may be marked wrongly: only the lowest mark counts. */
static inline uint64_t
dx_scan_marks(uint64_t w, bool wide)
{
	uint64_t quote = w ^ (DX_ONES * '"'), slash = w ^ (DX_ONES * '\\');
	uint64_t marks = ((w - DX_ONES * 0x20) & ~w) | ((quote - DX_ONES) & ~quote) | ((slash - DX_ONES) & ~slash);

	return (wide ? marks | w : marks) & DX_HIGH;
}

static inline bool
dx_scan_stops(unsigned char c, bool wide)
{
	return c < 0x20 || c == '"' || c == '\\' || (wide && c >= 0x80);
}

#ifdef __SSE2__
/* All bits of each byte that dx_scan_stops at. */
static inline __m128i
dx_scan_hits(__m128i v, bool wide)
{
	__m128i low = wide ? _mm_cmplt_epi8(v, _mm_set1_epi8(0x20)) :
	    _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1F)), v);

	return _mm_or_si128(low, _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))));
}
#endif

/* The first byte in [at, end) at which to stop, or end. */
static inline const char *
dx_scan(const char *at, const char *end, bool wide)
{
#ifdef __SSE2__
	while (end - at >= 16) {
		int mask = _mm_movemask_epi8(dx_scan_hits(_mm_loadu_si128((const __m128i *)(const void *)at), wide));

		if (mask != 0)
			return at + __builtin_ctz((unsigned)mask);
		at += 16;
	}
#endif
	while (end - at >= 8) {
		uint64_t w, marks;

		memcpy(&w, at, 8);
		marks = dx_scan_marks(w, wide);
		if (marks != 0) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
			return at + (__builtin_ctzll(marks) >> 3);
#else
			break;
#endif
		}
		at += 8;
	}
	while (at < end && !dx_scan_stops((unsigned char)*at, wide))
		at++;
	return at;
}

#endif
