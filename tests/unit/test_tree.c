/* tree: what a path leads to, on disk with and without the kernel's help and in memory; nothing is seen outside the root. */
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "tap.h"
#include "tree/inner.h"

static char top[] = "/tmp/dealix-tree-XXXXXX";

static void
put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) != 0) {
		perror(path);
		exit(70);
	}
}

static void
must(int rc, const char *what)
{
	if (rc != 0) {
		perror(what);
		exit(70);
	}
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st, (void)flag, (void)f;
	return remove(path);
}

static void
set_up(void)
{
	if (mkdtemp(top) == NULL || chdir(top) != 0)
		exit(70);
	must(mkdir("root", 0755), "root");
	must(mkdir("root/a", 0755), "a");
	must(mkdir("root/a/b", 0755), "b");
	must(mkdir("root/a/.git", 0755), ".git");
	must(mkdir("root/.git", 0755), ".git");
	must(mkdir("root/empty", 0755), "empty");
	put("secret", "secret");
	put("root/f", "one");
	put("root/a/g", "seven g");
	put("root/a/b/h", "");
	put("root/a/.git/config", "x");
	put("root/.git/config", "x");
	put("root/a.c", "x");
	must(symlink("a/g", "root/in"), "in");
	must(symlink("../f", "root/a/up"), "up");
	must(symlink("../../secret", "root/a/out"), "out");
	must(symlink("/etc/passwd", "root/abs"), "abs");
	must(symlink("nowhere", "root/dangling"), "dangling");
	must(symlink("loop2", "root/loop1"), "loop1");
	must(symlink("loop1", "root/loop2"), "loop2");
	must(symlink("..", "root/parent"), "parent");
	must(symlink("a", "root/afolder"), "afolder");
	must(symlink("a/b", "root/deep"), "deep");
	must(symlink("/proc/self/root", "root/magic"), "magic");
	must(mkfifo("root/fifo", 0644), "fifo");
	must(mkfifo("root/a/fifo", 0644), "fifo");
}

static const char files_text[] = "{\"f\":\"one\",\"a/g\":\"seven g\",\"a/b/h\":\"\",\"a/.git/config\":\"x\",\".git/config\":\"x\",\"a.c\":\"x\","
    "\"empty/.git/keep\":\"\",\"in\":{\"link\":\"a/g\"},\"a/up\":{\"link\":\"../f\"},\"a/out\":{\"link\":\"../../secret\"},"
    "\"abs\":{\"link\":\"/etc/passwd\"},\"dangling\":{\"link\":\"nowhere\"},\"loop1\":{\"link\":\"loop2\"},"
    "\"loop2\":{\"link\":\"loop1\"},\"parent\":{\"link\":\"..\"},\"afolder\":{\"link\":\"a\"},\"deep\":{\"link\":\"a/b\"},"
    "\"magic\":{\"link\":\"/proc/self/root\"},\"fifo\":{},\"a/fifo\":0}";

