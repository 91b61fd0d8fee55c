// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lpatch-apply: puts an update into the running kernel. Everything that can be
 * checked is checked before anything is loaded; from then on, whatever goes
 * wrong, what this run loaded is unloaded again.
 */
#include "apply/attempt.h"
#include "apply/control.h"
#include "apply/host.h"
#include "apply/interrupts.h"
#include "apply/modules.h"
#include "apply/options.h"
#include "apply/unload.h"
#include "common/bundle.h"
#include "common/version.h"

struct options {
	const char *bundle; /* path */
	bool check;
	unsigned int retries;
	struct output *output;
	struct lp_error *error; /* the first in the options */
};

static struct lp_error *check_abi(const struct bundle *bundle)
{
	if (bundle->manifest->abi == LPATCH_ABI_VERSION)
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_BAD_BUNDLE,
			     "the bundle speaks version %u of the core's interface, this program "
			     "version %d",
			     bundle->manifest->abi, LPATCH_ABI_VERSION),
		"Use lpatch-create and lpatch-apply of the same version.");
}

/* Checks the core that is loaded, if one is. */
static struct lp_error *check_loaded_core(const struct host *host)
{
	unsigned int abi;

	if (!control_core_loaded(host))
		return NULL;
	lp_try(control_abi(host, &abi));
	if (abi == LPATCH_ABI_VERSION)
		return NULL;
	return lp_error_hint(
		lp_error_new(
			LP_KERNEL_REFUSED,
			"the loaded core speaks version %u of its interface, the bundle version %d",
			abi, LPATCH_ABI_VERSION),
		"Undo the updates that use it, `rmmod %s`, and try again.", LPATCH_CORE_MODULE);
}

/* The id must be free, or held by what a run that was killed has left. */
static struct lp_error *check_id(const struct host *host, const char *id)
{
	enum lpatch_stage stage;

	if (!control_present(host, id))
		return NULL;
	lp_try(control_stage(host, id, &stage));
	if (stage != LPATCH_STAGE_APPLIED)
		return NULL;
	return lp_error_new(LP_KERNEL_REFUSED, "%s is already applied", id);
}

static struct lp_error *check_kernel(const struct host *host, const char *id)
{
	lp_try(check_loaded_core(host));
	return check_id(host, id);
}

/* Unloads what a run that was killed has left of this update. */
static struct lp_error *clear_leftover(const struct host *host, struct output *output,
				       const char *id)
{
	if (!control_present(host, id))
		return NULL;
	output_step(output, "unloading what an earlier run left of %s", id);
	return unload_update(id);
}

static struct lp_error *load_core(const struct host *host, struct output *output,
				  const struct bundle *bundle)
{
	if (control_core_loaded(host))
		return NULL;
	output_step(output, "loading the core");
	return module_load(LPATCH_CORE_MODULE, &bundle->core);
}

static struct lp_error *load_update(const struct host *host, struct output *output,
				    const struct bundle *bundle)
{
	const char *id = bundle->manifest->id;
	_cleanup_free_ char *module = module_name_of_update(id);

	if (!module)
		return lp_error_no_memory();
	output_step(output, "loading %s", id);
	lp_try(module_load(module, &bundle->update));
	if (control_present(host, id))
		return NULL;
	return lp_error_new(LP_BAD_BUNDLE, "the module %s did not make an update %s known", module,
			    id);
}

/* Takes back what this run loaded; the kernel is as it was before. */
static void withdraw(const struct host *host, struct output *output, const char *id)
{
	_cleanup_free_ char *module = module_name_of_update(id);
	struct lp_error *error = NULL;

	if (module && module_is_loaded(host, module))
		error = module_unload(module);
	if (!error)
		error = unload_idle_core(host);
	if (error)
		message_warning(&output->sink, "%s", error->message);
	lp_error_free(error);
}

static struct lp_error *put_in_force(const struct host *host, const struct options *options,
				     const char *id)
{
	struct output *output = options->output;
	_cleanup_attempt_ struct attempt attempt = {};

	output_step(output, "applying %s", id);
	lp_try(attempt_stage(host, &output->sink, id, LPATCH_STAGE_APPLIED, options->retries,
			     &attempt));
	attempt_show(&attempt, output);
	return attempt_error(&attempt, id, LPATCH_STAGE_APPLIED);
}

