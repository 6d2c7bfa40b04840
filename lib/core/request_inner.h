/* request_inner: what the files of core/request share.  Nobody else includes it. */
#ifndef DX_CORE_REQUEST_INNER_H
#define DX_CORE_REQUEST_INNER_H

#include "json/json.h"
#include "json/pointer.h"

struct dx_err;

#define DX_METADATA_MAX		65536	/* bytes of the canonical form (D04) */
#define DX_METADATA_DEPTH	16

/* metadata_too_large, metadata_too_deep, number_not_exact; `at` is the pointer of the metadata, and names them. */
int	dx_metadata_check(const struct dx_json *metadata, const char *at, struct dx_err *err);

#endif
