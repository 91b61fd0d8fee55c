/* SPDX-License-Identifier: GPL-2.0 */
/* What each module of an update brings; see struct lpatch_part. */
#ifndef LPATCH_PARTS_H
#define LPATCH_PARTS_H

#include "update.h"

/* Functions and constants of all parts of an update. */
struct lpatch_count {
	u32 parts, functions, constants;
};

/*
 * The part for what a module hands over. `target` is the module of the kernel
 * that it is for (lpatch_target_get()), which the part then owns; NULL for
 * vmlinux. Returns NULL without memory, and `target` stays the caller's.
 */
struct lpatch_part *lpatch_part_new(const struct lpatch_update *update,
				    struct lpatch_target *target);

/*
 * Makes it a part of the entry, and its shadow variables known. One other than the first, which is
 * that of lpatch_ID, holds the module of that until lpatch_part_remove(). Returns 0; -EEXIST if the
 * entry has a part for the same object; lpatch_shadows_add()'s errors; -ENODEV if lpatch_ID is
 * still being loaded, or being unloaded. Call with the core's lock held.
 */
int lpatch_part_add(struct lpatch_entry *entry, struct lpatch_part *part);

/* Takes it out of its entry and frees it. With the core's lock held. */
void lpatch_part_remove(struct lpatch_part *part);

/* Frees one that has no entry, and lets go of its target. */
void lpatch_part_free(struct lpatch_part *part);

/* The entry's part for that object ("vmlinux", or a module's name), or NULL. */
struct lpatch_part *lpatch_part_find(const struct lpatch_entry *entry, const char *object);

/* How much there is in all parts. */
struct lpatch_count lpatch_parts_count(const struct lpatch_entry *entry);

#endif
