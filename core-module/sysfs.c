// SPDX-License-Identifier: GPL-2.0
/*
 * What the user sees: /sys/kernel/lpatch. Only root may read or write any of
 * it. Files whose text may be longer than a page are binary attributes.
 */
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/vmalloc.h>

#include "core.h"
#include "images.h"
#include "keep.h"
#include "parts.h"
#include "redirect.h"
#include "shadow.h"
#include "stage.h"
#include "sysfs.h"

#define TEXT_NAME_ENUMERATOR(name, text, ...) text,

static const char *const cause_names[] = {LPATCH_CAUSES(TEXT_NAME_ENUMERATOR)};
static const char *const redirect_names[] = {LPATCH_REDIRECTS(TEXT_NAME_ENUMERATOR)};
static const char *const hook_names[] = {LPATCH_HOOKS(TEXT_NAME_ENUMERATOR)};

static struct kobject *directory; /* /sys/kernel/lpatch */

static struct lpatch_entry *to_entry(struct kobject *kobj)
{
	return container_of(kobj, struct lpatch_entry, kobj);
}

/* Files of one line -------------------------------------------------------- */

/* Without the lock: who asks during an attempt shall not wait in the way of it. */
static ssize_t abort_cause_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	const struct lpatch_entry *entry = to_entry(kobj);
	enum lpatch_cause cause = LPATCH_CAUSE_PENDING;

	if (!smp_load_acquire(&entry->wish.pending))
		cause = READ_ONCE(entry->report.cause);
	return sysfs_emit(page, "%s\n", cause_names[cause]);
}

static ssize_t stopped_ns_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	return sysfs_emit(page, "%llu\n", READ_ONCE(to_entry(kobj)->stopped_ns));
}

static ssize_t description_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	struct lpatch_entry *entry = to_entry(kobj);
	ssize_t size = -ENODEV;

	mutex_lock(&lpatch_lock);
	if (entry->update)
		size = sysfs_emit(page, "%s\n", entry->update->description);
	mutex_unlock(&lpatch_lock);
	return size;
}

static struct kobj_attribute abort_cause_file = __ATTR(abort_cause, 0400, abort_cause_show, NULL);
static struct kobj_attribute stopped_ns_file = __ATTR(stopped_ns, 0400, stopped_ns_show, NULL);
static struct kobj_attribute description_file = __ATTR(description, 0400, description_show, NULL);

static struct attribute *entry_files[] = {
	&lpatch_stage_file.attr, &abort_cause_file.attr, &stopped_ns_file.attr,
	&description_file.attr,  &lpatch_keep_file.attr, NULL,
};

/* Files of many lines ------------------------------------------------------ */

static ssize_t conflicts_read(struct file *file, struct kobject *kobj,
			      struct bin_attribute *attribute, char *buffer, loff_t offset,
			      size_t count)
{
	struct lpatch_entry *entry = to_entry(kobj);
	ssize_t size = 0;

	mutex_lock(&lpatch_lock);
	if (entry->report.text)
		size = memory_read_from_buffer(buffer, count, &offset, entry->report.text,
					       entry->report.length);
	mutex_unlock(&lpatch_lock);
	return size;
}

static int print_function(char *line, size_t room, const struct lpatch_layer *layer)
{
	const struct lpatch_func *func = layer->func;
	enum lpatch_redirect redirect = layer->site ? layer->site->kind : LPATCH_REDIRECT_NONE;

	return scnprintf(line, room, "%s %s 0x%lx 0x%lx %s\n", func->object, func->old.name,
			 func->old.addr, func->new_addr, redirect_names[redirect]);
}

static size_t room_for_functions(const struct lpatch_entry *entry)
{
	struct lpatch_part *part;
	size_t room = 1;
	u32 i;

	list_for_each_entry(part, &entry->parts, list)
		for (i = 0; i < part->update->nr_funcs; i++)
			room += strlen(part->update->funcs[i].old.name) + MODULE_NAME_LEN + 64;
	return room;
}

/* All lines of `functions`; to be freed with vfree(). NULL: no memory. */
static char *print_functions(const struct lpatch_entry *entry, size_t *length)
{
	size_t room = room_for_functions(entry);
	char *text = vmalloc(room);
	struct lpatch_part *part;
	u32 i;

	*length = 0;
	if (!text)
		return NULL;
	list_for_each_entry(part, &entry->parts, list)
		for (i = 0; i < part->update->nr_funcs; i++)
			*length += print_function(text + *length, room - *length, &part->layers[i]);
	return text;
}

static int print_constant(char *line, size_t room, const struct lpatch_constant *constant)
{
	const struct lpatch_rewrite *rewrite = constant->rewrite;

	return scnprintf(line, room, "%s %s 0x%lx %u %s\n", constant->part->update->object,
			 rewrite->name, rewrite->addr, rewrite->size,
			 constant->saved ? "rewritten" : "original");
}

