/* What a quick verification has to keep in mind: few things, looked up by a text.  A tree of libc's tsearch. */
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "base/mem.h"
#include "store/sqlite_verify.h"

static int
by_key(const void *a, const void *b)
{
	return strcmp(((const struct dx_note *)a)->key, ((const struct dx_note *)b)->key);
}

struct dx_note *
dx_note_find(const struct dx_notes *n, const char *key)
{
	union { const char *in; char *key; } k = { .in = key };		/* only looked at */
	struct dx_note want = { .key = k.key };
	void *at = n->root == NULL ? NULL : tfind(&want, &n->root, by_key);

	return at == NULL ? NULL : *(struct dx_note **)at;
}

static char *
copy(const char *s)
{
	return s != NULL ? dx_strdup(s) : NULL;
}

struct dx_note *
dx_note_put(struct dx_notes *n, const char *key, const char *word, const char *stamp, int64_t a, int64_t b)
{
	struct dx_note *new;

	if (n->count == DX_VERIFY_NOTES)
		return NULL;
	new = dx_alloc(sizeof(*new));
	*new = (struct dx_note){ copy(key), copy(word), copy(stamp), a, b, false };
	if (tsearch(new, &n->root, by_key) == NULL)
		DX_BUG("no memory for a note");
	n->count++;
	return new;
}

static void
note_free(void *note)
{
	struct dx_note *n = note;

	free(n->key);
	free(n->word);
	free(n->stamp);
	free(n);
}

void
dx_note_drop(struct dx_notes *n, struct dx_note *note)
{
	(void)tdelete(note, &n->root, by_key);
	note_free(note);
	n->count--;
}

void
dx_notes_release(struct dx_notes *n)
{
	tdestroy(n->root, note_free);
	n->root = NULL;
	n->count = 0;
}
