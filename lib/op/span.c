#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/text.h"
#include "op/span_inner.h"

static void
random_hex(unsigned bytes, char *out)
{
	unsigned char raw[16] = { 0 };

	do
		dx_random(raw, bytes);
	while (raw[0] == 0);		/* never all zero */
	dx_hex_encode(raw, bytes, out);
}

/* --- the endpoint --- */

static const char *
given(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

static bool
disabled(void)
{
	const char *off = given("OTEL_SDK_DISABLED"), *exporter = given("OTEL_TRACES_EXPORTER");

	return (off != NULL && strcasecmp(off, "true") == 0) || (exporter != NULL && strcmp(exporter, "none") == 0);
}

static char *
with_path(const char *base)
{
	struct dx_buf url = { 0 };
	size_t n = strlen(base);

	while (n > 0 && base[n - 1] == '/')
		n--;
	dx_buf_add(&url, base, n);
	dx_buf_puts(&url, "/v1/traces");
	return dx_buf_take(&url);
}

/* A URL that names nothing but a host is the base of one. */
static bool
is_base(const char *url)
{
	const char *host = strstr(url, "://"), *path;

	path = host != NULL ? strpbrk(host + 3, "/?#") : NULL;
	return path == NULL || strcmp(path, "/") == 0;
}

char *
dx_otlp_endpoint(const char *option)
{
	const char *traces = given("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), *base = given("OTEL_EXPORTER_OTLP_ENDPOINT");

	if (disabled())
		return NULL;
	if (option != NULL)
		return is_base(option) ? with_path(option) : dx_strdup(option);
	if (traces != NULL)
		return dx_strdup(traces);
	return base != NULL ? with_path(base) : NULL;
}

/* --- the span --- */

static bool
came_in(const struct dx_span_options *o, struct dx_traceparent *out)
{
	return dx_traceparent_parse(o->traceparent, out) || dx_traceparent_parse(getenv("TRACEPARENT"), out);
}

struct dx_span *
dx_span_new(const struct dx_span_options *o)
{
	struct dx_span *s = dx_alloc(sizeof(*s));
	char *endpoint = o->exports ? dx_otlp_endpoint(o->otlp) : NULL;

	memset(s, 0, sizeof(*s));
	s->o = *o;
	s->exporting = endpoint != NULL;
	free(endpoint);
	s->attributes = dx_json_object();
	s->came_in = came_in(o, &s->at);
	if (s->came_in)
		memcpy(s->parent, s->at.span_id, sizeof(s->parent));
	else
		random_hex(16, s->at.trace_id);
	random_hex(8, s->at.span_id);
	if (s->exporting)
		s->at.flags |= DX_TRACE_SAMPLED;
	dx_traceparent_print(&s->at, s->header);
	s->started = dx_clock_now();
	return s;
}

void
dx_span_free(struct dx_span *s)
{
	if (s == NULL)
		return;
	dx_arena_release(&s->arena);
	free(s);
}

const char *
dx_span_traceparent(const struct dx_span *s)
{
	return s != NULL ? s->header : NULL;
}

const char *
dx_span_trace_id(const struct dx_span *s)
{
	return s != NULL && (s->came_in || s->exporting) ? s->at.trace_id : NULL;
}

const char *
dx_span_came_in(const struct dx_span *s)
{
	return s != NULL && s->came_in ? s->at.trace_id : NULL;
}

void
dx_span_join(struct dx_span *s, const char *trace_id)
{
	if (s == NULL || s->came_in || !dx_trace_id_valid(trace_id))
		return;
	memcpy(s->at.trace_id, trace_id, sizeof(s->at.trace_id));
	dx_traceparent_print(&s->at, s->header);
}

void
dx_span_text(struct dx_span *s, const char *name, const char *value)
{
	if (s != NULL && s->exporting && value != NULL)
		dx_json_set(&s->arena, &s->attributes, name, dx_json_words(&s->arena, value));
}

void
dx_span_int(struct dx_span *s, const char *name, int64_t value)
{
	if (s != NULL && s->exporting)
		dx_json_set(&s->arena, &s->attributes, name, dx_json_int(&s->arena, value));
}

void
dx_span_end(struct dx_span *s, int exit_status, const char *error_code)
{
	if (s == NULL)
		return;
	s->ended = dx_clock_now();
	if (s->ended < s->started)
		s->ended = s->started;	/* the clock was set back */
	s->exit_status = exit_status;
	s->error_code = error_code != NULL && error_code[0] != '\0' ? error_code : NULL;
}
