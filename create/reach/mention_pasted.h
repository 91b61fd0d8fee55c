/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files build a name from two words by "##", and don't contain it as a word. */
#ifndef LPATCH_CREATE_REACH_MENTION_PASTED_H
#define LPATCH_CREATE_REACH_MENTION_PASTED_H

#include "create/reach/include_graph.h"

/*
 * Adds to *files those files of the graph that may build one of the names: from two words of the
 * file, or from one of its words and a word that a macro pastes to its argument. The macro may be
 * in a file that it includes. Sets *all if there are too many names.
 */
struct lp_error *mention_pasted(const struct tree *tree, const struct include_graph *graph,
				const struct text_list *names, struct text_list *files, bool *all);

#endif
