/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which objects of the kernel a diff reaches. */
#ifndef LPATCH_CREATE_REACH_AFFECTED_H
#define LPATCH_CREATE_REACH_AFFECTED_H

#include "common/message.h"
#include "common/text.h"
#include "create/diff.h"
#include "create/kbuild.h"
#include "create/reach/build_changes.h"

/*
 * Adds to *changed the changed files that can matter, by their paths in the kernel
 * source, both paths of a renamed file. Files that never become code of this
 * architecture (Documentation/ and the like) are ignored, with one line in all.
 * LP_NOTHING_TO_PATCH when no other is changed; LP_UNSAFE, with all of them named, for
 * files whose change can't be carried into a running kernel.
 */
struct lp_error *affected_sources(struct patch_set *set, struct message_sink *sink,
				  struct text_list *changed);

struct affected {
	struct kbuild_objects objects;
	bool indirect; /* some are of files that only include a changed one, directly or not */
	struct text_list climbing; /* which of those include something by "../" */
};

void affected_clear(struct affected *affected);

/*
 * The objects of the target that the changed files and the build changes reach. A file from
 * which the target's config builds nothing is ignored with a warning; LP_NOTHING_TO_PATCH if
 * that is true for all.
 */
struct lp_error *affected_objects(struct tree *tree, const struct text_list *changed,
				  const struct build_changes *changes, struct affected *affected);

/*
 * LP_UNSAFE, with all of them named, if objects that are made of assembly are left,
 * or some that become the vdso. One for which this can't be found out is removed with
 * a warning.
 */
struct lp_error *affected_refuse_fixed(struct tree *tree, struct affected *affected);

#endif
