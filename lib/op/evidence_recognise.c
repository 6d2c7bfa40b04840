/* What an artifact is, from itself (evidence page 2.4): a document of ours by its schema, else its media by its first bytes, then
 * the contract whose members are all there. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "op/evidence_inner.h"

#define LOOK_BYTES	4096u
#define COBERTURA_KIND	"coverage_xml"	/* recognised by its root element (2.7) */

/* An artifact whose kind has been recognised; doc is what it was read as, if it was. */
static int
judge_as(struct dx_evidence *e, const char *kind, const struct dx_artifact *f, int fd, int64_t start, const struct dx_doc *doc,
    struct dx_evidence_answer *out, struct dx_err *err)
{
	struct dx_contract_input in[DX_CONTRACT_INPUTS];
	struct dx_kind *k;
	size_t at;

	if (dx_kinds_get(&e->kinds, kind, &k, err) != 0 || dx_evidence_params(e, k, err) != 0 ||
	    (f->role != NULL && dx_kind_check_role(k, f->role, f->path, err) != 0))
		return -1;
	dx_evidence_no_inputs(in);
	at = dx_kind_file(k);
	if (doc != NULL && k->contract->inputs[at].media == doc->media)
		in[at] = (struct dx_contract_input){ .state = DX_INPUT_READ, .path = f->path, .doc = *doc };
	else if (lseek(fd, start, SEEK_SET) < 0)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "cannot be read again");
	else if (dx_artifact_read(f, fd, k->contract->inputs[at].media, e->tree, &e->arena, &in[at], err) != 0)
		return -1;
	return dx_evidence_judge(e, k, in, out, err);
}

static int
vouch_own(struct dx_evidence *e, const struct dx_artifact *f, const struct dx_doc *doc, struct dx_evidence_answer *out, struct dx_err *err)
{
	if (dx_evidence_vouch_own(e, f, doc, &e->arena, &out->report, err) != 0)
		return -1;
	if (!dx_json_is(dx_json_get(&out->report, "ok"), DX_JSON_TRUE))
		out->exit = dx_exit_worse(out->exit, DX_EXIT_NO);
	return 0;
}

static int
recognise_json(struct dx_evidence *e, const struct dx_artifact *f, int fd, int64_t start, struct dx_evidence_answer *out,
    struct dx_err *err)
{
	const char *found[4], *schema, *output;
	struct dx_doc doc;
	size_t n;
	int rc;

	if (dx_read_fd(DX_MEDIA_JSON, fd, dx_artifact_name(f), e->tree, &e->arena, &doc, err) != 0)
		return -1;
	schema = dx_json_get_str(&doc.root, "schema");
	if ((output = dx_contract_output(schema)) != NULL) {
		rc = judge_as(e, output, f, fd, start, &doc, out, err);
		if (rc == 0 && !e->opt->kept)
			dx_evidence_output(f, &doc, &e->arena, out);
		return rc;
	}
	if (schema != NULL && dx_starts(schema, "dealix.")) {
		if (lseek(fd, start, SEEK_SET) < 0)
			return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "cannot be read again");
		rc = dx_own_verify(f, fd, &doc, &e->arena, out, err);
		if (rc > 0 && e->vouch != NULL && vouch_own(e, f, &doc, out, err) != 0)
			return -1;
		if (rc != 0)
			return rc < 0 || e->opt->param_count + e->given.count == 0 ? rc > 0 ? 0 : -1 :
			    dx_err_set(err, DX_R_PARAM_INVALID, "%s takes no parameters", schema);
	}
	n = dx_contract_recognise(&doc.root, found, sizeof(found) / sizeof(found[0]));
	if (n == 0 && schema != NULL && schema[0] != '\0')
		return dx_err_set(err, DX_R_EVIDENCE_KIND_UNKNOWN, "nothing here verifies a document of schema \"%s\"", schema);
	if (n == 0)
		return dx_err_set(err, DX_R_EVIDENCE_KIND_UNKNOWN, "no contract recognises this document; say -k KIND");
	if (n > 1)
		return dx_err_set(err, DX_R_EVIDENCE_KIND_AMBIGUOUS, "both %s and %s recognise this document; say -k KIND", found[0], found[1]);
	return judge_as(e, found[0], f, fd, start, &doc, out, err);
}

static int
recognise(struct dx_evidence *e, const struct dx_artifact *f, int fd, int64_t start, struct dx_evidence_answer *out,
    struct dx_err *err)
{
	static const char *const what[] = { [DX_LOOK_UNKNOWN] = "neither JSON, XML, TAP nor an archive",
	    [DX_LOOK_JUNIT] = "a JUnit report", [DX_LOOK_TAP] = "a TAP stream", [DX_LOOK_ZIP] = "an archive" };
	char head[LOOK_BYTES];
	enum dx_look look;
	ssize_t got;

	do
		got = pread(fd, head, sizeof(head), (off_t)start);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "cannot read");
	if (got == 0)
		return dx_err_set(err, DX_R_INPUT_EMPTY, "nothing in it");
	look = dx_read_look(head, (size_t)got);
	if (look == DX_LOOK_JSON)
		return recognise_json(e, f, fd, start, out, err);
	if (look == DX_LOOK_COBERTURA)
		return judge_as(e, COBERTURA_KIND, f, fd, start, NULL, out, err);
	if (look == DX_LOOK_ZIP)
		return dx_err_set(err, DX_R_EVIDENCE_KIND_UNKNOWN, "an archive: dealix-verify pack --trust KEY checks evidence packs");
	return dx_err_set(err, DX_R_EVIDENCE_KIND_UNKNOWN, "%s, which no contract recognises; say -k KIND", what[look]);
}

int
dx_evidence_recognise(struct dx_evidence *e, const struct dx_artifact *f, struct dx_evidence_answer *out, struct dx_err *err)
{
	struct dx_buf why = { 0 };
	int64_t start;
	int fd, first, rc = -1;

	switch (dx_artifact_open(f, &fd, &why, err)) {
	case DX_OPENED:
		first = fd;
		if (dx_artifact_again(f, &fd, &start, err) == 0) {
			rc = recognise(e, f, fd, start, out, err);
			if (fd != first)
				close(fd);
		}
		dx_artifact_close(f, first);
		break;
	case DX_OPENED_MISSING:
		(void)dx_err_set(err, DX_R_JSON_MISSING, "%s", why.data);
		break;
	case DX_OPENED_NOT:
		break;
	}
	dx_buf_release(&why);
	return rc == 0 ? 0 : dx_err_in(err, "%s", dx_artifact_name(f));
}
