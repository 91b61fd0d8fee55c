/* SPDX-License-Identifier: GPL-2.0 */
/* The updates that the core knows, from lpatch_register() to lpatch_unregister(). */
#ifndef LPATCH_UPDATE_LIST_H
#define LPATCH_UPDATE_LIST_H

#include "update.h"

/* struct lpatch_entry, under lpatch_lock; those that are applied in the order in which they were.
 */
extern struct list_head lpatch_entries;

/* The update of that id, or NULL. With lpatch_lock held. */
struct lpatch_entry *lpatch_entry_find(const char *id);

/*
 * The first of the applied updates that name the module and have no part for
 * it in the kernel, or one that was left behind, or NULL. With lpatch_lock held.
 */
struct lpatch_entry *lpatch_entry_that_waits_for(const char *module);

#endif
