/* scan_inner: what the two files of scan share.  Nobody else includes it. */
#ifndef DX_CONTRACT_SCAN_INNER_H
#define DX_CONTRACT_SCAN_INNER_H

#include "base/err.h"
#include "contract/contract.h"
#include "contract/pattern.h"

#define DX_SCAN_FILE_MAX	(16u << 20)

struct dx_scan_allowed { struct dx_pattern *path, *marker; };

struct dx_scan {
	const struct dx_json	*spec, *params;
	struct dx_tree		*tree;
	struct dx_arena		*a;
	struct dx_scan_failure	*failure;
	struct dx_err		*err;
	const char		*prefix;
	bool			 fold, comments, texts;	/* taken out */
	const char		**names;	/* of patterns, sorted */
	const char		**regexes;
	struct dx_pattern	**patterns;
	size_t			 pattern_count;
	struct dx_scan_allowed		*allowed;
	size_t			 allowed_count;
	const char		**files;
	size_t			 file_count;
	struct dx_json		 hits;
};

/* The scan ends with a failure: 1.  A rule that begins with a dot stands behind the prefix. */
int	dx_scan_stop(struct dx_scan *s, const char *rule, const char *text, const char *what);
int	dx_scan_by_name(const void *x, const void *y);	/* for qsort of texts */
/* 0, or -1 with the error. */
int	dx_scan_read_spec(struct dx_scan *s);
int	dx_scan_read_flag(struct dx_scan *s, const char *name, bool *out);
int	dx_scan_read_list(struct dx_scan *s, const char *name, const struct dx_json **out);
/* 0, 1 when the scan ends here, or -1. */
int	dx_scan_load_allowlist(struct dx_scan *s);
/* Whether a line in which that pattern was found is allowed. */
bool	dx_scan_is_allowed(const struct dx_scan *s, const char *path, size_t pattern, const char *text, size_t n);

#endif
