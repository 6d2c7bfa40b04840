/* request: the gate request, dealix.gate.request.v1 (decisions page 3.1), as every adapter yields it. */
#ifndef DX_CORE_REQUEST_H
#define DX_CORE_REQUEST_H

#include "core/money.h"
#include "core/words.h"
#include "crypt/digest.h"
#include "json/json.h"

#define DX_REQUEST_SCHEMA	"dealix.gate.request.v1"
#define DX_KEY_MAX		128

struct dx_policy;
struct dx_err;

/* What the operator stated by options; each NULL or false when not given (page 3.2). */
struct dx_stated {
	const char	*project, *environment, *resource, *action, *key;
	bool		 dry_run, reopen;
};

/* Strings live in the arena that the request was made in, or are borrowed from the document it came from. */
struct dx_request {
	enum dx_source	 source;
	const char	*project_id;
	const char	*environment_raw;	/* as stated, trimmed; "" when not */
	const char	*environment;		/* normalised; NULL before dx_request_finish */
	const char	*action;
	const char	*resource_reference;
	struct dx_money	 monthly, hourly;
	struct dx_json	 metadata;		/* object, canonical limits checked */
	bool		 dry_run, reopen;
	bool		 cost_estimate_present;
	const char	*key;			/* explicit or the source's default; NULL: the fingerprint, a derived key */
	const char	*expected_fingerprint;	/* NULL when not stated; lower-case */
	struct dx_json	 notes;			/* array of text, sorted (inputs page 1.2) */
	char		 fingerprint[DX_SHA256_HEX];	/* after dx_request_finish */
};

/* A request document read from stdin or by another adapter; `stated` wins over its members.  Errors as pages 3.1 and 5.2:
 * unknown_field, field_empty, field_too_long, field_missing, field_invalid, text_invalid, money_*, metadata_too_large,
 * metadata_too_deep, source_unknown, idempotency_key_length, idempotency_key_conflict, number_not_exact, all with pointer. */
int	dx_request_read(struct dx_arena *a, const struct dx_json *doc, const struct dx_stated *stated, struct dx_request *out,
	    struct dx_err *err);
/* For adapters: checks and normalises the members that are set already (texts trimmed, lower-cased where page 3.1 says so,
 * bounds, metadata limits, key 4..128 or hashed default, D08) and applies `stated`.  Same errors. */
int	dx_request_check(struct dx_arena *a, const struct dx_stated *stated, struct dx_request *r, struct dx_err *err);
/* Environment by the policy's aliases, then the fingerprint; request_fingerprint_mismatch when another was expected. */
int	dx_request_finish(struct dx_arena *a, const struct dx_policy *policy, struct dx_request *r, struct dx_err *err);
/* The idempotency key that counts, and whether it is derived (the fingerprint itself). */
const char	*dx_request_key(const struct dx_request *r, bool *derived);
/* A source's default key as it may be stored (D08): one longer than DX_KEY_MAX, or not printable, becomes
 * "<prefix>:sha256:<hex>", the prefix being what stands before its first colon, else the source's name. */
const char	*dx_request_default_key(struct dx_arena *a, enum dx_source source, const char *full);
/* The normalised gate request (page 3.2, last line) of a finished request: what rules see.  Its metadata is the stated one;
 * what is stored and hashed is dx_decision_request_object, whose metadata has the computed risk too. */
struct dx_json	dx_request_object(struct dx_arena *a, const struct dx_request *r);
/* The request again from either object: replay and apply.  It keeps the environment it was judged under and needs no
 * dx_request_finish; its fingerprint is empty, because the metadata has gained members: the response has it.  The strings
 * are borrowed from the object.  store_corrupt. */
int	dx_request_load(struct dx_arena *a, const struct dx_json *object, struct dx_request *out, struct dx_err *err);

#endif
