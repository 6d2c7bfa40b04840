/* Amounts: the vectors, every refusal, rounding from the text, the bounds of each class. */
#include "core/money.h"
#include "core_case.h"

static void
vector_good(const struct dx_json *v)
{
	const char *input = dx_json_get_str(v, "input"), *hourly = dx_json_get_str(v, "hourly");
	struct dx_err err = { 0 };
	struct dx_money m = { -1 };
	char text[DX_MONEY_TEXT];
	int64_t micro = 0;

	dx_json_int64(dx_json_get(v, "monthly_micro"), &micro);
	is_int(dx_money_parse(input, DX_MONTHLY, &m, &err), 0, "monthly %s is read", input);
	is_int(m.micro, micro, "monthly %s in micro-USD", input);
	dx_money_print(m, DX_MONTHLY, text);
	is_str(text, dx_json_get_str(v, "monthly"), "monthly %s printed", input);
	if (hourly == NULL) {
		is_int(dx_money_parse(input, DX_HOURLY, &m, &err), -1, "hourly %s is refused", input);
		is_str(dx_reason_code(err.reason), "money_out_of_range", "hourly %s is out of range", input);
		return;
	}
	is_int(dx_money_parse(input, DX_HOURLY, &m, &err), 0, "hourly %s is read", input);
	dx_money_print(m, DX_HOURLY, text);
	is_str(text, hourly, "hourly %s printed", input);
}

static void
refused(const char *input, const char *code)
{
	struct dx_money m = { 77 };
	struct dx_err err = { 0 };
	struct dx_json v = dx_json_text(input);

	is_int(dx_money_parse(input, DX_MONTHLY, &m, &err), -1, "\"%s\" is refused", shown(input));
	is_str(dx_reason_code(err.reason), code, "\"%s\" is %s", shown(input), code);
	is_int(m.micro, 77, "\"%s\" leaves the result alone", shown(input));
	dx_err_clear(&err);
	dx_money_json(&v, DX_MONTHLY, "/a/b", &m, &err);
	is_str(said(&err), dx_arena_printf(&arena, "%s /a/b", code), "\"%s\" in a document names its place", shown(input));
}

static const struct { const char *input, *code; } bad[] = {
	{ "0x10", "money_invalid" }, { "1e-1", "money_invalid" }, { "1E3", "money_invalid" }, { "1 ", "money_invalid" },
	{ "\t1", "money_invalid" }, { "1\n", "money_invalid" }, { "00", "money_invalid" }, { "00.5", "money_invalid" },
	{ "1,5", "money_invalid" }, { "1.5.5", "money_invalid" }, { ".", "money_invalid" }, { "$5", "money_invalid" },
	{ "--1", "money_negative" }, { "-", "money_negative" }, { "-0.0001", "money_negative" }, { "-abc", "money_negative" },
	{ "\xd9\xa1", "money_invalid" },			/* an Arabic-Indic one */
	{ "\xe2\x88\x92" "1", "money_invalid" },		/* a minus sign that is not the ASCII one */
	{ "1.0000000000000", "money_invalid" }, { "99999999999", "money_invalid" },
	{ "infinity", "money_invalid" }, { "nan", "money_invalid" }, { "9999999999.99999", "money_out_of_range" },
	{ "11111111111111111111111111111111111111111111111111111111111111111111", "money_invalid" }
};

static const struct { const char *input, *monthly, *hourly; } rounding[] = {
	{ "0.00005", "0.0000", "0.000050" }, { "0.0000500", "0.0000", "0.000050" }, { "0.00015", "0.0002", "0.000150" },
	{ "0.00014999", "0.0001", "0.000150" }, { "0.0000005", "0.0000", "0.000000" }, { "0.0000015", "0.0000", "0.000002" },
	{ "0.000000500001", "0.0000", "0.000001" }, { "0.99995", "1.0000", "0.999950" }, { "0.9999995", "1.0000", "1.000000" },
	{ "0.9999985", "1.0000", "0.999998" }, { "1.0001500000", "1.0002", "1.000150" }, { "1.00025", "1.0002", "1.000250" },
	{ "12345678.123456", "12345678.1235", "12345678.123456" }
};

static void
round_both(const char *input, const char *monthly, const char *hourly)
{
	struct dx_money m;
	char text[DX_MONEY_TEXT];

	dx_money_parse(input, DX_MONTHLY, &m, NULL);
	dx_money_print(m, DX_MONTHLY, text);
	is_str(text, monthly, "%s at 4 decimals", input);
	is_int(m.micro % 100, 0, "%s is a multiple of 100 micro-USD", input);
	dx_money_parse(input, DX_HOURLY, &m, NULL);
	dx_money_print(m, DX_HOURLY, text);
	is_str(text, hourly, "%s at 6 decimals", input);
}

