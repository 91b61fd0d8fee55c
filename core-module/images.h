/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module files of an update's parts, kept for modules that are loaded later: the
 * program that applies an update writes them to /sys/kernel/lpatch/ID/part_N.
 */
#ifndef LPATCH_IMAGES_H
#define LPATCH_IMAGES_H

#include "update.h"

/* The file of one part; the Nth is for the Nth module that the update names. */
struct lpatch_image {
	struct lpatch_entry *entry;
	struct bin_attribute file;
	char name[16]; /* of the file */
	u8 *bytes;     /* vmalloc; NULL: none was written */
	size_t size, room;
	atomic_t users; /* that are loading it; it may not be written meanwhile */
};

/* Adds the files to the entry's folder. Returns 0 or a negative errno value. */
int lpatch_images_add(struct lpatch_entry *entry);

/* Forgets what was written. When the folder is gone. */
void lpatch_images_free(struct lpatch_entry *entry);

/* The part for that module, or NULL if none was written. With the core's lock held. */
struct lpatch_image *lpatch_image_find(const struct lpatch_entry *entry, const char *object);

#endif
