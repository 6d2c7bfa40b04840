/* ssh_wire: the fields of OpenSSH's binary forms (RFC 4251 5), read within their bytes.  Within lib/crypt only. */
#ifndef DX_CRYPT_SSH_WIRE_H
#define DX_CRYPT_SSH_WIRE_H

#include <stdint.h>
#include "crypt/ssh_key.h"

struct dx_wire { const unsigned char *at, *end; };

struct dx_wire	dx_wire_of(const void *bytes, size_t n);
/* Each moves on by what it read; false, and nowhere, when that is not there. */
bool	dx_wire_bytes(struct dx_wire *w, size_t n, struct dx_ssh_bytes *out);
bool	dx_wire_u32(struct dx_wire *w, uint32_t *out);
bool	dx_wire_string(struct dx_wire *w, struct dx_ssh_bytes *out);
/* A positive integer in its shortest form, without the zero byte of its sign; *bits may be NULL. */
bool	dx_wire_positive(struct dx_wire *w, struct dx_ssh_bytes *out, size_t *bits);
bool	dx_wire_done(const struct dx_wire *w);
bool	dx_ssh_bytes_are(struct dx_ssh_bytes b, const char *text);

#endif
