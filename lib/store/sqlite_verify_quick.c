/* Whether a store is sound, found out in one pass over each table and without a statement an entry: entries, payloads and rows of
 * state stand in the same order.  One thread reads the store and replays, another reads the entries and chains them.  Where
 * anything is not as it should be, or stands in another order, nothing is said and the thorough way is gone (sqlite_verify), which
 * names what is wrong; so this one only has to be right when it says that all is well. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "base/mem.h"
#include "store/sqlite_verify.h"

#define BATCHES	8
#define SHARE	(BATCHES / 2)	/* that many at a time change hands, so that the threads do not wake one another for each */
#define ROWS	64
#define BYTES	131072		/* of a batch; the last entry may pass that */

struct row {
	int64_t			 seq;
	size_t			 at, len;
	struct dx_sha256	 leaf, prev;	/* as stored */
	const struct dx_json	*entry;
	unsigned		 nodes;		/* that it completed */
};

struct batch {
	struct dx_buf	 text;		/* each entry with a NUL behind it */
	struct dx_arena	 arena;
	struct row	 row[ROWS];
	unsigned	 rows;
	struct dx_sha256 node[ROWS + DX_MERKLE_DEPTH];	/* those of all rows one after the other */
	bool		 sound;
};

/* Batches go round: filled and replayed by the reader, chained between by the other thread, which alone touches the chain. */
struct quick {
	struct dx_verify	*v;
	struct batch		 batch[BATCHES];
	uint64_t		 filled, chained;	/* these under the lock */
	uint64_t		 wanted;		/* the reader waits until so many are chained */
	bool			 ended;			/* nothing more is filled */
	uint64_t		 replayed;		/* the reader's own */
	bool			 threaded;
	pthread_t		 thread;
	pthread_mutex_t		 lock;
	pthread_cond_t		 more;
};

/* --- the chain --- */

static void
no_report(void *ctx, enum dx_reason reason, int64_t seq, const char *detail)
{
	(void)ctx;
	(void)reason;
	(void)seq;
	(void)detail;
}

static void
chain_batch(struct dx_chain *c, struct batch *b)
{
	unsigned node = 0;

	dx_arena_reset(&b->arena);
	for (unsigned i = 0; i < b->rows && c->bad == 0; i++) {
		struct row *r = &b->row[i];

		dx_chain_take(c, &b->arena, b->text.data + r->at, r->len, r->seq, &r->leaf, &r->prev, &r->entry);
		r->nodes = c->completed_count;
		memcpy(&b->node[node], c->completed, r->nodes * sizeof(b->node[0]));
		node += r->nodes;
	}
	b->sound = c->bad == 0;
}

static void *
chain_all(void *ctx)
{
	struct quick *q = ctx;
	struct batch *b;

	(void)pthread_mutex_lock(&q->lock);
	for (;;) {
		while (q->chained == q->filled && !q->ended)
			(void)pthread_cond_wait(&q->more, &q->lock);
		if (q->chained == q->filled)
			break;
		b = &q->batch[q->chained % BATCHES];
		(void)pthread_mutex_unlock(&q->lock);
		chain_batch(&q->v->chain, b);
		(void)pthread_mutex_lock(&q->lock);
		if (++q->chained == q->wanted)
			(void)pthread_cond_signal(&q->more);
	}
	(void)pthread_mutex_unlock(&q->lock);
	return NULL;
}

static void
hand_over(struct quick *q)
{
	if (!q->threaded)
		chain_batch(&q->v->chain, &q->batch[q->filled % BATCHES]);
	(void)pthread_mutex_lock(&q->lock);
	q->filled++;
	if (!q->threaded)
		q->chained++;
	if (q->filled - q->chained >= SHARE)
		(void)pthread_cond_signal(&q->more);
	(void)pthread_mutex_unlock(&q->lock);
}

/* --- reading and replaying --- */

/* The row that the statement is at. */
static bool
read_row(sqlite3_stmt *st, struct batch *b)
{
	struct row *r = &b->row[b->rows++];

	r->seq = sqlite3_column_int64(st, 0);
	r->at = b->text.len;
	r->len = (size_t)sqlite3_column_bytes(st, 1);
	r->entry = NULL;
	dx_buf_add(&b->text, sqlite3_column_blob(st, 1), r->len);
	dx_buf_putc(&b->text, '\0');
	return r->len > 0 && r->len <= DX_ENTRY_MAX && dx_sql_digest_at(st, 2, &r->leaf) && dx_sql_digest_at(st, 3, &r->prev);
}

