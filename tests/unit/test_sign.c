/* crypt/sign: RFC 8032, Wycheproof, PEM files, the signed notes of the ledger page. */
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "crypt/sign.h"
#include "json/json.h"
#include "tap.h"

static size_t
unhex(const char *hex, unsigned char *out, size_t size)
{
	size_t n = strlen(hex) / 2;

	if (n > size || !dx_hex_decode(hex, strlen(hex), out, n))
		abort();
	return n;
}

static size_t
unbase64(const char *code, unsigned char *out)
{
	size_t n;

	if (dx_base64_decode(code, strlen(code), out, &n) != 0)
		abort();
	return n;
}

/* --- RFC 8032 7.1 --- */

static void
test_rfc8032(void)
{
	static const struct { const char *seed, *pub, *msg, *sig; } vectors[] = {
		{ "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
		    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
		    "655141438e7a100b" },
		{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
		    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
		    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
		    "b00d291612bb0c00" },
		{ "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
		    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
		    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
		    "c027beceea1ec40a" },
	};
	unsigned char seed[32], pub[32], got[32], msg[8], sig[64], made[64];

	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		size_t n = unhex(vectors[i].msg, msg, sizeof(msg));
		struct dx_key *private, *public;
		int wrong = 0;

		unhex(vectors[i].seed, seed, sizeof(seed));
		unhex(vectors[i].pub, pub, sizeof(pub));
		unhex(vectors[i].sig, sig, sizeof(sig));
		private = dx_key_from_seed(seed);
		public = dx_key_from_public(pub);
		dx_key_public(private, got);
		ok(memcmp(got, pub, 32) == 0 && dx_key_is_private(private) && !dx_key_is_private(public), "rfc8032 %zu: keys", i);
		ok(dx_sign(private, n != 0 ? msg : NULL, n, made, NULL) == 0 && memcmp(made, sig, 64) == 0, "rfc8032 %zu: signs", i);
		ok(dx_sign_verify(public, n != 0 ? msg : NULL, n, sig, 64) && dx_sign_verify(private, msg, n, sig, 64),
		    "rfc8032 %zu: verifies", i);
		for (size_t bit = 0; bit < 512; bit++) {
			sig[bit / 8] ^= (unsigned char)(1 << bit % 8);
			wrong += dx_sign_verify(public, msg, n, sig, 64);
			sig[bit / 8] ^= (unsigned char)(1 << bit % 8);
		}
		is_int(wrong, 0, "rfc8032 %zu: every bit counts", i);
		ok(!dx_sign_verify(public, "other", 5, sig, 64) && !dx_sign_verify(public, msg, n, sig, 63) &&
		    !dx_sign_verify(public, msg, n, sig, 0), "rfc8032 %zu: other bytes, a short signature", i);
		dx_key_free(private);
		dx_key_free(public);
	}
	dx_key_free(NULL);
}

static void
test_public_cannot_sign(void)
{
	unsigned char pub[32], sig[64] = { 7 };
	struct dx_err err = { 0 };
	struct dx_key *k;

	unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", pub, 32);
	k = dx_key_from_public(pub);
	ok(dx_sign(k, "x", 1, sig, &err) == -1 && err.reason == DX_R_KEY_INVALID && sig[0] == 7, "a public key cannot sign");
	dx_key_free(k);
}

/* --- PEM --- */

#define PRIVATE	"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n" \
	"-----END PRIVATE KEY-----\n"
#define PUBLIC	"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"

