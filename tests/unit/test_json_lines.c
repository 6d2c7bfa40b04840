/* test_json_lines: one document or many, as the rule has it, however the bytes arrive. */
#include "tap.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "json/lines.h"
#include "json_doc.h"

/* A descriptor that gives the bytes, at most `piece` of them in one read (0: no limit). */
static int
feed(const char *bytes, size_t len, size_t piece, pid_t *child)
{
	struct dx_err err = { 0 };
	int fds[2], fd;

	*child = 0;
	if (piece == 0) {
		fd = memfd_create("feed", MFD_CLOEXEC);
		if (fd < 0 || dx_fd_write(fd, "feed", bytes, len, &err) != 0 || lseek(fd, 0, SEEK_SET) != 0)
			exit(2);
		return fd;
	}
	if (pipe2(fds, O_DIRECT | O_CLOEXEC) != 0 || (*child = fork()) < 0)	/* one write is one read */
		exit(2);
	if (*child == 0) {
		close(fds[0]);
		for (size_t at = 0; at < len; at += piece) {
			if (dx_fd_write(fds[1], "feed", bytes + at, len - at < piece ? len - at : piece, &err) != 0)
				break;
		}
		_exit(0);
	}
	close(fds[1]);
	return fds[0];
}

/* What the reader says of the bytes: "one" or "batch", then of each document "LINE CANON" or "LINE CODE: TEXT". */
static char *
transcript(const char *bytes, size_t len, size_t max, size_t piece)
{
	struct dx_buf out = { 0 };
	struct dx_lines l;
	pid_t child;
	int fd = feed(bytes, len, piece, &child), r;

	dx_lines_init(&l, fd, "stdin", max, DX_JSON_OURS);
	for (unsigned calls = 0; ; calls++) {
		struct dx_err err = { 0 };

		r = dx_lines_next(&l, &err);
		if (calls == 0)
			dx_buf_puts(&out, l.batch ? "batch\n" : "one\n");
		if (r == 0)
			break;
		dx_buf_printf(&out, "%u ", l.number);
		if (r > 0)
			dx_json_canon(&l.doc, &out);
		else
			dx_buf_printf(&out, "%s: %s", dx_reason_code(err.reason), err.text);
		dx_buf_putc(&out, '\n');
		if (r > 0 && l.text[l.text_len] != '\0')
			dx_buf_puts(&out, "text is not ended\n");
	}
	dx_lines_release(&l);
	close(fd);
	if (child > 0)
		waitpid(child, NULL, 0);
	return dx_buf_take(&out);
}

struct talk {
	const char	*name;
	const char	*bytes;
	size_t		 max;		/* 0: 100 */
	const char	*want;
};

