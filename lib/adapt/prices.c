/* Price books, dealix.prices.v1, for those without a cost file (inputs page 2). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "adapt/change.h"
#include "adapt/estimate.h"
#include "base/err.h"
#include "json/pick.h"

#define SCHEMA		"dealix.prices.v1"
#define PRICES_MAX	10000

struct price {
	const char		*type;
	const struct dx_json	*match;		/* object, or NULL */
	struct dx_money		 monthly, hourly;
	uint32_t		 order;
};
struct book { struct price *price; uint32_t count; };	/* sorted by type, then as written */

struct total {
	dx_int128	monthly, hourly;
	const char	**unpriced;
	size_t		unpriced_count;
	size_t		priced;
};

/* --- the document --- */

static int
check_match(const struct dx_json *match, struct dx_pick *p)
{
	for (uint32_t i = 0; match != NULL && i < match->count; i++)
		if (match->u.members[i].value.type >= DX_JSON_ARRAY || match->u.members[i].name_len == 0) {
			dx_pick_fail(p, "match", "match wants attribute paths and plain values");
			return -1;
		}
	return 0;
}

static int
read_price(const struct dx_json *item, uint32_t i, struct price *out, struct dx_err *err)
{
	const struct dx_json *monthly, *hourly;
	struct dx_pick p;
	char at[64], where[320];

	snprintf(at, sizeof(at), "/prices/%u", i);
	dx_pick_begin(&p, item, at, DX_R_PRICES_DOCUMENT_INVALID, DX_R_PRICES_DOCUMENT_INVALID, err);
	*out = (struct price){ .order = i };
	out->type = dx_pick_text(&p, "type", 1, 128, true);
	out->match = dx_pick_type(&p, "match", DX_JSON_OBJECT, false);
	monthly = dx_pick_any(&p, "monthly_usd");
	hourly = dx_pick_any(&p, "hourly_usd");
	if (monthly == NULL)
		dx_pick_fail(&p, "monthly_usd", "monthly_usd is required");
	if (p.failed || check_match(out->match, &p) != 0)
		return -1;
	dx_pick_where(&p, "monthly_usd", where);
	if (dx_money_json(monthly, DX_MONTHLY, where, &out->monthly, err) != 0)
		return -1;
	dx_pick_where(&p, "hourly_usd", where);
	if (hourly != NULL && dx_money_json(hourly, DX_HOURLY, where, &out->hourly, err) != 0)
		return -1;
	return dx_pick_end(&p);
}

static int
by_type(const void *x, const void *y)
{
	const struct price *a = x, *b = y;
	int c = strcmp(a->type, b->type);

	return c != 0 ? c : (a->order > b->order) - (a->order < b->order);
}

static const struct dx_json *
read_head(const struct dx_json *doc, struct dx_err *err)
{
	const struct dx_json *prices;
	const char *schema, *currency;
	struct dx_pick p;

	dx_pick_begin(&p, doc, "", DX_R_PRICES_DOCUMENT_INVALID, DX_R_PRICES_DOCUMENT_INVALID, err);
	schema = dx_pick_text(&p, "schema", 1, 64, true);
	currency = dx_pick_text(&p, "currency", 1, 16, true);
	prices = dx_pick_type(&p, "prices", DX_JSON_ARRAY, true);
	if (schema != NULL && strcmp(schema, SCHEMA) != 0)
		dx_pick_fail(&p, "schema", "schema is not " SCHEMA);
	if (prices != NULL && prices->count > PRICES_MAX)
		dx_pick_fail(&p, "prices", "at most %d prices are allowed", PRICES_MAX);
	if (dx_pick_end(&p) != 0)
		return NULL;
	if (strcmp(currency, "USD") != 0) {
		dx_err_set_at(err, DX_R_COST_CURRENCY_UNSUPPORTED, "/currency", "the price book is in %s, not in USD", currency);
		return NULL;
	}
	return prices;
}

static int
read_book(struct dx_arena *a, const struct dx_json *doc, struct book *out, struct dx_err *err)
{
	const struct dx_json *prices = read_head(doc, err);

	if (prices == NULL)
		return -1;
	out->count = prices->count;
	out->price = dx_arena_alloc(a, dx_size_mul(prices->count, sizeof(*out->price)));
	for (uint32_t i = 0; i < prices->count; i++)
		if (read_price(&prices->u.items[i], i, &out->price[i], err) != 0)
			return -1;
	qsort(out->price, out->count, sizeof(*out->price), by_type);
	return 0;
}

/* --- matching --- */

