/* zip: what is written is what other programs read, byte for byte; nothing of another form is read. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "pack/zip.h"
#include "proc/proc.h"
#include "tap.h"

static char dir[] = "/tmp/dealix-zip-XXXXXX";
static char path_var[] = "PATH=/usr/local/bin:/usr/bin:/bin", python[] = "python3", dash_c[] = "-c", unzip[] = "unzip", dash_t[] = "-t";
static char *const env[] = { path_var, NULL };

static const struct { const char *name, *text; } members[] = {
	{ "b.json", "{}" }, { "files/empty", "" }, { "files/a-b_c~1", "some text\n" }, { "a", "last" }
};
#define MEMBERS	(sizeof(members) / sizeof(members[0]))

/* Exit status of a program; what it said, when it failed. */
static int
program(char *const *argv)
{
	struct dx_proc_spec s = { .argv = argv, .env = env, .keep = 2000, .merge_stderr = true, .timeout_ms = 60000 };
	struct dx_proc_result r = { 0 };
	struct dx_err err = { 0 };
	int status;

	if (dx_proc_run(&s, &r, &err) != 0)
		return -1;
	status = r.end == DX_PROC_NOT_FOUND ? 127 : r.end == DX_PROC_EXITED ? r.status : -1;
	if (status != 0 && status != 127)
		diag("%s", r.out.data != NULL ? r.out.data : "");
	dx_proc_release(&r);
	return status;
}

static int
run_python(const char *text)
{
	char *const argv[] = { python, dash_c, (char *)(uintptr_t)text, NULL };

	return program(argv);
}

static int
made(const char *file)
{
	int fd = open(file, O_RDWR | O_CREAT | O_TRUNC, 0644);
	struct dx_err err = { 0 };
	struct dx_zip_writer *w = dx_zip_begin(fd, file);

	for (size_t i = 0; i < MEMBERS; i++)
		if (dx_zip_add(w, members[i].name, members[i].text, strlen(members[i].text), &err) != 0)
			exit(70);
	if (dx_zip_end(w, &err) != 0)
		exit(70);
	return fd;
}

/* Whether all can be opened and read with right checksums. */
static bool
sound(int fd, char why[static DX_ERR_TEXT])
{
	struct dx_err err = { 0 };
	struct dx_zip *z;
	bool good = true, crc;

	why[0] = '\0';
	if (dx_zip_open(fd, "x.zip", DX_R_PACK_MEMBER, &z, &err) != 0) {
		memcpy(why, err.text, DX_ERR_TEXT);
		return false;
	}
	for (size_t i = 0; i < dx_zip_count(z); i++) {
		struct dx_sha256 d;

		if (dx_zip_hash(z, dx_zip_at(z, i), &d, &crc, &err) != 0 || !crc)
			good = false;
	}
	dx_zip_free(z);
	return good;
}

static void
test_read(int fd)
{
	struct dx_err err = { 0 };
	struct dx_buf b = { 0 };
	struct dx_zip *z;
	bool crc = false;

	if (!ok(dx_zip_open(fd, "x.zip", DX_R_PACK_MEMBER, &z, &err) == 0, "what was written is read"))
		return;
	is_int((intmax_t)dx_zip_count(z), MEMBERS, "all members");
	for (size_t i = 0; i < MEMBERS; i++) {
		dx_buf_reset(&b);
		dx_buf_puts(&b, "");
		is_str(dx_zip_at(z, i)->name, members[i].name, "in order");
		ok(dx_zip_find(z, members[i].name) == dx_zip_at(z, i), "found by name");
		ok(dx_zip_read(z, dx_zip_at(z, i), 10, &b, &crc, &err) == 0 && crc, "read");
		is_str(b.data, members[i].text, "its bytes");
	}
	ok(dx_zip_find(z, "nope") == NULL, "no such member");
	ok(dx_zip_read(z, dx_zip_at(z, 2), 9, &b, NULL, &err) == -1 && err.reason == DX_R_PACK_MEMBER, "more than the limit");
	dx_buf_release(&b);
	dx_zip_free(z);
}

