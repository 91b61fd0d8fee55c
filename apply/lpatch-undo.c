// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lpatch-undo: takes an update out of the running kernel. When it is the last
 * one, the core goes too, and the host is as it was before the first.
 */
#include "apply/attempt.h"
#include "apply/control.h"
#include "apply/host.h"
#include "apply/interrupts.h"
#include "apply/modules.h"
#include "apply/options.h"
#include "apply/record.h"
#include "apply/unload.h"
#include "common/version.h"

struct options {
	const char *id;
	struct attempt_options attempt;
	struct output *output;
};

/* Brings the functions back. An update that isn't in force needs nothing of the kind. */
static struct lp_error *reverse(const struct host *host, const struct options *options)
{
	struct output *output = options->output;
	_cleanup_attempt_ struct attempt attempt = {};
	enum lpatch_stage stage;

	lp_try(control_stage(host, options->id, &stage));
	if (stage != LPATCH_STAGE_APPLIED)
		return NULL;
	output_step(output, "undoing %s", options->id);
	lp_try(attempt_stage(host, output, options->id, LPATCH_STAGE_REVERSED,
			     &options->attempt.limits, &attempt));
	lp_try(attempt_explain(&attempt, output));
	attempt_show(&attempt, output);
	return attempt_error(&attempt, options->id, LPATCH_STAGE_REVERSED);
}

static struct lp_error *unload(const struct host *host, const struct options *options)
{
	output_step(options->output, "unloading %s", options->id);
	lp_try(lp_error_context(unload_update(options->id),
				"%s is no longer in force, but still loaded", options->id));
	record_remove(host, options->id);
	struct lp_error *error = unload_idle_core(host);

	/* The update is gone, which is what was asked for. */
	if (error)
		message_warning(&options->output->sink, "%s", error->message);
	lp_error_free(error);
	return NULL;
}

static struct lp_error *check_present(const struct host *host, const char *id)
{
	if (control_present(host, id))
		return NULL;
	return lp_error_hint(lp_error_new(LP_USAGE, "no update %s is in the kernel", id),
			     "lpatch-view lists those that are.");
}

static struct lp_error *undo(const struct host *host, const struct options *options)
{
	_cleanup_close_ int lock = -1;

	lp_try(options_check_id(options->id));
	output_add_text(options->output, "id", options->id);
	lp_try(host_check_privileges());
	lp_try(check_present(host, options->id));
	lp_try(host_lock(host, &options->output->sink, &lock));
	/* Again: another run may have been at it meanwhile. */
	lp_try(check_present(host, options->id));
	interrupts_hold();
	lp_try(reverse(host, options));
	lp_try(unload(host, options));
	output_print(options->output, "Done!\n");
	return NULL;
}

/* The command line ------------------------------------------------------------ */

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->output;
		state->child_inputs[1] = &options->attempt;
		break;
	case ARGP_KEY_ARG:
		if (options->id)
			argp_error(state, "one ID at a time");
		options->id = argument;
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no ID given");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{.argp = &options_output_argp},
		{.argp = &options_attempt_argp},
		{0},
	};
	static const struct argp argp = {
		.parser = parse_option,
		.args_doc = "ID",
		.doc = "Take the update ID out of the running kernel.\v" OPTIONS_EXIT_STATUS,
		.children = children,
	};
	struct output output;

	output_init(&output, "lpatch-undo");
	struct options options = {.output = &output};

	options_parse(&argp, argc, argv, "lpatch-undo " LPATCH_VERSION, &options);
	if (options.attempt.error)
		return output_finish(&output, options.attempt.error);
	struct lp_error *error = undo(host_running(), &options);

	if (error && error->status != LP_USAGE)
		record_failure(host_running(), output.sink.program, error);
	return output_finish(&output, error);
}
