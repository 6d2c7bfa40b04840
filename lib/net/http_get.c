#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/http_inner.h"

#define REDIRECTS	5
#define URL_MAX		4096

/* Bytes of "scheme://host:port", which is what a redirect may not change. */
static size_t
origin(const char *url)
{
	const char *host = strstr(url, "://");

	return host != NULL ? (size_t)(host - url) + 3 + strcspn(host + 3, "/?#") : 0;
}

/* https, or http to this machine; nobody's name and password in it. */
static bool
may_ask(const char *url)
{
	static const char *const here[] = { "127.0.0.1", "localhost", "[::1]" };
	size_t n = origin(url);

	if (n == 0 || strlen(url) > URL_MAX || memchr(url, '@', n) != NULL || memchr(url, '\\', n) != NULL)
		return false;
	if (dx_starts(url, "https://"))
		return n > 8;
	for (size_t i = 0; i < 3 && dx_starts(url, "http://"); i++) {
		size_t k = strlen(here[i]);
		if (strncasecmp(url + 7, here[i], k) == 0 && (n == 7 + k || url[7 + k] == ':'))
			return true;
	}
	return false;
}

static size_t
keep(char *bytes, size_t size, size_t n, void *to)
{
	struct dx_buf *body = to;

	dx_buf_add(body, bytes, size * n);
	return body->over ? 0 : size * n;
}

static struct curl_slist *
header_lines(const struct dx_curl *l, const struct dx_http_get *g)
{
	struct curl_slist *lines = l->append(NULL, "User-Agent: dealix/" DX_VERSION);
	struct dx_buf line = { 0 };

	if (g->accept != NULL) {
		dx_buf_printf(&line, "Accept: %s", g->accept);
		lines = l->append(lines, line.data);
	}
	for (size_t i = 0; i < g->header_count; i++)
		lines = l->append(lines, g->header[i]);
	dx_buf_release(&line);
	return lines;
}

static bool
set_up(const struct dx_curl *l, CURL *c, const struct dx_http_get *g, const char *url, int64_t left, struct curl_slist *headers,
    struct dx_buf *body)
{
	CURLcode bad = CURLE_OK;

	bad |= l->setopt(c, CURLOPT_URL, url);
	bad |= l->setopt(c, CURLOPT_PROTOCOLS_STR, dx_starts(url, "https:") ? "https" : "http");
	bad |= l->setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= l->setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	bad |= l->setopt(c, CURLOPT_NOSIGNAL, 1L);
	bad |= l->setopt(c, CURLOPT_TIMEOUT_MS, (long)left);
	bad |= l->setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	bad |= l->setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	bad |= l->setopt(c, CURLOPT_HTTPHEADER, headers);
	bad |= l->setopt(c, CURLOPT_WRITEFUNCTION, keep);
	bad |= l->setopt(c, CURLOPT_WRITEDATA, body);
	if (g->token != NULL) {
		bad |= l->setopt(c, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		bad |= l->setopt(c, CURLOPT_XOAUTH2_BEARER, g->token);
	}
	if (g->ca_file != NULL)
		bad |= l->setopt(c, CURLOPT_CAINFO, g->ca_file);
	return bad == CURLE_OK;
}

/* One question.  1: asked to go to *next (malloc); 0; -1. */
static int
ask(const struct dx_curl *l, const struct dx_http_get *g, const char *url, int64_t left, struct dx_http_said *said, struct dx_buf *body,
    char **next, struct dx_err *err)
{
	CURL *c = l->easy_init();
	struct curl_slist *headers = header_lines(l, g);
	const char *to = NULL;
	curl_off_t after = 0;
	long status = 0;
	CURLcode rc;

	dx_buf_reset(body);
	rc = c != NULL && set_up(l, c, g, url, left, headers, body) ? l->perform(c) : CURLE_FAILED_INIT;
	if (rc == CURLE_OK) {
		(void)l->getinfo(c, CURLINFO_RESPONSE_CODE, &status);
		if (l->getinfo(c, CURLINFO_RETRY_AFTER, &after) != CURLE_OK)
			after = 0;
		if (l->getinfo(c, CURLINFO_REDIRECT_URL, &to) == CURLE_OK && to != NULL)
			*next = dx_strdup(to);
	}
	*said = (struct dx_http_said){ status, after > 0 ? (int64_t)after : 0 };
	if (c != NULL)
		l->cleanup(c);
	l->free_all(headers);
	if (rc == CURLE_WRITE_ERROR && body->over)
		return dx_err_set(err, DX_R_HTTP_FAILED, "the answer is longer than %zu bytes", body->max);
	if (rc != CURLE_OK)
		return dx_err_set(err, DX_R_HTTP_FAILED, "%s", l->words(rc));
	return *next != NULL;
}

static int
follow(const struct dx_curl *l, const struct dx_http_get *g, struct dx_http_said *said, struct dx_buf *body, struct dx_err *err)
{
	int64_t end = dx_clock_mono_ms() + g->timeout_ms;
	char *url = dx_strdup(g->url), *next = NULL;
	size_t n = origin(g->url);
	int rc = 0;

	for (int turn = 0; turn <= REDIRECTS; turn++) {
		int64_t left = end - dx_clock_mono_ms();

		rc = left > 0 ? ask(l, g, url, left, said, body, &next, err) : dx_err_set(err, DX_R_HTTP_FAILED, "no answer in time");
		free(url);
		url = next;
		next = NULL;
		if (rc <= 0)
			break;
		if (origin(url) != n || strncasecmp(url, g->url, n) != 0) {
			rc = dx_err_set(err, DX_R_HTTP_FAILED, "status %ld leads to another host", said->status);
			break;
		}
	}
	free(url);
	return rc <= 0 ? rc : dx_err_set(err, DX_R_HTTP_FAILED, "more than %d redirects", REDIRECTS);
}

int
dx_http_get(const struct dx_http_get *g, struct dx_http_said *said, struct dx_buf *body, struct dx_err *err)
{
	struct dx_curl l = { 0 };
	size_t max = body->max;
	int rc;

	*said = (struct dx_http_said){ 0, 0 };
	if (!may_ask(g->url))
		return dx_err_set(err, DX_R_USAGE, "only https:// is spoken, http:// to this machine alone, without a user in it");
	if (dx_curl_open(&l, err) != 0)
		return -1;
	body->max = g->max;
	rc = follow(&l, g, said, body, err);
	body->max = max;
	dx_curl_close(&l);
	return rc;
}
