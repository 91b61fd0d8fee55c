// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lpatch-undo: removes an update from the running kernel. After the last one
 * the core is unloaded too, and the host is as it was before the first. With
 * --all, removes all of them.
 */
#include <errno.h>
#include <json-c/json.h>

#include "apply/attempt.h"
#include "apply/control.h"
#include "apply/host.h"
#include "apply/interrupts.h"
#include "apply/keep.h"
#include "apply/modules.h"
#include "apply/options.h"
#include "apply/persist.h"
#include "apply/record.h"
#include "apply/unload.h"
#include "apply/updates.h"
#include "common/version.h"

struct options {
	const char *id; /* NULL with --all */
	bool all;
	bool persist; /* forget them too */
	enum keep_wish wish;
	struct attempt_options attempt;
	struct output *output;
};

/*
 * Restores the functions; *cause says why not, and `json` gets the details. An update that
 * isn't in force needs nothing.
 */
static struct lp_error *reverse(const struct host *host, const struct options *options,
				const char *id, struct json_object *json, enum lpatch_cause *cause)
{
	struct output *output = options->output;
	_cleanup_attempt_ struct attempt attempt = {};
	enum lpatch_stage stage;

	lp_try(control_stage(host, id, &stage));
	if (stage != LPATCH_STAGE_APPLIED)
		return NULL;
	output_step(output, "undoing %s", id);
	lp_try(attempt_stage(host, output, id, LPATCH_STAGE_REVERSED, 0, &options->attempt.limits,
			     &attempt));
	lp_try(attempt_explain(host, output, &attempt));
	attempt_show(&attempt, json);
	*cause = attempt.last.cause;
	return attempt_error(&attempt, id, LPATCH_STAGE_REVERSED);
}

/* The undo has failed: keep_code of an update that was to be unloaded is reset. */
static struct lp_error *restore(const struct host *host, const struct options *options,
				const char *id, bool kept, struct lp_error *failure)
{
	if (failure && kept && options->wish == KEEP_UNLOAD)
		lp_error_free(keep_set(host, id, true));
	return failure;
}

static struct lp_error *undo_one(const struct host *host, const struct options *options,
				 const char *id, struct json_object *json, enum lpatch_cause *cause)
{
	enum keep_state before;

	*cause = LPATCH_CAUSE_NONE;
	lp_try(keep_read(host, id, &before));
	lp_try(keep_prepare(host, id, options->wish, json));
	lp_try(restore(host, options, id, before == KEEP_YES,
		       reverse(host, options, id, json, cause)));

	bool kept = keep_is_now(host, id);

	json_object_object_add(json, "kept", json_object_new_boolean(kept));
	if (kept) {
		output_print(options->output, "%s is out of force; its code stays loaded\n", id);
		return NULL;
	}
	output_step(options->output, "unloading %s", id);
	lp_try(lp_error_context(unload_update(host, id),
				"%s is no longer in force, but still loaded", id));
	record_remove(host, id);
	return NULL;
}

/* Unloads the core when no update is left. If that fails it is not an error: the updates are gone.
 */
static void unload_core(const struct host *host, struct output *output)
{
	_cleanup_error_ struct lp_error *error = unload_idle_core(host);

	if (error)
		message_warning(&output->sink, "%s", error->message);
}

/* The update is in the kernel, and the core has the right interface version. */
static struct lp_error *check_present(const struct host *host, const char *id)
{
	lp_try(control_check_core(host));
	if (control_present(host, id))
		return NULL;
	return lp_error_hint(lp_error_new(LP_USAGE, "no update %s is in the kernel", id),
			     "lpatch-view lists those that are.");
}

/*
 * --persist: forgets the bundle before anything else. If the undo fails,
 * the update is gone after the next boot, as requested.
 */
static struct lp_error *forget(const struct host *host, const struct options *options,
			       const char *id, bool *was_kept)
{
	*was_kept = false;
	if (!options->persist)
		return NULL;
	lp_try(persist_forget(host, id, was_kept));
	if (*was_kept)
		output_step(options->output, "%s is no longer applied at boot", id);
	return NULL;
}

