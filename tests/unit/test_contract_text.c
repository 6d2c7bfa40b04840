/* contract/text, fold, spot, and how values are shown (evidence page 1 and 2.4). */
#include "base/text.h"
#include "crypt/digest.h"
#include "contract/formula_inner.h"
#include "formula_case.h"

typedef void	text_fn(const char *s, struct dx_buf *out);

static void
rewrite(text_fn *fn, const char *s, const char *want, const char *what)
{
	struct dx_buf out = { 0 };

	dx_buf_puts(&out, "<");
	fn(s, &out);
	dx_buf_puts(&out, ">");
	is_str(out.data, want, "%s", what);
	dx_buf_release(&out);
}

static void
test_trim(void)
{
	rewrite(dx_text_trim, " \t\r\n\v\fa b \n", "<a b>", "trim: ASCII blanks");
	rewrite(dx_text_trim, "\xc2\xa0\xe2\x80\x83x\xe3\x80\x80\xc2\x85", "<x>",
	    "trim: no-break, em, ideographic space, next line");
	rewrite(dx_text_trim, " \xc2\xa0 ", "<>", "trim: nothing but blanks");
	rewrite(dx_text_trim, "", "<>", "trim: nothing");
	rewrite(dx_text_trim, "\xe2\x80\x8bx", "<\xe2\x80\x8bx>", "trim: a zero-width space is none");
	rewrite(dx_text_trim, " \x80x\xff ", "<\x80x\xff>", "trim: bytes that are no UTF-8 stay");
}

static void
test_fold(void)
{
	rewrite(dx_text_fold, " Pro ", "<pro>", "fold: trimmed and folded");
	rewrite(dx_text_fold, "\xc3\x84\xce\xa3\xd0\x96\xe1\xba\x9e", "<\xc3\xa4\xcf\x83\xd0\xb6\xc3\x9f>",
	    "fold: other scripts");
	rewrite(dx_text_fold, "\xcf\x82", "<\xcf\x83>", "fold: a final sigma is a sigma");
	rewrite(dx_text_fold, "\xe2\x84\xaa", "<k>", "fold: the sign for kelvin is a k");
	rewrite(dx_text_fold, "A\xffZ", "<a\xffz>", "fold: bytes that are no UTF-8 stay");
	rewrite(dx_text_lower, " A ", "< a >", "lower: not trimmed");
	ok(dx_text_same_folded(" PRO\xc3\x84 ", "pro\xc3\xa4") && dx_text_same_folded("", "") && !dx_text_same_folded("pro",
	    "pr") &&
	    !dx_text_same_folded("pr", "pro") && !dx_text_same_folded("a b", "ab"), "fold: compared without a copy");
	ok(dx_text_same_folded("\xff", "\xff") && !dx_text_same_folded("\xff", "\xfe") && !dx_text_same_folded("a", "A"),
	    "fold: compared byte by byte where it is no UTF-8");
}

/* The digests are those of tests/data/gen-fold.py -d. */
static void
test_all_points(void)
{
	struct dx_buf simple = { 0 }, full = { 0 };
	char hex[DX_SHA256_HEX], utf8[4];
	struct dx_sha256 digest;

	for (uint32_t p = 1; p < 0x110000; p++) {
		const char *several = dx_fold_full(p);

		if (p >= 0xd800 && p <= 0xdfff)
			continue;
		dx_buf_add(&simple, utf8, dx_utf8_put(dx_fold_point(p), utf8));
		if (several != NULL)
			dx_buf_puts(&full, several);
		else
			dx_buf_add(&full, utf8, dx_utf8_put(dx_fold_point(p), utf8));
	}
	dx_sha256(simple.data, simple.len, &digest);
	dx_sha256_hex(&digest, hex);
	is_str(hex, "54a4a4a81f8378004efb99050b12ab9b076acd544deab27002a2ffef65f6b217", "fold: every code point, to one");
	dx_sha256(full.data, full.len, &digest);
	dx_sha256_hex(&digest, hex);
	is_str(hex, "cdd7db5a65d20e2c1e58715aaadf6a71f43f8bf4125a36b680113ed8cc8d4ab4", "fold: every code point, to several");
	dx_buf_release(&simple);
	dx_buf_release(&full);
}

