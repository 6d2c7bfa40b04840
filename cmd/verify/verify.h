/* The verbs of dealix-verify, one file each. */
#ifndef DX_CMD_VERIFY_H
#define DX_CMD_VERIFY_H

#include "json/json.h"
#include "tool/tool.h"

#ifndef DX_OPTIONS_END
#define DX_OPTIONS_END	{ DX_OPT_END, 0, NULL, NULL, 0, NULL, 0, 0, 0, NULL }
#endif

extern const struct dx_verb dx_verify_store, dx_verify_evidence, dx_verify_files, dx_verify_contract_lint, dx_verify_contract_test,
    dx_verify_contract_list, dx_verify_contract_show, dx_verify_pack, dx_verify_register, dx_verify_docs,
    dx_verify_outputs, dx_verify_closure, dx_verify_release, dx_verify_settings, dx_verify_trace;

/* The document of the operand, or of stdin; at most max bytes. */
int	dx_verify_document(const struct dx_call *c, size_t max, struct dx_arena *a, struct dx_json *out, struct dx_err *err);
/* A list of reasons, one line each. */
void	dx_verify_reasons(const struct dx_json *reasons, struct dx_buf *out);

#endif
