/* Gate requests: every bound of decisions page 3.1 with its code and pointer, keys, fingerprints, metadata. */
#include "gate_case.h"

#define R(members)	"{\"action\":\"a\",\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":\"1\"" members "}"

struct refused { const char *name, *text, *reason, *at; };

static const struct refused refusals[] = {
	{ "no object", "[]", "field_invalid", "" },
	{ "unknown member", R(",\"cost\":1"), "unknown_field", "/cost" },
	{ "unknown member, escaped", R(",\"a/b~c\":1"), "unknown_field", "/a~1b~0c" },
	{ "schema of another thing", R(",\"schema\":\"dealix.gate.v1\""), "field_invalid", "/schema" },
	{ "schema no text", R(",\"schema\":1"), "field_invalid", "/schema" },
	{ "no action", "{\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":\"1\"}", "field_missing", "/action" },
	{ "no resource", "{\"action\":\"a\",\"estimated_monthly_delta_usd\":\"1\"}", "field_missing", "/resource_reference" },
	{ "no amount", "{\"action\":\"a\",\"resource_reference\":\"r\"}", "field_missing", "/estimated_monthly_delta_usd" },
	{ "blank action", "{\"action\":\" \\t\",\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":\"1\"}", "field_empty",
	    "/action" },
	{ "blank resource", "{\"action\":\"a\",\"resource_reference\":\"   \",\"estimated_monthly_delta_usd\":\"1\"}", "field_empty",
	    "/resource_reference" },
	{ "action no text", "{\"action\":7,\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":\"1\"}", "field_invalid",
	    "/action" },
	{ "action null", "{\"action\":null,\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":\"1\"}", "field_invalid",
	    "/action" },
	{ "empty project", R(",\"project_id\":\"\""), "field_empty", "/project_id" },
	{ "control in project", R(",\"project_id\":\"a\\u0007b\""), "text_invalid", "/project_id" },
	{ "DEL in environment", R(",\"environment\":\"a\\u007fb\""), "text_invalid", "/environment" },
	{ "control in action", "{\"action\":\"a\\nb\",\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":\"1\"}",
	    "text_invalid", "/action" },
	{ "control in resource", "{\"action\":\"a\",\"resource_reference\":\"r\\u001fs\",\"estimated_monthly_delta_usd\":\"1\"}",
	    "text_invalid", "/resource_reference" },
	{ "unknown source", R(",\"source\":\"jenkins\""), "source_unknown", "/source" },
	{ "an event is not a request", R(",\"source\":\"cloud_event\""), "source_unknown", "/source" },
	{ "source no text", R(",\"source\":true"), "field_invalid", "/source" },
	{ "real amount", "{\"action\":\"a\",\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":1.5}", "money_inexact",
	    "/estimated_monthly_delta_usd" },
	{ "negative amount", "{\"action\":\"a\",\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":\"-1\"}", "money_negative",
	    "/estimated_monthly_delta_usd" },
	{ "bad amount", R(",\"estimated_hourly_delta_usd\":\"1e3\""), "money_invalid", "/estimated_hourly_delta_usd" },
	{ "large amount", R(",\"estimated_hourly_delta_usd\":\"100000000\""), "money_out_of_range", "/estimated_hourly_delta_usd" },
	{ "metadata no object", R(",\"metadata\":[]"), "field_invalid", "/metadata" },
	{ "metadata null", R(",\"metadata\":null"), "field_invalid", "/metadata" },
	{ "short key", R(",\"idempotency_key\":\"abc\""), "idempotency_key_length", "/idempotency_key" },
	{ "key with a blank", R(",\"idempotency_key\":\"ab cd\""), "text_invalid", "/idempotency_key" },
	{ "key beyond ASCII", R(",\"idempotency_key\":\"abc\\u00e9\""), "text_invalid", "/idempotency_key" },
	{ "key no text", R(",\"idempotency_key\":1234"), "field_invalid", "/idempotency_key" },
	{ "fingerprint short", R(",\"expected_request_fingerprint\":\"00\""), "field_invalid", "/expected_request_fingerprint" },
	{ "dry_run no boolean", R(",\"dry_run\":1"), "field_invalid", "/dry_run" },
	{ "reopen no boolean", R(",\"reopen\":\"true\""), "field_invalid", "/reopen" },
};

