/* AdmissionReviews made requests, and their answers (decisions page 13; edge test 12 of page 24). */
#include "adapt/adapt.h"
#include "base/err.h"
#include "tap.h"

#define UID	"705ab4f5-6393-11e8-b7cc-42010a800002"

static struct dx_arena arena;
static struct dx_policy *policy;

static struct dx_json
parsed(const char *text)
{
	struct dx_err err = { 0 };
	struct dx_json doc = dx_json_null();
	char *copy = dx_arena_dup(&arena, text, strlen(text));

	if (dx_json_parse(&arena, copy, strlen(text), DX_JSON_FOREIGN, &doc, &err) != 0)
		ok(false, "a test document does not parse: %s", err.text);
	return doc;
}

static const char *
canon(const struct dx_json *v)
{
	struct dx_buf b = { 0 };
	const char *text;

	dx_json_canon(v, &b);
	text = dx_arena_dup(&arena, b.data, b.len);
	dx_buf_release(&b);
	return text;
}

#define HEAD	"{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{\"uid\":\"" UID "\","
#define DEPLOY	"\"kind\":{\"group\":\"apps\",\"version\":\"v1\",\"kind\":\"Deployment\"},\"resource\":{\"group\":\"apps\"," \
	"\"version\":\"v1\",\"resource\":\"deployments\"},\"operation\":\"CREATE\""
#define REVIEW(rest)	HEAD DEPLOY rest "}}"
#define ANNOTATED(annotations) \
	REVIEW(",\"namespace\":\"shop\",\"object\":{\"metadata\":{\"name\":\"web\",\"annotations\":{" annotations "}}}")

static const char *
adapt(const char *text, struct dx_request *r, const char **uid, struct dx_err *err)
{
	struct dx_json doc = parsed(text);

	memset(r, 0, sizeof(*r));
	dx_err_clear(err);
	return dx_adapt_admission(&arena, &doc, policy, NULL, r, uid, err) == 0 ? "" : dx_reason_code(err->reason);
}

static void
test_whole(void)
{
	struct dx_request r;
	struct dx_err err;
	const char *uid;

	is_str(adapt(HEAD "\"kind\":{\"group\":\"apps\",\"version\":\"v1\",\"kind\":\"Deployment\",\"new\":1},\"resource\":{\"group\":"
	    "\"apps\",\"version\":\"v1\",\"resource\":\"deployments\"},\"requestKind\":{},\"operation\":\"UPDATE\",\"name\":\"web\","
	    "\"namespace\":\"shop\",\"userInfo\":{\"username\":\"alice\",\"groups\":[\"g\"]},\"dryRun\":true,\"options\":{},"
	    "\"object\":{\"metadata\":{\"name\":\"web\",\"labels\":{\"app\":\"web\",\"dealix.io/environment\":\"staging\"},"
	    "\"annotations\":{\"dealix.io/project-id\":\"Shop-API\",\"dealix.io/estimated-monthly-delta-usd\":\" 12.5 \","
	    "\"dealix.io/estimated-hourly-delta-usd\":\"0.02\",\"dealix.io/criticality\":\"high\",\"dealix.io/resource-class\":"
	    "\"database\",\"other\":\"x\"}}}},\"added\":{}}", &r, &uid, &err), "", "a review with members that nobody knows");
	is_str(uid, UID, "uid");
	is_str(r.key, UID, "the key is the uid");
	is_str(r.project_id, "shop-api", "project");
	is_str(r.environment_raw, "staging", "environment by label");
	is_str(r.action, "admission.update", "action");
	is_str(r.resource_reference, "deployments/shop/web", "reference");
	is_int(r.monthly.micro, 12500000, "monthly");
	is_int(r.hourly.micro, 20000, "hourly");
	ok(r.cost_estimate_present && r.dry_run && r.source == DX_SOURCE_K8S, "estimate, dry run, source");
	is_str(canon(&r.metadata), "{\"admission_annotations\":{\"dealix.io/criticality\":\"high\","
	    "\"dealix.io/estimated-hourly-delta-usd\":\"0.02\",\"dealix.io/estimated-monthly-delta-usd\":\" 12.5 \","
	    "\"dealix.io/project-id\":\"Shop-API\",\"dealix.io/resource-class\":\"database\"},\"admission_kind\":{\"group\":\"apps\","
	    "\"kind\":\"Deployment\",\"version\":\"v1\"},\"admission_labels\":{\"dealix.io/environment\":\"staging\"},"
	    "\"admission_name\":\"web\",\"admission_namespace\":\"shop\",\"admission_operation\":\"UPDATE\",\"admission_resource\":"
	    "{\"group\":\"apps\",\"resource\":\"deployments\",\"version\":\"v1\"},\"admission_user\":\"alice\",\"criticality\":\"high\","
	    "\"resource_class\":\"database\",\"resource_type\":\"deployment\"}", "metadata");
}

