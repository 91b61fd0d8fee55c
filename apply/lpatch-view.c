// SPDX-License-Identifier: GPL-2.0-or-later
/* lpatch-view: says which updates are in the running kernel, or what a bundle holds. */
#include <json-c/json.h>
#include <string.h>

#include "apply/conflicts.h"
#include "apply/control.h"
#include "apply/host.h"
#include "apply/options.h"
#include "common/bundle.h"
#include "common/version.h"

#define NO_DESCRIPTION "no description available"

struct options {
	const char *id;   /* --id, or NULL */
	const char *file; /* --file, or NULL */
	struct output *output;
};

static const char *or_none(const char *description)
{
	return *description ? description : NO_DESCRIPTION;
}

/* All updates ------------------------------------------------------------------ */

static struct lp_error *show_line(const struct host *host, struct output *output,
				  struct json_object *updates, const char *id)
{
	_cleanup_free_ char *description = NULL;
	enum lpatch_stage stage;

	lp_try(control_stage(host, id, &stage));
	lp_try(control_read(host, id, LPATCH_FILE_DESCRIPTION, &description));
	const char *name = control_stage_name(stage);
	struct json_object *update = json_object_new_object();

	json_object_object_add(update, "id", json_object_new_string(id));
	json_object_object_add(update, "stage", json_object_new_string(name));
	json_object_object_add(update, "description", json_object_new_string(description));
	json_object_array_add(updates, update);
	if (stage == LPATCH_STAGE_APPLIED)
		output_print(output, "%s: %s\n", id, or_none(description));
	else
		output_print(output, "%s: %s (%s)\n", id, or_none(description), name);
	return NULL;
}

static struct lp_error *show_all(const struct host *host, struct output *output)
{
	_cleanup_text_list_ struct text_list ids = {};
	struct json_object *updates = json_object_new_array();

	output_add(output, "updates", updates);
	lp_try(control_list(host, &ids));
	for (size_t i = 0; i < ids.count; i++)
		lp_try(show_line(host, output, updates, ids.items[i]));
	return NULL;
}

/* One update ------------------------------------------------------------------- */

static const char *const stage_words[] = {
	[LPATCH_STAGE_PREPARING] = "is not applied",
	[LPATCH_STAGE_APPLIED] = "is applied",
	[LPATCH_STAGE_REVERSED] = "is reversed",
};

static struct lp_error *show_stage(const struct host *host, struct output *output, const char *id)
{
	_cleanup_free_ char *description = NULL;
	enum lpatch_stage stage;

	lp_try(control_stage(host, id, &stage));
	lp_try(control_read(host, id, LPATCH_FILE_DESCRIPTION, &description));
	output_add_text(output, "id", id);
	output_add_text(output, "stage", control_stage_name(stage));
	output_add_text(output, "description", description);
	output_print(output, "lpatch id %s is present in the kernel and %s.\n", id,
		     stage_words[stage]);
	output_print(output, "%s\n", or_none(description));
	return NULL;
}

/* Says why the last attempt failed, if it did. */
static struct lp_error *show_last_failure(const struct host *host, struct output *output,
					  const char *id)
{
	_cleanup_free_ char *conflicts = NULL;
	enum lpatch_cause cause;

	lp_try(control_cause(host, id, &cause));
	output_add_text(output, "abort_cause", control_cause_name(cause));
	if (cause == LPATCH_CAUSE_NONE)
		return NULL;
	lp_try(control_conflicts(host, id, &conflicts));
	output_add(output, "conflicts", conflicts_to_json(conflicts));
	output_print(output, "\nThe last attempt to change that failed: %s (%s)\n%s\n",
		     control_cause_sentence(cause), control_cause_name(cause), conflicts);
	return NULL;
}

