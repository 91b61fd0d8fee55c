// SPDX-License-Identifier: GPL-2.0
/* The updates that the core knows. */
#include <linux/string.h>

#include "lock.h"
#include "parts.h"
#include "update_list.h"

LIST_HEAD(lpatch_entries);

struct lpatch_entry *lpatch_entry_find(const char *id)
{
	struct lpatch_entry *entry;

	lockdep_assert_held(&lpatch_lock);
	list_for_each_entry(entry, &lpatch_entries, list)
		if (!strcmp(entry->update->id, id))
			return entry;
	return NULL;
}

static bool waits_for(const struct lpatch_entry *entry, const char *module)
{
	const struct lpatch_part *part;

	if (entry->stage != LPATCH_STAGE_APPLIED || !lpatch_update_names(entry->update, module))
		return false;
	part = lpatch_part_find(entry, module);
	return !part || part->orphaned;
}

struct lpatch_entry *lpatch_entry_that_waits_for(const char *module)
{
	struct lpatch_entry *entry;

	lockdep_assert_held(&lpatch_lock);
	list_for_each_entry(entry, &lpatch_entries, list)
		if (waits_for(entry, module))
			return entry;
	return NULL;
}
