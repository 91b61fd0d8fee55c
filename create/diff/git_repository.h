/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A repository of git without its configuration.
 *
 * git reads REPOSITORY/config at each call, and much in there makes git run programs or write
 * diffs in another way. No list of such settings is complete. So git is never called in the
 * repository: it works in a directory of ours with a config of ours, which has the references
 * of the repository (by links) and its objects (GIT_OBJECT_DIRECTORY), and neither its config,
 * attributes, grafts, hooks, index nor files. A reference that only the config explains
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
 * Opens the repository that `directory` (or where we are, if NULL) is in. LP_USAGE if there is
 * none, or if one of its directories belongs neither to the caller nor to root.
 * To be closed, also after an error.
 */
struct lp_error *git_repository_open(const char *directory, struct git_repository *repository);

/* Removes our directory. */
void git_repository_close(struct git_repository *repository);

#endif
