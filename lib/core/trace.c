#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "core/trace.h"
#include "crypt/digest.h"

#define UUID_LENGTH	36

static bool
hex_run(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f')))
			return false;
	return true;
}

static bool
all_zero(const char *s, size_t n)
{
	return strspn(s, "0") >= n;
}

bool
dx_trace_id_valid(const char *s)
{
	return s != NULL && dx_hex_is(s, DX_TRACE_ID - 1) && !all_zero(s, DX_TRACE_ID - 1);
}

/* version - trace id - span id - flags, at fixed places. */
static bool
well_formed(const char *s)
{
	size_t n = strnlen(s, DX_TRACEPARENT);
	bool first = strncmp(s, "00", 2) == 0;

	if (n < DX_TRACEPARENT - 1 || !hex_run(s, 2) || strncmp(s, "ff", 2) == 0)
		return false;
	/* What a later version puts behind is not for us. */
	if (s[DX_TRACEPARENT - 1] != '\0' && (first || s[DX_TRACEPARENT - 1] != '-'))
		return false;
	return s[2] == '-' && s[35] == '-' && s[52] == '-' && hex_run(s + 3, 32) && hex_run(s + 36, 16) && hex_run(s + 53, 2);
}

bool
dx_traceparent_parse(const char *text, struct dx_traceparent *out)
{
	unsigned char flags;

	if (text == NULL || !well_formed(text) || all_zero(text + 3, 32) || all_zero(text + 36, 16) ||
	    !dx_hex_decode(text + 53, 2, &flags, 1))
		return false;
	memcpy(out->trace_id, text + 3, 32);
	out->trace_id[32] = '\0';
	memcpy(out->span_id, text + 36, 16);
	out->span_id[16] = '\0';
	out->flags = flags & DX_TRACE_SAMPLED;
	return true;
}

void
dx_traceparent_print(const struct dx_traceparent *t, char out[static DX_TRACEPARENT])
{
	(void)snprintf(out, DX_TRACEPARENT, "00-%s-%s-%02x", t->trace_id, t->span_id, t->flags & 0xffu);
}

/* The hex digits of a UUID of any version, in either case. */
static bool
uuid_digits(const char *s, char out[static DX_TRACE_ID])
{
	unsigned char any;
	size_t n = 0;

	if (strlen(s) != UUID_LENGTH)
		return false;
	for (size_t i = 0; i < UUID_LENGTH; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (s[i] != '-')
				return false;
			continue;
		}
		out[n++] = s[i];
	}
	out[n] = '\0';
	for (size_t i = 0; i < n; i += 2)
		if (!dx_hex_decode(out + i, 2, &any, 1))
			return false;
	dx_lower(out);
	return true;
}

bool
dx_trace_of_correlation(const char *correlation_id, char out[static DX_TRACE_ID])
{
	struct dx_sha256 digest;
	char hex[DX_SHA256_HEX];

	if (!uuid_digits(correlation_id, out)) {
		dx_sha256(correlation_id, strlen(correlation_id), &digest);
		dx_sha256_hex(&digest, hex);
		memcpy(out, hex, DX_TRACE_ID - 1);
		out[DX_TRACE_ID - 1] = '\0';
	}
	return !all_zero(out, DX_TRACE_ID - 1);
}
