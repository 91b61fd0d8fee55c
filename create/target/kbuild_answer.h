/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether kbuild has answered what it was asked. make may end without an error
 * and have said nothing, or half of it: the machine is out of memory, the disk is
 * full, another program is called make. What is missing then must not be taken
 * for what the kernel doesn't have.
 */
#ifndef LPATCH_CREATE_TARGET_KBUILD_ANSWER_H
#define LPATCH_CREATE_TARGET_KBUILD_ANSWER_H

#include <sys/types.h>

#include "create/target/tree.h"

/* What a directory's list is called, behind its name with ":" for "/". */
#define KBUILD_LIST_SUFFIX ".list"

/* The last line of a list that is whole, and what begins the line of a directory below. */
#define KBUILD_LIST_END   "end"
#define KBUILD_LIST_BELOW "below"

/* Where the list of `directory` ("net/ipv4") is in `lists`; to be freed. */
struct lp_error *kbuild_answer_list(const char *lists, const char *directory, char **path);

/*
 * LP_BUILD_FAILED unless there are lists in the directory `lists`, each is whole,
 * and there is one for each directory to which another leads. `before` is
 * tree_log_size() of the time before make was asked; `where` says of what, "net/ipv4".
 */
struct lp_error *kbuild_answer_check_lists(const struct tree *tree, const char *lists,
					   const char *where, off_t before);

/*
 * LP_BUILD_FAILED with the sentence and what make has said last in the tree's
 * log, of which there were `before` bytes when it was asked. Never NULL.
 */
struct lp_error *kbuild_answer_error(const struct tree *tree, off_t before, const char *format, ...)
	__attribute__((format(printf, 3, 4), returns_nonnull));

#endif
