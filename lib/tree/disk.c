#include "tree/inner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"

#define AGAIN	64	/* the kernel gives up on a path whose folders are being moved; so often we try again */
#define EMPTY_FOLDERS	65536	/* a walk sees so many more folders than files, then it is endless */

/* Never opens a device or a FIFO by mistake, never waits, never gets a terminal. */
#define READING	(O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

static int
kernel_open(int root, const char *path, int flags, uint64_t how)
{
	struct open_how h = { .flags = (unsigned int)flags, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | how };
	long fd;
	int tries = 0;

	do
		fd = syscall(SYS_openat2, root, path[0] != '\0' ? path : ".", &h, sizeof(h));
	while (fd < 0 && (errno == EINTR || (errno == EAGAIN && ++tries < AGAIN)));
	return (int)fd;
}

int
dx_tree_open(const char *root, struct dx_tree **out, struct dx_err *err)
{
	int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), probe;
	struct dx_tree *t;

	if (fd < 0)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot open the folder", root);
	t = dx_alloc(sizeof(*t));
	*t = (struct dx_tree){ .ops = &dx_tree_disk, .fd = fd };
	probe = kernel_open(fd, ".", O_PATH | O_CLOEXEC, 0);
	/* Old kernels do not know the call, old containers forbid what they do not know. */
	t->plain = probe < 0 && (errno == ENOSYS || errno == EPERM);
	if (probe >= 0)
		close(probe);
	*out = t;
	return 0;
}

/* --- one path --- */

static enum dx_tree_kind
kind_of(int errnum)
{
	switch (errnum) {
	case EXDEV:
		return DX_TREE_OUTSIDE;
	case ENOENT:
	case ENOTDIR:
	case ELOOP:
	case ENAMETOOLONG:
		return DX_TREE_MISSING;
	default:
		return DX_TREE_UNREADABLE;
	}
}

/* Follows no link at all: part by part.  -1 with errno. */
static int
plain_open(int root, const char *plain, int flags)
{
	int at = root, fd = -1, saved;
	char name[256];

	if (plain[0] == '\0')
		return openat(root, ".", flags | O_CLOEXEC);
	for (size_t n; *plain != '\0'; plain += n + (plain[n] == '/')) {
		n = strcspn(plain, "/");
		if (n >= sizeof(name)) {
			errno = ENAMETOOLONG;
			fd = -1;
		} else {
			memcpy(name, plain, n);
			name[n] = '\0';
			fd = openat(at, name, O_NOFOLLOW | O_CLOEXEC | (plain[n] == '/' ? O_PATH | O_DIRECTORY : flags));
		}
		saved = errno;
		if (at != root)
			close(at);
		errno = saved;
		if (fd < 0)
			return -1;
		at = fd;
	}
	return fd;
}

static enum dx_tree_step
step(struct dx_tree *t, const char *plain, char target[static DX_TREE_PATH])
{
	int fd = plain_open(t->fd, plain, O_PATH);
	enum dx_tree_step s = DX_TREE_STEP_UNREADABLE;
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return kind_of(errno) == DX_TREE_MISSING ? DX_TREE_STEP_MISSING : DX_TREE_STEP_UNREADABLE;
	if (fstat(fd, &st) != 0) {
		;
	} else if (S_ISLNK(st.st_mode)) {
		n = readlinkat(fd, "", target, DX_TREE_PATH);
		/* A link of /proc leads where its text does not say; there the text is not to be trusted. */
		if (n >= 0 && n < DX_TREE_PATH) {
			target[n] = '\0';
			s = DX_TREE_STEP_LINK;
		}
	} else {
		s = S_ISDIR(st.st_mode) ? DX_TREE_STEP_FOLDER : DX_TREE_STEP_FILE;
	}
	close(fd);
	return s;
}

