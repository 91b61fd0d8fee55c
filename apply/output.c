// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/output.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "common/printable.h"

/*
 * A command may be started with standard streams that are closed. The next file that is
 * opened would take such a number, and messages would go into it: a bundle that is kept,
 * or a file of sysfs. Since it is open for reading only, writing to the stream still gives an
 * error.
 */
static void fill_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

void output_init(struct output *output, const char *program)
{
	fill_standard_streams();
	*output = (struct output){
		.sink = {.program = program},
		.result = json_object_new_object(),
	};
	output_add_number(output, "schema", OUTPUT_SCHEMA);
	output_add_text(output, "program", program);
}

void output_add(struct output *output, const char *field, struct json_object *value)
{
	if (output->result)
		json_object_object_add(output->result, field, value);
	else
		json_object_put(value);
}

void output_add_text(struct output *output, const char *field, const char *text)
{
	output_add(output, field, json_object_new_string(text));
}

void output_add_number(struct output *output, const char *field, int64_t number)
{
	output_add(output, field, json_object_new_int64(number));
}

void output_print(struct output *output, const char *format, ...)
{
	va_list arguments;

	if (output->json)
		return;
	message_progress_done(&output->sink);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
}

/* True if standard output is a file, not a terminal or a pipe that may end at one. */
static bool is_saved(void)
{
	struct stat status;

	return !fstat(STDOUT_FILENO, &status) && S_ISREG(status.st_mode);
}

struct lp_error *output_fact(struct output *output, const char *indent, const struct fact *fact)
{
	_cleanup_free_ char *text = NULL;

	lp_try(fact_text(fact, &text));
	output_print(output, "%s%s\n", indent, text);
	return NULL;
}

void output_lines(struct output *output, const char *title, const struct text_list *lines)
{
	if (lines->count)
		output_print(output, "\n%s:\n", title);
	for (size_t i = 0; i < lines->count; i++)
		output_print(output, "  %s\n", lines->items[i]);
}

void output_patch(struct output *output, const char *patch)
{
	_cleanup_free_ char *harmless = strdup(patch);

	if (!harmless)
		return;
	printable_utf8(harmless);
	output_add_text(output, "patch", harmless);
	printable_terminal(harmless);
	size_t length = strlen(patch);

	output_print(output, "\n%s%s", is_saved() ? patch : harmless,
		     length && patch[length - 1] == '\n' ? "" : "\n");
}

void output_step(struct output *output, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);

	va_end(arguments);
	if (length < 0)
		return;
	if (output->sink.verbosity > 0)
		message_verbose(&output->sink, "%s", text);
	else if (isatty(STDERR_FILENO))
		message_progress(&output->sink, "%s", text);
}

static struct json_object *text_or_null(const char *text)
{
	return text ? json_object_new_string(text) : NULL;
}

struct json_object *output_error_json(const struct lp_error *error)
{
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "status", json_object_new_int(error->status));
	json_object_object_add(json, "error", json_object_new_string(error->message));
	json_object_object_add(json, "hint", text_or_null(error->hint));
	return json;
}

static void add_end(struct output *output, const struct lp_error *error)
{
	output_add_number(output, "status", error ? error->status : LP_DONE);
	output_add(output, "error", text_or_null(error ? error->message : NULL));
	output_add(output, "hint", text_or_null(error ? error->hint : NULL));
}

static void print_json(struct json_object *result)
{
	puts(json_object_to_json_string_ext(result, JSON_C_TO_STRING_PRETTY |
							    JSON_C_TO_STRING_NOSLASHESCAPE));
}

int output_finish(struct output *output, struct lp_error *error)
{
	message_progress_done(&output->sink);
	add_end(output, error);
	if (output->json && output->result)
		print_json(output->result);
	json_object_put(output->result);
	output->result = NULL;
	/* The error first: it is more important than a full pipe. */
	int status = message_error(&output->sink, error);

	if (fflush(stdout) || ferror(stdout)) {
		int lost = message_error(&output->sink,
					 lp_error_errno(errno, "can't write standard output"));

		return status ? status : lost;
	}
	return status;
}
