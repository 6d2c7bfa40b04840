/* A span as OTLP over HTTP in JSON, and its way to the collector (release-gates page 6.4). */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/exit.h"
#include "base/text.h"
#include "net/http.h"
#include "op/span_inner.h"

#define TIMEOUT_MS	2000
#define TIMEOUT_MAX	60000
#define PAUSE_MS	100	/* before the second try where the answer names no time; doubled each time */
#define HEADERS_MAX	32
#define KIND_INTERNAL	1
#define STATUS_OK	1
#define STATUS_ERROR	2

/* --- the document --- */

static struct dx_json
attribute(struct dx_arena *a, const char *key, const struct dx_json *v)
{
	struct dx_json o = dx_json_object(), value = dx_json_object();

	dx_json_put(a, &o, "key", dx_json_text(key));
	/* a 64-bit integer is a string in the JSON form of protocol buffers */
	if (v->type == DX_JSON_NUMBER)
		dx_json_put(a, &value, "intValue", dx_json_text(dx_arena_dup(a, v->u.text, v->count)));
	else
		dx_json_put(a, &value, "stringValue", *v);
	dx_json_put(a, &o, "value", value);
	return o;
}

static struct dx_json
attributes(struct dx_span *s)
{
	struct dx_json list = dx_json_array(), status = dx_json_int(&s->arena, s->exit_status);

	for (uint32_t i = 0; i < s->attributes.count; i++)
		dx_json_push(&s->arena, &list, attribute(&s->arena, s->attributes.u.members[i].name, &s->attributes.u.members[i].value));
	dx_json_push(&s->arena, &list, attribute(&s->arena, "dealix.exit_status", &status));
	if (s->error_code != NULL) {
		struct dx_json code = dx_json_text(s->error_code);
		dx_json_push(&s->arena, &list, attribute(&s->arena, "dealix.error_code", &code));
	}
	return list;
}

static struct dx_json
nanoseconds(struct dx_arena *a, int64_t us)
{
	return dx_json_text(dx_arena_printf(a, "%lld000", (long long)us));
}

/* "policy set" of dealix-gate is "gate.policy.set". */
static struct dx_json
span_name(struct dx_span *s)
{
	const char *tool = strchr(s->o.tool, '-');
	char *name = dx_arena_printf(&s->arena, "%s.%s", tool != NULL ? tool + 1 : s->o.tool, s->o.name[0] != '\0' ? s->o.name : "files");

	for (char *p = name; *p != '\0'; p++)
		if (*p == ' ')
			*p = '.';
	return dx_json_text(name);
}

/* No and not yet are answers; what could not be answered is an error. */
static bool
failed(int exit_status)
{
	return exit_status != DX_EXIT_YES && exit_status != DX_EXIT_NO && exit_status != DX_EXIT_WAIT;
}

static struct dx_json
span(struct dx_span *s)
{
	struct dx_arena *a = &s->arena;
	struct dx_json o = dx_json_object(), status = dx_json_object();

	dx_json_put(a, &status, "code", dx_json_int(a, failed(s->exit_status) ? STATUS_ERROR : STATUS_OK));
	dx_json_put(a, &o, "attributes", attributes(s));
	dx_json_put(a, &o, "endTimeUnixNano", nanoseconds(a, s->ended));
	dx_json_put(a, &o, "kind", dx_json_int(a, KIND_INTERNAL));
	dx_json_put(a, &o, "name", span_name(s));
	if (s->parent[0] != '\0')
		dx_json_put(a, &o, "parentSpanId", dx_json_text(s->parent));
	dx_json_put(a, &o, "spanId", dx_json_text(s->at.span_id));
	dx_json_put(a, &o, "startTimeUnixNano", nanoseconds(a, s->started));
	dx_json_put(a, &o, "status", status);
	dx_json_put(a, &o, "traceId", dx_json_text(s->at.trace_id));
	return o;
}

static struct dx_json
one(struct dx_arena *a, struct dx_json v)
{
	struct dx_json list = dx_json_array();

	dx_json_push(a, &list, v);
	return list;
}

static void
document(struct dx_span *s, struct dx_buf *out)
{
	struct dx_arena *a = &s->arena;
	struct dx_json service = dx_json_text(s->o.tool), version = dx_json_text(DX_VERSION);
	struct dx_json resource = dx_json_object(), scope = dx_json_object(), scoped = dx_json_object(), spans = dx_json_object(),
	    doc = dx_json_object(), of_resource = one(a, attribute(a, "service.name", &service));

	dx_json_push(a, &of_resource, attribute(a, "service.version", &version));
	dx_json_put(a, &resource, "attributes", of_resource);
	dx_json_put(a, &scope, "name", dx_json_text("dealix"));
	dx_json_put(a, &scoped, "scope", scope);
	dx_json_put(a, &scoped, "spans", one(a, span(s)));
	dx_json_put(a, &spans, "resource", resource);
	dx_json_put(a, &spans, "scopeSpans", one(a, scoped));
	dx_json_put(a, &doc, "resourceSpans", one(a, spans));
	dx_json_canon(&doc, out);
}

