/* vector_log: the five entries of ledger page 9, read from tests/data/ledger-vector.jsonl. */
#ifndef DX_TESTS_VECTOR_LOG_H
#define DX_TESTS_VECTOR_LOG_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/reason.h"

#define VECTOR_COUNT	5
#define VECTOR_ORIGIN	"ledger.dealix.example/11111111-1111-4111-8111-111111111111"
#define VECTOR_TENANT	"11111111-1111-4111-8111-111111111111"

static const char *const vector_leaf[VECTOR_COUNT] __attribute__((unused)) = {
	"a10697b9aec70e5214f99861208a4359e97a9a9392a519cbb5b775fe2f217731",
	"0daeee1eb4467aceda6ea1b63df8b37d46e96dbe6541edebd751ab52ef1a98c8",
	"74b9b147616e6a576cb76c55de19256384cfcd3a7c69070bcfa9c757c6388ded",
	"129d660455bd735bfbf33c6c40524e01225169920c5bc30a50fd7d4c5398fe40",
	"291d5c4e73b01d91113e858fb15374c7b99b23373d46cf71a389dcf7fde81576",
};
static const char *const vector_root[VECTOR_COUNT] __attribute__((unused)) = {
	"a10697b9aec70e5214f99861208a4359e97a9a9392a519cbb5b775fe2f217731",
	"10f3224a300d3a86836df1837b05f3426fc9d53953ff29a72d82dccbc4f02078",
	"f5a0244c6b0eeb1b13849607f177d9712084cac98d08e889e9cbeb3661e263c7",
	"6a199995a5de4263fe5ba825d4e2f3d0d1497e37ce88617e92949a5bf774386b",
	"e5420f98cc8972c52fcb47cb2db85658574eb7a41890202441fff288fcdf8b13",
};

/* Five texts, each of malloc. */
static void __attribute__((unused))
vector_read(char *line[VECTOR_COUNT])
{
	struct dx_buf b = { 0 };
	char *at, *end;

	if (dx_file_read("tests/data/ledger-vector.jsonl", 1 << 20, DX_R_JSON_TOO_LARGE, &b, NULL) != 0)
		abort();
	at = b.data;
	for (int i = 0; i < VECTOR_COUNT; i++, at = end + 1) {
		end = strchr(at, '\n');
		if (end == NULL)
			abort();
		line[i] = strndup(at, (size_t)(end - at));
	}
	dx_buf_release(&b);
}

/* A copy with the first `from` replaced; NULL when it is not there. */
static char * __attribute__((unused))
vector_edit(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	struct dx_buf b = { 0 };

	if (at == NULL)
		return NULL;
	dx_buf_add(&b, text, (size_t)(at - text));
	dx_buf_puts(&b, to);
	dx_buf_puts(&b, at + strlen(from));
	return dx_buf_take(&b);
}

#endif
