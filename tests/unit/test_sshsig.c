/* crypt/sshsig, crypt/ssh_key, core/signer: the vector of approvals page 1.2, signatures of every type, and blobs that are none. */
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "core/signer.h"
#include "crypt/sshsig.h"
#include "ssh_keys.h"
#include "ssh_signed.h"
#include "tap.h"

#define BEGIN	"-----BEGIN SSH SIGNATURE-----\n"
#define END	"-----END SSH SIGNATURE-----\n"
#define MESSAGE	"what was signed\n"

struct blob { unsigned char *p; size_t n; };

static struct blob
unbase64(const char *code)
{
	struct blob b = { dx_alloc(strlen(code)), 0 };

	if (dx_base64_decode(code, strlen(code), b.p, &b.n) != 0)
		abort();
	return b;
}

/* In armour, as ssh-keygen writes it; freed by the caller. */
static char *
armour(struct blob b)
{
	char *code = dx_alloc(4 * (b.n / 3 + 1) + 1);
	size_t n = dx_base64_encode(b.p, b.n, code);
	struct dx_buf out = { 0 };

	dx_buf_puts(&out, BEGIN);
	for (size_t i = 0; i < n; i += 70)
		dx_buf_printf(&out, "%.70s\n", code + i);
	dx_buf_puts(&out, END);
	free(code);
	return dx_buf_take(&out);
}

static int
read_blob(struct blob b, struct dx_sshsig *out, struct dx_err *err)
{
	char *text = armour(b);
	int rc = dx_sshsig_read(text, strlen(text), "dealix", out, err);

	free(text);
	return rc;
}

/* DX_OK, or why the key does not hold for the text. */
static enum dx_reason
answer(struct blob b, struct dx_ssh_bytes key, const char *message)
{
	struct dx_sshsig_message m;
	struct dx_sshsig s;
	struct dx_err err = { 0 };

	dx_sshsig_message(message, strlen(message), &m);
	if (read_blob(b, &s, &err) == 0) {
		(void)dx_sshsig_verify(&s, key.p, key.n, &m, &err);
		dx_sshsig_release(&s);
	}
	return err.reason;
}

/* --- the vector --- */

#define VOTE	"dealix.approval.vote.v1\n55555555-5555-4555-8555-555555555555\n" \
		"8f2c25f06f43c61e3da33ebace2701c54e915984c8399c930657145707fd1b73\napprove\n"
#define VOTER	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICVDuS/xCVURR2rcg2nbbdyTNmWhGXjdoUBO4QZsqVWd"
#define VOTE_SIG \
	"U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgJUO5L/EJVRFHatyDadtt3JM2ZaEZeN2hQE7hBmypVZ0AAAAGZGVhbGl4AAAAAAAAAAZzaGE1MTIA" \
	"AABTAAAAC3NzaC1lZDI1NTE5AAAAQMkMIHM25xeu8q6kGr/WIFS+lTM+OsiHuR0goNEJIpIo6yf6FVRE2RU2Nw2SUI7fp54/4agawOqHjHRMYU9JuAI="

static void
test_vector(void)
{
	struct blob sig = unbase64(VOTE_SIG), key = unbase64(strchr(VOTER, ' ') + 1);
	const struct dx_ssh_bytes k = { key.p, key.n };

	ok(answer(sig, k, VOTE) == DX_OK, "approvals 1.2: the vote verifies");
	ok(answer(sig, k, VOTE "x") == DX_R_SIGNATURE_INVALID, "approvals 1.2: of another text it does not");
	ok(answer(sig, k, "") == DX_R_SIGNATURE_INVALID, "approvals 1.2: nor of none");
	free(sig.p);
	free(key.p);
}

/* --- every type --- */