static void
test_names(void)
{
	static const struct { const char *review, *reference, *project; } cases[] = {
		{ REVIEW(""), "deployments/default/unnamed", "default" },
		{ REVIEW(",\"object\":{\"metadata\":{\"namespace\":\"m\",\"generateName\":\"web-\"}}"), "deployments/m/web-*", "m" },
		{ REVIEW(",\"namespace\":\"n\",\"name\":\"r\",\"object\":{\"metadata\":{\"namespace\":\"m\",\"name\":\"o\"}}"),
		    "deployments/n/r", "n" },
		{ REVIEW(",\"subResource\":\"scale\",\"namespace\":\"n\",\"name\":\"r\""), "deployments/scale/n/r", "n" },
		{ HEAD "\"kind\":{\"kind\":\"Node\"},\"resource\":{\"group\":\"\",\"resource\":\"nodes\"},\"operation\":\"CREATE\","
		    "\"name\":\"w1\"}}", "nodes/_/w1", "default" },
		{ HEAD "\"kind\":{\"kind\":\"Fleet\"},\"resource\":{\"group\":\"example.com\",\"resource\":\"fleets\"},\"operation\":"
		    "\"CREATE\",\"name\":\"f\"}}", "fleets/_/f", "default" },
		{ REVIEW(",\"namespace\":\"n\",\"name\":\"r\",\"object\":{\"metadata\":{\"labels\":{\"dealix.io/project-id\":\"P\"},"
		    "\"annotations\":{\"dealix.io/project-id\":\" \"}}}"), "deployments/n/r", "p" },
	};
	struct dx_request r;
	struct dx_err err;
	const char *uid;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		is_str(adapt(cases[i].review, &r, &uid, &err), "", "review %zu", i);
		is_str(r.resource_reference, cases[i].reference, "review %zu: reference", i);
		is_str(r.project_id, cases[i].project, "review %zu: project", i);
	}
}

static void
test_environment(void)
{
	static const struct { const char *review, *raw; } cases[] = {
		{ REVIEW(",\"namespace\":\"live-ns\",\"object\":{\"metadata\":{\"annotations\":{\"dealix.io/environment\":\"dev\"}}}"),
		    "prod" },
		{ REVIEW(",\"namespace\":\"x\",\"object\":{\"metadata\":{\"annotations\":{\"dealix.io/environment\":\"qa\"},"
		    "\"labels\":{\"dealix.io/environment\":\"prod\"}}}"), "qa" },
		{ REVIEW(",\"namespace\":\"x\""), "" },
		{ HEAD "\"kind\":{\"kind\":\"Deployment\"},\"resource\":{\"resource\":\"deployments\",\"group\":\"apps\"},\"operation\":"
		    "\"DELETE\",\"namespace\":\"x\",\"object\":null,\"oldObject\":{\"metadata\":{\"labels\":{\"dealix.io/environment\":"
		    "\"prod\"}}}}}", "prod" },
	};
	struct dx_request r;
	struct dx_err err;
	const char *uid;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		is_str(adapt(cases[i].review, &r, &uid, &err), "", "environment %zu", i);
		is_str(r.environment_raw, cases[i].raw, "environment %zu: as stated", i);
	}
}

