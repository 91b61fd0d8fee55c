// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/error.h"

#include <stdarg.h>
#include <string.h>

static struct lp_error no_memory = {
	.status = LP_INTERNAL,
	.message = (char *)"out of memory",
};

static struct lp_error *error_take(enum lp_status status, char *message)
{
	struct lp_error *error = message ? calloc(1, sizeof(*error)) : NULL;

	if (!error) {
		free(message);
		return &no_memory;
	}
	error->status = status;
	error->message = message;
	return error;
}

/* The formatted text, or NULL without memory. */
static char *format_text(const char *format, va_list arguments)
{
	char *text;

	return vasprintf(&text, format, arguments) < 0 ? NULL : text;
}

struct lp_error *lp_error_new(enum lp_status status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *message = format_text(format, arguments);

	va_end(arguments);
	return error_take(status, message);
}

struct lp_error *lp_error_errno(int errnum, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	_cleanup_free_ char *what = format_text(format, arguments);
	char *message;

	va_end(arguments);
	if (!what || asprintf(&message, "%s: %s", what, strerror(errnum)) < 0)
		return &no_memory;
	return error_take(LP_INTERNAL, message);
}

struct lp_error *lp_error_no_memory(void)
{
	return &no_memory;
}

struct lp_error *lp_error_context(struct lp_error *error, const char *format, ...)
{
	va_list arguments;
	char *message;

	if (!error || error == &no_memory)
		return error;
	va_start(arguments, format);
	_cleanup_free_ char *context = format_text(format, arguments);

	va_end(arguments);
	if (!context || asprintf(&message, "%s: %s", context, error->message) < 0)
		return error;
	free(error->message);
	error->message = message;
	return error;
}

struct lp_error *lp_error_hint(struct lp_error *error, const char *format, ...)
{
	va_list arguments;

	if (!error || error == &no_memory)
		return error;
	va_start(arguments, format);
	free(error->hint);
	error->hint = format_text(format, arguments);
	va_end(arguments);
	return error;
}

void lp_error_free(struct lp_error *error)
{
	if (!error || error == &no_memory)
		return;
	free(error->message);
	free(error->hint);
	free(error);
}
