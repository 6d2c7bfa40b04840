#include "base/err.h"
#include "core/entry.h"
#include "core/event.h"
#include "crypt/merkle.h"
#include "tap.h"
#include "vector_log.h"

static char *line[VECTOR_COUNT];

static bool
parse(struct dx_arena *a, const char *text, struct dx_json *doc)
{
	return dx_json_parse(a, dx_arena_dup(a, text, strlen(text)), strlen(text), DX_JSON_OURS, doc, NULL) == 0;
}

static void
test_vectors(void)
{
	static const size_t sizes[VECTOR_COUNT] = { 544, 1848, 2056, 2034, 1874 };
	struct dx_arena a = { 0 };
	struct dx_merkle tree = { 0 };
	struct dx_buf bytes = { 0 };
	struct dx_sha256 leaf, genesis, root;
	struct dx_err err = { 0 };
	char hex[DX_SHA256_HEX], prev[DX_SHA256_HEX];

	dx_entry_genesis(VECTOR_ORIGIN, &genesis);
	dx_sha256_hex(&genesis, prev);
	is_str(prev, "170d086207cd944102bab1a9df40ffd8543652e38516d03f479726ae089c6ba8", "genesis");
	for (int i = 0; i < VECTOR_COUNT; i++) {
		struct dx_json doc;

		is_int((intmax_t)strlen(line[i]), (intmax_t)sizes[i], "entry %d has its size", i);
		ok(parse(&a, line[i], &doc), "entry %d parses", i);
		if (!ok(dx_entry_check(&doc, &err) == 0, "entry %d is accepted", i))
			diag("%s: %s", err.at, err.text);
		is_str(dx_json_get_str(&doc, "prev"), prev, "entry %d is linked", i);
		ok(dx_entry_seal(&doc, &bytes, &leaf, &err) == 0 && strcmp(bytes.data, line[i]) == 0, "entry %d is a fixed point", i);
		dx_sha256_hex(&leaf, hex);
		is_str(hex, vector_leaf[i], "leaf %d", i);
		memcpy(prev, hex, sizeof(prev));
		dx_merkle_add(&tree, &leaf, NULL);
		dx_merkle_root(&tree, &root);
		dx_sha256_hex(&root, hex);
		is_str(hex, vector_root[i], "root of %d", i + 1);
	}
	dx_buf_release(&bytes);
	dx_arena_release(&a);
}

/* The first two entries made from their parts are the vectors again. */
static void
test_make(void)
{
	struct dx_arena a = { 0 };
	struct dx_head head = { .tenant_id = VECTOR_TENANT, .origin = VECTOR_ORIGIN, .recorded_at = INT64_MIN };
	struct dx_buf bytes = { 0 };
	struct dx_err err = { 0 };
	struct dx_json second, made;
	struct dx_entry_draft d = { .event = DX_EVENT_LOG_OPENED, .ledger_id = "22222222-2222-4222-8222-000000000000",
	    .actor = dx_actor_system, .subject_id = VECTOR_ORIGIN, .details = dx_json_object() };
	const int64_t noon = INT64_C(1772020800000000);

	made = dx_entry_make(&a, &head, &d, noon);
	dx_entry_seal(&made, &bytes, &head.leaf, &err);
	is_str(bytes.data, line[0], "log_opened made");
	head.size = 1;
	head.recorded_at = noon;
	parse(&a, line[1], &second);
	d = (struct dx_entry_draft){ .event = DX_EVENT_DECISION_CREATED, .ledger_id = "22222222-2222-4222-8222-000000000001",
	    .actor = { "33333333-3333-4333-8333-333333333333", "member", "os-user" },
	    .subject_id = "44444444-4444-4444-8444-444444444444", .decision = *dx_json_get(&second, "decision"),
	    .approval_id = "55555555-5555-4555-8555-555555555555", .approval_status = "pending", .details = dx_json_object() };
	made = dx_entry_make(&a, &head, &d, noon - 5);
	dx_entry_seal(&made, &bytes, &head.leaf, &err);
	is_str(bytes.data, line[1], "decision_created made, and time does not go back");
	dx_buf_release(&bytes);
	dx_arena_release(&a);
}