static void
test_amounts(void)
{
	static const struct { const char *text; int64_t micro; bool good, given; } cases[] = {
		{ "\"10.5\"", 10500000, true, true }, { "\"\"", 0, true, false }, { "\"  \"", 0, true, false },
		{ "\"0\"", 0, true, true }, { "\"-5\"", 0, false, false }, { "\"NaN\"", 0, false, false },
		{ "\"1e9\"", 0, false, false }, { "\"$5\"", 0, false, false }, { "\"99999999999\"", 0, false, false },
		{ "5", 0, false, false }, { "\"1,5\"", 0, false, false },
	};
	struct dx_request r;
	struct dx_err err;
	const char *uid, *code;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		code = adapt(dx_arena_printf(&arena, ANNOTATED("\"dealix.io/estimated-monthly-delta-usd\":%s"), cases[i].text), &r, &uid,
		    &err);
		is_str(code, cases[i].good ? "" : "admission_annotation_invalid", "amount %s", cases[i].text);
		is_str(uid, UID, "the uid is known");
		if (cases[i].good)
			ok(r.monthly.micro == cases[i].micro && r.cost_estimate_present == cases[i].given, "its value");
		else
			is_str(err.at, "/request/object/metadata/annotations/dealix.io~1estimated-monthly-delta-usd", "its place");
	}
	adapt(ANNOTATED("\"dealix.io/estimated-hourly-delta-usd\":\"-1\""), &r, &uid, &err);
	is_str(err.at, "/request/object/metadata/annotations/dealix.io~1estimated-hourly-delta-usd", "hourly too");
}

static void
test_refused(void)
{
	static const struct { const char *review, *code, *uid; } cases[] = {
		{ "{\"apiVersion\":\"admission.k8s.io/v1beta1\",\"kind\":\"AdmissionReview\",\"request\":{\"uid\":\"u\"," DEPLOY "}}",
		    "admission_version_unsupported", "u" },
		{ "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"Review\",\"request\":{\"uid\":\"u\"," DEPLOY "}}",
		    "admission_version_unsupported", "u" },
		{ "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{" DEPLOY "}}", "field_missing",
		    NULL },
		{ "[]", "field_missing", NULL },
		{ "{\"request\":{\"uid\":\"\"}}", "field_invalid", NULL },
		{ "{\"request\":{\"uid\":7}}", "field_invalid", NULL },
		{ HEAD "\"kind\":{\"kind\":\"A\"},\"operation\":\"CREATE\"}}", "field_missing", UID },
		{ HEAD "\"resource\":{\"resource\":\"as\"},\"operation\":\"CREATE\"}}", "field_missing", UID },
		{ HEAD "\"kind\":{\"kind\":\"A\"},\"resource\":{\"resource\":\"as\"},\"operation\":\"PATCH\"}}", "field_invalid", UID },
		{ HEAD "\"kind\":{\"kind\":\"A\"},\"resource\":{\"resource\":\"as\"}}}", "field_invalid", UID },
		{ REVIEW(",\"dryRun\":\"yes\""), "field_invalid", UID },
		{ REVIEW(",\"name\":\"a\\u0001b\""), "text_invalid", UID },
	};
	struct dx_request r;
	struct dx_err err;
	const char *uid;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		is_str(adapt(cases[i].review, &r, &uid, &err), cases[i].code, "refused: %.100s", cases[i].review);
		is_str(uid, cases[i].uid, "its uid");
	}
	adapt(dx_arena_printf(&arena, "{\"request\":{\"uid\":\"%0257d\"}}", 0), &r, &uid, &err);
	is_str(dx_reason_code(err.reason), "field_invalid", "a uid of 257 characters");
	adapt(HEAD "\"operation\":\"PATCH\",\"namespace\":\"live-ns\"}}", &r, &uid, &err);
	is_str(r.environment, "prod", "a refused review still says where it belongs");
}

