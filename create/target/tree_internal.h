/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a working copy is made: the steps of tree_open(). */
#ifndef LPATCH_CREATE_TARGET_TREE_INTERNAL_H
#define LPATCH_CREATE_TARGET_TREE_INTERNAL_H

#include <pthread.h>

#include "create/target/tree.h"

/*
 * Checks the user's directory before anything is made for it: LP_NOT_PROVEN if
 * it is that of another kernel version, LP_USAGE if it is no kernel source.
 */
struct lp_error *tree_source_check(const struct tree *tree);

/*
 * Sets *current if the working copy has the source and it is still the same as
 * the user's. A directory is compared in each run, a tarball is identified by
 * the key.
 */
struct lp_error *tree_source_is_current(struct tree *tree, bool *current);

/*
 * Unpacks or copies the source, or copies the files that have changed since.
 * LP_NOT_PROVEN if it is that of another kernel version, LP_USAGE if it is
 * none.
 */
struct lp_error *tree_source_make(struct tree *tree);

/* True once kbuild's output directory is prepared. */
bool tree_build_is_ready(const struct tree *tree);

/*
 * Configures and prepares kbuild's output directory, unless that is done.
 * LP_NOT_PROVEN if the source makes another config of the target's.
 */
struct lp_error *tree_build_make(struct tree *tree);

/* The source has changed or will: kbuild must check again what it has prepared. */
struct lp_error *tree_build_mark_stale(struct tree *tree);

/* Adds the argument for make with the flags for programs of the build machine. */
struct lp_error *tree_add_host_flags(struct text_list *argv);

/* A thread that reads the #include lines of the source. */
struct tree_includes {
	struct tree *tree;
	pthread_t thread;
	bool is_reading;
	char *text;
	size_t size;
	struct lp_error *error;
};

/* Begins to read, if more than one program may run at a time and the source can't change. */
void tree_includes_begin(struct tree_includes *includes, struct tree *tree);

/* Waits for the end. Sets the tree's `includes`, which stays NULL if something has failed. */
void tree_includes_end(struct tree_includes *includes);

#endif