static const struct talk talks[] = {
	{ "nothing", "", 0, "one\n0 input_empty: there is no document\n" },
	{ "blanks", " \n\t\r\n\n", 0, "one\n3 input_empty: there is no document\n" },
	{ "one line", "{\"a\":1}", 0, "one\n1 {\"a\":1}\n" },
	{ "one line, ended", "{\"a\":1}\n", 0, "one\n1 {\"a\":1}\n" },
	{ "one line among blanks", "\n \n {\"a\":1} \r\n\n  \n", 0, "one\n3 {\"a\":1}\n" },
	{ "one over lines", "{\n\"a\":\n1}\n", 0, "one\n1 {\"a\":1}\n" },
	{ "one over lines, no end of line", "\n{\n\"a\":\n\n1}", 0, "one\n2 {\"a\":1}\n" },
	{ "a scalar", "12\n", 0, "one\n1 12\n" },
	{ "two lines", "{\"a\":1}\n{\"a\":2}\n", 0, "batch\n1 {\"a\":1}\n2 {\"a\":2}\n" },
	{ "two lines, the last not ended", "{\"a\":1}\n{\"a\":2}", 0, "batch\n1 {\"a\":1}\n2 {\"a\":2}\n" },
	{ "CR LF", "{\"a\":1}\r\n{\"a\":2}\r\n\r\n", 0, "batch\n1 {\"a\":1}\n2 {\"a\":2}\n" },
	{ "blank lines count", "\n1\n\n \n2\n\n3\n", 0, "batch\n2 1\n5 2\n7 3\n" },
	{ "a bad line among good ones", "1\n{\"a\":1,}\n3\n", 0,
	    "batch\n1 1\n2 json_invalid: line 2: column 8: a name in quotes was expected, found '}'\n3 3\n" },
	{ "a document over lines in a batch", "1\n[\n2]\n", 0,
	    "batch\n1 1\n2 json_invalid: line 2: column 2: a value was expected, found the end\n"
	    "3 json_invalid: line 3: column 2: something follows the document, found ']'\n" },
	{ "two on the first line", "{} {}\n", 0,
	    "batch\n1 json_invalid: line 1: column 4: something follows the document, found '{'\n" },
	{ "two on the first line, one on the next", "{} x\n1\n", 0,
	    "batch\n1 json_invalid: line 1: column 4: something follows the document, found 'x'\n2 1\n" },
	{ "a bad first line that ends", "{\"a\":1,}\n2\n", 0,
	    "batch\n1 json_invalid: line 1: column 8: a name in quotes was expected, found '}'\n2 2\n" },
	{ "a bad first line that is no document", "nope\n2\n", 0,
	    "one\n1 json_invalid: line 1, column 1: a value was expected, found 'n'\n" },
	{ "a scalar with something behind it, and a line", "1 x\n2\n", 0,
	    "batch\n1 json_invalid: line 1: column 3: something follows the document, found 'x'\n2 2\n" },
	{ "a bad first line with brackets in strings", "{\"]}\\\"\":[1,}]}\n2\n", 0,
	    "batch\n1 json_invalid: line 1: column 12: a value was expected, found '}'\n2 2\n" },
	{ "a bad document over lines", "{\n \"a\": x\n}\n", 0,
	    "one\n1 json_invalid: line 2, column 7: a value was expected, found 'x'\n" },
	{ "a bad document over lines behind blank ones", "\n\n{\n \"a\": x\n}\n", 0,
	    "one\n3 json_invalid: line 4, column 7: a value was expected, found 'x'\n" },
	{ "a first line cut short", "{\"a\":1\n{\"a\":2}\n", 0,
	    "one\n1 json_invalid: line 2, column 1: a comma or } was expected, found '{'\n" },
	{ "a string cut short", "\"abc\n1\n", 0,
	    "one\n1 json_invalid: line 1, column 5: a control character in a string, which must be written as an escape, "
	    "found byte 0x0A\n" },
	{ "one bad line", "\n[1,]\n", 0, "one\n2 json_invalid: line 2, column 4: a value was expected, found ']'\n" },
	{ "a byte order mark", "\xEF\xBB\xBF{}\n", 0,
	    "one\n1 json_invalid: line 1, column 1: a byte order mark, found byte 0xEF\n" },
	{ "a byte order mark and more", "\xEF\xBB\xBF{\"a\":1}\n2\n", 0,
	    "one\n1 json_invalid: line 1, column 1: a byte order mark, found byte 0xEF\n" },
	{ "a byte order mark of one over lines", "\xEF\xBB\xBF{\n\"a\":1}\n", 0,
	    "one\n1 json_invalid: line 1, column 1: a byte order mark, found byte 0xEF\n" },
	{ "a byte order mark alone", "\xEF\xBB\xBF\n1\n", 0,
	    "one\n1 json_invalid: line 1, column 1: a byte order mark, found byte 0xEF\n" },
	{ "exactly max", "[1,2]\n[3,4]\n", 5, "batch\n1 [1,2]\n2 [3,4]\n" },
	{ "exactly max with CR", "[1,2]\r\n[3,4]\r\n", 5, "batch\n1 [1,2]\n2 [3,4]\n" },
	{ "one of exactly max and blanks", "[1,2]\n\n\n\n\n\n\n", 5, "one\n1 [1,2]\n" },
	{ "one over lines of exactly max and blanks", "[\n1,2\n]\n\n\n\n\n\n\n", 7, "one\n1 [1,2]\n" },
	{ "one over lines of more than max", "[\n1,2\n]", 6,
	    "one\n1 json_too_large: the document has more than 6 bytes\n" },
	{ "one over lines with more behind max and blanks", "[\n1     \n\n\n]\n", 5,
	    "one\n1 json_too_large: the document has more than 5 bytes\n" },
	{ "a line over max", "1\n[1,2,3]\n2\n", 5,
	    "batch\n1 1\n2 json_too_large: line 2: the document has more than 5 bytes\n3 2\n" },
	{ "a long line over max", "1\n[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8]\n2\n", 5,
	    "batch\n1 1\n2 json_too_large: line 2: the document has more than 5 bytes\n3 2\n" },
	{ "a last line over max", "1\n[1,2,3]", 5,
	    "batch\n1 1\n2 json_too_large: line 2: the document has more than 5 bytes\n" },
	{ "one line over max", "[1,2,3,4,5,6,7,8,9]\n\n", 5,
	    "one\n1 json_too_large: the document has more than 5 bytes\n" },
	{ "a first line over max and more", "[1,2,3,4,\"]]\",6,7,8,9]\n2\n", 5,
	    "batch\n1 json_too_large: line 1: the document has more than 5 bytes\n2 2\n" },
	{ "a first line over max that is no document", "aaaaaaaaaaaaaaaaaaaaa\n2\n", 5,
	    "one\n1 json_too_large: the document has more than 5 bytes\n" },
	{ "a first line over max that does not end", "[1,2,3,4,5,6,7,8,9\n]\n", 5,
	    "one\n1 json_too_large: the document has more than 5 bytes\n" },
	{ "numbers of ours", "1\n-0\n", 0,
	    "batch\n1 1\n2 number_not_exact: line 2: column 1: a number must be an integer within +-(2^53-1) or a decimal "
	    "of at most 15 significant digits, found -0\n" },
};

