/* escape: text that came from outside, made safe for where it is printed.  s is valid UTF-8 or NULL (nothing). */
#ifndef DX_REPORT_ESCAPE_H
#define DX_REPORT_ESCAPE_H

#include "base/buf.h"

/* For a terminal: control characters (C0, DEL, C1) become '?', so that nothing forges a line or moves the cursor. */
void	dx_plain_text(const char *s, struct dx_buf *out);
/* For a TAP description: as plain, and '#', which would start a directive, gets a backslash. */
void	dx_tap_text(const char *s, struct dx_buf *out);
/* For XML 1.0 content and attributes: escapes & < > " ' and leaves out what XML cannot hold. */
void	dx_xml_text(const char *s, struct dx_buf *out);
/* A path as a relative URI reference, RFC 3986: what may not stand in a path is percent-encoded. */
void	dx_uri_text(const char *s, struct dx_buf *out);
/* For a workflow command of GitHub: in a message % CR LF are escaped, in a property also : and comma; other controls become '?'.
 * */
void	dx_github_text(const char *s, bool property, struct dx_buf *out);

#endif
