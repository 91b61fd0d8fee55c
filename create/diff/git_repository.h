/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A repository of git without its configuration.
 *
 * git reads REPOSITORY/config at each call, and many settings make git run programs or change
 * the format of diffs. No list of such settings is complete. So git never runs in the
 * repository: it runs in our own directory with our own config, with the references of the
 * repository (by links) and its objects (GIT_OBJECT_DIRECTORY), but without its config,
 * attributes, grafts, hooks, index and files. A reference that depends on the config
 * (`@{upstream}`) is unknown there.
 */
#ifndef LPATCH_CREATE_DIFF_GIT_REPOSITORY_H
#define LPATCH_CREATE_DIFF_GIT_REPOSITORY_H

#include "common/error.h"
#include "common/text.h"

struct git_repository {
	char *plain;                  /* our directory, GIT_DIR */
	struct text_list environment; /* what git is called with; ends with NULL */
};

/*
 * Opens the repository that contains `directory` (NULL: the current directory). LP_USAGE if
 * there is none, or if one of its directories belongs neither to the caller nor to root. To
 * be closed, also after an error.
 */
struct lp_error *git_repository_open(const char *directory, struct git_repository *repository);

/* Removes our directory. */
void git_repository_close(struct git_repository *repository);

#endif
