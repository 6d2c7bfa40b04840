/* dsse: the vector of evidence page 2.6, distinct keys, and what a key file must be. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "crypt/dsse.h"
#include "tap.h"

#define TYPE	"application/vnd.in-toto+json"

static char dir[] = "/tmp/dealix-dsse-XXXXXX";
/* Of the seed 00..1f. */
static const char private_pem[] = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
    "-----END PRIVATE KEY-----\n";
static const char public_pem[] = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\n"
    "-----END PUBLIC KEY-----\n";
static const char other_pem[] = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAKay64UG8yvCyLhqU000LxzYeUm0L/hLIl5S8kyKWbdc=\n"
    "-----END PUBLIC KEY-----\n";

static struct dx_key *
seed_key(unsigned char first)
{
	unsigned char seed[DX_SIGN_KEY];

	for (unsigned int i = 0; i < sizeof(seed); i++)
		seed[i] = (unsigned char)(first + i);
	return dx_key_from_seed(seed);
}

static void
put(const char *name, mode_t mode, const char *a, const char *b, const char *c)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	const char *parts[] = { a, b, c };

	if (fd < 0)
		exit(70);
	for (int i = 0; i < 3; i++)
		if (write(fd, parts[i], strlen(parts[i])) != (ssize_t)strlen(parts[i]))
			exit(70);
	if (fchmod(fd, mode) != 0 || close(fd) != 0)
		exit(70);
}

static void
test_vector(void)
{
	struct dx_key *k = seed_key(0);
	unsigned char sig[DX_SIGN_SIZE];
	struct dx_buf pae = { 0 };
	struct dx_err err = { 0 };
	char id[DX_SHA256_HEX], text[100];

	dx_dsse_keyid(k, id);
	is_str(id, "a050837d85070582ccf7394b0988847cc312cb88259b894899f6f239cf1791a5", "the page's keyid");
	ok(dx_dsse_sign(k, TYPE, "{}", 2, sig, &err) == 0, "signs");
	dx_base64_encode(sig, sizeof(sig), text);
	is_str(text, "dWG98CPWh3lAzt/mxzJ7Nc6Avgf2tjap4msM5gNmMV9Lpu+TWkZMk3lP/u6Su450zcqkLQw21MTZfwU07XgjCw==", "the page's signature");
	dx_dsse_pae(TYPE, "{}", 2, &pae);
	is_str(pae.data, "DSSEv1 28 " TYPE " 2 {}", "what is signed");
	dx_buf_reset(&pae);
	dx_dsse_pae("http://example.com/HelloWorld", "hello world", 11, &pae);
	is_str(pae.data, "DSSEv1 29 http://example.com/HelloWorld 11 hello world", "the example of the DSSE document");
	dx_buf_reset(&pae);
	dx_dsse_pae("", "", 0, &pae);
	is_str(pae.data, "DSSEv1 0  0 ", "of nothing");
	dx_buf_release(&pae);
	dx_key_free(k);
}

static void
test_threshold(void)
{
	struct dx_key *a = seed_key(0), *b = seed_key(32), *c = seed_key(64);
	unsigned char sa[DX_SIGN_SIZE], sb[DX_SIGN_SIZE], sc[DX_SIGN_SIZE], pub[DX_SIGN_KEY];
	struct dx_dsse_sig sigs[] = { { sa, sizeof(sa) }, { sa, sizeof(sa) }, { sc, sizeof(sc) }, { sb, sizeof(sb) } };
	struct dx_keys keys = { 0 };
	struct dx_err err = { 0 };
	bool by[2] = { false, false };

	dx_key_public(a, pub);
	dx_keys_add(&keys, dx_key_from_public(pub));
	dx_keys_add(&keys, dx_key_from_public(pub));
	is_int((intmax_t)keys.count, 1, "a key given twice is one key");
	dx_key_public(b, pub);
	dx_keys_add(&keys, dx_key_from_public(pub));
	ok(dx_dsse_sign(a, TYPE, "x", 1, sa, &err) == 0 && dx_dsse_sign(b, TYPE, "x", 1, sb, &err) == 0 &&
	    dx_dsse_sign(c, TYPE, "x", 1, sc, &err) == 0, "three sign");
	is_int((intmax_t)dx_dsse_verify(&keys, TYPE, "x", 1, sigs, 3, by), 1, "one key twice and a stranger: one");
	ok(by[0] && !by[1], "which one");
	is_int((intmax_t)dx_dsse_verify(&keys, TYPE, "x", 1, sigs, 4, by), 2, "two keys");
	is_int((intmax_t)dx_dsse_verify(&keys, TYPE, "x", 1, sigs, 0, by), 0, "no signature");
	is_int((intmax_t)dx_dsse_verify(&keys, TYPE, "y", 1, sigs, 4, NULL), 0, "another payload");
	is_int((intmax_t)dx_dsse_verify(&keys, "text/plain", "x", 1, sigs, 4, NULL), 0, "another type");
	/* Lengths keep type and payload apart. */
	is_int((intmax_t)dx_dsse_verify(&keys, TYPE " 1", "x", 1, sigs, 4, NULL), 0, "a type that swallows a length");
	sigs[0].n = 63;
	sigs[1].n = 0;
	is_int((intmax_t)dx_dsse_verify(&keys, TYPE, "x", 1, sigs, 3, NULL), 0, "short signatures");
	dx_keys_release(&keys);
	dx_key_free(a);
	dx_key_free(b);
	dx_key_free(c);
}

