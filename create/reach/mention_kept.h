/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The users of changed headers, as of create/reach/mention.h, kept in the working copy: a run that
 * has the same version of a header, such as the next choice of changes of --keep-going, does not
 * search again. One search takes some two seconds of CPU time, and a stable update changes some 100
 * headers.
 */
#ifndef LPATCH_CREATE_REACH_MENTION_KEPT_H
#define LPATCH_CREATE_REACH_MENTION_KEPT_H

#include "create/reach/include_graph.h"

/*
 * Searches for the users of those of the `changed` files that are headers and are not known yet,
 * with a thread for each job, and keeps what it finds.
 */
struct lp_error *mention_kept_search(struct tree *tree, const struct include_graph *graph,
				     const struct text_list *changed);

/*
 * Like mention_filter() for the changed file at `path`, and does nothing for other files than
 * headers that are in both versions. Searches itself if nothing is kept.
 */
struct lp_error *mention_kept_filter(struct tree *tree, const struct include_graph *graph,
				     const char *path, struct text_list *files);

#endif
