/* Facts about paths of commits and of the index, and about HEAD's message. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "facts/git_walk.h"

/* --- paths that differ --- */

struct differing { const struct dx_git_words *globs; struct dx_git_list list; };

static int
note(const git_diff *diff, const git_diff_delta *delta, const char *pathspec, void *payload)
{
	struct differing *d = payload;
	const char *path = delta->new_file.path != NULL ? delta->new_file.path : delta->old_file.path;

	(void)diff;
	(void)pathspec;
	if (dx_git_glob_any(d->globs, path))
		dx_git_list_add(&d->list, path);
	return 1;	/* it need not be kept */
}

static int
tree_of(struct dx_git *g, const git_oid *id, git_object **tree)
{
	git_object *commit = NULL;
	int rc = g->l->git_object_lookup(&commit, g->repo, id, GIT_OBJECT_COMMIT);

	if (rc == 0)
		rc = g->l->git_object_peel(tree, commit, GIT_OBJECT_TREE);
	g->l->git_object_free(commit);
	return rc;
}

static int
compare(struct dx_git *g, const git_oid *base, struct differing *d, struct dx_err *err)
{
	git_object *from = NULL, *to = NULL;
	git_diff *diff = NULL;
	git_diff_options o;
	int rc = g->l->git_diff_options_init(&o, GIT_DIFF_OPTIONS_VERSION);

	o.flags = GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_SKIP_BINARY_CHECK;
	o.ignore_submodules = GIT_SUBMODULE_IGNORE_NONE;
	o.notify_cb = note;
	o.payload = d;
	if (rc == 0)
		rc = tree_of(g, base, &from);
	if (rc == 0)
		rc = tree_of(g, &g->head, &to);
	if (rc == 0)
		rc = g->l->git_diff_tree_to_tree(&diff, g->repo, (git_tree *)from, (git_tree *)to, &o);
	g->l->git_diff_free(diff);
	g->l->git_object_free(from);
	g->l->git_object_free(to);
	return rc == 0 ? 0 : dx_git_failed(g, err);
}

int
dx_git_changed(struct dx_git *g, const struct dx_git_words *globs, const char *since, struct dx_git_seen *seen, struct dx_err *err)
{
	struct differing d = { globs, dx_git_list_new(seen->arena) };
	git_oid id, base;
	bool cut;
	int rc;

	if (dx_git_born(g, err) != 0 || dx_git_resolve(g, since, true, &id, err) != 0)
		return -1;
	rc = dx_git_base(g, &id, &g->head, &base, &cut, err);
	if (rc >= 0 && cut)
		return dx_err_set(err, DX_R_GIT_SHALLOW, "the merge base of %s and HEAD: the history that is here was cut off", since);
	if (rc == 0)
		return dx_err_set(err, DX_R_GIT_REF_MISSING, "%s and HEAD have no commit in common", since);
	if (rc < 0 || compare(g, &base, &d, err) != 0)
		return -1;
	seen->observed = dx_json_object();
	dx_json_put(seen->arena, &seen->observed, "base", dx_git_id(seen->arena, g, &base));
	dx_json_put(seen->arena, &seen->observed, "head", dx_json_text(g->commit));
	dx_git_list_put(&d.list, &seen->observed);
	seen->detail = d.list.count > 0 ? dx_arena_printf(seen->arena, "changed since %s: %s", since, dx_git_list_words(&d.list)) :
	    dx_arena_printf(seen->arena, "nothing of these changed since %s", since);
	return d.list.count > 0;
}

/* --- the index --- */

int
dx_git_no_tracked(struct dx_git *g, const struct dx_git_words *globs, const struct dx_git_words *except, struct dx_git_seen *seen,
    struct dx_err *err)
{
	struct dx_git_list list = dx_git_list_new(seen->arena);
	size_t n;

	if (dx_git_need_index(g, err) != 0)
		return -1;
	n = g->l->git_index_entrycount(g->index);
	for (size_t i = 0; i < n; i++) {
		const char *path = g->l->git_index_get_byindex(g->index, i)->path;

		if (dx_git_glob_any(globs, path) && !dx_git_glob_any(except, path))
			dx_git_list_add(&list, path);
	}
	seen->observed = dx_json_object();
	dx_json_put(seen->arena, &seen->observed, "entries", dx_json_int(seen->arena, (int64_t)n));
	dx_git_list_put(&list, &seen->observed);
	seen->detail = dx_arena_printf(seen->arena, "tracked: %s", dx_git_list_words(&list));
	return list.count == 0;
}

/* --- the message --- */

#define WORD		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
#define NO_VALUE	"\001"	/* stands for none */

/* A value that goes on over several lines, as one. */
static void
unfold(char *s)
{
	char *to = s;

	while (*s != '\0') {
		if (*s == '\n' && s[1 + strspn(s + 1, " \t")] != '\0') {
			*to++ = ' ';
			s += 1 + strspn(s + 1, " \t");
		} else
			*to++ = *s++;
	}
	*to = '\0';
}