static const struct { int entry; const char *from, *to; } bad[] = {
	{ 0, "\"actor\":{\"auth\":\"system\",", "\"actor\":{" },
	{ 0, "\"auth\":\"system\"", "\"auth\":\"root\"" },
	{ 0, "\"role\":\"system\"", "\"role\":\"king\"" },
	{ 0, "\"id\":\"00000000-0000-0000-0000-000000000000\"", "\"id\":\"A b\"" },
	{ 0, "\"details\":{}", "\"details\":[]" },
	{ 0, "\"details\":{}", "\"details\":{\"x\":\"y\"}" },
	{ 0, "\"details\":{},", "" },
	{ 0, "\"event\":\"log_opened\"", "\"event\":\"log_closed\"" },
	{ 0, "\"event\":\"log_opened\"", "\"event\":7" },
	{ 0, "\"ledger_id\":\"2", "\"ledger_id\":\"x" },
	{ 0, "\"ledger_id\":\"22222222-2222-4222-8222-000000000000\"", "\"ledger_id\":\"00000000-0000-0000-0000-000000000000\"" },
	{ 0, "\"origin\":\"ledger", "\"origin\":\"led ger" },
	{ 0, "\"origin\":\"ledger", "\"origin\":\"led+ger" },
	{ 0, "\"prev\":\"1", "\"prev\":\"X" },
	{ 0, "\"prev\":\"17", "\"prev\":\"1" },
	{ 0, "12:00:00.000000Z", "12:00:00Z" },
	{ 0, "12:00:00.000000Z", "12:00:00.000000+00:00" },
	{ 0, "2026-02-25T12", "2026-02-30T12" },
	{ 0, "dealix.ledger.entry.v1", "dealix.ledger.entry.v2" },
	{ 0, "\"seq\":0", "\"seq\":-1" },
	{ 0, "\"seq\":0", "\"seq\":\"0\"" },
	{ 0, "\"seq\":0", "\"seq\":0.5" },
	{ 0, "\"type\":\"log\"", "\"type\":\"decision\"" },
	{ 0, "\"type\":\"log\"", "\"type\":\"log\",\"why\":1" },
	{ 0, "\"tenant_id\":\"1", "\"tenant_id\":\"-" },
	{ 0, "\"schema\"", "\"extra\":1,\"schema\"" },
	{ 0, "\"details\":{}", "\"decision\":{},\"details\":{}" },
	{ 0, "\"details\":{}", "\"approval\":{\"id\":\"55555555-5555-4555-8555-555555555555\",\"status\":\"pending\"},\"details\":{}" },
	{ 1, "\"status\":\"pending\"", "\"status\":\"open\"" },
	{ 1, "\"action\":\"terraform.apply\"", "\"action\":\"\"" },
	{ 1, "\"action\":\"terraform.apply\",", "" },
	{ 1, "\"anomaly_signal\":false", "\"anomaly_signal\":null" },
	{ 1, "\"anomaly_signal\":false", "\"anomaly_signal\":\"false\"" },
	{ 1, "\"approval_required\":true,", "" },
	{ 1, "\"decision\":\"REQUIRE_APPROVAL\"", "\"decision\":\"require_approval\"" },
	{ 1, "\"decision_id\":\"4", "\"decision_id\":\"g" },
	{ 1, "\"estimated_hourly_delta_usd\":\"0.140000\"", "\"estimated_hourly_delta_usd\":\"0.14\"" },
	{ 1, "\"estimated_monthly_delta_usd\":\"100.0000\"", "\"estimated_monthly_delta_usd\":\"100.00\"" },
	{ 1, "\"estimated_monthly_delta_usd\":\"100.0000\"", "\"estimated_monthly_delta_usd\":100" },
	{ 1, "\"estimated_monthly_delta_usd\":\"100.0000\"", "\"estimated_monthly_delta_usd\":\"-1.0000\"" },
	{ 1, "\"generation\":1", "\"generation\":0" },
	{ 1, "\"mode\":\"soft\"", "\"mode\":\"gentle\"" },
	{ 1, "\"environment\":\"prod\"", "\"environment\":\"ppppppppppppppppppppppppppppppppp\"" },
	{ 1, "\"policy_document_sha256\":\"a", "\"policy_document_sha256\":\"A" },
	{ 1, "\"reason_codes\":[\"approval_required\"]", "\"reason_codes\":[\"approval_required\",\"approval_required\"]" },
	{ 1, "\"reason_codes\":[\"approval_required\"]", "\"reason_codes\":[\"Approval\"]" },
	{ 1, "\"reason_codes\":[\"approval_required\"]", "\"reason_codes\":\"approval_required\"" },
	{ 1, "\"risk_class\":\"medium\"", "\"risk_class\":\"severe\"" },
	{ 1, "\"risk_score\":3", "\"risk_score\":\"3\"" },
	{ 1, "\"source\":\"terraform\"", "\"source\":\"pulumi\"" },
	{ 1, "\"unfunded_usd\":\"0.0000\"", "\"unfunded_usd\":\"0.0000\",\"surplus\":1" },
	{ 1, "\"details\":{}", "\"details\":{\"supersedes\":\"x\"}" },
	{ 1, "\"id\":\"44444444-4444-4444-8444-444444444444\"", "\"id\":\"fortyfour\"" },
	{ 2, "\"approval\":{\"id\":\"55555555-5555-4555-8555-555555555555\",\"status\":\"pending\"},", "" },
	{ 2, ",\"vote\":\"approve\"", "" },
	{ 2, "\"vote\":\"approve\"", "\"vote\":\"perhaps\"" },
	{ 2, "\"signature_sha256\":\"8fb5bf94d03c7f57050ef7f3acf98d0d88b555f221dd0c55a38de54c728e61f2\",", "" },
	{ 2, "\"auth\":\"sshsig\"", "\"auth\":\"os-user\"" },
	{ 3, "\"approvals\":1", "\"approvals\":0" },
	{ 3, "\"approvals\":1", "\"approvals\":\"1\"" },
	{ 3, "\"token_expires_at\":\"2026-02-25T12:16:00.000000Z\"", "\"token_expires_at\":\"soon\"" },
	{ 4, "\"via\":\"token\"", "\"via\":\"mail\"" },
	{ 4, "\"via\":\"token\"", "\"reply\":\"x\",\"via\":\"token\"" },
};