/* O_PATH descriptor of what the path leads to, and its facts. */
static int
find(struct dx_tree *t, const char *path, struct stat *st, enum dx_tree_kind *kind)
{
	char plain[DX_TREE_PATH];
	int fd = -1;

	*kind = DX_TREE_OUTSIDE;
	if (path[0] == '/')
		return -1;
	if (t->plain) {
		*kind = dx_tree_resolve(t, path, step, plain);
		if (*kind != DX_TREE_REGULAR && *kind != DX_TREE_FOLDER)
			return -1;
		fd = plain_open(t->fd, plain, O_PATH);
	} else {
		fd = kernel_open(t->fd, path, O_PATH | O_CLOEXEC, 0);
	}
	if (fd < 0 || fstat(fd, st) != 0) {
		int saved = errno;

		*kind = kind_of(saved);
		if (*kind == DX_TREE_MISSING && dx_tree_climbs(path))
			*kind = DX_TREE_OUTSIDE;
		if (fd >= 0)
			close(fd);
		errno = saved;
		return -1;
	}
	*kind = S_ISREG(st->st_mode) ? DX_TREE_REGULAR : S_ISDIR(st->st_mode) ? DX_TREE_FOLDER : DX_TREE_OTHER;
	return fd;
}

static struct dx_tree_fact
disk_look(struct dx_tree *t, const char *path)
{
	struct dx_tree_fact fact = { 0 };
	struct stat st;
	int fd = find(t, path, &st, &fact.kind);

	if (fd < 0)
		return fact;
	fact.size = (uint64_t)st.st_size;
	fact.changed = (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000;
	close(fd);
	return fact;
}

static bool
same_file(int fd, const struct stat *want)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_dev == want->st_dev && st.st_ino == want->st_ino &&
	    (st.st_mode & S_IFMT) == (want->st_mode & S_IFMT);
}

/* The very file that an O_PATH descriptor stands for, so that nothing can take its place between look and open. */
static int
reopen(int fd, struct dx_tree *t, const char *path, int flags, const struct stat *want)
{
	char name[64], plain[DX_TREE_PATH];
	int got;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	got = open(name, flags);
	if (got < 0 && errno == ENOENT) {	/* no /proc here */
		if (!t->plain)
			got = kernel_open(t->fd, path, flags, 0);
		else if (dx_tree_resolve(t, path, step, plain) == DX_TREE_REGULAR)
			got = plain_open(t->fd, plain, flags);
	}
	if (got >= 0 && !same_file(got, want)) {
		close(got);
		errno = EAGAIN;
		return -1;
	}
	return got;
}

static int
disk_open(struct dx_tree *t, const char *path, enum dx_tree_kind *kind)
{
	struct stat st;
	int at = find(t, path, &st, kind), fd = -1, saved;

	if (at < 0)
		return -1;
	if (*kind == DX_TREE_REGULAR)
		fd = reopen(at, t, path, READING, &st);
	saved = errno;
	close(at);
	errno = saved;
	return fd;
}

/* --- many --- */

/* Folders still to be seen: names below the start, "" the start itself. */
struct queue { char **name; size_t head, count, room; };

static void
queue_add(struct queue *q, char *name)
{
	if (q->count == q->room) {
		q->room = q->room > 0 ? 2 * q->room : 64;
		q->name = dx_realloc(q->name, dx_size_mul(q->room, sizeof(*q->name)));
	}
	q->name[q->count++] = name;
}

static int
folder_open(struct dx_tree *t, int start, const char *name)
{
	if (t->plain)
		return plain_open(start, name, O_RDONLY | O_DIRECTORY);
	return kernel_open(start, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC, RESOLVE_NO_SYMLINKS);
}

static mode_t
mode_of(int dir, const struct dirent *e)
{
	struct stat st;

	if (e->d_type != DT_UNKNOWN)
		return (mode_t)DTTOIF((unsigned int)e->d_type);
	return fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_mode & S_IFMT : 0;
}

/* One folder's files into the list, its folders into the queue. */
static int
see(struct dx_tree *t, DIR *d, const char *folder, const char *tidy, struct queue *q, struct dx_tree_list *l, struct dx_err *err)
{
	const struct dirent *e;
	struct dx_arena *a = l->arena;

	while (errno = 0, (e = readdir(d)) != NULL) {
		const char *name = e->d_name, *sub;
		mode_t mode;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, ".git") == 0)
			continue;
		mode = mode_of(dirfd(d), e);
		if (!S_ISREG(mode) && !S_ISDIR(mode) && !(S_ISLNK(mode) && l->pattern != NULL))
			continue;
		sub = folder[0] == '\0' ? dx_arena_dup(a, name, strlen(name)) : dx_arena_printf(a, "%s/%s", folder, name);
		if (S_ISDIR(mode)) {
			if (dx_tree_leads(l, tidy[0] == '\0' ? sub : dx_arena_printf(a, "%s/%s", tidy, sub)))
				queue_add(q, dx_strdup(sub));
		} else if (S_ISLNK(mode) && !dx_tree_wants_link(t, l, sub))
			continue;
		else if (dx_tree_list_add(l, tidy[0] == '\0' ? sub : dx_arena_printf(a, "%s/%s", tidy, sub), err) != 0)
			return -1;
		if (q->count > l->limit + EMPTY_FOLDERS)
			return dx_err_set(err, DX_R_FILE_UNREADABLE, "%s: more than %zu folders below it", l->start,
			    l->limit + EMPTY_FOLDERS);
	}
	return errno == 0 ? 0 : dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s/%s: cannot list", l->start, folder);
}

