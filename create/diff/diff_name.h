/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of files in diffs. */
#ifndef LPATCH_CREATE_DIFF_DIFF_NAME_H
#define LPATCH_CREATE_DIFF_DIFF_NAME_H

#include <stdbool.h>

#include "common/error.h"

/*
 * Reads the name at the start of the text of a line: one in quotes, as git writes unusual
 * ones (quote_c_style(), git 2.39), or up to a tab, or up to a blank if there is no tab. Sets
 * *name to it without doubled slashes and "./", or to NULL for /dev/null; to be freed. *rest,
 * if `rest` is not NULL, is what follows. LP_NOT_APPLYING for a name that leads out of the
 * kernel source, or with characters that no name there has and that may be special to a shell
 * or make.
 */
struct lp_error *diff_name_read(const char *text, char **name, const char **rest);

/* The same for one of two names on one line, so that a blank ends it. */
struct lp_error *diff_name_read_word(const char *text, char **name, const char **rest);

/* The name without `level` leading directories, or NULL if it has fewer. */
const char *diff_name_strip(const char *name, int level);

/*
 * Whether the first directory is a prefix added by git or by hand ("a", "b", "i", "w" …): the
 * kernel source has no directory with a name of one character.
 */
bool diff_name_has_prefix(const char *name);

#endif