static const struct { const char *what, *code; bool good; } made[] = {
	{ "ed25519, sha512", SIG_ED_512, true },
	{ "ed25519, sha256", SIG_ED_256, true },
	{ "ecdsa", SIG_EC, true },
	{ "rsa-sha2-512", SIG_RSA_512, true },
	{ "rsa-sha2-256", SIG_RSA_256, true },
	{ "rsa with SHA-1", SIG_RSA_SHA1, false },
	{ "sk-ssh-ed25519", SIG_SK_ED, true },
	{ "sk-ssh-ed25519, nobody present", SIG_SK_ED_ABSENT, false },
	{ "sk-ecdsa", SIG_SK_EC, true },
	{ "sk-ecdsa, nobody present", SIG_SK_EC_ABSENT, false },
};
#define MADE	(sizeof(made) / sizeof(made[0]))

static void
test_types(void)
{
	for (size_t i = 0; i < MADE; i++) {
		struct blob b = unbase64(made[i].code);
		struct dx_sshsig s = { 0 };
		struct dx_err err = { 0 };

		if (ok(read_blob(b, &s, &err) == 0, "%s: is read", made[i].what)) {
			enum dx_reason want = made[i].good ? DX_OK : DX_R_SIGNATURE_INVALID;

			ok(answer(b, s.key, MESSAGE) == want, "%s: %s", made[i].what, made[i].good ? "verifies" : "does not verify");
			ok(answer(b, s.key, "what was not signed\n") == DX_R_SIGNATURE_INVALID, "%s: of another text it does not", made[i].what);
			ok(answer(b, (struct dx_ssh_bytes){ s.key.p, s.key.n - 1 }, MESSAGE) == DX_R_SIGNATURE_INVALID,
			    "%s: by another key it does not", made[i].what);
		}
		dx_sshsig_release(&s);
		free(b.p);
	}
}

/* A signature with the key it was made by, so that what is changed in the blob is not excused by another key in it. */
static void
test_damage(void)
{
	for (size_t i = 0; i < MADE; i++) {
		struct blob b = unbase64(made[i].code), cut = b;
		struct dx_sshsig s = { 0 };
		unsigned flipped = 0, shortened = 0;

		if (read_blob(b, &s, NULL) != 0)
			continue;
		for (size_t k = 0; k < b.n; k++)
			for (unsigned bit = 1; bit <= 0x80; bit <<= 7) {
				b.p[k] ^= (unsigned char)bit;
				flipped += answer(b, s.key, MESSAGE) == DX_OK;
				b.p[k] ^= (unsigned char)bit;
			}
		for (cut.n = 0; cut.n < b.n; cut.n++)
			shortened += answer(cut, s.key, MESSAGE) != DX_R_SIGNATURE_MALFORMED;
		ok(flipped == 0, "%s: no byte may change (%u did)", made[i].what, flipped);
		ok(shortened == 0, "%s: cut off it is malformed (%u were not)", made[i].what, shortened);
		dx_sshsig_release(&s);
		free(b.p);
	}
}

/* --- the order of approvals page 1.2 --- */

static void
put_u32(struct dx_buf *b, size_t n)
{
	const unsigned char len[4] = { (unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8), (unsigned char)n };

	dx_buf_add(b, len, sizeof(len));
}

static void
put(struct dx_buf *b, const void *bytes, size_t n)
{
	put_u32(b, n);
	dx_buf_add(b, bytes, n);
}

struct parts { const char *what, *magic; unsigned version; const char *key, *name_space, *reserved, *hash, *behind, *says; };

