/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a hunk and the file that it is for differ. */
#ifndef LPATCH_CREATE_DIFF_HUNK_MISFIT_H
#define LPATCH_CREATE_DIFF_HUNK_MISFIT_H

#include "create/diff/diff.h"

/*
 * Sets *sentence to where hunk number `number` (from 1) of the file's part of a diff does not fit
 * into the file's text, by the place that is most like it: "hunk 2 does not fit: line 40 should be
 * "a", and is "b"", and in lines of their own what is around there on both sides. To be freed; NULL
 * if there is no such hunk.
 */
struct lp_error *hunk_misfit(const struct diff_file *part, size_t number, const char *text,
			     char **sentence);

#endif
