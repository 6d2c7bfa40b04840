/* Reason codes that no call of a tool can be made to give, because something else stops it before. */
#include "base/err.h"
#include "core/entry.h"
#include "tap.h"

static void
test_large_entry(void)
{
	struct dx_arena a = { 0 };
	struct dx_buf bytes = { 0 };
	struct dx_err err = { 0 };
	struct dx_sha256 leaf;
	char *text = dx_arena_alloc(&a, DX_ENTRY_MAX);
	struct dx_json doc;

	/* Two quotes: the canonical form is exactly as long as an entry may be, then a byte longer. */
	memset(text, 'x', DX_ENTRY_MAX);
	text[DX_ENTRY_MAX - 2] = '\0';
	doc = dx_json_text(text);
	ok(dx_entry_seal(&doc, &bytes, &leaf, &err) == 0, "an entry of the largest size is sealed");
	text[DX_ENTRY_MAX - 2] = 'x';
	text[DX_ENTRY_MAX - 1] = '\0';
	doc = dx_json_text(text);
	ok(dx_entry_seal(&doc, &bytes, &leaf, &err) == -1, "a larger one is not");
	is_int((intmax_t)err.reason, (intmax_t)DX_R_ENTRY_TOO_LARGE, "entry_too_large");
	dx_buf_release(&bytes);
	dx_arena_release(&a);
}

int
main(void)
{
	test_large_entry();
	return done();
}
