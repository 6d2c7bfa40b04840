#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/time.h"
#include "core/entry.h"
#include "op/evidence_inner.h"
#include "op/pack_verify.h"
#include "pack/pack.h"
#include "read/read.h"

struct checking {
	struct dx_arena	*a;
	struct dx_json	 not_rerun;	/* list of kinds */
};

/* --- contracts run again --- */

/* Whether a verdict rests on files beside the artifact. */
static bool
looks_around(const struct dx_contract *c)
{
	const struct dx_json *rules = dx_json_get(&c->document, "rules");

	if (c->include_count > 0)
		return true;	/* what is included may */
	for (size_t i = 0; i < c->input_count; i++)
		if (c->inputs[i].media == DX_MEDIA_SCAN || c->inputs[i].media == DX_MEDIA_COBERTURA)
			return true;
	for (uint32_t i = 0; rules != NULL && i < rules->count; i++)
		if (dx_json_get(&rules->u.items[i], "file") != NULL || dx_json_get(&rules->u.items[i], "contains") != NULL)
			return true;
	return false;
}

static void
leave(struct checking *k, const char *kind)
{
	for (uint32_t i = 0; i < k->not_rerun.count; i++)
		if (strcmp(dx_json_str(&k->not_rerun.u.items[i]), kind) == 0)
			return;
	dx_json_push(k->a, &k->not_rerun, dx_json_string(k->a, kind));
}

/* The input of a role as the report has it. */
static const struct dx_json *
input_of(const struct dx_json *report, const char *role)
{
	const struct dx_json *inputs = dx_json_get(report, "inputs");

	for (uint32_t i = 0; inputs != NULL && i < inputs->count; i++) {
		const char *name = dx_json_get_str(&inputs->u.items[i], "role");
		if (name != NULL && strcmp(name, role) == 0)
			return &inputs->u.items[i];
	}
	return NULL;
}

static int
read_input(struct dx_pack_view *v, const struct dx_json *described, enum dx_media media, struct dx_tree *tree, struct dx_arena *a,
    struct dx_contract_input *out, struct dx_err *err)
{
	const char *sha256 = dx_json_get_str(described, "sha256"), *path = dx_json_get_str(described, "path");
	struct dx_buf bytes = { 0 };
	int rc;

	*out = (struct dx_contract_input){ .state = DX_INPUT_NOT_GIVEN };
	if (described == NULL)
		return 0;
	out->path = path;
	if (sha256 == NULL) {
		out->state = DX_INPUT_MISSING;
		return 0;
	}
	rc = dx_pack_file(v, sha256, DX_READ_MAX_XML, DX_R_MEDIA_TOO_LARGE, &bytes, err);
	if (rc == 0) {
		out->state = DX_INPUT_READ;
		if (dx_read_bytes(media, bytes.data != NULL ? bytes.data : "", bytes.len, path != NULL ? path : sha256, tree, a, &out->doc,
		    &out->why) != 0)
			out->state = DX_INPUT_REFUSED;
	}
	dx_buf_release(&bytes);
	return rc;
}

static int
judge(struct dx_pack_view *v, const struct dx_json *report, struct dx_contract *contract, struct dx_arena *a, const char **verdict,
    struct dx_err *err)
{
	struct dx_json files = dx_json_object(), params, again;
	struct dx_kind kind = { .name = NULL, .contract = contract };
	struct dx_kinds kinds = { 0 };
	struct dx_contract_input in[DX_CONTRACT_INPUTS] = { 0 };
	const char *level = dx_json_get_str(report, "level"), *now = dx_json_get_str(report, "now");
	struct dx_judging j = { .kinds = &kinds, .kind = &kind, .params = &params, .inputs = in, .tree = dx_tree_of(&files) };
	int rc;

	j.level = level != NULL && strcmp(level, "base") == 0 ? DX_LEVEL_BASE : DX_LEVEL_STRICT;
	rc = now == NULL ? dx_err_set(err, DX_R_PACK_MEMBER, "a report has no time") : dx_time_parse(now, &j.now, err);
	kinds.now = j.now;
	if (rc == 0)
		rc = dx_contract_params(contract, dx_json_get(report, "params"), a, &params, err);
	for (size_t i = 0; rc == 0 && i < contract->input_count; i++)
		if (dx_kind_is_file(contract->inputs[i].media))
			rc = read_input(v, input_of(report, contract->inputs[i].role), contract->inputs[i].media, j.tree, a, &in[i], err);
	if (rc == 0 && contract->uses_jq)
		rc = dx_evidence_jq_new(contract, j.now, &kind.jq, err);
	if (rc == 0)
		rc = dx_kind_judge(&j, a, &again, err);
	if (rc == 0)
		*verdict = dx_json_get_str(&again, "verdict");
	dx_evidence_jq_free(kind.jq);
	dx_kinds_release(&kinds);
	dx_tree_free(j.tree);
	return rc;
}