static void
test_pem(void)
{
	static const struct { const char *what, *pem; } bad[] = {
		{ "nothing", "" },
		{ "no PEM", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB8A\n" },
		{ "an encrypted key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
		    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhCSYsHR6nadgICCAAw\n"
		    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEENnGjwZV2YFyC54aHegNKD8EQJNk\n"
		    "DBGu+z5R51TDuVo7c4kN8sGwDLeIQIZ29PRzlz4lE04xgZvbudmsc8mOEK4kN1zg\nA6h24QrThf4qRsWZRJs=\n"
		    "-----END ENCRYPTED PRIVATE KEY-----\n" },
		{ "a key encrypted the old way", "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
		    "DEK-Info: AES-128-CBC,B72DED6A9DAFA4829161EB7C1504AA35\n\n"
		    "KPMQOhN9R4oW5KWK6rXh+63kXAloLwO+SBQ2GBJua1DRv47KYpY+74Vk2z6FL4jq\n"
		    "c074Tfts4RgW54iwxjFLtv+AelJ5LKgZ8NsEM5KhoCybEb5y/AtI4VsxcuWEL1tW\n"
		    "suR0BMci/umhGlLze03dToJPhbiGM4wOi9r3czEI5L0=\n-----END EC PRIVATE KEY-----\n" },
		{ "an X25519 key", "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEIOgJLAF5bzTlEGxlO+vGdpc6Mtpa5F5QSISXurK1TPF9\n"
		    "-----END PRIVATE KEY-----\n" },
		{ "a public X25519 key", "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEAj0/jVXy3gW3S0O1/NFgeJJWlLRGVDj8MB9MUhT9JjB0=\n"
		    "-----END PUBLIC KEY-----\n" },
		{ "a P-256 key", "-----BEGIN PRIVATE KEY-----\n"
		    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbP7v42iuzrFFsr3O\n"
		    "vsbWE0TYQyE2qmm1mAUkQINg2CihRANCAAQ33GK1g4bfjAbAYz5Xfsz/7JopBLcP\n"
		    "/sSEmJrNS7mkpmA0TEhRaGB4uCjdHsrzDCkuue5EGO72y+g1LZ3gOHDh\n-----END PRIVATE KEY-----\n" },
		{ "the wrong label", "-----BEGIN PUBLIC KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
		    "-----END PUBLIC KEY-----\n" },
		{ "a certificate's label", "-----BEGIN CERTIFICATE-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
		    "-----END CERTIFICATE-----\n" },
		{ "two keys", PRIVATE PUBLIC },
		{ "the same key twice", PUBLIC "\n" PUBLIC },
		{ "no end", "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n" },
		{ "bad base64", "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZu!=\n"
		    "-----END PUBLIC KEY-----\n" },
		{ "a byte too few", "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZg==\n"
		    "-----END PUBLIC KEY-----\n" },
		{ "a byte behind a public key", "-----BEGIN PUBLIC KEY-----\n"
		    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuEA\n-----END PUBLIC KEY-----\n" },
		{ "bytes behind a private key", "-----BEGIN PRIVATE KEY-----\n"
		    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhCAAAA\n-----END PRIVATE KEY-----\n" },
		{ "an empty block", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n" },
	};
	struct dx_err err = { 0 };
	struct dx_key *k = NULL, *p = NULL;
	unsigned char want[32], got[32], sig[64];

	unhex("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1", want, 32);
	if (ok(dx_key_from_pem(PRIVATE, strlen(PRIVATE), &k, &err) == 0, "pem: a private key (RFC 8410)")) {
		dx_key_public(k, got);
		ok(dx_key_is_private(k) && memcmp(got, want, 32) == 0, "pem: has the public half of the same page");
	}
	if (ok(dx_key_from_pem("a comment\n" PUBLIC "\nmore", strlen(PUBLIC) + 15, &p, &err) == 0, "pem: a public key, text around it")) {
		dx_key_public(p, got);
		ok(!dx_key_is_private(p) && memcmp(got, want, 32) == 0, "pem: is that half");
	}
	ok(k != NULL && p != NULL && dx_sign(k, "m", 1, sig, NULL) == 0 && dx_sign_verify(p, "m", 1, sig, 64) &&
	    !dx_sign_verify(p, "n", 1, sig, 64), "pem: what one signs the other verifies");
	dx_key_free(k);
	dx_key_free(p);
	k = NULL;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		dx_err_clear(&err);
		ok(dx_key_from_pem(bad[i].pem, strlen(bad[i].pem), &k, &err) == -1 && err.reason == DX_R_KEY_INVALID && k == NULL,
		    "pem: refuses %s (%s)", bad[i].what, err.text);
	}
}

/* --- notes: ledger page, section 9 --- */

static void
test_checkpoints(void)
{
	static const char origin[] = "ledger.dealix.example/11111111-1111-4111-8111-111111111111";
	static const struct { int size; const char *root, *payload; } notes[] = {
		{ 1, "a10697b9aec70e5214f99861208a4359e97a9a9392a519cbb5b775fe2f217731",
		    "FrwfnOqBENZAkSYtd0ezCQcR5rvDdl2krimyOg3BOTX6cgF3REPwxZ/l0IFzKteaoXMPMdeIaD+aiichh95/EJXU1g0=" },
		{ 3, "f5a0244c6b0eeb1b13849607f177d9712084cac98d08e889e9cbeb3661e263c7",
		    "FrwfnBYRwaBOg2INJe+JBoD0D7BhKTi3tvRuthrqi9b6MeDHR3KotRW1ZcYuwtcVnu+MUi3t5nXfzv+t35aZZ1+aMw4=" },
		{ 5, "e5420f98cc8972c52fcb47cb2db85658574eb7a41890202441fff288fcdf8b13",
		    "FrwfnAR36v+P2o6Gx5/sigFVGLl+kEGdk9neksBuWCEEE/ApP45IcRowOFzG/8w1Uvt83W2By27K8NPRHWyGkNKyow4=" },
	};
	struct dx_key *k;
	struct dx_sha256 root, id;
	unsigned char seed[32], key[33] = { 0x01 }, payload[80];
	char note[256], cosigned[320], base64[112], text[256];
	int n;

	for (int i = 0; i < 32; i++)
		seed[i] = (unsigned char)i;
	k = dx_key_from_seed(seed);
	dx_key_public(k, key + 1);
	dx_base64_encode(key, 33, base64);
	is_str(base64, "AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", "checkpoint: the public key");
	n = snprintf(text, sizeof(text), "%s\n", origin);
	memcpy(text + n, key, 33);
	dx_sha256(text, (size_t)n + 33, &id);
	ok(memcmp(id.b, "\x16\xbc\x1f\x9c", 4) == 0, "checkpoint: the key id");
	for (size_t i = 0; i < 3; i++) {
		dx_sha256_unhex(notes[i].root, &root);
		dx_base64_encode(root.b, sizeof(root.b), base64);
		n = snprintf(note, sizeof(note), "%s\n%d\n%s\n", origin, notes[i].size, base64);
		memcpy(payload, id.b, 4);
		dx_sign(k, note, (size_t)n, payload + 4, NULL);
		dx_base64_encode(payload, 68, base64);
		is_str(base64, notes[i].payload, "checkpoint: signed at size %d", notes[i].size);
		ok(dx_sign_verify(k, note, (size_t)n, payload + 4, 64) && !dx_sign_verify(k, note, (size_t)n - 1, payload + 4, 64),
		    "checkpoint: verified at size %d", notes[i].size);
	}
	dx_key_free(k);

	/* The cosignature at size 5; note and n are still those. */
	for (int i = 0; i < 32; i++)
		seed[i] = (unsigned char)(32 + i);
	k = dx_key_from_seed(seed);
	key[0] = 0x04;
	dx_key_public(k, key + 1);
	dx_base64_encode(key, 33, base64);
	is_str(base64, "BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X", "cosignature: the public key");
	n = snprintf(text, sizeof(text), "witness.dealix.example/w1\n");
	memcpy(text + n, key, 33);
	dx_sha256(text, (size_t)n + 33, &id);
	ok(memcmp(id.b, "\x8b\x90\xa6\x11", 4) == 0, "cosignature: the key id");
	n = snprintf(cosigned, sizeof(cosigned), "cosignature/v1\ntime 1772020920\n%s", note);
	memcpy(payload, id.b, 4);
	for (int i = 0; i < 8; i++)
		payload[4 + i] = (unsigned char)(UINT64_C(1772020920) >> (56 - 8 * i));
	dx_sign(k, cosigned, (size_t)n, payload + 12, NULL);
	dx_base64_encode(payload, 76, base64);
	is_str(base64, "i5CmEQAAAABpnuS4fov7yaM2n4f9U1hR/WbQ1ywz8UfvRD9AJTo+P7xZY0w/e9U8q+Qb3Hla9hLGydu9iQ+d//UMbw1PgLvs4ccPAA==",
	    "cosignature: at size 5");
	dx_key_free(k);
}

/* The example of c2sp.org/signed-note: raw key and signature behind one and four bytes. */
static void
test_signed_note(void)
{
	static const char text[] = "This is an example message.\n";
	unsigned char key[36], sig[72];
	struct dx_key *k;

	ok(unbase64("AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", key) == 33 && key[0] == 0x01, "signed note: the key is Ed25519");
	ok(unbase64("Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=", sig) == 68 &&
	    memcmp(sig, "\x53\x0d\x90\x3a", 4) == 0, "signed note: the signature names it");
	k = dx_key_from_public(key + 1);
	ok(dx_sign_verify(k, text, strlen(text), sig + 4, 64), "signed note: verifies");
	ok(!dx_sign_verify(k, text, strlen(text) - 1, sig + 4, 64), "signed note: not without its last newline");
	dx_key_free(k);
}

/* --- Wycheproof --- */

static void
test_group(const struct dx_json *group, int *good, int *bad)
{
	const char *pem = dx_json_get_str(group, "publicKeyPem");
	const struct dx_json *tests = dx_json_get(group, "tests"), *t;
	unsigned char pub[32], got[32], msg[2048], sig[256];
	struct dx_key *k, *from_pem = NULL;

	unhex(dx_json_get_str(dx_json_get(group, "publicKey"), "pk"), pub, sizeof(pub));
	k = dx_key_from_public(pub);
	if (k == NULL || dx_key_from_pem(pem, strlen(pem), &from_pem, NULL) != 0) {
		ok(false, "wycheproof: key %s", dx_json_get_str(dx_json_get(group, "publicKey"), "pk"));
		goto out;
	}
	dx_key_public(from_pem, got);
	if (memcmp(got, pub, 32) != 0)
		ok(false, "wycheproof: the key of the PEM file is another");
	for (size_t i = 0; (t = dx_json_item(tests, i)) != NULL; i++) {
		size_t n = unhex(dx_json_get_str(t, "msg"), msg, sizeof(msg));
		size_t sig_len = unhex(dx_json_get_str(t, "sig"), sig, sizeof(sig));
		bool valid = strcmp(dx_json_get_str(t, "result"), "valid") == 0;
		int64_t id = 0;

		*(valid ? good : bad) += 1;
		dx_json_int64(dx_json_get(t, "tcId"), &id);
		if (dx_sign_verify(k, msg, n, sig, sig_len) != valid)
			ok(false, "wycheproof: case %d, %s", (int)id, dx_json_get_str(t, "comment"));
	}
out:
	dx_key_free(k);
	dx_key_free(from_pem);
}

static void
test_wycheproof(void)
{
	struct dx_buf b = { 0 };
	struct dx_arena a = { 0 };
	struct dx_json doc;
	struct dx_err err = { 0 };
	int good = 0, bad = 0;

	if (dx_file_read("../shared/fixtures/crypto/wycheproof-ed25519.json", 1 << 24, DX_R_JSON_TOO_LARGE, &b, NULL) != 0) {
		skip("fixtures absent");
		return;
	}
	if (ok(dx_json_parse(&a, b.data, b.len, DX_JSON_FOREIGN, &doc, &err) == 0, "wycheproof: %s", "read")) {
		const struct dx_json *groups = dx_json_get(&doc, "testGroups"), *g;
		int64_t all = -1;

		for (size_t i = 0; (g = dx_json_item(groups, i)) != NULL; i++)
			test_group(g, &good, &bad);
		dx_json_int64(dx_json_get(&doc, "numberOfTests"), &all);
		is_int(good + bad, all, "wycheproof: %d good, %d bad", good, bad);
	} else {
		diag("%s", err.text);
	}
	dx_arena_release(&a);
	dx_buf_release(&b);
}

int
main(void)
{
	test_rfc8032();
	test_public_cannot_sign();
	test_pem();
	test_checkpoints();
	test_signed_note();
	test_wycheproof();
	return done();
}
