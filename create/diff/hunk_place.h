/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in a file the hunks of a diff are, all together. */
#ifndef LPATCH_CREATE_DIFF_HUNK_PLACE_H
#define LPATCH_CREATE_DIFF_HUNK_PLACE_H

#include "create/diff/diff.h"

/*
 * Looks in `text`, the file, for one number of lines, at most
 * `most_shift`, by which all hunks of the part are further down or up than they say, with every
 * line that they expect and below the line that their headers name behind "@@" (the function, see
 * git-diff(1)). True if there is one; the part's hunks say where they are then.
 */
bool hunk_place_all(struct diff_file *part, const char *text, long most_shift);

#endif
