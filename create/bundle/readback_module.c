// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/bundle/readback_module.h"

#include <stdarg.h>
#include <stdio.h>

struct lp_error *readback_fault(const struct linked_module *module, const char *section,
				const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);

	va_end(arguments);
	if (length < 0)
		return lp_error_no_memory();
	return lp_error_new(LP_INTERNAL, "%s: section %s: %s", module->file.name, section, text);
}