/* All lines of `constants`, as above. */
static char *print_constants(const struct lpatch_entry *entry, size_t *length)
{
	struct lpatch_part *part;
	size_t room = 1;
	char *text;
	u32 i;

	list_for_each_entry(part, &entry->parts, list)
		for (i = 0; i < part->update->nr_rewrites; i++)
			room += strlen(part->update->rewrites[i].name) + MODULE_NAME_LEN + 64;
	text = vmalloc(room);
	*length = 0;
	if (!text)
		return NULL;
	list_for_each_entry(part, &entry->parts, list)
		for (i = 0; i < part->update->nr_rewrites; i++)
			*length +=
				print_constant(text + *length, room - *length, &part->constants[i]);
	return text;
}

static const struct lpatch_hook *end_of_hooks(const struct lpatch_update *update)
{
	return update->hooks + update->nr_hooks;
}

static struct lpatch_shadow *const *end_of_shadows(const struct lpatch_update *update)
{
	return update->shadows + update->nr_shadows;
}

static int print_object(char *line, size_t room, const struct lpatch_entry *entry,
			const char *object)
{
	const struct lpatch_part *part = lpatch_part_find(entry, object);

	return scnprintf(line, room, "%s %s\n", object,
			 part ? part->update->module->name : LPATCH_OBJECT_WAITING);
}

/* All lines of `objects`, as above. */
static char *print_objects(const struct lpatch_entry *entry, size_t *length)
{
	const struct lpatch_update *update = entry->update;
	size_t room = (update->nr_objects + 1) * (2 * MODULE_NAME_LEN + 2) + 1;
	char *text = vmalloc(room);
	u32 i;

	*length = 0;
	if (!text)
		return NULL;
	if (update->nr_funcs || update->nr_rewrites || update->nr_hooks)
		*length = print_object(text, room, entry, update->object);
	for (i = 0; i < update->nr_objects; i++)
		*length += print_object(text + *length, room - *length, entry, update->objects[i]);
	return text;
}

/* All lines of `hooks`, as above. */
static char *print_hooks(const struct lpatch_entry *entry, size_t *length)
{
	const struct lpatch_part *part;
	const struct lpatch_hook *hook;
	size_t room = 1;
	char *text;

	list_for_each_entry(part, &entry->parts, list)
		for (hook = part->update->hooks; hook < end_of_hooks(part->update); hook++)
			room += strlen(hook->source) + strlen(hook->function) + MODULE_NAME_LEN +
				32;
	text = vmalloc(room);
	*length = 0;
	if (!text)
		return NULL;
	list_for_each_entry(part, &entry->parts, list)
		for (hook = part->update->hooks; hook < end_of_hooks(part->update); hook++)
			*length += scnprintf(text + *length, room - *length, "%s %s %s %s\n",
					     part->update->object, hook_names[hook->kind],
					     hook->source, hook->function);
	return text;
}

/* Whether a declaration before this one means the same variable. */
static bool is_listed(const struct lpatch_entry *entry, struct lpatch_shadow *const *declared)
{
	struct lpatch_shadow *const *other;
	const struct lpatch_part *part;

	list_for_each_entry(part, &entry->parts, list)
		for (other = part->update->shadows; other < end_of_shadows(part->update); other++)
			if (other == declared || (*other)->kind == (*declared)->kind)
				return other != declared;
	return false;
}

/* All lines of `shadows`, as above. */
static char *print_shadows(const struct lpatch_entry *entry, size_t *length)
{
	struct lpatch_shadow *const *shadow;
	const struct lpatch_part *part;
	size_t room = 1;
	char *text;

	list_for_each_entry(part, &entry->parts, list)
		for (shadow = part->update->shadows; shadow < end_of_shadows(part->update);
		     shadow++)
			room += strlen((*shadow)->name) + 64;
	text = vmalloc(room);
	*length = 0;
	if (!text)
		return NULL;
	list_for_each_entry(part, &entry->parts, list)
		for (shadow = part->update->shadows; shadow < end_of_shadows(part->update);
		     shadow++)
			if (!is_listed(entry, shadow))
				*length += scnprintf(text + *length, room - *length,
						     "%s %zu %zu %s\n", (*shadow)->name,
						     (*shadow)->size, lpatch_shadow_count(*shadow),
						     (*shadow)->shared ? "shared" : "own");
	return text;
}

/* Reads from what `print` makes of the entry. */
static ssize_t read_printed(struct kobject *kobj, char *buffer, loff_t offset, size_t count,
			    char *print(const struct lpatch_entry *entry, size_t *length))
{
	struct lpatch_entry *entry = to_entry(kobj);
	ssize_t size = -ENODEV;
	size_t length;
	char *text;

	mutex_lock(&lpatch_lock);
	if (entry->update) {
		text = print(entry, &length);
		size = text ? memory_read_from_buffer(buffer, count, &offset, text, length)
			    : -ENOMEM;
		vfree(text);
	}
	mutex_unlock(&lpatch_lock);
	return size;
}

static ssize_t functions_read(struct file *file, struct kobject *kobj,
			      struct bin_attribute *attribute, char *buffer, loff_t offset,
			      size_t count)
{
	return read_printed(kobj, buffer, offset, count, print_functions);
}

