/* Payloads read in the order in which they were stored, which is that in which the entries name them: a few are kept at hand, so that
 * an entry needs no look-up.  What is not at hand is looked up; in the end every payload was read and its digest compared once. */
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "store/sqlite_verify.h"

#define SLOTS		16
#define UNNAMED_MAX	8		/* payloads at hand that no entry has named yet: read no further */
#define NEAR		4		/* entries name payloads about in the order of storage */
#define KEEP_MAX	65536		/* bytes; the name of a larger one is kept alone */

struct slot { struct dx_sha256 name; struct dx_buf bytes; bool filled, kept, named; };

struct dx_verify_ahead {
	struct dx_store	*s;
	bool		 digests, sound;
	sqlite3_stmt	*st;
	bool		 more;
	struct dx_verify_index	*index;
	struct slot	 slot[SLOTS];
	unsigned	 next, unnamed;
};

struct dx_verify_ahead *
dx_verify_ahead_new(struct dx_store *s, bool digests)
{
	struct dx_verify_ahead *p = dx_alloc(sizeof(*p));

	memset(p, 0, sizeof(*p));
	p->s = s;
	p->digests = digests;
	p->index = dx_verify_index_new();
	p->sound = p->more = dx_sql_cursor(&s->sql, DX_SQL_RUN_PAYLOAD, &p->st, NULL, "t", s->tenant) == 0;
	return p;
}

void
dx_verify_ahead_free(struct dx_verify_ahead *p)
{
	if (p == NULL)
		return;
	(void)sqlite3_finalize(p->st);
	dx_verify_index_free(p->index);
	for (unsigned i = 0; i < SLOTS; i++)
		dx_buf_release(&p->slot[i].bytes);
	free(p);
}

/* The next row of the tenant; those of others are only counted in. */
static bool
next_row(struct dx_verify_ahead *p)
{
	int rc;

	while (p->sound && p->more) {
		rc = dx_sql_next(&p->s->sql, p->st, NULL);
		p->more = rc > 0;
		p->sound = rc == 0 || (rc > 0 && dx_verify_index_row(p->index, p->st));
		if (p->sound && p->more && sqlite3_column_int(p->st, 3) != 0)
			return true;
	}
	return false;
}

/* The next payload, its digest compared; false when there is none or none that is sound. */
static bool
step(struct dx_verify_ahead *p, struct dx_sha256 *name, const void **bytes, size_t *n)
{
	struct dx_sha256 got;

	if (!next_row(p))
		return false;
	*n = (size_t)sqlite3_column_bytes(p->st, 4);
	*bytes = *n > 0 ? sqlite3_column_blob(p->st, 4) : "";
	p->sound = *bytes != NULL && dx_sql_digest_at(p->st, 1, name);
	if (p->sound && p->digests) {
		dx_sha256(*bytes, *n, &got);
		p->sound = memcmp(&got, name, sizeof(got)) == 0;
	}
	return p->sound;
}

static struct slot *
read_slot(struct dx_verify_ahead *p)
{
	struct slot *s = &p->slot[p->next];
	struct dx_sha256 name;
	const void *bytes;
	size_t n;

	if (!step(p, &name, &bytes, &n))
		return NULL;
	p->next = (p->next + 1) % SLOTS;
	p->unnamed += !s->filled || s->named;
	s->filled = true;
	s->named = false;
	s->name = name;
	s->kept = n <= KEEP_MAX;
	dx_buf_reset(&s->bytes);
	if (s->kept)
		dx_buf_add(&s->bytes, bytes, n);
	return s;
}

static struct slot *
find(struct dx_verify_ahead *p, const struct dx_sha256 *name)
{
	struct slot *s;

	for (unsigned i = 1; i <= SLOTS; i++) {
		s = &p->slot[(p->next + SLOTS - i) % SLOTS];
		if (s->filled && memcmp(&s->name, name, sizeof(*name)) == 0)
			return s;
	}
	while (p->unnamed < UNNAMED_MAX && (s = read_slot(p)) != NULL)
		if (memcmp(&s->name, name, sizeof(*name)) == 0)
			return s;
	return NULL;
}

/* A payload that nobody names may not keep the others from coming. */
static void
give_up_oldest(struct dx_verify_ahead *p)
{
	for (unsigned i = 0; i < SLOTS; i++) {
		struct slot *s = &p->slot[(p->next + i) % SLOTS];

		if (!s->filled || s->named)
			continue;
		s->named = true;
		p->unnamed--;
		return;
	}
}

static void
name_slot(struct dx_verify_ahead *p, struct slot *s)
{
	unsigned at = (unsigned)(s - p->slot), older = (at + SLOTS - p->next) % SLOTS;

	p->unnamed -= !s->named;
	s->named = true;
	for (unsigned i = NEAR + 1; i <= older; i++) {
		struct slot *t = &p->slot[(at + SLOTS - i) % SLOTS];

		p->unnamed -= t->filled && !t->named;
		t->named = true;
	}
}

bool
dx_verify_ahead_has(struct dx_verify_ahead *p, const struct dx_sha256 *name)
{
	struct slot *s = find(p, name);

	if (s == NULL) {
		if (p->unnamed == UNNAMED_MAX)
			give_up_oldest(p);
		return false;
	}
	name_slot(p, s);
	return true;
}

const struct dx_buf *
dx_verify_ahead_bytes(struct dx_verify_ahead *p, const struct dx_sha256 *name)
{
	return dx_verify_ahead_has(p, name) && find(p, name)->kept ? &find(p, name)->bytes : NULL;
}

bool
dx_verify_ahead_sound(struct dx_verify_ahead *p)
{
	struct dx_sha256 name;
	const void *bytes;
	size_t n;

	while (step(p, &name, &bytes, &n))
		;
	return p->sound && dx_verify_index_sound(p->index, &p->s->sql);
}