static void
test_identity(void)
{
	static const char *const same[][2] = {
		{ "Jo Smith", " jo smith " }, { "Jo Smith (acting)", "JO SMITH" }, { "Jo Smith(Acting CFO)", "jo smith" },
		{ "Jo (acting) (deputy)", "jo" }, { "Jo (a (b))", "jo" }, { "jo+a@x.com", "JO@X.com" }, { "jo+a+b@x.com",
		"jo+c@x.com" },
		{ "jo+a@x.com (acting)", "jo@x.com" }, { "Jo <jo+a@x.com>", "jo <JO@x.com>" }, { "STRASSE",
		"stra\xc3\x9f" "e" },
		{ "Jo (acting\xc2\xa0)", "jo" }, { "a+1@x.com, b+2@x.com", "a@x.com, b@x.com" }, { "\xef\xac\x81n", "FIN" },
	};
	static const char *const other[][2] = {
		{ "jo", "joe" }, { "jo (acting) smith", "jo smith" }, { "jo+a", "jo" }, { "jo@x+y.com", "jo@x.com" },
		{ "a+b c@x", "a c@x" },
		{ "Jo (acting", "jo" }, { "Jo acting)", "jo" },
	};
	struct dx_buf a = { 0 }, b = { 0 };

	for (size_t i = 0; i < sizeof(same) / sizeof(*same) + sizeof(other) / sizeof(*other); i++) {
		bool equal = i < sizeof(same) / sizeof(*same);
		const char *const *pair = equal ? same[i] : other[i - sizeof(same) / sizeof(*same)];

		dx_buf_reset(&a);
		dx_buf_reset(&b);
		dx_text_identity(pair[0], &a);
		dx_text_identity(pair[1], &b);
		ok((strcmp(a.data, b.data) == 0) == equal, "ident: \"%s\" is %s\"%s\"", pair[0], equal ? "" : "not ", pair[1]);
	}
	dx_buf_release(&a);
	dx_buf_release(&b);
	rewrite(dx_text_identity, "(acting)", "<>", "ident: nothing but a role is nobody");
	rewrite(dx_text_identity, "", "<>", "ident: nothing");
	rewrite(dx_text_identity, "Al\xe2\x80\x8bice\xef\xbb\xbf (acting)\xe2\x80\x8b", "<alice>", "ident: what cannot be seen makes nobody another");
	rewrite(dx_text_identity, "a\xc2\xad" "b\xf3\xa0\x81\xa1", "<ab>", "ident: a soft hyphen, a tag");
	ok(dx_text_blank("") && dx_text_blank(" \xc2\xa0\xe3\x80\x80\xe2\x80\x8b\xf3\xa0\x81\xa1\x1c") && !dx_text_blank("\xc2\xa0x") &&
	    !dx_text_blank("\xff"), "blank: nothing that can be seen");
}