static void
conversations(void)
{
	static const size_t pieces[] = { 0, 1, 3, 7 };

	for (size_t i = 0; i < sizeof(talks) / sizeof(talks[0]); i++) {
		for (size_t j = 0; j < 4; j++) {
			const struct talk *t = &talks[i];
			char *got = transcript(t->bytes, strlen(t->bytes), t->max != 0 ? t->max : 100, pieces[j]);

			is_str(got, t->want, "%s, by %zu", t->name, pieces[j]);
			free(got);
		}
	}
}

/* A batch of lines of all lengths, so that they cross the ends of what is read in every way. */
static void
long_batch(void)
{
	struct dx_buf in = { 0 }, want = { 0 };
	uint64_t state = 5;
	unsigned line = 0;
	char *got;

	dx_buf_puts(&want, "batch\n");
	while (in.len < 3000000) {
		unsigned n = pick(&state, 400) == 0 ? 200000 + pick(&state, 90000) : pick(&state, 3000);

		line++;
		dx_buf_puts(&in, "[\"");
		dx_buf_printf(&want, "%u [\"", line);
		for (unsigned i = 0; i < n; i++) {
			dx_buf_putc(&in, (char)('a' + i % 26));
			dx_buf_putc(&want, (char)('a' + i % 26));
		}
		dx_buf_puts(&in, "\"]\n");
		dx_buf_puts(&want, "\"]\n");
	}
	got = transcript(in.data, in.len, 1 << 20, 0);
	ok(strcmp(got, want.data) == 0, "%u lines from a file", line);
	free(got);
	got = transcript(in.data, in.len, 1 << 20, 4096);
	ok(strcmp(got, want.data) == 0, "%u lines from a pipe", line);
	free(got);
	dx_buf_release(&in);
	dx_buf_release(&want);
}

/* No more is kept than one document may have, and something for reading. */
static void
bounded(void)
{
	struct dx_buf in = { 0 };
	struct dx_lines l;
	struct dx_err err = { 0 };
	pid_t child;
	int fd;

	for (int i = 0; i < 2000000; i++)
		dx_buf_puts(&in, "[[1]]");
	dx_buf_puts(&in, "\n1\n");
	fd = feed(in.data, in.len, 0, &child);
	dx_lines_init(&l, fd, "stdin", 1000, 0);
	ok(dx_lines_next(&l, &err) == -1 && err.reason == DX_R_JSON_TOO_LARGE && l.batch, "ten megabytes in one line");
	ok(l.in.cap < 1 << 20, "are not kept");
	ok(dx_lines_next(&l, &err) == 1 && l.number == 2 && dx_lines_next(&l, &err) == 0, "and the next line is read");
	dx_lines_release(&l);
	close(fd);
	dx_buf_reset(&in);
	dx_buf_puts(&in, "{\"a\":");
	for (int i = 0; i < 10000000; i++)
		dx_buf_putc(&in, '\n');
	dx_buf_puts(&in, "1}");
	fd = feed(in.data, in.len, 0, &child);
	dx_lines_init(&l, fd, "stdin", 1000, 0);
	dx_err_clear(&err);
	ok(dx_lines_next(&l, &err) == -1 && err.reason == DX_R_JSON_TOO_LARGE && l.in.cap < 1 << 20,
	    "nor ten megabytes of blanks within a document");
	ok(dx_lines_next(&l, &err) == 0, "which is the end");
	dx_lines_release(&l);
	close(fd);
	dx_buf_release(&in);
}

