/* A look at a work tree that knows only one answer: it is clean.  It reads folders and compares what stat says with what the index
 * remembers, by rules stricter than git's; where it is in any doubt libgit2 is asked, which knows all rules and takes longer. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "facts/git_inner.h"

#define DEPTH_MAX	64

struct scan {
	struct dx_git		*g;
	const git_index_entry	**entry;	/* sorted by path bytes */
	size_t			 count, seen;
	struct timespec		 index_time;	/* what was changed since then, or at that time, proves nothing */
	struct dx_buf		 path;		/* of the folder, a slash behind it unless it is the top */
};

/* The first entry that is not before the path. */
static size_t
lower(const struct scan *s, const char *path)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(s->entry[middle]->path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
plain_entry(const git_index_entry *e)
{
	return GIT_INDEX_ENTRY_STAGE(e) == 0 && (e->flags & GIT_INDEX_ENTRY_VALID) == 0 &&
	    (e->flags_extended & (GIT_INDEX_ENTRY_INTENT_TO_ADD | GIT_INDEX_ENTRY_SKIP_WORKTREE)) == 0;
}

static bool
same_time(const struct timespec *t, const git_index_time *remembered)
{
	return (int32_t)t->tv_sec == remembered->seconds && (uint32_t)t->tv_nsec == remembered->nanoseconds;
}

static bool
unchanged(const struct scan *s, const git_index_entry *e, const struct stat *st)
{
	bool link = S_ISLNK(st->st_mode), old = st->st_mtim.tv_sec < s->index_time.tv_sec ||
	    (st->st_mtim.tv_sec == s->index_time.tv_sec && st->st_mtim.tv_nsec < s->index_time.tv_nsec);
	uint32_t mode = link ? 0120000 : S_ISREG(st->st_mode) ? (st->st_mode & S_IXUSR ? 0100755 : 0100644) : 0;

	return old && plain_entry(e) && e->mode == mode && same_time(&st->st_mtim, &e->mtime) && same_time(&st->st_ctim, &e->ctime) &&
	    (uint32_t)st->st_size == e->file_size && (uint32_t)st->st_ino == e->ino && (uint32_t)st->st_uid == e->uid &&
	    (uint32_t)st->st_gid == e->gid;
}

static bool	scan_folder(struct scan *s, int parent, const char *name, unsigned depth);

/* s->path names something that is no entry: a folder with entries below it, or something that must be ignored. */
static bool
other(struct scan *s, int folder, const char *name, unsigned depth)
{
	size_t at;
	int ignored = 0;

	dx_buf_putc(&s->path, '/');
	at = lower(s, s->path.data);
	if (at < s->count && strncmp(s->entry[at]->path, s->path.data, s->path.len) == 0)
		return scan_folder(s, folder, name, depth + 1);
	s->path.data[--s->path.len] = '\0';
	return s->g->l->git_ignore_path_is_ignored(&ignored, s->g->repo, s->path.data) == 0 && ignored;
}

static bool
scan_name(struct scan *s, int folder, const char *name, unsigned depth)
{
	size_t len = s->path.len, at;
	struct stat st;
	bool good;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (depth == 0 && strcmp(name, ".git") == 0))
		return true;
	dx_buf_puts(&s->path, name);
	at = lower(s, s->path.data);
	if (at < s->count && strcmp(s->entry[at]->path, s->path.data) == 0) {
		good = fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && unchanged(s, s->entry[at], &st);
		s->seen++;
	} else
		/* a repository within is for libgit2 to judge */
		good = strcmp(name, ".git") != 0 && other(s, folder, name, depth);
	s->path.data[len] = '\0';
	s->path.len = len;
	return good;
}

static bool
scan_folder(struct scan *s, int parent, const char *name, unsigned depth)
{
	int fd = depth < DEPTH_MAX ? openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *d;
	bool good = dir != NULL;

	if (dir == NULL && fd >= 0)
		close(fd);
	while (good && (d = readdir(dir)) != NULL)
		good = scan_name(s, fd, d->d_name, depth);
	if (dir != NULL)
		closedir(dir);
	return good;
}

static int
by_path(const void *a, const void *b)
{
	const git_index_entry *const *x = a, *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

bool
dx_git_surely_clean(struct dx_git *g)
{
	const struct dx_libgit2 *l = g->l;
	struct scan s = { .g = g, .count = l->git_index_entrycount(g->index) };
	struct stat st = { 0 };
	bool good = stat(l->git_index_path(g->index), &st) == 0;

	s.index_time = st.st_mtim;
	s.entry = dx_alloc(dx_size_mul(s.count, sizeof(*s.entry)));
	for (size_t i = 0; good && i < s.count; i++) {
		s.entry[i] = l->git_index_get_byindex(g->index, i);
		good = s.entry[i] != NULL;
	}
	if (good) {
		dx_buf_puts(&s.path, "");
		qsort(s.entry, s.count, sizeof(*s.entry), by_path);
		good = scan_folder(&s, AT_FDCWD, dx_git_top(g), 0) && s.seen == s.count;
	}
	l->git_error_clear();
	dx_buf_release(&s.path);
	free(s.entry);
	return good;
}
