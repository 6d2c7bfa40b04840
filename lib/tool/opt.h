/* opt: one table of verbs and options a tool: parsing, -h, completions and the check of man pages come from it.  Knows no
 * domain, prints nothing but what it is asked for. */
#ifndef DX_TOOL_OPT_H
#define DX_TOOL_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/exit.h"

struct dx_err;

enum dx_opt_kind {
	DX_OPT_END,		/* ends a table */
	DX_OPT_FLAG,		/* bool */
	DX_OPT_TEXT,		/* const char *: NULL when not given */
	DX_OPT_LIST,		/* struct dx_list: may be given more than once */
	DX_OPT_INT,		/* int64_t: `otherwise` when not given */
	DX_OPT_CHOICE		/* int: index into choices; `otherwise` when not given */
};

struct dx_list { const char **item; size_t count; };	/* items are argv's; the array is released with dx_list_release */

struct dx_opt {
	enum dx_opt_kind	 kind;
	char			 letter;	/* 0: none */
	const char		*name;		/* long form */
	const char		*arg;		/* name of the value, "FILE"; NULL for a flag */
	size_t			 offset;	/* of the member of the verb's argument struct */
	const char		*help;		/* lower case, no period */
	int64_t			 min, max, otherwise;	/* INT, CHOICE */
	const char *const	*choices;	/* CHOICE: spellings, NULL-terminated */
};

struct dx_call;
struct dx_opt_common;
struct dx_verb {
	const char		*name;		/* "decide", "policy show"; "": what runs when the first word is no verb but an option
					 * or a file; it stands last in the table */
	const char		*operands;	/* "[FILE]"; NULL: none are taken */
	const char		*summary;	/* one line, lower case, no period */
	const struct dx_opt	*opts;
	size_t			 args_size;	/* of the argument struct */
	int			 min_operands, max_operands;	/* max -1: any number */
	enum dx_exit		(*run)(struct dx_call *call);
};
struct dx_tool {
	const char		*name;		/* "dealix-gate" */
	const char		*summary;	/* the question it answers */
	const struct dx_verb	*verbs;		/* ends with name NULL; verbs that share a first word stand together */
	const char		*(*version_extra)(void);	/* behind the version number, " (libjq 1.6)"; NULL: nothing */
	const struct dx_around	*around;	/* NULL: nothing goes on around a verb */
};
/* What goes on around each verb. */
struct dx_around {
	bool	exports;	/* the tool has --otlp and --verbose */
	void	(*begin)(struct dx_call *call, const struct dx_opt_common *common);	/* sets call->span */
	void	(*end)(struct dx_call *call);	/* the answer is out, its end of stdout closed, the store too; frees call->span */
};

/* Finds the verb: *verb and the number of words it took.  A missing or unknown verb is `usage`, with the verb that is spelt most
 * like it.  The verb named "" is taken for a word that begins with "-", has one of "/.=", or names something that exists. */
int	dx_opt_verb(const struct dx_tool *t, int argc, char *const argv[], const struct dx_verb **verb, int *used,
	    struct dx_err *err);
/* Options that every tool and verb has; exports is told, the others are filled in. */
struct dx_opt_common {
	bool		 exports;	/* otlp and verbose are among them */
	int		 errors;	/* 0 text, 1 json */
	const char	*traceparent, *otlp;	/* NULL: not given */
	bool		 verbose, help, version;
};
/* The one table of them: the first (NULL) or the one behind; NULL at the end. */
const struct dx_opt	*dx_opt_common_next(const struct dx_opt *o, bool exports);
/* 1 when the word is one of them (taken, *extra when its value was the next word), 0 when not, -1 misuse. */
int	dx_opt_common_take(const char *word, const char *next, struct dx_opt_common *common, bool *extra, struct dx_err *err);

/* Whether argv[0] (of argc words) is one of them standing before the verb; *used words were taken. */
bool	dx_opt_common(int argc, char *const argv[], struct dx_opt_common *common, int *used, struct dx_err *err);
/* Options and operands behind the verb into args (zeroed, then filled).  Operands and options mix; "--" ends the options; a
 * long option takes its value behind "=" or as the next word.  A scalar given twice, an unknown option, a missing value, a
 * number out of bounds: `usage`; what follows a fault is still looked at for --errors.  With help or version set, operands are
 * not checked. *operands is malloc'ed and ends with NULL. */
int	dx_opt_parse(const struct dx_verb *v, int argc, char *const argv[], void *args, struct dx_opt_common *common,
	    char ***operands, int *count, struct dx_err *err);
void	dx_opt_release(const struct dx_verb *v, void *args);	/* the lists */

/* -h of a tool or of one verb. */
void	dx_opt_help_tool(const struct dx_tool *t, struct dx_buf *out);
void	dx_opt_help_verb(const struct dx_tool *t, const struct dx_verb *v, struct dx_buf *out);
/* A completion script; shell is "bash", "zsh" or "fish".  False for another word. */
bool	dx_opt_completion(const struct dx_tool *t, const char *shell, struct dx_buf *out);

#endif
