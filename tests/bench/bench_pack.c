/* bench_pack FILE: median of verifying a pack, five times over, in microseconds; the contracts are not run.
 * bench_pack -m FILE COUNT BYTES: makes a pack of COUNT files of about BYTES bytes each, signed by a key of its own. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "pack/pack.h"

#define RUNS	5

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
check(int rc, const struct dx_err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "bench_pack: %s [%s]\n", err->text, dx_reason_code(err->reason));
	exit(2);
}

static struct dx_key *
bench_key(void)
{
	unsigned char seed[DX_SIGN_KEY];

	memset(seed, 7, sizeof(seed));
	return dx_key_from_seed(seed);
}

/* File number i: its number, again and again. */
static void
fill(char *to, size_t n, int64_t i)
{
	for (size_t at = 0; at + 16 <= n; at += 16)
		snprintf(to + at, n - at + 1, "%15lld\n", (long long)i);
}

struct files { size_t bytes; struct dx_pack_item *item; size_t count; char *chunk; size_t next; };

static int
open_file(void *ctx, const char *name, struct dx_pack_bytes *out, struct dx_err *err)
{
	struct files *f = ctx;
	char hex[DX_SHA256_HEX];

	(void)err;
	*out = (struct dx_pack_bytes){ .fd = -1, .bytes = "", .n = 0 };
	for (size_t i = 0; dx_starts(name, "files/") && i < f->count; i++) {
		dx_sha256_hex(&f->item[i].sha256, hex);
		if (strcmp(hex, name + 6) != 0)
			continue;
		fill(f->chunk, f->bytes, (int64_t)i);
		out->bytes = f->chunk;
		out->n = f->bytes;
		break;
	}
	return 0;
}

static void
make(const char *path, size_t count, size_t bytes)
{
	struct files f = { .bytes = bytes, .count = count, .chunk = dx_alloc(bytes + 1) };
	struct dx_pack_member ledger = { .name = DX_PACK_LEDGER };
	struct dx_pack p = { .tenant_id = "default", .title = "bench", .pack_type = "release_evidence", .status = "ready",
	    .assembled_by = "bench", .member = &ledger, .member_count = 1, .item_count = count };
	struct dx_buf document = { 0 }, statement = { 0 }, envelope = { 0 };
	struct dx_key *key = bench_key();
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_sha256 d;
	struct dx_json doc;
	int fd;

	memset(f.chunk, ' ', bytes + 1);
	f.item = p.item = dx_alloc(dx_size_mul(count, sizeof(*p.item)));
	dx_sha256("", 0, &ledger.sha256);
	for (size_t i = 0; i < count; i++) {
		p.item[i] = (struct dx_pack_item){ .type = "evidence", .source = "file", .source_ref = dx_arena_printf(&a, "f%zu", i) };
		fill(f.chunk, bytes, (int64_t)i);
		dx_sha256(f.chunk, bytes, &p.item[i].sha256);
	}
	check(dx_pack_make(&p, &a, &doc, &err), &err);
	dx_json_canon(&doc, &document);
	dx_sha256(document.data, document.len, &d);
	dx_pack_statement(&p, &d, NULL, 0, &a, &statement);
	check(dx_envelope_make(DX_INTOTO_PAYLOAD, statement.data, statement.len, &key, 1, &envelope, &err), &err);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	check(dx_pack_write(fd, path, &p, &document, &envelope, open_file, &f, &err), &err);
	close(fd);
}

static int
no_report(void *ctx, struct dx_pack_view *v, const struct dx_json *report, const struct dx_json *contract, struct dx_arena *a,
    const char **verdict, struct dx_err *err)
{
	(void)ctx, (void)v, (void)report, (void)contract, (void)a, (void)verdict, (void)err;
	return 0;
}

static int
no_ledger(void *ctx, struct dx_pack_view *v, const struct dx_pack_slice *s, bool *proved, struct dx_err *err)
{
	(void)ctx, (void)v, (void)s, (void)proved, (void)err;
	return 0;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int
main(int argc, char *argv[])
{
	struct dx_pack_hooks hooks = { .rerun = no_report, .ledger = no_ledger };
	struct dx_keys keys = { 0 };
	struct dx_pack_trust trust = { .keys = &keys, .threshold = 1 };
	struct rusage used;
	double took[RUNS];

	if (argc == 5 && strcmp(argv[1], "-m") == 0) {
		make(argv[2], strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10));
		return 0;
	}
	if (argc != 2)
		return 2;
	dx_keys_add(&keys, bench_key());
	for (int i = 0; i < RUNS; i++) {
		double start = now_us();
		struct dx_arena a = { 0 };
		struct dx_err err = { 0 };
		struct dx_json answer;
		bool valid = false;
		int fd = open(argv[1], O_RDONLY);

		check(dx_pack_verify(fd, argv[1], &trust, &hooks, &a, &answer, &valid, &err), &err);
		if (!valid)
			check(dx_err_set(&err, DX_R_PACK_MEMBER, "the pack is not valid"), &err);
		close(fd);
		dx_arena_release(&a);
		took[i] = now_us() - start;
	}
	qsort(took, RUNS, sizeof(*took), by_value);
	getrusage(RUSAGE_SELF, &used);
	printf("%.0f us, %ld KiB\n", took[RUNS / 2], used.ru_maxrss);
	dx_keys_release(&keys);
	return 0;
}
