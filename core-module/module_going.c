// SPDX-License-Identifier: GPL-2.0
/*
 * The parts of a module that goes.
 *
 * Done by the task that frees the module, in release() (targets.c), holding no lock. The core's is
 * taken to take a part out of force, and not over its unloading, which takes it itself.
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/module.h>
#include <linux/string.h>

#include "apply.h"
#include "backoff.h"
#include "module_going.h"
#include "loader.h"
#include "lock.h"
#include "orphan.h"
#include "targets.h"
#include "update.h"
#include "update_list.h"

#define MOST_PAUSE_MS   1000
#define UNLOAD_LIMIT_MS 10000 /* for unloading a part that something holds */

static struct lpatch_part *part_of(const struct lpatch_target *target)
{
	struct lpatch_entry *entry;
	struct lpatch_part *part;

	lockdep_assert_held(&lpatch_lock);
	list_for_each_entry(entry, &lpatch_entries, list)
		list_for_each_entry(part, &entry->parts, list)
			if (part->target == target)
				return part;
	return NULL;
}

/*
 * Takes a part out of force, if it is, and says which module it is. False: there
 * is none left. Waits for an attempt that is under way, which may have to do
 * with the memory that is about to go; but not if there never was a part, and no
 * more can come, now that the module is beyond hold_module().
 */
static bool drop_one(struct lpatch_target *target, char name[MODULE_NAME_LEN])
{
	struct lpatch_part *part;

	if (!READ_ONCE(target->parts))
		return false;
	mutex_lock(&lpatch_lock);
	part = part_of(target);
	if (part) {
		lpatch_drop_part(part);
		strscpy(name, part->update->module->name, MODULE_NAME_LEN);
	}
	mutex_unlock(&lpatch_lock);
	return part;
}

/*
 * The part stays, though its target goes: something holds its module, such as a
 * BPF program that was attached to one of its functions. No function of the
 * target leads to it any more. It may stay for as long as that something likes, and
 * be unloaded then; lpatch_orphan() has cut what refers to the target.
 */
static void leave_behind(struct lpatch_target *target, const char *name, int err)
{
	struct lpatch_part *part;

	mutex_lock(&lpatch_lock);
	part = part_of(target);
	/* One that is no longer known is beyond what can be held. */
	if (part && !strcmp(part->update->module->name, name)) {
		lpatch_orphan(part);
		pr_warn("%s goes, but %s stays, which something holds (%d)\n", target->module->name,
			name, err);
	}
	mutex_unlock(&lpatch_lock);
}

/*
 * Takes all parts out of the kernel. One that can't be unloaded within the limit, or at all
 * (modules_disabled was set a moment ago), or before the task is killed, is left behind.
 */
void lpatch_module_going(struct lpatch_target *target)
{
	char name[MODULE_NAME_LEN];
	int err;

	while (drop_one(target, name)) {
		struct lpatch_backoff backoff = LPATCH_BACKOFF(MOST_PAUSE_MS, UNLOAD_LIMIT_MS);

		err = lpatch_loader_unload_in_time(name, &backoff);
		if (err)
			leave_behind(target, name, err);
	}
}
