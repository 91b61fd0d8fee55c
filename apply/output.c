// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/output.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <string.h>

/*
 * A command may be started with standard streams that are closed. The next file that is
 * opened would take such a number, and messages would go into it: a bundle that is kept,
 * or a file of sysfs. Open for reading only, a stream still can't be written, which is said.
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

/* The bytes of the UTF-8 character that `text` begins with, 0 if it is none (RFC 3629). */
static size_t utf8_length(const unsigned char *text)
{
	static const struct {
		unsigned char first, last; /* range of the first byte */
		unsigned char low, high;   /* range of the second */
		size_t length;
	} forms[] = {
		{0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
		{0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	if (*text < 0x80)
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (*text < forms[i].first || *text > forms[i].last)
			continue;
		if (text[1] < forms[i].low || text[1] > forms[i].high)
			return 0;
		for (size_t j = 2; j < forms[i].length; j++) {
			if ((text[j] & 0xc0) != 0x80)
				return 0;
		}
		return forms[i].length;
	}
	return 0;
}

/* True for the control characters that would drive a terminal. */
static bool drives_terminal(const unsigned char *character, size_t length)
{
	if (length == 1)
		return (*character < ' ' && *character != '\n' && *character != '\t') ||
		       *character == 0x7f;
	return length == 2 && character[0] == 0xc2 && character[1] < 0xa0;
}

/* Puts '?' for every byte that is no UTF-8 and, if wanted, for control characters. */
static void make_harmless(char *text, bool controls)
{
	unsigned char *next = (unsigned char *)text;

	while (*next) {
		size_t length = utf8_length(next);

		if (!length || (controls && drives_terminal(next, length)))
			*next = '?';
		next += length ? length : 1;
	}
}

void output_patch(struct output *output, const char *patch)
{
	_cleanup_free_ char *harmless = strdup(patch);

	if (!harmless)
		return;
	make_harmless(harmless, false);
	output_add_text(output, "patch", harmless);
	make_harmless(harmless, true);
	size_t length = strlen(patch);

	output_print(output, "\n%s%s", isatty(STDOUT_FILENO) ? harmless : patch,
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
	/* The error first: what it says counts for more than a full pipe. */
	int status = message_error(&output->sink, error);

	if (fflush(stdout) || ferror(stdout)) {
		int lost = message_error(&output->sink,
					 lp_error_errno(errno, "can't write standard output"));

		return status ? status : lost;
	}
	return status;
}