static int
rerun(void *ctx, struct dx_pack_view *v, const struct dx_json *report, const struct dx_json *contract, struct dx_arena *a,
    const char **verdict, struct dx_err *err)
{
	struct checking *k = ctx;
	struct dx_contract *c = NULL;
	struct dx_buf text = { 0 };
	int rc;

	dx_json_canon(contract, &text);
	rc = dx_contract_parse(text.data, text.len, &c, err);
	dx_buf_release(&text);
	if (rc != 0)
		return -1;
	if (looks_around(c)) {
		leave(k, c->kind);
		*verdict = dx_json_get_str(report, "verdict");
	} else
		rc = judge(v, report, c, a, verdict, err);
	dx_contract_free(c);
	return rc;
}

/* --- the slice of the ledger --- */

struct slice { int64_t seq; struct dx_sha256 leaf; char recorded_at[DX_TIME_TEXT]; };

static const char *
text_of(const struct dx_json *o, const char *name)
{
	const char *s = dx_json_get_str(o, name);

	return s != NULL ? s : "";
}

/* One entry: canonical, of the right form, behind the one before it, and linked to it where it is the next. */
static void
check_entry(struct checking *k, struct dx_pack_view *v, const char *line, size_t len, struct slice *last)
{
	struct dx_json entry;
	struct dx_err err = { 0 };
	struct dx_buf canon = { 0 };
	struct dx_sha256 leaf;
	char prev[DX_SHA256_HEX];
	int64_t seq = -1;

	if (dx_json_parse(k->a, dx_arena_dup(k->a, line, len), len, DX_JSON_OURS, &entry, &err) != 0 || dx_entry_check(&entry, &err) != 0) {
		dx_pack_found(v, err.reason == DX_R_ENTRY_SCHEMA ? DX_R_ENTRY_SCHEMA : DX_R_ENTRY_NOT_CANONICAL, DX_PACK_LEDGER, "%s", err.text);
		return;
	}
	dx_json_canon(&entry, &canon);
	if (canon.len != len || memcmp(canon.data, line, len) != 0)
		dx_pack_found(v, DX_R_ENTRY_NOT_CANONICAL, DX_PACK_LEDGER, "an entry is not in canonical form");
	dx_buf_release(&canon);
	(void)dx_json_int64(dx_json_get(&entry, "seq"), &seq);
	dx_sha256_tagged(0, line, len, &leaf);
	dx_sha256_hex(&last->leaf, prev);
	if (seq <= last->seq)
		dx_pack_found(v, DX_R_SEQ_ORDER, DX_PACK_LEDGER, "entry %lld stands behind entry %lld", (long long)seq, (long long)last->seq);
	else if (last->seq >= 0 && seq == last->seq + 1 && strcmp(text_of(&entry, "prev"), prev) != 0)
		dx_pack_found(v, DX_R_CHAIN_BROKEN, DX_PACK_LEDGER, "entry %lld does not name the hash of the entry before it", (long long)seq);
	if (strcmp(text_of(&entry, "recorded_at"), last->recorded_at) < 0)
		dx_pack_found(v, DX_R_RECORDED_AT_REGRESSION, DX_PACK_LEDGER, "entry %lld is older than the one before it", (long long)seq);
	last->seq = seq;
	last->leaf = leaf;
	memcpy(last->recorded_at, text_of(&entry, "recorded_at"), sizeof(last->recorded_at) - 1);
}

static int
check_slice(void *ctx, struct dx_pack_view *v, const struct dx_pack_slice *s, bool *proved, struct dx_err *err)
{
	struct slice last = { .seq = -1, .recorded_at = "" };
	const char *at = s->entries, *end = s->entries + s->entries_len, *lf;

	(void)err;
	*proved = false;
	for (; at < end; at = lf + 1) {
		lf = memchr(at, '\n', (size_t)(end - at));
		if (lf == NULL) {
			dx_pack_found(v, DX_R_ENTRY_NOT_CANONICAL, DX_PACK_LEDGER, "the last line has no end");
			break;
		}
		check_entry(ctx, v, at, (size_t)(lf - at), &last);
	}
	if (s->checkpoint != NULL)
		dx_pack_found(v, DX_R_PACK_MEMBER, DX_PACK_CHECKPOINT, "checkpoints cannot be checked by this version");
	return 0;
}

int
dx_op_pack_verify(const char *file, const struct dx_keys *keys, size_t threshold, struct dx_arena *a, struct dx_json *report, bool *valid,
    struct dx_err *err)
{
	struct checking k = { a, dx_json_array() };
	struct dx_pack_trust trust = { keys, threshold };
	struct dx_pack_hooks hooks = { &k, rerun, check_slice };
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), rc;

	if (fd < 0)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s", file);
	rc = dx_pack_verify(fd, file, &trust, &hooks, a, report, valid, err);
	close(fd);
	if (rc == 0 && k.not_rerun.count > 0)
		dx_json_put(a, report, "not_rerun", k.not_rerun);
	return rc;
}
