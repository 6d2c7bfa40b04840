/* estimate: what a plan is expected to cost, from a cost file or a price book (inputs page 2). */
#ifndef DX_ADAPT_ESTIMATE_H
#define DX_ADAPT_ESTIMATE_H

#include "core/money.h"
#include "json/json.h"

struct dx_err;

struct dx_estimate {		/* starts as { 0 } */
	bool		present;
	struct dx_money	monthly, hourly;	/* signed */
	bool		basis_total, errored, partial;	/* the notes */
	bool		counted;		/* the two counts are known */
	int64_t		unsupported, no_price;
	struct dx_json	unpriced;		/* array of types, sorted; null type: not from a price book */
};

/* Infracost JSON 0.2; project NULL: the sum of all.  cost_document_invalid, cost_currency_unsupported, money_out_of_range. */
int	dx_estimate_costs(struct dx_arena *a, const struct dx_json *doc, const char *project, struct dx_estimate *out,
	    struct dx_err *err);
/* A price book over the changes of a plan that dx_plan_tally accepted.  prices_document_invalid, cost_currency_unsupported,
 * money_*. */
int	dx_estimate_prices(struct dx_arena *a, const struct dx_json *plan, const struct dx_json *book, struct dx_estimate *out,
	    struct dx_err *err);

#endif
