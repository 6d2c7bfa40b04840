#include <sys/resource.h>

#include "base/err.h"
#include "facts/git_inner.h"

/* libgit2 reads all certificates of the system when it starts, most of what it takes to start, for a network that is never used
 * here.  While no file can be opened it goes on without them. */
static int
init(const struct dx_libgit2 *l)
{
	struct rlimit given, none;
	int rc;

	if (getrlimit(RLIMIT_NOFILE, &given) != 0)
		return l->git_libgit2_init();
	none = (struct rlimit){ .rlim_cur = 0, .rlim_max = given.rlim_max };
	if (setrlimit(RLIMIT_NOFILE, &none) != 0)
		return l->git_libgit2_init();
	rc = l->git_libgit2_init();
	(void)setrlimit(RLIMIT_NOFILE, &given);
	return rc >= 0 ? rc : l->git_libgit2_init();
}

/* Kinds of repositories that libgit2 can read but does not know by name. */
static void
allow_extensions(const struct dx_libgit2 *l)
{
	static const char *const known[] = { "partialclone", "preciousobjects", "worktreeconfig" };
	const char *names[3];

	for (size_t i = 0; i < 3; i++)
		names[i] = known[i];
	(void)l->git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, (size_t)3);
}

const struct dx_libgit2 *
dx_libgit2(struct dx_err *err)
{
	static const struct dx_function functions[] = {
#define USE(name) DX_LIBRARY_FUNCTION(dx_libgit2, name)
		DX_GIT_FUNCTIONS(USE)
#undef USE
	};
	static struct dx_libgit2 table;
	static bool open;
	const char *why;

	if (open)
		return &table;
	if (!dx_library_open("libgit2.so." LIBGIT2_SOVERSION, functions, sizeof(functions) / sizeof(functions[0]), &table, &why) ||
	    init(&table) < 0) {
		(void)dx_err_set(err, DX_R_GIT_UNAVAILABLE, "libgit2.so.%s cannot be used", LIBGIT2_SOVERSION);
		return NULL;
	}
	allow_extensions(&table);
	open = true;
	return &table;
}
