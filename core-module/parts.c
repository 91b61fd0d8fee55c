// SPDX-License-Identifier: GPL-2.0
/* What each module of an update brings. */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "keep.h"
#include "lock.h"
#include "parts.h"
#include "shadow.h"
#include "targets.h"

/* The tables that the core keeps beside those of the module. */
static int make_tables(struct lpatch_part *part)
{
	const struct lpatch_update *update = part->update;
	u32 i;

	part->layers = kvcalloc(update->nr_funcs, sizeof(*part->layers), GFP_KERNEL);
	part->constants = kvcalloc(update->nr_rewrites, sizeof(*part->constants), GFP_KERNEL);
	if (!part->layers || !part->constants)
		return -ENOMEM;
	for (i = 0; i < update->nr_funcs; i++) {
		part->layers[i].func = &update->funcs[i];
		part->layers[i].part = part;
	}
	for (i = 0; i < update->nr_rewrites; i++) {
		part->constants[i].rewrite = &update->rewrites[i];
		part->constants[i].part = part;
	}
	return 0;
}

struct lpatch_part *lpatch_part_new(const struct lpatch_update *update,
				    struct lpatch_target *target)
{
	struct lpatch_part *part = kzalloc(sizeof(*part), GFP_KERNEL);

	if (!part)
		return NULL;
	part->update = update;
	if (make_tables(part)) {
		lpatch_part_free(part);
		return NULL;
	}
	part->target = target;
	return part;
}

void lpatch_part_free(struct lpatch_part *part)
{
	if (part->target)
		lpatch_target_put(part->target);
	kvfree(part->layers);
	kvfree(part->constants);
	kfree(part);
}

static bool is_first(const struct lpatch_part *part)
{
	return list_is_first(&part->list, &part->entry->parts);
}

int lpatch_part_add(struct lpatch_entry *entry, struct lpatch_part *part)
{
	int err;

	lockdep_assert_held(&lpatch_lock);
	if (lpatch_part_find(entry, part->update->object))
		return -EEXIST;
	err = lpatch_shadows_add(part);
	if (err)
		return err;
	if (!list_empty(&entry->parts) && !lpatch_update_hold(entry->update)) {
		lpatch_shadows_remove(part);
		return -ENODEV;
	}
	part->entry = entry;
	entry->keep |= lpatch_keep_is_asked(part->update);
	list_add_tail(&part->list, &entry->parts);
	return 0;
}

void lpatch_part_remove(struct lpatch_part *part)
{
	lockdep_assert_held(&lpatch_lock);
	if (!is_first(part))
		module_put(part->entry->update->module);
	lpatch_shadows_remove(part);
	list_del(&part->list);
	lpatch_part_free(part);
}

struct lpatch_part *lpatch_part_find(const struct lpatch_entry *entry, const char *object)
{
	struct lpatch_part *part;

	lockdep_assert_held(&lpatch_lock);
	list_for_each_entry(part, &entry->parts, list)
		if (!strcmp(part->update->object, object))
			return part;
	return NULL;
}

struct lpatch_count lpatch_parts_count(const struct lpatch_entry *entry)
{
	struct lpatch_count count = {};
	struct lpatch_part *part;

	lockdep_assert_held(&lpatch_lock);
	list_for_each_entry(part, &entry->parts, list) {
		count.parts++;
		count.functions += part->update->nr_funcs;
		count.constants += part->update->nr_rewrites;
	}
	return count;
}