/* --- where to, with what --- */

/* The variable for traces alone wins. */
static const char *
variable(const char *traces, const char *all)
{
	const char *value = getenv(traces);

	if (value == NULL || value[0] == '\0')
		value = getenv(all);
	return value != NULL && value[0] != '\0' ? value : NULL;
}

static int64_t
budget(void)
{
	const char *text = variable("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT");
	int64_t ms;

	return text != NULL && dx_int_parse(text, 1, TIMEOUT_MAX, &ms) ? ms : TIMEOUT_MS;
}

/* "%20" and the like; false for what is no visible text afterwards. */
static bool
unescape(const char *s, size_t n, struct dx_buf *out)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '%') {
			if (i + 2 >= n || !dx_hex_decode(s + i + 1, 2, &c, 1))
				return false;
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return false;
		dx_buf_putc(out, (char)c);
	}
	return true;
}

static bool
is_token(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", s[i]) != NULL)
			return false;
	return n > 0;
}

/* "name=value,name=value", percent-encoded; a pair that cannot be a header is left out. */
static size_t
read_headers(struct dx_arena *a, const char *list, const char *out[HEADERS_MAX])
{
	size_t count = 0;

	while (list != NULL && *list != '\0' && count < HEADERS_MAX) {
		size_t len = strcspn(list, ","), name_len, value_len;
		const char *pair = dx_arena_dup(a, list, len), *equals = strchr(pair, '='), *name, *value;
		struct dx_buf line = { 0 };

		list += list[len] == ',' ? len + 1 : len;
		if (equals == NULL)
			continue;
		name = dx_trim(dx_arena_dup(a, pair, (size_t)(equals - pair)), &name_len);
		value = dx_trim(equals + 1, &value_len);
		if (is_token(name, name_len)) {
			dx_buf_add(&line, name, name_len);
			dx_buf_puts(&line, ": ");
			if (unescape(value, value_len, &line))
				out[count++] = dx_arena_dup(a, line.data, line.len);
		}
		dx_buf_release(&line);
	}
	return count;
}

/* --- the way there --- */

static bool
again(long status)
{
	return status == 429 || status == 502 || status == 503 || status == 504;
}

static void
wait_ms(int64_t ms)
{
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	while (nanosleep(&left, &left) != 0)
		continue;
}

static int
post(struct dx_http_post *p, int64_t deadline, struct dx_err *err)
{
	int64_t pause = PAUSE_MS, wait, left;
	struct dx_http_said said;

	for (;;) {
		p->timeout_ms = deadline - dx_clock_mono_ms();
		if (p->timeout_ms <= 0)
			return dx_err_set(err, DX_R_HTTP_FAILED, "the time for it is over");
		if (dx_http_post(p, &said, err) == 0)
			return 0;
		/* what it names may be any number: more than the time left is too long in every case */
		wait = said.retry_after_s > TIMEOUT_MAX ? TIMEOUT_MAX * INT64_C(1000) : said.retry_after_s * 1000;
		left = deadline - dx_clock_mono_ms();
		if (wait == 0)
			wait = pause;
		if (!again(said.status) || wait >= left)
			return -1;
		dx_err_clear(err);
		wait_ms(wait);
		pause *= 2;
	}
}

int
dx_span_send(struct dx_span *s, struct dx_err *err)
{
	int64_t deadline = dx_clock_mono_ms() + budget();
	char *endpoint = s != NULL && s->exporting ? dx_otlp_endpoint(s->o.otlp) : NULL;
	const char *header[HEADERS_MAX];
	struct dx_buf body = { 0 };
	struct dx_http_post p = { .url = endpoint, .type = "application/json", .header = header, .plain = true, .leaving = true,
	    .ca_file = variable("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "OTEL_EXPORTER_OTLP_CERTIFICATE") };
	int rc;

	if (endpoint == NULL)
		return 0;
	p.header_count = read_headers(&s->arena, variable("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"), header);
	document(s, &body);
	p.body = body.data;
	p.len = body.len;
	rc = post(&p, deadline, err);
	dx_buf_release(&body);
	free(endpoint);
	return rc;
}
