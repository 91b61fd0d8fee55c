/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files build a name from two words by "##", and don't have it as a word. */
#ifndef LPATCH_CREATE_REACH_MENTION_PASTED_H
#define LPATCH_CREATE_REACH_MENTION_PASTED_H

#include "create/reach/include_graph.h"

/*
 * Adds to *files those of the graph in which two words make up one of the names, or one does
 * with a word that a macro of the file, or of one that it includes, pastes to others. Sets *all
 * if there are too many names.
 */
struct lp_error *mention_pasted(const struct tree *tree, const struct include_graph *graph,
				const struct text_list *names, struct text_list *files, bool *all);

#endif
