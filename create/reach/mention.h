/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files are affected by a change to a header: those that mention what
 * changes in it, or a macro or inline function that does, and so on. This
 * avoids preprocessing thousands of files that include the header and use
 * nothing that changes.
 */
#ifndef LPATCH_CREATE_REACH_MENTION_H
#define LPATCH_CREATE_REACH_MENTION_H

#include "create/reach/include_graph.h"

/*
 * Reduces *files, the result of include_graph_reach() for the header at `path`,
 * to those that can be affected. `patched` is the path of its patched version,
 * without
 * #line directives. A name may also be put together by "##" of two words: both in
 * one file, or one of them spelt out by a macro, count as a mention. If what changes is more
 * than macros, inline functions and declarations of functions, *files does not change.
 */
struct lp_error *mention_filter(struct tree *tree, const struct include_graph *graph,
				const char *path, const char *patched, struct text_list *files);

/* What else is known of a change to a header. */
struct mention_known {
	const struct text_list *types; /* "struct foo": definitions that are not compared */
	const struct text_list *names; /* macros and inline functions that change, of any header */
	const struct text_list *touched; /* files that are certainly affected */
	/* Names of which only files count that make them up of two words, by "##". */
	const struct text_list *pasted;
};

/* The same, with further knowledge; *is_narrowed is false if *files does not change. */
struct lp_error *mention_filter_known(struct tree *tree, const struct include_graph *graph,
				      const char *path, const char *patched,
				      const struct mention_known *known, struct text_list *files,
				      bool *is_narrowed);

#endif
