/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patches from a git repository: --git=REV. */
#ifndef LPATCH_CREATE_DIFF_GIT_H
#define LPATCH_CREATE_DIFF_GIT_H

#include "create/diff/patch_set.h"

/*
 * Adds what the revision changes, against its first parent and with its
 * message, or, for a range A..B, the difference between its ends. Runs git in
 * `directory`, or in the current directory if that is NULL or no git
 * repository. No configuration of git, the user's or the repository's, has an
 * effect (create/diff/git_repository.h). LP_USAGE with what git says if it
 * doesn't know the revision, LP_NOTHING_TO_PATCH if that changes no line.
 */
struct lp_error *git_read(const char *directory, const char *revision, struct patch_set *set);

#endif