static int
see_next(struct dx_tree *t, int start, const char *tidy, struct queue *q, struct dx_tree_list *l, struct dx_err *err)
{
	const char *folder = q->name[q->head++];
	int fd = folder_open(t, start, folder), rc;
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;

	if (d == NULL) {
		rc = dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s/%s: cannot open the folder", l->start, folder);
		if (fd >= 0)
			close(fd);
		return rc;
	}
	rc = see(t, d, folder, tidy, q, l, err);
	closedir(d);
	return rc;
}

static int
disk_walk(struct dx_tree *t, const char *path, struct dx_tree_list *l, struct dx_err *err)
{
	const char *tidy = dx_tree_tidy(l->arena, path);
	enum dx_tree_kind kind;
	struct queue q = { 0 };
	struct stat st;
	int start = find(t, path, &st, &kind), rc = 0;

	if (start < 0)
		return dx_tree_refuse(path, kind, errno, err);
	if (kind == DX_TREE_REGULAR) {
		rc = dx_tree_list_add(l, tidy, err);
	} else if (kind == DX_TREE_FOLDER) {
		queue_add(&q, dx_strdup(""));
		while (rc == 0 && q.head < q.count)
			rc = see_next(t, start, tidy, &q, l, err);
	} else {
		rc = dx_tree_refuse(path, kind, 0, err);
	}
	for (size_t i = 0; i < q.count; i++)
		free(q.name[i]);
	free(q.name);
	close(start);
	return rc;
}

static int
disk_list(struct dx_tree *t, const char *path, struct dx_tree_list *l, struct dx_err *err)
{
	enum dx_tree_kind kind;
	struct stat st;
	int start = find(t, path, &st, &kind), fd, rc = 0;
	const struct dirent *e;
	DIR *d;

	if (start < 0)
		return dx_tree_refuse(path, kind, errno, err);
	fd = kind == DX_TREE_FOLDER ? folder_open(t, start, "") : -1;
	d = fd >= 0 ? fdopendir(fd) : NULL;
	if (d == NULL) {
		rc = dx_err_sys(err, DX_R_FILE_UNREADABLE, kind == DX_TREE_FOLDER ? errno : ENOTDIR, "%s: cannot open the folder", path);
		if (fd >= 0)
			close(fd);
		close(start);
		return rc;
	}
	while (rc == 0 && (errno = 0, e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			rc = dx_tree_list_add(l, dx_arena_dup(l->arena, e->d_name, strlen(e->d_name)), err);
	if (rc == 0 && errno != 0)
		rc = dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot list", path);
	closedir(d);
	close(start);
	return rc;
}

const struct dx_tree_ops dx_tree_disk = { disk_look, disk_open, disk_walk, disk_list };

/* --- names from outside --- */

/* The root by what it is, not by its name: it may have been moved. */
static bool
is_root(const struct stat *root, const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 && st.st_dev == root->st_dev && st.st_ino == root->st_ino;
}

const char *
dx_tree_relative(struct dx_tree *t, const char *absolute, struct dx_arena *a)
{
	const char *found = NULL;
	char *real, *above, *cut;
	struct stat root;

	if (t->fd < 0 || fstat(t->fd, &root) != 0 || (real = realpath(absolute, NULL)) == NULL)
		return NULL;
	above = dx_strdup(real);
	if (is_root(&root, real))
		found = dx_arena_dup(a, "", 0);
	while (found == NULL && (cut = strrchr(above, '/')) != NULL) {
		*cut = '\0';
		if (is_root(&root, cut == above ? "/" : above))
			found = dx_arena_printf(a, "%s", real + (cut - above) + 1);
	}
	free(above);
	free(real);
	return found;
}
