/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A diff is data: which names its files may have, and which files patch(1) may
 * have made. kbuild's makefiles and shell commands contain the names.
 */
#ifndef LPATCH_CREATE_DIFF_DIFF_NAMES_H
#define LPATCH_CREATE_DIFF_DIFF_NAMES_H

#include "create/diff/patch_set.h"

/*
 * LP_UNSAFE for names of files with code that make, a shell or a compiler could take
 * for something else: only letters, digits and "_.+-/" are allowed, "," in the names
 * of headers, and no part may begin with "-".
 */
struct lp_error *diff_names_check(const struct patch_set *set);

/*
 * Checks the files below `view` after the set was applied: LP_UNSAFE for anything but
 * regular files that the set names, and the earlier links to `source`.
 */
struct lp_error *diff_names_check_view(const char *source, const char *view,
				       const struct patch_set *set);

#endif
