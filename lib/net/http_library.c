#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "net/http_inner.h"

static bool
bind_all(struct dx_curl *l)
{
	struct { const char *name; void *at; } const names[] = {
		{ "curl_global_init", &l->global_init }, { "curl_global_cleanup", &l->global_cleanup },
		{ "curl_easy_init", &l->easy_init }, { "curl_easy_setopt", &l->setopt }, { "curl_easy_perform", &l->perform },
		{ "curl_easy_getinfo", &l->getinfo }, { "curl_easy_cleanup", &l->cleanup }, { "curl_easy_strerror", &l->words },
		{ "curl_slist_append", &l->append }, { "curl_slist_free_all", &l->free_all },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		void *at = dlsym(l->handle, names[i].name);
		if (at == NULL)
			return false;
		memcpy(names[i].at, &at, sizeof(at));	/* every member is a pointer to a function */
	}
	return true;
}

int
dx_curl_open(struct dx_curl *l, struct dx_err *err)
{
	l->handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
	if (l->handle != NULL && bind_all(l) && l->global_init(CURL_GLOBAL_DEFAULT) == 0)
		return 0;
	if (l->handle != NULL)
		dlclose(l->handle);
	return dx_err_set(err, DX_R_HTTP_UNAVAILABLE, "libcurl.so.4 cannot be used");
}

void
dx_curl_close(struct dx_curl *l)
{
	l->global_cleanup();
	dlclose(l->handle);
}