static const struct { int entry; const char *from, *to; } good[] = {
	{ 0, "\"details\":{}", "\"details\":{\"idempotency_key\":\"k-12\"}" },
	{ 1, "\"anomaly_signal\":false,", "" },
	{ 1, "\"created_by_user_id\":\"33333333-3333-4333-8333-333333333333\",", "" },
	{ 1, "\"reason_codes\":[\"approval_required\"]", "\"reason_codes\":[]" },
	{ 1, "\"risk_class\":\"medium\",\"risk_score\":3,", "" },
	{ 1, "\"details\":{}", "\"details\":{\"supersedes\":\"44444444-4444-4444-8444-444444444445\"}" },
	{ 1, "\"approval_required\":true,", "\"approval_required\":true,\"burn_rate_daily_usd\":\"-3.2500\"," },
	{ 2, "\"signature_sha256\"", "\"lapsed\":[\"kim\"],\"signature_sha256\"" },
	{ 4, "\"jti\":\"AAECAwQFBgcICQoLDA0ODw\",", "" },
};

static void
test_mutations(void)
{
	struct dx_arena a = { 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *text = vector_edit(line[bad[i].entry], bad[i].from, bad[i].to);
		struct dx_err err = { 0 };
		struct dx_json doc;

		ok(text != NULL && parse(&a, text, &doc) && dx_entry_check(&doc, &err) != 0 && err.reason == DX_R_ENTRY_SCHEMA,
		    "refused: %s", bad[i].to[0] != '\0' ? bad[i].to : bad[i].from);
		free(text);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		char *text = vector_edit(line[good[i].entry], good[i].from, good[i].to);
		struct dx_err err = { 0 };
		struct dx_json doc;

		if (!ok(text != NULL && parse(&a, text, &doc) && dx_entry_check(&doc, &err) == 0, "accepted: %s",
		    good[i].to[0] != '\0' ? good[i].to : good[i].from))
			diag("%s: %s", err.at, err.text);
		free(text);
	}
	dx_arena_release(&a);
}

