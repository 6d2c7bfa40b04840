#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "check/plan.h"

#define FAULTS_MAX	200

void
dx_fault_add(struct dx_faults *f, enum dx_reason reason, const char *at, const char *fmt, ...)
{
	char text[DX_ERR_TEXT];
	va_list ap;

	if (f->count == FAULTS_MAX)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	f->item = dx_realloc(f->item, dx_size_mul(f->count + 1, sizeof(*f->item)));
	f->item[f->count] = (struct dx_err){ 0 };
	(void)dx_err_set_at(&f->item[f->count++], reason, at, "%s", text);
}

void
dx_faults_release(struct dx_faults *f)
{
	free(f->item);
	*f = (struct dx_faults){ 0 };
}
