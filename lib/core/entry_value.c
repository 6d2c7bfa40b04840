#include <string.h>
#include "base/err.h"
#include "base/id.h"
#include "base/text.h"
#include "base/time.h"
#include "core/entry.h"
#include "core/entry_value.h"
#include "core/money.h"
#include "core/scope.h"

#define DETAIL_POINTS	1000

/* The one spelling that printing gives: all decimals, no minus before zero. */
static bool
money_is(const char *s, int places, bool with_sign)
{
	const char *point = s != NULL ? strchr(s, '.') : NULL;
	struct dx_money m;

	if (point == NULL || strlen(point + 1) != (size_t)places)
		return false;
	if (!with_sign)
		return dx_money_parse(s, places, &m, NULL) == 0;
	return dx_money_parse_signed(s, places, &m, NULL) == 0 && (m.micro != 0 || s[0] != '-');
}

/* The printed form, which of all that dx_time_parse reads is the one with these marks at these places. */
static bool
time_is(const char *s)
{
	static const char form[DX_TIME_TEXT] = "0000-00-00T00:00:00.000000Z";
	int64_t us;

	if (s == NULL)
		return false;
	for (size_t i = 0; i < DX_TIME_TEXT; i++)
		if (form[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	return s[17] <= '5' && dx_time_parse(s, &us, NULL) == 0;	/* no leap second is ever printed */
}

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool
is_mark(char c)
{
	return c == '.' || c == '_' || c == '@' || c == '+' || c == '-';
}

static bool
principal_is(const char *s)
{
	size_t n = 0;

	if (s == NULL || !is_plain(s[0]))
		return false;
	while (is_plain(s[n]) || is_mark(s[n]))
		n++;
	return n <= 128 && s[n] == '\0';
}

/* No space, plus or control. */
static bool
origin_is(const char *s)
{
	size_t n = 0;

	if (s == NULL)
		return false;
	while ((unsigned char)s[n] > ' ' && s[n] != '+' && s[n] != 0x7f)
		n++;
	return n > 0 && n <= DX_ORIGIN_MAX && s[n] == '\0';
}

static bool
codes_are(const struct dx_json *v)
{
	for (uint32_t i = 0; i < v->count; i++) {
		const char *s = dx_json_str(&v->u.items[i]);

		if (s == NULL || s[0] == '\0')
			return false;
		for (const char *c = s; *c != '\0'; c++)
			if (!is_plain(*c) && *c != '_')
				return false;
		for (uint32_t k = 0; k < i; k++)
			if (strcmp(s, v->u.items[k].u.text) == 0)
				return false;
	}
	return true;
}

static bool
text_within(const struct dx_json *v, size_t max)
{
	return dx_json_is(v, DX_JSON_STRING) && (v->count <= max || dx_utf8_count(v->u.text, v->count) <= max);
}

static bool
texts_are(const struct dx_json *v)
{
	if (!dx_json_is(v, DX_JSON_ARRAY))
		return false;
	for (uint32_t i = 0; i < v->count; i++)
		if (!text_within(&v->u.items[i], DETAIL_POINTS))
			return false;
	return true;
}

static bool
int_is(const struct dx_json *v, int64_t min)
{
	int64_t n;

	return dx_json_int64(v, &n) && n >= min;
}

bool
dx_entry_value_is(const struct dx_json *v, char type, const struct dx_entry_field *f)
{
	const char *s = dx_json_str(v);
	int64_t n;

	switch (type) {
	case 'A':
		return principal_is(s);
	case 'B':
		return dx_json_is_bool(v);
	case 'C':
		return dx_json_is(v, DX_JSON_ARRAY) && codes_are(v);
	case 'H':
		return money_is(s, DX_HOURLY, false);
	case 'I':
		return int_is(v, INT64_MIN);
	case 'L':
		return texts_are(v);
	case 'M':
		return money_is(s, DX_MONTHLY, false);
	case 'N':
		return int_is(v, 0);
	case 'O':
		return origin_is(s);
	case 'P':
		return int_is(v, 1);
	case 'S':
		return s != NULL && v->count == 64 && dx_hex_is(s, 64);
	case 'T':
		return text_within(v, DETAIL_POINTS);
	case 'U':
		return s != NULL && dx_id_valid(s);
	case 'V':
		return s != NULL && dx_int_parse(s, 1, INT64_MAX, &n);
	case 'W':
		return time_is(s);
	case 'X':
		return text_within(v, DETAIL_POINTS) || dx_json_is_bool(v) || texts_are(v) || int_is(v, INT64_MIN);
	case 'e':
		return dx_word(f->words, s) >= 0;
	case 'm':
		return money_is(s, DX_MONTHLY, true);
	case 'n':
		return s != NULL && dx_tenant_valid(s);
	case 'o':
		return dx_json_is(v, DX_JSON_OBJECT);
	case 's':
		return s != NULL && strcmp(s, DX_ENTRY_SCHEMA) == 0;
	case 't':
		return text_within(v, f->max) && v->count > 0;
	default:
		DX_BUG("a type that no field has");
	}
}