/* Warns that an update will be applied again at boot. */
static void remind(const struct host *host, struct output *output, const char *id)
{
	if (persist_is_kept(host, id))
		message_warning(&output->sink,
				"%s is kept and will be applied again at the next boot; "
				"lpatch-undo --persist %s forgets it",
				id, id);
}

static struct lp_error *undo_id(const struct host *host, const struct options *options)
{
	const char *id = options->id;
	_cleanup_close_ int lock = -1;
	enum lpatch_cause cause;
	bool was_kept;

	lp_try(options_check_id(id));
	output_add_text(options->output, "id", id);
	lp_try(host_check_privileges());
	lp_try(forget(host, options, id, &was_kept));
	if (was_kept && !control_present(host, id))
		return control_check_core(host);
	lp_try(check_present(host, id));
	lp_try(host_lock(host, &options->output->sink, options->attempt.limits.timeout, &lock));
	/* Once more: another run may have changed it meanwhile. */
	lp_try(check_present(host, id));
	interrupts_hold();
	lp_try(undo_one(host, options, id, options->output->result, &cause));
	unload_core(host, options->output);
	remind(host, options->output, id);
	return NULL;
}

/* --all ------------------------------------------------------------------------ */

/* The result for an update. */
struct outcome {
	const char *id;
	bool was_kept;            /* it was out of force before, and so it stays */
	struct json_object *json; /* its part of the result */
	struct lp_error *error;   /* why it is still there; NULL once it is gone */
	bool stacked;             /* another is on top: try again when that is gone */
};

/* One whose code was kept before is out of force already, which is all that --all asks for. */
static void leave_kept(const struct options *options, struct outcome *outcome)
{
	json_object_object_add(outcome->json, "kept", json_object_new_boolean(true));
	output_step(options->output, "%s is out of force; its code stays loaded", outcome->id);
}

/* Tries all that may succeed, the newest first. Returns how many are gone. */
static size_t undo_round(const struct host *host, const struct options *options,
			 struct outcome *outcomes, size_t count)
{
	size_t gone = 0;

	for (size_t i = 0; i < count; i++) {
		struct outcome *outcome = &outcomes[i];
		enum lpatch_cause cause;

		if (!outcome->stacked)
			continue;
		if (outcome->was_kept) {
			outcome->stacked = false;
			leave_kept(options, outcome);
			continue;
		}
		lp_error_free(outcome->error);
		outcome->error = undo_one(host, options, outcome->id, outcome->json, &cause);
		outcome->stacked = cause == LPATCH_CAUSE_STACKED;
		gone += !outcome->error;
		/* Interrupted, or an internal error: stop. */
		if (outcome->error && outcome->error->status == LP_INTERNAL)
			return 0;
	}
	return gone;
}

/* Prints all failures but the last, which is returned. */
static struct lp_error *collect_errors(const struct host *host, struct output *output,
				       struct outcome *outcomes, size_t count)
{
	struct lp_error *last = NULL;

	for (size_t i = 0; i < count; i++) {
		struct outcome *outcome = &outcomes[i];
		struct lp_error *error = take(outcome->error);

		if (!error && control_present(host, outcome->id) && !keep_is_now(host, outcome->id))
			error = lp_error_new(LP_INTERNAL, "%s was not tried", outcome->id);
		json_object_object_add(outcome->json, "id", json_object_new_string(outcome->id));
		json_object_object_add(outcome->json, "undone", json_object_new_boolean(!error));
		json_object_object_add(outcome->json, "error",
				       error ? json_object_new_string(error->message) : NULL);
		if (!error)
			continue;
		message_error(&output->sink, last);
		last = error;
	}
	return last;
}

/*
 * An update with others on top is undone after them, in a later round: the recorded times
 * suggest the order, and the core knows it.
 */
