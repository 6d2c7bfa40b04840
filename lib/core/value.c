#include <string.h>
#include "base/time.h"
#include "core/value.h"

struct dx_json
dx_value_object(struct dx_arena *a, uint32_t room)
{
	struct dx_json o = dx_json_object();

	o.u.members = dx_arena_alloc(a, dx_size_mul(room, sizeof(struct dx_member)));
	o.room = room;
	o.flags |= DX_JSON_PLAIN;
	return o;
}

struct dx_json
dx_value_two(struct dx_arena *a, const char *name1, struct dx_json v1, const char *name2, struct dx_json v2)
{
	struct dx_json o = dx_value_object(a, 2);

	dx_value_put(&o, name1, strlen(name1), v1);
	dx_value_put(&o, name2, strlen(name2), v2);
	return o;
}

size_t
dx_value_print(struct dx_money m, int places, char buf[static DX_MONEY_TEXT])
{
	uint64_t n = m.micro < 0 ? -(uint64_t)m.micro : (uint64_t)m.micro;
	char text[DX_MONEY_TEXT], *at = text + sizeof text;

	if (places == DX_MONTHLY)
		n /= 100;
	for (int digit = 0; digit <= places || n != 0; digit++, n /= 10) {
		if (digit == places)
			*--at = '.';
		*--at = (char)('0' + n % 10);
	}
	if (m.micro < 0)
		*--at = '-';
	n = (uint64_t)(text + sizeof text - at);
	memcpy(buf, at, n);
	buf[n] = '\0';
	return n;
}

/* A text of letters, digits and marks that JSON writes as they are. */
static struct dx_json
plain(const char *text, size_t n)
{
	struct dx_json v = dx_json_text_n(text, n);

	v.flags = DX_JSON_PLAIN;
	return v;
}

struct dx_json
dx_value_money(struct dx_arena *a, struct dx_money m, int places)
{
	char text[DX_MONEY_TEXT];
	size_t n;

	if (m.micro == 0)
		return places == DX_MONTHLY ? plain("0.0000", 6) : plain("0.000000", 8);
	n = dx_value_print(m, places, text);
	return plain(dx_arena_dup(a, text, n), n);
}

struct dx_json
dx_value_opt(struct dx_arena *a, struct dx_opt_money m)
{
	return m.given ? dx_value_money(a, m.m, DX_MONTHLY) : dx_json_null();
}

struct dx_json
dx_value_time(struct dx_arena *a, int64_t us)
{
	char text[DX_TIME_TEXT];

	dx_time_print(us, text);
	return plain(dx_arena_dup(a, text, DX_TIME_TEXT - 1), DX_TIME_TEXT - 1);
}

struct dx_json
dx_value_date(struct dx_arena *a, int64_t day)
{
	char text[DX_DATE_TEXT];

	dx_date_print(day, text);
	return plain(dx_arena_dup(a, text, DX_DATE_TEXT - 1), DX_DATE_TEXT - 1);
}

struct dx_json
dx_value_digest(struct dx_arena *a, const struct dx_json *v)
{
	char *hex = dx_arena_alloc(a, DX_SHA256_HEX);
	struct dx_buf b = { 0 };
	struct dx_sha256 digest;

	dx_buf_grow(&b, 1024);		/* what is digested here is about that long */
	dx_json_canon(v, &b);
	dx_sha256(b.data, b.len, &digest);
	dx_buf_release(&b);
	dx_sha256_hex(&digest, hex);
	return plain(hex, DX_SHA256_HEX - 1);
}

bool
dx_value_read_money(const struct dx_json *v, int places, struct dx_money *out)
{
	const char *s = dx_json_str(v), *at = s;
	bool minus = s != NULL && *s == '-';
	int64_t n = 0, unit = places == DX_MONTHLY ? 100 : 1;

	if (s == NULL)
		return false;
	for (at += minus; *at != '\0'; at++) {
		if (*at == '.' && strlen(at + 1) == (size_t)places)
			continue;
		if (*at < '0' || *at > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, *at - '0', &n))
			return false;
	}
	if (at - s <= places + 1 + minus || at[-places - 1] != '.' || __builtin_mul_overflow(n, unit, &n) ||
	    (minus && n == 0))
		return false;
	out->micro = minus ? -n : n;
	return true;
}
