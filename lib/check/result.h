/* result: what a check found, and what all of them together say: states, score, the printed lines (release-gates page 1, 1.5). */
#ifndef DX_CHECK_RESULT_H
#define DX_CHECK_RESULT_H

#include "base/reason.h"
#include "check/plan.h"
#include "json/json.h"

enum dx_state { DX_STATE_PASS, DX_STATE_FAIL, DX_STATE_WAIVED, DX_STATE_NOT_APPLICABLE, DX_STATE_ERROR };
extern const char *const dx_state_names[];	/* "PASS", "FAIL", ... NULL */

struct dx_waiver;			/* check/waivers.h */
struct dx_test_name { const char *group, *name; };	/* group: the class of JUnit, else the suite; "" without one */

/* Texts are borrowed or of the caller's arena. */
struct dx_result {
	const char	*check, *title, *title_ar;	/* titles NULL: none */
	enum dx_state	 state;
	const char	*reason;		/* a code of FAIL, WAIVED and ERROR, of a contract's rule too; "" otherwise */
	const char	*detail;		/* for people; "" when there is nothing to say */
	struct dx_texts	 details;		/* the same in several texts; none: detail is all there is */
	const char	*remedy;		/* NULL: none */
	struct dx_json	 observed;		/* what was seen, or null */
	struct dx_json	 failures;		/* list of {rule, at, message ...}, or null */
	const char	*inputs_sha256;		/* of what was read; NULL: nothing */
	int64_t		 duration_ms;
	bool		 behavioural;
	struct dx_test_name *failing;		/* tests of a junit or tap check that failed, all of them */
	size_t		 failing_count;
	bool		 failing_only;		/* nothing else is wrong with the check */
	const struct dx_waiver **waiver, **unused;	/* waivers that cover it, and those that cover nothing of it */
	size_t		 waiver_count, unused_count;
};

struct dx_score {
	unsigned	total, applicable, passed, waived, failed, errors, structural;	/* structural: passes that say only "is there" */
	unsigned	tenths;		/* of a percent, 0..1000 */
	bool		ready;
};
/* 1000 * passed / applicable, half to even; never a full score for less than all, nor none for some; 0 of nothing (page 1.5). */
unsigned	dx_score_tenths(unsigned passed, unsigned applicable);
struct dx_score	dx_score(const struct dx_result *results, size_t n);
/* "100.0" from 1000. */
void	dx_score_print(unsigned tenths, char out[static 8]);
/* "SCORE: 97.5% (39/40, 1 waived)" and "READY: YES (WITH WAIVERS)", LF between and behind; one_line joins them. Labels NULL: SCORE, READY. */
void	dx_score_lines(const struct dx_score *s, const char *score_label, const char *ready_label, bool one_line, struct dx_buf *out);
/* 0 ready, 1 a failure or nothing applicable, 3 no failure but an error. */
enum dx_exit	dx_score_exit(const struct dx_score *s);

/* dealix.gate.result.v1.  `detail` of a result is a list of texts. */
struct dx_result_head {
	const char	*gate, *gate_sha256, *evaluated_at;
	const char	*commit, *release, *title, *title_ar, *trace_id, *waivers_sha256;	/* NULL: none */
	bool		 mandatory;
};
struct dx_json	dx_result_document(struct dx_arena *a, const struct dx_result_head *head, const struct dx_result *results, size_t n,
		    const struct dx_score *s);

#endif
