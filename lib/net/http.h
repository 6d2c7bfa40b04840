/* http: one POST over TLS, through libcurl, which is opened when first asked.  The only home of curl's headers.  No redirects, no
 * proxies from the environment, bounds on bytes and time; knows no JSON and tries nothing twice. */
#ifndef DX_NET_HTTP_H
#define DX_NET_HTTP_H

#include <stddef.h>
#include <stdint.h>

struct dx_err;

struct dx_http_post {
	const char	*url;		/* https: only */
	const char	*body;
	size_t		 len;
	const char	*type;		/* Content-Type */
	const char	*key;		/* Idempotency-Key; NULL: none */
	const char	*ca_file;	/* PEM of the authorities to trust; NULL: those of the system */
	int64_t		 timeout_ms;	/* from connecting to the last byte */
};
/* 0 when the answer has a status below 300 (a redirect is not followed); http_failed otherwise, with the status or curl's words (the URL's user, password and query
 * are not repeated); http_unavailable without libcurl. */
int	dx_http_post(const struct dx_http_post *p, struct dx_err *err);

#endif
