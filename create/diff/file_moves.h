/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a diff does to names: files that come, go, are renamed and copied. */
#ifndef LPATCH_CREATE_DIFF_FILE_MOVES_H
#define LPATCH_CREATE_DIFF_FILE_MOVES_H

#include "create/diff/diff.h"

/*
 * Sets *trouble to why the file can't be what the diff takes it for, by its name below `directory`:
 * it isn't there, or is there already. NULL if that is in order; to be freed.
 */
struct lp_error *file_moves_check(const struct diff_file *file, const char *directory,
				  char **trouble);

/*
 * Gives the files below `directory` their new names, and makes and removes empty ones; the hunks
 * are patch(1)'s. All of them must have been checked. Parts that are passed over don't count.
 */
struct lp_error *file_moves_make(const struct diff_file *files, size_t count,
				 const char *directory);

#endif
