/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the parts of the search for build changes. */
#ifndef LPATCH_CREATE_REACH_BUILD_CHANGES_INTERNAL_H
#define LPATCH_CREATE_REACH_BUILD_CHANGES_INTERNAL_H

#include "common/file.h"
#include "create/reach/build_changes.h"

/* The kernel's longest Makefile has 80 KB. */
#define MAKEFILE_LIMIT (16u << 20)

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
	struct text_list left_out;             /* new files of which nothing is built */
	struct text_list unread;               /* Makefiles that make does not read */
	struct text_list objects_added,
		objects_removed;   /* objects that the lists must have, by Makefile */
	struct kbuild_objects all; /* of the source, if a Makefile changes */
	bool flags;                /* command lines of objects that stay may change */
	struct kbuild_objects before, after;
};

/* Whether the file `path` exists below `top`. */
struct lp_error *build_changes_exists(const char *top, const char *path, bool *yes);

/* The object of that source that belongs to the same module, or NULL. */
const struct kbuild_object *build_changes_find_in(const struct kbuild_objects *objects,
						  const struct kbuild_object *like,
						  const char *source);

/*
 * Evaluates the change of the Makefile at `path`: adds the directories in which it matters, or
 * the reason why it is refused, or else passes it over.
 */
struct lp_error *build_changes_makefile(struct search *search, const char *path);

/*
 * Once kbuild's lists are read: adds reasons if these don't show what the Makefiles say, or if
 * a Makefile that is skipped is read with the patch.
 */
struct lp_error *build_changes_check_makefiles(struct search *search);

/* The text of the file `path` below `top`, or "" if there is none. */
struct lp_error *build_changes_read(const char *top, const char *path, size_t limit,
				    struct blob *blob);

/* Adds the directory to those whose lists are compared. */
struct lp_error *build_changes_add_directory(struct search *search, const char *directory);

/* Finds the patched commands of the changed objects, by their patched names. */
struct lp_error *build_changes_set_patched_commands(struct search *search);

/* Objects of renamed files need the target's command too. */
struct lp_error *build_changes_keep_target_names(struct search *search);

/* Adds the objects in both lists that the patched Makefiles compile in another way. */
struct lp_error *build_changes_compare_commands(struct search *search);

#endif
