/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the objects that a change to a header may reach to those that it does:
 * an object whose preprocessed text, line markers aside, is the same with and
 * without the patch is the same object.
 */
#ifndef LPATCH_CREATE_REACH_NARROW_H
#define LPATCH_CREATE_REACH_NARROW_H

#include "create/kbuild.h"

/*
 * Takes out of *objects those that `view`, the patched view, leaves as they
 * are, and sets the others' commands. One whose text can't be made, since
 * kbuild generates what it includes, stays. Texts of the untouched source are
 * remembered for later runs.
 */
struct lp_error *narrow_objects(struct tree *tree, const char *view,
				struct kbuild_objects *objects);

#endif
