/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a hunk and the file that it is for differ. */
#ifndef LPATCH_CREATE_DIFF_HUNK_MISFIT_H
#define LPATCH_CREATE_DIFF_HUNK_MISFIT_H

#include <stddef.h>

#include "common/error.h"

/*
 * Sets *sentence to where hunk number `number` (from 1) of a file's part of a
 * diff does not fit into the file's text, by the place that is most like it:
 * "hunk 2 does not fit: line 40 is to be "a", but is "b"". To be freed; NULL if the
 * diff has no such hunk.
 */
struct lp_error *hunk_misfit(const char *diff, size_t number, const char *text, char **sentence);

#endif
