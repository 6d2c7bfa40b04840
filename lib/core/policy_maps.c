/* policy_maps: the maps and lists of a policy whose names an operator chooses (decisions page 6, execution page 16). */
#include <string.h>

#include "base/err.h"
#include "core/policy_parts.h"
#include "core/scope.h"

#define INVALID	DX_R_POLICY_DOCUMENT_INVALID

static const struct dx_list_kind environment_word = { DX_SPELL_ENVIRONMENT, 1, 32, NULL, INVALID, INVALID, INVALID };

static int
environment(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out, struct dx_err *err)
{
	const char *word = dx_list_word(a, v, &environment_word, at, err);

	if (word == NULL)
		return -1;
	*out = dx_json_text(word);
	return 0;
}

int
dx_policy_read_aliases(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out, struct dx_err *err)
{
	static const struct dx_list_kind keys = { DX_SPELL_CLEAN, 64, 32, NULL, INVALID, INVALID, INVALID };

	*out = dx_json_object();
	return v == NULL ? 0 : dx_map_read(a, v, &keys, environment, at, out, err);
}

/* An RFC 1123 label, as Kubernetes names its namespaces: another name would never be met, and its mapping never apply. */
static bool
is_label(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && s[n] == '\0' && s[0] != '-' && s[n - 1] != '-';
}

int
dx_policy_read_namespaces(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out,
    struct dx_err *err)
{
	static const struct dx_list_kind keys = { DX_SPELL_EXACT, 256, 63, NULL, INVALID, INVALID, INVALID };

	*out = dx_json_object();
	if (v == NULL)
		return 0;
	if (dx_map_read(a, v, &keys, environment, at, out, err) != 0)
		return -1;
	for (uint32_t i = 0; i < out->count; i++) {
		if (!is_label(out->u.members[i].name))
			return dx_err_set_at(err, INVALID, at, "\"%s\" cannot be the name of a Kubernetes namespace",
			    out->u.members[i].name);
	}
	return 0;
}

int
dx_policy_read_targets(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out, struct dx_err *err)
{
	static const struct dx_list_kind kind = { DX_SPELL_EXACT, 256, 512, NULL, INVALID, INVALID, INVALID };

	return dx_list_read(a, v, &kind, at, out, err);
}

static int
action_types(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out, struct dx_err *err)
{
	static const struct dx_list_kind kind = { DX_SPELL_CLEAN, 256, 64, NULL, INVALID, INVALID, INVALID };

	return dx_list_read(a, v, &kind, at, out, err);
}

int
dx_policy_read_action_types(struct dx_arena *a, const struct dx_json *v, const char *at, struct dx_json *out,
    struct dx_err *err)
{
	static const struct dx_list_kind keys = { DX_SPELL_CLEAN, 256, 64, NULL, INVALID, INVALID, INVALID };

	return dx_map_read(a, v, &keys, action_types, at, out, err);
}
