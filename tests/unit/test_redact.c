/* Redaction: the rows of execution page 13.2 that inputs page 1.4 names, names, marks, equal texts, and what stays as it is. */
#include <stdlib.h>
#include "base/err.h"
#include "core/redact.h"
#include "json/pointer.h"
#include "tap.h"

#define S	DX_REDACTED

struct row { const char *text, *want; };	/* want NULL: unchanged */

static const struct row shapes[] = {
	/* 1 password */
	{ "password=secret123", "password=" S },
	{ "\"password\": \"P@ss w0rd!\"", "\"password\": \"" S "\"" },
	{ "password='abc def'", "password='" S "'" },
	{ "PGPASSWORD=x psql", "PGPASSWORD=" S " psql" },
	{ "{\"cmd\":\"x password=abc\",\"b\":1}", "{\"cmd\":\"x password=" S "\",\"b\":1}" },
	{ "{\"cmd\":\"x password=\",\"b\":1}", NULL },
	{ "{\\\"cmd\\\":\\\"x password=abc\\\",\\\"b\\\":1}", "{\\\"cmd\\\":\\\"x password=" S "\\\",\\\"b\\\":1}" },
	{ "{\\\"password\\\": \\\"a b\\\"}", "{\\\"password\\\": \\\"" S "\\\"}" },
	{ "{\"password\": abc, \"x\": 1}", "{\"password\": " S ", \"x\": 1}" },
	{ "password => 'q'", "password => '" S "'" },
	{ "5\" password=\"abc def\"", "5\" password=\"" S "\"" },
	{ "don't password=abc'd", "don't password=" S },
	{ "password=\"a\\\"b c\" d", "password=\"" S "\" d" },
	{ "passwd: hunter2 rest", "passwd: " S " rest" },
	{ "DB_PWD=x", "DB_PWD=" S },
	{ "mysql --password hunter2 -h db", "mysql --password " S " -h db" },
	{ "mysql --password 'hunter 2' -h db", "mysql --password '" S "' -h db" },
	{ "password reset link sent", NULL },
	{ "Enter password for user bob", NULL },
	{ "pwd /home/x", NULL },
	{ "passwordless=true", NULL },
	{ "password_file=/etc/x", NULL },
	{ "password: ", NULL },
	/* 2 api_key */
	{ "api_key=abc123def456ghi", "api_key=" S },
	{ "X-Api-Key: abc123def456ghi789", "X-Api-Key: " S },
	{ "api_key=abc123def456gh", NULL },
	{ "api-key-rotation=done", NULL },
	/* 3 token */
	{ "token=abcdefghijklmnopqrst", "token=" S },
	{ "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "Authorization: Bearer " S },
	{ "token=abcdefghijklmnopqrstuv+wxyz/1234567890==", "token=" S },
	{ "token=abcdefghijklmnopqrs", NULL },
	{ "tokenizer: abcdefghijklmnopqrstuvwxyz", NULL },
	{ "author: abcdefghijklmnopqrstuvwxyz", NULL },
	{ "token_count: 123", NULL },
	/* 4 aws_access_key */
	{ "AKIAIOSFODNN7EXAMPLE", S },
	{ "ASIAIOSFODNN7EXAMPLE", S },
	{ "id AKIAIOSFODNN7EXAMPLEXYZ.", "id " S "." },
	{ "AKIAIOSFODNN7EXAMPL", NULL },
	{ "akiaiosfodnn7example", NULL },
	/* 5 aws_secret_key */
	{ "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_access_key = " S },
	{ "awsSecretAccessKey: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "awsSecretAccessKey: " S },
	{ "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE", NULL },
	/* 6 private_key */
	{ "a -----BEGIN RSA PRIVATE KEY-----\nMIIE-x\n-----END RSA PRIVATE KEY----- b", "a " S " b" },
	{ "-----BEGIN OPENSSH PRIVATE KEY-----\\nb3Bl\\n-----END OPENSSH PRIVATE KEY-----\\n", S "\\n" },
	{ "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", S },
	{ "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nqq\n"
	    "-----END RSA PRIVATE KEY-----\n", S "\n" },
	{ "-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ\n-----END PGP PRIVATE KEY BLOCK-----", S },
	{ "password=-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- x", "password=" S " x" },
	{ "-----BEGIN PRIVATE KEY-----\nMIIE cut off", S },
	{ "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", NULL },
	{ "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", NULL },
	/* 8 db_connection */
	{ "postgres://u:p@h/db", "postgres://u:" S "@h/db" },
	{ "postgresql://u:p@h/db", "postgresql://u:" S "@h/db" },
	{ "mysql://u:pa@ss@h/db", "mysql://u:" S "@h/db" },
	{ "redis://:pw@h", "redis://:" S "@h" },
	{ "https://u:tok@h/x", "https://u:" S "@h/x" },
	{ "postgres://localhost/db", NULL },
	{ "https://host:8080/a@b", NULL },
	{ "postgres://localhost/db then a: b@c", NULL },
	/* 13 generic_secret */
	{ "client_secret: abcdefghijklmnopqrstuvwxyz012345", "client_secret: " S },
	{ "secret=short", NULL },
	{ "secret_path=db/prod/password", NULL },
	{ "credential-id: x", NULL },
	/* vendors, JWT */
	{ "x ghp_abcdefghijklmnopqrstuvwxyz0123456789 y", "x " S " y" },
	{ "github_pat_11ABCDEFG0123456789_abcdefghijkl", S },
	{ "glpat-abcdefghij0123456789", S },
	{ "xoxb-1234567890-abcdefghij", S },
	{ "sk_live_abcdefghijklmnop0123", S },
	{ "VAULT hvs.CAESIJabcdefghijklmnop", "VAULT " S },
	{ "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_-9, next", S ", next" },
	{ "eyJhbGciOiJIUzI1NiJ9 alone", NULL },
	{ "helper help glp xoxo-abcdefghijkl", NULL },
	{ "arn:aws:iam::123456789012:role/admin", NULL },
	{ "aws_instance.web[0] subnet-0a1b2c", NULL },
};

static const struct { const char *name; bool secret; } names[] = {
	{ "password", true }, { "DBPassword", true }, { "db_password", true }, { "DB_PASSWORD", true }, { "dbPasswd", true },
	{ "pwd", true }, { "client-secret", true }, { "authToken", true }, { "apiKey", true }, { "api_key", true },
	{ "APIKEY", true }, { "apikey", true }, { "x.api.key", true }, { "accessKey", true }, { "AWS_ACCESS_KEY", true },
	{ "secret_key", true }, { "privateKey", true }, { "tls_private_key", true }, { "credential", true },
	{ "credentials", true }, { "connectionString", true }, { "connection_string", true }, { "kubeconfig", true },
	{ "kube_config", false }, { "password_file", false }, { "passwordless", false }, { "tokens", false },
	{ "token_count", false }, { "max_tokens", false }, { "key", false }, { "public_key", false }, { "string", false },
	{ "monkey", false }, { "secret_path", false }, { "nosecret", false }, { "author", false }, { "", false },
	{ "auth_method", false }, { "broken", false }, { "keyApi", false },
};

/* The canonical bytes of a document after redaction; malloc. */
static char *
redacted(const char *text, enum dx_redact_kind kind)
{
	struct dx_arena a = { 0 };
	struct dx_redact r = { 0 };
	struct dx_buf out = { 0 };
	struct dx_err err = { 0 };
	struct dx_json doc, clean;
	char *copy = dx_arena_dup(&a, text, strlen(text));

	if (dx_json_parse(&a, copy, strlen(text), DX_JSON_FOREIGN, &doc, &err) != 0) {
		diag("%s", err.text);
		return dx_buf_take(&out);
	}
	clean = dx_redact_document(&r, &a, &doc, kind);
	dx_json_canon(&clean, &out);
	dx_redact_release(&r);
	dx_arena_release(&a);
	return dx_buf_take(&out);
}

static void
is_redacted(const char *text, enum dx_redact_kind kind, const char *want, const char *what)
{
	char *got = redacted(text, kind);

	is_str(got, want, "%s", what);
	free(got);
}

static void
test_shapes(void)
{
	struct dx_redact none = { 0 };
	struct dx_arena a = { 0 };

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const char *got = dx_redact_text(&none, &a, shapes[i].text);

		is_str(got, shapes[i].want != NULL ? shapes[i].want : shapes[i].text, "shape: %.30s", shapes[i].text[0] == '-' ?
		    "a key block" : shapes[i].text);
		if (strcmp(dx_redact_text(&none, &a, got), got) != 0)
			ok(false, "masking twice changes more: %s", got);
	}
	for (size_t pad = 0; pad < 40; pad++) {		/* wherever in a block of bytes a pattern lies */
		const char *text = dx_arena_printf(&a, "%*sAKIAIOSFODNN7EXAMPLE %*s", (int)pad, "", (int)(40 - pad), "");

		if (strstr(dx_redact_text(&none, &a, text), "AKIA") != NULL)
			ok(false, "a key behind %zu bytes is missed", pad);
	}
	dx_arena_release(&a);
}

static void
test_names(void)
{
	char text[256], want[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(text, sizeof(text), "{\"%s\":\"v\"}", names[i].name);
		snprintf(want, sizeof(want), "{\"%s\":\"%s\"}", names[i].name, names[i].secret ? S : "v");
		is_redacted(text, DX_REDACT_OTHER, want, names[i].name);
	}
	is_redacted("{\"db_password\":{\"value\":\"a\",\"type\":\"b\"}}", DX_REDACT_OTHER,
	    "{\"db_password\":{\"type\":\"b\",\"value\":\"" S "\"}}", "value under a name");
	is_redacted("{\"token\":{\"default\":\"a\",\"constant_value\":[\"b\"],\"references\":[\"c\"]}}", DX_REDACT_OTHER,
	    "{\"token\":{\"constant_value\":[\"" S "\"],\"default\":\"" S "\",\"references\":[\"c\"]}}",
	    "default and constant_value under a name");
	is_redacted("[{\"name\":\"DB_PASSWORD\",\"value\":\"a\"},{\"key\":\"apiKey\",\"value\":\"b\"},"
	    "{\"name\":\"HOME\",\"value\":\"c\"}]", DX_REDACT_OTHER,
	    "[{\"name\":\"DB_PASSWORD\",\"value\":\"" S "\"},{\"key\":\"apiKey\",\"value\":\"" S "\"},"
	    "{\"name\":\"HOME\",\"value\":\"c\"}]", "value beside a name or key");
	is_redacted("{\"secret\":[\"a\",\"b\"],\"password\":7,\"token\":null,\"pwd\":true}", DX_REDACT_OTHER,
	    "{\"password\":7,\"pwd\":true,\"secret\":[\"" S "\",\"" S "\"],\"token\":null}", "by name strings only");
	is_redacted("{\"secret\":{\"secretName\":\"x\"}}", DX_REDACT_OTHER, "{\"secret\":{\"secretName\":\"x\"}}",
	    "other members under a name stay");
}

static void
test_marks(void)
{
	is_redacted("{\"change\":{\"before\":{\"a\":\"x\",\"n\":5,\"b\":\"y\",\"l\":[\"p\",\"q\"],\"z\":null},"
	    "\"before_sensitive\":{\"a\":true,\"n\":true,\"l\":[false,true],\"z\":true},\"after\":\"w\",\"after_sensitive\":true}}",
	    DX_REDACT_PLAN,
	    "{\"change\":{\"after\":\"" S "\",\"after_sensitive\":true,\"before\":{\"a\":\"" S "\",\"b\":\"y\",\"l\":[\"p\",\"" S
	    "\"],\"n\":\"" S "\",\"z\":null},\"before_sensitive\":{\"a\":true,\"l\":[false,true],\"n\":true,\"z\":true}}}",
	    "marks of a change");
	is_redacted("{\"values\":{\"o\":{\"k\":\"x\",\"m\":[1,true,{\"d\":\"e\"}]},\"s\":\"t\"},\"sensitive_values\":{\"o\":true}}",
	    DX_REDACT_PLAN, "{\"sensitive_values\":{\"o\":true},\"values\":{\"o\":{\"k\":\"" S "\",\"m\":[\"" S "\",\"" S
	    "\",{\"d\":\"" S "\"}]},\"s\":\"t\"}}", "a marked container keeps its shape");
	is_redacted("{\"values\":{\"set\":\"x\"},\"sensitive_values\":{\"set\":[{\"a\":true}]}}", DX_REDACT_PLAN,
	    "{\"sensitive_values\":{\"set\":[{\"a\":true}]},\"values\":{\"set\":\"" S "\"}}", "a mark of another shape hides all");
	is_redacted("{\"variables\":{\"a\":{\"value\":{\"deep\":\"v\"}},\"b\":{\"value\":\"w\"}},\"configuration\":{\"root_module\":"
	    "{\"variables\":{\"a\":{\"sensitive\":true,\"default\":\"d\"},\"b\":{\"default\":\"e\"}}}}}", DX_REDACT_PLAN,
	    "{\"configuration\":{\"root_module\":{\"variables\":{\"a\":{\"default\":\"" S "\",\"sensitive\":true},"
	    "\"b\":{\"default\":\"e\"}}}},\"variables\":{\"a\":{\"value\":{\"deep\":\"" S "\"}},\"b\":{\"value\":\"w\"}}}",
	    "variables declared sensitive");
	is_redacted("{\"planned_values\":{\"outputs\":{\"o\":{\"sensitive\":true,\"value\":\"v\"}}},\"output_changes\":{\"o\":"
	    "{\"actions\":[\"update\"],\"before\":\"u\",\"after\":\"v\"},\"p\":{\"before\":\"x\"}}}", DX_REDACT_PLAN,
	    "{\"output_changes\":{\"o\":{\"actions\":[\"update\"],\"after\":\"" S "\",\"before\":\"" S "\"},\"p\":{\"before\":\"x\"}},"
	    "\"planned_values\":{\"outputs\":{\"o\":{\"sensitive\":true,\"value\":\"" S "\"}}}}",
	    "outputs: old plans mark them in one place");
	is_redacted("{\"module_calls\":{\"m\":{\"expressions\":{\"k\":{\"constant_value\":\"c\"},\"j\":{\"constant_value\":\"d\"}},"
	    "\"module\":{\"variables\":{\"k\":{\"sensitive\":true},\"j\":{}}}}}}", DX_REDACT_PLAN,
	    "{\"module_calls\":{\"m\":{\"expressions\":{\"j\":{\"constant_value\":\"d\"},\"k\":{\"constant_value\":\"" S "\"}},"
	    "\"module\":{\"variables\":{\"j\":{},\"k\":{\"sensitive\":true}}}}}}", "constants of a module's sensitive variables");
	is_redacted("{\"outputs\":{\"o\":{\"sensitive\":true,\"expression\":{\"constant_value\":\"c\",\"references\":[\"r\"]}}}}",
	    DX_REDACT_PLAN, "{\"outputs\":{\"o\":{\"expression\":{\"constant_value\":\"" S "\",\"references\":[\"r\"]},"
	    "\"sensitive\":true}}}", "a constant output");
}

static void
test_equal_texts(void)
{
	struct dx_arena a = { 0 };
	struct dx_redact r = { 0 };
	struct dx_json doc;
	struct dx_err err = { 0 };
	char text[] = "{\"password\":\"correct horse\",\"token\":\"correct\",\"a\":\"correct horse\",\"b\":\"correct\","
	    "\"c\":\"the correct horse\",\"x_password\":\"correct horse battery\",\"m\":{\"e_secret\":\"\\u00e9\\u00e9\\u00e9\\u00e9\"},"
	    "\"f\":\"\\u00e9\\u00e9\\u00e9\\u00e9\"}";

	if (!ok(dx_json_parse(&a, text, strlen(text), DX_JSON_FOREIGN, &doc, &err) == 0, "the document parses"))
		return;
	doc = dx_redact_document(&r, &a, &doc, DX_REDACT_OTHER);
	is_str(dx_json_get_str(&doc, "a"), S, "a text equal to a secret");
	is_str(dx_json_get_str(&doc, "b"), "correct", "but not one of under 8 characters");
	is_str(dx_json_get_str(&doc, "c"), "the correct horse", "nor one that only holds it");
	is_str(dx_json_get_str(&doc, "f"), "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", "characters count, not bytes");
	is_str(dx_redact_text(&r, &a, "the correct horse bolted"), "the " S " bolted", "in messages the part is masked");
	is_str(dx_redact_text(&r, &a, "correct horse battery staple"), S " staple", "the longest secret wins");
	is_str(dx_redact_text(&r, &a, "correct hors"), "correct hors", "a part of a secret is none");
	dx_redact_release(&r);
	dx_redact_release(&r);
	dx_arena_release(&a);
}

static void
test_overlap(void)
{
	struct dx_arena a = { 0 };
	struct dx_redact r = { 0 };
	struct dx_json doc;
	struct dx_err err = { 0 };
	char text[] = "{\"a_token\":\"abcdefgh\",\"b_token\":\"efghijklm\",\"c_token\":\"abcdefghzz\"}";

	dx_json_parse(&a, text, strlen(text), DX_JSON_FOREIGN, &doc, &err);
	dx_redact_learn(&r, &doc, DX_REDACT_OTHER);
	is_str(dx_redact_text(&r, &a, "<abcdefghijklm>"), "<" S ">", "secrets that overlap are masked together");
	is_str(dx_redact_text(&r, &a, "<abcdefghzq>"), "<" S "zq>", "a secret within the beginning of a longer one");
	is_str(dx_redact_text(&r, &a, "abcdefghzz password=abcdefgh"), S " password=" S, "both rules at once");
	dx_redact_release(&r);
	dx_arena_release(&a);
}

static void
test_admission(void)
{
	is_redacted("{\"request\":{\"kind\":{\"kind\":\"Secret\"},\"object\":{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":"
	    "{\"user\":\"YQ==\"},\"stringData\":{\"p\":\"q\"},\"type\":\"Opaque\",\"metadata\":{\"name\":\"n\",\"annotations\":"
	    "{\"kubectl.kubernetes.io/last-applied-configuration\":\"{\\\"data\\\":1}\",\"o\":\"p\"}}},\"oldObject\":{\"data\":"
	    "{\"user\":\"Yg==\"}}}}", DX_REDACT_ADMISSION,
	    "{\"request\":{\"kind\":{\"kind\":\"Secret\"},\"object\":{\"apiVersion\":\"v1\",\"data\":{\"user\":\"" S "\"},\"kind\":"
	    "\"Secret\",\"metadata\":{\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"" S "\",\"o\":\"p\"},"
	    "\"name\":\"n\"},\"stringData\":{\"p\":\"" S "\"},\"type\":\"Opaque\"},\"oldObject\":{\"data\":{\"user\":\"" S "\"}}}}",
	    "a Secret: values go, keys stay");
	is_redacted("{\"request\":{\"object\":{\"kind\":\"ConfigMap\",\"data\":{\"user\":\"a\",\"db_password\":\"b\"}}}}",
	    DX_REDACT_ADMISSION,
	    "{\"request\":{\"object\":{\"data\":{\"db_password\":\"" S "\",\"user\":\"a\"},\"kind\":\"ConfigMap\"}}}",
	    "a ConfigMap: by name");
	is_redacted("{\"kind\":\"List\",\"items\":[{\"kind\":\"Secret\",\"data\":{\"a\":\"b\"}}]}", DX_REDACT_ADMISSION,
	    "{\"items\":[{\"data\":{\"a\":\"" S "\"},\"kind\":\"Secret\"}],\"kind\":\"List\"}", "a Secret in a list");
}

static void
test_shape_stays(void)
{
	struct dx_arena a = { 0 };
	struct dx_redact r = { 0 };
	struct dx_json doc, clean;
	struct dx_err err = { 0 };
	const struct dx_json *was, *is;
	char text[] = "{\"z\":[1,{\"password\":\"planted-1\",\"u\":\"postgres://u:planted-2@h\"}],\"a\":{\"b\":[true]}}";

	dx_json_parse(&a, text, strlen(text), DX_JSON_FOREIGN, &doc, &err);
	clean = dx_redact_document(&r, &a, &doc, DX_REDACT_PLAN);
	was = dx_pointer_find(&doc, "/z/1/password");
	is = dx_pointer_find(&clean, "/z/1/password");
	is_str(dx_json_str(is), S, "the pointer stands");
	is_int(is->offset, was->offset, "so does the place");
	is_int(dx_pointer_find(&clean, "/z/1/u")->offset, dx_pointer_find(&doc, "/z/1/u")->offset,
	    "also of a text masked in part");
	is_str(dx_json_str(was), "planted-1", "the document as it came is not changed");
	ok(dx_pointer_find(&clean, "/a")->u.members == dx_pointer_find(&doc, "/a")->u.members, "what is not touched is shared");
	dx_redact_release(&r);
	dx_arena_release(&a);
}

/* Texts that would take a quadratic search for ever. */
static void
test_hostile(void)
{
	static const char *const parts[] = {
		"password=", "token=", "eyJ.", "eyJ", "x://u:", "AKIA", "-----BEGIN PRIVATE KEY-----", "--password ", "password=\\\"",
		"password='\"", "hvs.", "secret: \"", "-----BEGIN X", "END PRIVATE KEY", "ghp_", "--", "bearer ", "a@b://c:d@",
	};
	struct dx_redact none = { 0 };
	const size_t size = 400000;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct dx_arena a = { 0 };
		struct dx_buf b = { 0 };

		while (b.len < size)
			dx_buf_puts(&b, parts[i]);
		ok(dx_redact_text(&none, &a, b.data) != NULL, "%s, very often", parts[i]);
		dx_buf_release(&b);
		dx_arena_release(&a);
	}
}

int
main(void)
{
	test_shapes();
	test_names();
	test_marks();
	test_equal_texts();
	test_overlap();
	test_admission();
	test_shape_stays();
	test_hostile();
	return done();
}
