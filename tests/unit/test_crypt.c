/* crypt/digest: FIPS 180-4 examples, parts, hex. */
#include <stdlib.h>

#include "crypt/digest.h"
#include "tap.h"

static void
is_digest(const struct dx_sha256 *d, const char *want, const char *what)
{
	char hex[DX_SHA256_HEX];

	dx_sha256_hex(d, hex);
	is_str(hex, want, "sha256: %s", what);
}

static void
test_whole(void)
{
	struct dx_sha256 d, e;
	char *million = malloc(1000000);

	memset(million, 'a', 1000000);
	dx_sha256("", 0, &d);
	is_digest(&d, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "of nothing");
	dx_sha256(NULL, 0, &e);
	ok(dx_same(&d, &e, sizeof(d)), "sha256: of no bytes at all");
	dx_sha256("abc", 3, &d);
	is_digest(&d, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "of abc");
	dx_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, &d);
	is_digest(&d, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", "of two blocks");
	dx_sha256(million, 1000000, &d);
	is_digest(&d, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", "of a million");
	dx_sha256_tagged('a', "bc", 2, &d);
	is_digest(&d, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "of a tag and bytes");
	dx_sha256_tagged(0x00, "", 0, &d);
	is_digest(&d, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "of a tag alone");
	free(million);
}

static void
test_node(void)
{
	struct dx_sha256 l, r, d, e;
	unsigned char all[65] = { 0x01 };

	dx_sha256("l", 1, &l);
	dx_sha256("r", 1, &r);
	memcpy(all + 1, l.b, 32);
	memcpy(all + 33, r.b, 32);
	dx_sha256(all, sizeof(all), &d);
	dx_sha256_node(&l, &r, &e);
	ok(dx_same(&d, &e, sizeof(d)), "node: of 01, left, right");
	dx_sha256_node(&r, &l, &e);
	ok(!dx_same(&d, &e, sizeof(d)), "node: the order matters");
	dx_sha256_node(&l, &r, &l);
	ok(dx_same(&d, &l, sizeof(d)), "node: the result may replace a child");
}

static void
test_parts(void)
{
	unsigned char bytes[1000];
	struct dx_sha256 want, got, other;
	int wrong = 0;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7);
	dx_sha256(bytes, sizeof(bytes), &want);
	for (size_t step = 1; step <= sizeof(bytes); step += 13) {
		struct dx_hasher *h = dx_hasher_new(), *second = dx_hasher_new();

		for (size_t at = 0; at < sizeof(bytes); at += step) {
			dx_hasher_add(h, bytes + at, at + step < sizeof(bytes) ? step : sizeof(bytes) - at);
			dx_hasher_add(second, "x", 1);
			dx_sha256("between", 7, &other);	/* does not disturb it */
		}
		dx_hasher_add(h, NULL, 0);
		dx_hasher_end(h, &got);
		dx_hasher_end(second, &other);
		wrong += !dx_same(&got, &want, sizeof(got)) || dx_same(&other, &want, sizeof(got));
	}
	is_int(wrong, 0, "hasher: parts of any size give the digest of the whole");
}

static void
test_hex(void)
{
	static const char good[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	struct dx_sha256 d, e;
	char bad[80];

	dx_sha256("", 0, &d);
	ok(dx_sha256_unhex(good, &e) && dx_same(&d, &e, sizeof(d)), "unhex: 64 digits");
	snprintf(bad, sizeof(bad), "%s0", good);
	ok(!dx_sha256_unhex(bad, &e), "unhex: 65 are refused");
	snprintf(bad, sizeof(bad), "%.63s", good);
	ok(!dx_sha256_unhex(bad, &e), "unhex: 63 too");
	snprintf(bad, sizeof(bad), "E%s", good + 1);
	ok(!dx_sha256_unhex(bad, &e), "unhex: and upper case");
	snprintf(bad, sizeof(bad), "g%s", good + 1);
	ok(!dx_sha256_unhex(bad, &e) && !dx_sha256_unhex("", &e) && dx_same(&d, &e, sizeof(d)),
	    "unhex: and anything else, leaving what was there");
}

static void
test_same(void)
{
	unsigned char a[64] = { 0 }, b[64] = { 0 };
	int wrong = 0;

	for (size_t i = 0; i < sizeof(a); i++)
		for (int bit = 0; bit < 8; bit++) {
			b[i] = (unsigned char)(1 << bit);
			wrong += dx_same(a, b, sizeof(a));
			wrong += !dx_same(a, b, i);
			b[i] = 0;
		}
	is_int(wrong, 0, "same: every bit counts, and none behind the end");
	ok(dx_same(a, b, 64) && dx_same(a, b, 0), "same: equal");
}

int
main(void)
{
	test_whole();
	test_node();
	test_parts();
	test_hex();
	test_same();
	return done();
}
