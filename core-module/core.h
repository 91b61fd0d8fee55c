/* SPDX-License-Identifier: GPL-2.0 */
/* The life of an update, and the lock over all of it. */
#ifndef LPATCH_CORE_H
#define LPATCH_CORE_H

#include <linux/mutex.h>

struct lpatch_entry;

/* Held over every attempt, and while a report, a part or a list of layers is read. */
extern struct mutex lpatch_lock;

/*
 * An applied update that names the module and has no part for it in the
 * kernel, or NULL. With lpatch_lock held.
 */
const struct lpatch_entry *lpatch_entry_that_waits_for(const char *module);

#endif
