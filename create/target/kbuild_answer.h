/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether kbuild's answer is complete. make may end without an error and with no
 * output or only part of it: the machine is out of memory, the disk is full,
 * another program is called make. A missing answer must not mean that the kernel
 * doesn't have the object.
 */
#ifndef LPATCH_CREATE_TARGET_KBUILD_ANSWER_H
#define LPATCH_CREATE_TARGET_KBUILD_ANSWER_H

#include <sys/types.h>

#include "create/target/tree.h"

/* The suffix of a directory's list, after the directory's name with ":" for "/". */
#define KBUILD_LIST_SUFFIX ".list"

/* The last line of a complete list, and the start of a line for a subdirectory. */
#define KBUILD_LIST_END   "end"
#define KBUILD_LIST_BELOW "below"
/* The start of a line for a Makefile that make has read. */
#define KBUILD_LIST_READS "reads"

/* Where the list of `directory` ("net/ipv4") is in `lists`; to be freed. */
struct lp_error *kbuild_answer_list(const char *lists, const char *directory, char **path);

/* The directory of a list, by its file's name: "net:ipv4.list" is net/ipv4; to be freed. */
struct lp_error *kbuild_answer_directory(const char *name, char **directory);

/*
 * LP_BUILD_FAILED unless there are lists in the directory `lists`, each is complete,
 * and there is one for each directory that another names. `before` is tree_log_size()
 * from before make ran; `where` names the directories, "net/ipv4".
 */
struct lp_error *kbuild_answer_check_lists(const struct tree *tree, const char *lists,
					   const char *where, off_t before);

/*
 * LP_BUILD_FAILED with the sentence and the last output of make in the tree's
 * log, which had `before` bytes before make ran. Never NULL.
 */
struct lp_error *kbuild_answer_error(const struct tree *tree, off_t before, const char *format, ...)
	__attribute__((format(printf, 3, 4), returns_nonnull));

#endif
