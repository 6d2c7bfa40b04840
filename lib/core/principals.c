#include "core/principals.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/text.h"
#include "base/time.h"
#include "core/hash.h"
#include "core/lists.h"
#include "core/principals_unique.h"
#include "core/scope.h"
#include "core/ssh_line.h"
#include "json/pick.h"

#define SCHEMA		"dealix.principals.v1"
#define INVALID		DX_R_PRINCIPALS_DOCUMENT_INVALID
#define PRINCIPALS_MAX	10000
#define SSH_KEYS_MAX	16
#define LOGIN_MAX	256
#define LOGINS_MAX	256
#define AUTHORS_MAX	64
#define ADDRESS_MAX	320
#define ID_MAX		128

static const char *const schema_words[] = { SCHEMA, NULL };
static const char *const tier_words[] = { "free", "starter", "growth", "pro", "enterprise", NULL };
static const char *const role_words[] = { "owner", "admin", "member", NULL };
static const char *const kind_words[] = { "person", "service", NULL };
static const char *const permission_words[] = { "remediation.approve.prod", "remediation.approve.nonprod", NULL };

/* A document being read; the canonical form is built in `scratch`. */
struct reader {
	struct dx_arena	 scratch;
	struct dx_err	*err;
};

static bool
id_valid(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._@+-");

	return n > 0 && n <= ID_MAX && s[n] == '\0' && strchr("._@+-", s[0]) == NULL;
}

/* "uid:" is kept for user ids without a name, so that no login can be taken for one. */
static bool
login_valid(const char *s)
{
	int64_t uid;

	return !dx_starts(s, "uid:") || dx_int_parse(s + 4, 0, UINT32_MAX - 1, &uid);
}

static void
put_list(struct reader *r, struct dx_pick *p, const char *name, const struct dx_list_kind *kind, struct dx_json *out)
{
	const struct dx_json *v = dx_pick_any(p, name);
	struct dx_json list = dx_json_array();
	char where[320];

	dx_pick_where(p, name, where);
	if (v != NULL && dx_list_read(&r->scratch, v, kind, where, &list, r->err) != 0)
		p->failed = true;
	dx_json_put(&r->scratch, out, name, list);
}

static void
put_logins(struct reader *r, struct dx_pick *p, struct dx_json *out)
{
	static const struct dx_list_kind kind = {
		DX_SPELL_EXACT, LOGINS_MAX, LOGIN_MAX, NULL, INVALID, INVALID, INVALID
	};
	const struct dx_json *list;

	put_list(r, p, "os_users", &kind, out);
	list = dx_json_get(out, "os_users");
	for (uint32_t i = 0; i < list->count; i++) {
		if (!login_valid(list->u.items[i].u.text))
			dx_pick_fail(p, "os_users", "\"%s\" must be uid: and a number", list->u.items[i].u.text);
	}
}

/* Absent, not empty: documents without it keep the digest they have. */
static void
put_authors(struct reader *r, struct dx_pick *p, struct dx_json *out)
{
	static const struct dx_list_kind kind = { DX_SPELL_CLEAN, AUTHORS_MAX, ADDRESS_MAX, NULL, INVALID, INVALID, INVALID };
	const struct dx_json *v = dx_pick_any(p, "authors");

	if (v != NULL && (v->type != DX_JSON_ARRAY || v->count > 0))
		put_list(r, p, "authors", &kind, out);
}

/* A time of a key's standing, written again in the one form; INT64_MIN when absent. */
static int64_t
put_time(struct reader *r, struct dx_pick *p, const char *name, struct dx_json *out)
{
	const char *text = dx_pick_text(p, name, 1, 64, false);
	struct dx_err why = { 0 };
	char where[320], printed[DX_TIME_TEXT];
	int64_t us;

	if (text == NULL)
		return INT64_MIN;
	if (dx_time_parse(text, &us, &why) != 0) {
		dx_pick_where(p, name, where);
		dx_err_set_at(r->err, why.reason, where, "%s", why.text);
		p->failed = true;
		return INT64_MIN;
	}
	dx_time_print(us, printed);
	dx_json_put(&r->scratch, out, name, dx_json_string(&r->scratch, printed));
	return us;
}

