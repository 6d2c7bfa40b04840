/* library: the functions of libjq that rules need.  It is opened by the process that runs them, when it starts: whoever judges
 * without rules neither loads it nor misses it.  Nobody calls libjq but through here. */
#ifndef DX_RULE_LIBRARY_H
#define DX_RULE_LIBRARY_H

#include <jq.h>
#include <stdbool.h>

#include "base/library.h"

#define DX_JQ_FUNCTIONS(USE) \
	USE(jq_compile) USE(jq_format_error) USE(jq_halted) USE(jq_init) USE(jq_next) USE(jq_set_attr) USE(jq_set_error_cb) \
	USE(jq_set_nomem_handler) USE(jq_start) USE(jq_teardown) \
	USE(jv_array) USE(jv_array_append) USE(jv_array_get) USE(jv_copy) USE(jv_dump_string) USE(jv_false) USE(jv_free) \
	USE(jv_get_kind) USE(jv_invalid_get_msg) USE(jv_invalid_has_msg) USE(jv_null) USE(jv_number) USE(jv_object) \
	USE(jv_object_get) USE(jv_object_set) USE(jv_string) USE(jv_string_length_bytes) USE(jv_string_sized) \
	USE(jv_string_value) USE(jv_true)

struct dx_jq { DX_JQ_FUNCTIONS(DX_LIBRARY_MEMBER) };

/* Opens libjq for the rest of the process.  False with the reason (static, or until the next call of dlopen). */
bool	dx_jq_open(struct dx_jq *out, const char **why);

#endif
