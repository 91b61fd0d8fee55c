// SPDX-License-Identifier: GPL-2.0
/* The module files of an update's parts. */
#include <linux/capability.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "images.h"
#include "lock.h"

#define MAX_IMAGE  (64 << 20) /* bytes */
#define FIRST_SIZE (64 << 10)

static int grow_image(struct lpatch_image *image, size_t size)
{
	size_t room = max_t(size_t, image->room, FIRST_SIZE);
	u8 *bytes;

	if (size > MAX_IMAGE)
		return -EFBIG;
	while (room < size)
		room *= 2;
	if (image->bytes && room == image->room)
		return 0;
	bytes = vmalloc(room);
	if (!bytes)
		return -ENOMEM;
	if (image->size)
		memcpy(bytes, image->bytes, image->size);
	vfree(image->bytes);
	image->bytes = bytes;
	image->room = room;
	return 0;
}

/* Front to back; a write at the start begins again. */
static ssize_t append(struct lpatch_image *image, const char *bytes, loff_t offset, size_t count)
{
	int err;

	if (image->entry->stage == LPATCH_STAGE_APPLIED || atomic_read(&image->users))
		return -EBUSY;
	if (!offset)
		image->size = 0;
	if (offset != image->size)
		return -ESPIPE;
	err = grow_image(image, image->size + count);
	if (err)
		return err;
	memcpy(image->bytes + image->size, bytes, count);
	image->size += count;
	return count;
}

static ssize_t image_write(struct file *file, struct kobject *kobj, lpatch_bin_attribute *attribute,
			   char *bytes, loff_t offset, size_t count)
{
	struct lpatch_image *image = container_of(attribute, struct lpatch_image, file);
	ssize_t result = -ENODEV;

	if (!capable(CAP_SYS_MODULE))
		return -EPERM;
	if (mutex_lock_killable(&lpatch_lock))
		return -EINTR;
	if (image->entry->update)
		result = append(image, bytes, offset, count);
	mutex_unlock(&lpatch_lock);
	return result;
}

int lpatch_images_add(struct lpatch_entry *entry)
{
	u32 i, nr = entry->update->nr_objects;
	int err = 0;

	entry->images = kvcalloc(nr, sizeof(*entry->images), GFP_KERNEL);
	if (!entry->images)
		return -ENOMEM;
	entry->nr_images = nr;
	for (i = 0; i < nr && !err; i++) {
		struct lpatch_image *image = &entry->images[i];

		image->entry = entry;
		snprintf(image->name, sizeof(image->name), LPATCH_FILE_PART "%u", i + 1);
		sysfs_bin_attr_init(&image->file);
		image->file.attr.name = image->name;
		image->file.attr.mode = 0200;
		image->file.write = image_write;
		err = sysfs_create_bin_file(&entry->kobj, &image->file);
	}
	return err;
}

void lpatch_images_free(struct lpatch_entry *entry)
{
	u32 i;

	for (i = 0; i < entry->nr_images; i++)
		vfree(entry->images[i].bytes);
	kvfree(entry->images);
}

struct lpatch_image *lpatch_image_find(const struct lpatch_entry *entry, const char *object)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < entry->nr_images; i++)
		if (!strcmp(entry->update->objects[i], object))
			return entry->images[i].size ? &entry->images[i] : NULL;
	return NULL;
}
