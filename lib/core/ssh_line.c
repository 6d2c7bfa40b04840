#include "core/ssh_line.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "crypt/ssh_key.h"

/* Whether the base64 text holds a key of that type and nothing behind it. */
static bool
holds(enum dx_ssh_type type, const char *text, size_t len)
{
	unsigned char *blob = dx_alloc(len);
	struct dx_ssh_key key;
	size_t n;
	bool held = dx_base64_decode(text, len, blob, &n) == 0 && dx_ssh_key_read(blob, n, &key) && key.type == type;

	free(blob);
	return held;
}

const char *
dx_ssh_line(const char *line, const char **key, size_t *key_len)
{
	size_t n = strcspn(line, " "), i;

	if (strlen(line) > DX_SSH_LINE_MAX)
		return "is too long for a key";
	for (i = 0; dx_ssh_types[i] != NULL; i++)
		if (strlen(dx_ssh_types[i]) == n && memcmp(dx_ssh_types[i], line, n) == 0)
			break;
	if (dx_ssh_types[i] == NULL)
		return "does not begin with a key type that may sign (ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa, "
		    "sk-ssh-ed25519@openssh.com, sk-ecdsa-sha2-nistp256@openssh.com)";
	line += n;
	line += strspn(line, " ");
	n = strcspn(line, " ");
	if (!holds((enum dx_ssh_type)i, line, n))
		return "is not a key of the type it names, or too short a key";
	*key = line;
	*key_len = n;
	return NULL;
}
