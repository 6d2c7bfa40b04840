/* Appends and verification of the SQLite store.  bench_store [ENTRIES [FOLDER]]; prints "name value unit" a line.  ENTRIES -1 only
 * verifies the store that is there, -2 only the chain of its entries: their bytes, shape, digests, links and tree. */
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/clock.h"
#include "core/chain.h"
#include "made_log.h"

#define BATCH	1000

static int faults;

static void
check(int rc, const struct dx_err *err, const char *what)
{
	if (rc == 0)
		return;
	fprintf(stderr, "%s: %s [%s]\n", what, err->text, dx_reason_code(err->reason));
	exit(1);
}

/* Wall and processor time; the second stands still while others use the machine. */
struct timer { int64_t wall, cpu; };

static struct timer
timer_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (struct timer){ dx_clock_mono_ms() * 1000, (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000 };
}

static void
rate(const char *name, int64_t n, struct timer t0)
{
	struct timer t = timer_now();

	printf("%s %.0f /s\n%s_cpu %.0f /s\n", name, (double)n * 1e6 / (double)(t.wall - t0.wall + 1), name,
	    (double)n * 1e6 / (double)(t.cpu - t0.cpu + 1));
	fflush(stdout);
}

static void
budget(struct dx_store *s, int64_t n)
{
	static const char *const amounts[] = { "5.0000", "6.0000" };
	struct dx_arena a = { 0 };
	struct dx_json details = dx_json_object();
	struct dx_err err = { 0 };
	int64_t seq;
	struct dx_entry_draft d = { .event = DX_EVENT_BUDGET_SET, .actor = made_actor, .subject_id = "default",
	    .decision = dx_json_null() };

	d.ledger_id = made_id(&a, 0x33333333, n);
	dx_json_put(&a, &details, "active", dx_json_bool(true));
	dx_json_put(&a, &details, "monthly_limit_usd", dx_json_text(amounts[n & 1]));
	d.details = details;
	check(dx_store_append(s, &d, NULL, 0, MADE_NOW + n, &seq, &err), &err, "append");
	dx_arena_release(&a);
}

static void
single(struct dx_store *s, int64_t n)
{
	struct dx_err err = { 0 };
	struct timer t0 = timer_now();

	for (int64_t i = 0; i < n; i++) {
		check(made_begin(s, true, &err), &err, "begin");
		budget(s, i);
		check(dx_store_commit(s, &err), &err, "commit");
	}
	rate("append_durable_each", n, t0);
}

static void
batched(struct dx_store *s, int64_t n, bool decisions, const char *name)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct timer t0 = timer_now();

	for (int64_t i = 0; i < n;) {
		check(made_begin(s, true, &err), &err, "begin");
		for (int64_t k = 0; k < BATCH && i < n; k++, i++) {
			struct made_decision m = { .n = i + 1, .verdict = "ALLOW", .mode = "soft" };
			if (!decisions) {
				budget(s, 1000000 + i);
				continue;
			}
			check(dx_store_mark(s, &err), &err, "mark");
			check(made_decide(s, &a, &m, MADE_NOW + 100000000 + i, &err), &err, "decide");
			check(dx_store_mark_done(s, &err), &err, "mark");
			dx_arena_reset(&a);
		}
		check(dx_store_commit(s, &err), &err, "commit");
	}
	dx_arena_release(&a);
	rate(name, n, t0);
}

static void
complain(void *ctx, enum dx_reason reason, const char *tenant, int64_t seq, const char *detail)
{
	(void)ctx;
	(void)tenant;
	if (faults++ < 5)
		fprintf(stderr, "%s at %" PRId64 ": %s\n", dx_reason_code(reason), seq, detail);
}

static void
verify(const char *folder)
{
	struct dx_store_verdict v;
	struct dx_store *s;
	struct dx_err err = { 0 };
	struct rusage u;
	struct timer t0 = timer_now();

	check(dx_store_open(folder, &s, &err), &err, "open");
	check(dx_store_verify(s, "default", true, complain, NULL, &v, &err), &err, "verify");
	printf("verify_entries %" PRId64 " entries\n", v.size);
	printf("verify_time %.3f s\n", (double)(timer_now().wall - t0.wall) / 1e6);
	rate("verify_rate", v.size, t0);
	dx_store_close(s);
	getrusage(RUSAGE_SELF, &u);
	printf("peak_memory %ld KiB\nfaults %d faults\n", u.ru_maxrss, faults);
}

static void
chain_says(void *ctx, enum dx_reason reason, int64_t seq, const char *detail)
{
	complain(ctx, reason, "default", seq, detail);
}

static int
chain_entry(void *chain, const struct dx_stored_entry *e, struct dx_err *err)
{
	const struct dx_json *doc;

	(void)err;
	dx_chain_next(chain, e->bytes, e->len, e->seq, e->leaf, e->prev, &doc);
	return 0;
}

static void
chain(const char *folder)
{
	struct dx_entry_filter all = { .before_seq = -1 };
	struct dx_chain c;
	struct dx_store *s;
	struct dx_err err = { 0 };
	struct timer t0 = timer_now();

	dx_chain_init(&c, "default", MADE_ORIGIN, chain_says, NULL);
	check(dx_store_open(folder, &s, &err), &err, "open");
	check(made_begin(s, false, &err), &err, "begin");
	check(dx_store_entries(s, &all, chain_entry, &c, &err), &err, "entries");
	dx_store_rollback(s);
	dx_store_close(s);
	rate("chain_rate", c.next_seq, t0);
	printf("chain_entries %" PRId64 " entries\nfaults %d faults\n", c.next_seq, faults);
	dx_chain_release(&c);
}

int
main(int argc, char *argv[])
{
	int64_t n = argc > 1 ? strtoll(argv[1], NULL, 10) : 20000;
	char folder[64] = "/tmp/dx-bench-XXXXXX", path[400];
	struct dx_store *s;
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };

	if (n < 0) {		/* only look at what is there */
		if (argc < 3)
			return 2;
		(n == -1 ? verify : chain)(argv[2]);
		return faults > 0;
	}
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s", argc > 2 ? argv[2] : folder);
	check(dx_store_open_write(path, true, &s, &err), &err, "open");
	check(made_begin(s, true, &err), &err, "begin");
	check(made_open(s, &a, "default", &err), &err, "open log");
	check(dx_store_commit(s, &err), &err, "commit");
	single(s, 500);
	batched(s, n, false, "append_batched");
	batched(s, n / 4, true, "decisions_batched");
	dx_store_close(s);
	verify(path);
	dx_arena_release(&a);
	return 0;
}
