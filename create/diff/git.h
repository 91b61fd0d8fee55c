/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patches from a git repository: --git=REV. */
#ifndef LPATCH_CREATE_DIFF_GIT_H
#define LPATCH_CREATE_DIFF_GIT_H

#include "create/diff/patch_set.h"

/*
 * Adds what the revision changes, against its first parent and with its
 * message as words only, or, for a range A..B, the difference between its ends. Asks git in
 * `directory`, or where we are if that is NULL or not under git's control.
 * No configuration of git, the user's or the repository's, has a say in it
 * (create/diff/git_repository.h).
 * LP_USAGE with what git says if it doesn't know the revision,
 * LP_NOTHING_TO_PATCH if that changes no line.
 */
struct lp_error *git_read(const char *directory, const char *revision, struct patch_set *set);

/*
 * The same, but of a range A..B each commit by itself, the oldest first: merges too, against
 * their first parent, behind which no other commits are visited. A commit that changes no line is
 * left out.
 */
struct lp_error *git_read_commits(const char *directory, const char *revision,
				  struct patch_set *set);

#endif
