/* SPDX-License-Identifier: GPL-2.0 */
/* Which modules of the kernel updates have parts for, loaded or not. */
#ifndef LPATCH_OBJECTS_H
#define LPATCH_OBJECTS_H

#include "update.h"

/*
 * From here on, a module that comes and that the update names waits, before its
 * init, for the core's lock, and is patched if the update is in force then. With
 * the core's lock held; so is all below, but for the last.
 */
void lpatch_objects_want(struct lpatch_entry *entry);

/* No longer: the update is not in force. */
void lpatch_objects_unwant(struct lpatch_entry *entry);

/*
 * True if each module that the update names and that is loaded has its part.
 * Else the entry's report says which doesn't. After lpatch_objects_want(), so
 * that a module that begins to load later is not missed.
 */
bool lpatch_objects_complete(struct lpatch_entry *entry);

/* True if an update wants to be asked about the module of that name. Never waits. */
bool lpatch_object_is_wanted(const char *module);

#endif
