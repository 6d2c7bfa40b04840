#include "crypt/library.h"

#include "base/err.h"

#define TEXT(version)	TEXT_OF(version)
#define TEXT_OF(version)	#version
#define LIBRARY		"libcrypto.so." TEXT(OPENSSL_SHLIB_VERSION)

#define FUNCTION(name)	DX_LIBRARY_FUNCTION(dx_crypto, name)
static const struct dx_function functions[] = { DX_CRYPTO_FUNCTIONS(FUNCTION) };

const struct dx_crypto *
dx_crypto(void)
{
	static struct dx_crypto lib;
	static bool ready;

	if (ready)
		return &lib;
	dx_library_need(LIBRARY, functions, sizeof(functions) / sizeof(functions[0]), &lib);
	if (lib.OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL) != 1)
		DX_BUG("libcrypto cannot be made ready");
	ready = true;
	return &lib;
}
