// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lpatch-apply: applies an update to the running kernel. Everything that can be
 * checked is checked before anything is loaded; after any later failure, what
 * this run has loaded is unloaded again.
 */
#include <json-c/json.h>
#include <string.h>

#include "apply/attempt.h"
#include "apply/boot.h"
#include "apply/checks.h"
#include "apply/control.h"
#include "apply/host.h"
#include "apply/interrupts.h"
#include "apply/keep.h"
#include "apply/load.h"
#include "apply/modules.h"
#include "apply/options.h"
#include "apply/overrides.h"
#include "apply/persist.h"
#include "apply/plan.h"
#include "apply/plan_stop.h"
#include "apply/record.h"
#include "apply/unload.h"
#include "common/bundle.h"
#include "common/version.h"

struct options {
	const char *bundle; /* path */
	bool check;
	bool require_signature;
	bool persist;
	bool replace;
	bool boot, boot_done;
	struct attempt_options attempt;
	struct output *output;
};

/* Unloads what a killed run has left of this update, unless its code was kept. */
static struct lp_error *clear_leftover(const struct host *host, struct output *output,
				       const char *id)
{
	if (!control_present(host, id) || keep_is_now(host, id))
		return NULL;
	output_step(output, "unloading what an earlier run left of %s", id);
	return unload_update(host, id);
}

/* Unloads what this run has loaded; the kernel is as it was before. */
static void withdraw(const struct host *host, struct output *output, const char *id)
{
	/* It was loaded before, and stays as it was. */
	if (keep_is_now(host, id))
		return;
	record_remove(host, id);

	struct lp_error *error = unload_update(host, id);

	if (!error)
		error = unload_idle_core(host);
	if (error)
		message_warning(&output->sink, "%s", error->message);
	lp_error_free(error);
}

/* Records what the kernel doesn't keep. The update is in force, so a failure is only a warning. */
static void note(const struct host *host, struct output *output,
		 const struct check_context *context)
{
	_cleanup_error_ struct lp_error *error =
		record_write(host, context->bundle->manifest, context->signer);

	if (error)
		message_warning(&output->sink, "%s", error->message);
}

static struct lp_error *put_in_force(const struct options *options, struct check_context *context)
{
	const struct host *host = context->host;
	const char *id = context->bundle->manifest->id;
	struct output *output = options->output;
	_cleanup_attempt_ struct attempt attempt = {};

	output_step(output, "applying %s", id);
	lp_try(attempt_stage(host, output, id, LPATCH_STAGE_APPLIED,
			     options->replace ? CONTROL_REPLACE : 0, &options->attempt.limits,
			     &attempt));
	lp_try(attempt_explain(host, output, &attempt));
	attempt_show(&attempt, output->result);
	if (attempt.last.done)
		note(host, output, context);
	return attempt_error(&attempt, id, LPATCH_STAGE_APPLIED);
}

/* The ids of the updates that are in force. */
static struct lp_error *list_applied(const struct host *host, struct text_list *applied)
{
	_cleanup_text_list_ struct text_list ids = {};

	lp_try(control_list(host, &ids));
	for (size_t i = 0; i < ids.count; i++) {
		enum lpatch_stage stage;

		lp_try(control_stage(host, ids.items[i], &stage));
		if (stage == LPATCH_STAGE_APPLIED)
			lp_try(text_list_add(applied, "%s", ids.items[i]));
	}
	return NULL;
}

/* An update that --replace has put out of force: unloads it, and with --persist forgets it. */
static struct lp_error *clear_replaced(const struct options *options, const struct host *host,
				       const char *id)
{
	bool was_kept = persist_is_kept(host, id);

	if (keep_is_now(host, id)) {
		output_print(options->output, "%s is out of force; its code stays loaded\n", id);
	} else {
		lp_try(unload_update(host, id));
		record_remove(host, id);
	}
	if (was_kept && options->persist)
		return persist_forget(host, id, &was_kept);
	if (was_kept)
		message_warning(&options->output->sink,
				"%s is kept and will be applied again at the next boot; "
				"lpatch-undo --persist %s forgets it",
				id, id);
	return NULL;
}

/* The new update is in force, so a failure is only a warning. */
static void clear_all_replaced(const struct options *options, const struct host *host,
			       const struct text_list *replaced)
{
	struct json_object *json = json_object_new_array();

	output_add(options->output, "replaced", json);
	for (size_t i = 0; i < replaced->count; i++) {
		const char *id = replaced->items[i];
		_cleanup_error_ struct lp_error *error = clear_replaced(options, host, id);

		json_object_array_add(json, json_object_new_string(id));
		output_print(options->output, "replaced update %s\n", id);
		if (error)
			message_warning(&options->output->sink, "%s", error->message);
	}
}

