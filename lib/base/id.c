#include "base/id.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/err.h"
#include "base/text.h"

void
dx_random(void *out, unsigned n)
{
	unsigned char *o = out;

	while (n > 0) {
		ssize_t got = getrandom(o, n, 0);

		if (got < 0 && errno != EINTR)
			DX_BUG("no random bytes from the kernel");
		if (got > 0) {
			o += got;
			n -= (unsigned)got;
		}
	}
}

/* RFC 9562 6.2 method 1: the 12 bits behind the version are a counter, begun at random in its lower half; the 62 bits
 * behind the variant are new for each id, so that forked processes that share the counter do not meet. */
static void
make(int64_t now_us, unsigned char b[static 16], char *out)
{
	static uint64_t last_ms;
	static unsigned counter;
	uint64_t ms = now_us > 0 ? (uint64_t)now_us / 1000 : 0;
	char hex[33];

	if (ms <= last_ms && counter < 0xfff) {
		ms = last_ms;
		counter++;
	} else {
		/* A full counter borrows from the next millisecond. */
		ms = ms <= last_ms ? last_ms + 1 : ms;
		counter = (unsigned)(b[6] & 7) << 8 | b[7];
	}
	last_ms = ms;
	for (int i = 0; i < 6; i++)
		b[i] = (unsigned char)(ms >> (40 - 8 * i));
	b[6] = (unsigned char)(0x70 | counter >> 8);
	b[7] = (unsigned char)counter;
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
	dx_hex_encode(b, 16, hex);
	for (int i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*out++ = '-';
		*out++ = hex[i];
	}
	*out = '\0';
}

void
dx_id_new(int64_t now_us, char out[static DX_ID_TEXT])
{
	unsigned char b[16];

	dx_random(b, sizeof(b));
	make(now_us, b, out);
}

void
dx_ids_new(int64_t now_us, unsigned n, char (*out)[DX_ID_TEXT])
{
	unsigned char b[DX_IDS_MAX][16];

	if (n > DX_IDS_MAX)
		DX_BUG("dx_ids_new: more than DX_IDS_MAX ids");
	dx_random(b, n * 16);
	for (unsigned i = 0; i < n; i++)
		make(now_us, b[i], out[i]);
}

bool
dx_id_valid(const char *s)
{
	for (int i = 0; i < DX_ID_TEXT - 1; i++) {
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (hyphen ? s[i] != '-' : !((s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f')))
			return false;
	}
	return s[DX_ID_TEXT - 1] == '\0' && strcmp(s, DX_ID_NIL) != 0;
}
