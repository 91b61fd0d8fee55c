// SPDX-License-Identifier: GPL-2.0-or-later
/* lpatch-view: says which updates are in the running kernel, or what a bundle holds. */
#include <string.h>

#include "apply/control.h"
#include "apply/host.h"
#include "apply/metrics.h"
#include "apply/options.h"
#include "apply/show.h"
#include "common/manifest.h"
#include "common/version.h"

struct options {
	const char *id;   /* --id, or NULL */
	const char *file; /* --file, or NULL */
	bool prometheus;  /* --format=prometheus */
	struct output *output;
};

/* The command line ------------------------------------------------------------ */

enum { KEY_ID = OPTIONS_FIRST_KEY, KEY_FILE, KEY_FORMAT };

static const struct argp_option descriptions[] = {
	{"id", KEY_ID, "ID", 0, "Show stage, functions and patch of this update", 0},
	{"file", KEY_FILE, "BUNDLE", 0, "Show what is in the bundle; loads nothing", 0},
	{"format", KEY_FORMAT, "FORMAT", 0, "text, json, or prometheus: metrics for monitoring", 0},
	{0},
};

static error_t parse_format(struct options *options, const char *format, struct argp_state *state)
{
	if (!strcmp(format, "prometheus"))
		options->prometheus = true;
	else if (!strcmp(format, "json"))
		options->output->json = true;
	else if (strcmp(format, "text"))
		argp_error(state, "--format=%s: not text, json or prometheus", format);
	return 0;
}

/* BUNDLE without --file. What could be an id is not guessed at. */
static void take_argument(struct options *options, char *argument, struct argp_state *state)
{
	if (manifest_id_is_valid(argument))
		argp_error(state, "%s: did you mean --id=%s or --file=%s?", argument, argument,
			   argument);
	if (options->file)
		argp_error(state, "%s: one BUNDLE is enough (%s is given too)", argument,
			   options->file);
	if (!*argument)
		argp_error(state, "the name of BUNDLE is empty");
	options->file = argument;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->output;
		break;
	case KEY_ID:
		options->id = argument;
		break;
	case KEY_FILE:
		if (!*argument)
			argp_error(state, "--file=: the name of BUNDLE is empty");
		options->file = argument;
		break;
	case KEY_FORMAT:
		return parse_format(options, argument, state);
	case ARGP_KEY_ARG:
		take_argument(options, argument, state);
		break;
	case ARGP_KEY_END:
		if (options->id && options->file)
			argp_error(state, "--id and --file exclude each other");
		if (options->prometheus && (options->id || options->file || options->output->json))
			argp_error(state, "--format=prometheus shows all updates, and can't be "
					  "combined with other options");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static struct lp_error *view(const struct host *host, const struct options *options)
{
	if (options->file)
		return show_bundle(host, options->output, options->file);
	lp_try(control_check_core(host));
	if (options->prometheus)
		return metrics_write(host, stdout);
	if (options->id)
		return show_update(host, options->output, options->id);
	return show_all(host, options->output);
}

int main(int argc, char **argv)
{
	static const struct argp_child children[] = {{.argp = &options_output_argp}, {0}};
	static const struct argp argp = {
		.options = descriptions,
		.parser = parse_option,
		.args_doc = "[BUNDLE]",
		.doc = "List the updates in the running kernel, or show one.\v" OPTIONS_EXIT_STATUS,
		.children = children,
	};
	struct output output;

	output_init(&output, "lpatch-view");
	struct options options = {.output = &output};

	options_parse(&argp, argc, argv, "lpatch-view " LPATCH_VERSION, &options);
	return output_finish(&output, view(host_running(), &options));
}
