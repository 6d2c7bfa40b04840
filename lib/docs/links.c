/* Dangling references: links, anchors, named documents; and the way to the charter. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "docs/inner.h"

static bool
has_scheme(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");

	return (n > 0 && s[n] == ':') || dx_starts(s, "//");
}

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "%20" and "\(" as they are meant, "&amp;" too. */
static char *
decoded(struct dx_docs *d, const char *s, size_t n)
{
	char *out = dx_arena_dup(&d->scratch, s, n), *to = out;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '%' && i + 2 < n && digit(s[i + 1]) >= 0 && digit(s[i + 2]) >= 0 && (digit(s[i + 1]) | digit(s[i + 2])) != 0) {
			*to++ = (char)(digit(s[i + 1]) * 16 + digit(s[i + 2]));
			i += 2;
		} else if (s[i] == '&' && n - i >= 5 && memcmp(s + i, "&amp;", 5) == 0) {
			*to++ = '&';
			i += 4;
		} else if (s[i] == '\\' && i + 1 < n && strchr("()[]<>_*", s[i + 1]) != NULL)
			*to++ = s[++i];
		else
			*to++ = s[i] != '\0' ? s[i] : '?';
	}
	*to = '\0';
	return out;
}

/* Pages that the site makes beside the files of the repository. */
static bool
of_the_site(const char *target)
{
	static const char *const pages[] = { "issues", "pulls", "pull", "wiki", "releases", "actions", "discussions", "commits", "compare", "tags",
	    "security", "projects", "tree", "blob", "raw", "milestones", "labels" };
	size_t n;

	if (!dx_starts(target, "../"))
		return false;
	while (dx_starts(target, "../"))
		target += 3;
	n = strcspn(target, "/?#");
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (strlen(pages[i]) == n && memcmp(pages[i], target, n) == 0)
			return true;
	return false;
}

/* "L12", "L12-L14": a line of a file. */
static bool
is_line(const char *anchor)
{
	return anchor[0] == 'L' && anchor[1] >= '0' && anchor[1] <= '9' && strspn(anchor + 1, "0123456789-LC") == strlen(anchor + 1);
}

/* The path a link leads to, NULL when it is none of this tree; findings are told. */
static const char *
follow(struct dx_docs *d, const struct dx_prose_part *part)
{
	char *target = decoded(d, part->s, part->n), *anchor, *query;
	const char *path, *shown = dx_arena_dup(&d->scratch, part->s, part->n);

	if (target[0] == '\0' || has_scheme(target) || strstr(target, "{{") != NULL || strstr(target, "${") != NULL)
		return NULL;
	anchor = strchr(target, '#');
	if (anchor != NULL)
		*anchor++ = '\0';
	query = strchr(target, '?');
	if (query != NULL && !dx_docs_exists(d, target))
		*query = '\0';
	path = target[0] == '\0' ? d->path : target[0] == '/' ? dx_docs_resolve(d, "", target + strspn(target, "/")) :
	    dx_docs_resolve(d, d->folder, target);
	if (path == NULL) {
		if (!of_the_site(target))
			dx_docs_find(d, DX_DOCS_DANGLING, DX_R_DOC_DANGLING, part->line, shown, "link to %s, which leads out of the root", shown);
		return NULL;
	}
	if (!dx_docs_exists(d, path)) {
		if (!of_the_site(target))
			dx_docs_find(d, DX_DOCS_DANGLING, DX_R_DOC_DANGLING, part->line, shown, "link to %s, which is not there", shown);
		return NULL;
	}
	if (anchor != NULL && dx_docs_is_markdown(path) && !is_line(anchor) && !dx_docs_has_anchor(d, path, anchor))
		dx_docs_find(d, DX_DOCS_DANGLING, DX_R_DOC_DANGLING, part->line, shown, "link to %s: %s has no heading or anchor #%s", shown, path,
		    anchor);
	return path;
}

/* --- documents named in the text --- */

/* The word without what stands around it. */
static const char *
bare(const char *s, size_t *n)
{
	while (*n > 0 && strchr("()[]<>\"'`*_,;:.!?~|", *s) != NULL) {
		if (*s == '.' && *n > 1 && (s[1] == '/' || s[1] == '.'))
			break;
		s++;
		--*n;
	}
	while (*n > 0 && strchr("()[]<>\"'`*_,;:.!?~|", s[*n - 1]) != NULL)
		--*n;
	if (*n > 2 && s[*n - 1] == 's' && s[*n - 2] == '\'')
		*n -= 2;
	return s;
}

static bool
each_is_there(struct dx_docs *d, const char *name)
{
	for (size_t n; *name != '\0'; name += n + (name[n] == '/')) {
		n = strcspn(name, "/");
		const char *one = dx_arena_dup(&d->scratch, name, n);
		if (!dx_docs_is_document_name(one) || !dx_docs_named(d, one))
			return false;
	}
	return true;
}

