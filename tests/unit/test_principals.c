/* The principals document: digests, every fault with its place, key lines, who a login is. */
#include "core/principals.h"
#include "core/ssh_line.h"
#include "core_case.h"
#include "ssh_keys.h"

#define HEAD	"'schema':'dealix.principals.v1','tenant_id':'acme'"
#define ALICE	"'id':'alice','role':'owner'"

/* The document of those principals, the digest or "code at" of its refusal. */
static const char *
answer_of(const char *text, struct dx_principals **kept)
{
	struct dx_json doc = json(text);
	struct dx_principals *p = NULL;
	struct dx_err err = { 0 };
	const char *answer;

	if (dx_principals_new(&doc, &p, &err) != 0)
		return p == NULL && err.text[0] != '\0' ? said(&err) : "a refusal without words";
	answer = dx_arena_dup(&arena, p->sha256, 64);
	if (kept != NULL)
		*kept = p;
	else
		dx_principals_free(p);
	return answer;
}

static const char *
list_of(const char *principals)
{
	return answer_of(dx_arena_printf(&arena, "{" HEAD ",'principals':[%s]}", principals), NULL);
}

static bool
good(const char *principals)
{
	const char *answer = list_of(principals);

	if (strlen(answer) == 64 && strchr(answer, '/') == NULL)
		return true;
	diag("%s", answer);
	return false;
}

static const struct { const char *doc, *want; } whole[] = {
	{ "[]", "principals_document_invalid " }, { "{}", "principals_document_invalid /schema" },
	{ "{'schema':'dealix.principals.v2'}", "principals_document_invalid /schema" },
	{ "{'schema':'dealix.principals.v1'}", "principals_document_invalid /tenant_id" },
	{ "{'schema':'dealix.principals.v1','tenant_id':'A'}", "principals_document_invalid /tenant_id" },
	{ "{'schema':'dealix.principals.v1','tenant_id':7}", "principals_document_invalid /tenant_id" },
	{ "{" HEAD "}", "principals_document_invalid /principals" },
	{ "{" HEAD ",'principals':{}}", "principals_document_invalid /principals" },
	{ "{" HEAD ",'principals':[]}", "principals_document_invalid /principals" },
	{ "{" HEAD ",'principals':['alice']}", "principals_document_invalid /principals/0" },
	{ "{" HEAD ",'principals':[{" ALICE "}],'tier':'gold'}", "principals_document_invalid /tier" },
	{ "{" HEAD ",'principals':[{" ALICE "}],'tier':null}", "principals_document_invalid /tier" },
	{ "{" HEAD ",'principals':[{" ALICE "}],'extra':1}", "principals_document_invalid /extra" }
};

