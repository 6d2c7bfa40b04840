/* types: what `type` demands of a value (evidence page 1, "Types" and "Time").  Nothing is converted. */
#include <string.h>

#include "base/id.h"
#include "base/text.h"
#include "base/time.h"
#include "contract/inner.h"

#define BLANKS	" \t\r\n\v\f"

static const char *const expected[] = {
	[DX_TYPE_ANY] = "a value", [DX_TYPE_OBJECT] = "an object", [DX_TYPE_ARRAY] = "an array", [DX_TYPE_TEXT] = "text that is not blank",
	[DX_TYPE_NUMBER] = "a number", [DX_TYPE_INTEGER] = "an integer", [DX_TYPE_BOOL] = "true or false",
	[DX_TYPE_TIMESTAMP] = "an RFC 3339 timestamp with a zone", [DX_TYPE_DATE] = "a date YYYY-MM-DD",
	[DX_TYPE_MONTH] = "a month YYYY-MM", [DX_TYPE_HTTPS_URL] = "an https URL with a host",
	[DX_TYPE_RELPATH] = "a relative path without . or ..", [DX_TYPE_SHA256] = "a SHA-256, 64 lower-case hex digits",
	[DX_TYPE_MONEY] = "an amount as text with four decimals", [DX_TYPE_DECIMAL] = "a decimal as text",
	[DX_TYPE_TIME] = "a UTC time with six digits and Z", [DX_TYPE_TRACE_ID] = "a trace id, 32 hex digits or a UUID"
};

/* NULL: it is one; else which of the sub-rules says what it is not. */
static const char *
timestamp_fault(const struct dx_subject *s)
{
	const char *text = s->value.text;
	struct dx_err err = { 0 };
	int64_t t;

	if (s->absent || (s->value.type == DX_VALUE_TEXT && dx_text_blank(text)))
		return ".missing";
	if (s->value.type != DX_VALUE_TEXT)
		return ".format";
	if (dx_date_parse(text, &t))
		return ".zone";
	if (dx_time_parse(text, &t, &err) == 0)
		return NULL;
	return err.reason == DX_R_TIME_WITHOUT_OFFSET ? ".zone" : ".format";
}

static bool
is_month(const char *s)
{
	char date[DX_DATE_TEXT];
	int64_t day;

	if (strlen(s) != 7)
		return false;
	memcpy(date, s, 7);
	memcpy(date + 7, "-01", 4);
	return dx_date_parse(date, &day);
}

static bool
is_host(const char *s, size_t n)
{
	size_t name = 0;

	if (n > 2 && s[0] == '[')
		return s[n - 1] == ']' && strspn(s + 1, "0123456789abcdefABCDEF:.") == n - 2;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c >= 0x80;

		if (!letter && (c != '.' || i == 0 || s[i - 1] == '.'))
			return false;
		name += letter;
	}
	return name > 0;
}

/* Scheme in any case, host, optional port; the rest without blanks and controls. */
static bool
is_https_url(const char *s)
{
	size_t n, host;
	const char *at;

	if (strncasecmp(s, "https://", 8) != 0 || dx_has_control(s) || strpbrk(s, BLANKS "\\\"<>") != NULL)
		return false;
	s += 8;
	n = strcspn(s, "/?#");
	if ((at = memchr(s, '@', n)) != NULL) {
		n -= (size_t)(at + 1 - s);
		s = at + 1;
	}
	host = n;
	for (size_t i = n; i > 0 && s[i - 1] != ']'; i--)
		if (s[i - 1] == ':') {
			host = i - 1;
			break;
		}
	if (host < n && (n - host > 6 || strspn(s + host + 1, "0123456789") < n - host - 1))
		return false;
	return is_host(s, host);
}

static bool
is_relpath(const char *s)
{
	if (s[0] == '\0' || strchr(s, '\\') != NULL || dx_has_control(s))
		return false;
	for (;;) {
		size_t n = strcspn(s, "/");

		if (n == 0 || (n == 1 && s[0] == '.') || (n == 2 && s[0] == '.' && s[1] == '.'))
			return false;
		if (s[n] == '\0')
			return true;
		s += n + 1;
	}
}

