#include "crypt/library.h"

#include <stdbool.h>
#include <stddef.h>
#include <openssl/crypto.h>

#include "base/err.h"

void
dx_crypt_library(void)
{
	static bool ready;

	if (ready)
		return;
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL) != 1)
		DX_BUG("libcrypto cannot be made ready");
	ready = true;
}