static const struct { const char *list, *want; } bad[] = {
	{ "{'role':'owner'}", "principals_document_invalid /principals/0/id" },
	{ "{'id':'alice'}", "principals_document_invalid /principals/0/role" },
	{ "{'id':'Alice','role':'owner'}", "principals_document_invalid /principals/0/id" },
	{ "{'id':'-a','role':'owner'}", "principals_document_invalid /principals/0/id" },
	{ "{'id':'a b','role':'owner'}", "principals_document_invalid /principals/0/id" },
	{ "{'id':'','role':'owner'}", "principals_document_invalid /principals/0/id" },
	{ "{'id':'a','role':'system'}", "principals_document_invalid /principals/0/role" },
	{ "{'id':'a','role':'Owner'}", "principals_document_invalid /principals/0/role" },
	{ "{" ALICE ",'kind':'robot'}", "principals_document_invalid /principals/0/kind" },
	{ "{" ALICE ",'disabled':'no'}", "principals_document_invalid /principals/0/disabled" },
	{ "{" ALICE ",'permissions':'remediation.approve.prod'}", "principals_document_invalid /principals/0/permissions" },
	{ "{" ALICE ",'permissions':['remediation.approve.all']}", "principals_document_invalid /principals/0/permissions/0" },
	{ "{" ALICE ",'os_users':'alice'}", "principals_document_invalid /principals/0/os_users" },
	{ "{" ALICE ",'os_users':['']}", "principals_document_invalid /principals/0/os_users/0" },
	{ "{" ALICE ",'os_users':['uid:']}", "principals_document_invalid /principals/0/os_users" },
	{ "{" ALICE ",'os_users':['uid:01']}", "principals_document_invalid /principals/0/os_users" },
	{ "{" ALICE ",'os_users':['uid:4294967295']}", "principals_document_invalid /principals/0/os_users" },
	{ "{" ALICE ",'os_users':['uid:-1']}", "principals_document_invalid /principals/0/os_users" },
	{ "{" ALICE ",'authors':'a@x.example'}", "principals_document_invalid /principals/0/authors" },
	{ "{" ALICE ",'authors':['']}", "principals_document_invalid /principals/0/authors/0" },
	{ "{" ALICE ",'ssh_keys':{}}", "principals_document_invalid /principals/0/ssh_keys" },
	{ "{" ALICE ",'ssh_keys':['" KEY_ED "']}", "principals_document_invalid /principals/0/ssh_keys/0" },
	{ "{" ALICE ",'ssh_keys':[{}]}", "principals_document_invalid /principals/0/ssh_keys/0/public_key" },
	{ "{" ALICE ",'ssh_keys':[{'public_key':'" KEY_ED "','comment':'x'}]}", "principals_document_invalid /principals/0/ssh_keys/0/comment" },
	{ "{" ALICE ",'ssh_keys':[{'public_key':'" KEY_ED "','valid_after':'2026-01-01T00:00:00'}]}",
	    "time_without_offset /principals/0/ssh_keys/0/valid_after" },
	{ "{" ALICE ",'ssh_keys':[{'public_key':'" KEY_ED "','valid_before':'soon'}]}",
	    "time_invalid /principals/0/ssh_keys/0/valid_before" },
	{ "{" ALICE ",'ssh_keys':[{'public_key':'" KEY_ED "','valid_before':7}]}",
	    "principals_document_invalid /principals/0/ssh_keys/0/valid_before" },
	{ "{" ALICE ",'ssh_keys':[{'public_key':'" KEY_ED "','valid_after':'2026-01-01T01:00:00+01:00',"
	    "'valid_before':'2026-01-01T00:00:00Z'}]}", "principals_document_invalid /principals/0/ssh_keys/0/valid_before" },
	{ "{" ALICE ",'email':'x'}", "principals_document_invalid /principals/0/email" },
	{ "{" ALICE "},{'id':'bob','role':'member'},{" ALICE "}", "principal_duplicate /principals/2/id" },
	{ "{" ALICE ",'os_users':['a','x']},{'id':'bob','role':'member','os_users':['b','x']}",
	    "principal_os_user_duplicate /principals/1/os_users/1" },
	{ "{" ALICE ",'ssh_keys':[{'public_key':'" KEY_ED "'}]},{'id':'bob','role':'member','ssh_keys':[{'public_key':'" KEY_EC
	    "'},{'public_key':'" KEY_ED " bob@home'}]}", "principal_key_duplicate /principals/1/ssh_keys/1" },
	{ "{" ALICE ",'ssh_keys':[{'public_key':'" KEY_ED "'},{'public_key':'" KEY_ED "'}]}",
	    "principal_key_duplicate /principals/0/ssh_keys/1" }
};

static const struct { const char *name, *line; bool good; } keys[] = {
	{ "ed25519", KEY_ED, true }, { "ed25519 with a comment", KEY_ED " alice@home 1", true }, { "ecdsa p256", KEY_EC, true },
	{ "rsa 2048", KEY_RSA, true }, { "sk ed25519", KEY_SKED, true }, { "sk ecdsa", KEY_SKEC, true },
	{ "blanks around", "  " KEY_ED "  ", true },
	{ "rsa 1024", KEY_RSA1024, false }, { "rsa 2047", KEY_RSA_2047, false }, { "rsa too large", KEY_RSA_HUGE, false },
	{ "rsa negative", KEY_RSA_NEG, false }, { "rsa padded", KEY_RSA_PAD, false }, { "rsa exponent 1", KEY_RSA_E1, false },
	{ "ecdsa p384", KEY_EC384, false }, { "dsa", KEY_DSA, false }, { "ed25519 short", KEY_ED_SHORT, false },
	{ "ed25519 with a tail", KEY_ED_TAIL, false }, { "ecdsa point form", KEY_EC_POINT, false },
	{ "ecdsa other curve", KEY_EC_CURVE, false }, { "sk without application", KEY_SK_NOAPP, false },
	{ "sk with an empty application", KEY_SK_EMPTY, false }, { "a type that lies", KEY_TYPE_LIES, false },
	{ "another type that lies", KEY_OTHER_TYPE, false }, { "bad base64", KEY_BAD64, false }, { "cut off", KEY_CUT, false },
	{ "nothing behind the type", KEY_EMPTY, false }, { "options in front", KEY_OPTIONS, false }, { "another text", "hello", false }
};

static void
key_lines(void)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		const char *list = dx_arena_printf(&arena, "{" ALICE ",'ssh_keys':[{'public_key':'%s'}]}", keys[i].line);

		if (keys[i].good)
			ok(good(list), "key: %s", keys[i].name);
		else
			is_str(list_of(list), "principal_key_invalid /principals/0/ssh_keys/0/public_key", "key: %s", keys[i].name);
	}
}