static void
test_order(void)
{
	static const struct parts cases[] = {
		{ "magic", "SSHSIH", 2, KEY_DSA, "file", "x", "sha1", "x", "SSHSIG" },
		{ "version", "SSHSIG", 2, KEY_DSA, "file", "x", "sha1", "x", "version 1" },
		{ "version 0", "SSHSIG", 0, KEY_ED, "dealix", "", "sha512", "", "version 1" },
		{ "namespace", "SSHSIG", 1, KEY_DSA, "file", "x", "sha1", "x", "namespace \"file\"" },
		{ "namespace, longer", "SSHSIG", 1, KEY_ED, "dealix2", "", "sha512", "", "namespace \"dealix2\"" },
		{ "namespace, none", "SSHSIG", 1, KEY_ED, "", "", "sha512", "", "namespace \"\"" },
		{ "reserved", "SSHSIG", 1, KEY_DSA, "dealix", "x", "sha1", "x", "reserved" },
		{ "hash sha1", "SSHSIG", 1, KEY_DSA, "dealix", "", "sha1", "x", "\"sha1\"" },
		{ "hash sha384", "SSHSIG", 1, KEY_ED, "dealix", "", "sha384", "", "\"sha384\"" },
		{ "hash in capitals", "SSHSIG", 1, KEY_ED, "dealix", "", "SHA512", "", "\"SHA512\"" },
		{ "key DSA", "SSHSIG", 1, KEY_DSA, "dealix", "", "sha512", "x", "type that may sign" },
		{ "key P-384", "SSHSIG", 1, KEY_EC384, "dealix", "", "sha512", "", "type that may sign" },
		{ "key RSA of 1024 bits", "SSHSIG", 1, KEY_RSA1024, "dealix", "", "sha512", "", "too short" },
		{ "key RSA of 2047 bits", "SSHSIG", 1, KEY_RSA_2047, "dealix", "", "sha512", "", "too short" },
		{ "key RSA too large", "SSHSIG", 1, KEY_RSA_HUGE, "dealix", "", "sha512", "", "may sign" },
		{ "key with a tail", "SSHSIG", 1, KEY_ED_TAIL, "dealix", "", "sha512", "", "may sign" },
		{ "key of a point compressed", "SSHSIG", 1, KEY_EC_POINT, "dealix", "", "sha512", "", "may sign" },
		{ "key without application", "SSHSIG", 1, KEY_SK_EMPTY, "dealix", "", "sha512", "", "may sign" },
		{ "bytes behind", "SSHSIG", 1, KEY_ED, "dealix", "", "sha512", "x", "behind" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct parts *c = &cases[i];
		struct blob key = unbase64(strchr(c->key, ' ') + 1);
		struct dx_buf b = { 0 };
		struct dx_sshsig s;
		struct dx_err err = { 0 };

		dx_buf_puts(&b, c->magic);
		put_u32(&b, c->version);
		put(&b, key.p, key.n);
		put(&b, c->name_space, strlen(c->name_space));
		put(&b, c->reserved, strlen(c->reserved));
		put(&b, c->hash, strlen(c->hash));
		put(&b, "sig", 3);
		dx_buf_puts(&b, c->behind);
		ok(read_blob((struct blob){ (unsigned char *)b.data, b.len }, &s, &err) != 0 && err.reason == DX_R_SIGNATURE_MALFORMED &&
		    strstr(err.text, c->says) != NULL, "%s: malformed, %s", c->what, err.text);
		dx_buf_release(&b);
		free(key.p);
	}
}

/* Keys that are read and sign nothing: points off their curve, signatures of the wrong form. */
static void
test_forms(void)
{
	static const struct { const char *what, *key, *algorithm; const char *sig; size_t n; } cases[] = {
		{ "an empty Ed25519 signature", KEY_ED, "ssh-ed25519", "", 0 },
		{ "an Ed25519 signature under another name", KEY_ED, "ssh-rsa", "x", 1 },
		{ "ECDSA numbers of zero", KEY_EC, "ecdsa-sha2-nistp256", "\0\0\0\1\0\0\0\0\1\0", 10 },
		{ "empty ECDSA numbers", KEY_EC, "ecdsa-sha2-nistp256", "\0\0\0\0\0\0\0\0", 8 },
		{ "a negative ECDSA number", KEY_EC, "ecdsa-sha2-nistp256", "\0\0\0\1\200\0\0\0\1\1", 10 },
		{ "ECDSA numbers of one", KEY_EC, "ecdsa-sha2-nistp256", "\0\0\0\1\1\0\0\0\1\1", 10 },
		{ "ECDSA with a third number", KEY_EC, "ecdsa-sha2-nistp256", "\0\0\0\1\1\0\0\0\1\1\0\0\0\1\1", 15 },
		{ "an ECDSA number with a length beyond the end", KEY_EC, "ecdsa-sha2-nistp256", "\377\377\377\377\1\0\0\0\1\1", 10 },
		{ "an empty RSA signature", KEY_RSA, "rsa-sha2-512", "", 0 },
		{ "an RSA signature of zero", KEY_RSA, "rsa-sha2-256", "\0", 1 },
		{ "an RSA signature of one", KEY_RSA, "rsa-sha2-256", "\1", 1 },
		{ "rsa-sha2-384", KEY_RSA, "rsa-sha2-384", "\1", 1 },
		{ "a security key without flags", KEY_SKED, "sk-ssh-ed25519@openssh.com", "x", 1 },
		{ "a point off the curve", KEY_SKEC, "sk-ecdsa-sha2-nistp256@openssh.com", "\0\0\0\1\1\0\0\0\1\1", 10 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct blob key = unbase64(strchr(cases[i].key, ' ') + 1);
		struct dx_buf sig = { 0 };
		struct dx_ssh_key k;

		put(&sig, cases[i].algorithm, strlen(cases[i].algorithm));
		put(&sig, cases[i].sig, cases[i].n);
		if (strstr(cases[i].what, "point") != NULL)
			dx_buf_add(&sig, "\1\0\0\0\1", 5);
		ok(dx_ssh_key_read(key.p, key.n, &k) && !dx_ssh_key_verify(&k, sig.data, sig.len, MESSAGE, strlen(MESSAGE)), "%s: no signature",
		    cases[i].what);
		dx_buf_release(&sig);
		free(key.p);
	}
}

/* --- armour --- */

static bool
is_read(const char *text, size_t n)
{
	struct dx_sshsig s;
	struct dx_err err = { 0 };
	bool read = dx_sshsig_read(text, n, "dealix", &s, &err) == 0;

	if (read)
		dx_sshsig_release(&s);
	else if (err.reason != DX_R_SIGNATURE_MALFORMED)
		diag("another reason: %s", dx_reason_code(err.reason));
	return read;
}

static void
test_armour(void)
{
	static const struct { const char *what, *text; bool good; } cases[] = {
		{ "as it is", BEGIN SIG_ED_512 "\n" END, true },
		{ "line ends of Windows", "-----BEGIN SSH SIGNATURE-----\r\n" SIG_ED_512 "\r\n-----END SSH SIGNATURE-----\r\n", true },
		{ "no line end behind", BEGIN SIG_ED_512 "\n-----END SSH SIGNATURE-----", true },
		{ "blank lines behind", BEGIN SIG_ED_512 "\n" END "\n \n", true },
		{ "nothing", "", false },
		{ "no armour", SIG_ED_512, false },
		{ "a line before", "\n" BEGIN SIG_ED_512 "\n" END, false },
		{ "text behind", BEGIN SIG_ED_512 "\n" END "more\n", false },
		{ "two", BEGIN SIG_ED_512 "\n" END BEGIN SIG_ED_512 "\n" END, false },
		{ "no end", BEGIN SIG_ED_512 "\n", false },
		{ "the end within a line", BEGIN SIG_ED_512 END, false },
		{ "begin alone", BEGIN, false },
		{ "begin without a line end", "-----BEGIN SSH SIGNATURE-----", false },
		{ "begin and end", BEGIN END, false },
		{ "another kind", "-----BEGIN PGP SIGNATURE-----\n" SIG_ED_512 "\n-----END PGP SIGNATURE-----\n", false },
		{ "a blank within", BEGIN " " SIG_ED_512 "\n" END, false },
		{ "not base64", BEGIN "!" SIG_ED_512 "\n" END, false },
		{ "padding within", BEGIN "U1NI====" SIG_ED_512 "\n" END, false },
		{ "one letter less", BEGIN "1NIU0lH\n" END, false },
	};
	char *large;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok(is_read(cases[i].text, strlen(cases[i].text)) == cases[i].good, "armour, %s: %s", cases[i].what,
		    cases[i].good ? "read" : "malformed");
	ok(!is_read(BEGIN "U1NI\0" END, sizeof(BEGIN "U1NI\0" END) - 1), "armour, a NUL: malformed");
	large = dx_alloc(DX_SSHSIG_MAX + 1);
	memset(large, '\n', DX_SSHSIG_MAX + 1);
	memcpy(large, BEGIN SIG_ED_512 "\n" END, strlen(BEGIN SIG_ED_512 "\n" END));
	ok(is_read(large, DX_SSHSIG_MAX) && !is_read(large, DX_SSHSIG_MAX + 1), "armour: 64 KiB and no more");
	free(large);
}

static void
test_first(void)
{
	static const char one[] = BEGIN "AAAA\n" END, both[] = BEGIN "AAAA\n" END "\n" BEGIN "BBBB\n" END;

	ok(dx_sshsig_first(one, strlen(one)) == strlen(one), "first: one is all");
	ok(dx_sshsig_first(both, strlen(both)) == strlen(one) + 1, "first: of two the first, with the blank line behind it");
	ok(dx_sshsig_first("", 0) == 0 && dx_sshsig_first("abc", 3) == 3, "first: without an end all");
}

/* Anything at all may stand there: nothing is read beyond it. */
static void
test_garbage(void)
{
	uint64_t state = 20260301;
	unsigned good = 0;

	for (unsigned round = 0; round < 20000; round++) {
		struct blob b = unbase64(made[round % MADE].code);
		struct dx_sshsig s;
		struct dx_ssh_key k;

		for (unsigned i = 0; i < 1 + round % 7; i++) {
			state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			b.p[(state >> 33) % (b.n < 400 ? b.n : 400)] = (unsigned char)(state >> 25);
		}
		if (read_blob(b, &s, NULL) == 0) {
			good++;
			(void)dx_ssh_key_verify(&s.parts, s.signature.p, s.signature.n, MESSAGE, strlen(MESSAGE));
			dx_sshsig_release(&s);
		}
		(void)dx_ssh_key_read(b.p, b.n, &k);
		free(b.p);
	}
	ok(good > 0 && good < 20000, "20000 damaged blobs, %u of them still well formed", good);
}

/* --- whose it is --- */

static struct dx_principals *
people(const char *members)
{
	struct dx_principals *p = NULL;
	struct dx_buf b = { 0 };
	struct dx_err err = { 0 };

	dx_buf_printf(&b, "{\"schema\":\"dealix.principals.v1\",\"tenant_id\":\"default\",\"principals\":[{\"id\":\"other\",\"role\":\"owner\","
	    "\"ssh_keys\":[{\"public_key\":\"%s\"}]},{\"id\":\"ann\",\"role\":\"member\"%s}]}", KEY_ED, members);
	if (dx_principals_parse(b.data, b.len, &p, &err) != 0)
		diag("%s", err.text);
	dx_buf_release(&b);
	return p;
}

static void
test_signer(void)
{
	static const struct { const char *what, *members, *actor, *now; enum dx_reason want; } cases[] = {
		{ "her key", ",\"ssh_keys\":[{\"public_key\":\"" VOTER " ann@desk\"}]", NULL, "2026-02-25T12:00:00Z", DX_OK },
		{ "the actor meant", ",\"ssh_keys\":[{\"public_key\":\"" VOTER "\"}]", "ann", "2026-02-25T12:00:00Z", DX_OK },
		{ "another actor", ",\"ssh_keys\":[{\"public_key\":\"" VOTER "\"}]", "other", "2026-02-25T12:00:00Z",
		    DX_R_SIGNATURE_KEY_UNKNOWN },
		{ "nobody's key", "", NULL, "2026-02-25T12:00:00Z", DX_R_SIGNATURE_KEY_UNKNOWN },
		{ "disabled", ",\"disabled\":true,\"ssh_keys\":[{\"public_key\":\"" VOTER "\"}]", NULL, "2026-02-25T12:00:00Z",
		    DX_R_SIGNATURE_KEY_UNKNOWN },
		{ "from now on", ",\"ssh_keys\":[{\"public_key\":\"" VOTER "\",\"valid_after\":\"2026-02-25T12:00:00Z\"}]", NULL,
		    "2026-02-25T12:00:00Z", DX_OK },
		{ "too early", ",\"ssh_keys\":[{\"public_key\":\"" VOTER "\",\"valid_after\":\"2026-02-25T12:00:00Z\"}]", NULL,
		    "2026-02-25T11:59:59.999999Z", DX_R_SIGNATURE_KEY_EXPIRED },
		{ "its last moment", ",\"ssh_keys\":[{\"public_key\":\"" VOTER "\",\"valid_before\":\"2026-02-25T12:00:00Z\"}]", NULL,
		    "2026-02-25T11:59:59.999999Z", DX_OK },
		{ "too late", ",\"ssh_keys\":[{\"public_key\":\"" VOTER "\",\"valid_before\":\"2026-02-25T12:00:00Z\"}]", NULL,
		    "2026-02-25T12:00:00Z", DX_R_SIGNATURE_KEY_EXPIRED },
	};
	struct blob sig = unbase64(VOTE_SIG);
	char *text = armour(sig);
	struct dx_sshsig_message m, no;

	dx_sshsig_message(VOTE, strlen(VOTE), &m);
	dx_sshsig_message("", 0, &no);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dx_principals *p = people(cases[i].members);
		const struct dx_principal *found = NULL;
		struct dx_err err = { 0 };
		int64_t now;

		if (p == NULL || dx_time_parse(cases[i].now, &now, NULL) != 0)
			abort();
		(void)dx_signer_find(p, cases[i].actor, text, strlen(text), &m, now, &found, &err);
		ok(err.reason == cases[i].want && (found != NULL) == (cases[i].want == DX_OK) && (found == NULL || strcmp(found->id, "ann") == 0),
		    "signer, %s: %s", cases[i].what, err.text);
		if (cases[i].want == DX_OK)
			ok(dx_signer_find(p, NULL, text, strlen(text), &no, now, &found, &err) != 0 && err.reason == DX_R_SIGNATURE_INVALID,
			    "signer, %s: of another text it is invalid", cases[i].what);
		dx_principals_free(p);
	}
	free(text);
	free(sig.p);
}

/* --- SHA-512 --- */

static void
test_sha512(void)
{
	static const char abc[] = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
	struct dx_hasher_both *h = dx_hasher_both_new();
	struct dx_sha512 d, parts;
	struct dx_sha256 s, whole;
	char hex[2 * DX_SHA512_SIZE + 1];

	dx_sha512("abc", 3, &d);
	dx_hex_encode(d.b, sizeof(d.b), hex);
	ok(strcmp(hex, abc) == 0, "SHA-512 of abc is that of FIPS 180-4");
	dx_hasher_both_add(h, "a", 1);
	dx_hasher_both_add(h, "", 0);
	dx_hasher_both_add(h, "bc", 2);
	dx_hasher_both_end(h, &s, &parts);
	dx_sha256("abc", 3, &whole);
	ok(memcmp(&d, &parts, sizeof(d)) == 0 && memcmp(&s, &whole, sizeof(s)) == 0, "both digests in parts");
}

int
main(void)
{
	test_sha512();
	test_vector();
	test_types();
	test_damage();
	test_order();
	test_forms();
	test_armour();
	test_first();
	test_garbage();
	test_signer();
	return done();
}