static int
read_with(const char *text, const struct dx_stated *stated, struct dx_request *r, struct dx_err *err)
{
	struct dx_json doc = json(text);

	*err = (struct dx_err){ 0 };
	return dx_request_read(&arena, &doc, stated, r, err);
}

static void
refuses(const struct refused *c, const struct dx_stated *stated)
{
	struct dx_request r;
	struct dx_err err;

	if (!ok(read_with(c->text, stated, &r, &err) == -1, "refused: %s", c->name))
		return;
	is_str(dx_reason_code(err.reason), c->reason, "  reason");
	is_str(err.at, c->at, "  pointer");
}

static const char *
repeated(const char *s, size_t n)
{
	struct dx_buf b = { 0 };
	const char *text;

	while (n-- > 0)
		dx_buf_puts(&b, s);
	text = dx_arena_dup(&arena, b.data, b.len);
	dx_buf_release(&b);
	return text;
}

/* `most` characters pass, one more does not; characters, not bytes; blanks around them do not count. */
static void
bound(const char *name, size_t most, const char *shape)
{
	struct dx_request r;
	struct dx_err err;

	for (int wide = 0; wide < 2; wide++) {
		const char *fits = repeated(wide ? "\xc3\xa9" : "a", most), *over = repeated(wide ? "\xc3\xa9" : "a", most + 1);
		struct refused c = { dx_arena_printf(&arena, "%s of %zu", name, most + 1), dx_arena_printf(&arena, "%s%s%s",
		    shape, over, "\"}"), "field_too_long", dx_arena_printf(&arena, "/%s", name) };

		ok(read_with(dx_arena_printf(&arena, "%s  %s \"}", shape, fits), NULL, &r, &err) == 0, "%s of %zu: %s", name, most,
		    err.text);
		refuses(&c, NULL);
	}
}

static void
test_bounds(void)
{
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
		refuses(&refusals[i], NULL);
	bound("project_id", 128, "{\"action\":\"a\",\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":\"1\",\"project_id\":\"");
	bound("environment", 32, "{\"action\":\"a\",\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":\"1\",\"environment\":\"");
	bound("action", 64, "{\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":\"1\",\"action\":\"");
	bound("resource_reference", 512, "{\"action\":\"a\",\"estimated_monthly_delta_usd\":\"1\",\"resource_reference\":\"");
}

static void
test_defaults(void)
{
	struct dx_request r;
	struct dx_err err;
	bool derived;

	ok(read_with("{\"action\":\" Deploy.Now \",\"resource_reference\":\" R/x \",\"estimated_monthly_delta_usd\":12}", NULL, &r,
	    &err) == 0, "a small request: %s", err.text);
	ok(r.source == DX_SOURCE_CI && !r.dry_run && !r.reopen && r.cost_estimate_present, "source ci, no flags, stated costs");
	is_str(r.project_id, "default", "project");
	is_str(r.environment_raw, "", "environment not stated");
	is_str(r.action, "deploy.now", "action trimmed and lower-cased");
	is_str(r.resource_reference, "R/x", "resource trimmed, case kept");
	is_int(r.monthly.micro, 12000000, "an integer is an amount");
	is_int(r.hourly.micro, 0, "no hourly amount");
	ok(r.metadata.type == DX_JSON_OBJECT && r.metadata.count == 0, "empty metadata");
	ok(dx_request_finish(&arena, NULL, &r, &err) == 0, "finished");
	is_str(r.environment, "nonprod", "environment");
	is_str(dx_request_key(&r, &derived), r.fingerprint, "the key is the fingerprint");
	ok(derived, "and derived");
	ok(read_with(R(",\"idempotency_key\":null,\"expected_request_fingerprint\":null,\"environment\":\"  \","
	    "\"schema\":\"dealix.gate.request.v1\",\"project_id\":\"Team-A\",\"dry_run\":true,\"reopen\":true"), NULL, &r, &err) == 0,
	    "null keys, blank environment: %s", err.text);
	ok(r.key == NULL && r.expected_fingerprint == NULL && r.dry_run && r.reopen, "as not given; flags are");
	is_str(r.project_id, "team-a", "project lower-cased");
}

