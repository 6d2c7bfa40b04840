/* xml: a document as its elements, from a descriptor in blocks; never whole in memory, and nothing in it can make the reader grow
 * beyond bounds: no document type and so no entity, at most 64 levels, tags of at most 1 MiB, few different names. */
#ifndef DX_READ_XML_H
#define DX_READ_XML_H

#include "read/inner.h"
#include "read/library.h"
#include "read/names.h"

#define DX_XML_DEPTH	64
#define DX_XML_TAG	((size_t)1 << 20)	/* bytes of a tag, a comment, a processing instruction */
#define DX_XML_NAMES	4096			/* different names that the reader of the media does not know */
#define DX_XML_NAME	1024			/* bytes of one of those */

struct dx_xml {
	struct dx_reading	*r;
	const struct dx_expat	*expat;
	XML_Parser		 parser;
	/* What the media makes of an element: a number that its other handlers see in `stack`; atts as of expat.  0: unknown. */
	uint8_t		(*start)(struct dx_xml *x, const char *name, const char **atts);
	void		(*end)(struct dx_xml *x, uint8_t element);	/* NULL: nothing */
	/* NULL, or the media's own way over elements that are many and simple.  Asked where the document stands behind what
	 * dx_xml_here marked, in content.  Takes from `at` white space and whole empty elements, in ASCII, that leave no trace but
	 * what the media notes, and returns how many bytes; *more: what follows may go on behind `end`. */
	size_t		(*lane)(struct dx_xml *x, const char *at, const char *end, bool *more);
	const char	*const *marks;		/* texts that dx_xml_here is likely to be called behind; NULL-terminated */
	uint8_t			 stack[DX_XML_DEPTH];
	unsigned		 depth;		/* elements open; in start, without the new one */
	bool			 stopped;	/* a fault was seen: no handler does more */
	struct dx_names		 foreign;
	/* private: */
	uint64_t		 fed;		/* bytes that expat got */
	uint64_t		 here;		/* how many of them there were behind the last mark */
	bool			 open;		/* the lane is */
	unsigned		 lines;		/* line ends that expat did not get */
	unsigned		 line;		/* of expat, on which it last missed something */
	long			 shift;		/* of the columns on that line */
};

/* Reads r to its end.  A fault: -1, the rest of the file read for its digest. */
int	dx_xml_read(struct dx_xml *x);
void	dx_xml_release(struct dx_xml *x);
/* A fault at the element being read.  dx_xml_read will fail with it. */
void	dx_xml_fail(struct dx_xml *x, enum dx_reason reason, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
struct dx_spot_place	dx_xml_place(struct dx_xml *x);
/* In a handler: behind the event the lane may go on. */
void	dx_xml_here(struct dx_xml *x);
/* A name that the media does not know: elements for which start returns 0 are counted by dx_xml_read itself. */
void	dx_xml_foreign(struct dx_xml *x, const char *name);
/* Values of the attributes `names` (NULL-terminated) into values, NULL where absent; others are foreign. */
void	dx_xml_attributes(struct dx_xml *x, const char **atts, const char *const *names, const char *values[]);
/* Decimal digits alone; saturates at UINT64_MAX.  False: something else, or nothing. */
bool	dx_xml_count(const char *s, uint64_t *out);

#endif
