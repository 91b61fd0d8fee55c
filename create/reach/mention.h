/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files can tell one version of a header from the other: those that
 * mention what changes in it, or a macro or inline function that does, and so
 * on. Spares preprocessing thousands of files that include the header and use
 * nothing of what changes.
 */
#ifndef LPATCH_CREATE_REACH_MENTION_H
#define LPATCH_CREATE_REACH_MENTION_H

#include "create/reach/include_graph.h"

/*
 * Reduces *files, what include_graph_reach() says of the header at `path`, to
 * those that can matter. `patched` is the path of its patched version, without
 * #line directives. A name may also be put together by "##" of two words: both in
 * one file, or one of them spelt out by a macro, count as a mention. If what changes is more than
 * macros, inline functions and declarations of functions, *files stays as it is.
 */
struct lp_error *mention_filter(struct tree *tree, const struct include_graph *graph,
				const char *path, const char *patched, struct text_list *files);

/* What else is known of a change to a header. */
struct mention_known {
	const struct text_list *types; /* "struct foo": definitions that need no look */
	const struct text_list *names; /* macros and inline functions that change, of any header */
	const struct text_list *touched; /* files that can tell the difference for sure */
	/* Names of which only files count that make them up of two words, by "##". */
	const struct text_list *pasted;
};

/* The same, with what else is known; *is_narrowed is false if *files stays as it is. */
struct lp_error *mention_filter_known(struct tree *tree, const struct include_graph *graph,
				      const char *path, const char *patched,
				      const struct mention_known *known, struct text_list *files,
				      bool *is_narrowed);

#endif
