/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The patched view: a second view of the working copy in which the files that
 * the patches modify are patched copies, and all else is the source itself
 * through symbolic links.
 */
#ifndef LPATCH_CREATE_TARGET_VIEW_H
#define LPATCH_CREATE_TARGET_VIEW_H

#include "create/diff.h"
#include "create/target/tree.h"

/*
 * Makes the view below tree->work; *directory is its path, to be freed. Below each change a
 * #line directive keeps the numbering of the lines that follow, so that __LINE__ does not
 * change where nothing else does. LP_NOT_APPLYING if a modified file isn't in the source, or
 * a hunk doesn't fit, with `fuzz` as in struct patch_way; LP_UNSAFE if the patch makes
 * anything but files, such as symbolic links.
 */
struct lp_error *view_make(struct tree *tree, const struct patch_set *set, unsigned int fuzz,
			   char **directory);

/*
 * Makes the directories of these files real ones: #include "../x.h" in an
 * untouched file then finds the patched x.h, not the one beside the source that
 * a link leads to.
 */
struct lp_error *view_make_real(const struct tree *tree, const char *view,
				const struct text_list *files);

/* The path of a patched file as it is without directives; to be freed. */
struct lp_error *view_plain_path(const struct tree *tree, const char *path, char **plain);

/*
 * Removes the directives again, so that the compiler's messages have the user's
 * line numbers. The view can't be used for an update after that.
 */
struct lp_error *view_show_numbers(struct tree *tree, const char *view);

/*
 * Sets *only if the patch changes nothing but comments and blank space of the
 * file: then no object changes, since lines keep their numbers.
 */
struct lp_error *view_changes_comments_only(struct tree *tree, const char *path, bool *only);

#endif