static const struct { const char *input; int places; const char *want; } limits[] = {
	{ "9999999999.9999", DX_MONTHLY, "9999999999.9999" }, { "9999999999.99994", DX_MONTHLY, "9999999999.9999" },
	{ "9999999999.99995", DX_MONTHLY, "money_out_of_range" }, { "9999999999.999950000001", DX_MONTHLY, "money_out_of_range" },
	{ "99999999.999999", DX_HOURLY, "99999999.999999" }, { "99999999.9999994", DX_HOURLY, "99999999.999999" },
	{ "99999999.9999995", DX_HOURLY, "money_out_of_range" }, { "100000000", DX_HOURLY, "money_out_of_range" }
};

/* Documents: NULL want is an amount. */
static const struct { const char *json, *want; } values[] = {
	{ "0", "0.0000" }, { "25", "25.0000" }, { "9999999999", "9999999999.0000" }, { "10000000000", "money_out_of_range" },
	{ "9007199254740991", "money_out_of_range" }, { "25.0", "money_inexact" }, { "1.5", "money_inexact" },
	{ "1e2", "money_inexact" }, { "1E2", "money_inexact" }, { "-1", "money_negative" }, { "-1.5", "money_inexact" },
	{ "null", "money_invalid" }, { "true", "money_invalid" }, { "[]", "money_invalid" }, { "{}", "money_invalid" },
	{ "'12.5'", "12.5000" }
};

static const struct { const char *input; int places; const char *want; } signed_ones[] = {
	{ "12.345678901234567", DX_MONTHLY, "12.3457" }, { "12.345678901234567", DX_HOURLY, "12.345679" },
	{ "-3.5", DX_MONTHLY, "-3.5000" }, { "-0", DX_MONTHLY, "0.0000" }, { "-0.00005", DX_MONTHLY, "0.0000" },
	{ "-0.00015", DX_MONTHLY, "-0.0002" }, { "-0.00025", DX_MONTHLY, "-0.0002" }, { "-0.000250000000000000000001", DX_MONTHLY, "-0.0003" },
	{ "0.00005000000000000000000000000000000000000000000000000000000000000000000000000000000001", DX_MONTHLY, "0.0001" },
	{ "-9999999999.9999", DX_MONTHLY, "-9999999999.9999" }, { "-9999999999.99995", DX_MONTHLY, "money_out_of_range" },
	{ "123456789012345678901234567890", DX_MONTHLY, "money_out_of_range" }, { "1e3", DX_MONTHLY, "money_invalid" },
	{ "-1E-3", DX_MONTHLY, "money_invalid" }, { "--1", DX_MONTHLY, "money_invalid" }, { "-", DX_MONTHLY, "money_invalid" },
	{ "", DX_MONTHLY, "money_invalid" }, { "+1", DX_MONTHLY, "money_invalid" }, { "01", DX_MONTHLY, "money_invalid" },
	{ "-01", DX_MONTHLY, "money_invalid" }, { ".5", DX_MONTHLY, "money_invalid" }, { "5.", DX_MONTHLY, "money_invalid" },
	{ " 5", DX_MONTHLY, "money_invalid" }, { "NaN", DX_MONTHLY, "money_invalid" }
};

static void
answers(int result, struct dx_money m, int places, const struct dx_err *err, const char *want, const char *input)
{
	char text[DX_MONEY_TEXT];

	dx_money_print(m, places, text);
	is_str(result == 0 ? text : dx_reason_code(err->reason), want, "%.40s at %d decimals", input, places);
}

static const struct { int64_t high, low, d, want; } divisions[] = {
	/* n = high * 10^15 + low */
	{ 0, 0, 1, 0 }, { 0, 1, 2, 0 }, { 0, 3, 2, 2 }, { 0, 5, 2, 2 }, { 0, 7, 2, 4 }, { 0, -1, 2, 0 }, { 0, -3, 2, -2 },
	{ 0, -5, 2, -2 }, { 0, 1, 3, 0 }, { 0, 2, 3, 1 }, { 0, -2, 3, -1 }, { 0, 2200, 20, 110 }, { 0, 4, 8, 0 }, { 0, 12, 8, 2 },
	{ 0, INT64_MAX, 1, INT64_MAX }, { 0, INT64_MIN, 1, INT64_MIN }, { 1000000, 0, 1, INT64_MAX }, { -1000000, 0, 1, INT64_MIN },
	{ 1000000000, 0, INT64_C(1000000000000000), 1000000000 }, { 0, INT64_MAX, INT64_MAX, 1 }, { 0, INT64_MAX - 1, INT64_MAX, 1 }
};