/* The next batch; *rc is where the statement stands: at a row, 0 at the end, -1.  False where a row is none. */
static bool
fill(struct quick *q, sqlite3_stmt *st, int *rc)
{
	struct batch *b = &q->batch[q->filled % BATCHES];

	dx_buf_reset(&b->text);
	b->rows = 0;
	while (*rc > 0 && b->rows < ROWS && b->text.len < BYTES) {
		if (!read_row(st, b)) {
			dx_sql_done(st);
			*rc = -1;
			return false;
		}
		*rc = dx_sql_next(&q->v->s->sql, st, NULL);
	}
	return *rc >= 0;
}

/* Until that many batches are chained in all. */
static void
await(struct quick *q, uint64_t batches)
{
	(void)pthread_mutex_lock(&q->lock);
	q->wanted = batches;
	(void)pthread_cond_signal(&q->more);
	while (q->chained < batches)
		(void)pthread_cond_wait(&q->more, &q->lock);
	(void)pthread_mutex_unlock(&q->lock);
}

static bool
replay(struct quick *q, const struct batch *b)
{
	const struct dx_sha256 *node = b->node;

	for (unsigned i = 0; b->sound && i < b->rows; i++) {
		const struct row *r = &b->row[i];

		q->v->seq = r->seq;
		if (dx_verify_replay(q->v, r->entry, (uint64_t)r->seq + 1, node, r->nodes) != 0 || q->v->doubt)
			return false;
		node += r->nodes;
	}
	return b->sound;
}

/* The oldest batches, up to that many in all. */
static bool
replay_until(struct quick *q, uint64_t batches)
{
	bool sound = true;

	await(q, batches);
	while (sound && q->replayed < batches)
		sound = replay(q, &q->batch[q->replayed++ % BATCHES]);
	return sound;
}

static bool
read_all(struct quick *q)
{
	struct dx_verify *v = q->v;
	sqlite3_stmt *st;
	int rc = dx_sql_row(&v->s->sql, DX_SQL_ENTRIES_UP, &st, NULL, "ti", v->s->tenant, INT64_MAX);
	bool sound = rc > 0;

	while (sound && rc > 0) {
		if (q->filled - q->replayed == BATCHES)
			sound = replay_until(q, q->replayed + SHARE);
		if (sound && (sound = fill(q, st, &rc)))
			hand_over(q);
	}
	if (rc > 0)
		dx_sql_done(st);
	return sound && rc == 0 && replay_until(q, q->filled);
}

static bool
run(struct quick *q)
{
	bool sound;

	q->threaded = pthread_create(&q->thread, NULL, chain_all, q) == 0;
	sound = read_all(q);
	(void)pthread_mutex_lock(&q->lock);
	q->ended = true;
	(void)pthread_cond_signal(&q->more);
	(void)pthread_mutex_unlock(&q->lock);
	if (q->threaded)
		(void)pthread_join(q->thread, NULL);
	return sound;
}

/* --- the whole --- */

static bool
pass(struct dx_verify *v)
{
	struct quick *q = dx_alloc(sizeof(*q));
	bool sound;

	memset(q, 0, sizeof(*q));
	q->v = v;
	if (pthread_mutex_init(&q->lock, NULL) != 0 || pthread_cond_init(&q->more, NULL) != 0)
		DX_BUG("no lock");
	sound = run(q);
	(void)pthread_cond_destroy(&q->more);
	(void)pthread_mutex_destroy(&q->lock);
	for (unsigned i = 0; i < BATCHES; i++) {
		dx_buf_release(&q->batch[i].text);
		dx_arena_release(&q->batch[i].arena);
	}
	free(q);
	return sound;
}

bool
dx_verify_quick(struct dx_verify *v, const struct dx_tenant_row *row)
{
	bool sound;

	v->quick = true;
	v->ahead = dx_verify_ahead_new(v->s, v->payloads);
	v->state = dx_verify_state_new(v->s, v->version, &v->seq);
	v->apply.ops = &dx_verify_state_ops;
	v->apply.state = v->state;
	dx_chain_init(&v->chain, v->s->tenant, row->origin, no_report, NULL);
	sound = dx_verify_pages(v) == 0 && !v->doubt && pass(v) && v->chain.next_seq >= 3 &&
	    dx_verify_state_sound(v->state, v->chain.next_seq) && dx_verify_ahead_sound(v->ahead) && dx_verify_surplus(v) == 0 && !v->doubt;
	dx_verify_ahead_free(v->ahead);
	dx_verify_state_free(v->state);
	v->ahead = NULL;
	v->state = NULL;
	v->quick = false;
	return sound;
}
