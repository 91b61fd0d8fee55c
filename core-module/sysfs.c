// SPDX-License-Identifier: GPL-2.0
/*
 * What the user sees: /sys/kernel/lpatch. Only root may read or write any of it. One value a file;
 * the patch, and the module files that are written, are binary attributes.
 *
 * The files here are read without a lock, so that a reader who wants to know how an attempt goes
 * does not wait for it. What an update points to stays while they are read: lpatch_unregister(),
 * which is called before its module goes, waits for readers in lpatch_sysfs_remove().
 */
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "images.h"
#include "keep.h"
#include "lists.h"
#include "lock.h"
#include "stage.h"
#include "sysfs.h"

#define TEXT_NAME_ENUMERATOR(name, text, ...) text,

static const char *const cause_names[] = {LPATCH_CAUSES(TEXT_NAME_ENUMERATOR)};

static struct kobject *sysfs_directory; /* /sys/kernel/lpatch */

/* Files -------------------------------------------------------------------- */

static ssize_t abort_cause_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	const struct lpatch_entry *entry = lpatch_entry_of(kobj);
	enum lpatch_cause cause = LPATCH_CAUSE_PENDING;

	if (!smp_load_acquire(&entry->request.pending))
		cause = READ_ONCE(entry->report.cause);
	return sysfs_emit(page, "%s\n", cause_names[cause]);
}

static ssize_t stopped_ns_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	return sysfs_emit(page, "%llu\n", READ_ONCE(lpatch_entry_of(kobj)->stopped_ns));
}

static ssize_t description_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	const struct lpatch_update *update = READ_ONCE(lpatch_entry_of(kobj)->update);

	return update ? sysfs_emit(page, "%s\n", update->description) : -ENODEV;
}

static struct kobj_attribute abort_cause_file = __ATTR(abort_cause, 0400, abort_cause_show, NULL);
static struct kobj_attribute stopped_ns_file = __ATTR(stopped_ns, 0400, stopped_ns_show, NULL);
static struct kobj_attribute description_file = __ATTR(description, 0400, description_show, NULL);

static struct attribute *entry_files[] = {
	&lpatch_stage_file.attr, &abort_cause_file.attr, &stopped_ns_file.attr,
	&description_file.attr,  &lpatch_keep_file.attr, NULL,
};

static ssize_t patch_read(struct file *file, struct kobject *kobj, lpatch_bin_attribute *attribute,
			  char *buffer, loff_t offset, size_t count)
{
	const struct lpatch_update *update = READ_ONCE(lpatch_entry_of(kobj)->update);

	if (!update)
		return -ENODEV;
	return memory_read_from_buffer(buffer, count, &offset, update->patch, update->patch_size);
}

/* Directories -------------------------------------------------------------- */

static const struct attribute_group entry_group = {
	.attrs = entry_files,
};

static const struct attribute_group *entry_groups[] = {&entry_group, NULL};

static void entry_release(struct kobject *kobj)
{
	struct lpatch_entry *entry = lpatch_entry_of(kobj);

	lpatch_report_clear(&entry->report);
	lpatch_images_free(entry);
	kfree(entry);
}

static struct kobj_type entry_type = {
	.release = entry_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = entry_groups,
};

static int add_patch(struct lpatch_entry *entry)
{
	sysfs_bin_attr_init(&entry->patch);
	entry->patch.attr.name = LPATCH_FILE_PATCH;
	entry->patch.attr.mode = 0400;
	entry->patch.read = patch_read;
	entry->patch.size = entry->update->patch_size;
	return sysfs_create_bin_file(&entry->kobj, &entry->patch);
}

int lpatch_sysfs_add(struct lpatch_entry *entry)
{
	int err;

	lpatch_stage_init(entry);
	kobject_init(&entry->kobj, &entry_type);
	/* The lists come first and go last: a reader that sees `stage` can read them. */
	err = lpatch_lists_add(entry);
	if (!err)
		err = kobject_add(&entry->kobj, sysfs_directory, "%s", entry->update->id);
	if (!err)
		err = add_patch(entry);
	if (!err)
		err = lpatch_images_add(entry);
	if (err)
		return err;
	kobject_uevent(&entry->kobj, KOBJ_ADD);
	return 0;
}

void lpatch_sysfs_remove(struct lpatch_entry *entry)
{
	lockdep_assert_not_held(&lpatch_lock);
	/* One that could not be added has no files that could be taken away. */
	if (entry->kobj.state_in_sysfs)
		kobject_del(&entry->kobj);
	lpatch_lists_remove(entry);
	kobject_put(&entry->kobj);
}

static ssize_t abi_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	return sysfs_emit(page, "%d\n", LPATCH_ABI_VERSION);
}

static struct kobj_attribute abi_file = __ATTR(abi, 0400, abi_show, NULL);

int lpatch_sysfs_init(void)
{
	int err = lpatch_lists_init();

	if (err)
		return err;
	sysfs_directory = kobject_create_and_add(LPATCH_CORE_MODULE, kernel_kobj);
	err = sysfs_directory ? sysfs_create_file(sysfs_directory, &abi_file.attr) : -ENOMEM;
	if (err)
		lpatch_sysfs_exit();
	return err;
}

void lpatch_sysfs_exit(void)
{
	kobject_put(sysfs_directory);
	lpatch_lists_exit();
}
