#include "core/hash.h"

#include "base/err.h"

void
dx_hash_json(const struct dx_json *v, struct dx_sha256 *out)
{
	struct dx_buf b = { 0 };

	dx_json_canon(v, &b);
	dx_sha256(b.data, b.len, out);
	dx_buf_release(&b);
}

void
dx_hash_json_hex(const struct dx_json *v, char out[static DX_SHA256_HEX])
{
	struct dx_sha256 d;

	dx_hash_json(v, &d);
	dx_sha256_hex(&d, out);
}

void
dx_hash_seal(struct dx_arena *a, const struct dx_json *tree, struct dx_sealed *out)
{
	struct dx_sha256 d;
	struct dx_buf b = { 0 };
	char *text;

	dx_json_canon(tree, &b);
	dx_sha256(b.data, b.len, &d);
	dx_sha256_hex(&d, out->sha256);
	out->canon_len = b.len;
	out->canon = dx_arena_dup(a, b.data, b.len);
	text = dx_arena_dup(a, b.data, b.len);	/* the parser writes to what it reads */
	dx_buf_release(&b);
	if (dx_json_parse(a, text, out->canon_len, DX_JSON_OURS, &out->doc, NULL) != 0)
		DX_BUG("canonical bytes that cannot be read");
}
