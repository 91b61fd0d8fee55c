/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of a diff to its structure. */
#ifndef LPATCH_CREATE_DIFF_DIFF_PARSE_H
#define LPATCH_CREATE_DIFF_DIFF_PARSE_H

#include "create/diff/diff.h"

/*
 * Reads a unified diff, as git, diff and quilt write it, into new items of the list: one, or
 * several if the text names a file twice, so that each can be applied on top of the one
 * before. Other text around it is ignored. `text` has Unix line ends and must outlive the
 * list; `name` is for messages.
 *
 * LP_NOT_APPLYING, with the line's number, for a combined or a context diff, one that is
 * truncated or whose hunks don't match their headers, and for names that lead out of the source.
 * A text without a diff adds nothing.
 */
struct lp_error *diff_parse(const char *name, const char *text, struct diff_list *list);

#endif
