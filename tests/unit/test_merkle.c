/* crypt/merkle: the definition of RFC 6962, the vectors of the ledger page, the fixtures of transparency-dev. */
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "crypt/merkle.h"
#include "json/json.h"
#include "tap.h"

#define MAX	64		/* leaves of the exhaustive test */
#define FIXTURES	"../shared/fixtures/merkle/"

/* --- a tree by the definition --- */

static struct dx_sha256 leaves[1024];

static bool
same(const struct dx_sha256 *a, const struct dx_sha256 *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static uint64_t
split(uint64_t n)
{
	uint64_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

/* MTH of RFC 6962 2.1 over leaves[at..at+n). */
static struct dx_sha256
mth(uint64_t at, uint64_t n)
{
	struct dx_sha256 l, r, out;

	if (n == 0) {
		dx_sha256("", 0, &out);
		return out;
	}
	if (n == 1)
		return leaves[at];
	l = mth(at, split(n));
	r = mth(at + split(n), n - split(n));
	dx_sha256_node(&l, &r, &out);
	return out;
}

/* PATH of 2.1.1. */
static unsigned
plain_path(uint64_t m, uint64_t at, uint64_t n, struct dx_sha256 *out)
{
	uint64_t k = split(n);
	unsigned len;

	if (n == 1)
		return 0;
	if (m < k) {
		len = plain_path(m, at, k, out);
		out[len] = mth(at + k, n - k);
	} else {
		len = plain_path(m - k, at + k, n - k, out);
		out[len] = mth(at, k);
	}
	return len + 1;
}

/* SUBPROOF of 2.1.2. */
static unsigned
plain_subproof(uint64_t m, uint64_t at, uint64_t n, bool whole, struct dx_sha256 *out)
{
	uint64_t k = split(n);
	unsigned len = 0;

	if (m == n) {
		if (!whole)
			out[len++] = mth(at, n);
		return len;
	}
	if (m <= k) {
		len = plain_subproof(m, at, k, whole, out);
		out[len] = mth(at + k, n - k);
	} else {
		len = plain_subproof(m - k, at + k, n - k, false, out);
		out[len] = mth(at, k);
	}
	return len + 1;
}

/* --- ours, over stored nodes --- */

struct nodes {
	uint64_t	size;
	unsigned	asked;
	unsigned	fail_at;	/* the call that fails, from 1; 0: none */
	bool		outside;	/* asked for a subtree that is not complete */
};

static int
node(void *ctx, unsigned level, uint64_t idx, struct dx_sha256 *out)
{
	struct nodes *n = ctx;

	n->asked++;
	if (n->asked == n->fail_at)
		return -1;
	if (level > 62 || (idx + 1) << level > n->size) {
		n->outside = true;
		return -1;
	}
	*out = mth(idx << level, UINT64_C(1) << level);
	return 0;
}

/* --- every proof up to MAX --- */

struct proof {
	bool			inclusion;
	uint64_t		first, second;		/* index and size, or old and new size */
	struct dx_sha256	one, two;		/* leaf and root, or old and new root */
	struct dx_sha256	path[DX_MERKLE_DEPTH];
	unsigned		len;
};

static bool
accepts(const struct proof *p)
{
	if (p->inclusion)
		return dx_merkle_check_inclusion(&p->one, p->first, p->second, p->path, p->len, &p->two);
	return dx_merkle_check_consistency(p->first, &p->one, p->second, &p->two, p->path, p->len);
}

static void
flip(struct dx_sha256 *d, unsigned bit)
{
	d->b[bit / 8 % 32] ^= (unsigned char)(1u << bit % 8);
}

/* How many changes of a good proof are accepted: none should be. */
static int
accepted_changes(const struct proof *good, unsigned salt)
{
	struct proof p = *good;
	int n = 0;

	for (unsigned i = 0; i <= p.len; i++) {		/* added */
		memmove(&p.path[i + 1], &p.path[i], (good->len - i) * sizeof(*p.path));
		p.path[i] = i % 2 == 0 ? leaves[MAX] : good->path[i > 0 ? i - 1 : 0];
		p.len++;
		n += accepts(&p);
		p = *good;
	}
	for (unsigned i = 0; i < p.len; i++) {
		memmove(&p.path[i], &p.path[i + 1], (p.len - i - 1) * sizeof(*p.path));	/* dropped */
		p.len--;
		n += accepts(&p);
		p = *good;
		for (unsigned k = i + 1; k < p.len; k++) {				/* swapped */
			p.path[i] = good->path[k];
			p.path[k] = good->path[i];
			n += accepts(&p);
			p = *good;
		}
		for (unsigned step = 0; step < 256; step += 85) {			/* bit-flipped */
			flip(&p.path[i], salt + step + i * 37);
			n += accepts(&p);
			p = *good;
		}
	}
	flip(&p.two, salt);
	n += accepts(&p);
	p = *good;
	flip(&p.one, salt);
	n += accepts(&p);
	return n;
}

static void
test_inclusion(void)
{
	int accepted = 0, made = 0, wrong = 0, others = 0, changes = 0, asked = 0;

	for (uint64_t n = 1; n <= MAX; n++)
		for (uint64_t i = 0; i < n; i++) {
			struct nodes nodes = { .size = n };
			struct proof p = { .inclusion = true, .first = i, .second = n, .one = leaves[i], .two = mth(0, n) };
			struct proof q;

			made++;
			if (dx_merkle_inclusion(i, n, node, &nodes, p.path, &p.len) != 0 || nodes.outside)
				wrong++;
			q = p;
			wrong += plain_path(i, 0, n, q.path) != p.len || memcmp(p.path, q.path, p.len * sizeof(*p.path)) != 0;
			asked += nodes.asked > 12;
			accepted += accepts(&p);
			for (uint64_t k = 0; k <= n + 1; k++) {
				p.first = k;
				others += k != i && accepts(&p);
			}
			p.first = i + (UINT64_C(1) << 32);
			others += accepts(&p);
			p.first = UINT64_MAX;
			others += accepts(&p);
			p.first = i;
			changes += accepted_changes(&p, (unsigned)(n * 67 + i));
		}
	is_int(wrong, 0, "inclusion: all proofs up to 64 are those of the definition");
	is_int(accepted, made, "inclusion: all of them are accepted");
	is_int(others, 0, "inclusion: with no other index");
	is_int(changes, 0, "inclusion: with no hash added, dropped, swapped or changed by a bit");
	is_int(asked, 0, "inclusion: a proof needs few nodes");
}

static void
test_consistency(void)
{
	int accepted = 0, made = 0, wrong = 0, others = 0, changes = 0, asked = 0;

	for (uint64_t n = 0; n <= MAX; n++)
		for (uint64_t m = 0; m <= n; m++) {
			struct nodes nodes = { .size = n };
			struct proof p = { .first = m, .second = n, .one = mth(0, m), .two = mth(0, n) }, q;

			made++;
			if (dx_merkle_consistency(m, n, node, &nodes, p.path, &p.len) != 0 || nodes.outside)
				wrong++;
			q = p;
			wrong += p.len != (m == 0 ? 0 : plain_subproof(m, 0, n, true, q.path)) ||
			    memcmp(p.path, q.path, p.len * sizeof(*p.path)) != 0;
			asked += nodes.asked > 12;
			accepted += accepts(&p);
			for (uint64_t k = 1; k <= n + 1; k++) {
				p.first = k;
				others += k != m && m != 0 && accepts(&p);
			}
			p.first = m;
			if (m == 0) {
				/* Any tree extends the empty one; only a hash too many is wrong. */
				p.len = 1;
				others += accepts(&p);
				continue;
			}
			changes += accepted_changes(&p, (unsigned)(n * 67 + m));
			if (m != n) {
				p.one = q.two;
				p.two = q.one;
				others += accepts(&p);
			}
		}
	is_int(wrong, 0, "consistency: all proofs up to 64 are those of the definition");
	is_int(accepted, made, "consistency: all of them are accepted");
	is_int(others, 0, "consistency: with no other old size, and not with the roots exchanged");
	is_int(changes, 0, "consistency: with no hash added, dropped, swapped or changed by a bit");
	is_int(asked, 0, "consistency: a proof needs few nodes");
}

/* Every bit of every hash, for a few proofs. */
static void
test_bits(void)
{
	static const uint64_t of[][2] = { { 5, 8 }, { 6, 8 }, { 7, 13 }, { 8, 13 }, { 12, 13 }, { 63, 64 }, { 1, 2 }, { 33, 64 } };
	int accepted = 0;

	for (size_t t = 0; t < sizeof(of) / sizeof(*of); t++)
		for (int inclusion = 0; inclusion < 2; inclusion++) {
			struct nodes nodes = { .size = of[t][1] };
			struct proof p = { .inclusion = inclusion, .first = of[t][0], .second = of[t][1], .two = mth(0, of[t][1]) };

			p.one = inclusion ? leaves[p.first] : mth(0, p.first);
			if (inclusion)
				dx_merkle_inclusion(p.first, p.second, node, &nodes, p.path, &p.len);
			else
				dx_merkle_consistency(p.first, p.second, node, &nodes, p.path, &p.len);
			for (unsigned i = 0; i < p.len; i++)
				for (unsigned bit = 0; bit < 256; bit++) {
					flip(&p.path[i], bit);
					accepted += accepts(&p);
					flip(&p.path[i], bit);
				}
			accepted += !accepts(&p);
		}
	is_int(accepted, 0, "proofs: every single bit counts");
}

static void
test_limits(void)
{
	struct dx_sha256 path[80], d = leaves[0];
	struct nodes nodes = { .size = 64 };
	unsigned len = 77;

	for (int i = 0; i < 80; i++)
		path[i] = leaves[i];
	ok(dx_merkle_inclusion(64, 64, node, &nodes, path, &len) == -1 && dx_merkle_inclusion(0, 0, node, &nodes, path, &len) == -1 &&
	    len == 77, "inclusion: no proof for an index beyond the end");
	ok(dx_merkle_consistency(65, 64, node, &nodes, path, &len) == -1 && len == 77, "consistency: nor for a size beyond it");
	is_int(nodes.asked, 0, "proofs: and no node was asked for");
	for (unsigned k = 1; k <= 8; k++) {
		struct nodes broken = { .size = 61, .fail_at = k };
		int one = dx_merkle_inclusion(44, 61, node, &broken, path, &len);
		bool was_asked = broken.asked >= k;
		int two;

		broken.asked = 0;
		two = dx_merkle_consistency(45, 61, node, &broken, path, &len);
		ok((one == -1) == was_asked && (two == -1) == (broken.asked >= k), "proofs: node %u cannot be had", k);
	}
	nodes.fail_at = 1;
	nodes.asked = 0;
	ok(dx_merkle_root_at(5, node, &nodes, &d) == -1 && same(&d, &leaves[0]), "root_at: a node cannot be had");
	ok(!dx_merkle_check_inclusion(&d, 0, 0, path, 0, &d) && !dx_merkle_check_inclusion(&d, UINT64_MAX, UINT64_MAX, path, 63, &d) &&
	    !dx_merkle_check_inclusion(&d, 0, UINT64_MAX, path, 64, &d) && !dx_merkle_check_inclusion(&d, 0, 2, path, 64, &d),
	    "inclusion: more than 63 hashes, no tree");
	for (unsigned i = 0; i < 63; i++)
		dx_sha256_node(&d, &path[i], &d);
	ok(dx_merkle_check_inclusion(&leaves[0], 0, UINT64_C(1) << 63, path, 63, &d), "inclusion: 63 hashes");
	dx_sha256_node(&d, &path[63], &d);
	ok(!dx_merkle_check_inclusion(&leaves[0], 0, UINT64_MAX, path, 64, &d), "inclusion: 64 are refused, right as they are");
	d = leaves[0];
	ok(!dx_merkle_check_consistency(1, &d, UINT64_MAX, &d, path, 64) && !dx_merkle_check_consistency(3, &d, 2, &d, path, 1) &&
	    !dx_merkle_check_consistency(UINT64_MAX, &d, 1, &d, path, 1) && !dx_merkle_check_consistency(1, &d, 2, &d, path, 0),
	    "consistency: more than 63 hashes, sizes the wrong way round, no proof");
	ok(dx_merkle_check_consistency(0, &d, 5, &d, path, 0) && !dx_merkle_check_consistency(0, &d, 5, &d, path, 1),
	    "consistency: from nothing there is nothing to prove");
	ok(dx_merkle_check_consistency(0, &d, 0, &d, path, 0) && !dx_merkle_check_consistency(0, &d, 0, &path[1], path, 0),
	    "consistency: of equal sizes the roots are equal");
}

/* --- growing --- */

static void
test_frontier(void)
{
	struct dx_merkle m = { 0 };
	struct dx_sha256 completed[DX_MERKLE_DEPTH], root, at, want;
	int wrong = 0;

	for (uint64_t n = 0; n <= 1000; n++) {
		struct nodes nodes = { .size = n };
		unsigned count;

		if (n < 70 || n % 97 == 0 || n == 512 || n == 511) {
			want = mth(0, n);
			dx_merkle_root(&m, &root);
			wrong += !same(&root, &want);
			wrong += dx_merkle_root_at(n, node, &nodes, &at) != 0 || !same(&at, &want) || nodes.outside;
		}
		count = dx_merkle_add(&m, &leaves[n], n % 2 == 0 ? NULL : completed);
		wrong += m.size != n + 1 || (n + 1) % (UINT64_C(1) << count) != 0 || ((n + 1) >> count & 1) != 1;
		for (unsigned i = 0; i < count && n < 128; i++) {
			want = mth(n + 1 - (UINT64_C(2) << i), UINT64_C(2) << i);
			wrong += !same(&completed[i], &want);
		}
	}
	is_int(wrong, 0, "frontier: roots, sizes and completed subtrees up to a thousand leaves");
}

/* --- vectors of the ledger page, section 9 --- */

static struct dx_sha256
unhex(const char *hex)
{
	struct dx_sha256 d;

	if (!dx_sha256_unhex(hex, &d))
		abort();
	return d;
}

static void
is_root(uint64_t n, const char *want)
{
	struct dx_sha256 d = mth(0, n);
	char hex[DX_SHA256_HEX];

	dx_sha256_hex(&d, hex);
	is_str(hex, want, "root of %d leaves", (int)n);
}

static void
is_proof(const char *what, unsigned len, const struct dx_sha256 *path, unsigned want_len, const struct dx_sha256 *want)
{
	ok(len == want_len && memcmp(path, want, len * sizeof(*path)) == 0, "%s", what);
}

static void
test_rfc6962(void)
{
	static const char *const data[] = {
		"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
	};
	struct nodes nodes = { .size = 8 };
	struct dx_sha256 path[DX_MERKLE_DEPTH], want[3];
	unsigned char bytes[16];
	unsigned len;

	for (size_t i = 0; i < 8; i++) {
		size_t n = strlen(data[i]) / 2;

		dx_hex_decode(data[i], 2 * n, bytes, n);
		dx_merkle_leaf(bytes, n, &leaves[i]);
	}
	is_root(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	is_root(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
	is_root(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
	is_root(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
	is_root(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c");
	is_root(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
	want[0] = unhex("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
	want[1] = unhex("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0");
	want[2] = unhex("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
	dx_merkle_inclusion(5, 8, node, &nodes, path, &len);
	is_proof("inclusion of 5 in 8", len, path, 3, want);
	want[0] = unhex("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a");
	dx_merkle_consistency(6, 8, node, &nodes, path, &len);
	is_proof("consistency of 6 and 8", len, path, 3, want);
}

static void
test_ledger(void)
{
	static const size_t lengths[] = { 544, 1848, 2056, 2034, 1874 };
	static const char origin[] = "ledger.dealix.example/11111111-1111-4111-8111-111111111111";
	static const char *const want_leaf[] = {
		"a10697b9aec70e5214f99861208a4359e97a9a9392a519cbb5b775fe2f217731",
		"0daeee1eb4467aceda6ea1b63df8b37d46e96dbe6541edebd751ab52ef1a98c8",
		"74b9b147616e6a576cb76c55de19256384cfcd3a7c69070bcfa9c757c6388ded",
		"129d660455bd735bfbf33c6c40524e01225169920c5bc30a50fd7d4c5398fe40",
		"291d5c4e73b01d91113e858fb15374c7b99b23373d46cf71a389dcf7fde81576",
	};
	struct dx_buf b = { 0 };
	struct nodes nodes = { .size = 5 };
	struct dx_sha256 path[DX_MERKLE_DEPTH], want[4], two, d;
	char prev[DX_SHA256_HEX], text[128], base64[48];
	const char *at, *end;
	unsigned len;

	if (!ok(dx_file_read("tests/data/ledger-vector.jsonl", 1 << 20, DX_R_JSON_TOO_LARGE, &b, NULL) == 0, "the entries are there"))
		return;
	len = (unsigned)snprintf(text, sizeof(text), "dealix-ledger-genesis-v1\n%s\n", origin);
	dx_sha256(text, len, &d);
	dx_sha256_hex(&d, prev);
	is_str(prev, "170d086207cd944102bab1a9df40ffd8543652e38516d03f479726ae089c6ba8", "genesis");
	at = b.data;
	for (size_t i = 0; i < 5; i++, at = end + 1) {
		end = strchr(at, '\n');
		is_int(end - at, (intmax_t)lengths[i], "entry %zu: its length", i);
		snprintf(text, sizeof(text), "\"prev\":\"%s\"", prev);
		ok(memmem(at, (size_t)(end - at), text, strlen(text)) != NULL, "entry %zu: names the one before", i);
		dx_merkle_leaf(at, (size_t)(end - at), &leaves[i]);
		dx_sha256_hex(&leaves[i], prev);
		is_str(prev, want_leaf[i], "entry %zu: its leaf", i);
	}
	ok(at == b.data + b.len, "five entries and no more");
	dx_buf_release(&b);
	is_root(1, want_leaf[0]);
	is_root(2, "10f3224a300d3a86836df1837b05f3426fc9d53953ff29a72d82dccbc4f02078");
	is_root(3, "f5a0244c6b0eeb1b13849607f177d9712084cac98d08e889e9cbeb3661e263c7");
	is_root(4, "6a199995a5de4263fe5ba825d4e2f3d0d1497e37ce88617e92949a5bf774386b");
	is_root(5, "e5420f98cc8972c52fcb47cb2db85658574eb7a41890202441fff288fcdf8b13");
	d = mth(0, 5);
	dx_base64_encode(d.b, sizeof(d.b), base64);
	is_str(base64, "5UIPmMyJcsUvy0fLLbhWWFdOt6QYkCAkQf/yiPzfixM=", "root of 5, as a checkpoint writes it");

	two = mth(0, 2);
	dx_merkle_inclusion(2, 5, node, &nodes, path, &len);
	want[0] = leaves[3];
	want[1] = two;
	want[2] = leaves[4];
	is_proof("inclusion of 2 in 5", len, path, 3, want);
	dx_merkle_inclusion(4, 5, node, &nodes, path, &len);
	want[0] = mth(0, 4);
	is_proof("inclusion of 4 in 5", len, path, 1, want);
	dx_merkle_consistency(1, 5, node, &nodes, path, &len);
	want[0] = leaves[1];
	want[1] = unhex("98f3f1455c68dc51aa6d84c446f5a63c30e9a6512fdf13e4f2fd4fa1f5e9b5be");
	want[2] = leaves[4];
	is_proof("consistency of 1 and 5", len, path, 3, want);
	dx_merkle_consistency(3, 5, node, &nodes, path, &len);
	want[0] = leaves[2];
	want[1] = leaves[3];
	want[2] = two;
	want[3] = leaves[4];
	is_proof("consistency of 3 and 5", len, path, 4, want);
}

/* --- fixtures: one JSON object a line --- */

/* A number beyond 64 bits stands for the largest: the fixtures write -1 that way. */
static uint64_t
number(const struct dx_json *v)
{
	char text[64];

	if (!dx_json_is(v, DX_JSON_NUMBER) || v->count >= sizeof(text))
		abort();
	memcpy(text, v->u.text, v->count);
	text[v->count] = '\0';
	return strtoull(text, NULL, 10);
}

static bool
hash(const struct dx_json *v, struct dx_sha256 *out)
{
	const char *s = dx_json_str(v);
	unsigned char bytes[96];
	size_t n;

	if (s == NULL || strlen(s) > 128 || dx_base64_decode(s, strlen(s), bytes, &n) != 0 || n != sizeof(out->b))
		return false;
	memcpy(out->b, bytes, n);
	return true;
}

/* *whole: every hash has 32 bytes.  One fixture wants equal roots of 12 bytes accepted; ours cannot be such. */
static bool
fixture_accepts(const struct dx_json *doc, bool *whole)
{
	bool inclusion = strcmp(dx_json_get_str(doc, "kind"), "inclusion") == 0;
	const struct dx_json *list = dx_json_get(doc, "proof");
	struct proof p = { .inclusion = inclusion };

	p.first = number(dx_json_get(doc, inclusion ? "leafIdx" : "size1"));
	p.second = number(dx_json_get(doc, inclusion ? "treeSize" : "size2"));
	*whole = hash(dx_json_get(doc, inclusion ? "leafHash" : "root1"), &p.one) &&
	    hash(dx_json_get(doc, inclusion ? "root" : "root2"), &p.two);
	if (dx_json_is(list, DX_JSON_ARRAY) && list->count > DX_MERKLE_DEPTH)
		return false;
	for (; dx_json_item(list, p.len) != NULL; p.len++)
		*whole = *whole && hash(dx_json_item(list, p.len), &p.path[p.len]);
	return *whole && accepts(&p);
}

static void
test_fixtures(const char *path)
{
	struct dx_buf b = { 0 };
	struct dx_arena a = { 0 };
	int good = 0, bad = 0;
	char *at, *end;

	if (dx_file_read(path, 1 << 24, DX_R_JSON_TOO_LARGE, &b, NULL) != 0) {
		skip("fixtures absent");
		return;
	}
	for (at = b.data; at < b.data + b.len; at = end + 1) {
		struct dx_json doc;
		struct dx_err err = { 0 };
		bool want_error, whole, accepted;

		if ((end = strchr(at, '\n')) == NULL)
			end = b.data + b.len;
		*end = '\0';
		if (dx_json_parse(&a, at, (size_t)(end - at), DX_JSON_FOREIGN, &doc, &err) != 0) {
			ok(false, "%s: %s", path, err.text);
			break;
		}
		want_error = dx_json_is(dx_json_get(&doc, "wantErr"), DX_JSON_TRUE);
		*(want_error ? &bad : &good) += 1;
		accepted = fixture_accepts(&doc, &whole);
		if (accepted != (whole && !want_error))
			ok(false, "%s", dx_json_get_str(&doc, "name"));
		dx_arena_reset(&a);
	}
	ok(good > 2 && bad > 10, "%s: %d good and %d bad", path + sizeof("../shared/fixtures/") - 1, good, bad);
	dx_arena_release(&a);
	dx_buf_release(&b);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(leaves) / sizeof(*leaves); i++)
		dx_merkle_leaf(&i, sizeof(i), &leaves[i]);
	test_inclusion();
	test_consistency();
	test_bits();
	test_limits();
	test_frontier();
	test_rfc6962();		/* these two put leaves of their own in front */
	test_ledger();
	test_fixtures(FIXTURES "inclusion.jsonl");
	test_fixtures(FIXTURES "consistency.jsonl");
	return done();
}
