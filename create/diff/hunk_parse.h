/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of one hunk. */
#ifndef LPATCH_CREATE_DIFF_HUNK_PARSE_H
#define LPATCH_CREATE_DIFF_HUNK_PARSE_H

#include "create/diff/diff.h"

/*
 * Reads the hunk whose header "@@ -1,2 +3,4 @@" is the line *at, number *number of the text, into
 * *hunk; *at and *number are its last line's then. LP_NOT_APPLYING, beginning with "`name`:LINE: ",
 * unless it has exactly the lines that its header announces.
 */
struct lp_error *hunk_parse(const char *name, const char **at, size_t *number,
			    struct diff_hunk *hunk);

#endif
