/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The working copy of a target's source and its cache.
 *
 *  *	CACHE/RELEASE-KEY/
 *  *		lock        shared by the runs that use the directory; held alone by one
 *  *		            that makes or removes it. Its time is that of the last use
 *  *		source/     the target's source, as it is; complete once it has this name
 *  *		build/      kbuild's output directory, prepared; complete once .ready is in it
 *  *		build.lock  held by a run that lets kbuild write in build/ or core/
 *  *		size        bytes that source/ and build/ take
 *  *		private     everything here is the caller's alone, and nobody else can reach it
 *  *		objects/    what was compiled from the untouched source
 *  *		core/       the core modules built for this target
 *  *		work-N/     of one run at a time, which holds work-N.lock; emptied when the
 *  *		            next one begins. `log` in it is what programs have said
 *  *		work-N/made/  what compilers make of patched source, and work-N/link/ what is
 *  *		            linked of it: all that the programs can write to that do this
 *  *		work-N/tmp/ temporary files
 *
 * KEY is a digest over everything these depend on: the config, the image's
 * build id, the compiler and its version, and where the source comes from. Each
 * step gives its result the final name only when it is complete, so that a run
 * can be killed at any point and the next one continues from there. Objects are
 * made in work-N/ and renamed, so runs for one target can work at the same
 * time.
 */
#ifndef LPATCH_CREATE_TARGET_TREE_H
#define LPATCH_CREATE_TARGET_TREE_H

#include "common/error.h"
#include "common/message.h"
#include "common/sandbox.h"
#include "common/text.h"
#include "create/target/cache.h"
#include "create/target/target.h"

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
	char *made;      /* in work/: for what programs make of patched source */
	char *link;      /* in work/: for what is linked of that */
	char *temporary; /* in work/: TMPDIR of the programs */
	/*
	 * Where programs run, or NULL; none is the tree's own. Only the first can write to what
	 * later runs use: kbuild and compilers on untouched source. The second is for compilers
	 * on patched source, and can write to made/; the third is for the linker, and can write
	 * to link/.
	 */
	const struct sandbox *sandbox;
	const struct sandbox *patched_sandbox;
	const struct sandbox *link_sandbox;
	/* What include_scan() prints for the source, if this run has unpacked it; or NULL. */
	char *includes;
	size_t includes_size;
	char *log;     /* output of the programs that this run started */
	int lock;      /* descriptor of `lock`, shared */
	int work_lock; /* of work-N.lock, alone */
};

/*
 * Opens the target's working copy in the cache, and makes it first if it isn't
 * there; waits only while another run makes it. *tree is to be freed by
 * tree_free(), which gives the locks back; `target`, `cache` and `sink` must
 * outlive it.
 */
struct lp_error *tree_open(const struct target *target, struct cache *cache, unsigned int jobs,
			   struct message_sink *sink, struct tree **tree);

void tree_free(struct tree *tree);

/*
 * Empties work/ except for the log, so that the run can begin again with another patch. The
 * sandboxes go on to use made/ and link/. No program of the tree may run.
 */
struct lp_error *tree_renew_work(struct tree *tree);

/*
 * Runs kbuild in the build directory with the target's compiler, release and
 * flags and the given arguments (NULL-terminated list). LP_BUILD_FAILED, with
 * what it said and `what` it was for, if it fails.
 */
struct lp_error *tree_make(struct tree *tree, const char *what, const char *const *arguments);

/*
 * To be called before kbuild writes in build/ or core/: waits until no other
 * run does. *lock is a descriptor; closing it gives the lock back.
 */
struct lp_error *tree_lock_build(struct tree *tree, int *lock);

/*
 * Moves a file from work/ to where other runs find it, and makes missing directories.
 * Other runs never see an incomplete file, and its digest is kept
 * (create/base/seal.h), by which they check that it is whole.
 */
struct lp_error *tree_keep(const char *from, const char *to);

/* After a program has failed: LP_INTERNAL if no space is left, which explains the failure. */
struct lp_error *tree_check_space(const struct tree *tree);

/* The size of the output of this run's programs so far, in bytes. */
off_t tree_log_size(const struct tree *tree);

/*
 * Runs `argv` in `directory` and adds its output to the log. LP_BUILD_FAILED
 * with the last of it if it fails; "can't " and `what` begin the sentence.
 */
struct lp_error *tree_run(struct tree *tree, const char *what, const char *directory,
			  const char *const *argv);

/* Removes the debugging information from a module: nine tenths of its size. */
struct lp_error *tree_strip(struct tree *tree, const char *module);

#endif
