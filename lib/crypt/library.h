/* library: what signatures need of libcrypto, within lib/crypt only.  Loading it takes longer than all else that a short call does
 * and adds a third to its memory, so it is opened when there is a key.  Digests need none of it: what computes them is a few
 * functions without state that are linked into the tools from the same package (see Makefile). */
#ifndef DX_CRYPT_LIBRARY_H
#define DX_CRYPT_LIBRARY_H

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/library.h"

#define DX_CRYPTO_FUNCTIONS(USE) \
	USE(BIO_free) USE(BIO_new_mem_buf) USE(CRYPTO_secure_clear_free) USE(CRYPTO_secure_free) USE(ERR_clear_error) \
	USE(EVP_DigestSign) USE(EVP_DigestSignInit_ex) USE(EVP_DigestVerify) USE(EVP_DigestVerifyInit_ex) USE(EVP_MD_CTX_free) \
	USE(EVP_MD_CTX_new) USE(EVP_PKEY_CTX_free) USE(EVP_PKEY_CTX_new_from_name) USE(EVP_PKEY_free) USE(EVP_PKEY_fromdata) \
	USE(EVP_PKEY_fromdata_init) USE(EVP_PKEY_get_raw_public_key) USE(EVP_PKEY_new_raw_private_key_ex) \
	USE(EVP_PKEY_new_raw_public_key_ex) USE(OBJ_obj2nid) USE(OPENSSL_init_crypto) USE(PEM_read_bio_ex) \
	USE(PKCS8_PRIV_KEY_INFO_free) USE(PKCS8_pkey_get0) USE(X509_ALGOR_get0) USE(d2i_PKCS8_PRIV_KEY_INFO)

struct dx_crypto { DX_CRYPTO_FUNCTIONS(DX_LIBRARY_MEMBER) };

/* Opened at the first call; without it the process ends with 3.  OPENSSL_CONF and the system's configuration load no code: that
 * also saves reading them, and tidying up at the end of a short process. */
const struct dx_crypto	*dx_crypto(void);

#endif
