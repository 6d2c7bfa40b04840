/* judge_file: files that an artifact names, under the root and never outside it (evidence page 2.1, `file`). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contract/inner.h"

/* What files cost in values: to look at one, and so many bytes read, or only hashed. */
#define FILE_LOOK	16
#define FILE_BYTES	256
#define FILE_HASHED	1024

bool
dx_rule_checks_files(const struct dx_contract_rule *rule)
{
	return rule->file != 0 || rule->contains.given || rule->digest.given || rule->size.given;
}

static const char *
kind_words(enum dx_tree_kind kind)
{
	switch (kind) {
	case DX_TREE_REGULAR:
		return "a regular file";
	case DX_TREE_FOLDER:
		return "a folder";
	case DX_TREE_OTHER:
		return "neither file nor folder";
	case DX_TREE_MISSING:
		return "no such file";
	case DX_TREE_OUTSIDE:
		return "outside of the root";
	case DX_TREE_UNREADABLE:
		return "cannot be looked at";
	}
	return "";
}

static bool
fail(struct dx_verdict *v, const char *expected, const char *path, const char *found)
{
	v->failed = true;
	dx_buf_puts(&v->expected, expected);
	if (found != NULL)
		dx_buf_printf(&v->found, "%s: %s", path, found);
	return false;
}

static bool
is_relative(const char *path)
{
	bool drive = ((path[0] | 0x20) >= 'a' && (path[0] | 0x20) <= 'z') && path[1] == ':';

	return path[0] != '\0' && path[0] != '/' && path[0] != '\\' && !drive;
}

static bool
check_kind(struct dx_run *r, unsigned wanted, const char *path, struct dx_tree_fact *fact, struct dx_verdict *v)
{
	if ((wanted & DX_FILE_RELATIVE) && !is_relative(path))
		return fail(v, "a relative path", path, NULL);
	(void)dx_scope_spend(&r->scope, FILE_LOOK);
	*fact = dx_tree_look(r->c->tree, path);
	/* Where nobody may look, nothing is known: neither that it is there nor where a link leads. */
	if ((wanted & DX_FILE_INSIDE) && (fact->kind == DX_TREE_OUTSIDE || fact->kind == DX_TREE_UNREADABLE))
		return fail(v, "a path under the root", path, kind_words(fact->kind));
	if ((wanted & DX_FILE_EXISTS) &&
	    (fact->kind == DX_TREE_MISSING || fact->kind == DX_TREE_OUTSIDE || fact->kind == DX_TREE_UNREADABLE))
		return fail(v, "a file under the root", path, kind_words(fact->kind));
	if ((wanted & DX_FILE_REGULAR) && fact->kind != DX_TREE_REGULAR)
		return fail(v, "a regular file under the root", path, kind_words(fact->kind));
	return true;
}

/* The file's bytes; those of the file asked for last are kept, as rules ask one file for many tokens. */
static bool
load(struct dx_run *r, const char *path, struct dx_err *err)
{
	if (r->file_path != NULL && strcmp(r->file_path, path) == 0)
		return true;
	r->file_path = NULL;
	dx_buf_reset(&r->file_bytes);
	if (dx_tree_read(r->c->tree, path, DX_READ_MAX, DX_R_MEDIA_TOO_LARGE, &r->file_bytes, err) != 0)
		return false;
	(void)dx_scope_spend(&r->scope, r->file_bytes.len / FILE_BYTES);
	r->file_path = dx_arena_dup(&r->keep, path, strlen(path));
	return true;
}

/* A text that is asked for; NULL: the verdict says why there is none. */
static const char *
wanted_text(struct dx_run *r, const struct dx_operand *o, struct dx_verdict *v)
{
	struct dx_value want;
	struct dx_buf why = { 0 };

	if (dx_judge_operand(r, o, &want, &why) == 0 && want.type == DX_VALUE_TEXT && want.text[0] != '\0') {
		dx_buf_release(&why);
		return want.text;
	}
	v->failed = true;
	dx_buf_puts(&v->expected, o->text != NULL ? o->text : "text");
	dx_buf_puts(&v->found, why.len > 0 ? why.data : "no text");
	dx_buf_release(&why);
	return NULL;
}

static bool
check_contains(struct dx_run *r, const struct dx_contract_rule *rule, const char *path, struct dx_verdict *v)
{
	const char *token = wanted_text(r, &rule->contains, v);
	struct dx_err err = { 0 };
	const struct dx_buf *bytes = &r->file_bytes;
	struct dx_tree_fact fact;

	if (token == NULL)
		return false;
	if (!load(r, path, &err)) {
		fact = dx_tree_look(r->c->tree, path);
		return fail(v, token, path, fact.kind == DX_TREE_REGULAR ? err.text : kind_words(fact.kind));
	}
	if (bytes->len > 0 && memmem(bytes->data, bytes->len, token, strlen(token)) != NULL)
		return true;
	return fail(v, token, path, "does not contain it");
}

