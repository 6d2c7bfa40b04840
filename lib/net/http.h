/* http: one POST, through libcurl, which is opened when first asked.  The only home of curl's headers.  No redirects, no
 * proxies from the environment, bounds on bytes and time; knows no JSON and tries nothing twice. */
#ifndef DX_NET_HTTP_H
#define DX_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dx_err;

struct dx_http_post {
	const char	*url;		/* https:, and http: with `plain` */
	const char	*body;
	size_t		 len;
	const char	*type;		/* Content-Type */
	const char	*key;		/* Idempotency-Key; NULL: none */
	const char	*const *header;	/* "Name: value" without control characters, header_count of them */
	size_t		 header_count;
	const char	*ca_file;	/* PEM of the authorities to trust; NULL: those of the system */
	int64_t		 timeout_ms;	/* from connecting to the last byte */
	bool		 plain;
	bool		 leaving;	/* the process ends soon: neither a name look-up that hangs nor the library's end is waited for */
};
struct dx_http_said { long status; int64_t retry_after_s; };	/* 0: no answer; 0: it names no time */
/* 0 when the answer has a status below 300 (a redirect is not followed); http_failed otherwise, with the status or curl's words (the
 * URL and the headers are not repeated); http_unavailable without libcurl.  said: NULL, or filled. */
int	dx_http_post(const struct dx_http_post *p, struct dx_http_said *said, struct dx_err *err);

#endif
