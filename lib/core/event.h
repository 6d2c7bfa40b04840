/* event: the closed table of ledger events (ledger page 2.1): whom an event is about, what goes with it, what its details
 * hold.  Data only; entry_check reads it. */
#ifndef DX_CORE_EVENT_H
#define DX_CORE_EVENT_H

#include <stddef.h>

/* Types of values, one letter each:
 *   T text of at most 1000 characters      I integer, N from 0, P from 1      B boolean
 *   S lower-case SHA-256                   U UUID                             W printed time
 *   M monthly amount from 0, m signed      H hourly amount from 0             A principal id
 *   L list of texts                        X text, integer, boolean or list of texts
 *   E(a,b) one of these words
 * and for subjects also: O the log's origin, V a version from 1 as text. */
struct dx_event_spec {
	const char	*name;
	const char	*subject;	/* type of the subject */
	char		 id;		/* type of its id */
	char		 decision;	/* 'D' required, '-' absent */
	char		 approval;	/* 'A' required, 'a' present iff there is one, '-' absent */
	const char	*details;	/* "name:type name?:type", blank between */
};

/* NULL when the name is not in the table. */
const struct dx_event_spec	*dx_event_find(const char *name);

/* Details that any event may carry: an operation under an idempotency key (page 2.1). */
#define DX_EVENT_ANY_DETAILS	"idempotency_key?:T request_sha256?:S reply_sha256?:S"

#endif
