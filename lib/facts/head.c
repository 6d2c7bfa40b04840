#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "facts/head.h"

#define SMALL		4096		/* bytes of HEAD, a ref, a .git file */
#define PACKED_MAX	(64u << 20)
#define SHA1_DIGITS	40

/* A small regular file as one line without the white space around it; false when it is anything else. */
static bool
line_of(const char *dir, const char *name, char out[static SMALL])
{
	char path[SMALL];
	struct stat st;
	size_t len;
	ssize_t n;
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) >= sizeof(path))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return false;
	n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, out, SMALL - 1) : -1;
	close(fd);
	if (n <= 0 || n == SMALL - 1 || memchr(out, '\0', (size_t)n) != NULL)
		return false;
	len = (size_t)n;
	while (len > 0 && (out[len - 1] == '\n' || out[len - 1] == '\r' || out[len - 1] == ' '))
		len--;
	out[len] = '\0';
	return len > 0 && strchr(out, '\n') == NULL;
}

static bool
is_id(const char *s)
{
	return dx_hex_is(s, SHA1_DIGITS);
}

/* Of this user, as git wants it, and a folder. */
static bool
own_folder(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

/* `to` as it is meant in folder `dir`. */
static bool
join(const char *dir, const char *to, char out[static SMALL])
{
	return (size_t)(to[0] == '/' ? snprintf(out, SMALL, "%s", to) : snprintf(out, SMALL, "%s/%s", dir, to)) < SMALL;
}

/* The folder with HEAD of the repository whose work tree is `top`. */
static bool
git_folder(const char *top, char out[static SMALL])
{
	char at[SMALL], text[SMALL];
	struct stat st;

	if (!join(top, ".git", at) || lstat(at, &st) != 0 || st.st_uid != geteuid())
		return false;
	if (S_ISDIR(st.st_mode))
		return join(top, ".git", out);
	return S_ISREG(st.st_mode) && line_of(top, ".git", text) && dx_starts(text, "gitdir: ") && join(top, text + 8, out) && own_folder(out);
}

/* The folder with the refs that all work trees share. */
static bool
common_folder(const char *git, char out[static SMALL])
{
	char text[SMALL], path[SMALL];

	if (!join(git, "commondir", path))
		return false;
	if (access(path, F_OK) != 0)
		return join(git, ".", out);
	return line_of(git, "commondir", text) && join(git, text, out) && own_folder(out);
}

static bool
packed(const char *common, const char *ref, char out[static DX_GIT_ID])
{
	struct dx_buf text = { 0 };
	char path[SMALL], want[SMALL];
	const char *found = NULL;
	size_t n;

	if (!join(common, "packed-refs", path) || access(path, F_OK) != 0 ||
	    dx_file_read_regular(path, PACKED_MAX, DX_R_FILE_UNREADABLE, DX_R_FILE_UNREADABLE, &text, NULL) != 0)
		return false;
	n = (size_t)snprintf(want, sizeof(want), " %s\n", ref);
	if (n < sizeof(want) && text.len > 0)
		found = memmem(text.data, text.len, want, n);
	/* The id before it begins its line. */
	if (found != NULL && found - text.data >= SHA1_DIGITS && (found - text.data == SHA1_DIGITS || found[-SHA1_DIGITS - 1] == '\n')) {
		memcpy(out, found - SHA1_DIGITS, SHA1_DIGITS);
		out[SHA1_DIGITS] = '\0';
	} else
		found = NULL;
	dx_buf_release(&text);
	return found != NULL && is_id(out);
}

static bool
plain_name(const char *ref)
{
	return dx_starts(ref, "refs/heads/") && ref[11] != '\0' && ref[11] != '.' && strstr(ref, "/.") == NULL && strstr(ref, "//") == NULL &&
	    !dx_has_control(ref);
}

static bool
resolve(const char *git, char out[static DX_GIT_ID])
{
	char head[SMALL], common[SMALL], id[SMALL];
	const char *ref;

	if (!line_of(git, "HEAD", head) || !common_folder(git, common) || !own_folder(common))
		return false;
	if (is_id(head)) {
		memcpy(out, head, SHA1_DIGITS + 1);
		return true;
	}
	ref = head + 5;
	if (!dx_starts(head, "ref: ") || !plain_name(ref))
		return false;
	if (!line_of(common, ref, id))
		return packed(common, ref, out);
	if (!is_id(id))
		return false;
	memcpy(out, id, SHA1_DIGITS + 1);
	return true;
}

int
dx_head_read(const char *path, char out[static DX_GIT_ID])
{
	char *at = realpath(path, NULL), *cut, name[SMALL], git[SMALL];
	struct stat begin, st;
	int rc = -1;

	if (at == NULL || stat(at, &begin) != 0) {
		free(at);
		return -1;
	}
	while (rc < 0 && stat(at, &st) == 0 && st.st_dev == begin.st_dev && join(at, ".git", name)) {
		if (lstat(name, &st) == 0) {
			rc = git_folder(at, git) && resolve(git, out) ? 1 : 0;
			break;
		}
		cut = strrchr(at, '/');
		/* Where a HEAD lies about, it may be a bare repository. */
		if (!join(at, "HEAD", name) || access(name, F_OK) == 0 || cut == NULL || cut == at)
			break;
		*cut = '\0';
	}
	free(at);
	return rc == 1 ? 1 : -1;
}
