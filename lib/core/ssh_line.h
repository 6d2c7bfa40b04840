/* ssh_line: OpenSSH public key lines: whether one is well formed and of a type that may sign (approvals page 1.1).
 * Verifies no signature. */
#ifndef DX_CORE_SSH_LINE_H
#define DX_CORE_SSH_LINE_H

#include <stddef.h>

#define DX_SSH_LINE_MAX	16384

/* "TYPE BASE64 [COMMENT]" without options in front.  Fills *key and *key_len with the place of its base64, which is the same
 * for the same key.  NULL, or a static text that says what is wrong. */
const char	*dx_ssh_line(const char *line, const char **key, size_t *key_len);

#endif