static void
test_details_bounds(void)
{
	struct dx_arena a = { 0 };
	struct dx_json doc;
	struct dx_err err = { 0 };
	struct dx_buf b = { 0 };
	char *text;

	for (int i = 0; i < 1000; i++)
		dx_buf_puts(&b, "\xc3\xa9");
	text = dx_arena_printf(&a, "\"details\":{\"idempotency_key\":\"%s\"}", b.data);
	text = vector_edit(line[0], "\"details\":{}", text);
	ok(parse(&a, text, &doc) && dx_entry_check(&doc, &err) == 0, "a text of 1000 characters");
	free(text);
	dx_buf_puts(&b, "x");
	text = dx_arena_printf(&a, "\"details\":{\"idempotency_key\":\"%s\"}", b.data);
	text = vector_edit(line[0], "\"details\":{}", text);
	ok(parse(&a, text, &doc) && dx_entry_check(&doc, &err) != 0, "one of 1001");
	free(text);
	dx_buf_reset(&b);
	for (int i = 0; i < 2000; i++)
		dx_buf_puts(&b, "\"approver\",");
	text = dx_arena_printf(&a, "\"lapsed\":[%s\"z\"],\"signature_sha256\"", b.data);
	text = vector_edit(line[2], "\"signature_sha256\"", text);
	ok(parse(&a, text, &doc) && dx_entry_check(&doc, &err) != 0, "details over 16384 bytes");
	free(text);
	dx_buf_release(&b);
	dx_arena_release(&a);
}

static int
collect(void *ctx, const char *hex)
{
	dx_buf_printf(ctx, "%.2s ", hex);
	return 0;
}

static int
refuse(void *ctx, const char *hex)
{
	(void)hex;
	++*(int *)ctx;
	return -1;
}

static void
test_payloads(void)
{
	struct dx_arena a = { 0 };
	struct dx_buf b = { 0 };
	struct dx_json doc;
	int calls = 0;

	parse(&a, line[2], &doc);
	ok(dx_entry_payloads(&doc, collect, &b) == 0, "payloads named");
	is_str(b.data, "cc dd 8f ", "request, response, signature, not the binding");
	ok(dx_entry_payloads(&doc, refuse, &calls) == -1 && calls == 1, "stops when told to");
	dx_buf_release(&b);
	dx_arena_release(&a);
}

static void
test_events(void)
{
	static const char *const some[] = { "abuse_signal", "waiver_used", "run_ended", "approval_vote", "external_recorded",
	    "connector_switched", "evidence_pending", "contradiction_changed", "lock_forced", "pack_sealed" };

	for (int e = 0; e < DX_EVENT_COUNT; e++)
		ok(dx_event_find(dx_event_name((enum dx_event)e)) != NULL, "%s is in the table", dx_event_name((enum dx_event)e));
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		ok(dx_event_find(some[i]) != NULL, "%s is known", some[i]);
	ok(dx_event_find("run_resumed") == NULL && dx_event_find("") == NULL && dx_event_find(NULL) == NULL, "others are not");
}

/* Every byte of every vector changed: never accepted as the same entry, never a crash. */
static void
test_bytes(void)
{
	struct dx_arena a = { 0 };
	struct dx_sha256 leaf;
	char hex[DX_SHA256_HEX];
	unsigned same = 0;

	for (int i = 0; i < VECTOR_COUNT; i++)
		for (size_t k = 0; line[i][k] != '\0'; k++) {
			char *text = strdup(line[i]);
			struct dx_err err = { 0 };
			struct dx_json doc;

			text[k] ^= 1;
			if (text[k] != '\0' && parse(&a, text, &doc))
				(void)dx_entry_check(&doc, &err);
			dx_merkle_leaf(text, strlen(line[i]), &leaf);
			dx_sha256_hex(&leaf, hex);
			same += strcmp(hex, vector_leaf[i]) == 0;
			free(text);
			dx_arena_reset(&a);
		}
	is_int(same, 0, "no changed byte keeps the leaf");
	dx_arena_release(&a);
}

int
main(void)
{
	vector_read(line);
	test_vectors();
	test_make();
	test_mutations();
	test_details_bounds();
	test_payloads();
	test_events();
	test_bytes();
	for (int i = 0; i < VECTOR_COUNT; i++)
		free(line[i]);
	return done();
}