static const struct { const char *path; enum dx_tree_kind kind; uint64_t size; } cases[] = {
	{ "f", DX_TREE_REGULAR, 3 }, { "./f", DX_TREE_REGULAR, 3 }, { "a//g", DX_TREE_REGULAR, 7 }, { "a/../f", DX_TREE_REGULAR, 3 },
	{ "a/b/../../f", DX_TREE_REGULAR, 3 }, { "a/b/h", DX_TREE_REGULAR, 0 }, { "in", DX_TREE_REGULAR, 7 },
	{ "a/up", DX_TREE_REGULAR, 3 }, { "afolder/g", DX_TREE_REGULAR, 7 }, { "deep/../g", DX_TREE_REGULAR, 7 },
	{ "afolder/up", DX_TREE_REGULAR, 3 },
	{ "", DX_TREE_FOLDER, 0 }, { ".", DX_TREE_FOLDER, 0 }, { "a", DX_TREE_FOLDER, 0 }, { "a/", DX_TREE_FOLDER, 0 },
	{ "a/..", DX_TREE_FOLDER, 0 }, { "afolder", DX_TREE_FOLDER, 0 }, { "afolder/", DX_TREE_FOLDER, 0 },
	{ "empty", DX_TREE_FOLDER, 0 }, { ".git", DX_TREE_FOLDER, 0 },
	{ "nope", DX_TREE_MISSING, 0 }, { "f/", DX_TREE_MISSING, 0 }, { "f/x", DX_TREE_MISSING, 0 }, { "f/..", DX_TREE_MISSING, 0 },
	{ "in/", DX_TREE_MISSING, 0 }, { "dangling", DX_TREE_MISSING, 0 }, { "loop1", DX_TREE_MISSING, 0 },
	{ "a/nope/x", DX_TREE_MISSING, 0 },
	{ "..", DX_TREE_OUTSIDE, 0 }, { "../root/f", DX_TREE_OUTSIDE, 0 }, { "a/../../root/f", DX_TREE_OUTSIDE, 0 },
	{ "/etc/passwd", DX_TREE_OUTSIDE, 0 }, { "/", DX_TREE_OUTSIDE, 0 }, { "abs", DX_TREE_OUTSIDE, 0 },
	{ "a/out", DX_TREE_OUTSIDE, 0 }, { "parent", DX_TREE_OUTSIDE, 0 }, { "parent/secret", DX_TREE_OUTSIDE, 0 },
	{ "magic/etc", DX_TREE_OUTSIDE, 0 }, { "nope/../../secret", DX_TREE_OUTSIDE, 0 }, { "../nope", DX_TREE_OUTSIDE, 0 },
	{ "fifo", DX_TREE_OTHER, 0 }, { "a/fifo", DX_TREE_OTHER, 0 },
};

static void
test_look(struct dx_tree *t, const char *which)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dx_tree_fact got = dx_tree_look(t, cases[i].path);

		is_int(got.kind, cases[i].kind, "%s: '%s'", which, cases[i].path);
		if (cases[i].kind == DX_TREE_REGULAR)
			is_int((intmax_t)got.size, (intmax_t)cases[i].size, "%s: size of '%s'", which, cases[i].path);
	}
}

static void
test_read(struct dx_tree *t, const char *which)
{
	static const struct { const char *path, *words; } bad[] = {
		{ "nope", "is not there" }, { "a", "is a folder" }, { "fifo", "is not a regular file" },
		{ "a/out", "leads out of the root" }, { "loop1", "is not there" }, { "/dev/zero", "leads out" }
	};
	struct dx_buf b = { 0 };
	struct dx_err err = { 0 };

	ok(dx_tree_read(t, "in", 7, DX_R_JSON_TOO_LARGE, &b, &err) == 0, "%s: a file through a link", which);
	is_str(b.data, "seven g", "%s: its bytes", which);
	ok(dx_tree_read(t, "in", 6, DX_R_JSON_TOO_LARGE, &b, &err) == -1 && err.reason == DX_R_JSON_TOO_LARGE && b.len == 7,
	    "%s: one byte too many: %s", which, err.text);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct dx_err e = { 0 };

		ok(dx_tree_read(t, bad[i].path, 100, DX_R_JSON_TOO_LARGE, &b, &e) == -1 && e.reason == DX_R_FILE_UNREADABLE &&
		    strstr(e.text, bad[i].words) != NULL, "%s: %s", which, e.text);
	}
	dx_buf_release(&b);
}

static void
walk_is(struct dx_tree *t, const char *which, const char *path, const char *want)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_buf b = { 0 };
	const char **names;
	size_t n;

	dx_buf_puts(&b, "");
	if (dx_tree_walk(t, path, 100, &a, &names, &n, &err) != 0)
		dx_buf_printf(&b, "error: %s", err.text);
	else
		for (size_t i = 0; i < n; i++)
			dx_buf_printf(&b, "%s%s", i > 0 ? " " : "", names[i]);
	is_str(b.data != NULL ? b.data : "", want, "%s: walk '%s'", which, path);
	dx_buf_release(&b);
	dx_arena_release(&a);
}

