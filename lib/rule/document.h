/* document: canonical bytes as values of jq.  In the child only. */
#ifndef DX_RULE_DOCUMENT_H
#define DX_RULE_DOCUMENT_H

#include "rule/inner.h"
#include "rule/library.h"

/* len bytes and a NUL, as the parent wrote them; others end the child. */
jv	dx_document_read(const struct dx_jq *lib, const char *text, size_t len);

#endif