static void
waiting(void)
{
	struct dx_lines l;
	struct dx_err err = { 0 };
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0)
		exit(2);
	dx_lines_init(&l, fds[0], "stdin", 100, 0);
	ok(dx_lines_would_wait(&l), "nothing was written");
	dx_fd_write(fds[1], "pipe", "1\n2\n \n3", 7, &err);
	ok(!dx_lines_would_wait(&l), "bytes wait to be read");
	ok(dx_lines_next(&l, &err) == 1 && !dx_lines_would_wait(&l), "a line is there");
	ok(dx_lines_next(&l, &err) == 1 && dx_lines_would_wait(&l), "a blank line and half a line are not enough");
	dx_fd_write(fds[1], "pipe", "\n", 1, &err);
	ok(!dx_lines_would_wait(&l), "its end can be read");
	ok(dx_lines_next(&l, &err) == 1 && l.number == 4 && dx_lines_would_wait(&l), "it was the last");
	close(fds[1]);
	ok(!dx_lines_would_wait(&l) && dx_lines_next(&l, &err) == 0 && !dx_lines_would_wait(&l), "the end is no wait");
	dx_lines_release(&l);
	ok(dx_lines_next(&l, &err) == 0, "released, it has nothing");
	close(fds[0]);
}

static void
unreadable(void)
{
	struct dx_lines l;
	struct dx_err err = { 0 };
	int fd = open("/", O_RDONLY | O_CLOEXEC);

	dx_lines_init(&l, fd, "the folder", 100, 0);
	ok(dx_lines_next(&l, &err) == -1 && err.reason == DX_R_FILE_UNREADABLE, "a folder cannot be read");
	ok(strstr(err.text, "the folder") != NULL, "and is named");
	ok(dx_lines_next(&l, &err) == 0, "nothing comes behind it");
	dx_lines_release(&l);
	close(fd);
}

/* A descriptor that does not block is waited for. */
static void
not_blocking(void)
{
	struct dx_lines l;
	struct dx_err err = { 0 };
	int fds[2];
	pid_t child;

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0 || (child = fork()) < 0)
		exit(2);
	if (child == 0) {
		poll(NULL, 0, 50);
		_exit(dx_fd_write(fds[1], "pipe", "1\n2\n", 4, &err) != 0);
	}
	close(fds[1]);
	dx_lines_init(&l, fds[0], "stdin", 100, 0);
	ok(dx_lines_next(&l, &err) == 1 && dx_lines_next(&l, &err) == 1 && dx_lines_next(&l, &err) == 0,
	    "lines that come late to a descriptor that does not block");
	dx_lines_release(&l);
	close(fds[0]);
	waitpid(child, NULL, 0);
}

static void
places(void)
{
	static const char text[] = "\n{\"a\":1}\n\n {\"b\": true}\n";
	struct dx_lines l;
	struct dx_err err = { 0 };
	unsigned line, column;
	pid_t child;
	int fd = feed(text, sizeof(text) - 1, 0, &child);

	dx_lines_init(&l, fd, "stdin", 100, 0);
	dx_lines_next(&l, &err);
	dx_lines_next(&l, &err);
	dx_json_position(l.text, l.text_len, dx_json_get(&l.doc, "b")->offset, &line, &column);
	ok(l.number + line - 1 == 4 && column == 8, "the place of a value in a batch");
	dx_lines_release(&l);
	close(fd);
}

static void
kept(void)
{
	static const char text[] = "{\"a\":\"one\"}\n{\"a\":\"two\"}\n";
	struct dx_arena keep = { 0 };
	struct dx_lines l;
	struct dx_err err = { 0 };
	struct dx_json first;
	const char *first_text;
	pid_t child;
	int fd = feed(text, sizeof(text) - 1, 0, &child);

	dx_lines_init(&l, fd, "stdin", 100, 0);
	l.keep = &keep;
	dx_lines_next(&l, &err);
	first = l.doc;
	first_text = l.text;
	dx_lines_next(&l, &err);
	is_str(dx_json_get_str(&l.doc, "a"), "two", "a kept batch: the second document");
	dx_lines_release(&l);
	is_str(dx_json_get_str(&first, "a"), "one", "and the first, when all has been read");
	ok(first_text != NULL && memcmp(first_text, "{", 1) == 0, "and its text");
	dx_arena_release(&keep);
	close(fd);
}

int
main(void)
{
	conversations();
	long_batch();
	bounded();
	waiting();
	unreadable();
	not_blocking();
	places();
	kept();
	return done();
}
