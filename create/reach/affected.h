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
 * source; of a renamed file both paths. Files that never become code of this
 * architecture (such as Documentation/) are ignored, and one line reports them.
 * LP_NOTHING_TO_PATCH if the diff changes no other file. LP_UNSAFE if the change of a
 * file can't be made in a running kernel; the error names all such files.
 */
struct lp_error *affected_sources(struct patch_set *set, struct message_sink *sink,
				  struct text_list *changed);

struct affected {
	struct kbuild_objects objects;
	bool indirect;             /* some belong to unchanged files that include a changed one */
	struct text_list climbing; /* those unchanged files that include something by "../" */
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
 * LP_UNSAFE if the list still has objects that are made from assembly, or that become
 * part of the vdso; the error names all of them. An object for which this can't be
 * found out is removed with a warning.
 */
struct lp_error *affected_refuse_fixed(struct tree *tree, struct affected *affected);

#endif
