/* Words of git facts: quoted paths, globs, lists that are shown. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "facts/git_inner.h"

void
dx_git_quote(const char *path, struct dx_buf *out)
{
	static const char letters[] = "abtnvfr";	/* 7 to 13 */
	const unsigned char *p;
	bool plain = true;

	for (p = (const unsigned char *)path; *p != '\0'; p++)
		plain = plain && *p >= 0x20 && *p < 0x7F && *p != '"' && *p != '\\';
	if (plain) {
		dx_buf_puts(out, path);
		return;
	}
	dx_buf_putc(out, '"');
	for (p = (const unsigned char *)path; *p != '\0'; p++)
		if (*p == '"' || *p == '\\')
			dx_buf_printf(out, "\\%c", *p);
		else if (*p >= 7 && *p <= 13)
			dx_buf_printf(out, "\\%c", letters[*p - 7]);
		else if (*p < 0x20 || *p >= 0x7F)
			dx_buf_printf(out, "\\%03o", *p);
		else
			dx_buf_putc(out, (char)*p);
	dx_buf_putc(out, '"');
}

const char *
dx_git_quoted(struct dx_arena *a, const char *path)
{
	struct dx_buf b = { 0 };
	const char *s;

	dx_git_quote(path, &b);
	s = dx_arena_dup(a, b.data, b.len);
	dx_buf_release(&b);
	return s;
}

bool
dx_git_glob_any(const struct dx_git_words *globs, const char *path)
{
	for (size_t i = 0; i < globs->count; i++)
		if (dx_glob_path(globs->item[i], path))
			return true;
	return false;
}

struct dx_git_list
dx_git_list_new(struct dx_arena *a)
{
	return (struct dx_git_list){ .arena = a, .shown = dx_json_array() };
}

void
dx_git_list_add(struct dx_git_list *l, const char *path)
{
	if (l->count++ < DX_GIT_SHOWN)
		dx_json_push(l->arena, &l->shown, dx_json_text(dx_git_quoted(l->arena, path)));
}

void
dx_git_list_put(struct dx_git_list *l, struct dx_json *observed)
{
	dx_json_put(l->arena, observed, "count", dx_json_int(l->arena, (int64_t)l->count));
	dx_json_put(l->arena, observed, "paths", l->shown);
}

const char *
dx_git_list_words(struct dx_git_list *l)
{
	size_t named = l->count < 3 ? l->count : 3;
	struct dx_buf b = { 0 };
	const char *s;

	for (size_t i = 0; i < named; i++)
		dx_buf_printf(&b, "%s%s", i == 0 ? "" : ", ", dx_json_str(&l->shown.u.items[i]));
	if (l->count > named)
		dx_buf_printf(&b, " and %zu more", l->count - named);
	s = dx_arena_dup(l->arena, b.len > 0 ? b.data : "", b.len);
	dx_buf_release(&b);
	return s;
}