static ssize_t constants_read(struct file *file, struct kobject *kobj,
			      struct bin_attribute *attribute, char *buffer, loff_t offset,
			      size_t count)
{
	return read_printed(kobj, buffer, offset, count, print_constants);
}

static ssize_t objects_read(struct file *file, struct kobject *kobj,
			    struct bin_attribute *attribute, char *buffer, loff_t offset,
			    size_t count)
{
	return read_printed(kobj, buffer, offset, count, print_objects);
}

static ssize_t hooks_read(struct file *file, struct kobject *kobj, struct bin_attribute *attribute,
			  char *buffer, loff_t offset, size_t count)
{
	return read_printed(kobj, buffer, offset, count, print_hooks);
}

static ssize_t shadows_read(struct file *file, struct kobject *kobj,
			    struct bin_attribute *attribute, char *buffer, loff_t offset,
			    size_t count)
{
	return read_printed(kobj, buffer, offset, count, print_shadows);
}

static ssize_t outlives_read(struct file *file, struct kobject *kobj,
			     struct bin_attribute *attribute, char *buffer, loff_t offset,
			     size_t count)
{
	return read_printed(kobj, buffer, offset, count, lpatch_keep_print);
}

static ssize_t patch_read(struct file *file, struct kobject *kobj, struct bin_attribute *attribute,
			  char *buffer, loff_t offset, size_t count)
{
	struct lpatch_entry *entry = to_entry(kobj);
	ssize_t size = -ENODEV;

	mutex_lock(&lpatch_lock);
	if (entry->update)
		size = memory_read_from_buffer(buffer, count, &offset, entry->update->patch,
					       entry->update->patch_size);
	mutex_unlock(&lpatch_lock);
	return size;
}

static struct bin_attribute conflicts_file = __BIN_ATTR(conflicts, 0400, conflicts_read, NULL, 0);
static struct bin_attribute functions_file = __BIN_ATTR(functions, 0400, functions_read, NULL, 0);

static struct bin_attribute constants_file = __BIN_ATTR(constants, 0400, constants_read, NULL, 0);
static struct bin_attribute objects_file = __BIN_ATTR(objects, 0400, objects_read, NULL, 0);
static struct bin_attribute hooks_file = __BIN_ATTR(hooks, 0400, hooks_read, NULL, 0);
static struct bin_attribute shadows_file = __BIN_ATTR(shadows, 0400, shadows_read, NULL, 0);

static struct bin_attribute outlives_file = __BIN_ATTR(outlives, 0400, outlives_read, NULL, 0);

static struct bin_attribute *entry_long_files[] = {
	&conflicts_file, &functions_file, &constants_file, &objects_file,
	&hooks_file,     &shadows_file,   &outlives_file,  NULL,
};

/* Directories -------------------------------------------------------------- */

static const struct attribute_group entry_group = {
	.attrs = entry_files,
	.bin_attrs = entry_long_files,
};

static const struct attribute_group *entry_groups[] = {&entry_group, NULL};

static void entry_release(struct kobject *kobj)
{
	struct lpatch_entry *entry = to_entry(kobj);

	lpatch_report_clear(&entry->report);
	lpatch_images_free(entry);
	kfree(entry);
}

static struct kobj_type entry_type = {
	.release = entry_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = entry_groups,
};

int lpatch_sysfs_add(struct lpatch_entry *entry)
{
	int err;

	lpatch_stage_init(entry);
	kobject_init(&entry->kobj, &entry_type);
	err = kobject_add(&entry->kobj, directory, "%s", entry->update->id);
	if (err)
		return err;

	sysfs_bin_attr_init(&entry->patch);
	entry->patch.attr.name = LPATCH_FILE_PATCH;
	entry->patch.attr.mode = 0400;
	entry->patch.read = patch_read;
	entry->patch.size = entry->update->patch_size;
	err = sysfs_create_bin_file(&entry->kobj, &entry->patch);
	if (!err)
		err = lpatch_images_add(entry);
	if (err)
		return err;
	kobject_uevent(&entry->kobj, KOBJ_ADD);
	return 0;
}

void lpatch_sysfs_remove(struct lpatch_entry *entry)
{
	/* One that could not be added has no files that could be taken away. */
	if (entry->kobj.state_in_sysfs)
		kobject_del(&entry->kobj);
	kobject_put(&entry->kobj);
}

static ssize_t abi_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	return sysfs_emit(page, "%d\n", LPATCH_ABI_VERSION);
}

static struct kobj_attribute abi_file = __ATTR(abi, 0400, abi_show, NULL);

int lpatch_sysfs_init(void)
{
	int err;

	directory = kobject_create_and_add(LPATCH_CORE_MODULE, kernel_kobj);
	if (!directory)
		return -ENOMEM;
	err = sysfs_create_file(directory, &abi_file.attr);
	if (err)
		lpatch_sysfs_exit();
	return err;
}

void lpatch_sysfs_exit(void)
{
	kobject_put(directory);
}
