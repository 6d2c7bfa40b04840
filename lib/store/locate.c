#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/store.h"
#include "store/locate.h"

#define FOLDER	".dealix"

static char *
join(const char *folder, const char *name)
{
	struct dx_buf b = { 0 };

	dx_buf_puts(&b, folder);
	if (b.len == 0 || b.data[b.len - 1] != '/')
		dx_buf_putc(&b, '/');
	dx_buf_puts(&b, name);
	return dx_buf_take(&b);
}

static bool
store_in(const char *folder)
{
	char *db = join(folder, DX_STORE_DB);
	bool is = dx_store_is_at(db);

	free(db);
	return is;
}

/* "git" of "git:PATH"; 0 for a bare path. */
static size_t
scheme_length(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789+.-");

	return n > 0 && s[n] == ':' && s[0] >= 'a' && s[0] <= 'z' ? n : 0;
}

/* The folder that a stated place means: itself, or that of the database file it names. */
static int
stated(const char *where, char **path, struct dx_err *err)
{
	size_t scheme = scheme_length(where), n;
	const char *base;
	struct stat st;

	if (scheme > 0 && !(scheme == 6 && memcmp(where, "sqlite", 6) == 0))
		return dx_err_set(err, DX_R_USAGE, "the store %s is of a kind that this program does not know; sqlite:PATH is", where);
	if (scheme > 0)
		where += scheme + 1;
	n = strlen(where);
	while (n > 1 && where[n - 1] == '/')
		n--;
	if (n == 0)
		return dx_err_set(err, DX_R_USAGE, "the store has an empty path");
	*path = dx_strndup(where, n);
	base = strrchr(*path, '/');
	base = base != NULL ? base + 1 : *path;
	if (strcmp(base, DX_STORE_DB) == 0 && !(stat(*path, &st) == 0 && S_ISDIR(st.st_mode))) {
		char *folder = base == *path ? dx_strdup(".") : dx_strndup(*path, base - 1 == *path ? 1 : (size_t)(base - *path) - 1);

		free(*path);
		*path = folder;
	} else if (stat(*path, &st) == 0 && !S_ISDIR(st.st_mode)) {
		(void)dx_err_set(err, DX_R_USAGE, "the store %s is neither a folder nor a file named %s", *path, DX_STORE_DB);
		free(*path);
		*path = NULL;
		return -1;
	}
	return 0;
}

struct search { char *store, *top; };	/* the nearest store; where one would stand at the top of the work tree */

static bool
look(void *ctx, const char *dir)
{
	struct search *s = ctx;
	char *folder = join(dir, FOLDER), *git = join(dir, ".git");
	struct stat st;

	if (store_in(folder))
		s->store = folder;
	else if (s->top == NULL && stat(git, &st) == 0)
		s->top = folder;
	else
		free(folder);
	free(git);
	return s->store != NULL;
}

int
dx_store_locate(const char *option, const char *env, char **path, bool *exists, struct dx_err *err)
{
	const char *where = option != NULL ? option : env != NULL && env[0] != '\0' ? env : NULL;
	struct search seen = { 0 };
	char *dir, *found = NULL;

	if (where != NULL) {
		if (stated(where, &found, err) != 0)
			return -1;
		*exists = store_in(found);
		*path = found;
		return 0;
	}
	dir = getcwd(NULL, 0);
	if (dir == NULL)
		return dx_err_sys(err, DX_R_STORE_UNAVAILABLE, errno, "the working folder has no name");
	free(dx_dir_upward(dir, look, &seen));
	*exists = seen.store != NULL;
	*path = seen.store != NULL ? seen.store : seen.top != NULL ? seen.top : join(dir, FOLDER);
	if (*path != seen.top)
		free(seen.top);
	free(dir);
	return 0;
}
