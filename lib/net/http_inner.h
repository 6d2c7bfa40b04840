/* What the files of http share: libcurl as it was opened.  Within lib/net. */
#ifndef DX_NET_HTTP_INNER_H
#define DX_NET_HTTP_INNER_H

#include <curl/curl.h>

#include "net/http.h"

struct dx_curl {
	void	*handle;
	__typeof__(&curl_global_init)		global_init;
	__typeof__(&curl_global_cleanup)	global_cleanup;
	__typeof__(&(curl_easy_init))		easy_init;
	__typeof__(&(curl_easy_setopt))		setopt;
	__typeof__(&(curl_easy_perform))	perform;
	__typeof__(&(curl_easy_getinfo))	getinfo;
	__typeof__(&(curl_easy_cleanup))	cleanup;
	__typeof__(&(curl_easy_strerror))	words;
	__typeof__(&(curl_slist_append))	append;
	__typeof__(&(curl_slist_free_all))	free_all;
};

/* http_unavailable. */
int	dx_curl_open(struct dx_curl *l, struct dx_err *err);
void	dx_curl_close(struct dx_curl *l);

#endif