static int
read_key(struct reader *r, const struct dx_json *v, const char *at, struct dx_json *out)
{
	struct dx_pick p;
	const char *line, *wrong, *key;
	char where[320];
	size_t n;
	int64_t after, before;

	*out = dx_json_object();
	dx_pick_begin(&p, v, at, INVALID, INVALID, r->err);
	line = dx_pick_text(&p, "public_key", 1, DX_SSH_LINE_MAX, true);
	if (line != NULL) {
		line = dx_trim(line, &n);
		line = dx_arena_dup(&r->scratch, line, n);
		wrong = dx_ssh_line(line, &key, &n);
		dx_pick_where(&p, "public_key", where);
		if (wrong != NULL)
			return dx_err_set_at(r->err, DX_R_PRINCIPAL_KEY_INVALID, where, "public_key %s", wrong);
		dx_json_put(&r->scratch, out, "public_key", dx_json_text(line));
	}
	after = put_time(r, &p, "valid_after", out);
	before = put_time(r, &p, "valid_before", out);
	if (after != INT64_MIN && before != INT64_MIN && after >= before)
		dx_pick_fail(&p, "valid_before", "must be later than valid_after");
	return dx_pick_end(&p);
}

static void
put_keys(struct reader *r, struct dx_pick *p, struct dx_json *out)
{
	const struct dx_json *v = dx_pick_type(p, "ssh_keys", DX_JSON_ARRAY, false);
	struct dx_json list = dx_json_array(), key;
	char where[320], at[350];

	dx_pick_where(p, "ssh_keys", where);
	if (v != NULL && v->count > SSH_KEYS_MAX)
		dx_pick_fail(p, "ssh_keys", "must have at most %d keys, has %" PRIu32, SSH_KEYS_MAX, v->count);
	for (uint32_t i = 0; v != NULL && !p->failed && i < v->count; i++) {
		snprintf(at, sizeof(at), "%s/%" PRIu32, where, i);
		if (read_key(r, &v->u.items[i], at, &key) != 0)
			p->failed = true;
		else
			dx_json_push(&r->scratch, &list, key);
	}
	dx_json_put(&r->scratch, out, "ssh_keys", list);
}

static void
put_word(struct reader *r, struct dx_pick *p, const char *name, const char *const words[], int otherwise, struct dx_json *out)
{
	int i = dx_pick_enum(p, name, words, otherwise);

	if (i >= 0)
		dx_json_put(&r->scratch, out, name, dx_json_text(words[i]));
}

static int
read_principal(struct reader *r, const struct dx_json *v, const char *at, struct dx_json *out)
{
	static const struct dx_list_kind permissions = {
		DX_SPELL_EXACT, 16, 64, permission_words, INVALID, INVALID, INVALID
	};
	struct dx_pick p;
	const char *id;
	bool disabled;

	*out = dx_json_object();
	dx_pick_begin(&p, v, at, INVALID, INVALID, r->err);
	put_authors(r, &p, out);
	disabled = dx_pick_bool(&p, "disabled", false);
	dx_json_put(&r->scratch, out, "disabled", dx_json_bool(disabled));
	id = dx_pick_text(&p, "id", 1, ID_MAX, true);
	if (id != NULL && !id_valid(id))
		dx_pick_fail(&p, "id", "must be [a-z0-9][a-z0-9._@+-]{0,127}, is \"%s\"", id);
	dx_json_put(&r->scratch, out, "id", dx_json_text(id));
	put_word(r, &p, "kind", kind_words, 0, out);
	put_logins(r, &p, out);
	put_list(r, &p, "permissions", &permissions, out);
	put_word(r, &p, "role", role_words, -1, out);
	put_keys(r, &p, out);
	return dx_pick_end(&p);
}

