/* SPDX-License-Identifier: GPL-2.0 */
/* What the user sees: /sys/kernel/lpatch, and with it /proc/lpatch (lists.h). docs/sysfs-lpatch
 * describes every file. */
#ifndef LPATCH_SYSFS_H
#define LPATCH_SYSFS_H

#include "update.h"

/* Makes and removes both directories. Returns 0 or -ENOMEM. May sleep. */
int lpatch_sysfs_init(void);
void lpatch_sysfs_exit(void);

/*
 * Makes the directories of an update. Returns 0, -ENOMEM, or -EEXIST. The entry
 * belongs to its kobject from then on, also in case of an error: let go of it
 * with lpatch_sysfs_remove().
 */
int lpatch_sysfs_add(struct lpatch_entry *entry);

/*
 * Takes the directories away, waits for processes that are reading or writing its
 * files, and frees the entry. Not under the core's lock.
 */
void lpatch_sysfs_remove(struct lpatch_entry *entry);

#endif
