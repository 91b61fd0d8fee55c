/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A diff without messages, such as that of two releases, as sets of hunks that belong together.
 *
 * What one hunk means for another can't be seen in a diff; that both are about one thing can.
 * A file of C source, with all its hunks, is never cut: its functions may rely on one another.
 * Headers are cut by their definitions. Two parts belong together if both change
 * one definition, or if one of them adds, removes or declares in another way a function, macro,
 * type, variable or constant that the other one's changed lines mention. For members, whose names
 * are common words, the other part's file must have got the word, or lost it, by the diff.
 *
 * What this doesn't see, the compiler does: a part that can't be without another doesn't compile.
 */
#ifndef LPATCH_CREATE_CHANGES_CUT_H
#define LPATCH_CREATE_CHANGES_CUT_H

#include "create/changes/change.h"

/*
 * Adds the sets of the diffs from `first` to before `end`, in the order of their first parts.
 * `source` is what the diffs apply to.
 */
struct lp_error *cut_flat(struct changes *changes, const char *source, size_t first, size_t end);

#endif
