/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /proc/lpatch: what an update has and what stood in its way, as files of many lines.
 * docs/sysfs-lpatch describes every file.
 *
 * Files of sysfs have one value each, and no iterator; these are seq_files. They are in /proc, not
 * in debugfs: lpatch-view and lpatch-undo need them, and debugfs may not be mounted, and under
 * lockdown opens no file that only root may read (debugfs_locked_down() in fs/debugfs/file.c,
 * Linux 6.1).
 */
#ifndef LPATCH_LISTS_H
#define LPATCH_LISTS_H

#include "update.h"

/* Makes and removes /proc/lpatch. Returns 0 or -ENOMEM. May sleep. */
int lpatch_lists_init(void);
void lpatch_lists_exit(void);

/*
 * Makes the entry's directory with all files. Returns 0 or -ENOMEM; then lpatch_lists_remove()
 * takes away what is there.
 */
int lpatch_lists_add(struct lpatch_entry *entry);

/*
 * Takes the directory away, and waits for processes that are reading its files. Fine for an entry
 * that has none. Not under the core's lock, for which readers wait.
 */
void lpatch_lists_remove(struct lpatch_entry *entry);

#endif