/* Others read it, and make the same bytes. */
static void
test_others(void)
{
	char file[] = "mine.zip";
	char *const argv[] = { unzip, dash_t, file, NULL };
	int status = program(argv);

	if (status == 127)
		skip("no unzip here");
	else
		is_int(status, 0, "unzip -t");
	status = run_python("import zipfile\n"
	    "z = zipfile.ZipFile('mine.zip')\n"
	    "assert z.testzip() is None\n"
	    "assert [(i.filename, z.read(i)) for i in z.infolist()] == [('b.json', b'{}'), ('files/empty', b''),"
	    " ('files/a-b_c~1', b'some text\\n'), ('a', b'last')]\n"
	    "assert all(i.date_time == (1980, 1, 1, 0, 0, 0) and i.external_attr >> 16 == 0o100644 for i in z.infolist())\n"
	    "w = zipfile.ZipFile('theirs.zip', 'w')\n"
	    "for i in z.infolist():\n"
	    "    n = zipfile.ZipInfo(i.filename); n.external_attr = 0o100644 << 16\n"
	    "    w.writestr(n, z.read(i))\n"
	    "w.close()\n"
	    "assert open('mine.zip', 'rb').read() == open('theirs.zip', 'rb').read()\n");
	if (status == 127)
		skip("no python3 here");
	else
		is_int(status, 0, "python's zipfile reads it and writes the same bytes");
}

/* Every bit of every byte counts. */
static void
test_flips(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	unsigned char *all = dx_alloc((size_t)size);
	char why[DX_ERR_TEXT];
	int passed = 0, cut = 0;

	if (pread(fd, all, (size_t)size, 0) != size)
		exit(70);
	for (off_t i = 0; i < size; i++) {
		for (int bit = 0; bit < 8; bit++) {
			unsigned char c = (unsigned char)(all[i] ^ (1u << bit));

			if (pwrite(fd, &c, 1, i) != 1)
				exit(70);
			passed += sound(fd, why);
		}
		if (pwrite(fd, all + i, 1, i) != 1)
			exit(70);
	}
	is_int(passed, 0, "%jd flipped bits, none unseen", (intmax_t)size * 8);
	for (off_t i = size; i-- > 0; ) {
		if (ftruncate(fd, i) != 0)
			exit(70);
		cut += sound(fd, why);
	}
	is_int(cut, 0, "cut anywhere it is none");
	if (pwrite(fd, all, (size_t)size, 0) != size)
		exit(70);
	ok(sound(fd, why), "whole again");
	if (pwrite(fd, "", 1, size) != 1)
		exit(70);
	ok(!sound(fd, why), "a byte behind it: %s", why);
	if (pwrite(fd, "PK", 1, 0) != 1 || pwrite(fd, all, (size_t)size, 1) != size)
		exit(70);
	ok(!sound(fd, why), "a byte before it: %s", why);
	free(all);
}

static void
refused(const char *what, const char *text)
{
	char why[DX_ERR_TEXT], script[2000];
	int fd;

	snprintf(script, sizeof(script), "import zipfile, warnings\nwarnings.simplefilter('ignore')\n"
	    "def info(n):\n    i = zipfile.ZipInfo(n); i.external_attr = 0o100644 << 16; return i\n"
	    "w = zipfile.ZipFile('bad.zip', 'w')\n%s\nw.close()\n", text);
	if (run_python(script) != 0) {
		skip("no python3 here, or it makes no such archive: %s", what);
		return;
	}
	fd = open("bad.zip", O_RDWR);
	if (strcmp(what, "plain") == 0)
		ok(sound(fd, why), "a plain one is good: %s", why);
	else
		ok(!sound(fd, why) && why[0] != '\0', "%s: %s", what, why);
	close(fd);
}

