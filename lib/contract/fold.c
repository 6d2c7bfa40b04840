/* fold: Unicode case folding from its tables. */
#include "contract/formula_inner.h"

#include "contract/fold_table.h"

#define COUNT(a)	(sizeof(a) / sizeof(*(a)))

uint32_t
dx_fold_point(uint32_t point)
{
	size_t low = 0, high = COUNT(fold_ranges);

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct fold_range *r = &fold_ranges[mid];

		if (point < r->first)
			high = mid;
		else if (point > r->last)
			low = mid + 1;
		else
			return (point - r->first) % r->step == 0 ? (uint32_t)((int32_t)point + r->delta) : point;
	}
	return point;
}

const char *
dx_fold_full(uint32_t point)
{
	size_t low = 0, high = COUNT(fold_fulls);

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (point == fold_fulls[mid].from)
			return fold_fulls[mid].to;
		if (point < fold_fulls[mid].from)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}
