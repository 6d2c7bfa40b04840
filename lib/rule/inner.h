/* inner: what the files of rule share.  Nobody else includes it. */
#ifndef DX_RULE_INNER_H
#define DX_RULE_INNER_H

#include <stdint.h>
#include <sys/types.h>
#include "base/mem.h"
#include "rule/expr.h"
#include "rule/token.h"

/* --- prefix --- */

/* The name of a refused builtin, or NULL. */
const char	*dx_prefix_refused(const struct dx_token *t);
/* The beginning of the line before n programs: definitions that make refused builtins fail to compile, and an `error` that
 * is never silent. */
void	dx_prefix_put(const struct dx_expr_program *p, size_t n, struct dx_buf *out);

/* --- source --- */

/* Programs are joined, because jq 1.6 spends 15 ms on its builtins in every compile; but only up to this many bytes, because
 * it then visits every instruction some thousand times, which takes several times longer once they leave the cache. */
#define DX_PART_BYTES	((size_t)24 << 10)

struct dx_part {
	size_t		 first, count;	/* programs */
	const char	*text;		/* one jq program */
};

struct dx_source {
	size_t		 count, part_count;
	size_t		 bytes;		/* of all programs */
	struct dx_expr_program	*program;
	unsigned	*before;	/* [i]: lines of its part before the first line of program i */
	struct dx_part	*part;
	struct dx_arena	 arena;		/* owns all of it */
};

int	dx_source_new(const struct dx_expr_program *programs, size_t n, struct dx_source **out, struct dx_err *err);
void	dx_source_free(struct dx_source *s);
/* The text of a part; before has an element for each program.  Its input is [document, request, context, rules, i], i counted
 * from first; it yields [output] for each output of program i, and {e: error} when that raised one. */
void	dx_source_join(const struct dx_source *s, size_t first, size_t count, unsigned *before, struct dx_buf *out);

/* --- bounds (rules page 2) --- */

#define DX_RUN_BYTES	((size_t)1 << 30)	/* of one document with its variables */
#define DX_RESULT_BYTES	((size_t)1 << 20)	/* of one output */
#define DX_RESULTS_BYTES	((size_t)64 << 20)	/* of all outputs of a run */
#define DX_RESULTS_MAX	100000u
#define DX_MESSAGE_BYTES	500u
#define DX_STACK_BYTES	((size_t)64 << 20)

struct dx_budget {
	int64_t		 cpu_ms, wall_ms;
	uint64_t	 memory;	/* bytes over what the child maps when it starts */
};

struct dx_budget	dx_budget_run(uint64_t document);
struct dx_budget	dx_budget_compile(uint64_t programs);

/* --- wire: parent and child are one binary, so structs travel as they are --- */

enum { DX_WIRE_READY = 1, DX_WIRE_REFUSED, DX_WIRE_ABSENT, DX_WIRE_DONE };	/* kinds of answers */
enum { DX_WIRE_OUTPUT = 1, DX_WIRE_ERROR };			/* kinds of records */

struct dx_wire_run {		/* then `wanted` wants, their rules one after another, request, context, document */
	uint64_t	document, request, context, rules;
	uint64_t	wanted;
	int64_t		cpu_us;			/* it may take no more than this, if that is less than by its size */
};
struct dx_wire_want { uint64_t program, rules; };
struct dx_wire_answer {		/* then `bytes`: records (done), or a text (refused, absent) */
	uint32_t	kind, last;		/* last: the child ends itself behind this answer */
	uint64_t	count;			/* of records */
	uint64_t	program, line;		/* refused: which; line 0: unknown */
	uint64_t	builtin;		/* refused: for a builtin */
	int64_t		cpu_us;			/* done: what the run took */
	uint64_t	bytes;
};
struct dx_wire_record { uint32_t program, kind, len; };	/* then len bytes and a NUL */

/* Calls of the parent, which never wait past the deadline (dx_clock_mono_ms). */
enum dx_wire { DX_WIRE_OK, DX_WIRE_LOST, DX_WIRE_LATE };
enum dx_wire	dx_wire_send(int fd, const void *bytes, size_t n, int64_t deadline);
enum dx_wire	dx_wire_recv(int fd, void *bytes, size_t n, int64_t deadline);
/* Calls of the child, which wait. False: the other end is gone. */
bool	dx_wire_read(int fd, void *bytes, size_t n);
bool	dx_wire_write(int fd, const void *bytes, size_t n);

/* --- child --- */

#define DX_CHILD_CHANNEL	3	/* its only descriptor */
#define DX_CHILD_MEMORY	3	/* its status when memory ran out; the same that lib/base leaves with then */
#define DX_CHILD_BROKEN	4	/* and when it met something that cannot be */

/* Never returns.  *running is 1 + the program being evaluated, 0 between. */
void	dx_child_run(const struct dx_source *s, int fd, pid_t parent, volatile uint32_t *running) __attribute__((noreturn));
/* Gives up files, environment, cores and privileges; the channel becomes DX_CHILD_CHANNEL.  Returns the bytes mapped now. */
uint64_t	dx_jail_enter(int fd, pid_t parent);
/* Starts the processor timer and sets the memory limit. */
void	dx_jail_arm(const struct dx_budget *b, uint64_t mapped);
void	dx_jail_disarm(void);

#endif
