/* bench_json FILE: times of parsing and dumping a 2 KB document and that of FILE, medians of several runs, and the memory
 * FILE takes.
 * bench_json -w FILE [MB]: writes a plan of that size (20) to measure with, as `terraform show -json` would. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "json/json.h"
#include "json/lines.h"

#define SMALL_RUNS	31
#define SMALL_TURNS	2000
#define BIG_RUNS	11
#define BATCH_LINES	5000
#define LIMIT		((size_t)1 << 30)

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
print(const char *what, double *v, size_t n, const char *unit)
{
	qsort(v, n, sizeof(*v), by_value);
	printf("%s: %.*f %s (best %.*f)\n", what, v[0] < 1000, v[n / 2], unit, v[0] < 1000, v[0]);
}

static void
die(const struct dx_err *err)
{
	fprintf(stderr, "bench_json: %s [%s]\n", err->text, dx_reason_code(err->reason));
	exit(2);
}

/* One resource of a plan, about 2000 bytes. */
static void
resource(struct dx_buf *b, unsigned i)
{
	dx_buf_printf(b, "{\"address\":\"module.service_%u.aws_instance.node[%u]\",\"mode\":\"managed\","
	    "\"type\":\"aws_instance\",\"name\":\"node\",\"index\":%u,"
	    "\"provider_name\":\"registry.terraform.io/hashicorp/aws\",\"schema_version\":1,", i / 10, i % 10, i % 10);
	dx_buf_printf(b, "\"values\":{\"ami\":\"ami-0ff8a91507f%05x\",\"arn\":\"arn:aws:ec2:us-east-1:123123123123:instance/"
	    "i-0ec3a64e%09u\",\"associate_public_ip_address\":true,\"availability_zone\":\"us-east-1b\","
	    "\"capacity_reservation_specification\":[{\"capacity_reservation_preference\":\"open\","
	    "\"capacity_reservation_target\":[]}],\"cpu_core_count\":%u,\"cpu_threads_per_core\":2,", i, i, 1 + i % 16);
	dx_buf_puts(b, "\"credit_specification\":[{\"cpu_credits\":\"unlimited\"}],\"disable_api_termination\":false,"
	    "\"ebs_block_device\":[],\"ebs_optimized\":false,\"enclave_options\":[{\"enabled\":false}],"
	    "\"ephemeral_block_device\":[],\"get_password_data\":false,\"hibernation\":false,\"host_id\":null,"
	    "\"iam_instance_profile\":\"\",\"instance_type\":\"m5.4xlarge\",\"monitoring\":true,"
	    "\"placement_group\":null,\"private_dns\":\"ip-172-31-52-17.ec2.internal\",");
	dx_buf_printf(b, "\"root_block_device\":[{\"delete_on_termination\":true,\"device_name\":\"/dev/sda1\","
	    "\"encrypted\":false,\"iops\":%u,\"kms_key_id\":\"\",\"throughput\":0.%u,\"volume_id\":\"vol-00%08x\","
	    "\"volume_size\":50,\"volume_type\":\"gp2\"}],\"secondary_private_ips\":[],\"security_groups\":[\"default\"],"
	    "\"source_dest_check\":true,\"subnet_id\":\"subnet-96dd54cc\",", 100 + i % 900, 1 + i % 99, i * 2654435761u);
	dx_buf_printf(b, "\"public_dns\":\"ec2-54-%u-17-201.compute-1.amazonaws.com\",\"public_ip\":\"54.%u.17.201\","
	    "\"metadata_options\":[{\"http_endpoint\":\"enabled\",\"http_put_response_hop_limit\":1,"
	    "\"http_tokens\":\"required\"}],\"instance_initiated_shutdown_behavior\":\"stop\",\"outpost_arn\":\"\","
	    "\"ipv6_address_count\":0,\"ipv6_addresses\":[],\"key_name\":\"\",\"network_interface\":[],"
	    "\"password_data\":\"\",\"tags_all\":{\"owner\":\"platform\",\"stage\":\"prod\"},", i % 250, i % 250);
	dx_buf_printf(b, "\"tags\":{\"Name\":\"service node %u \\\"blue\\\"\",\"owner\":\"platform\",\"stage\":\"prod\"},"
	    "\"tenancy\":\"default\",\"timeouts\":null,\"user_data\":\"#!/bin/sh\\nexec /opt/start --id %u\\n\","
	    "\"vpc_security_group_ids\":[\"sg-0d%08x\",\"sg-f8b6a1d4\"]},"
	    "\"sensitive_values\":{\"credit_specification\":[{}],\"tags\":{},\"vpc_security_group_ids\":[false,false]}}",
	    i, i, i * 40503u);
}

static void
plan(struct dx_buf *b, size_t size)
{
	dx_buf_puts(b, "{\"format_version\":\"1.2\",\"terraform_version\":\"1.9.5\",\"planned_values\":{\"root_module\":"
	    "{\"resources\":[");
	for (unsigned i = 0; b->len < size - 64; i++) {
		if (i > 0)
			dx_buf_putc(b, ',');
		resource(b, i);
	}
	dx_buf_puts(b, "]}},\"timestamp\":\"2026-03-01T09:30:00Z\",\"errored\":false}");
}

static void
parse(struct dx_arena *a, char *text, size_t len, struct dx_json *v)
{
	struct dx_err err = { 0 };

	if (dx_json_parse(a, text, len, DX_JSON_FOREIGN, v, &err) != 0)
		die(&err);
}

