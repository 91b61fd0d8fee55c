/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files are affected by a change to a header: those that mention a changed
 * name, or a macro or inline function that mentions one, and so on. This avoids
 * preprocessing thousands of files that include the header and use nothing that
 * changes.
 */
#ifndef LPATCH_CREATE_REACH_MENTION_H
#define LPATCH_CREATE_REACH_MENTION_H

#include "create/reach/include_graph.h"

/*
 * Reduces *files, the result of include_graph_reach() for the header at `path`,
 * to those that can be affected. `patched` is the path of its patched version
 * without "#line" directives. "##" may also build a name from two words: a file
 * that has both, or has one while a macro contains the other, counts as well. If
 * anything but macros, inline functions and declarations of functions changes,
 * *files stays as it is. Several threads may search at the same time.
 */
struct lp_error *mention_filter(struct tree *tree, const struct include_graph *graph,
				const char *path, const char *patched, struct text_list *files);

/* What the caller knows about a change to a header. */
struct mention_known {
	const struct text_list *types; /* "struct foo": changes of their definitions don't count */
	const struct text_list *names; /* macros and inline functions that change, of any header */
	const struct text_list *touched; /* files that are certainly affected */
	/* Names for which a file counts only if it builds them from two words by "##". */
	const struct text_list *pasted;
};

/* The same with what the caller knows; sets *is_narrowed to false if *files stays as it is. */
struct lp_error *mention_filter_known(struct tree *tree, const struct include_graph *graph,
				      const char *path, const char *patched,
				      const struct mention_known *known, struct text_list *files,
				      bool *is_narrowed);

#endif