/* Links of the tree that lead to a file, or out of the root: a pattern finds them, a walk does not. */
static size_t
links_of(const char *pattern)
{
	static const char *const links[] = { "in", "a/up", "a/out", "abs", "parent", "magic" };
	size_t n = 0;

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		n += dx_glob_path(pattern, links[i]);
	return n;
}

/* A pattern finds what a walk of all finds and the pattern matches, and links to files. */
static void
test_glob(struct dx_tree *t, const char *which)
{
	static const char *const patterns[] = { "*", "**", "*.c", "a/*", "a/**", "a/b/*", "a/b/h", "a/?/h", "afolder/**", "nope/*", "a/b/h/*",
		"f", "**/h", "/f", "parent/**", "a*/**" };
	const char **all, **found;
	size_t n, m;

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct dx_arena a = { 0 };
		size_t want = 0, at = 0;
		bool same;

		same = dx_tree_walk(t, ".", 100, &a, &all, &n, NULL) == 0 && dx_tree_glob(t, patterns[i], 100, &a, &found, &m, NULL) == 0;
		for (size_t k = 0; same && k < n; k++)
			if (dx_glob_path(patterns[i], all[k])) {
				while (at < m && strcmp(found[at], all[k]) != 0)
					at++;
				same = at++ < m;
				want++;
			}
		for (size_t k = 0; k < m; k++)
			want += strncmp(found[k], "empty/l", 7) == 0;	/* those of test_links */
		ok(same && want + links_of(patterns[i]) == m, "%s: glob '%s' is what a walk of all finds, and links", which, patterns[i]);
		dx_arena_release(&a);
	}
}

static void
test_walk(struct dx_tree *t, const char *which)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	const char **names;
	size_t n;

	walk_is(t, which, "", "a.c a/b/h a/g f");
	walk_is(t, which, ".", "a.c a/b/h a/g f");
	walk_is(t, which, "./a/", "a/b/h a/g");
	walk_is(t, which, "a/b/..", "a/b/../b/h a/b/../g");
	walk_is(t, which, "f", "f");
	walk_is(t, which, "afolder", "afolder/b/h afolder/g");
	walk_is(t, which, "empty", "");
	walk_is(t, which, "parent", "error: parent: leads out of the root");
	walk_is(t, which, "fifo", "error: fifo: is not a regular file");
	walk_is(t, which, "nope", "error: nope: is not there");
	ok(dx_tree_walk(t, "", 3, &a, &names, &n, &err) == -1 && err.reason == DX_R_FILE_UNREADABLE, "%s: %s", which, err.text);
	ok(dx_tree_walk(t, "", 4, &a, &names, &n, &err) == 0 && n == 4, "%s: as many as may be", which);
	dx_arena_release(&a);
}

static void
test_relative(struct dx_tree *t)
{
	struct dx_arena a = { 0 };
	char name[256];

	snprintf(name, sizeof(name), "%s/root/afolder/g", top);
	is_str(dx_tree_relative(t, name, &a), "a/g", "relative: links resolved");
	snprintf(name, sizeof(name), "%s/root", top);
	is_str(dx_tree_relative(t, name, &a), "", "relative: the root");
	snprintf(name, sizeof(name), "%s/root/a/out", top);
	is_str(dx_tree_relative(t, name, &a), NULL, "relative: a link that leaves");
	snprintf(name, sizeof(name), "%s/secret", top);
	is_str(dx_tree_relative(t, name, &a), NULL, "relative: elsewhere");
	is_str(dx_tree_relative(t, "/nope/nope", &a), NULL, "relative: nothing there");
	dx_arena_release(&a);
}

