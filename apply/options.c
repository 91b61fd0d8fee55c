// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/options.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "common/manifest.h"
#include "core-module/lpatch_abi.h"

/* Above those that the commands number from OPTIONS_FIRST_KEY. */
enum { KEY_JSON = OPTIONS_FIRST_KEY + 1000, KEY_RETRIES, KEY_TIMEOUT, KEY_MAX_STOP };

#define LARGEST_NUMBER 1000000

static const struct argp_option output_options[] = {
	{"json", KEY_JSON, NULL, 0, "Print one JSON object on standard output, nothing else", 0},
	{"verbose", 'v', NULL, 0, "Explain each step", 0},
	{"quiet", 'q', NULL, 0, "Print only results and errors", 0},
	{0},
};

static error_t parse_output_option(int key, char *argument, struct argp_state *state)
{
	struct output *output = state->input;

	(void)argument;
	switch (key) {
	case KEY_JSON:
		output->json = true;
		return 0;
	case 'v':
		output->sink.verbosity = 1;
		return 0;
	case 'q':
		output->sink.verbosity = -1;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp options_output_argp = {
	.options = output_options,
	.parser = parse_output_option,
};

static const struct argp_option attempt_options[] = {
	{"retries", KEY_RETRIES, "N", 0, "Try N more times while a task blocks it (5)", 0},
	{"timeout", KEY_TIMEOUT, "SECONDS", 0, "Try until this many seconds have passed", 0},
	{"max-stop", KEY_MAX_STOP, "MS", 0,
	 "Stop the machine for at most MS milliseconds to check stacks (50)", 0},
	{0},
};

static error_t parse_attempt_option(int key, char *argument, struct argp_state *state)
{
	struct attempt_options *options = state->input;
	struct attempt_limits *limits = &options->limits;

	switch (key) {
	case ARGP_KEY_INIT:
		limits->retries = ATTEMPT_RETRIES;
		return 0;
	case KEY_RETRIES:
		limits->retries_given = true;
		options_keep_error(
			&options->error,
			options_number("--retries", argument, 0, LARGEST_NUMBER, &limits->retries));
		return 0;
	case KEY_TIMEOUT:
		options_keep_error(
			&options->error,
			options_number("--timeout", argument, 1, LARGEST_NUMBER, &limits->timeout));
		return 0;
	case KEY_MAX_STOP:
		options_keep_error(&options->error,
				   options_number("--max-stop", argument, LPATCH_MAX_STOP_LEAST,
						  LPATCH_MAX_STOP_MOST, &limits->max_stop));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp options_attempt_argp = {
	.options = attempt_options,
	.parser = parse_attempt_option,
};

struct lp_error *options_number(const char *option, const char *text, unsigned int least,
				unsigned int limit, unsigned int *number)
{
	char *end;

	errno = 0;
	unsigned long value = strtoul(text, &end, 10);

	if (errno || !isdigit((unsigned char)*text) || *end || value < least || value > limit)
		return lp_error_new(LP_USAGE, "%s=%s: not a number from %u to %u", option, text,
				    least, limit);
	*number = value;
	return NULL;
}

struct lp_error *options_check_id(const char *id)
{
	char shown[2 * LPATCH_ID_MAX + 1];
	size_t length = 0;

	if (manifest_id_is_valid(id))
		return NULL;
	for (; length < sizeof(shown) - 1 && id[length]; length++)
		shown[length] = isprint((unsigned char)id[length]) ? id[length] : '?';
	shown[length] = '\0';
	return lp_error_new(LP_USAGE, "\"%s%s\" is not an id: 1 to %d characters of a-z, 0-9 and _",
			    shown, id[length] ? "..." : "", LPATCH_ID_MAX);
}

void options_keep_error(struct lp_error **first, struct lp_error *error)
{
	if (*first)
		lp_error_free(error);
	else
		*first = error;
}

void options_parse(const struct argp *argp, int argc, char **argv, const char *version, void *input)
{
	argp_program_version = version;
	argp_err_exit_status = LP_USAGE;
	argp_parse(argp, argc, argv, 0, NULL, input);
}