static struct lp_error *undo_updates(const struct host *host, const struct options *options,
				     const struct update_list *list)
{
	struct json_object *array = json_object_new_array();
	_cleanup_free_ struct outcome *outcomes = calloc(list->count + 1, sizeof(*outcomes));

	output_add(options->output, "updates", array);
	if (!outcomes)
		return lp_error_no_memory();
	for (size_t i = 0; i < list->count; i++) {
		outcomes[i] = (struct outcome){
			.id = list->updates[i].id,
			.json = json_object_new_object(),
			.was_kept = options->wish != KEEP_UNLOAD &&
				    keep_is_now(host, list->updates[i].id),
			.stacked = true,
		};
		json_object_array_add(array, outcomes[i].json);
	}
	while (undo_round(host, options, outcomes, list->count))
		;
	return collect_errors(host, options->output, outcomes, list->count);
}

/* --all --persist: forgets all that are kept for this kernel, in it or not. */
static struct lp_error *forget_all(const struct host *host, const struct options *options)
{
	_cleanup_text_list_ struct text_list paths = {};

	if (!options->persist)
		return NULL;
	lp_try(persist_list(host, &paths));
	for (size_t i = 0; i < paths.count; i++) {
		if (unlink(paths.items[i]))
			return lp_error_errno(errno, "can't remove %s", paths.items[i]);
	}
	return NULL;
}

static struct lp_error *undo_all(const struct host *host, const struct options *options)
{
	_cleanup_update_list_ struct update_list list = {};
	_cleanup_close_ int lock = -1;

	lp_try(host_check_privileges());
	lp_try(host_lock(host, &options->output->sink, options->attempt.limits.timeout, &lock));
	lp_try(forget_all(host, options));
	lp_try(control_check_core(host));
	lp_try(updates_read(host, &list));
	interrupts_hold();
	struct lp_error *error = undo_updates(host, options, &list);

	unload_core(host, options->output);
	for (size_t i = 0; i < list.count && !options->persist; i++)
		remind(host, options->output, list.updates[i].id);
	return error;
}

static struct lp_error *undo(const struct host *host, const struct options *options)
{
	host_raise_priority();
	lp_try(options->all ? undo_all(host, options) : undo_id(host, options));
	output_print(options->output, "Done!\n");
	return NULL;
}

/* The command line ------------------------------------------------------------ */

enum { KEY_ALL = OPTIONS_FIRST_KEY, KEY_PERSIST, KEY_KEEP_CODE, KEY_FORCE_UNDO };

static const struct argp_option descriptions[] = {
	{"all", KEY_ALL, NULL, 0, "Undo all updates, in the right order", 0},
	{"persist", KEY_PERSIST, NULL, 0, "Also stop applying it at boot", 0},
	{"keep-code", KEY_KEEP_CODE, NULL, 0, "Leave its code loaded, out of force", 0},
	{"force-undo", KEY_FORCE_UNDO, NULL, 0,
	 "Unload it even if the kernel may still use its code or data", 0},
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
	case ARGP_KEY_ARG:
		if (options->id)
			argp_error(state, "one ID at a time");
		options->id = argument;
		break;
	case KEY_PERSIST:
		options->persist = true;
		break;
	case KEY_ALL:
		options->all = true;
		break;
	case KEY_KEEP_CODE:
	case KEY_FORCE_UNDO: {
		enum keep_wish wish = key == KEY_KEEP_CODE ? KEEP_CODE : KEEP_UNLOAD;

		if (options->wish != KEEP_ASK && options->wish != wish)
			argp_error(state, "--keep-code and --force-undo exclude each other");
		options->wish = wish;
		break;
	}
	case ARGP_KEY_END:
		if (!options->id && !options->all)
			argp_error(state, "no ID given");
		if (options->id && options->all)
			argp_error(state, "--all and ID exclude each other");
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
		.args_doc = "ID\n--all",
		.doc = "Remove the update ID from the running kernel.\v" OPTIONS_EXIT_STATUS,
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