static struct lp_error *load_and_apply(const struct options *options, struct check_context *context)
{
	const struct host *host = context->host;
	const struct bundle *bundle = context->bundle;

	lp_try(load_core(host, options->output, bundle));
	lp_try(control_check_core(host));
	_cleanup_text_list_ struct text_list applied = {};

	if (options->replace)
		lp_try(list_applied(host, &applied));
	if (keep_is_now(host, bundle->manifest->id))
		lp_try(load_more_parts(host, options->output, bundle));
	else
		lp_try(load_update(host, options->output, bundle));
	lp_try(put_in_force(options, context));
	if (options->replace)
		clear_all_replaced(options, host, &applied);
	return NULL;
}

static struct lp_error *change_kernel(const struct options *options, struct check_context *context)
{
	const struct host *host = context->host;
	const struct bundle *bundle = context->bundle;
	const char *id = bundle->manifest->id;
	_cleanup_close_ int lock = -1;

	lp_try(host_lock(host, &options->output->sink, options->attempt.limits.timeout, &lock));
	lp_try(checks_pass(context, CHECK_KERNEL));
	interrupts_hold();
	lp_try(clear_leftover(host, options->output, id));
	struct lp_error *error = load_and_apply(options, context);

	/* While the kernel makes its attempt, another request would only wait for it. */
	if (error && !control_pending(host, id))
		withdraw(host, options->output, id);
	return error;
}

static void show_signer(struct output *output, const struct check_context *context)
{
	if (!context->signer)
		return;
	output_add_text(output, "signer", context->signer);
	output_step(output, "%s is signed by %s", context->bundle->manifest->id, context->signer);
}

/* What --check has found: each failure is printed when the next comes, the last by main(). */
struct findings {
	struct output *output;
	struct json_object *failures;
	struct lp_error *last;
};

static void report_check(void *data, const char *name, struct lp_error *error)
{
	struct findings *findings = data;
	struct json_object *json = output_error_json(error);

	json_object_object_add(json, "check", json_object_new_string(name));
	json_object_array_add(findings->failures, json);
	message_error(&findings->output->sink, findings->last);
	findings->last = error;
}

/* All checks; the last failure comes back with the status of the first. */
static struct lp_error *report_all_checks(struct check_context *context, struct output *output)
{
	struct findings findings = {.output = output, .failures = json_object_new_array()};

	output_add(output, "failures", findings.failures);
	enum lp_status status = checks_all(context, report_check, &findings);
	_cleanup_error_ struct lp_error *last = findings.last;

	if (!last || last->status == status)
		return take(last);
	struct lp_error *error = lp_error_new(status, "%s", last->message);

	return last->hint ? lp_error_hint(error, "%s", last->hint) : error;
}

/* --check: all failed checks, or what would happen. */
static struct lp_error *check(const struct options *options, struct check_context *context)
{
	struct output *output = options->output;
	const struct manifest *manifest = context->bundle->manifest;

	lp_try(report_all_checks(context, output));
	show_signer(output, context);
	load_warn_refused(context->host, output, context->bundle);
	lp_try(plan_show(context->host, manifest, options->replace, output));
	lp_try(plan_stop_show(context->host, options->attempt.limits.max_stop, output));
	output_print(output, "%s can be applied; nothing was loaded.\n", manifest->id);
	return NULL;
}

/* --persist: keeps exactly the bytes that were checked. */
static struct lp_error *keep(const struct check_context *context)
{
	const char *id = context->bundle->manifest->id;

	return lp_error_context(persist_save(context->host, id, &context->bundle->file),
				"%s is in force, but not kept for the next boots", id);
}

/* Whether the kernel has this very update in force: the same id, made from the same patch. */
static struct lp_error *is_in_force(const struct check_context *context, bool *in_force)
{
	const struct bundle *bundle = context->bundle;
	const char *id = bundle->manifest->id;
	_cleanup_free_ char *patch = NULL;
	enum lpatch_stage stage;

	*in_force = false;
	if (!control_present(context->host, id))
		return NULL;
	lp_try(control_stage(context->host, id, &stage));
	lp_try(control_patch(context->host, id, &patch));
	*in_force = stage == LPATCH_STAGE_APPLIED && strlen(patch) == bundle->patch.size &&
		    !memcmp(patch, bundle->patch.data, bundle->patch.size);
	return NULL;
}

/* A bundle kept under another name would be applied again after lpatch-undo --persist. */
static struct lp_error *check_kept_name(const char *path, const char *id)
{
	_cleanup_free_ char *named = NULL;

	lp_try(persist_id(path, &named));
	if (!strcmp(named, id))
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_BAD_BUNDLE, "it contains the update %s, and is not named after it",
			     id),
		"Remove it; lpatch-apply --persist keeps the update under its own name.");
}

