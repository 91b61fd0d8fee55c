/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patch files that are no diff, or have no hunk: what they are instead. */
#ifndef LPATCH_CREATE_DIFF_PATCH_HUNKLESS_H
#define LPATCH_CREATE_DIFF_PATCH_HUNKLESS_H

#include "common/error.h"

/* LP_NOT_APPLYING for a web page, though lines in it may look like a diff; else NULL. */
struct lp_error *patch_web_page(const char *name, const char *text);

/*
 * LP_NOT_APPLYING for a text without hunks that is meant as a diff and is none, also
 * beside others: a diff in another format or cut short. `name` is for
 * messages. NULL for everything else.
 */
struct lp_error *patch_hunkless(const char *name, const char *text);

/*
 * The same where no other text has a hunk either: LP_NOTHING_TO_PATCH for one that is
 * empty or changes only modes and names of files, else LP_NOT_APPLYING. Never NULL.
 */
struct lp_error *patch_hunkless_alone(const char *name, const char *text);

#endif