static void
bounds(void)
{
	static const char key[] = "{'public_key':'" KEY_ED "'}";
	const char *at = "principals_document_invalid /principals/0/";

	ok(good(repeat("{'role':'owner','id':'", "a", "", 128, "'}")), "an id of 128 characters");
	is_str(list_of(repeat("{'role':'owner','id':'", "a", "", 129, "'}")), dx_arena_printf(&arena, "%sid", at),
	    "an id of 129 characters");
	is_str(list_of(repeat("{" ALICE ",'ssh_keys':[", key, ",", 17, "]}")), dx_arena_printf(&arena, "%sssh_keys", at), "17 keys");
	is_str(list_of(repeat("{" ALICE ",'os_users':['", "u", "", 257, "']}")), dx_arena_printf(&arena, "%sos_users/0", at),
	    "a login of 257 characters");
	ok(good(repeat("", "{'id':'p#','role':'member','os_users':['u#','uid:#']}", ",", 10000, "")), "10000 principals");
	is_str(list_of(repeat("", "{'id':'p#','role':'member'}", ",", 10001, "")), "principals_document_invalid /principals",
	    "10001 principals");
	is_str(list_of(repeat("", "{'id':'p#','role':'member','os_users':['u#','same#x']},{'id':'q#','role':'member','os_users':['same#x']}",
	    ",", 4000, "")), "principal_os_user_duplicate /principals/1/os_users/0", "the first of many repetitions is named");
}

static void
one_digest(void)
{
	static const char canonical[] = "{\"principals\":[{\"disabled\":false,\"id\":\"alice\",\"kind\":\"person\",\"os_users\":[],"
	    "\"permissions\":[],\"role\":\"owner\",\"ssh_keys\":[]}],\"schema\":\"dealix.principals.v1\",\"tenant_id\":\"acme\","
	    "\"tier\":\"enterprise\"}";
	struct dx_principals *p = NULL, *q = NULL;
	const char *digest = answer_of("{" HEAD ",'principals':[{" ALICE "}]}", &p);

	is_str(p->canon, canonical, "defaults are filled in");
	is_str(answer_of(p->canon, NULL), digest, "the canonical form is a document of itself");
	is_str(answer_of("{'tier':'enterprise','principals':[{'role':'owner','id':'alice','permissions':[]}]," HEAD "}", NULL), digest,
	    "members in another order");
	ok(strcmp(answer_of("{" HEAD ",'principals':[{" ALICE ",'disabled':true}]}", NULL), digest) != 0, "a change changes it");
	answer_of("{" HEAD ",'principals':[{" ALICE ",'ssh_keys':[{'public_key':' " KEY_ED " ','valid_after':'2026-01-01T01:00:00+01:00',"
	    "'valid_before':'2026-01-01T00:00:00.5Z'}],'permissions':['remediation.approve.nonprod','remediation.approve.nonprod']}]}", &q);
	is_str(dx_json_str(dx_pointer_find(&q->doc, "/principals/0/ssh_keys/0/valid_after")), "2026-01-01T00:00:00.000000Z",
	    "times in one form");
	is_str(dx_json_str(dx_pointer_find(&q->doc, "/principals/0/ssh_keys/0/public_key")), KEY_ED, "keys without blanks around");
	is_int(dx_pointer_find(&q->doc, "/principals/0/permissions")->count, 1, "permissions once");
	is_str(answer_of(q->canon, NULL), q->sha256, "and a fixed point");
	dx_principals_free(p);
	dx_principals_free(q);
}

static void
logins(void)
{
	struct dx_principals *p = NULL;
	const struct dx_principal *who = NULL;
	struct dx_err err = { 0 };

	answer_of("{" HEAD ",'principals':[{" ALICE ",'os_users':['Alice','uid:7']},{'id':'ci','role':'member','kind':'service',"
	    "'os_users':['runner']},{'id':'eve','role':'admin','disabled':true,'os_users':['eve']}]}", &p);
	is_int(dx_principals_login(p, "uid:7", &who, &err), 0, "a user id without a name");
	is_str(who->id, "alice", "is alice");
	ok(who->role == DX_ROLE_OWNER && !who->service && !who->disabled, "an owner and a person");
	is_int(dx_principals_login(p, "runner", &who, &err), 0, "another login");
	ok(who->role == DX_ROLE_MEMBER && who->service, "is a service");
	is_int(dx_principals_login(p, "alice", &who, &err), -1, "logins are compared exactly");
	is_str(dx_reason_code(err.reason), "principal_unknown", "principal_unknown");
	dx_err_clear(&err);
	is_int(dx_principals_login(p, "eve", &who, &err), -1, "a disabled principal");
	is_str(dx_reason_code(err.reason), "principal_disabled", "principal_disabled");
	is_str(p->tenant_id, "acme", "tenant");
	is_str(p->tier, "enterprise", "tier");
	dx_principals_free(p);
}