static bool
matches(const char *value, const regex_t *re)
{
	char *line;
	bool is;

	if (re == NULL)
		return true;
	line = dx_strdup(strcmp(value, NO_VALUE) == 0 ? "" : value);
	unfold(line);
	is = regexec(re, line, 0, NULL, 0) == 0;
	free(line);
	return is;
}

/* libgit2 loses what stands behind a trailer without a value, so each is given one: the message in the arena. */
static const char *
with_values(const char *message, struct dx_arena *a)
{
	struct dx_buf out = { 0 };
	const char *copy;

	dx_buf_puts(&out, "");
	while (*message != '\0') {
		size_t n = strcspn(message, "\n"), name = strspn(message, WORD);

		dx_buf_add(&out, message, n);
		if (name > 0 && message[name] == ':' && strspn(message + name + 1, " \t\r") == n - name - 1)
			dx_buf_puts(&out, " " NO_VALUE);
		if (message[n] == '\n')
			dx_buf_putc(&out, message[n++]);
		message += n;
	}
	copy = dx_arena_dup(a, out.data, out.len);
	dx_buf_release(&out);
	return copy;
}

static int
count_trailers(struct dx_git *g, const char *message, const char *name, const regex_t *re, size_t *named, size_t *count)
{
	git_message_trailer_array all = { 0 };
	int rc = g->l->git_message_trailers(&all, message);

	*named = *count = 0;
	for (size_t i = 0; rc == 0 && i < all.count; i++)
		if (strcasecmp(all.trailers[i].key, name) == 0) {
			++*named;
			*count += matches(all.trailers[i].value, re);
		}
	g->l->git_message_trailer_array_free(&all);
	return rc;
}

int
dx_git_trailer(struct dx_git *g, const char *name, const char *pattern, struct dx_git_seen *seen, struct dx_err *err)
{
	git_object *commit = NULL;
	regex_t re;
	size_t named, count;
	int rc;

	if (dx_git_born(g, err) != 0)
		return -1;
	if (pattern != NULL && regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return dx_err_set(err, DX_R_FIELD_INVALID, "pattern is no extended regular expression");
	rc = g->l->git_object_lookup(&commit, g->repo, &g->head, GIT_OBJECT_COMMIT);
	if (rc == 0)
		rc = count_trailers(g, with_values(g->l->git_commit_message_raw((git_commit *)commit), seen->arena), name,
		    pattern != NULL ? &re : NULL, &named, &count);
	g->l->git_object_free(commit);
	if (pattern != NULL)
		regfree(&re);
	if (rc != 0)
		return dx_git_failed(g, err);
	seen->observed = dx_json_object();
	dx_json_put(seen->arena, &seen->observed, "head", dx_json_text(g->commit));
	dx_json_put(seen->arena, &seen->observed, "matching", dx_json_int(seen->arena, (int64_t)count));
	dx_json_put(seen->arena, &seen->observed, "named", dx_json_int(seen->arena, (int64_t)named));
	seen->detail = dx_arena_printf(seen->arena, named > 0 ? "no trailer %s of HEAD's message has a value that matches" :
	    "HEAD's message has no trailer %s", name);
	return count > 0;
}

/* --- who wrote it --- */

/* "Name <address>" */
static const char *
address_of(struct dx_arena *a, const char *person)
{
	const char *open = strrchr(person, '<'), *from = open != NULL ? open + 1 : person;

	return dx_arena_dup(a, from, strcspn(from, ">\n"));
}

static int
list_authors(struct dx_git *g, const git_commit *commit, struct dx_arena *a, struct dx_git_words *out)
{
	git_message_trailer_array all = { 0 };
	int rc = g->l->git_message_trailers(&all, with_values(g->l->git_commit_message_raw(commit), a));
	const char **item, *own = g->l->git_commit_author(commit)->email;
	size_t n = 0;

	if (rc == 0) {
		item = dx_arena_alloc(a, (all.count + 1) * sizeof(*item));
		item[n++] = dx_arena_dup(a, own, strlen(own));
		for (size_t i = 0; i < all.count; i++)
			if (strcasecmp(all.trailers[i].key, "Co-authored-by") == 0)
				item[n++] = address_of(a, all.trailers[i].value);
		*out = (struct dx_git_words){ item, n };
	}
	g->l->git_message_trailer_array_free(&all);
	return rc;
}

int
dx_git_authors(struct dx_git *g, const char *commit, struct dx_arena *a, struct dx_git_words *out, struct dx_err *err)
{
	git_object *found = NULL;
	git_oid id;
	int rc = g->l->git_oid_fromstr(&id, commit);

	if (rc == 0)
		rc = g->l->git_object_lookup(&found, g->repo, &id, GIT_OBJECT_COMMIT);
	if (rc == 0)
		rc = list_authors(g, (const git_commit *)found, a, out);
	g->l->git_object_free(found);
	return rc == 0 ? 0 : dx_git_failed(g, err);
}
