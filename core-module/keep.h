/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Code that stays when an update is out of force. Where the kernel may still have addresses
 * of an update's functions or data, or a user asks for it, the modules of the update stay
 * held after a reversal: nothing leads to their functions from the old ones any more, but
 * what has them already finds them there.
 */
#ifndef LPATCH_KEEP_H
#define LPATCH_KEEP_H

#include <linux/sysfs.h>

#include "update.h"

/* Whether the author or the update's own table asks for it, for lpatch_part_add(). */
bool lpatch_keep_is_asked(const struct lpatch_update *update);

/*
 * A part has gone out of force: its module, which was held while it was, stays held if the
 * entry says so, and with it the kernel module that it is for; else it is let go. All with
 * the core's lock held.
 */
void lpatch_keep_or_release(struct lpatch_part *part);

/* Lets go of the module of a part that was kept, if it was. */
void lpatch_keep_end(struct lpatch_part *part);

/* /sys/kernel/lpatch/ID/keep_code */
extern struct kobj_attribute lpatch_keep_file;

#endif