static void
small(const struct dx_buf *doc)
{
	struct dx_buf out = { 0 };
	struct dx_arena a = { 0 };
	double parsing[SMALL_RUNS], both[SMALL_RUNS];
	struct dx_json v;
	char *text = malloc(doc->len + 1);

	for (int r = 0; r < 2 * SMALL_RUNS; r++) {
		bool dump = r % 2 == 1;
		double start = now_ms();

		for (int i = 0; i < SMALL_TURNS; i++) {
			memcpy(text, doc->data, doc->len + 1);
			dx_arena_reset(&a);
			dx_buf_reset(&out);
			parse(&a, text, doc->len, &v);
			if (dump)
				dx_json_canon(&v, &out);
		}
		(dump ? both : parsing)[r / 2] = (now_ms() - start) * 1e6 / SMALL_TURNS;
	}
	printf("a document of %zu bytes\n", doc->len);
	print("  parse", parsing, SMALL_RUNS, "ns");
	print("  parse and dump", both, SMALL_RUNS, "ns");
	free(text);
	dx_buf_release(&out);
	dx_arena_release(&a);
}

/* The same document many times, one a line. */
static void
batch(const struct dx_buf *doc)
{
	struct dx_err err = { 0 };
	double run[BIG_RUNS];
	int fd = memfd_create("batch", MFD_CLOEXEC);

	for (int i = 0; i < BATCH_LINES; i++) {
		if (dx_fd_write(fd, "batch", doc->data, doc->len, &err) != 0 || dx_fd_write(fd, "batch", "\n", 1, &err) != 0)
			die(&err);
	}
	for (int r = 0; r < BIG_RUNS; r++) {
		struct dx_lines l;
		double start = now_ms();
		int got;

		lseek(fd, 0, SEEK_SET);
		dx_lines_init(&l, fd, "batch", DX_JSON_MAX, DX_JSON_FOREIGN);
		while ((got = dx_lines_next(&l, &err)) > 0)
			;
		if (got < 0)
			die(&err);
		dx_lines_release(&l);
		run[r] = (now_ms() - start) * 1e6 / BATCH_LINES;
	}
	print("  read and parse, each of many lines", run, BIG_RUNS, "ns");
	close(fd);
}

static void
big(const struct dx_buf *doc)
{
	double parsing[BIG_RUNS], dumping[BIG_RUNS], both[BIG_RUNS], start, middle;
	char *text = malloc(doc->len + 1);

	for (int r = 0; r < BIG_RUNS; r++) {
		struct dx_arena a = { 0 };
		struct dx_buf out = { 0 };
		struct dx_json v;

		memcpy(text, doc->data, doc->len + 1);
		start = now_ms();
		parse(&a, text, doc->len, &v);
		middle = now_ms();
		dx_json_canon(&v, &out);
		both[r] = now_ms() - start;
		parsing[r] = middle - start;
		dumping[r] = both[r] - parsing[r];
		dx_buf_release(&out);
		dx_arena_release(&a);
	}
	free(text);
	printf("a document of %.1f MB\n", (double)doc->len / 1e6);
	print("  parse", parsing, BIG_RUNS, "ms");
	print("  canonical dump", dumping, BIG_RUNS, "ms");
	print("  together", both, BIG_RUNS, "ms");
}

/* Peak memory of a process that reads the file, parses it and perhaps dumps it, in bytes. */
static size_t
peak(const char *path, bool dump)
{
	struct rusage use;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct dx_buf doc = { 0 }, out = { 0 };
		struct dx_arena a = { 0 };
		struct dx_err err = { 0 };
		struct dx_json v;

		if (dx_file_read(path, LIMIT, DX_R_JSON_TOO_LARGE, &doc, &err) != 0)
			die(&err);
		parse(&a, doc.data, doc.len, &v);
		if (dump)
			dx_json_canon(&v, &out);
		_exit(0);
	}
	if (pid < 0 || wait4(pid, &status, 0, &use) != pid || status != 0)
		exit(2);
	return (size_t)use.ru_maxrss * 1024;
}

static int
write_plan(const char *path, size_t size)
{
	struct dx_buf b = { 0 };
	FILE *f = fopen(path, "w");

	plan(&b, size);
	if (f == NULL || fwrite(b.data, 1, b.len, f) != b.len || fclose(f) != 0) {
		perror(path);
		return 2;
	}
	dx_buf_release(&b);
	return 0;
}

int
main(int argc, char *argv[])
{
	struct dx_err err = { 0 };
	struct dx_buf doc = { 0 };
	size_t parsed, dumped;

	if (argc >= 3 && strcmp(argv[1], "-w") == 0)
		return write_plan(argv[2], (argc > 3 ? strtoul(argv[3], NULL, 10) : 20) * 1000000);
	if (argc != 2) {
		fprintf(stderr, "usage: bench_json FILE | -w FILE [MB]\n");
		return 2;
	}
	parsed = peak(argv[1], false);		/* first: a child starts with the memory of its parent */
	dumped = peak(argv[1], true);
	resource(&doc, 4711);
	small(&doc);
	batch(&doc);
	dx_buf_reset(&doc);
	if (dx_file_read(argv[1], LIMIT, DX_R_JSON_TOO_LARGE, &doc, &err) != 0)
		die(&err);
	big(&doc);
	printf("  peak memory: %.1f MB parsed, %.2f of the text; %.1f MB with the dump\n", (double)parsed / 1e6,
	    (double)parsed / (double)doc.len, (double)dumped / 1e6);
	dx_buf_release(&doc);
	return 0;
}
