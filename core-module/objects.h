/* SPDX-License-Identifier: GPL-2.0 */
/* Which modules of the kernel come and go, as far as updates have parts for them. */
#ifndef LPATCH_OBJECTS_H
#define LPATCH_OBJECTS_H

#include "update.h"

/*
 * True if each module that the update names and that is loaded has its part.
 * Else the entry's report says which doesn't. With the core's lock held: a
 * module that begins to load later is seen by the notifier, which takes the
 * lock.
 */
bool lpatch_objects_complete(struct lpatch_entry *entry);

/*
 * From here on, a module that an applied update names comes up patched, or is
 * refused. Returns 0 or -ENOMEM.
 */
int lpatch_objects_init(void);
void lpatch_objects_exit(void);

#endif
