/* What the files of structured outputs share.  Nobody else includes it. */
#ifndef DX_PACKET_OUTPUT_INNER_H
#define DX_PACKET_OUTPUT_INNER_H

#include "base/err.h"
#include "num/num.h"
#include "packet/output.h"

struct output {
	const struct dx_output_in *in;
	struct dx_arena		*a;
	struct dx_nums		*n;
	struct dx_json		 doc;		/* its own tree: members may be set */
	struct dx_err		*err;
};

/* A number, or one as text, of an object; NULL: absent, or none, which the contract reports. */
const struct dx_num	*dx_output_num(struct output *o, const struct dx_json *object, const char *name);
bool	dx_output_lacks(const struct dx_json *object, const char *name);
/* Into a member that is absent; a value of NULL leaves it so. */
void	dx_output_fill(struct output *o, struct dx_json *object, const char *name, struct dx_json value);
void	dx_output_fill_text(struct output *o, const char *name, const char *value);
void	dx_output_fill_bool(struct output *o, const char *name, bool value);
void	dx_output_fill_int(struct output *o, const char *name, int64_t value);
void	dx_output_fill_num(struct output *o, struct dx_json *object, const char *name, const struct dx_num *v, unsigned places);
/* A member of the document that may be changed; NULL: absent. */
struct dx_json	*dx_output_member(struct dx_json *object, const char *name);
void	dx_output_drop(struct dx_json *object, const char *name);

/* output_kinds.c, output_economics.c: what the kind computes.  0, or -1 with the error. */
int	dx_output_compute(struct output *o);
int	dx_output_economics(struct output *o);

#endif
