/* policy_mode: which mode judges a request (decisions page 7). */
#include <string.h>

#include "core/policy.h"
#include "core/scope.h"

enum row { ROW_DEFAULT, ROW_PROD, ROW_NONPROD };

static const char *const scopes[DX_SOURCE_COUNT][3] = {
	[DX_SOURCE_TERRAFORM] = { "terraform:default", "terraform:prod", "terraform:nonprod" },
	[DX_SOURCE_K8S] = { "k8s_admission:default", "k8s_admission:prod", "k8s_admission:nonprod" },
	[DX_SOURCE_CLOUD_EVENT] = { "cloud_event:default", "cloud_event:prod", "cloud_event:nonprod" },
	[DX_SOURCE_CI] = { "ci:default", "ci:prod", "ci:nonprod" }
};

static enum row
row_of(const char *environment)
{
	if (dx_environment_is_prod(environment))
		return ROW_PROD;
	return strcmp(environment, "nonprod") == 0 ? ROW_NONPROD : ROW_DEFAULT;
}

enum dx_mode
dx_policy_mode(const struct dx_policy *p, enum dx_source s, const char *environment, const char **scope)
{
	enum row row = row_of(environment);

	if (p->mode[s][row] < 0)
		row = ROW_DEFAULT;
	if (p->mode[s][row] >= 0) {
		*scope = scopes[s][row];
		return (enum dx_mode)p->mode[s][row];
	}
	/* Only these two sources may have no row of their own. */
	if (s == DX_SOURCE_CI) {
		*scope = "fallback:terraform_default";
		return (enum dx_mode)p->mode[DX_SOURCE_TERRAFORM][ROW_DEFAULT];
	}
	*scope = "fallback:k8s_admission_default";
	return (enum dx_mode)p->mode[DX_SOURCE_K8S][ROW_DEFAULT];
}
