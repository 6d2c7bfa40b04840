/* entry_value: the types that members of a ledger entry have (ledger pages 1 and 2.1). */
#ifndef DX_CORE_ENTRY_VALUE_H
#define DX_CORE_ENTRY_VALUE_H

#include "json/json.h"

struct dx_entry_field {
	const char	*name;
	char		 type;		/* core/event.h; also e enum, C reason codes, t text of 1..max, n tenant, o object, s the schema */
	bool		 optional;
	unsigned	 max;		/* characters of a t */
	const char *const	*words;	/* of an e */
};

/* f is looked at for e and t only. */
bool	dx_entry_value_is(const struct dx_json *v, char type, const struct dx_entry_field *f);

#endif
