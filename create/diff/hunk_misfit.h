/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The difference between a hunk and its file. */
#ifndef LPATCH_CREATE_DIFF_HUNK_MISFIT_H
#define LPATCH_CREATE_DIFF_HUNK_MISFIT_H

#include "create/diff/diff.h"

/*
 * Sets *sentence to where hunk number `number` (from 1) of the file's part of a diff does not
 * fit into the file's text, at the most similar place: "hunk 2 does not fit: line 40 should be
 * "a", and is "b"", and, on further lines, the context on both sides. To be freed; NULL if there
 * is no such hunk.
 */
struct lp_error *hunk_misfit(const struct diff_file *part, size_t number, const char *text,
			     char **sentence);

#endif
