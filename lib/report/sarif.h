/* sarif: SARIF 2.1.0 logs of one run. Within lib/report. */
#ifndef DX_REPORT_SARIF_H
#define DX_REPORT_SARIF_H

#include "base/buf.h"
#include "json/json.h"

/* Texts are borrowed; level is none, note, warning or error; help "" is the title. */
struct dx_json	dx_sarif_rule(struct dx_arena *a, const char *id, const char *title, const char *help, const char *level);
struct dx_json	dx_sarif_result(struct dx_arena *a, const char *rule, const char *level, const char *text);
/* A location in a file, line 0: in no line of it.  Other members may be added. */
struct dx_json	dx_sarif_place(struct dx_arena *a, const char *file, int64_t line, int64_t column);
/* The whole log as one line. */
void	dx_sarif_log(struct dx_arena *a, const char *tool_name, struct dx_json rules, struct dx_json results, struct dx_buf *out);

#endif
