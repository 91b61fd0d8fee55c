/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks between runs of lpatch-create: flock(2) on a file that is there for
 * nothing else. The kernel gives a lock back when its holder ends, however it
 * ends, and those have ended that inherited it.
 */
#ifndef LPATCH_CREATE_BASE_LOCK_H
#define LPATCH_CREATE_BASE_LOCK_H

#include <stdbool.h>

#include "common/message.h"

/* Opens the file, and makes it if it isn't there; nothing is locked yet. */
struct lp_error *lock_open(const char *path, int *fd);

/*
 * Takes the lock: `shared` with others who share it, or alone. Waits while
 * others are in the way, and says for whom: "waiting for process 1234, which
 * `what`". A lock that is held already is changed, but others may have it in
 * between.
 */
struct lp_error *lock_take(int fd, bool shared, const char *what, struct message_sink *sink);

/* Takes the lock alone if nobody else has it; false if somebody has. */
bool lock_try(int fd);

/*
 * Lets programs that are started from now on hold the lock as well: a compiler
 * that outlives a killed run goes on writing where the lock is about.
 */
void lock_let_inherit(int fd);

/* True if `path` still leads to the open file, so that others meet at the same lock. */
bool lock_is_at(int fd, const char *path);

#endif