static void
put_principals(struct reader *r, struct dx_pick *p, struct dx_json *out)
{
	const struct dx_json *v = dx_pick_type(p, "principals", DX_JSON_ARRAY, true);
	struct dx_json list = dx_json_array(), one;
	char at[64];

	if (v != NULL && (v->count < 1 || v->count > PRINCIPALS_MAX))
		dx_pick_fail(p, "principals", "must have 1 to %d principals, has %" PRIu32, PRINCIPALS_MAX, v->count);
	for (uint32_t i = 0; v != NULL && !p->failed && i < v->count; i++) {
		snprintf(at, sizeof(at), "/principals/%" PRIu32, i);
		if (read_principal(r, &v->u.items[i], at, &one) != 0)
			p->failed = true;
		else
			dx_json_push(&r->scratch, &list, one);
	}
	dx_json_put(&r->scratch, out, "principals", list);
	if (!p->failed && dx_principals_unique(&list, r->err) != 0)
		p->failed = true;
}

static int
read_document(struct reader *r, const struct dx_json *doc, struct dx_json *out)
{
	struct dx_pick p;
	const char *tenant;

	*out = dx_json_object();
	dx_pick_begin(&p, doc, "", INVALID, INVALID, r->err);
	put_word(r, &p, "schema", schema_words, -1, out);
	tenant = dx_pick_text(&p, "tenant_id", 1, DX_TENANT_TEXT, true);
	if (tenant != NULL && !dx_tenant_valid(tenant))
		dx_pick_fail(&p, "tenant_id", "must be [a-z0-9][a-z0-9._-]{0,62}, is \"%s\"", tenant);
	dx_json_put(&r->scratch, out, "tenant_id", dx_json_text(tenant));
	put_word(r, &p, "tier", tier_words, 4, out);
	put_principals(r, &p, out);
	return dx_pick_end(&p);
}

static void
load_principal(const struct dx_json *v, struct dx_principal *out)
{
	out->id = dx_json_get_str(v, "id");
	out->role = (enum dx_role)dx_word(dx_role_names, dx_json_get_str(v, "role"));
	out->service = strcmp(dx_json_get_str(v, "kind"), "service") == 0;
	out->disabled = dx_json_is(dx_json_get(v, "disabled"), DX_JSON_TRUE);
	out->authors = dx_json_get(v, "authors");
	out->os_users = dx_json_get(v, "os_users");
	out->ssh_keys = dx_json_get(v, "ssh_keys");
}

static void
seal(struct dx_principals *p, const struct dx_json *root)
{
	const struct dx_json *list;
	struct dx_sealed s;

	dx_hash_seal(&p->arena, root, &s);
	p->doc = s.doc;
	p->canon = s.canon;
	p->canon_len = s.canon_len;
	memcpy(p->sha256, s.sha256, sizeof(p->sha256));
	p->tenant_id = dx_json_get_str(&p->doc, "tenant_id");
	p->tier = dx_json_get_str(&p->doc, "tier");
	list = dx_json_get(&p->doc, "principals");
	p->count = list->count;
	p->item = dx_arena_alloc(&p->arena, dx_size_mul(p->count, sizeof(*p->item)));
	for (uint32_t i = 0; i < list->count; i++)
		load_principal(&list->u.items[i], &p->item[i]);
}

int
dx_principals_new(const struct dx_json *doc, struct dx_principals **out, struct dx_err *err)
{
	struct reader r = { .err = err };
	struct dx_principals *p;
	struct dx_json root;
	int result = read_document(&r, doc, &root);

	if (result == 0) {
		p = dx_alloc(sizeof(*p));
		memset(p, 0, sizeof(*p));
		seal(p, &root);
		*out = p;
	}
	dx_arena_release(&r.scratch);
	return result;
}

