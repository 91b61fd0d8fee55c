/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many leading directories the names in a diff have: the N of patch's -pN. */
#ifndef LPATCH_CREATE_DIFF_DIFF_LEVEL_H
#define LPATCH_CREATE_DIFF_DIFF_LEVEL_H

#include <stdbool.h>

#include "create/diff/diff.h"

/* Whether a path exists in the source, or is made by an earlier diff. */
typedef bool diff_path_exists(void *context, const char *path);

/*
 * Sets diff->level, unless it is known, and from that the paths of all files. `exists` may be
 * NULL: then only names that begin with "a/" and "b/" can be understood, and *known is false for
 * others. The level is the smallest with which all files that must exist do; if there is none, the
 * one with which most do. LP_NOT_APPLYING if a name has fewer directories than the level.
 */
struct lp_error *diff_settle_paths(struct diff *diff, diff_path_exists *exists, void *context,
				   bool *known);

#endif
