/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The working copy of a target's source and its cache.
 *
 *	$XDG_CACHE_HOME/lpatch/RELEASE-KEY/
 *		lock        held by the run that uses the directory
 *		source/     the target's source, as it is; complete once it has this name
 *		build/      kbuild's output directory, prepared; complete once .ready is in it
 *		objects/    what was compiled from the untouched source
 *		core/       the core module built for this target
 *		work/       of the run at hand; emptied when the next one begins
 *
 * KEY is a digest over everything these depend on: the config, the image's
 * build id, the compiler's version and where the source comes from. Each step
 * leaves its result under the final name only when it is whole, so that a run
 * can be killed at any point and the next one goes on from there. The whole
 * directory can be removed at any time when no run uses it.
 */
#ifndef LPATCH_CREATE_TREE_H
#define LPATCH_CREATE_TREE_H

#include "common/error.h"
#include "common/message.h"
#include "common/text.h"
#include "create/target.h"

struct tree {
	const struct target *target;
	struct message_sink *sink;
	unsigned int jobs;
	char *directory;
	char *source;
	char *build;
	char *objects;
	char *core;
	char *work;
	char *log; /* what the programs that this run started have said */
	int lock;  /* descriptor of the lock file */
};

/*
 * Opens the target's working copy, and makes it first if it isn't there; waits
 * while another run uses it. *tree is to be freed by tree_free(), which gives
 * the lock back; `target` and `sink` must outlive it.
 */
struct lp_error *tree_open(const struct target *target, unsigned int jobs,
			   struct message_sink *sink, struct tree **tree);

void tree_free(struct tree *tree);

/*
 * Runs kbuild in the build directory with the target's compiler, release and
 * flags and the given arguments (NULL-terminated list). LP_BUILD_FAILED, with
 * what it said and `what` it was for, if it fails.
 */
struct lp_error *tree_make(struct tree *tree, const char *what, const char *const *arguments);

/*
 * Runs `argv` in `directory` and adds what it says to the log. LP_BUILD_FAILED
 * with the last of it if it fails; "can't " and `what` begin the sentence.
 */
struct lp_error *tree_run(struct tree *tree, const char *what, const char *directory,
			  const char *const *argv);

/* Takes the debugging information out of a module: nine tenths of its size. */
struct lp_error *tree_strip(struct tree *tree, const char *module);

#endif