static void
test_stated(void)
{
	const struct dx_stated all = { " Other ", "prod", "thing", "Destroy", "key-1", true, true };
	struct dx_request r;
	struct dx_err err;
	bool derived;

	ok(read_with("{\"estimated_monthly_delta_usd\":\"1\",\"project_id\":\"p\",\"environment\":\"dev\"}", &all, &r, &err) == 0,
	    "options win: %s", err.text);
	ok(strcmp(r.project_id, "other") == 0 && strcmp(r.environment_raw, "prod") == 0 && strcmp(r.action, "destroy") == 0 &&
	    strcmp(r.resource_reference, "thing") == 0 && r.dry_run && r.reopen, "every one of them");
	is_str(dx_request_key(&r, &derived), "key-1", "the key of the option");
	ok(!derived, "not derived");
	ok(read_with(R(",\"idempotency_key\":\"key-1\""), &all, &r, &err) == 0, "the same key twice is no conflict");
	refuses(&(struct refused){ "two keys", R(",\"idempotency_key\":\"key-2\""), "idempotency_key_conflict",
	    "/idempotency_key" }, &all);
	refuses(&(struct refused){ "short key of an option", R(""), "idempotency_key_length", "" },
	    &(struct dx_stated){ .key = "k" });
	refuses(&(struct refused){ "empty option", R(""), "field_empty", "" }, &(struct dx_stated){ .project = " " });
	refuses(&(struct refused){ "long option", R(""), "field_too_long", "" }, &(struct dx_stated){ .environment = repeated("x", 33) });
}

static void
test_keys(void)
{
	const char *k128 = repeated("k", 128), *k129 = repeated("k", 129);
	struct dx_request r;
	struct dx_err err;

	ok(read_with(dx_arena_printf(&arena, "%s%s\"}", "{\"action\":\"a\",\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":"
	    "\"1\",\"idempotency_key\":\"", k128), NULL, &r, &err) == 0, "a key of 128");
	refuses(&(struct refused){ "a key of 129", dx_arena_printf(&arena, "%s%s\"}", "{\"action\":\"a\",\"resource_reference\":\"r\","
	    "\"estimated_monthly_delta_usd\":\"1\",\"idempotency_key\":\"", k129), "idempotency_key_length", "/idempotency_key" }, NULL);
	is_str(dx_request_default_key(&arena, DX_SOURCE_K8S, k128), k128, "a default of 128 stands");
	ok(strncmp(dx_request_default_key(&arena, DX_SOURCE_K8S, k129), "k8s_admission:sha256:", 21) == 0, "a longer one is hashed (D08)");
	ok(strncmp(dx_request_default_key(&arena, DX_SOURCE_K8S, "uid with blanks"), "k8s_admission:sha256:", 21) == 0,
	    "and one that is not printable");
	ok(strlen(dx_request_default_key(&arena, DX_SOURCE_TERRAFORM, dx_arena_printf(&arena, "%s:x", k129))) <= DX_KEY_MAX,
	    "a long prefix does not make a long key");
	is_str(dx_request_default_key(&arena, DX_SOURCE_K8S, "u"), "u", "a default may be short");
}

