#include "core/money.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "json/json.h"

#define WHOLE_DIGITS	10	/* of the input grammar */
#define DECIMALS	12

/* The digits of an amount: "12.50" is whole "12", fraction "50". */
struct parts {
	const char	*whole, *fraction;
	size_t		 whole_len, fraction_len;
};

static size_t
digits(const char *s)
{
	size_t n = 0;

	while (s[n] >= '0' && s[n] <= '9')
		n++;
	return n;
}

/* True when s is (0|[1-9][0-9]*)(\.[0-9]+)? to its end. */
static bool
split(const char *s, struct parts *p)
{
	p->whole = s;
	p->whole_len = digits(s);
	s += p->whole_len;
	p->fraction = s;
	p->fraction_len = 0;
	if (p->whole_len == 0 || (p->whole[0] == '0' && p->whole_len > 1))
		return false;
	if (*s == '.') {
		p->fraction = s + 1;
		p->fraction_len = digits(s + 1);
		s += 1 + p->fraction_len;
		if (p->fraction_len == 0)
			return false;
	}
	return *s == '\0';
}

/* Whether what is behind the first `kept` decimals rounds the last kept digit up. */
static bool
rounds_up(const struct parts *p, size_t kept, bool odd)
{
	size_t i;

	if (p->fraction_len <= kept || p->fraction[kept] < '5')
		return false;
	if (p->fraction[kept] > '5')
		return true;
	for (i = kept + 1; i < p->fraction_len; i++) {
		if (p->fraction[i] != '0')
			return true;
	}
	return odd;
}

static int64_t
max_of(int places)
{
	return places == DX_MONTHLY ? DX_MONTHLY_MAX : DX_HOURLY_MAX;
}

/* False when the amount is over the maximum of its class. */
static bool
value(const struct parts *p, int places, int64_t *micro)
{
	int64_t n = 0;
	size_t kept = (size_t)places, i;

	if (p->whole_len > WHOLE_DIGITS)
		return false;
	for (i = 0; i < p->whole_len; i++)
		n = n * 10 + (p->whole[i] - '0');
	for (i = 0; i < kept; i++)
		n = n * 10 + (i < p->fraction_len ? p->fraction[i] - '0' : 0);
	n += rounds_up(p, kept, n % 2 != 0);
	for (i = kept; i < DX_HOURLY; i++)
		n *= 10;
	if (n > max_of(places))
		return false;
	*micro = n;
	return true;
}

/* Fills err and returns -1. */
static int
refuse(struct dx_err *err, enum dx_reason reason, const char *at, const char *text, int places)
{
	const char *dots = "", *want = "";
	size_t n = strlen(text), shown = dx_utf8_cut(text, n, 40);

	if (shown < n)
		dots = "...";
	if (reason == DX_R_MONEY_NEGATIVE)
		want = "must not be negative";
	else if (reason == DX_R_MONEY_OUT_OF_RANGE)
		want = places == DX_MONTHLY ? "is over 9999999999.9999" : "is over 99999999.999999";
	else if (reason == DX_R_MONEY_INEXACT)
		want = "is a JSON number with a fraction; an amount is written as text, \"12.50\"";
	else
		want = "is not an amount of US dollars";
	return dx_err_set_at(err, reason, at, "\"%.*s%s\" %s", (int)shown, text, dots, want);
}

static int
parse(const char *text, int places, const char *at, struct dx_money *out, struct dx_err *err)
{
	struct parts p;

	if (text[0] == '-')
		return refuse(err, DX_R_MONEY_NEGATIVE, at, text, places);
	if (!split(text, &p) || p.whole_len > WHOLE_DIGITS || p.fraction_len > DECIMALS)
		return refuse(err, DX_R_MONEY_INVALID, at, text, places);
	if (!value(&p, places, &out->micro))
		return refuse(err, DX_R_MONEY_OUT_OF_RANGE, at, text, places);
	return 0;
}

