/* What people redirect into a file: UTF-8 with or without a byte order mark, UTF-16 with one (inputs page 1.1). */
#include <string.h>
#include "adapt/adapt.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

static uint32_t
unit_at(const unsigned char *p, bool big)
{
	return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

/* UTF-16 without its mark to UTF-8.  False: an odd byte or half a surrogate pair. */
static bool
from_utf16(const unsigned char *p, size_t n, bool big, struct dx_buf *out)
{
	uint32_t c, low;
	char bytes[4];

	if (n % 2 != 0)
		return false;
	dx_buf_grow(out, n / 2);
	for (size_t i = 0; i < n; i += 2) {
		c = unit_at(p + i, big);
		if (c >= 0xdc00 && c <= 0xdfff)
			return false;
		if (c >= 0xd800 && c <= 0xdbff) {
			if (n - i < 4)
				return false;
			low = unit_at(p + i + 2, big);
			if (low < 0xdc00 || low > 0xdfff)
				return false;
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		}
		dx_buf_add(out, bytes, dx_utf8_put(c, bytes));
	}
	return true;
}

static int
convert(struct dx_buf *b, bool big, struct dx_err *err)
{
	const unsigned char *p = (const unsigned char *)b->data;
	struct dx_buf out = { .max = b->max };

	if (b->len >= 4 && p[2] == 0 && p[3] == 0)
		return dx_err_set(err, DX_R_JSON_INVALID, "the text is UTF-32; only UTF-8 and UTF-16 are read");
	if (!from_utf16(p + 2, b->len - 2, big, &out) || out.over) {
		dx_buf_release(&out);
		return dx_err_set(err, DX_R_JSON_INVALID, "the text begins as UTF-16 but is not well formed");
	}
	dx_buf_release(b);
	*b = out;
	return 0;
}

int
dx_adapt_text(struct dx_buf *b, struct dx_err *err)
{
	const unsigned char *p = (const unsigned char *)b->data;

	if (b->len >= 2 && ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff)))
		return convert(b, p[0] == 0xfe, err);
	if (b->len >= 2 && (p[0] == 0 || p[1] == 0))
		return dx_err_set(err, DX_R_JSON_INVALID, "the text looks like UTF-16 without a byte order mark");
	if (b->len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		b->len -= 3;
		memmove(b->data, b->data + 3, b->len + 1);
	}
	if (!dx_utf8_valid(b->data, b->len))
		return dx_err_set(err, DX_R_JSON_INVALID, "the text is neither UTF-8 nor UTF-16 with a byte order mark");
	return 0;
}
