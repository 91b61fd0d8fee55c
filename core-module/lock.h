/* SPDX-License-Identifier: GPL-2.0 */
/* The lock over all updates. */
#ifndef LPATCH_LOCK_H
#define LPATCH_LOCK_H

#include <linux/mutex.h>

/* Held over every attempt, and while a report, a part or a list of layers is read. */
extern struct mutex lpatch_lock;

/*
 * Takes the lock, for callers that can do without it: waits for an attempt that is under way no
 * longer than LPATCH_LOCK_LIMIT_MS, and no longer than until the task is killed. Returns 0,
 * -ETIMEDOUT or -EINTR.
 */
#define LPATCH_LOCK_LIMIT_MS 30000
int lpatch_lock_in_time(void);

#endif
