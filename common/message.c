// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/message.h"

#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

#include "common/printable.h"
#include "common/text.h"

/* Steps that take less, in seconds, are left out of the list at the end. */
#define SHORTEST_SHOWN 0.05

#define USUAL_WIDTH 80 /* columns of a terminal of unknown width */

/* Messages have names of files, ids and tasks in them that others choose. */
static void print_harmless(const char *text, size_t length)
{
	_cleanup_free_ char *copy = strndup(text, length);

	if (!copy)
		return;
	printable_terminal(copy);
	fputs(copy, stderr);
}

/* Prints text with every line after the first indented by two blanks. */
static void print_indented(const char *text)
{
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");

		fputs(line == text ? "" : "  ", stderr);
		print_harmless(line, length);
		fputc('\n', stderr);
		line += length + (line[length] == '\n');
	}
}

static void print_line(struct message_sink *sink, const char *kind, const char *format,
		       va_list arguments)
{
	_cleanup_free_ char *text = NULL;

	if (vasprintf(&text, format, arguments) < 0)
		return;
	message_progress_done(sink);
	fprintf(stderr, "%s: %s", sink->program, kind);
	print_indented(text);
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

	if (sink->verbosity <= MESSAGE_SILENT)
		return;
	va_start(arguments, format);
	print_line(sink, "warning: ", format, arguments);
	va_end(arguments);
}

void message_warnings(struct message_sink *sink, const char *title,
		      const struct text_list *warnings)
{
	size_t said = warnings->count;

	if (sink->verbosity < 1 && said > MESSAGE_OF_A_KIND)
		said = MESSAGE_OF_A_KIND;
	for (size_t i = 0; i < said; i++)
		message_warning(sink, "%s", warnings->items[i]);
	if (said < warnings->count)
		message_warning_more(sink, title, warnings->count - said);
}

void message_warning_more(struct message_sink *sink, const char *title, size_t count)
{
	message_warning(sink, "%s: %zu more; -v lists all", title, count);
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

/* True if the last line of standard error can be erased. */
static bool can_rewrite(void)
{
	const char *terminal = getenv("TERM");

	return isatty(STDERR_FILENO) && terminal && *terminal && strcmp(terminal, "dumb");
}

/* The bytes that fit into one line: a wrapped line could not be erased as a whole. */
static size_t fitting(const char *text)
{
	struct winsize size = {};
	size_t width = USUAL_WIDTH, columns = 0, bytes = 0;

	if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		width = size.ws_col;
	for (; text[bytes]; bytes++) {
		/* The continuation bytes of a UTF-8 character take no column. */
		if ((text[bytes] & 0xc0) != 0x80 && ++columns >= width)
			break;
	}
	return bytes;
}

static void show_progress(struct message_sink *sink, const char *text)
{
	message_progress_done(sink);
	if (sink->verbosity > 0)
		fprintf(stderr, "[%7.3f s] ", seconds_since_start(sink));
	sink->progress_shown = sink->verbosity == 0 && can_rewrite();
	print_harmless(text, sink->progress_shown ? fitting(text) : strlen(text));
	if (!sink->progress_shown)
		fputc('\n', stderr);
	fflush(stderr);
}

/* Without memory the step is missing from the list. */
static void add_step(struct message_sink *sink, const char *text)
{
	struct message_step *steps =
		realloc(sink->steps, (sink->nr_steps + 1) * sizeof(*sink->steps));

	if (!steps)
		return;
	sink->steps = steps;
	steps[sink->nr_steps] = (struct message_step){strdup(text), seconds_since_start(sink)};
	sink->nr_steps += steps[sink->nr_steps].text != NULL;
}

static char *format_progress(struct message_sink *sink, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

/* NULL if nothing is to be shown. */
static char *format_progress(struct message_sink *sink, const char *format, va_list arguments)
{
	char *text;

	return sink->verbosity < 0 || vasprintf(&text, format, arguments) < 0 ? NULL : text;
}

void message_progress(struct message_sink *sink, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	_cleanup_free_ char *text = format_progress(sink, format, arguments);

	va_end(arguments);
	if (!text)
		return;
	if (sink->verbosity > 0)
		add_step(sink, text);
	show_progress(sink, text);
}

void message_progress_within(struct message_sink *sink, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	_cleanup_free_ char *text = format_progress(sink, format, arguments);

	va_end(arguments);
	if (text)
		show_progress(sink, text);
}

void message_steps_end(struct message_sink *sink)
{
	double end = seconds_since_start(sink);

	message_progress_done(sink);
	if (sink->nr_steps)
		fprintf(stderr, "%s: %.1f s in all:\n", sink->program, end);
	for (size_t i = 0; i < sink->nr_steps; i++) {
		struct message_step *step = &sink->steps[i];
		double next = i + 1 < sink->nr_steps ? sink->steps[i + 1].begin : end;

		if (next - step->begin >= SHORTEST_SHOWN) {
			fprintf(stderr, "  %7.1f s ", next - step->begin);
			print_indented(step->text);
		}
		free(step->text);
	}
	free(take(sink->steps));
	sink->nr_steps = 0;
}

void message_progress_done(struct message_sink *sink)
{
	if (sink->progress_shown)
		fputs("\r\033[K", stderr);
	sink->progress_shown = false;
}

void message_explain(struct message_sink *sink, const char *format, ...)
{
	va_list arguments;

	if (sink->verbosity <= MESSAGE_SILENT)
		return;
	va_start(arguments, format);
	print_line(sink, "", format, arguments);
	va_end(arguments);
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
