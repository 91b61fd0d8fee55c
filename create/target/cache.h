/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache: where it is, and how its size is limited.
 *
 *  *	$XDG_CACHE_HOME/lpatch/
 *  *		RELEASE-KEY/    the working copy of a target: create/target/tree.h
 *  *		images/DIGEST   the decompressed kernel of an image: create/target/image_cache.h
 *  *		.evicted-*      on its way out
 *
 * A run that uses a working copy holds a shared lock on the file `lock` in it,
 * whose modification time is the time of the last use. Everything may be
 * removed at any time when no run uses it.
 */
#ifndef LPATCH_CREATE_TARGET_CACHE_H
#define LPATCH_CREATE_TARGET_CACHE_H

#include <stdint.h>
#include <time.h>

#include "common/message.h"

struct cache {
	char *directory; /* absolute, and such that kbuild can work in it */
	uint64_t limit;  /* bytes */
	char *own;       /* the working copy that this run uses, or NULL */
	time_t begin;    /* of this run, in seconds since 1970 */
	struct message_sink *sink;
};

/*
 * Finds the cache, or makes it. kbuild can't work below a directory with blanks
 * and the like in its path; then it is lpatch-UID in TMPDIR or /var/tmp.
 * LP_INTERNAL if it can't be written, LP_USAGE if there is no place for it.
 * *cache is to be freed by cache_free(); `sink` must outlive it.
 */
struct lp_error *cache_open(uint64_t limit, struct message_sink *sink, struct cache **cache);

void cache_free(struct cache *cache);

/*
 * Reduces the cache to its size: removes the least recently used first; keeps
 * the working copy of this run and those that other runs use. If that isn't
 * enough, removes compiled objects of this run's working copy that this run did
 * not use, unless other runs use it. To be called at the end of a run, after it
 * has released its own lock.
 */
struct lp_error *cache_trim(const struct cache *cache);

/* Marks a file of the cache as used now. */
void cache_touch(const char *path);

/* LP_INTERNAL, with a hint, if the cache's file system has less than `bytes` left. */
struct lp_error *cache_check_space(const char *directory, uint64_t bytes);

/* Bytes on the disk of all that is below the directory; 0 if there is none. */
uint64_t cache_disk_usage(const char *directory);

#endif
