/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which source files a change to a header, or to a .c file that others include,
 * can reach. The graph consists of the #include lines of the source and of the
 * generated headers. It ignores conditions and search paths, so it finds too many
 * files rather than too few; the preprocessor decides later.
 *
 *  *	#include "../x.h"   the file of that name from the includer's directory;
 *  *	                    if there is none, as below
 *  *	#include <a/b.h>    every file whose path ends with /a/b.h
 *  *	#define N "x.h"     as an #include, since #include N may follow
 */
#ifndef LPATCH_CREATE_REACH_INCLUDE_GRAPH_H
#define LPATCH_CREATE_REACH_INCLUDE_GRAPH_H

#include "create/target.h"

struct include_graph;

/* Reads the graph of the tree's source, or makes it and keeps it for later runs. */
struct lp_error *include_graph_read(struct tree *tree, struct include_graph **graph);

void include_graph_free(struct include_graph *graph);

/*
 * Adds to *files the files of `changed` that are in the source, and all files
 * that include one of these, directly or not; sorted, each once. Adds to *climbing
 * those that include something by a name that contains "..".
 */
struct lp_error *include_graph_reach(const struct include_graph *graph,
				     const struct text_list *changed, struct text_list *files,
				     struct text_list *climbing);

/* Adds to *files all files that another file may include and that are no headers. */
struct lp_error *include_graph_parts(const struct include_graph *graph, struct text_list *files);

/* Calls `action` for each file of the graph, until one fails. */
struct lp_error *include_graph_each(const struct include_graph *graph,
				    struct lp_error *action(void *context, const char *path),
				    void *context);

#endif