/* Plain digits: no sign but a minus, no exponent, no leading zero, no -0, at most 15 digits, so that every reader has the same number. */
static bool
is_decimal(const char *s, int places)
{
	size_t whole, all = 0, zeros = 0, part;
	const char *at = s + (*s == '-');

	whole = strspn(at, "0123456789");
	part = at[whole] == '.' ? strspn(at + whole + 1, "0123456789") : 0;
	if (whole == 0 || (whole > 1 && at[0] == '0') || (at[whole] == '.' && part == 0) ||
	    at[whole + part + (at[whole] == '.')] != '\0' || (places >= 0 && part != (size_t)places))
		return false;
	for (const char *c = at; *c != '\0'; c++) {
		all += *c != '.';
		zeros += *c == '0';
	}
	return all <= 15 && !(*s == '-' && all == zeros);
}

static bool
is_printed_time(const char *s)
{
	char printed[DX_TIME_TEXT];
	int64_t t;

	if (dx_time_parse(s, &t, NULL) != 0)
		return false;
	dx_time_print(t, printed);
	return strcmp(s, printed) == 0;
}

/* That of a traceparent, or a UUID (release-gates page 6.4); not all zeros. */
static bool
is_trace_id(const char *s)
{
	return dx_hex_is(s, 32) ? strspn(s, "0") < 32 : dx_id_valid(s);
}

static bool
is_text_of(enum dx_rule_type type, const char *s)
{
	int64_t day;

	switch (type) {
	case DX_TYPE_TEXT:
		return !dx_text_blank(s);
	case DX_TYPE_DATE:
		return dx_date_parse(s, &day);
	case DX_TYPE_MONTH:
		return is_month(s);
	case DX_TYPE_HTTPS_URL:
		return is_https_url(s);
	case DX_TYPE_RELPATH:
		return is_relpath(s);
	case DX_TYPE_SHA256:
		return dx_hex_is(s, 64);
	case DX_TYPE_MONEY:
		return is_decimal(s, 4);
	case DX_TYPE_DECIMAL:
		return is_decimal(s, -1);
	case DX_TYPE_TIME:
		return is_printed_time(s);
	case DX_TYPE_TRACE_ID:
		return is_trace_id(s);
	case DX_TYPE_ANY:
	case DX_TYPE_OBJECT:
	case DX_TYPE_ARRAY:
	case DX_TYPE_NUMBER:
	case DX_TYPE_INTEGER:
	case DX_TYPE_BOOL:
	case DX_TYPE_TIMESTAMP:
		break;
	}
	return false;
}

static bool
is_type(enum dx_rule_type type, const struct dx_subject *s)
{
	const struct dx_value *v = &s->value;
	const struct dx_json *node = s->spot->node;

	if (type == DX_TYPE_ANY)
		return true;
	if (s->absent || s->unreadable)
		return false;
	if (type == DX_TYPE_OBJECT || type == DX_TYPE_ARRAY)
		return v->type == DX_VALUE_NODE && dx_json_is(node, type == DX_TYPE_OBJECT ? DX_JSON_OBJECT : DX_JSON_ARRAY);
	if (type == DX_TYPE_BOOL)
		return v->type == DX_VALUE_BOOL;
	if (type == DX_TYPE_NUMBER || type == DX_TYPE_INTEGER)
		return v->type == DX_VALUE_NUMBER && (type == DX_TYPE_NUMBER || dx_num_is_integer(v->number));
	return v->type == DX_VALUE_TEXT && is_text_of(type, v->text);
}

bool
dx_type_check(const struct dx_contract_rule *rule, const struct dx_subject *s, struct dx_verdict *v)
{
	const char *sub = NULL;

	if (rule->type == DX_TYPE_TIMESTAMP) {
		sub = timestamp_fault(s);
		if (sub == NULL)
			return true;
		v->sub = rule->sub ? sub : NULL;
	} else if (is_type(rule->type, s)) {
		return true;
	}
	if (rule->type != DX_TYPE_TIMESTAMP && rule->when == NULL)
		v->sub = s->absent || (s->value.type == DX_VALUE_TEXT && rule->type == DX_TYPE_TEXT) ? ".missing" : ".type";
	v->failed = true;
	dx_buf_puts(&v->expected, expected[rule->type]);
	return false;
}
