/* xml: text made safe for XML 1.0 content and attributes. */
#ifndef DX_REPORT_XML_H
#define DX_REPORT_XML_H

#include "base/buf.h"

/* Escapes & < > " ' and leaves out characters that XML cannot hold.  s is valid UTF-8 or NULL (nothing). */
void	dx_xml_text(const char *s, struct dx_buf *out);

#endif
