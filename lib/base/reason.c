#include "base/reason.h"

#include <stddef.h>
#include <string.h>

struct row {
	const char	*code;
	const char	*page;
	const char	*text;
	const char	*remedy;
	enum dx_class	 class;
};

static const struct row table[DX_REASON_COUNT] = {
	[DX_OK] = { "", "", "", "", DX_CLASS_NONE },
#define DX_REASON(name, code, class, page, text, remedy) \
	[DX_R_##name] = { code, page, text, remedy, DX_CLASS_##class },
#include "base/reasons.def"
#undef DX_REASON
};

static const struct row *
row(enum dx_reason r)
{
	return (unsigned)r < DX_REASON_COUNT ? &table[r] : &table[DX_OK];
}

const char *
dx_reason_code(enum dx_reason r)
{
	return row(r)->code;
}

const char *
dx_reason_text(enum dx_reason r)
{
	return row(r)->text;
}

const char *
dx_reason_remedy(enum dx_reason r)
{
	return row(r)->remedy;
}

const char *
dx_reason_page(enum dx_reason r)
{
	return row(r)->page;
}

enum dx_class
dx_reason_class(enum dx_reason r)
{
	return row(r)->class;
}

enum dx_exit
dx_reason_exit(enum dx_reason r)
{
	switch (dx_reason_class(r)) {
	case DX_CLASS_NONE:
	case DX_CLASS_WARNING:
		return DX_EXIT_YES;
	case DX_CLASS_INVALID:
		return DX_EXIT_INVALID;
	case DX_CLASS_THROTTLED:
	case DX_CLASS_UNAVAILABLE:
		return DX_EXIT_RETRY;
	case DX_CLASS_WAITING:
		return DX_EXIT_WAIT;
	case DX_CLASS_INTEGRITY:
		return DX_EXIT_INTEGRITY;
	case DX_CLASS_UNAUTHENTICATED:
	case DX_CLASS_FORBIDDEN:
	case DX_CLASS_NOT_FOUND:
	case DX_CLASS_CONFLICT:
	case DX_CLASS_FINDING:
	case DX_CLASS_REASON:	/* only a document with an answer has one, and that answer counts; alone it is no yes */
		break;
	}
	return DX_EXIT_NO;
}

const char *
dx_class_name(enum dx_class c)
{
	switch (c) {
	case DX_CLASS_NONE:		break;
	case DX_CLASS_INVALID:		return "invalid";
	case DX_CLASS_UNAUTHENTICATED:	return "unauthenticated";
	case DX_CLASS_FORBIDDEN:	return "forbidden";
	case DX_CLASS_NOT_FOUND:	return "not_found";
	case DX_CLASS_CONFLICT:		return "conflict";
	case DX_CLASS_THROTTLED:	return "throttled";
	case DX_CLASS_UNAVAILABLE:	return "unavailable";
	case DX_CLASS_WAITING:		return "waiting";
	case DX_CLASS_INTEGRITY:	return "integrity";
	case DX_CLASS_FINDING:		return "finding";
	case DX_CLASS_REASON:		return "reason";
	case DX_CLASS_WARNING:		return "warning";
	}
	return "none";
}

enum dx_reason
dx_reason_find(const char *code)
{
	/* The enum starts behind DX_OK, whose empty code must not be found. */
	for (unsigned i = DX_OK + 1; i < DX_REASON_COUNT; i++)
		if (strcmp(table[i].code, code) == 0)
			return (enum dx_reason)i;
	return DX_OK;
}
