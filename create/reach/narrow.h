/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reduces the objects that a change to a header may reach to those that it
 * affects. If the preprocessed text of an object, except line markers, is the
 * same with and without the patch, then so is the object.
 */
#ifndef LPATCH_CREATE_REACH_NARROW_H
#define LPATCH_CREATE_REACH_NARROW_H

#include "create/kbuild.h"

/*
 * Removes from *objects those that do not change in `view`, the patched view,
 * and sets the commands of the others. An object stays if its text can't be
 * made. Digests of the untouched texts are kept for later runs.
 */
struct lp_error *narrow_objects(struct tree *tree, const char *view,
				struct kbuild_objects *objects);

#endif
