// SPDX-License-Identifier: GPL-2.0
/* Code that stays when an update is out of force. */
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/string.h>

#include "keep.h"
#include "lock.h"

bool lpatch_keep_is_asked(const struct lpatch_update *update)
{
	return update->keep_code || update->nr_outlives;
}

void lpatch_keep_or_release(struct lpatch_part *part)
{
	lockdep_assert_held(&lpatch_lock);
	if (!part->entry->keep) {
		module_put(part->update->module);
		return;
	}
	part->kept = true;
	/* One that is being unloaded takes its parts with it, kept or not. */
	part->holds_target = part->target && try_module_get(part->target->module);
}

void lpatch_keep_end(struct lpatch_part *part)
{
	lockdep_assert_held(&lpatch_lock);
	if (!part->kept)
		return;
	if (part->holds_target)
		module_put(part->target->module);
	part->kept = part->holds_target = false;
	module_put(part->update->module);
}

static bool is_kept(const struct lpatch_entry *entry)
{
	const struct lpatch_part *part;

	lockdep_assert_held(&lpatch_lock);
	list_for_each_entry(part, &entry->parts, list)
		if (part->kept)
			return true;
	return false;
}

static ssize_t keep_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	const struct lpatch_entry *entry = lpatch_entry_of(kobj);
	const char *word;

	if (mutex_lock_killable(&lpatch_lock))
		return -EINTR;
	word = is_kept(entry) ? LPATCH_KEEP_NOW : entry->keep ? LPATCH_KEEP_YES : LPATCH_KEEP_NO;
	mutex_unlock(&lpatch_lock);
	return sysfs_emit(page, "%s\n", word);
}

static ssize_t keep_store(struct kobject *kobj, struct kobj_attribute *attribute, const char *text,
			  size_t count)
{
	struct lpatch_entry *entry = lpatch_entry_of(kobj);
	bool keep = sysfs_streq(text, LPATCH_KEEP_YES);
	struct lpatch_part *part;

	if (!capable(CAP_SYS_MODULE))
		return -EPERM;
	if (!keep && !sysfs_streq(text, LPATCH_KEEP_NO))
		return -EINVAL;
	if (mutex_lock_killable(&lpatch_lock))
		return -EINTR;
	entry->keep = keep;
	if (!keep)
		list_for_each_entry(part, &entry->parts, list)
			lpatch_keep_end(part);
	mutex_unlock(&lpatch_lock);
	return count;
}

struct kobj_attribute lpatch_keep_file = __ATTR(keep_code, 0600, keep_show, keep_store);