int
dx_principals_parse(const char *text, size_t len, struct dx_principals **out, struct dx_err *err)
{
	struct dx_arena a = { 0 };
	struct dx_json doc;
	int result = -1;

	if (len > DX_PRINCIPALS_MAX)
		return dx_err_set(err, DX_R_JSON_TOO_LARGE, "a principals document has at most %u bytes, this one has %zu",
		    DX_PRINCIPALS_MAX, len);
	if (dx_json_parse(&a, dx_arena_dup(&a, text, len), len, DX_JSON_OURS, &doc, err) == 0)
		result = dx_principals_new(&doc, out, err);
	dx_arena_release(&a);
	return result;
}

/* The login as an id: what an id cannot hold becomes '-'. */
static const char *
id_of(struct dx_arena *a, const char *login)
{
	char *id = dx_arena_printf(a, "%.*s", ID_MAX - 1, login);

	dx_lower(id);
	for (char *c = id; *c != '\0'; c++) {
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789._@+-", *c) == NULL)
			*c = '-';
	}
	/* "_apt" is u_apt: an id begins with a letter or digit. */
	return id_valid(id) ? id : dx_arena_printf(a, "u%s", id);
}

struct dx_principals *
dx_principals_first(const char *tenant, const char *login)
{
	struct dx_principals *p = NULL;
	struct dx_arena a = { 0 };
	struct dx_json doc = dx_json_object(), one = dx_json_object(), list = dx_json_array(), logins = dx_json_array();

	dx_json_push(&a, &logins, dx_json_text(login));
	dx_json_put(&a, &one, "id", dx_json_text(id_of(&a, login)));
	dx_json_put(&a, &one, "os_users", logins);
	dx_json_put(&a, &one, "role", dx_json_text("owner"));
	dx_json_push(&a, &list, one);
	dx_json_put(&a, &doc, "principals", list);
	dx_json_put(&a, &doc, "schema", dx_json_text(SCHEMA));
	dx_json_put(&a, &doc, "tenant_id", dx_json_text(tenant));
	if (!dx_utf8_valid(login, strlen(login)) || dx_principals_new(&doc, &p, NULL) != 0)
		p = NULL;
	dx_arena_release(&a);
	return p;
}

static bool
folded_equal(const char *a, const char *b)
{
	size_t n = strlen(a), k = strlen(b);

	a = dx_trim(a, &n);
	b = dx_trim(b, &k);
	return n == k && n > 0 && strncasecmp(a, b, n) == 0;
}

const struct dx_principal *
dx_principals_find(const struct dx_principals *p, const char *id)
{
	for (size_t i = 0; p != NULL && i < p->count; i++)
		if (folded_equal(p->item[i].id, id))
			return &p->item[i];
	return NULL;
}

bool
dx_principal_is_author(const struct dx_principal *p, const char *id, const char *address)
{
	if (folded_equal(id, address))
		return true;
	for (uint32_t i = 0; p != NULL && p->authors != NULL && i < p->authors->count; i++)
		if (folded_equal(p->authors->u.items[i].u.text, address))
			return true;
	return false;
}

int
dx_principals_login(const struct dx_principals *p, const char *login, const struct dx_principal **out, struct dx_err *err)
{
	for (size_t i = 0; i < p->count; i++) {
		if (!dx_list_has(p->item[i].os_users, login))
			continue;
		if (p->item[i].disabled)
			return dx_err_set(err, DX_R_PRINCIPAL_DISABLED, "principal %s is disabled", p->item[i].id);
		*out = &p->item[i];
		return 0;
	}
	return dx_err_set(err, DX_R_PRINCIPAL_UNKNOWN, "no principal of tenant %s has the login \"%s\"", p->tenant_id, login);
}

void
dx_principals_free(struct dx_principals *p)
{
	if (p == NULL)
		return;
	dx_arena_release(&p->arena);
	free(p);
}