/* A folder at the very top, and the root directory as the root. */
static void
test_slash(void)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_tree *t;

	ok(dx_tree_open("/", &t, &err) == 0, "the root directory as root");
	is_str(dx_tree_relative(t, "/tmp", &a), "tmp", "relative to /");
	is_str(dx_tree_relative(t, "/", &a), "", "/ itself");
	dx_tree_free(t);
	ok(dx_tree_open("root/f", &t, &err) == -1 && err.reason == DX_R_FILE_UNREADABLE, "a file is no root: %s", err.text);
	dx_arena_release(&a);
}

/* The root is pinned; what happens meanwhile cannot lead out of it. */
static void
test_moved(struct dx_tree *t, const char *which)
{
	must(rename("root", "moved"), "rename");
	must(mkdir("root", 0755), "mkdir");
	put("root/f", "another");
	is_int((intmax_t)dx_tree_look(t, "f").size, 3, "%s: a renamed root is still the root", which);
	must(unlink("root/f"), "unlink");
	must(rmdir("root"), "rmdir");
	must(rename("moved", "root"), "rename");
}

static void
test_unreadable(struct dx_tree *t, const char *which)
{
	struct dx_buf b = { 0 };
	struct dx_err err = { 0 };

	if (geteuid() == 0) {
		skip("%s: root reads everything", which);
		return;
	}
	must(chmod("root/a", 0), "chmod");
	must(chmod("root/f", 0), "chmod");
	is_int(dx_tree_look(t, "a/g").kind, DX_TREE_UNREADABLE, "%s: below a closed folder", which);
	is_int(dx_tree_look(t, "f").kind, DX_TREE_REGULAR, "%s: a closed file is still one", which);
	ok(dx_tree_read(t, "f", 9, DX_R_JSON_TOO_LARGE, &b, &err) == -1 && err.reason == DX_R_FILE_UNREADABLE, "%s: %s", which,
	    err.text);
	walk_is(t, which, "", "error: /a: cannot open the folder: Permission denied");
	must(chmod("root/f", 0644), "chmod");
	must(chmod("root/a", 0755), "chmod");
}

/* Links one behind the other: 40 are followed, 41 are not; a folder 300 deep. */
static void
test_bounds(struct dx_tree *t, const char *which, bool make)
{
	char name[64], next[64];

	for (int i = 0; make && i < 41; i++) {
		snprintf(name, sizeof(name), "root/empty/l%d", i);
		snprintf(next, sizeof(next), i == 0 ? "../f" : "l%d", i - 1);
		must(symlink(next, name), "symlink");
	}
	is_int(dx_tree_look(t, "empty/l39").kind, DX_TREE_REGULAR, "%s: 40 links", which);
	is_int(dx_tree_look(t, "empty/l40").kind, DX_TREE_MISSING, "%s: 41 links", which);
}

int
main(void)
{
	struct dx_arena a = { 0 };
	struct dx_err err = { 0 };
	struct dx_json files;
	struct dx_tree *disk, *plain, *memory;
	char text[sizeof(files_text)];

	set_up();
	memcpy(text, files_text, sizeof(text));
	if (dx_tree_open("root", &disk, &err) != 0 || dx_tree_open("root", &plain, &err) != 0 ||
	    dx_json_parse(&a, text, sizeof(text) - 1, DX_JSON_OURS, &files, &err) != 0) {
		puts(err.text);
		return 70;
	}
	memory = dx_tree_of(&files);
	if (disk->plain)
		skip("the kernel has no openat2");
	plain->plain = true;
	for (int i = 0; i < 3; i++) {
		struct dx_tree *t = i == 0 ? disk : i == 1 ? plain : memory;
		const char *which = i == 0 ? "disk" : i == 1 ? "disk without openat2" : "memory";

		test_look(t, which);
		test_read(t, which);
		test_walk(t, which);
		test_glob(t, which);
		if (i == 2)
			break;
		test_relative(t);
		test_moved(t, which);
		test_unreadable(t, which);
		test_bounds(t, which, i == 0);
	}
	test_slash();
	dx_tree_free(disk);
	dx_tree_free(plain);
	dx_tree_free(memory);
	dx_arena_release(&a);
	must(chdir("/"), "chdir");
	nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return done();
}
