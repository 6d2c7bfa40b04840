/* library: libcrypto made ready, within lib/crypt only. */
#ifndef DX_CRYPT_LIBRARY_H
#define DX_CRYPT_LIBRARY_H

/* Before the first use of libcrypto in a process; further calls cost nothing.  Keeps OPENSSL_CONF and the system's
 * configuration from loading code, and saves reading them and tidying up at the end of a short process. */
void	dx_crypt_library(void);

#endif