static void
test_foreign(void)
{
	refused("plain", "w.writestr(info('a'), 'x')");
	refused("compressed", "w.writestr(info('a'), 'x' * 100, zipfile.ZIP_DEFLATED)");
	refused("commented", "w.writestr(info('a'), 'x'); w.comment = b'hello'");
	refused("a member's comment", "i = info('a'); i.comment = b'c'; w.writestr(i, 'x')");
	refused("an extra field", "i = info('a'); i.extra = b'\\x99\\x99\\x02\\x00ab'; w.writestr(i, 'x')");
	refused("another date", "i = info('a'); i.date_time = (2020, 1, 1, 0, 0, 0); w.writestr(i, 'x')");
	refused("another mode", "i = info('a'); i.external_attr = 0o100755 << 16; w.writestr(i, 'x')");
	refused("a folder", "i = info('a/'); w.writestr(i, '')");
	refused("two of a name", "w.writestr(info('a'), 'x'); w.writestr(info('a'), 'y')");
	refused("absolute", "w.writestr(info('/a'), 'x')");
	refused("upwards", "w.writestr(info('../a'), 'x')");
	refused("upwards within", "w.writestr(info('a/../../b'), 'x')");
	refused("a backslash", "w.writestr(info('a\\\\b'), 'x')");
	refused("not ASCII", "w.writestr(info('\\u00e9'), 'x')");
	refused("zip64", "f = w.open(info('a'), 'w', force_zip64=True); f.write(b'x'); f.close()");
	refused("a gap", "w.writestr(info('a'), 'x'); w.fp.write(b'gap'); w.start_dir = w.fp.tell(); w.writestr(info('b'), 'x')");
	refused("streamed", "import io\nclass N(io.RawIOBase):\n"
	    "    def __init__(s): s.f = open('bad.zip', 'wb')\n    def write(s, b): return s.f.write(b)\n    def writable(s): return True\n"
	    "    def flush(s): s.f.flush()\n"
	    "w.close()\nn = N()\nw = zipfile.ZipFile(n, 'w')\nw.writestr(info('a'), 'x')\nw.close()\nn.flush()");
	refused("directory in another order", "w.writestr(info('a'), 'x'); w.writestr(info('b'), 'y'); w.filelist.reverse()");
	refused("two headers for the same bytes", "w.writestr(info('a'), 'x')\nimport copy\nj = copy.copy(w.filelist[0])\n"
	    "j.filename = 'b'\nw.filelist.append(j)");
	refused("a member the directory leaves out", "w.writestr(info('a'), 'x'); w.writestr(info('b'), 'y'); w.filelist.pop()");
	refused("no archive at all", "w.close()\nopen('bad.zip', 'w').write('hello' * 100)\nw = open('other', 'w')");
}

static void
test_writer(void)
{
	static const char *const bad[] = { "", "/a", "a/", "../a", "a//b", "a/./b", "a\\b", "a:b", "a b", "\xc3\xa9", "a\nb", ".", ".." };
	struct dx_err err = { 0 };
	struct dx_zip_writer *w;
	struct dx_sha256 d;
	uint64_t n;
	char why[DX_ERR_TEXT], text[300];
	int fd, from;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!dx_zip_name_is(bad[i]), "bad name %zu", i);
	memset(text, 'x', sizeof(text));
	text[256] = '\0';
	ok(!dx_zip_name_is(text) && dx_zip_name_is(text + 1), "names of at most 255 bytes");
	ok(dx_zip_name_is("..a/.b/c..") && dx_zip_name_is("files/0"), "dots within names");
	fd = memfd_create("zip", 0);
	w = dx_zip_begin(fd, "x.zip");
	ok(dx_zip_add(w, "../x", "", 0, &err) == -1 && err.reason == DX_R_FILE_UNWRITABLE, "%s", err.text);
	dx_zip_abandon(w);
	w = dx_zip_begin(fd, "x.zip");
	dx_err_clear(&err);
	ok(dx_zip_add(w, "x", "1", 1, &err) == 0 && dx_zip_add(w, "y", "", 0, &err) == 0 && dx_zip_add(w, "x", "2", 1, &err) == 0,
	    "two of a name");
	ok(dx_zip_end(w, &err) == -1, "are refused: %s", err.text);
	close(fd);
	fd = memfd_create("zip", 0);
	from = memfd_create("from", 0);
	if (ftruncate(from, 5000000) != 0)
		exit(70);
	dx_err_clear(&err);
	w = dx_zip_begin(fd, "x.zip");
	ok(dx_zip_add_fd(w, "zeros", from, &d, &n, &err) == 0 && n == 5000000 && dx_zip_end(w, &err) == 0 && sound(fd, why),
	    "a member from a file");
	close(fd);
	close(from);
	fd = open("/dev/full", O_WRONLY);
	w = dx_zip_begin(fd, "/dev/full");
	ok(dx_zip_add(w, "a", "x", 1, &err) == -1 && err.reason == DX_R_FILE_UNWRITABLE, "%s", err.text);
	dx_zip_abandon(w);
	close(fd);
	fd = memfd_create("zip", 0);
	dx_err_clear(&err);
	ok(dx_zip_end(dx_zip_begin(fd, "x.zip"), &err) == 0 && sound(fd, why), "no members at all");
	close(fd);
}

int
main(void)
{
	int fd;

	if (mkdtemp(dir) == NULL || chdir(dir) != 0)
		return 70;
	fd = made("mine.zip");
	test_read(fd);
	test_others();
	test_flips(fd);
	close(fd);
	test_foreign();
	test_writer();
	(void)unlink("mine.zip"), (void)unlink("theirs.zip"), (void)unlink("bad.zip"), (void)unlink("other");
	rmdir(dir);
	return done();
}
