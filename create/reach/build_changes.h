/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a diff changes what kbuild builds: new, removed and renamed source files,
 * and changes to Makefiles. The lists that kbuild gives for the Makefiles of the
 * source are compared with those for the patched view.
 */
#ifndef LPATCH_CREATE_REACH_BUILD_CHANGES_H
#define LPATCH_CREATE_REACH_BUILD_CHANGES_H

#include "create/diff.h"
#include "create/kbuild.h"

struct build_changes {
	/*
	 * Objects that are new, built from a renamed file, or compiled in another
	 * way, with their patched state.
	 */
	struct kbuild_objects changed;
	/* Objects that the target has and the patched source doesn't. */
	struct kbuild_objects gone;
};

/*
 * Finds the build changes. Reports files and objects that are ignored, and code
 * that stays in the running kernel. LP_UNSAFE, with all reasons in one error, for
 * changes that can't be made in a running kernel; LP_BUILD_FAILED if the Makefiles
 * require a missing file.
 */
struct lp_error *build_changes_find(struct tree *tree, const char *view,
				    const struct patch_set *set, struct build_changes *changes);

void build_changes_clear(struct build_changes *changes);

#endif
