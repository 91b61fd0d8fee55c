// SPDX-License-Identifier: GPL-2.0
/*
 * Which modules of the kernel do updates have parts for?
 *
 * A module that an update names is either loaded when the update is applied,
 * and then the part must be there; or it comes later, and then its parts come
 * before its init (targets.c). The loader tells through the notifier (notifier.c),
 * and gives the module up if that says no (prepare_coming_module() in
 * kernel/module/main.c, Linux 5.9 and later).
 *
 * The chain is called for every module of the host, with a semaphore held that a registration
 * waits for, so nothing here may wait for an attempt, which holds lpatch_lock over hooks,
 * grace periods and the stop. What the notifier must know has a list and a lock of its own,
 * held for a walk through that list: the updates that want to be asked about modules. An
 * update is on it from before an apply attempt looks which modules are loaded
 * (lpatch_objects_complete()) until the attempt has failed, or until the update has gone out
 * of force. It and the names it points to stay that long: the task that holds lpatch_lock over
 * the attempt keeps it from being unregistered, and in force its module is held.
 *
 * No module can slip between. It is found by find_module() before its notifier is called
 * (complete_formation(), then prepare_coming_module()). So if the notifier looks at the list
 * before the update is on it, the module was there when the attempt looks, and the attempt is
 * refused as incomplete. If it looks later, the module's init is taken over by init_of_target()
 * (targets.c), which decides with lpatch_lock held: it waits for the attempt to end, in the task
 * that loads that one module, where no other load is held up, and no longer than
 * lpatch_lock_in_time() does. If the update is in force then, its part is brought; if it is not,
 * init runs as it is. Both may be: then the attempt is refused, and the module comes as it is.
 *
 * An update that goes out of force leaves the list after it is out of force. A
 * module that comes in between is decided by init_of_target(), likewise.
 */
#include <linux/irqflags.h>
#include <linux/module.h>

#include "lock.h"
#include "objects.h"
#include "parts.h"
#include "unexported.h"

static DEFINE_RAW_SPINLOCK(wanted_lock);
static LIST_HEAD(wanted); /* struct lpatch_entry, under wanted_lock */

/* It may be on its way in or out: its code is there. */
static bool is_loaded(const char *name)
{
	unsigned long flags;
	bool loaded;

	/* find_module() asks for preemption off. For why in this way see give_way.h. */
	local_irq_save(flags);
	loaded = find_module(name);
	local_irq_restore(flags);
	return loaded;
}

static bool part_is_fit(const struct lpatch_part *part, struct lpatch_report *report)
{
	if (part->orphaned)
		lpatch_report_add(report, "module %s: %s is left of when it was last loaded\n",
				  part->update->object, part->update->module->name);
	return !part->orphaned;
}

static bool object_is_complete(struct lpatch_entry *entry, const char *object)
{
	const struct lpatch_part *part = lpatch_part_find(entry, object);

	if (part)
		return part_is_fit(part, &entry->report);
	if (!is_loaded(object))
		return true;
	lpatch_report_add(&entry->report, "module %s: it is loaded, its part is not\n", object);
	return false;
}

bool lpatch_objects_complete(struct lpatch_entry *entry)
{
	const struct lpatch_update *update = entry->update;
	bool complete = true;
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < update->nr_objects; i++)
		complete = object_is_complete(entry, update->objects[i]) && complete;
	return complete;
}

void lpatch_objects_want(struct lpatch_entry *entry)
{
	lockdep_assert_held(&lpatch_lock);
	raw_spin_lock(&wanted_lock);
	list_add_tail(&entry->wanted, &wanted);
	raw_spin_unlock(&wanted_lock);
}

void lpatch_objects_unwant(struct lpatch_entry *entry)
{
	lockdep_assert_held(&lpatch_lock);
	raw_spin_lock(&wanted_lock);
	list_del_init(&entry->wanted);
	raw_spin_unlock(&wanted_lock);
}

bool lpatch_object_is_wanted(const char *module)
{
	struct lpatch_entry *entry;
	bool found = false;

	raw_spin_lock(&wanted_lock);
	list_for_each_entry(entry, &wanted, wanted)
		found = found || lpatch_update_names(entry->update, module);
	raw_spin_unlock(&wanted_lock);
	return found;
}
