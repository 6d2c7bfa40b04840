#include "report/escape.h"

#include <string.h>

/* Bytes of the control character at s: 1, 2 (C1 in UTF-8), or 0 when it is none. */
static unsigned
control(const char *s)
{
	unsigned char c = (unsigned char)s[0];

	if (c < 0x20 || c == 0x7f)
		return 1;
	return c == 0xc2 && (unsigned char)s[1] >= 0x80 && (unsigned char)s[1] <= 0x9f ? 2 : 0;
}

static void
plain(const char *s, char special, struct dx_buf *out)
{
	while (s != NULL && *s != '\0') {
		unsigned n = control(s);

		if (n > 0) {
			dx_buf_putc(out, n == 1 && (*s == '\t' || *s == '\n') ? ' ' : '?');
			s += n;
			continue;
		}
		if (special != '\0' && *s == special)
			dx_buf_putc(out, '\\');
		dx_buf_putc(out, *s++);
	}
}

void
dx_plain_text(const char *s, struct dx_buf *out)
{
	plain(s, '\0', out);
}

void
dx_tap_text(const char *s, struct dx_buf *out)
{
	plain(s, '#', out);
}

void
dx_uri_text(const char *s, struct dx_buf *out)
{
	for (; s != NULL && *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || strchr("-._~!$&'()*+,;=@/", c) != NULL)
			dx_buf_putc(out, *s);
		else
			dx_buf_printf(out, "%%%02X", c);
	}
}

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

void
dx_github_text(const char *s, bool property, struct dx_buf *out)
{
	for (; *s != '\0'; s++)
		switch (*s) {
		case '%':
			dx_buf_puts(out, "%25");
			break;
		case '\r':
			dx_buf_puts(out, "%0D");
			break;
		case '\n':
			dx_buf_puts(out, "%0A");
			break;
		case ':':
			dx_buf_puts(out, property ? "%3A" : ":");
			break;
		case ',':
			dx_buf_puts(out, property ? "%2C" : ",");
			break;
		default:
			if ((unsigned char)s[0] == 0xc2 && (unsigned char)s[1] >= 0x80 && (unsigned char)s[1] <= 0x9f) {
				dx_buf_putc(out, '?');
				s++;
			} else
				dx_buf_putc(out, (unsigned char)*s < 0x20 || *s == 0x7f ? '?' : *s);
			break;
		}
}
