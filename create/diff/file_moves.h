/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that a diff adds, removes, renames and copies. */
#ifndef LPATCH_CREATE_DIFF_FILE_MOVES_H
#define LPATCH_CREATE_DIFF_FILE_MOVES_H

#include "create/diff/diff.h"

/*
 * Sets *trouble to why the file below `directory` does not match the diff: it is missing, or
 * exists already. NULL if it matches; to be freed.
 */
struct lp_error *file_moves_check(const struct diff_file *file, const char *directory,
				  char **trouble);

/*
 * Renames the files below `directory`, and makes and removes empty ones; patch(1) applies the
 * hunks. All of them must have been checked. Ignored parts don't count.
 */
struct lp_error *file_moves_make(const struct diff_file *files, size_t count,
				 const char *directory);

#endif
