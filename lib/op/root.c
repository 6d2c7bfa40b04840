#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "op/root.h"

char *
dx_op_root(const char *given)
{
	char *at;
	struct dx_buf path = { 0 };

	if (given != NULL)
		return dx_strdup(given);
	at = realpath(".", NULL);
	if (at == NULL)
		return dx_strdup(".");
	for (;;) {
		dx_buf_reset(&path);
		dx_buf_printf(&path, "%s/.git", at);
		if (access(path.data, F_OK) == 0 || strrchr(at, '/') == at)
			break;
		*strrchr(at, '/') = '\0';
	}
	if (access(path.data, F_OK) != 0) {
		free(at);
		at = dx_strdup(".");
	}
	dx_buf_release(&path);
	return at;
}