static bool
is_name(const struct dx_member *m, const char *name, size_t n)
{
	return m->name_len == n && memcmp(m->name, name, n) == 0;
}

/* The value at a path of member names and list indexes with dots between; a name may hold dots itself. */
static const struct dx_json *
attribute(const struct dx_json *v, const char *path)
{
	const struct dx_json *whole, *next;
	size_t n;

	while (v != NULL) {
		whole = dx_json_get(v, path);
		if (whole != NULL)
			return whole;
		n = strcspn(path, ".");
		next = NULL;
		if (v->type == DX_JSON_OBJECT) {
			for (uint32_t i = 0; i < v->count && next == NULL; i++)
				if (is_name(&v->u.members[i], path, n))
					next = &v->u.members[i].value;
		} else if (v->type == DX_JSON_ARRAY && n > 0 && n < 9 && strspn(path, "0123456789") == n) {
			next = dx_json_item(v, strtoul(path, NULL, 10));
		}
		if (path[n] == '\0')
			return next;
		path += n + 1;
		v = next;
	}
	return NULL;
}

static bool
matches(const struct price *p, const struct dx_json *values)
{
	const struct dx_json *found;
	const struct dx_member *m;

	for (uint32_t i = 0; p->match != NULL && i < p->match->count; i++) {
		m = &p->match->u.members[i];
		found = attribute(values, m->name);
		if (found == NULL ? m->value.type != DX_JSON_NULL : !dx_json_equal(found, &m->value))
			return false;
	}
	return true;
}

static const struct price *
find_price(const struct book *b, const char *type, const struct dx_json *values)
{
	uint32_t low = 0, high = b->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(b->price[middle].type, type) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < b->count && strcmp(b->price[low].type, type) == 0; low++)
		if (matches(&b->price[low], values))
			return &b->price[low];
	return NULL;
}

static bool
add_side(const struct book *b, const char *type, const struct dx_json *values, int sign, struct total *t)
{
	const struct price *p = find_price(b, type, values);

	if (p == NULL)
		return false;
	t->monthly += (dx_int128)p->monthly.micro * sign;
	t->hourly += (dx_int128)p->hourly.micro * sign;
	return true;
}

static void
add_change(const struct book *b, const struct dx_json *item, struct total *t)
{
	const struct dx_json *change = dx_json_get(item, "change");
	const char *type = dx_json_get_str(item, "type");
	enum dx_change c = dx_change_of(item);
	bool new = c == DX_CHANGE_CREATE || c == DX_CHANGE_UPDATE || c == DX_CHANGE_REPLACE;
	bool old = c == DX_CHANGE_DELETE || c == DX_CHANGE_UPDATE || c == DX_CHANGE_REPLACE;
	bool known = true;

	if (type == NULL || (!new && !old))
		return;
	if (new)
		known = add_side(b, type, dx_json_get(change, "after"), 1, t);
	if (old)
		known = add_side(b, type, dx_json_get(change, "before"), -1, t) && known;
	if (known)
		t->priced++;
	else
		t->unpriced[t->unpriced_count++] = type;
}

static int
in_range(dx_int128 sum, int64_t most, struct dx_money *out, struct dx_err *err)
{
	if (sum > most || sum < -(dx_int128)most)
		return dx_err_set(err, DX_R_MONEY_OUT_OF_RANGE, "the prices of this plan add up to more than an amount may be");
	out->micro = (int64_t)sum;
	return 0;
}

int
dx_estimate_prices(struct dx_arena *a, const struct dx_json *plan, const struct dx_json *doc, struct dx_estimate *out,
    struct dx_err *err)
{
	const struct dx_json *changes = dx_json_get(plan, "resource_changes");
	uint32_t count = dx_json_is(changes, DX_JSON_ARRAY) ? changes->count : 0;
	struct dx_estimate e = { 0 };
	struct total t = { 0 };
	struct book b;

	if (read_book(a, doc, &b, err) != 0)
		return -1;
	t.unpriced = dx_arena_alloc(a, dx_size_mul(count, sizeof(*t.unpriced)));
	for (uint32_t i = 0; i < count; i++)
		add_change(&b, &changes->u.items[i], &t);
	if (in_range(t.monthly, DX_MONTHLY_MAX, &e.monthly, err) != 0 ||
	    in_range(t.hourly, DX_HOURLY_MAX, &e.hourly, err) != 0)
		return -1;
	e.partial = t.unpriced_count > 0;
	e.present = t.priced > 0 || t.unpriced_count == 0;	/* a book that knows none of the resources is no estimate */
	e.unpriced = dx_change_names(a, t.unpriced, t.unpriced_count);
	*out = e;
	return 0;
}
