#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "op/root.h"

static bool
has_git(void *ctx, const char *dir)
{
	struct dx_buf path = { 0 };
	bool has;

	(void)ctx;
	dx_buf_printf(&path, "%s/.git", dir);
	has = access(path.data, F_OK) == 0;
	dx_buf_release(&path);
	return has;
}

char *
dx_op_root(const char *given)
{
	char *top = given != NULL ? NULL : dx_dir_upward(".", has_git, NULL);

	return top != NULL ? top : dx_strdup(given != NULL ? given : ".");
}