static struct lp_error *load_and_apply(const struct host *host, const struct options *options,
				       const struct bundle *bundle)
{
	lp_try(load_core(host, options->output, bundle));
	lp_try(check_loaded_core(host));
	lp_try(load_update(host, options->output, bundle));
	return put_in_force(host, options, bundle->manifest->id);
}

static struct lp_error *change_kernel(const struct host *host, const struct options *options,
				      const struct bundle *bundle)
{
	const char *id = bundle->manifest->id;
	_cleanup_close_ int lock = -1;

	lp_try(host_lock(host, &options->output->sink, &lock));
	lp_try(check_kernel(host, id));
	interrupts_hold();
	lp_try(clear_leftover(host, options->output, id));
	struct lp_error *error = load_and_apply(host, options, bundle);

	if (error)
		withdraw(host, options->output, id);
	return error;
}

/* --check: says what would happen. */
static void show_plan(struct output *output, const struct manifest *manifest)
{
	size_t replaced = 0;

	for (size_t i = 0; i < manifest->nr_objects; i++) {
		const struct manifest_object *object = &manifest->objects[i];

		for (size_t j = 0; j < object->nr_functions; j++) {
			if (object->functions[j].kind != MANIFEST_REPLACED)
				continue;
			replaced++;
			output_print(output, "would replace %s in %s (%s)\n",
				     object->functions[j].name, object->name, object->source);
		}
	}
	output_add_number(output, "functions", replaced);
	output_print(output, "%s can be applied; nothing was loaded.\n", manifest->id);
}

static struct lp_error *check_or_apply(const struct host *host, const struct options *options)
{
	struct output *output = options->output;
	_cleanup_bundle_ struct bundle *bundle = NULL;

	output_step(output, "checking %s", options->bundle);
	lp_try(bundle_read(options->bundle, &bundle));
	output_add_text(output, "id", bundle->manifest->id);
	lp_try(check_abi(bundle));
	lp_try(host_check_target(host, &bundle->manifest->target));
	lp_try(host_check_privileges());
	if (options->check) {
		lp_try(check_kernel(host, bundle->manifest->id));
		show_plan(output, bundle->manifest);
		return NULL;
	}
	lp_try(change_kernel(host, options, bundle));
	output_add_text(output, "stage", control_stage_name(LPATCH_STAGE_APPLIED));
	output_print(output, "Done!\n");
	return NULL;
}

/* The command line ------------------------------------------------------------ */

enum { KEY_CHECK = OPTIONS_FIRST_KEY, KEY_RETRIES };

static const struct argp_option descriptions[] = {
	{"check", KEY_CHECK, NULL, 0, "Make all checks, say what would happen, load nothing", 0},
	{"retries", KEY_RETRIES, "N", 0, "Try N more times while a task is in the way (5)", 0},
	{0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->output;
		break;
	case KEY_CHECK:
		options->check = true;
		break;
	case KEY_RETRIES:
		options_keep_error(&options->error, options_number("--retries", argument, 1000000,
								   &options->retries));
		break;
	case ARGP_KEY_ARG:
		if (options->bundle)
			argp_error(state, "one BUNDLE at a time");
		options->bundle = argument;
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no BUNDLE given");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct argp_child children[] = {{.argp = &options_output_argp}, {0}};
	static const struct argp argp = {
		.options = descriptions,
		.parser = parse_option,
		.args_doc = "BUNDLE",
		.doc = "Put the update in BUNDLE (lpatch-ID.tar.zst) into the running kernel.\v" //
		OPTIONS_EXIT_STATUS,
		.children = children,
	};
	struct output output;

	output_init(&output, "lpatch-apply");
	struct options options = {.retries = ATTEMPT_RETRIES, .output = &output};

	options_parse(&argp, argc, argv, "lpatch-apply " LPATCH_VERSION, &options);
	if (options.error)
		return output_finish(&output, options.error);
	return output_finish(&output, check_or_apply(host_running(), &options));
}
