/* What check and go share: a file of waivers, and all faults of a document. */
#include "base/file.h"
#include "waivers.h"

#define WAIVERS_MAX	(1u << 20)

bool
dx_gate_told(struct dx_call *c, const char *file, struct dx_faults *faults)
{
	bool none = faults->count == 0;

	for (size_t i = 0; i < faults->count; i++) {
		if (file != NULL)
			(void)dx_err_in(&faults->item[i], "%s", file);
		dx_tool_error(c, &faults->item[i]);
	}
	dx_faults_release(faults);
	return none;
}

bool
dx_gate_waivers(struct dx_call *c, const char *file, struct dx_waivers **out)
{
	struct dx_faults faults = { 0 };
	struct dx_err err = { 0 };
	struct dx_buf text = { 0 };

	if (file == NULL)
		return true;
	if (dx_file_read(file, WAIVERS_MAX, DX_R_JSON_TOO_LARGE, &text, &err) != 0)
		dx_tool_error(c, &err);
	else
		(void)dx_waivers_parse(text.data != NULL ? text.data : "", text.len, out, &faults);
	dx_buf_release(&text);
	return dx_gate_told(c, file, &faults) && *out != NULL;
}
