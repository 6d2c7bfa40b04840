#include "crypt/ssh_wire.h"

#include <string.h>

struct dx_wire
dx_wire_of(const void *bytes, size_t n)
{
	const unsigned char *at = n != 0 ? bytes : (const void *)"";

	return (struct dx_wire){ at, at + n };
}

bool
dx_wire_bytes(struct dx_wire *w, size_t n, struct dx_ssh_bytes *out)
{
	if ((size_t)(w->end - w->at) < n)
		return false;
	*out = (struct dx_ssh_bytes){ w->at, n };
	w->at += n;
	return true;
}

bool
dx_wire_u32(struct dx_wire *w, uint32_t *out)
{
	struct dx_ssh_bytes b;

	if (!dx_wire_bytes(w, 4, &b))
		return false;
	*out = (uint32_t)b.p[0] << 24 | (uint32_t)b.p[1] << 16 | (uint32_t)b.p[2] << 8 | b.p[3];
	return true;
}

bool
dx_wire_string(struct dx_wire *w, struct dx_ssh_bytes *out)
{
	struct dx_wire from = *w;
	uint32_t len;

	if (!dx_wire_u32(&from, &len) || !dx_wire_bytes(&from, len, out))
		return false;
	*w = from;
	return true;
}

bool
dx_wire_positive(struct dx_wire *w, struct dx_ssh_bytes *out, size_t *bits)
{
	struct dx_wire from = *w;
	struct dx_ssh_bytes b;
	size_t n;

	if (!dx_wire_string(&from, &b) || b.n == 0 || (b.p[0] & 0x80) != 0)
		return false;
	if (b.p[0] == 0) {
		if (b.n < 2 || (b.p[1] & 0x80) == 0)
			return false;
		b.p++;
		b.n--;
	}
	n = b.n * 8;
	for (unsigned top = b.p[0]; (top & 0x80) == 0; top <<= 1)
		n--;
	*w = from;
	*out = b;
	if (bits != NULL)
		*bits = n;
	return true;
}

bool
dx_wire_done(const struct dx_wire *w)
{
	return w->at == w->end;
}

bool
dx_ssh_bytes_are(struct dx_ssh_bytes b, const char *text)
{
	return b.n == strlen(text) && memcmp(b.p, text, b.n) == 0;
}
