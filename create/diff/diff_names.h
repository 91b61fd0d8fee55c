/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A diff is data: which names its files may have, and what patch(1) may have made
 * of them. kbuild's makefiles and shell commands have the names in them.
 */
#ifndef LPATCH_CREATE_DIFF_DIFF_NAMES_H
#define LPATCH_CREATE_DIFF_DIFF_NAMES_H

#include "create/diff/patch_set.h"

/*
 * LP_UNSAFE for names of files with code that make, a shell or a compiler could take
 * for something else: only letters, digits and "_.,+-/" are allowed, and no part may
 * begin with "-".
 */
struct lp_error *diff_names_check(const struct patch_set *set);

/*
 * Looks at what there is after the set was applied below `view`: LP_UNSAFE for anything
 * but regular files that the set names, and the links to `source` that were there before.
 */
struct lp_error *diff_names_check_view(const char *source, const char *view,
				       const struct patch_set *set);

#endif
