/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diffobj: the object differ as a command. */
#include <argp.h>
#include <stdio.h>

#include "common/error.h"
#include "common/message.h"
#include "common/version.h"
#include "diffobj/diffobj.h"
#include "diffobj/show.h"

struct arguments {
	struct diffobj_options options;
	bool json;
	const char *output;
	const char *original;
	const char *patched;
};

enum {
	OPTION_JSON = 256,
	OPTION_EXPLAIN,
	OPTION_SKIP_INIT,
	OPTION_BUILT_IN,
};

static const struct argp_option options[] = {
	{"json", OPTION_JSON, NULL, 0, "Print the result as JSON", 0},
	{"explain", OPTION_EXPLAIN, NULL, 0, "Show where and how each function changed", 0},
	{"skip-init", OPTION_SKIP_INIT, NULL, 0, "Leave changed init code out", 0},
	{"built-in", OPTION_BUILT_IN, NULL, 0, "The objects are part of vmlinux, not of a module",
	 0},
	{"output", 'o', "OUT.o", 0, "Write the object with what is new to OUT.o", 0},
	{},
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case OPTION_JSON:
		arguments->json = true;
		return 0;
	case OPTION_EXPLAIN:
		arguments->options.explain = true;
		return 0;
	case OPTION_SKIP_INIT:
		arguments->options.skip_init = true;
		return 0;
	case OPTION_BUILT_IN:
		arguments->options.built_in = true;
		return 0;
	case 'o':
		arguments->output = value;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			arguments->original = value;
		else if (state->arg_num == 1)
			arguments->patched = value;
		else
			argp_usage(state);
		return 0;
	case ARGP_KEY_END:
		if (!arguments->patched)
			argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "ORIGINAL.o PATCHED.o",
	.doc = "Compare two builds of one source file, each compiled with -ffunction-sections "
	       "-fdata-sections, and make an object with what is new."
	       "\vExit status: 0 done, 1 bad input or internal error, 2 wrong usage, 5 refused: "
	       "not "
	       "safe as a live update, 7 nothing changed.",
};

static int exit_status(const struct diffobj_result *result)
{
	if (result->nr_refusals)
		return LP_UNSAFE;
	return diffobj_is_empty(result) ? LP_NOTHING_TO_PATCH : LP_DONE;
}

int main(int argc, char **argv)
{
	struct message_sink sink = {.program = "diffobj"};
	struct arguments arguments = {.options.rewrite = true};
	struct diffobj_result *result;

	argp_program_version = "diffobj " LPATCH_VERSION;
	argp_err_exit_status = LP_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);

	struct lp_error *error = diffobj_run(arguments.original, arguments.patched,
					     arguments.output, &arguments.options, &result);

	if (error)
		return message_error(&sink, error);

	int status = exit_status(result);

	error = arguments.json ? show_json(result) : show_text(result);
	diffobj_result_free(result);
	return error ? message_error(&sink, error) : status;
}
