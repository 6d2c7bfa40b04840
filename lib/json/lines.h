/* lines: documents from a descriptor, one, or one a line (spec README 3, "One document or many"): the input is a batch iff
 * its first document ends on its first line and something other than blanks follows. */
#ifndef DX_JSON_LINES_H
#define DX_JSON_LINES_H

#include "base/buf.h"
#include "json/json.h"

struct dx_err;

struct dx_lines {
	int		 fd;		/* borrowed */
	const char	*name;		/* "stdin" or the file, for errors */
	size_t		 max;		/* bytes of one document; more is json_too_large */
	unsigned	 how;		/* DX_JSON_OURS or DX_JSON_FOREIGN */
	struct dx_arena	*keep;		/* NULL, or where the documents of a batch and their texts are put, to live as
					 * long as it does */
	/* of the current document: */
	struct dx_json	 doc;		/* borrowed until the next call */
	const char	*text;		/* its text from the start of its line, for dx_json_position; borrowed until the
					 * next call */
	size_t		 text_len;
	unsigned	 number;	/* line on which it starts, from 1; blank lines count.  The line of a place in
					 * the text is number - 1 + what dx_json_position says. */
	bool		 batch;		/* known after the first call */
	/* private: */
	struct dx_buf	 in;
	size_t		 at;
	bool		 eof;
	bool		 started;
	struct dx_arena	 arena;
};

void	dx_lines_init(struct dx_lines *l, int fd, const char *name, size_t max, unsigned how);
/* 1: a document.  0: the end.  -1: this document is refused (err; in a batch the next call goes on with the next line,
 * except after file_unreadable).  An input without a document: -1 with input_empty, then 0.  A line longer than max is
 * refused and skipped to its end.  The error's text starts with "line N: " in a batch; it names the input only when that
 * cannot be read.  The first call waits until something follows the first line, or the end: nothing less tells a batch
 * from one document.  A first line that is not well-formed ends its document iff it starts with { or [ and its
 * brackets and quotes balance; so a file that is no JSON at all is refused once, not line by line. */
int	dx_lines_next(struct dx_lines *l, struct dx_err *err);
/* Whether the next call would have to wait for input: no whole line is buffered and the descriptor has nothing to read
 * now.  A batch commits what it has then. */
bool	dx_lines_would_wait(const struct dx_lines *l);
void	dx_lines_release(struct dx_lines *l);

#endif
