/* SPDX-License-Identifier: GPL-2.0 */
/* The life of an update, and the lock over all of it. */
#ifndef LPATCH_CORE_H
#define LPATCH_CORE_H

#include <linux/mutex.h>

struct list_head;
struct lpatch_entry;
struct lpatch_update;

/* Held over every attempt, and while a report, a part or a list of layers is read. */
extern struct mutex lpatch_lock;

/* struct lpatch_entry, under lpatch_lock; those that are applied in the order in which they were.
 */
extern struct list_head lpatch_entries;

/*
 * Takes the lock, for who can do without: waits for an attempt that is under way no longer than
 * LPATCH_LOCK_LIMIT_MS, and no longer than until the task is killed. Returns 0, -ETIMEDOUT or
 * -EINTR.
 */
#define LPATCH_LOCK_LIMIT_MS 30000
int lpatch_lock_in_time(void);

/* True if the update has a part for that module. */
bool lpatch_update_names(const struct lpatch_update *update, const char *module);

/*
 * The first of the applied updates that name the module and have no part for
 * it in the kernel, or one that was left behind, or NULL. With lpatch_lock held.
 */
struct lpatch_entry *lpatch_entry_that_waits_for(const char *module);

#endif