static void
test_placeholder(void)
{
	static const char *const yes[] = {
		"TODO", "todo_later", "x TODO.", "TBD", "(tbd)", "a placeholder here", "REPLACE_ME", "replace-me",
		"replaceMe!", "ChangeMe",
		"changeme_now", "_todo_", "https://example.com/x", "notexample.com", "host.example", "a.example/x",
		"a.example_b", "YYYY-MM-DD",
		"abyyyyz", "\xe8\xaf\xb7TODO\xe8\xaf\xb7", "\xe2\x80\x94tbd\xe2\x80\x94", "todo todos",
	};
	static const char *const no[] = {
		"", "todos", "mastodon", "m\xc3\xa9todo", "me\xcc\x81todo", "tbd1", "1tbd", "placeholders", "replace me",
		"replacement", "xchangeme",
		"example.org", "examples", "a.examples", "example", "yyy", "to do", ".exampl\xc3\xa9",
	};

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		ok(dx_text_placeholder(yes[i]), "placeholder: \"%s\" is one", yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		ok(!dx_text_placeholder(no[i]), "placeholder: \"%s\" is none", no[i]);
}

static void
test_spots(void)
{
	struct dx_json node = { 0 };
	struct dx_spot root = { .node = &node }, o = { .up = &root, .name = "a/b~c" }, item = { .up = &o, .index = 3 };
	struct dx_spot again = { .up = &root, .name = "a/b~c" }, next = { .up = &o, .index = 4 }, last = { .up = &o,
	    .index = UINT32_MAX };
	struct dx_spot other = { .input = 1, .node = &node }, member = { .up = &o, .name = "3" };
	static struct dx_spot chain[300];
	struct dx_buf out = { 0 };

	dx_spot_pointer(&item, &out);
	is_str(out.data, "/a~1b~0c/3", "spot: a pointer");
	dx_buf_reset(&out);
	dx_spot_pointer(&last, &out);
	is_str(out.data, "/a~1b~0c/-", "spot: behind the last item");
	ok(dx_spot_covers(&root, &item) && dx_spot_covers(&o, &item) && dx_spot_covers(&item, &item) && dx_spot_covers(&again,
	    &item),
	    "spot: contains what lies below");
	ok(!dx_spot_covers(&item, &o) && !dx_spot_covers(&next, &item) && !dx_spot_covers(&member, &item) &&
	    !dx_spot_covers(&other, &item) &&
	    !dx_spot_covers(&item, &member), "spot: and nothing else");
	chain[0] = root;
	for (uint32_t i = 1; i < 300; i++)
		chain[i] = (struct dx_spot){ .up = &chain[i - 1], .index = i % 10 };
	dx_buf_reset(&out);
	dx_spot_pointer(&chain[299], &out);
	is_int((intmax_t)out.len, 299 * 2, "spot: a long chain");
	ok(dx_spot_covers(&chain[1], &chain[299]) && !dx_spot_covers(&chain[299], &chain[298]), "spot: also of one");
	dx_buf_release(&out);
}

static void
show(struct formula_case *c, const char *name, const char *want)
{
	struct dx_spot s = { .up = &c->root, .name = name, .node = dx_json_get(&c->document, name) };
	struct dx_buf out = { 0 };
	struct dx_value v;

	ok(dx_value_of(&c->scope, &s, &v) == 0, "show: %s has a value", name);
	dx_buf_puts(&out, "found ");
	dx_value_show(&v, &out);
	is_str(out.data, want, "show: %s, behind what is there", name);
	dx_buf_release(&out);
}

#define TEN	"0123456789"
#define UMLAUTS	"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4"

static void
test_show(void)
{
	struct dx_value v = { .type = DX_VALUE_LIST };
	struct dx_buf out = { 0 };
	struct formula_case c;
	struct dx_spot s;

	case_begin(&c,
	    "{\"n\":1.50e0,\"t\":\"a b\",\"none\":null,\"yes\":true,\"o\":{\"b\":[1.0,\"x\",null],\"a\":{},\"aa\":-0.0},\"80\":\""
	    TEN TEN TEN TEN TEN TEN TEN TEN "\",\"81\":\"" TEN TEN TEN TEN TEN TEN TEN TEN "x\",\"wide\":\""
	    UMLAUTS UMLAUTS UMLAUTS UMLAUTS
	    UMLAUTS UMLAUTS UMLAUTS UMLAUTS "x\",\"list\":[\"" TEN TEN TEN TEN TEN TEN TEN TEN TEN "\",2],\"huge\":1e2000}");
	show(&c, "n", "found 1.50e0");
	show(&c, "t", "found a b");
	show(&c, "none", "found null");
	show(&c, "absent", "found null");
	show(&c, "yes", "found true");
	show(&c, "o", "found {\"a\":{},\"aa\":0,\"b\":[1,\"x\",null]}");
	show(&c, "80", "found " TEN TEN TEN TEN TEN TEN TEN TEN);
	show(&c, "81", "found " TEN TEN TEN TEN TEN TEN TEN "0123456...");
	show(&c, "wide", "found " UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS
	    "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4...");
	show(&c, "list", "found [\"" TEN TEN TEN TEN TEN TEN TEN "01234...");
	s = (struct dx_spot){ .up = &c.root, .name = "huge", .node = dx_json_get(&c.document, "huge") };
	ok(dx_value_of(&c.scope, &s, &v) == -1, "show: a number beyond the bounds is no value");
	v = (struct dx_value){ .type = DX_VALUE_NUMBER, .number = dx_num_div(c.nums, dx_num_int(c.nums, -2),
	    dx_num_int(c.nums, 3)) };
	dx_value_show(&v, &out);
	is_str(out.data, "-0.666666666667", "show: a computed number has at most 12 decimals");
	case_end(&c);
	dx_buf_release(&out);
}

int
main(void)
{
	test_trim();
	test_fold();
	test_all_points();
	test_identity();
	test_placeholder();
	test_spots();
	test_show();
	return done();
}
