/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks between runs of lpatch-create: flock(2) on a file that has no other
 * purpose. The kernel releases a lock when its holder, and all processes that
 * inherited it, have ended in any way.
 */
#ifndef LPATCH_CREATE_BASE_LOCK_H
#define LPATCH_CREATE_BASE_LOCK_H

#include <stdbool.h>

#include "common/message.h"

/* Opens the file, and makes it if it doesn't exist; does not lock it. */
struct lp_error *lock_open(const char *path, int *fd);

/*
 * Takes the lock, shared or exclusively. Waits while other processes hold it,
 * and says for which: "waiting for process 1234, which `what`". A lock that is
 * held already is converted, but others may take it in between.
 */
struct lp_error *lock_take(int fd, bool shared, const char *what, struct message_sink *sink);

/* Takes the lock exclusively; false if another process holds it. */
bool lock_try(int fd);

/*
 * Lets programs that are started from now on hold the lock as well: a compiler
 * that outlives a killed run still writes in the directory that the lock
 * protects.
 */
void lock_let_inherit(int fd);

/* True if `path` still leads to the open file, so that others use the same lock. */
bool lock_is_at(int fd, const char *path);

#endif