static struct lp_error *apply(const struct options *options, struct check_context *context,
			      const char *path)
{
	struct output *output = options->output;
	bool in_force = false;

	lp_try(checks_pass(context, CHECK_HOST));
	if (options->boot)
		lp_try(check_kept_name(path, context->bundle->manifest->id));
	show_signer(output, context);
	if (options->persist)
		lp_try(is_in_force(context, &in_force));
	if (!in_force)
		lp_try(change_kernel(options, context));
	output_add_text(output, "stage", control_stage_name(LPATCH_STAGE_APPLIED));
	if (options->persist)
		lp_try(keep(context));
	return NULL;
}

static struct lp_error *check_or_apply(const struct host *host, const struct options *options,
				       const char *path)
{
	struct output *output = options->output;
	_cleanup_bundle_ struct bundle *bundle = NULL;

	output_step(output, "checking %s", path);
	lp_try(bundle_read(path, &bundle));
	output_add_text(output, "id", bundle->manifest->id);
	lp_try(overrides_warn(bundle->manifest, output));
	_cleanup_check_context_ struct check_context context = {
		.host = host,
		.bundle = bundle,
		.require_signature = options->require_signature,
	};

	return options->check ? check(options, &context) : apply(options, &context, path);
}

static struct lp_error *apply_at_boot(void *data, const char *path)
{
	return check_or_apply(host_running(), data, path);
}

static struct lp_error *run(const struct host *host, struct options *options)
{
	if (!options->check)
		host_raise_priority();
	if (options->boot || options->boot_done)
		lp_try(host_check_privileges());
	if (options->boot_done)
		return boot_done(host);
	if (options->boot)
		return boot_apply(host, options->output, apply_at_boot, options);
	lp_try(check_or_apply(host, options, options->bundle));
	if (!options->check)
		output_print(options->output, "Done!\n");
	return NULL;
}

/* The command line ------------------------------------------------------------ */

enum {
	KEY_CHECK = OPTIONS_FIRST_KEY,
	KEY_REQUIRE_SIGNATURE,
	KEY_PERSIST,
	KEY_REPLACE,
	KEY_BOOT,
	KEY_BOOT_DONE
};

static const struct argp_option descriptions[] = {
	{"check", KEY_CHECK, NULL, 0, "Make all checks, show what would happen, load nothing", 0},
	{"persist", KEY_PERSIST, NULL, 0, "Apply it again at each boot of this kernel", 0},
	{"replace", KEY_REPLACE, NULL, 0, "Replace all other updates with it, in one stop", 0},
	{"boot", KEY_BOOT, NULL, OPTION_HIDDEN, "Apply the kept updates (lpatch.service)", 0},
	{"boot-done", KEY_BOOT_DONE, NULL, OPTION_HIDDEN, "Note that the boot is complete", 0},
	{"require-signature", KEY_REQUIRE_SIGNATURE, NULL, 0,
	 "Refuse an update without a signature that /etc/lpatch/trusted.d confirms", 0},
	{0},
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->output;
		state->child_inputs[1] = &options->attempt;
		break;
	case KEY_CHECK:
		options->check = true;
		break;
	case KEY_PERSIST:
		options->persist = true;
		break;
	case KEY_REPLACE:
		options->replace = true;
		break;
	case KEY_BOOT:
		options->boot = true;
		break;
	case KEY_BOOT_DONE:
		options->boot_done = true;
		break;
	case KEY_REQUIRE_SIGNATURE:
		options->require_signature = true;
		break;
	case ARGP_KEY_ARG:
		if (options->bundle)
			argp_error(state, "one BUNDLE at a time");
		if (!*argument)
			argp_error(state, "the name of BUNDLE is empty");
		options->bundle = argument;
		break;
	case ARGP_KEY_END:
		if (options->boot || options->boot_done) {
			if (options->bundle || options->check || options->persist ||
			    options->replace)
				argp_error(state, "--boot and --boot-done take no BUNDLE");
		} else if (!options->bundle) {
			argp_error(state, "no BUNDLE given");
		}
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
		.options = descriptions,
		.parser = parse_option,
		.args_doc = "BUNDLE",
		.doc = "Put the update in BUNDLE (lpatch-ID.tar.zst) into the running kernel.\v" //
		OPTIONS_EXIT_STATUS,
		.children = children,
	};
	struct output output;

	output_init(&output, "lpatch-apply");
	struct options options = {.output = &output};

	options_parse(&argp, argc, argv, "lpatch-apply " LPATCH_VERSION, &options);
	if (options.attempt.error)
		return output_finish(&output, options.attempt.error);
	struct lp_error *error = run(host_running(), &options);

	if (error && error->status != LP_USAGE && !options.check)
		record_failure(host_running(), output.sink.program, error);
	return output_finish(&output, error);
}
