#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/err.h"
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

/* Upward from `dir` (which is cut down on the way): the nearest store, else the top of the work tree; false: neither. */
static bool
search(char *dir, char **store, char **top)
{
	struct stat st;

	*store = *top = NULL;
	for (;;) {
		char *folder = join(dir, FOLDER), *git = join(dir, ".git"), *slash;

		if (store_in(folder))
			*store = dx_strdup(folder);
		else if (*top == NULL && stat(git, &st) == 0)
			*top = dx_strdup(folder);
		free(folder);
		free(git);
		if (*store != NULL || strcmp(dir, "/") == 0)
			return *store != NULL || *top != NULL;
		slash = strrchr(dir, '/');
		if (slash == NULL)
			return *top != NULL;
		slash[slash == dir] = '\0';
	}
}

int
dx_store_locate(const char *option, const char *env, char **path, bool *exists, struct dx_err *err)
{
	const char *where = option != NULL ? option : env != NULL && env[0] != '\0' ? env : NULL;
	char *dir, *top, *found = NULL;

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
	found = join(dir, FOLDER);
	*exists = false;
	if (search(dir, path, &top)) {
		*exists = *path != NULL;
		if (*path == NULL)
			*path = top;
		else
			free(top);
		free(found);
	} else {
		*path = found;
	}
	free(dir);
	return 0;
}
