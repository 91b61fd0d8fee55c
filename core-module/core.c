// SPDX-License-Identifier: GPL-2.0
/*
 * The life of an update: registered when its module is loaded, tried when
 * somebody writes its `stage`, unregistered when its module goes.
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "core.h"
#include "resolve.h"
#include "sysfs.h"
#include "tables.h"
#include "update.h"

DEFINE_MUTEX(lpatch_lock);

static LIST_HEAD(entries); /* struct lpatch_entry, under lpatch_lock */

static struct lpatch_entry *find_entry(const char *id)
{
	struct lpatch_entry *entry;

	list_for_each_entry (entry, &entries, list)
		if (!strcmp(entry->update->id, id))
			return entry;
	return NULL;
}

static struct lpatch_entry *new_entry(const struct lpatch_update *update)
{
	struct lpatch_entry *entry = kzalloc(sizeof(*entry), GFP_KERNEL);
	u32 i;

	if (!entry)
		return NULL;
	entry->layers = kvcalloc(update->nr_funcs, sizeof(*entry->layers), GFP_KERNEL);
	if (!entry->layers) {
		kfree(entry);
		return NULL;
	}
	entry->update = update;
	for (i = 0; i < update->nr_funcs; i++) {
		entry->layers[i].func = &update->funcs[i];
		entry->layers[i].entry = entry;
	}
	return entry;
}

/* Puts the entry on the list if its id is free. */
static int claim_id(struct lpatch_entry *entry)
{
	int err = -EEXIST;

	mutex_lock(&lpatch_lock);
	if (!find_entry(entry->update->id)) {
		list_add_tail(&entry->list, &entries);
		err = 0;
	}
	mutex_unlock(&lpatch_lock);
	return err;
}

int lpatch_register(const struct lpatch_update *update)
{
	struct lpatch_entry *entry;
	int err;

	err = lpatch_tables_check(update);
	if (err)
		return err;
	entry = new_entry(update);
	if (!entry)
		return -ENOMEM;
	err = claim_id(entry);
	if (err) {
		pr_err("%s: there is an update with this id\n", update->id);
		kvfree(entry->layers);
		kfree(entry);
		return err;
	}
	err = lpatch_sysfs_add(entry);
	if (err)
		lpatch_unregister(update);
	return err;
}
EXPORT_SYMBOL_GPL(lpatch_register);

void lpatch_unregister(const struct lpatch_update *update)
{
	struct lpatch_entry *entry;

	mutex_lock(&lpatch_lock);
	entry = find_entry(update->id);
	if (entry) {
		list_del(&entry->list);
		entry->update = NULL;
	}
	mutex_unlock(&lpatch_lock);

	if (entry)
		lpatch_sysfs_remove(entry);
}
EXPORT_SYMBOL_GPL(lpatch_unregister);

static int __init core_init(void)
{
	int err = lpatch_resolve();

	return err ? err : lpatch_sysfs_init();
}

static void __exit core_exit(void)
{
	lpatch_sysfs_exit();
}

module_init(core_init);
module_exit(core_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("lpatch: live kernel patching");
