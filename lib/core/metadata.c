/* The limits of request metadata (decisions page 3.1, D04). */
#include "base/err.h"
#include "core/request_inner.h"

struct step { const char *name; uint32_t index; };	/* name NULL: an item */

struct walk {
	size_t		 bound;		/* the canonical form is not longer than this */
	unsigned	 depth;
	struct step	 path[DX_METADATA_DEPTH + 1];
};

static enum dx_reason
visit(struct walk *w, const struct dx_json *v)
{
	enum dx_reason why = DX_OK;
	char canon[32];

	w->bound += 32;				/* a number, a word, or brackets, with a comma and a colon */
	if (v->type == DX_JSON_STRING)
		w->bound += (size_t)v->count * 6;	/* \u00xx */
	if (v->type == DX_JSON_NUMBER && !dx_json_number(v->u.text, v->count, canon))
		return DX_R_NUMBER_NOT_EXACT;
	if (v->type != DX_JSON_ARRAY && v->type != DX_JSON_OBJECT)
		return DX_OK;
	if (++w->depth > DX_METADATA_DEPTH)
		return DX_R_METADATA_TOO_DEEP;
	for (uint32_t i = 0; i < v->count && why == DX_OK; i++) {
		const struct dx_member *m = v->type == DX_JSON_OBJECT ? &v->u.members[i] : NULL;

		w->path[w->depth] = (struct step){ m != NULL ? m->name : NULL, i };
		if (m != NULL)
			w->bound += (size_t)m->name_len * 6;
		why = visit(w, m != NULL ? &m->value : &v->u.items[i]);
	}
	if (why == DX_OK)
		w->depth--;
	return why;
}

static int
refuse(const struct walk *w, enum dx_reason why, const char *at, struct dx_err *err)
{
	struct dx_buf b = { 0 };
	unsigned last = why == DX_R_METADATA_TOO_DEEP ? w->depth - 1 : w->depth;

	dx_buf_puts(&b, at);
	for (unsigned i = 1; i <= last; i++)
		if (w->path[i].name != NULL)
			dx_pointer_name(&b, w->path[i].name);
		else
			dx_pointer_index(&b, w->path[i].index);
	if (why == DX_R_METADATA_TOO_DEEP)
		dx_err_set_at(err, why, b.data, "%s is deeper than %d levels", at + 1, DX_METADATA_DEPTH);
	else
		dx_err_set_at(err, why, b.data, "a number is neither an integer up to 2^53-1 nor a decimal of at most "
		    "15 digits");
	dx_buf_release(&b);
	return -1;
}

int
dx_metadata_check(const struct dx_json *metadata, const char *at, struct dx_err *err)
{
	struct walk w = { 0 };
	struct dx_buf canon = { .max = DX_METADATA_MAX };
	enum dx_reason why = visit(&w, metadata);
	bool over;

	if (why != DX_OK)
		return refuse(&w, why, at, err);
	if (w.bound <= DX_METADATA_MAX)
		return 0;
	dx_json_canon(metadata, &canon);
	over = canon.over;
	dx_buf_release(&canon);
	return over ? dx_err_set_at(err, DX_R_METADATA_TOO_LARGE, at, "%s has more than %d bytes",
	    at + 1, DX_METADATA_MAX) : 0;
}