/* One line of `functions`: OBJECT NAME OLD NEW REDIRECT. */
static void show_function(struct output *output, struct json_object *functions, char *line)
{
	static const char *const fields[] = {"object", "name", "old", "new", "redirect"};
	struct json_object *function = json_object_new_object();
	char *words[ARRAY_SIZE(fields)] = {};
	char *rest = line;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		words[i] = strsep(&rest, " \t");
		json_object_object_add(function, fields[i],
				       words[i] ? json_object_new_string(words[i]) : NULL);
	}
	json_object_array_add(functions, function);
	if (words[4])
		output_print(output, "  %s: %s (%s -> %s, redirect: %s)\n", words[0], words[1],
			     words[2], words[3], words[4]);
}

static struct lp_error *show_functions(const struct host *host, struct output *output,
				       const char *id)
{
	struct json_object *functions = json_object_new_array();
	_cleanup_free_ char *text = NULL;
	char *line, *rest;

	output_add(output, "functions", functions);
	lp_try(control_read(host, id, LPATCH_FILE_FUNCTIONS, &text));
	output_print(output, "\nFunctions:\n");
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		if (*line)
			show_function(output, functions, line);
	}
	return NULL;
}

static struct lp_error *show_update(const struct host *host, struct output *output, const char *id)
{
	_cleanup_free_ char *patch = NULL;

	lp_try(options_check_id(id));
	if (!control_present(host, id))
		return lp_error_hint(lp_error_new(LP_USAGE, "no update %s is in the kernel", id),
				     "lpatch-view without options lists those that are.");
	lp_try(show_stage(host, output, id));
	lp_try(show_last_failure(host, output, id));
	lp_try(show_functions(host, output, id));
	lp_try(control_patch(host, id, &patch));
	output_patch(output, patch);
	return NULL;
}

/* A bundle --------------------------------------------------------------------- */

static void print_object(struct output *output, const struct manifest_object *object)
{
	output_print(output, "  %s (%s%s)\n", object->name, object->source,
		     object->proven ? "" : ", NOT PROVEN to be what the kernel was built from");
	for (size_t i = 0; i < object->nr_functions; i++) {
		const struct manifest_function *function = &object->functions[i];

		output_print(output, "    %s: %s%s%s\n", manifest_kind_name(function->kind),
			     function->name, *function->why ? ", " : "", function->why);
	}
}

static void print_bundle(struct output *output, const struct manifest *manifest)
{
	output_print(output, "lpatch id %s is for kernel %s (%s, build id %s).\n", manifest->id,
		     manifest->target.release, manifest->target.architecture,
		     manifest->target.build_id);
	output_print(output, "%s\n\nFunctions:\n", or_none(manifest->description));
	for (size_t i = 0; i < manifest->nr_objects; i++)
		print_object(output, &manifest->objects[i]);
}

static struct lp_error *show_bundle(struct output *output, const char *path)
{
	_cleanup_bundle_ struct bundle *bundle = NULL;

	lp_try(bundle_read(path, &bundle));
	output_add(output, "manifest", manifest_to_json(bundle->manifest));
	print_bundle(output, bundle->manifest);
	output_patch(output, (const char *)bundle->patch.data);
	return NULL;
}

/* The command line ------------------------------------------------------------ */

enum { KEY_ID = OPTIONS_FIRST_KEY, KEY_FILE };

static const struct argp_option descriptions[] = {
	{"id", KEY_ID, "ID", 0, "Show stage, functions and patch of this update", 0},
	{"file", KEY_FILE, "BUNDLE", 0, "Show what is in the bundle; loads nothing", 0},
	{0},
};

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
		options->file = argument;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: no argument is expected; did you mean --id=%s?", argument,
			   argument);
		break;
	case ARGP_KEY_END:
		if (options->id && options->file)
			argp_error(state, "--id and --file exclude each other");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static struct lp_error *view(const struct host *host, const struct options *options)
{
	if (options->file)
		return show_bundle(options->output, options->file);
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
		.doc = "List the updates in the running kernel, or show one.\v" OPTIONS_EXIT_STATUS,
		.children = children,
	};
	struct output output;

	output_init(&output, "lpatch-view");
	struct options options = {.output = &output};

	options_parse(&argp, argc, argv, "lpatch-view " LPATCH_VERSION, &options);
	return output_finish(&output, view(host_running(), &options));
}
