/* base/exit, reason, err, mem, buf, id. */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/exit.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/reason.h"
#include "base/text.h"
#include "tap.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED	1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED	1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED	0
#endif

/* Runs f in a child: its exit status (-1: killed), its stderr in out. */
static int
in_child(void (*f)(void), char *out, size_t size)
{
	int fd[2], status;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	fflush(stdout);
	if (pipe(fd) != 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0) {
		dup2(fd[1], STDERR_FILENO);
		close(fd[0]);
		close(fd[1]);
		f();
		_exit(99);
	}
	close(fd[1]);
	while (len + 1 < size && (n = read(fd[0], out + len, size - 1 - len)) > 0)
		len += (size_t)n;
	out[len] = '\0';
	close(fd[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* --- exit, reason --- */

static void
test_exit(void)
{
	static const enum dx_exit order[] = {
		DX_EXIT_BUG, DX_EXIT_INTEGRITY, DX_EXIT_INVALID, DX_EXIT_NO, DX_EXIT_RETRY, DX_EXIT_WAIT, DX_EXIT_YES,
	};
	int wrong = 0;

	for (size_t i = 0; i < 7; i++)
		for (size_t k = 0; k < 7; k++)
			wrong += dx_exit_worse(order[i], order[k]) != order[i < k ? i : k];
	is_int(wrong, 0, "exit: the first of 70, 5, 2, 1, 3, 4, 0 wins");
	is_int(dx_exit_worse((enum dx_exit)9, DX_EXIT_INTEGRITY), 9, "exit: a status outside the table is never hidden");
}

static bool
sentence(const char *s)
{
	size_t n = strlen(s);

	return n > 2 && n < 300 && isupper((unsigned char)s[0]) && s[n - 1] == '.' && s[n - 2] != ' ' && s[n - 2] != '.' &&
	    !dx_has_control(s) && strstr(s, "  ") == NULL;
}

static bool
snake(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n > 0 && s[n] == '\0' && s[0] != '_' && s[n - 1] != '_' && strstr(s, "__") == NULL;
}

static void
test_reason(void)
{
	static const enum dx_exit exits[] = {
		[DX_CLASS_NONE] = DX_EXIT_YES, [DX_CLASS_INVALID] = DX_EXIT_INVALID, [DX_CLASS_UNAUTHENTICATED] = DX_EXIT_NO,
		[DX_CLASS_FORBIDDEN] = DX_EXIT_NO, [DX_CLASS_NOT_FOUND] = DX_EXIT_NO, [DX_CLASS_CONFLICT] = DX_EXIT_NO,
		[DX_CLASS_THROTTLED] = DX_EXIT_RETRY, [DX_CLASS_UNAVAILABLE] = DX_EXIT_RETRY, [DX_CLASS_WAITING] = DX_EXIT_WAIT,
		[DX_CLASS_INTEGRITY] = DX_EXIT_INTEGRITY, [DX_CLASS_FINDING] = DX_EXIT_NO, [DX_CLASS_REASON] = DX_EXIT_NO,
		[DX_CLASS_WARNING] = DX_EXIT_YES,
	};
	static const char *const names[] = {
		"none", "invalid", "unauthenticated", "forbidden", "not_found", "conflict", "throttled", "unavailable",
		"waiting", "integrity", "finding", "reason", "warning",
	};

	for (int i = DX_OK + 1; i < DX_REASON_COUNT; i++) {
		enum dx_reason r = (enum dx_reason)i;
		const char *code = dx_reason_code(r);
		bool good = snake(code) && dx_reason_find(code) == r && sentence(dx_reason_text(r)) &&
		    (dx_reason_remedy(r)[0] == '\0' || sentence(dx_reason_remedy(r))) && dx_reason_page(r)[0] != '\0' &&
		    dx_reason_class(r) != DX_CLASS_NONE && dx_reason_exit(r) == exits[dx_reason_class(r)];

		if (i > 1 && strcmp(dx_reason_code((enum dx_reason)(i - 1)), code) >= 0)
			good = false;
		ok(good, "reason: %s stands in order, once, with a sentence for its meaning", code);
	}
	is_int(dx_reason_find("no_such_code"), DX_OK, "reason: an unknown code is found nowhere");
	is_int(dx_reason_find(""), DX_OK, "reason: nor is the empty one");
	is_str(dx_reason_code((enum dx_reason)DX_REASON_COUNT), "", "reason: a value outside the table has empty strings");
	is_str(dx_reason_text((enum dx_reason)-1), "", "reason: on either side");
	is_int(dx_reason_exit(DX_OK), DX_EXIT_YES, "reason: no error is 0");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		is_str(dx_class_name((enum dx_class)i), names[i], "class: %s", names[i]);
}

/* The list that comes with the specification: code, class and page, tab separated.  A few codes are ours alone. */
static void
test_reason_list(void)
{
	FILE *f = fopen("../shared/spec/reason-codes.txt", "r");
	char line[256], code[128], class[64], page[64];
	int known = 0, rows = 0;

	if (f == NULL) {
		skip("the specification's list is absent");
		return;
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		enum dx_reason r;

		if (sscanf(line, "%127[^\t]\t%63[^\t]\t%63[^.]", code, class, page) != 3)
			continue;
		rows++;
		if ((r = dx_reason_find(code)) == DX_OK)
			continue;
		known++;
		if (strcmp(dx_class_name(dx_reason_class(r)), class) != 0 || strcmp(dx_reason_page(r), page) != 0)
			ok(false, "reason: %s is %s of page %s", code, class, page);
	}
	fclose(f);
	ok(rows > 500 && known > 100, "reason: %d codes are of the specification's list", known);
}

/* --- err --- */

static void
test_err(void)
{
	struct dx_err err = { 0 };
	char big[3000], tail[64];

	is_int(dx_err_set(&err, DX_R_JSON_INVALID, "line %d", 3), -1, "err: a fault is -1");
	ok(err.reason == DX_R_JSON_INVALID && strcmp(err.text, "line 3") == 0 && err.at[0] == '\0', "err: what was said");
	dx_err_set_at(&err, DX_R_USAGE, "/a", "second");
	ok(err.reason == DX_R_JSON_INVALID && strcmp(err.text, "line 3") == 0 && err.at[0] == '\0', "err: the first fault stays");
	is_int(dx_err_in(&err, "policy %s", "p.json"), -1, "err: context is -1 too");
	is_str(err.text, "policy p.json: line 3", "err: context goes in front");
	dx_err_clear(&err);
	ok(err.reason == DX_OK && err.text[0] == '\0' && err.at[0] == '\0', "err: cleared");
	dx_err_in(&err, "nothing");
	ok(err.reason == DX_OK && err.text[0] == '\0', "err: no context without a fault");
	dx_err_set_at(&err, DX_R_FIELD_INVALID, "/a/b", "wrong");
	is_str(err.at, "/a/b", "err: the place");
	dx_err_clear(&err);
	dx_err_sys(&err, DX_R_FILE_UNREADABLE, ENOENT, "%s", "f");
	is_str(err.text, "f: No such file or directory", "err: the system's reason at the end");
	dx_err_clear(&err);
	dx_err_set(&err, DX_R_USAGE, "%s", "a\nb\tc\x1b[31m\x7f" "d\xc2\x9b" "e\xff" "f\xc3\xa9\xe2\x82" "g\xc2\x80");
	is_str(err.text, "a?b?c?[31m?d?e?f\xc3\xa9??g?", "err: control characters and bad bytes are masked");
	is_int(dx_err_set(NULL, DX_R_USAGE, "x") + dx_err_set_at(NULL, DX_R_USAGE, "", "x") + dx_err_in(NULL, "x") +
	    dx_err_sys(NULL, DX_R_USAGE, 1, "x"), -4, "err: nobody need listen");
	dx_err_clear(NULL);
	for (size_t shift = 0; shift < 3; shift++) {
		memset(big, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof(big); i += 3)
			memcpy(big + i, "\xe2\x82\xac", 4);
		dx_err_clear(&err);
		dx_err_set_at(&err, DX_R_USAGE, big, "%s", big);
		ok(dx_utf8_valid(err.text, strlen(err.text)) && strlen(err.text) > DX_ERR_TEXT - 4 &&
		    strchr(err.text, '?') == NULL, "err: a long text is cut at a character");
		ok(dx_utf8_valid(err.at, strlen(err.at)) && strlen(err.at) > DX_ERR_AT - 4, "err: a long place too");
		dx_err_in(&err, "%s", big);
		ok(dx_utf8_valid(err.text, strlen(err.text)) && strlen(err.text) > DX_ERR_TEXT - 4, "err: and a long context");
		dx_err_clear(&err);
		dx_err_sys(&err, DX_R_USAGE, EACCES, "%s", big);
		snprintf(tail, sizeof(tail), ": %s", strerror(EACCES));
		is_str(err.text + strlen(err.text) - strlen(tail), tail, "err: the system's reason is not what is cut");
	}
}

static void
do_bug(void)
{
	printf("an answer");	/* in the buffer of stdout: must not get out */
	DX_BUG("the sky fell");
}

static void
do_overflow(void)
{
	(void)!dx_alloc(dx_size_mul(SIZE_MAX / 2, 3));
}

static void
do_huge_buf(void)
{
	struct dx_buf b = { 0 };

	dx_buf_add(&b, "x", 1);
	dx_buf_grow(&b, SIZE_MAX - 10);
}

static void
do_huge_arena(void)
{
	struct dx_arena a = { 0 };

	(void)!dx_arena_alloc(&a, SIZE_MAX - 4);
}

static void
test_ends(void)
{
	char out[512];

	is_int(in_child(do_bug, out, sizeof(out)), DX_EXIT_BUG, "bug: leaves with 70");
	ok(strstr(out, "test_base.c:") != NULL && strstr(out, "the sky fell\n") != NULL && strchr(out, '\n') == strrchr(out, '\n'),
	    "bug: one line says where");
	is_int(in_child(do_overflow, out, sizeof(out)), DX_EXIT_RETRY, "mem: a size that overflows ends with 3");
	ok(strstr(out, ": out of memory\n") != NULL && strchr(out, '\n') == strrchr(out, '\n'), "mem: and one line");
	if (!SANITIZED)	/* its malloc kills the process over such a size */
		is_int(in_child(do_huge_buf, out, sizeof(out)), DX_EXIT_RETRY, "mem: so does a buffer without memory");
	is_int(in_child(do_huge_arena, out, sizeof(out)), DX_EXIT_RETRY, "mem: and an arena");
}

/* --- mem, buf --- */

static void
test_alloc(void)
{
	char *p = dx_alloc(0), *q;

	ok(p != NULL, "alloc: nothing is something");
	p = dx_realloc(p, 100);
	memset(p, 'x', 100);
	p = dx_realloc(p, 0);
	ok(p != NULL, "realloc: to nothing is something");
	free(p);
	p = dx_strdup("abc");
	q = dx_strndup("abcdef", 3);
	ok(strcmp(p, "abc") == 0 && strcmp(q, "abc") == 0, "strdup, strndup");
	free(p);
	free(q);
	q = dx_strndup("ab", 10);
	is_str(q, "ab", "strndup: no further than the end");
	free(q);
	ok(dx_size_mul(SIZE_MAX / 2, 2) == SIZE_MAX - 1 && dx_size_mul(0, SIZE_MAX) == 0, "size_mul");
}

static void
test_arena(void)
{
	struct dx_arena a = { 0 };
	enum { MANY = 2000 };
	static unsigned char *at[MANY];
	static size_t sizes[MANY];
	int wrong = 0;
	char *s, *t;
	size_t total;

	dx_arena_reset(&a);
	dx_arena_release(&a);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < MANY; i++) {
			sizes[i] = i % 97 == 0 ? i * 7 : i % 41;
			if (i % 3 == 0) {
				at[i] = (unsigned char *)dx_arena_dup(&a, NULL, 0);	/* puts the next one out of step */
				sizes[i] = 1;
			} else {
				at[i] = dx_arena_alloc(&a, sizes[i]);
				wrong += (uintptr_t)at[i] % alignof(max_align_t) != 0;
			}
			memset(at[i], (int)(i & 0xff), sizes[i]);
		}
		for (size_t i = 0; i < MANY; i++)
			for (size_t k = 0; k < sizes[i]; k++)
				wrong += at[i][k] != (i & 0xff);
		total = a.total;
		dx_arena_reset(&a);
		ok(a.total > 0 && a.total <= total && (round > 0 || a.total < total), "arena: a reset keeps one block");
	}
	is_int(wrong, 0, "arena: pieces are aligned and do not overlap");
	s = dx_arena_dup(&a, "ab\0cd", 5);
	ok(memcmp(s, "ab\0cd", 6) == 0, "arena: dup copies bytes and adds a NUL");
	s = dx_arena_printf(&a, "%d-%s", 42, "x");
	is_str(s, "42-x", "arena: printf");
	t = dx_arena_printf(&a, "%1000d|", 7);
	ok(strlen(t) == 1001 && t[999] == '7' && strcmp(s, "42-x") == 0, "arena: printf of something long");
	s = dx_arena_alloc(&a, 3 << 20);
	memset(s, 1, 3 << 20);
	ok(a.total > 3 << 20, "arena: a large piece");
	dx_arena_release(&a);
	ok(a.block == NULL && a.total == 0, "arena: released");
	s = dx_arena_alloc(&a, 3 << 20);
	memset(s, 1, 3 << 20);
	dx_arena_reset(&a);
	s = dx_arena_alloc(&a, 1);
	*s = 'x';
	ok(a.total > 3 << 20, "arena: a large first piece becomes the block that is kept");
	dx_arena_release(&a);
}

static void
test_buf(void)
{
	struct dx_buf b = { 0 };
	char *s;

	s = dx_buf_take(&b);
	is_str(s, "", "buf: taken empty");
	free(s);
	dx_buf_puts(&b, "ab");
	dx_buf_putc(&b, 'c');
	dx_buf_add(&b, "\0d", 2);
	dx_buf_printf(&b, "%03d", 7);
	ok(b.len == 8 && memcmp(b.data, "abc\0d007", 9) == 0, "buf: appends and ends with a NUL");
	dx_buf_add(&b, NULL, 0);
	dx_buf_reset(&b);
	ok(b.len == 0 && b.data[0] == '\0' && b.cap > 0, "buf: a reset keeps the memory");
	dx_buf_printf(&b, "%500d", 1);
	ok(b.len == 500 && b.data[499] == '1' && b.data[500] == '\0', "buf: printf of something long");
	for (int i = 0; i < 100000; i++)
		dx_buf_putc(&b, 'x');
	ok(b.len == 100500 && b.cap < 400000, "buf: grows");
	s = dx_buf_take(&b);
	ok(strlen(s) == 100500 && b.data == NULL && b.len == 0 && b.cap == 0, "buf: taken");
	free(s);

	b.max = 5;
	dx_buf_puts(&b, "abc");
	dx_buf_puts(&b, "de");
	ok(b.len == 5 && !b.over, "buf: as much as the ceiling");
	dx_buf_putc(&b, 'f');
	dx_buf_puts(&b, "");
	ok(b.over && strcmp(b.data, "abcde") == 0, "buf: no byte more");
	dx_buf_reset(&b);
	ok(!b.over && b.max == 5, "buf: a reset clears `over`");
	dx_buf_puts(&b, "abcdef");
	dx_buf_puts(&b, "a");
	ok(b.over && b.len == 0, "buf: after something was dropped nothing is appended");
	dx_buf_reset(&b);
	dx_buf_printf(&b, "%s", "abcdef");
	ok(b.over && b.len == 0 && b.data[0] == '\0', "buf: printf keeps to the ceiling");
	dx_buf_reset(&b);
	dx_buf_printf(&b, "%s", "abcde");
	is_str(b.data, "abcde", "buf: printf up to it");
	dx_buf_release(&b);
	ok(b.data == NULL && b.max == 5 && !b.over, "buf: released but for max");
	dx_buf_grow(&b, 1000);
	ok(b.cap > 1000 && b.data[0] == '\0', "buf: grow makes room and a NUL");
	dx_buf_release(&b);
}

/* --- id --- */

static void
test_id(void)
{
	static const char *const bad[] = {
		"", DX_ID_NIL, "0190-", "01900000-0000-7000-8000-00000000000", "01900000-0000-7000-8000-0000000000000",
		"01900000-0000-7000-8000-00000000000G", "01900000-0000-7000-8000-00000000000A", "019000000000-7000-8000-000000000000",
		"0190000000007000800000000000000000000", "{01900000-0000-7000-8000-000000000000}",
		"01900000-0000-7000-8000-00000000000 ",
	};
	const int64_t now = INT64_C(1772357400123456);
	char last[DX_ID_TEXT] = "", id[DX_ID_TEXT], many[DX_IDS_MAX][DX_ID_TEXT];
	unsigned char r[2][300];
	bool one = false;
	int wrong = 0;

	dx_id_new(now, id);
	ok(strlen(id) == 36 && dx_id_valid(id), "id: a new one is valid");
	ok(strncmp(id, "019ca8bb-b63b-7", 15) == 0, "id: begins with the time and the version, seen %s", id);
	for (int i = 0; i < 20000; i++) {
		/* back and forth, and several within a millisecond */
		dx_id_new(now + i / 7 * 100 - (i % 5 == 0 ? 5000000 : 0), id);
		wrong += strcmp(last, id) >= 0 || !dx_id_valid(id) || id[14] != '7' || strchr("89ab", id[19]) == NULL;
		memcpy(last, id, sizeof(id));
	}
	is_int(wrong, 0, "id: they ascend, whatever the clock does");
	dx_id_new(-1, id);
	ok(dx_id_valid(id) && strcmp(last, id) < 0, "id: before 1970");
	dx_ids_new(now, DX_IDS_MAX, many);
	for (int i = 0; i < DX_IDS_MAX; i++)
		wrong += !dx_id_valid(many[i]) || strcmp(i == 0 ? id : many[i - 1], many[i]) >= 0;
	is_int(wrong, 0, "id: several at once ascend too");
	ok(dx_id_valid("11111111-1111-4111-8111-111111111111") && dx_id_valid("22222222-2222-4222-8222-000000000000") &&
	    dx_id_valid("ffffffff-ffff-ffff-ffff-ffffffffffff"), "id: any version is valid");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(!dx_id_valid(bad[i]), "id: \"%s\" is not", bad[i]);
	memset(r, 0, sizeof(r));
	dx_random(r[0], 0);
	for (size_t i = 0; i < 300; i++)
		one = one || r[0][i] != 0;
	dx_random(r[0], 300);
	dx_random(r[1], 300);
	ok(!one && memcmp(r[0], r[1], 300) != 0 && memcmp(r[0] + 280, (char[20]){ 0 }, 20) != 0, "random: all bytes asked for");
}

int
main(void)
{
	test_exit();
	test_reason();
	test_reason_list();
	test_err();
	test_ends();
	test_alloc();
	test_arena();
	test_buf();
	test_id();
	return done();
}
