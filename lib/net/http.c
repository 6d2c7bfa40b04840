#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "net/http_inner.h"

#define ANSWER_MAX	(64u << 10)	/* bytes of an answer that are waited for */

/* The answer's bytes are counted and dropped. */
static size_t
drop(char *bytes, size_t size, size_t n, void *seen)
{
	size_t *total = seen;

	(void)bytes;
	*total += size * n;
	return *total > ANSWER_MAX ? 0 : size * n;
}

static bool
set_up(const struct dx_curl *l, CURL *c, const struct dx_http_post *p, struct curl_slist *headers, size_t *seen)
{
	CURLcode bad = CURLE_OK;

	bad |= l->setopt(c, CURLOPT_URL, p->url);
	bad |= l->setopt(c, CURLOPT_PROTOCOLS_STR, p->plain ? "http,https" : "https");
	bad |= l->setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= l->setopt(c, CURLOPT_PROXY, "");
	bad |= l->setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	bad |= l->setopt(c, CURLOPT_NOSIGNAL, 1L);
	bad |= l->setopt(c, CURLOPT_TIMEOUT_MS, (long)p->timeout_ms);
	bad |= l->setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	bad |= l->setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	bad |= l->setopt(c, CURLOPT_HTTPHEADER, headers);
	bad |= l->setopt(c, CURLOPT_POSTFIELDS, p->body);
	bad |= l->setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)p->len);
	bad |= l->setopt(c, CURLOPT_WRITEFUNCTION, drop);
	bad |= l->setopt(c, CURLOPT_WRITEDATA, seen);
	if (p->ca_file != NULL)
		bad |= l->setopt(c, CURLOPT_CAINFO, p->ca_file);
	if (p->leaving)
		bad |= l->setopt(c, CURLOPT_QUICK_EXIT, 1L);
	return bad == CURLE_OK;
}

static struct curl_slist *
header_lines(const struct dx_curl *l, const struct dx_http_post *p)
{
	struct curl_slist *lines = NULL;
	char line[256];

	(void)snprintf(line, sizeof(line), "Content-Type: %s", p->type);
	lines = l->append(lines, line);
	lines = l->append(lines, "User-Agent: dealix/" DX_VERSION);
	lines = l->append(lines, "Expect:");	/* no round trip before the body */
	if (p->key != NULL) {
		(void)snprintf(line, sizeof(line), "Idempotency-Key: %s", p->key);
		lines = l->append(lines, line);
	}
	for (size_t i = 0; i < p->header_count; i++)
		lines = l->append(lines, p->header[i]);
	return lines;
}

static int
perform(const struct dx_curl *l, CURL *c, const struct dx_http_post *p, struct dx_http_said *said, struct dx_err *err)
{
	struct curl_slist *headers = header_lines(l, p);
	curl_off_t after = 0;
	size_t seen = 0;
	long status = 0;
	CURLcode rc;

	rc = set_up(l, c, p, headers, &seen) ? l->perform(c) : CURLE_FAILED_INIT;
	if (rc == CURLE_WRITE_ERROR && seen > ANSWER_MAX)
		rc = CURLE_OK;		/* it was heard; what more it answers is of no interest */
	if (rc == CURLE_OK)
		(void)l->getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (rc == CURLE_OK && l->getinfo(c, CURLINFO_RETRY_AFTER, &after) != CURLE_OK)
		after = 0;
	*said = (struct dx_http_said){ status, after > 0 ? (int64_t)after : 0 };
	l->free_all(headers);
	if (rc != CURLE_OK)
		return dx_err_set(err, DX_R_HTTP_FAILED, "%s", l->words(rc));
	if (status >= 300)
		return dx_err_set(err, DX_R_HTTP_FAILED, "the answer has status %ld", status);
	return 0;
}

int
dx_http_post(const struct dx_http_post *p, struct dx_http_said *said, struct dx_err *err)
{
	struct dx_http_said unheard;
	struct dx_curl l = { 0 };
	CURL *c;
	int rc;

	said = said != NULL ? said : &unheard;
	*said = (struct dx_http_said){ 0, 0 };
	if (strncmp(p->url, "https://", 8) != 0 && !(p->plain && strncmp(p->url, "http://", 7) == 0))
		return dx_err_set(err, DX_R_USAGE, p->plain ? "only http:// and https:// are spoken" : "only https:// is spoken");
	if (dx_curl_open(&l, err) != 0)
		return -1;
	c = l.easy_init();
	rc = c != NULL ? perform(&l, c, p, said, err) : dx_err_set(err, DX_R_HTTP_UNAVAILABLE, "libcurl cannot be set up");
	if (c != NULL)
		l.cleanup(c);
	if (p->leaving)
		return rc;
	dx_curl_close(&l);
	return rc;
}
