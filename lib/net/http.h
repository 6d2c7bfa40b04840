/* http: one POST, or some GETs, through libcurl, which is opened when first asked.  The only home of curl's headers.  Bounds on bytes
 * and time; knows no JSON and tries nothing twice. */
#ifndef DX_NET_HTTP_H
#define DX_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dx_buf;
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
/* No redirects, no proxies from the environment.  0 when the answer has a status below 300 (a redirect is not followed); http_failed otherwise, with the status or curl's words (the
 * URL and the headers are not repeated); http_unavailable without libcurl.  said: NULL, or filled. */
int	dx_http_post(const struct dx_http_post *p, struct dx_http_said *said, struct dx_err *err);

struct dx_http_get {
	const char	*url;		/* https:; http: to the loopback alone */
	const char	*accept;	/* NULL: anything */
	const char	*const *header;	/* as above */
	size_t		 header_count;
	const char	*token;		/* Authorization: Bearer; NULL: none.  Told to the host of the URL alone */
	const char	*ca_file;	/* as above */
	int64_t		 timeout_ms;	/* for all redirects together */
	size_t		 max;		/* bytes of the answer */
};
/* Redirects are followed (5 of them) while scheme, host and port stay the same; proxies are those of the environment, as curl has
 * them.  0 when there is an answer, whatever its status; body (reset first) has its bytes.  http_failed: none, a longer one, one that was
 * cut off, a redirect elsewhere. */
int	dx_http_get(const struct dx_http_get *g, struct dx_http_said *said, struct dx_buf *body, struct dx_err *err);

#endif
