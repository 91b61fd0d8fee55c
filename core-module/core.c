// SPDX-License-Identifier: GPL-2.0
/*
 * The life of an update: registered when its module is loaded, tried when its
 * `stage` is written, unregistered when its module goes. Its parts for modules
 * of the kernel come after it and go before it.
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "module_coming.h"
#include "module_going.h"
#include "exiting.h"
#include "fault.h"
#include "lock.h"
#include "nmi.h"
#include "notifier.h"
#include "parts.h"
#include "unexported.h"
#include "shadow_table.h"
#include "sysfs.h"
#include "tables.h"
#include "targets.h"
#include "update.h"
#include "update_list.h"

/* Puts the entry on the list if its id is free; from then on it has the part. */
static int claim_id(struct lpatch_entry *entry, struct lpatch_part *part)
{
	const char *id = entry->update->id;
	int err = lpatch_lock_in_time();

	if (err)
		return err;
	err = -EEXIST;
	if (!lpatch_entry_find(id)) {
		err = lpatch_part_add(entry, part);
		if (!err)
			list_add_tail(&entry->list, &lpatch_entries);
	}
	mutex_unlock(&lpatch_lock);
	if (err == -EEXIST)
		pr_err("%s: there is an update with this id\n", id);
	return err;
}

/* What lpatch_ID brings, and with it the id. */
static int register_update(const struct lpatch_update *update, struct lpatch_part *part)
{
	struct lpatch_entry *entry = kzalloc(sizeof(*entry), GFP_KERNEL);
	int err = -ENOMEM;

	if (entry) {
		entry->update = update;
		INIT_LIST_HEAD(&entry->parts);
		INIT_LIST_HEAD(&entry->wanted);
		err = claim_id(entry, part);
	}
	if (err) {
		kfree(entry);
		lpatch_part_free(part);
		return err;
	}
	err = lpatch_sysfs_add(entry);
	if (err)
		lpatch_unregister(update);
	return err;
}

static bool takes_part(const struct lpatch_entry *entry, const struct lpatch_part *part)
{
	return lpatch_update_names(entry->update, part->update->object) &&
	       (entry->stage != LPATCH_STAGE_APPLIED || lpatch_target_is_coming(part->target));
}

/*
 * What lpatch_ID__N brings, for an update that is known and not in force; or
 * in force, if the core itself is loading the part with its module.
 */
static int register_part(const struct lpatch_update *update, struct lpatch_part *part)
{
	struct lpatch_entry *entry;
	int err = lpatch_lock_in_time();

	if (!err) {
		err = -ENOENT;
		entry = lpatch_entry_find(update->id);
		if (entry && takes_part(entry, part))
			err = lpatch_part_add(entry, part);
		mutex_unlock(&lpatch_lock);
	}
	if (err) {
		pr_err("%s: no update takes its part for %s now (%d)\n", update->id, update->object,
		       err);
		lpatch_part_free(part);
	}
	return err;
}

/* The module that a part is for, held; NULL for vmlinux. */
static int find_target(const struct lpatch_update *update, struct lpatch_target **target)
{
	int err;

	*target = NULL;
	if (!lpatch_is_part(update))
		return 0;
	err = lpatch_lock_in_time();
	if (err)
		return err;
	*target = lpatch_target_get(update->object);
	mutex_unlock(&lpatch_lock);
	return *target ? 0 : -ENOENT;
}

static int check_and_register(const struct lpatch_update *update, struct lpatch_target *target)
{
	struct lpatch_part *part;
	int err = lpatch_tables_check(update, target ? target->module : NULL);

	part = err ? NULL : lpatch_part_new(update, target);
	if (part)
		return target ? register_part(update, part) : register_update(update, part);
	if (target)
		lpatch_target_put(target);
	return err ? err : -ENOMEM;
}

int lpatch_register(const struct lpatch_update *update)
{
	struct lpatch_target *target;
	struct module *held;
	int err;

	err = lpatch_tables_check_names(update);
	if (!err)
		err = find_target(update, &target);
	if (err)
		return err;
	held = target ? target->module : NULL;
	err = check_and_register(update, target);
	module_put(held);
	return err;
}
EXPORT_SYMBOL_GPL(lpatch_register);

void lpatch_unregister(const struct lpatch_update *update)
{
	bool whole = !lpatch_is_part(update);
	struct lpatch_entry *entry;
	struct lpatch_part *part;

	mutex_lock(&lpatch_lock);
	entry = lpatch_entry_find(update->id);
	part = entry ? lpatch_part_find(entry, update->object) : NULL;
	if (part)
		lpatch_part_remove(part);
	if (entry && whole) {
		list_del(&entry->list);
		WRITE_ONCE(entry->update, NULL);
	}
	mutex_unlock(&lpatch_lock);

	if (entry && whole) {
		/* None is queued any more without entry->update. */
		cancel_work_sync(&entry->request.work);
		lpatch_sysfs_remove(entry);
	}
}
EXPORT_SYMBOL_GPL(lpatch_unregister);

static const struct lpatch_target_ops target_ops = {
	.comes = lpatch_module_coming,
	.goes = lpatch_module_going,
};

/*
 * This and what it calls is not __init, though it runs once. Code that the kernel frees afterwards
 * costs more than its bytes: the loader changes the permissions of its pages, and tells every CPU
 * each time and waits (module_enable_ro(), module_enable_x() in kernel/module/strict_rwx.c, Linux
 * 6.1).
 */
static int core_init(void)
{
	int err = lpatch_check_kernel();

	if (err)
		return err;
	if (!lpatch_exiting_is_supported()) {
		pr_err("this kernel does not tell which tasks are exiting\n");
		return -EOPNOTSUPP;
	}
	lpatch_targets_init(&target_ops);
	err = lpatch_nmi_init();
	if (err)
		goto no_nmi;
	err = lpatch_notifier_init();
	if (err)
		goto no_notifier;
	err = lpatch_sysfs_init();
	if (err)
		goto no_sysfs;
	return 0;

no_sysfs:
	lpatch_notifier_exit();
no_notifier:
	lpatch_nmi_exit();
no_nmi:
	lpatch_fault_end();
	return err;
}

static void __exit core_exit(void)
{
	lpatch_sysfs_exit();
	lpatch_notifier_exit();
	lpatch_targets_exit();
	lpatch_nmi_exit();
	lpatch_shadow_exit();
	lpatch_fault_end();
}

module_init(core_init);
module_exit(core_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("lpatch: live kernel patching");
