#include "core/promotion.h"

static const char *const pointers[DX_SOURCE_COUNT][3] = {
	{ "/mode_matrix/terraform_default", "/mode_matrix/terraform_prod", "/mode_matrix/terraform_nonprod" },
	{ "/mode_matrix/k8s_admission_default", "/mode_matrix/k8s_admission_prod", "/mode_matrix/k8s_admission_nonprod" },
	{ "/mode_matrix/cloud_event_default", "/mode_matrix/cloud_event_prod", "/mode_matrix/cloud_event_nonprod" },
	{ "/mode_matrix/ci_default", "/mode_matrix/ci_prod", "/mode_matrix/ci_nonprod" },
};
/* Words that fall into the default, prod and nonprod row. */
static const char *const environments[3] = { "custom", "prod", "nonprod" };

const char *
dx_promotion_raised(const struct dx_policy *from, const struct dx_policy *to)
{
	const char *scope;

	for (int s = 0; s < DX_SOURCE_COUNT; s++)
		for (int row = 0; row < 3; row++)
			if (dx_policy_mode(to, (enum dx_source)s, environments[row], &scope) >
			    dx_policy_mode(from, (enum dx_source)s, environments[row], &scope))
				return pointers[s][row];
	return NULL;
}