/* 24.15 */
static void
test_fingerprint(void)
{
	static const char *const same[] = { "{\"a\":1,\"b\":[true]}", "{\"b\":[true],\"a\":1.0}", "{ \"a\" : 10e-1, \"b\" : [ true ] }" };
	static const char *const other[] = { "{\"a\":\"1\",\"b\":[true]}", "{\"a\":1,\"b\":true}", "{\"a\":1}" };
	char first[DX_SHA256_HEX];
	struct dx_request r;
	struct dx_err err;

	for (size_t i = 0; i < 3; i++) {
		r = request_from(dx_arena_printf(&arena, "%s%s}", "{\"action\":\"a\",\"resource_reference\":\"r\","
		    "\"estimated_monthly_delta_usd\":\"1\",\"metadata\":", same[i]), NULL);
		if (i == 0)
			memcpy(first, r.fingerprint, sizeof first);
		is_str(r.fingerprint, first, "one fingerprint: %s", same[i]);
	}
	for (size_t i = 0; i < 3; i++) {
		r = request_from(dx_arena_printf(&arena, "%s%s}", "{\"action\":\"a\",\"resource_reference\":\"r\","
		    "\"estimated_monthly_delta_usd\":\"1\",\"metadata\":", other[i]), NULL);
		ok(strcmp(r.fingerprint, first) != 0, "another: %s", other[i]);
	}
	r = request_from(R(""), NULL);
	ok(read_with(dx_arena_printf(&arena, R(",\"expected_request_fingerprint\":\" %s \""), r.fingerprint), NULL, &r, &err) == 0 &&
	    dx_request_finish(&arena, NULL, &r, &err) == 0, "the expected fingerprint: %s", err.text);
	ok(read_with(R(",\"expected_request_fingerprint\":\"0000000000000000000000000000000000000000000000000000000000000ABC\""), NULL,
	    &r, &err) == 0 && dx_request_finish(&arena, NULL, &r, &err) == -1, "another is refused");
	is_str(dx_reason_code(err.reason), "request_fingerprint_mismatch", "  reason");
	is_str(err.at, "/expected_request_fingerprint", "  pointer");
}

static const char *
nested(size_t levels)
{
	return dx_arena_printf(&arena, "{\"action\":\"a\",\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":\"1\","
	    "\"metadata\":{\"k\":%s%s}}", repeated("[", levels - 1), repeated("]", levels - 1));
}

/* Metadata of so many canonical bytes. */
static const char *
sized(size_t n, const char *filler, size_t filler_canon)
{
	return dx_arena_printf(&arena, "{\"action\":\"a\",\"resource_reference\":\"r\",\"estimated_monthly_delta_usd\":\"1\","
	    "\"metadata\":{\"k\":\"%s%s\"}}", repeated(filler, (n - 8) / filler_canon), repeated("x", (n - 8) % filler_canon));
}

static void
test_metadata(void)
{
	struct dx_request r = { .action = "a", .resource_reference = "r" };
	char text[] = "{\"list\":[0,{\"x\":12345678901234567890}]}";
	struct dx_err err;

	ok(read_with(nested(16), NULL, &r, &err) == 0, "16 levels: %s", err.text);
	refuses(&(struct refused){ "17 levels", nested(17), "metadata_too_deep", "/metadata/k/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0" }, NULL);
	ok(read_with(sized(65536, "x", 1), NULL, &r, &err) == 0, "65536 bytes: %s", err.text);
	refuses(&(struct refused){ "65537 bytes", sized(65537, "x", 1), "metadata_too_large", "/metadata" }, NULL);
	ok(read_with(sized(65536, "\\u0001", 6), NULL, &r, &err) == 0, "65536 bytes of escapes: %s", err.text);
	refuses(&(struct refused){ "65537 bytes of escapes", sized(65537, "\\u0001", 6), "metadata_too_large", "/metadata" }, NULL);
	err = (struct dx_err){ 0 };
	r = (struct dx_request){ .action = "a", .resource_reference = "r" };
	if (dx_json_parse(&arena, text, strlen(text), DX_JSON_FOREIGN, &r.metadata, &err) != 0)
		ok(false, "a foreign document: %s", err.text);
	ok(dx_request_check(&arena, NULL, &r, &err) == -1, "a number of an adapter that is not exact");
	is_str(dx_reason_code(err.reason), "number_not_exact", "  reason");
	is_str(err.at, "/metadata/list/1/x", "  pointer");
}

int
main(void)
{
	test_bounds();
	test_defaults();
	test_stated();
	test_keys();
	test_fingerprint();
	test_metadata();
	dx_arena_release(&arena);
	return done();
}
