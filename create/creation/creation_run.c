// SPDX-License-Identifier: GPL-2.0-or-later
/* From the patches to the compared units: the stages that depend on the patches. */
#include "create/core.h"
#include "create/creation.h"

struct lp_error *creation_settle(struct creation *creation, const char *source)
{
	if (creation->patches.is_settled)
		return NULL;
	lp_try(patch_set_settle(&creation->patches, source));
	if (!creation->patches.is_settled)
		return NULL;
	lp_try(diff_names_check(&creation->patches));
	return affected_sources(&creation->patches, &creation->sink, &creation->sources);
}

/* Forgets the changed files of which only comments change. */
static struct lp_error *drop_comments(struct creation *creation)
{
	_cleanup_text_list_ struct text_list changed = creation->sources;

	creation->sources = (struct text_list){0};
	for (size_t i = 0; i < changed.count; i++) {
		bool only;

		lp_try(view_changes_comments_only(creation->tree, changed.items[i], &only));
		if (!only)
			lp_try(text_list_add(&creation->sources, "%s", changed.items[i]));
	}
	if (creation->sources.count)
		return NULL;
	return lp_error_new(LP_NOTHING_TO_PATCH,
			    "nothing to patch: only comments and blank space change in %s%s",
			    changed.items[0], changed.count > 1 ? " and the others" : "");
}

/* Finds the objects that the diff reaches, and makes the source that they are compiled from. */
static struct lp_error *find_affected(struct creation *creation)
{
	struct affected *affected = &creation->affected;

	lp_try(view_make(creation->tree, &creation->patches, creation->options.fuzz,
			 &creation->view));
	lp_try(diff_includes_check(creation->tree, creation->view, &creation->patches));
	lp_try(author_headers_place(creation->tree, creation->shared));
	lp_try(drop_comments(creation));
	lp_try(build_changes_find(creation->tree, creation->view, &creation->patches,
				  &creation->build_changes));
	lp_try(affected_objects(creation->tree, &creation->sources, &creation->build_changes,
				affected));
	if (!affected->indirect)
		return NULL;
	lp_try(view_make_real(creation->tree, creation->view, &affected->climbing));
	lp_try(creation_sample(creation));
	lp_try(narrow_objects(creation->tree, creation->view, &affected->objects));
	lp_try(affected_refuse_fixed(creation->tree, affected));
	for (size_t i = 0; i < affected->objects.count; i++)
		message_verbose(&creation->sink, "affected: %s in %s",
				affected->objects.items[i].source,
				affected->objects.items[i].module ?: "vmlinux");
	if (affected->objects.count)
		return NULL;
	return lp_error_new(LP_NOTHING_TO_PATCH,
			    "nothing to patch: the preprocessed text of %s%s is the same with and "
			    "without the patch",
			    creation->sources.items[0],
			    creation->sources.count > 1 ? " and the others" : "");
}

/* From the objects that are reached to the compared units. */
static struct lp_error *run_units(struct creation *creation)
{
	lp_try(patch_set_text(&creation->patches, &creation->patch));
	lp_try(pack_id(&creation->options, creation->target, creation->patch, &creation->id));
	if (!creation->core)
		lp_try(core_build(creation->tree, creation->shared, &creation->core));
	return creation_units(creation);
}

struct lp_error *creation_run(struct creation *creation)
{
	lp_try(find_affected(creation));
	return run_units(creation);
}

struct lp_error *creation_run_objects(struct creation *creation,
				      const struct kbuild_objects *objects)
{
	struct affected *affected = &creation->affected;
	_cleanup_text_list_ struct text_list sources = {0};

	lp_try(view_make(creation->tree, &creation->patches, creation->options.fuzz,
			 &creation->view));
	lp_try(diff_includes_check(creation->tree, creation->view, &creation->patches));
	lp_try(author_headers_place(creation->tree, creation->shared));
	for (size_t i = 0; i < objects->count; i++) {
		lp_try(kbuild_objects_add(&affected->objects, &objects->items[i]));
		lp_try(text_list_add(&sources, "%s", objects->items[i].source));
	}
	/* Any of them may include something by "../". */
	lp_try(view_make_real(creation->tree, creation->view, &sources));
	return run_units(creation);
}