static void
arithmetic(void)
{
	struct dx_money a = { INT64_MAX }, b = { 1 }, out = { 5 };
	char text[DX_MONEY_TEXT];

	ok(!dx_money_add(a, b, &out) && out.micro == 5, "a sum that overflows is refused and leaves the result alone");
	ok(dx_money_add(b, b, &out) && out.micro == 2, "1 + 1");
	ok(dx_money_sub(b, a, &out) && out.micro == INT64_MIN + 2, "1 - INT64_MAX fits");
	a.micro = INT64_MIN;
	ok(!dx_money_sub(a, b, &out), "a difference that overflows is refused");
	dx_money_print(a, DX_MONTHLY, text);
	is_str(text, "-9223372036854.7758", "the lowest int64 is printed");
	dx_money_print(a, DX_HOURLY, text);
	is_str(text, "-9223372036854.775808", "the lowest int64 is printed with six decimals");
	for (size_t i = 0; i < COUNT(divisions); i++)
		is_int(dx_round_div((dx_int128)divisions[i].high * INT64_C(1000000000000000) + divisions[i].low, divisions[i].d),
		    divisions[i].want, "%" PRId64 "e15 %+" PRId64 " over %" PRId64, divisions[i].high, divisions[i].low,
		    divisions[i].d);
}

/* Printed and read again, every amount is itself; a fifth decimal rounds as dx_round_div does. */
static void
sweep(void)
{
	uint64_t state = 7;
	int wrong = 0;

	for (int i = 0; i < 200000; i++) {
		struct dx_money m = { 0 }, back = { -1 };
		char text[DX_MONEY_TEXT], five[64];
		int64_t units;

		state = state * UINT64_C(6364136223846793005) + 1;
		units = (int64_t)((state >> 20) % UINT64_C(99999999999994));
		m.micro = units * 100;
		dx_money_print(m, DX_MONTHLY, text);
		wrong += dx_money_parse(text, DX_MONTHLY, &back, NULL) != 0 || back.micro != m.micro;
		snprintf(five, sizeof(five), "%" PRId64 ".%05" PRId64, units / 100000, units % 100000);
		wrong += dx_money_parse(five, DX_MONTHLY, &back, NULL) != 0 || back.micro != dx_round_div(units, 10) * 100;
	}
	is_int(wrong, 0, "200000 amounts survive printing and round alike");
}

int
main(void)
{
	struct dx_json v = vectors();
	const struct dx_json *list = dx_json_get(&v, "money");
	size_t i;

	for (i = 0; dx_json_item(list, i) != NULL; i++)
		vector_good(dx_json_item(list, i));
	is_int((int)i, 9, "all vectors of amounts");
	list = dx_json_get(&v, "money_reject");
	for (i = 0; dx_json_item(list, i) != NULL; i++)
		refused(dx_json_get_str(dx_json_item(list, i), "input"), dx_json_get_str(dx_json_item(list, i), "error"));
	is_int((int)i, 15, "all vectors of refusals");
	for (i = 0; i < COUNT(bad); i++)
		refused(bad[i].input, bad[i].code);
	for (i = 0; i < COUNT(rounding); i++)
		round_both(rounding[i].input, rounding[i].monthly, rounding[i].hourly);
	for (i = 0; i < COUNT(limits); i++) {
		struct dx_err err = { 0 };
		struct dx_money m = { 0 };
		int result = dx_money_parse(limits[i].input, limits[i].places, &m, &err);

		answers(result, m, limits[i].places, &err, limits[i].want, limits[i].input);
	}
	for (i = 0; i < COUNT(values); i++) {
		struct dx_json value = json(values[i].json);
		struct dx_err err = { 0 };
		struct dx_money m = { 0 };
		int result = dx_money_json(&value, DX_MONTHLY, "/x", &m, &err);

		answers(result, m, DX_MONTHLY, &err, values[i].want, values[i].json);
	}
	for (i = 0; i < COUNT(signed_ones); i++) {
		struct dx_err err = { 0 };
		struct dx_money m = { 0 };
		int result = dx_money_parse_signed(signed_ones[i].input, signed_ones[i].places, &m, &err);

		answers(result, m, signed_ones[i].places, &err, signed_ones[i].want, signed_ones[i].input);
	}
	arithmetic();
	sweep();
	dx_arena_release(&arena);
	return done();
}