int
dx_money_parse(const char *text, int places, struct dx_money *out, struct dx_err *err)
{
	return parse(text, places, "", out, err);
}

int
dx_money_parse_signed(const char *text, int places, struct dx_money *out, struct dx_err *err)
{
	bool negative = text[0] == '-';
	struct parts p;
	int64_t micro;

	if (!split(text + negative, &p))
		return refuse(err, DX_R_MONEY_INVALID, "", text, places);
	if (!value(&p, places, &micro))
		return refuse(err, DX_R_MONEY_OUT_OF_RANGE, "", text, places);
	out->micro = negative ? -micro : micro;
	return 0;
}

/* A JSON number: its text is not bounded by the grammar of strings, only by the maximum. */
static int
from_number(const struct dx_json *v, int places, const char *at, struct dx_money *out, struct dx_err *err)
{
	char text[48];		/* the longest integer that is in range has 10 digits */
	size_t n = v->count < sizeof(text) ? v->count : sizeof(text) - 1;
	struct parts p;

	memcpy(text, v->u.text, n);
	text[n] = '\0';
	for (size_t i = 0; i < v->count; i++) {
		if (strchr(".eE", v->u.text[i]) != NULL)
			return refuse(err, DX_R_MONEY_INEXACT, at, text, places);
	}
	if (text[0] == '-')
		return refuse(err, DX_R_MONEY_NEGATIVE, at, text, places);
	if (!split(text, &p))
		return refuse(err, DX_R_MONEY_INVALID, at, text, places);
	if (v->count > n || !value(&p, places, &out->micro))
		return refuse(err, DX_R_MONEY_OUT_OF_RANGE, at, text, places);
	return 0;
}

int
dx_money_json(const struct dx_json *v, int places, const char *at, struct dx_money *out, struct dx_err *err)
{
	if (dx_json_is(v, DX_JSON_STRING))
		return parse(v->u.text, places, at, out, err);
	if (dx_json_is(v, DX_JSON_NUMBER))
		return from_number(v, places, at, out, err);
	return dx_err_set_at(err, DX_R_MONEY_INVALID, at, "must be an amount of US dollars, as text");
}

void
dx_money_print(struct dx_money m, int places, char buf[static DX_MONEY_TEXT])
{
	uint64_t size = m.micro < 0 ? -(uint64_t)m.micro : (uint64_t)m.micro;
	const char *sign = m.micro < 0 ? "-" : "";

	if (places == DX_MONTHLY)
		snprintf(buf, DX_MONEY_TEXT, "%s%" PRIu64 ".%04u", sign, size / 1000000, (unsigned)(size % 1000000 / 100));
	else
		snprintf(buf, DX_MONEY_TEXT, "%s%" PRIu64 ".%06u", sign, size / 1000000, (unsigned)(size % 1000000));
}

bool
dx_money_add(struct dx_money a, struct dx_money b, struct dx_money *out)
{
	int64_t sum;

	if (__builtin_add_overflow(a.micro, b.micro, &sum))
		return false;
	out->micro = sum;
	return true;
}

bool
dx_money_sub(struct dx_money a, struct dx_money b, struct dx_money *out)
{
	int64_t rest;

	if (__builtin_sub_overflow(a.micro, b.micro, &rest))
		return false;
	out->micro = rest;
	return true;
}

int64_t
dx_round_div(dx_int128 n, int64_t d)
{
	dx_int128 q, r;

	if (d <= 0)
		DX_BUG("dx_round_div: a divisor that is not positive");
	q = n / d;
	r = n % d;		/* of the sign of n */
	if (r < 0)
		r = -r;
	if (2 * r > d || (2 * r == d && q % 2 != 0))
		q += n < 0 ? -1 : 1;
	if (q > INT64_MAX)
		return INT64_MAX;
	return q < INT64_MIN ? INT64_MIN : (int64_t)q;
}