static void
authors(void)
{
	struct dx_principals *p = NULL, *q = NULL;
	const struct dx_principal *who;

	answer_of("{" HEAD ",'principals':[{" ALICE ",'authors':[' Alice@Home.Example ','a@work.example']},{'id':'ci@x.example','role':'member'}]}",
	    &p);
	who = dx_principals_find(p, " ALICE");
	ok(who == &p->item[0] && dx_principals_find(p, "bob") == NULL && dx_principals_find(NULL, "alice") == NULL, "found by id");
	ok(dx_principal_is_author(who, "alice", "alice@home.example ") && dx_principal_is_author(who, "alice", "A@WORK.example") &&
	    dx_principal_is_author(who, "alice", "Alice"), "an author by address or id, whatever the case");
	ok(!dx_principal_is_author(who, "alice", "alice@home.exampl") && !dx_principal_is_author(who, "alice", "") &&
	    !dx_principal_is_author(NULL, "", ""), "others are not, and nobody is nobody");
	ok(dx_principal_is_author(&p->item[1], "ci@x.example", "CI@x.example") && dx_principal_is_author(NULL, "eve@x", "Eve@x"),
	    "an id that is an address, known or not");
	dx_principals_free(p);
	answer_of("{" HEAD ",'principals':[{" ALICE ",'authors':[]}]}", &p);
	answer_of("{" HEAD ",'principals':[{" ALICE "}]}", &q);
	is_str(p->sha256, q->sha256, "no authors are the same document as none named");
	dx_principals_free(p);
	dx_principals_free(q);
}

static const struct { const char *login, *id; } firsts[] = {
	{ "alice", "alice" }, { "Alice Doe", "alice-doe" }, { "uid:1001", "uid-1001" }, { "_apt", "u_apt" }, { "DOM\\bob", "dom-bob" },
	{ "r\xc3\xb6n", "r--n" }, { "a.b+c@d_e-f", "a.b+c@d_e-f" }, { "-", "u-" }, { "", NULL }, { "a\nb", NULL }, { "a\xff", NULL },
	{ "uid:x", NULL }
};

static void
first(void)
{
	char *large = malloc(300);

	memset(large, 'L', 299);
	large[299] = '\0';
	for (size_t i = 0; i < COUNT(firsts); i++) {
		struct dx_principals *p = dx_principals_first("acme", firsts[i].login);
		const struct dx_principal *who = NULL;

		is_str(p != NULL ? p->item[0].id : NULL, firsts[i].id, "first principal of login %zu", i);
		if (p == NULL)
			continue;
		ok(dx_principals_login(p, firsts[i].login, &who, NULL) == 0 && who->role == DX_ROLE_OWNER && p->count == 1,
		    "login %zu is its owner", i);
		is_str(answer_of(p->canon, NULL), p->sha256, "document of login %zu is one of ours", i);
		dx_principals_free(p);
	}
	ok(dx_principals_first("acme", large) == NULL, "a login of 299 characters");
	ok(dx_principals_first("A", "alice") == NULL, "a tenant that is none");
	large[200] = '\0';
	{
		struct dx_principals *p = dx_principals_first("acme", large);

		is_int((int)strlen(p->item[0].id), 127, "a long login is cut in the id, not in os_users");
		dx_principals_free(p);
	}
	free(large);
}

int
main(void)
{
	struct dx_principals *p = NULL;
	struct dx_err err = { 0 };
	size_t i;

	for (i = 0; i < COUNT(whole); i++)
		is_str(answer_of(whole[i].doc, NULL), whole[i].want, "document %s", whole[i].doc);
	for (i = 0; i < COUNT(bad); i++)
		is_str(list_of(bad[i].list), bad[i].want, "principals %s", shown(bad[i].list));
	key_lines();
	bounds();
	one_digest();
	logins();
	authors();
	first();
	is_int(dx_principals_parse("{", 1, &p, &err), -1, "text that is no JSON");
	is_str(dx_reason_code(err.reason), "json_invalid", "is json_invalid");
	dx_err_clear(&err);
	is_int(dx_principals_parse("", DX_PRINCIPALS_MAX + 1u, &p, &err), -1, "text that is too large");
	is_str(dx_reason_code(err.reason), "json_too_large", "is json_too_large");
	dx_principals_free(NULL);
	dx_arena_release(&arena);
	return done();
}
