// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/message.h"

#include <stdarg.h>
#include <string.h>

/* Prints text with every line after the first indented by two blanks. */
static void print_indented(const char *text)
{
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");

		fprintf(stderr, "%s%.*s\n", line == text ? "" : "  ", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

static void print_line(struct message_sink *sink, const char *kind, const char *format,
		       va_list arguments)
{
	message_progress_done(sink);
	fprintf(stderr, "%s: %s", sink->program, kind);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

int message_error(struct message_sink *sink, struct lp_error *error)
{
	if (!error)
		return LP_DONE;
	message_progress_done(sink);
	fprintf(stderr, "%s: ", sink->program);
	print_indented(error->message);
	if (error->hint) {
		fputs("  ", stderr);
		print_indented(error->hint);
	}
	int status = error->status;

	lp_error_free(error);
	return status;
}

void message_warning(struct message_sink *sink, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_line(sink, "warning: ", format, arguments);
	va_end(arguments);
}

/* Seconds since the first step was announced. */
static double seconds_since_start(struct message_sink *sink)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!sink->start.tv_sec)
		sink->start = now;
	return (double)(now.tv_sec - sink->start.tv_sec) +
	       (double)(now.tv_nsec - sink->start.tv_nsec) / 1e9;
}

void message_progress(struct message_sink *sink, const char *format, ...)
{
	va_list arguments;

	if (sink->verbosity < 0)
		return;
	message_progress_done(sink);
	if (sink->verbosity > 0)
		fprintf(stderr, "[%7.3f s] ", seconds_since_start(sink));
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	sink->progress_shown = isatty(STDERR_FILENO) && sink->verbosity == 0;
	if (!sink->progress_shown)
		fputc('\n', stderr);
	fflush(stderr);
}

void message_progress_done(struct message_sink *sink)
{
	if (sink->progress_shown)
		fputs("\r\033[K", stderr);
	sink->progress_shown = false;
}

void message_verbose(struct message_sink *sink, const char *format, ...)
{
	va_list arguments;

	if (sink->verbosity < 1)
		return;
	va_start(arguments, format);
	print_line(sink, "", format, arguments);
	va_end(arguments);
}