static bool
hash_file(struct dx_run *r, const char *path, char hex[static DX_SHA256_HEX], struct dx_err *err)
{
	struct dx_hasher *h;
	struct dx_sha256 digest;
	char *bytes;
	ssize_t n;
	int fd = dx_tree_fd(r->c->tree, path, err);

	if (fd < 0)
		return false;
	h = dx_hasher_new();
	bytes = dx_alloc(64u << 10);
	while ((n = read(fd, bytes, 64u << 10)) > 0)
		dx_hasher_add(h, bytes, (size_t)n);
	dx_hasher_end(h, &digest);
	dx_sha256_hex(&digest, hex);
	free(bytes);
	close(fd);
	return n == 0;
}

static bool
check_digest(struct dx_run *r, const struct dx_contract_rule *rule, const char *path, struct dx_verdict *v)
{
	const char *want = wanted_text(r, &rule->digest, v);
	char hex[DX_SHA256_HEX];
	struct dx_err err = { 0 };
	struct dx_tree_fact fact;

	if (want == NULL)
		return false;
	fact = dx_tree_look(r->c->tree, path);
	(void)dx_scope_spend(&r->scope, fact.kind == DX_TREE_REGULAR ? fact.size / FILE_HASHED : 0);
	if (fact.kind != DX_TREE_REGULAR || !hash_file(r, path, hex, &err))
		return fail(v, want, path, kind_words(fact.kind == DX_TREE_REGULAR ? DX_TREE_UNREADABLE : fact.kind));
	if (strcmp(hex, want) == 0)
		return true;
	fail(v, want, path, NULL);
	dx_buf_puts(&v->found, hex);
	return false;
}

static bool
check_size(struct dx_run *r, const struct dx_contract_rule *rule, const char *path, struct dx_verdict *v)
{
	struct dx_tree_fact fact = dx_tree_look(r->c->tree, path);
	struct dx_value want;
	struct dx_buf why = { 0 };
	int64_t n = -1;
	bool known = dx_judge_operand(r, &rule->size, &want, &why) == 0 && want.type == DX_VALUE_NUMBER && dx_num_int64(want.number, &n);

	if (known && fact.kind == DX_TREE_REGULAR && n >= 0 && (uint64_t)n == fact.size) {
		dx_buf_release(&why);
		return true;
	}
	v->failed = true;
	if (known)
		dx_buf_printf(&v->expected, "%" PRId64 " bytes", n);
	else
		dx_buf_puts(&v->expected, rule->size.text != NULL ? rule->size.text : "an integer");
	if (!known)
		dx_buf_puts(&v->found, why.len > 0 ? why.data : "no integer");
	else if (fact.kind == DX_TREE_REGULAR)
		dx_buf_printf(&v->found, "%" PRIu64 " bytes", fact.size);
	else
		dx_buf_puts(&v->found, kind_words(fact.kind));
	dx_buf_release(&why);
	return false;
}

/* The path that the value or `path` names, without what stands behind `until`; NULL: it names none. */
static const char *
path_of(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_subject *s)
{
	struct dx_value v = s->value;
	struct dx_buf unused = { 0 };
	const char *end;

	if (rule->path.given && dx_judge_operand(r, &rule->path, &v, &unused) != 0)
		v.type = DX_VALUE_NULL;
	dx_buf_release(&unused);
	if (v.type != DX_VALUE_TEXT)
		return NULL;
	if (rule->until != NULL && (end = strstr(v.text, rule->until)) != NULL)
		v.text = dx_arena_dup(&r->place, v.text, (size_t)(end - v.text));
	return !dx_text_blank(v.text) ? v.text : NULL;
}

void
dx_judge_file(struct dx_run *r, const struct dx_contract_rule *rule, const struct dx_subject *s, struct dx_verdict *v)
{
	struct dx_tree_fact fact;
	const char *path;

	if (!rule->path.given && s->absent && rule->optional)
		return;
	if ((path = path_of(r, rule, s)) == NULL) {
		v->failed = true;
		dx_buf_puts(&v->expected, "a path");
		return;
	}
	if (!check_kind(r, rule->file, path, &fact, v))
		return;
	if (rule->contains.given && !check_contains(r, rule, path, v))
		return;
	if (rule->digest.given && !check_digest(r, rule, path, v))
		return;
	if (rule->size.given)
		(void)check_size(r, rule, path, v);
}