static void
word(struct dx_docs *d, const char *s, size_t n, unsigned line)
{
	const char *name, *path;

	if (n == 0 || n > 1024 || memchr(s, '@', n) != NULL || memmem(s, n, "://", 3) != NULL || (n > 4 && memcmp(s, "www.", 4) == 0))
		return;
	s = bare(s, &n);
	name = dx_arena_dup(&d->scratch, s, n);
	if (!dx_docs_is_document_name(name) || strpbrk(name, "*<>{}$()[]\\=:") != NULL)
		return;
	path = dx_docs_resolve(d, d->folder, name);
	if ((path != NULL && dx_docs_exists(d, path)) || dx_docs_named(d, name) || each_is_there(d, name))
		return;
	dx_docs_find(d, DX_DOCS_DANGLING, DX_R_DOC_DANGLING, line, name, "the document %s is named, and is not there", name);
}

static void
named_documents(struct dx_docs *d, const struct dx_prose_part *part)
{
	unsigned line = part->line;

	for (size_t i = 0, from = 0; i <= part->n; i++) {
		if (i < part->n && (unsigned char)part->s[i] > ' ')
			continue;
		word(d, part->s + from, i - from, line);
		from = i + 1;
		line += i < part->n && part->s[i] == '\n';
	}
}

/* --- definitions --- */

/* "[text][label]" means something when it is defined; written so without a definition it is a slip when the text is words or the label a
 * number, and may be anything else otherwise. */
static bool
is_slip(const struct dx_prose_part *before, const struct dx_plain *label)
{
	bool number = label->text.len > 0 && strspn(label->text.data, "0123456789") == label->text.len;
	const char *open, *text;
	size_t n;

	if (before == NULL || before->kind != DX_PROSE_TEXT || (open = memrchr(before->s, '[', before->n)) == NULL)
		return false;
	text = open + 1;
	n = before->n - (size_t)(text - before->s);
	if (open > before->s && strchr(" \t\n(", open[-1]) == NULL)
		return false;
	return n >= 2 && label->text.len > 0 && (number || memchr(text, ' ', n) != NULL);
}

static void
reference(struct dx_docs *d, const struct dx_names *labels, const struct dx_prose_part *part, const struct dx_prose_part *before)
{
	struct dx_plain label = { 0 };

	dx_plain_add(&label, part->s, part->n, 1);
	dx_buf_add(&label.text, "", 0);
	if (dx_names_find(labels, label.text.data) == labels->count && is_slip(before, &label))
		dx_docs_find(d, DX_DOCS_DANGLING, DX_R_DOC_DANGLING, part->line, dx_arena_dup(&d->scratch, part->s, part->n),
		    "nothing defines the reference [%.*s]", (int)(part->n < 200 ? part->n : 200), part->s);
	dx_plain_release(&label);
}

static void
learn_labels(struct dx_docs *d, struct dx_names *labels)
{
	struct dx_plain label = { 0 };

	for (size_t i = 0; i < d->prose.labels; i++) {
		dx_plain_reset(&label);
		dx_plain_add(&label, d->prose.label[i].s, d->prose.label[i].n, 1);
		dx_buf_add(&label.text, "", 0);
		(void)dx_names_number(labels, &d->scratch, label.text.data);
	}
	dx_plain_release(&label);
}

/* --- governance --- */

static bool
is_governance(const char *path)
{
	const char *slash;

	for (; (slash = strchr(path, '/')) != NULL; path = slash + 1)
		if (slash - path == 10 && strncasecmp(path, "governance", 10) == 0)
			return true;
	return false;
}

void
dx_docs_links(struct dx_docs *d)
{
	struct dx_names labels = { 0 };
	bool has_parent = false;

	learn_labels(d, &labels);
	for (size_t b = 0; b < d->prose.blocks; b++) {
		const struct dx_prose_block *block = &d->prose.block[b];
		for (size_t i = block->first; i < block->first + block->count; i++) {
			const struct dx_prose_part *part = &d->prose.part[i];
			if (part->kind == DX_PROSE_LINK) {
				const char *path = follow(d, part);
				has_parent = has_parent || (path != NULL && d->charter != NULL && strcmp(path, d->charter) == 0);
			} else if (part->kind == DX_PROSE_REF)
				reference(d, &labels, part, i > block->first ? part - 1 : NULL);
			else if (part->kind == DX_PROSE_TEXT)
				named_documents(d, part);
		}
	}
	dx_names_release(&labels);
	if (!is_governance(d->path) || has_parent || (d->charter != NULL && strcmp(d->path, d->charter) == 0))
		return;
	if (d->charter == NULL)
		dx_docs_find(d, DX_DOCS_DANGLING, DX_R_DOC_NO_PARENT, 1, NULL, "a governance document, and there is no charter for it to link to");
	else
		dx_docs_find(d, DX_DOCS_DANGLING, DX_R_DOC_NO_PARENT, 1, d->charter, "a governance document without a link to %s", d->charter);
}
