/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors for texts that are not diffs, which say what they are. */
#ifndef LPATCH_CREATE_DIFF_NO_DIFF_H
#define LPATCH_CREATE_DIFF_NO_DIFF_H

#include "common/error.h"

/* LP_NOT_APPLYING for a web page, though lines in it may look like a diff; else NULL. */
struct lp_error *no_diff_web_page(const char *name, const char *text);

/*
 * LP_NOT_APPLYING for a text that names no files to change and is a diff in another format, even
 * if there are other texts. `name` is for messages. NULL for everything else.
 */
struct lp_error *no_diff_other(const char *name, const char *text);

/*
 * The error if no other text is a diff either: LP_NOTHING_TO_PATCH for an empty one, else
 * LP_NOT_APPLYING. Never NULL.
 */
struct lp_error *no_diff_alone(const char *name, const char *text);

#endif
