/* order: members by the UTF-16 code units of their names, and names that stand twice.  Never quadratic: few members are
 * compared in pairs, many are sorted. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "json/inner.h"
#include "json/scan.h"

int
dx_json_name_cmp(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t n = alen < blen ? alen : blen, i = 0;
	unsigned char x, y;

	while (n - i >= 8 && memcmp(a + i, b + i, 8) == 0)
		i += 8;
	while (i < n && a[i] == b[i])
		i++;
	if (i == n)
		return alen < blen ? -1 : alen > blen;
	x = (unsigned char)a[i];
	y = (unsigned char)b[i];
	/* UTF-8 order is code point order, which differs only here: U+10000 and up is written with surrogates, which
	 * stand below U+E000.  0xEE leads U+E000 and up, 0xF0 and higher bytes lead U+10000 and up. */
	if (x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0))
		return x >= 0xF0 ? -1 : 1;
	return x < y ? -1 : 1;
}

/* Eight bytes of a name from `skip` on as an integer that compares as dx_json_name_cmp does. */
static uint64_t
prefix_of(const struct dx_member *m, size_t skip)
{
	size_t n = m->name_len - skip;
	uint64_t bytes = 0, key = 0;		/* no name holds a NUL, so a shorter one sorts first */

	memcpy(&bytes, m->name + skip, n < 8 ? n : 8);
	bytes = be64toh(bytes);
	if ((bytes & DX_HIGH) == 0)
		return bytes;
	for (int i = 56; i >= 0; i -= 8) {
		uint64_t c = bytes >> i & 0xFF;

		if (c >= 0xEE)
			c = c >= 0xF0 ? c - 2 : c + 5;	/* F0..F4 to EE..F2, EE and EF to F3 and F4 */
		key = key << 8 | c;
	}
	return key;
}

static int
key_cmp(const void *va, const void *vb)
{
	const struct dx_order_key *a = va, *b = vb;

	if (a->prefix != b->prefix)
		return a->prefix < b->prefix ? -1 : 1;
	return dx_json_name_cmp(a->member->name, a->member->name_len, b->member->name, b->member->name_len);
}

/* Bytes that all names have in front: generated names differ at their ends only. */
static size_t
shared_prefix(const struct dx_member *members, uint32_t count)
{
	size_t n = members[0].name_len;

	for (uint32_t i = 1; i < count && n > 0; i++) {
		size_t len = members[i].name_len, j = 0;

		while (j < n && j < len && members[i].name[j] == members[0].name[j])
			j++;
		n = j;
	}
	return n;
}

static void
insertion_sort(struct dx_order_key *keys, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		struct dx_order_key k = keys[i];
		uint32_t j = i;

		for (; j > 0 && key_cmp(&keys[j - 1], &k) > 0; j--)
			keys[j] = keys[j - 1];
		keys[j] = k;
	}
}

static void
sort(struct dx_order *o, const struct dx_member *members, uint32_t count)
{
	bool few = count <= DX_ORDER_SMALL;
	size_t skip = few ? 0 : shared_prefix(members, count);

	o->members = NULL;
	o->keys = few ? o->small : dx_alloc(dx_size_mul(count, sizeof(*o->keys)));
	for (uint32_t i = 0; i < count; i++)
		o->keys[i] = (struct dx_order_key){ prefix_of(&members[i], skip), &members[i] };
	if (few)
		insertion_sort(o->keys, count);
	else
		qsort(o->keys, count, sizeof(*o->keys), key_cmp);
}

void
dx_order_begin(struct dx_order *o, const struct dx_json *object)
{
	o->keys = NULL;
	o->members = object->u.members;
	if ((object->flags & DX_JSON_SORTED) == 0 && object->count > 1)
		sort(o, object->u.members, object->count);
}

const struct dx_member *
dx_order_at(const struct dx_order *o, size_t i)
{
	return o->members != NULL ? &o->members[i] : o->keys[i].member;
}

void
dx_order_end(struct dx_order *o)
{
	if (o->keys != o->small)
		free(o->keys);
}

static bool
same_name(const struct dx_member *a, const struct dx_member *b)
{
	return a->name_len == b->name_len && memcmp(a->name, b->name, a->name_len) == 0;
}

/* Of few: only a name whose mark is taken is compared with those before it. */
static const struct dx_member *
twin_of_few(const struct dx_member *members, uint32_t count)
{
	uint64_t seen = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct dx_member *m = &members[i];
		uint32_t n = m->name_len;
		unsigned hash = n == 0 ? 0 : n * 5u + (unsigned char)m->name[0] * 3u +
		    (unsigned char)m->name[n / 2] * 7u + (unsigned char)m->name[n - 1] * 11u;
		uint64_t mark = UINT64_C(1) << (hash & 63);

		if ((seen & mark) != 0) {
			for (uint32_t j = 0; j < i; j++) {
				if (same_name(&members[j], m))
					return m;
			}
		}
		seen |= mark;
	}
	return NULL;
}

const struct dx_member *
dx_order_twin(const struct dx_member *members, uint32_t count)
{
	const struct dx_member *twin = NULL;
	struct dx_order o;

	if (count <= DX_ORDER_SMALL)
		return twin_of_few(members, count);
	sort(&o, members, count);
	for (uint32_t i = 1; i < count && twin == NULL; i++) {
		const struct dx_member *a = o.keys[i - 1].member, *b = o.keys[i].member;

		if (same_name(a, b))
			twin = a > b ? a : b;
	}
	dx_order_end(&o);
	return twin;
}
