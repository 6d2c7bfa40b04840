#include "core/principals_unique.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "core/ssh_line.h"

/* One occurrence of something that must be met once; the numbers are its place in the document. */
struct mark {
	const char	*text;
	size_t		 len;
	uint32_t	 principal, index;
};

struct marks {
	struct mark	*item;
	size_t		 count;
};

static int
by_text(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int c = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);

	if (c != 0)
		return c;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	if (x->principal != y->principal)
		return x->principal < y->principal ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

static bool
earlier(const struct mark *a, const struct mark *b)
{
	return a->principal < b->principal || (a->principal == b->principal && a->index < b->index);
}

/* The first repetition in document order, or NULL. */
static const struct mark *
repeated(struct marks *m)
{
	const struct mark *found = NULL;

	if (m->count > 1)
		qsort(m->item, m->count, sizeof(*m->item), by_text);
	for (size_t i = 1; i < m->count; i++) {
		const struct mark *x = &m->item[i - 1], *y = &m->item[i];

		if (x->len == y->len && memcmp(x->text, y->text, x->len) == 0 && (found == NULL || earlier(y, found)))
			found = y;
	}
	return found;
}

static void
add(struct marks *m, const char *text, size_t len, uint32_t principal, uint32_t index)
{
	m->item[m->count++] = (struct mark){ text, len, principal, index };
}

static void
add_keys(struct marks *m, const struct dx_json *keys, uint32_t principal)
{
	for (uint32_t i = 0; i < keys->count; i++) {
		const char *key;
		size_t n;

		if (dx_ssh_line(dx_json_get_str(&keys->u.items[i], "public_key"), &key, &n) != NULL)
			DX_BUG("a key that was good is not");
		add(m, key, n, principal, i);
	}
}

/* Room for all that the member of each principal holds; name NULL: one each. */
static struct marks
marks_for(const struct dx_json *list, const char *name)
{
	struct marks m = { 0 };
	size_t all = 0;

	for (uint32_t i = 0; i < list->count; i++)
		all += name == NULL ? 1 : dx_json_get(&list->u.items[i], name)->count;
	m.item = dx_alloc(dx_size_mul(all, sizeof(*m.item)));
	return m;
}

static int
check_ids(const struct dx_json *list, struct dx_err *err)
{
	struct marks m = marks_for(list, NULL);
	const struct mark *twice;
	char at[64];

	for (uint32_t i = 0; i < list->count; i++) {
		const char *id = dx_json_get_str(&list->u.items[i], "id");

		add(&m, id, strlen(id), i, 0);
	}
	twice = repeated(&m);
	if (twice != NULL) {
		snprintf(at, sizeof(at), "/principals/%" PRIu32 "/id", twice->principal);
		dx_err_set_at(err, DX_R_PRINCIPAL_DUPLICATE, at, "principal %s is there twice", twice->text);
	}
	free(m.item);
	return twice != NULL ? -1 : 0;
}

static int
check_logins(const struct dx_json *list, struct dx_err *err)
{
	struct marks m = marks_for(list, "os_users");
	const struct mark *twice;
	char at[64];

	for (uint32_t i = 0; i < list->count; i++) {
		const struct dx_json *users = dx_json_get(&list->u.items[i], "os_users");

		for (uint32_t k = 0; k < users->count; k++)
			add(&m, users->u.items[k].u.text, users->u.items[k].count, i, k);
	}
	twice = repeated(&m);
	if (twice != NULL) {
		snprintf(at, sizeof(at), "/principals/%" PRIu32 "/os_users/%" PRIu32, twice->principal, twice->index);
		dx_err_set_at(err, DX_R_PRINCIPAL_OS_USER_DUPLICATE, at, "login \"%s\" belongs to two principals",
		    twice->text);
	}
	free(m.item);
	return twice != NULL ? -1 : 0;
}

static int
check_keys(const struct dx_json *list, struct dx_err *err)
{
	struct marks m = marks_for(list, "ssh_keys");
	const struct mark *twice;
	char at[64];

	for (uint32_t i = 0; i < list->count; i++)
		add_keys(&m, dx_json_get(&list->u.items[i], "ssh_keys"), i);
	twice = repeated(&m);
	if (twice != NULL) {
		snprintf(at, sizeof(at), "/principals/%" PRIu32 "/ssh_keys/%" PRIu32, twice->principal, twice->index);
		dx_err_set_at(err, DX_R_PRINCIPAL_KEY_DUPLICATE, at, "the key is there twice");
	}
	free(m.item);
	return twice != NULL ? -1 : 0;
}

int
dx_principals_unique(const struct dx_json *list, struct dx_err *err)
{
	return check_ids(list, err) != 0 || check_logins(list, err) != 0 || check_keys(list, err) != 0 ? -1 : 0;
}
