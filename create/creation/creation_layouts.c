// SPDX-License-Identifier: GPL-2.0-or-later
/* Types that a unit lays out differently: compared, and refused with an explanation. */
#include "create/c_text.h"
#include "create/creation.h"
#include "create/kbuild.h"
#include "create/proof.h"
#include "create/reach.h"

struct lp_error *creation_open_module(struct creation *creation, struct creation_unit *unit)
{
	if (!unit_is_module(unit->unit) || unit->module)
		return NULL;
	lp_try(target_module(creation->target, unit->unit->object, creation->tree->work,
			     &unit->module_path));
	return module_image_open(unit->module_path, creation->target->kernel, &unit->module);
}

/* The inputs of the list of files. */
struct listing {
	struct creation *creation;
	const struct include_graph *graph;
	struct kbuild_objects objects; /* of the whole kernel */
};

/* True if some object has the source, or a file that includes it. */
static struct lp_error *is_compiled(const struct listing *listing, const char *path, bool *yes)
{
	const struct kbuild_objects *reached = &listing->creation->affected.objects;
	_cleanup_text_list_ struct text_list start = {0}, files = {0}, climbing = {0};
	size_t count;

	*yes = kbuild_objects_find(&listing->objects, path, &count) ||
	       kbuild_objects_find(reached, path, &count);
	if (*yes)
		return NULL;
	lp_try(text_list_add(&start, "%s", path));
	lp_try(include_graph_reach(listing->graph, &start, &files, &climbing));
	*yes = files.count > 1;
	return NULL;
}

/* Files that the config leaves out have no objects in the running kernel. */
static struct lp_error *add_file(void *context, const char *path)
{
	const struct listing *listing = context;
	bool yes = true;

	if (listing->objects.complete && text_ends_with(path, ".c"))
		lp_try(is_compiled(listing, path, &yes));
	return yes ? text_list_add(&listing->creation->scan->files, "%s", path) : NULL;
}

static struct lp_error *list_files(struct creation *creation, const struct include_graph *graph)
{
	struct listing listing = {.creation = creation, .graph = graph};
	struct lp_error *error = NULL;

	/* The lists of the whole kernel have been read if a header reaches many objects. */
	if (creation->affected.indirect)
		error = kbuild_objects_read(creation->tree, NULL, &listing.objects);
	if (!error)
		error = include_graph_each(graph, add_file, &listing);
	kbuild_objects_clear(&listing.objects);
	return error;
}

struct lp_error *creation_read_files(struct creation *creation)
{
	struct include_graph *graph;

	if (creation->scan)
		return NULL;
	creation->scan = calloc(1, sizeof(*creation->scan));
	if (!creation->scan)
		return lp_error_no_memory();
	*creation->scan = (struct source_scan){
		.top = creation->tree->source,
		.build = creation->tree->build,
		.jobs = creation->tree->jobs,
	};
	lp_try(include_graph_read(creation->tree, &graph));
	struct lp_error *error = list_files(creation, graph);

	include_graph_free(graph);
	return error;
}

/* The hint for the user, by the kind of the differences. */
static struct lp_error *add_hint(struct lp_error *error, const struct layout_result *layouts)
{
	_cleanup_text_list_ struct text_list options = {0};
	_cleanup_free_ char *line = NULL;

	if (!layouts->options.count)
		return lp_error_hint(
			error, "Attach new data with a shadow variable or convert existing objects "
			       "in a hook: see lpatch-author(7). If no object of the type outlives "
			       "a call, allow the change with --allow-layout=TYPE.");
	for (size_t i = 0; i < layouts->options.count; i++) {
		if (text_list_contains(&options, layouts->options.items[i]))
			continue;
		struct lp_error *trouble = text_list_add(&options, "%s", layouts->options.items[i]);

		if (trouble) {
			lp_error_free(error);
			return trouble;
		}
	}
	struct lp_error *trouble = text_list_join(&options, " --allow-layout=", &line);

	if (trouble) {
		lp_error_free(error);
		return trouble;
	}
	return lp_error_hint(
		error,
		"No member moves. --allow-layout=%s allows only this change. It is safe if the new "
		"code works with the content that existing objects have there (zero, or any value "
		"in an unknown hole), or if a hook sets it first; no code may read behind the end "
		"of an object. Otherwise attach the new data with a shadow variable: see "
		"lpatch-author(7).",
		line);
}

struct lp_error *creation_find_layouts(struct creation *creation, struct creation_unit *unit,
				       struct layout_result *layouts)
{
	_cleanup_free_ char *lines = NULL;

	*layouts = (struct layout_result){0};
	lp_try(creation_open_module(creation, unit));
	lp_try(creation_read_files(creation));
	const struct layout_job job = {
		.original = unit->unit->original,
		.patched = unit->unit->patched,
		.scan = creation->scan,
		.changed = &creation->sources,
		.kernel = creation->target->kernel,
		.module = unit->module,
		.allowed = &creation->options.allowed_layouts,
		.described = &creation->layouts_described,
	};

	lp_try(layout_compare(&job, layouts));
	unit->layouts = layouts->overridden;
	layouts->overridden = (struct text_list){0};
	if (!layouts->differences.count)
		return NULL;
	lp_try(text_list_join_first(&layouts->differences, MESSAGE_OF_A_KIND, "\n", &lines));
	return add_hint(lp_error_new(LP_UNSAFE,
				     "the change to %s lays out types differently than the "
				     "running kernel:\n%s",
				     unit->unit->source, lines),
			layouts);
}

struct lp_error *creation_compare_layouts(struct creation *creation, struct creation_unit *unit)
{
	_cleanup_(layout_result_clear) struct layout_result layouts = {0};

	return creation_find_layouts(creation, unit, &layouts);
}
