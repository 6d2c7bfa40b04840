/* pointer: JSON Pointer, RFC 6901. */
#include <string.h>

#include "json/inner.h"
#include "json/pointer.h"

void
dx_pointer_name(struct dx_buf *b, const char *name)
{
	dx_buf_putc(b, '/');
	for (;;) {
		size_t n = strcspn(name, "~/");

		dx_buf_add(b, name, n);
		if (name[n] == '\0')
			break;
		dx_buf_puts(b, name[n] == '~' ? "~0" : "~1");
		name += n + 1;
	}
}

void
dx_pointer_index(struct dx_buf *b, size_t i)
{
	dx_buf_printf(b, "/%zu", i);
}

/* Whether the token, whose escapes are valid, spells the name. */
static bool
spells(const char *token, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		char c = token[i];

		if (c == '~')
			c = token[++i] == '0' ? '~' : '/';
		if (*name++ != c)
			return false;
	}
	return *name == '\0';
}

static const struct dx_json *
member(const struct dx_json *object, const char *token, size_t n)
{
	if (memchr(token, '~', n) == NULL)
		return dx_json_get_n(object, token, n);
	for (uint32_t i = 0; i < object->count; i++) {
		if (spells(token, n, object->u.members[i].name))
			return &object->u.members[i].value;
	}
	return NULL;
}

/* 0, or digits without a leading zero. */
static const struct dx_json *
item(const struct dx_json *array, const char *token, size_t n)
{
	uint64_t at = 0;

	if (n == 0 || n > 10 || (n > 1 && token[0] == '0'))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (token[i] < '0' || token[i] > '9')
			return NULL;
		at = at * 10 + (uint64_t)(token[i] - '0');
	}
	return dx_json_item(array, (size_t)at);
}

static bool
well_formed(const char *p)
{
	if (*p != '\0' && *p != '/')
		return false;
	while ((p = strchr(p, '~')) != NULL) {
		if (p[1] != '0' && p[1] != '1')
			return false;
		p += 2;
	}
	return true;
}

const struct dx_json *
dx_pointer_find(const struct dx_json *root, const char *pointer)
{
	const struct dx_json *v = root;

	if (!well_formed(pointer))
		return NULL;
	while (*pointer != '\0' && v != NULL) {
		const char *token = pointer + 1;
		size_t n = strcspn(token, "/");

		if (dx_json_is(v, DX_JSON_OBJECT))
			v = member(v, token, n);
		else
			v = item(v, token, n);
		pointer = token + n;
	}
	return v;
}