static void
loads(const char *name, enum dx_reason want)
{
	struct dx_key *k = NULL;
	struct dx_err err = { 0 };
	int rc = dx_key_load(name, &k, &err);

	ok(want == DX_OK ? rc == 0 && dx_key_is_private(k) : rc == -1 && err.reason == want && k == NULL, "--sign %s: %s", name,
	    want == DX_OK ? "signs" : err.text);
	ok(strstr(err.text, "MC4CAQ") == NULL && strstr(err.text, "AAECAw") == NULL, "--sign %s: tells no secret", name);
	dx_key_free(k);
}

static void
trusts(const char *name, int count, enum dx_reason want)
{
	struct dx_keys keys = { 0 };
	struct dx_err err = { 0 };
	struct dx_key *k = seed_key(99);
	unsigned char pub[DX_SIGN_KEY];
	int rc;

	dx_key_public(k, pub);
	dx_key_free(k);
	dx_keys_add(&keys, dx_key_from_public(pub));
	rc = dx_keys_load(name, &keys, &err);
	ok(want == DX_OK ? rc == 0 : rc == -1 && err.reason == want, "--trust %s: %s", name, want == DX_OK ? "trusted" : err.text);
	is_int((intmax_t)keys.count, 1 + count, "--trust %s: so many", name);
	dx_keys_release(&keys);
}

static void
test_files(void)
{
	static char big[20000];

	memset(big, 'x', sizeof(big) - 1);
	put("good", 0600, private_pem, "", "");
	put("readonly", 0400, "a note\n", private_pem, "");
	put("group", 0640, private_pem, "", "");
	put("world", 0604, private_pem, "", "");
	put("write", 0602, private_pem, "", "");
	put("public", 0600, public_pem, "", "");
	put("empty", 0600, "", "", "");
	put("two", 0600, private_pem, private_pem, "");
	put("big", 0600, private_pem, big, "");
	loads("good", DX_OK);
	loads("readonly", DX_OK);
	loads("group", DX_R_KEY_FILE_PERMISSIONS);
	loads("world", DX_R_KEY_FILE_PERMISSIONS);
	loads("write", DX_R_KEY_FILE_PERMISSIONS);
	loads("public", DX_R_KEY_INVALID);
	loads("empty", DX_R_KEY_INVALID);
	loads("two", DX_R_KEY_INVALID);
	loads("big", DX_R_KEY_INVALID);
	loads("nope", DX_R_FILE_UNREADABLE);
	put("pair", 0644, public_pem, "# the other\n", other_pem);
	put("same", 0644, public_pem, public_pem, public_pem);
	put("mixed", 0644, public_pem, private_pem, "");
	put("broken", 0644, public_pem, "-----BEGIN PUBLIC KEY-----\nMCow\n", other_pem);
	put("rsa", 0644, "-----BEGIN RSA PUBLIC KEY-----\nMCow\n-----END RSA PUBLIC KEY-----\n", "", "");
	trusts("public", 1, DX_OK);
	trusts("pair", 2, DX_OK);
	trusts("same", 1, DX_OK);
	trusts("good", 0, DX_R_KEY_INVALID);
	trusts("mixed", 0, DX_R_KEY_INVALID);
	trusts("broken", 0, DX_R_KEY_INVALID);
	trusts("rsa", 0, DX_R_KEY_INVALID);
	trusts("empty", 0, DX_R_KEY_INVALID);
	trusts("nope", 0, DX_R_FILE_UNREADABLE);
}

int
main(void)
{
	static const char *const made[] = { "good", "readonly", "group", "world", "write", "public", "empty", "two", "big", "pair",
	    "same", "mixed", "broken", "rsa" };

	if (mkdtemp(dir) == NULL || chdir(dir) != 0)
		return 70;
	test_vector();
	test_threshold();
	test_files();
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
		unlink(made[i]);
	rmdir(dir);
	return done();
}
