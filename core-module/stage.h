/* SPDX-License-Identifier: GPL-2.0 */
/* The file `stage`: in which stage an update is, and the request for another. */
#ifndef LPATCH_STAGE_H
#define LPATCH_STAGE_H

#include <linux/sysfs.h>

#include "update.h"

/* Prepares the entry for attempts that are made later; before its files can be written. */
void lpatch_stage_init(struct lpatch_entry *entry);

/* /sys/kernel/lpatch/ID/stage */
extern struct kobj_attribute lpatch_stage_file;

#endif
