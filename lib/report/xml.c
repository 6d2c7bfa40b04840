#include "report/xml.h"

void
dx_xml_text(const char *s, struct dx_buf *out)
{
	for (; s != NULL && *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		switch (c) {
		case '&':
			dx_buf_puts(out, "&amp;");
			break;
		case '<':
			dx_buf_puts(out, "&lt;");
			break;
		case '>':
			dx_buf_puts(out, "&gt;");
			break;
		case '"':
			dx_buf_puts(out, "&quot;");
			break;
		case '\'':
			dx_buf_puts(out, "&apos;");
			break;
		default:
			/* U+FFFE and U+FFFF are not characters of XML either. */
			if (c == 0xef && (unsigned char)s[1] == 0xbf && (unsigned char)s[2] >= 0xbe)
				s += 2;
			else if (c >= 0x20 || c == '\t' || c == '\n')
				dx_buf_putc(out, *s);
			break;
		}
	}
}