static void
test_answers(void)
{
	struct dx_json reply = parsed("{\"decision\":\"DENY\",\"reason_codes\":[\"r1\",\"r2\",\"r3\",\"r4\",\"r5\",\"r6\",\"r7\","
	    "\"a23456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234"
	    "567890\",\"r9\"],\"decision_id\":\"d\",\"policy_version\":3,\"request_fingerprint\":\"f\",\"approval_required\":false,"
	    "\"approval_request_id\":null}"), answer;

	answer = dx_adapt_admission_answer(&arena, UID, &reply);
	is_str(canon(&answer), "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"response\":{\"allowed\":false,"
	    "\"auditAnnotations\":{\"approval-request-id\":\"\",\"approval-required\":\"false\",\"decision\":\"DENY\",\"decision-id\":\"d\","
	    "\"policy-version\":\"3\",\"request-fingerprint\":\"f\"},\"status\":{\"code\":403,\"message\":\"Dealix admission "
	    "decision=DENY; reason_codes=r1,r2,r3,r4,r5,r6,r7,a2345678901234567890123456789012345678901234567890123456789012345678"
	    "9012345678901234567890123456789012345678901234567890,r9\",\"reason\":\"Forbidden\"},\"uid\":\"" UID "\",\"warnings\":["
	    "\"dealix:r1\",\"dealix:r2\",\"dealix:r3\",\"dealix:r4\",\"dealix:r5\",\"dealix:r6\",\"dealix:r7\",\"dealix:a2345678901"
	    "234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123\"]}}",
	    "nine reasons give eight warnings of at most 120 characters");
	reply = parsed("{\"decision\":\"REQUIRE_APPROVAL\",\"reason_codes\":[\"approval_required\"],\"approval_required\":true,"
	    "\"approval_request_id\":\"ap-1\"}");
	answer = dx_adapt_admission_answer(&arena, UID, &reply);
	is_str(dx_json_get_str(dx_json_get(dx_json_get(&answer, "response"), "status"), "message"),
	    "Dealix admission decision=REQUIRE_APPROVAL; reason_codes=approval_required; approval_request_id=ap-1",
	    "what waits for people names the approval");
	reply = parsed("{\"decision\":\"ALLOW_WITH_CREDITS\",\"reason_codes\":[]}");
	answer = dx_adapt_admission_answer(&arena, UID, &reply);
	ok(dx_json_is(dx_json_get(dx_json_get(&answer, "response"), "allowed"), DX_JSON_TRUE), "credits allow");
	ok(dx_json_get(dx_json_get(&answer, "response"), "status") == NULL, "without a status");
	reply = parsed("{\"decision\":\"DENY\",\"reason_codes\":[]}");
	answer = dx_adapt_admission_answer(&arena, UID, &reply);
	is_str(dx_json_get_str(dx_json_get(dx_json_get(&answer, "response"), "status"), "message"),
	    "Dealix admission decision=DENY; reason_codes=none", "no reasons");
}

static void
test_errors(void)
{
	struct dx_err err = { 0 };
	struct dx_json answer;

	dx_err_set(&err, DX_R_ADMISSION_ANNOTATION_INVALID, "annotation x is not an amount");
	answer = dx_adapt_admission_error(&arena, UID, false, &err);
	is_str(canon(&answer), "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"response\":{\"allowed\":false,"
	    "\"auditAnnotations\":{\"error\":\"admission_annotation_invalid\"},\"status\":{\"code\":422,\"message\":"
	    "\"admission_annotation_invalid: annotation x is not an amount\",\"reason\":\"Invalid\"},\"uid\":\"" UID "\",\"warnings\":["
	    "\"dealix:admission_annotation_invalid\"]}}", "an error in band");
	answer = dx_adapt_admission_error(&arena, UID, true, &err);
	is_str(canon(&answer), "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"response\":{\"allowed\":true,"
	    "\"auditAnnotations\":{\"error\":\"admission_annotation_invalid\"},\"uid\":\"" UID "\",\"warnings\":["
	    "\"dealix:admission_annotation_invalid\"]}}", "in shadow it is allowed with a warning");
	dx_err_clear(&err);
	dx_err_set(&err, DX_R_STORE_UNAVAILABLE, "no store");
	answer = dx_adapt_admission_error(&arena, UID, false, &err);
	is_str(canon(dx_json_get(dx_json_get(&answer, "response"), "status")),
	    "{\"code\":503,\"message\":\"store_unavailable: no store\",\"reason\":\"InternalError\"}", "our own trouble");
}

int
main(void)
{
	static const char text[] = "{\"schema\":\"dealix.enforcement.policy.v1\",\"environments\":{\"namespaces\":{\"live-ns\":\"prod\"}}}";
	struct dx_err err = { 0 };

	if (!ok(dx_policy_parse(text, sizeof(text) - 1, &policy, &err) == 0, "the policy is read %s", err.text))
		return done();
	test_whole();
	test_names();
	test_environment();
	test_amounts();
	test_refused();
	test_answers();
	test_errors();
	dx_policy_free(policy);
	dx_arena_release(&arena);
	return done();
}
