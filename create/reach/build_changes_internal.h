/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the parts of the search for build changes. */
#ifndef LPATCH_CREATE_REACH_BUILD_CHANGES_INTERNAL_H
#define LPATCH_CREATE_REACH_BUILD_CHANGES_INTERNAL_H

#include "create/reach/build_changes.h"

/* The state of the search. */
struct search {
	struct tree *tree;
	const char *view;
	const struct patch_set *set;
	struct build_changes *changes;
	struct text_list directories; /* in which the lists of objects may change */
	struct text_list reasons;     /* why the diff is refused */
	/* Messages at the end: */
	struct text_list files_without_module; /* files for modules that the kernel does not have */
	struct text_list removed;              /* files that are no longer built */
	struct text_list left_out;             /* new files from which nothing is built */
	bool flags; /* commands of objects that are in both lists may change */
	struct kbuild_objects before, after;
};

/* Whether the file `path` exists below `top`. */
struct lp_error *build_changes_exists(const char *top, const char *path, bool *yes);

/* The object of that source that belongs to the same module, or NULL. */
const struct kbuild_object *build_changes_find_in(const struct kbuild_objects *objects,
						  const struct kbuild_object *like,
						  const char *source);

/* Finds the patched commands of the changed objects, by their patched names. */
struct lp_error *build_changes_set_patched_commands(struct search *search);

/* Objects of renamed files need the target's command too. */
struct lp_error *build_changes_keep_target_names(struct search *search);

/* Adds the objects in both lists that the patched Makefiles compile in another way. */
struct lp_error *build_changes_compare_commands(struct search *search);

#endif
