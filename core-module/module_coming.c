// SPDX-License-Identifier: GPL-2.0
/*
 * The parts of a module that comes.
 *
 * What waits in the place of its init (init_of_target() in targets.c): all of this is done by the
 * task that loads the module, holding no lock. The core's is taken for a look at the updates and
 * for each attempt, and not over the loading of a part, which takes it itself when the part
 * registers.
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/module.h>
#include <linux/string.h>

#include "module_coming.h"
#include "apply.h"
#include "backoff.h"
#include "images.h"
#include "loader.h"
#include "lock.h"
#include "parts.h"
#include "targets.h"
#include "update_list.h"

#define MOST_PAUSE_MS  1000
#define APPLY_LIMIT_MS 5000 /* for applying a part when the module comes */

static int refuse_module(const struct lpatch_target *target, const char *id, const char *why,
			 int err)
{
	pr_err("module %s refused, it would run without the update %s: %s (%d)\n",
	       target->module->name, id, why, err);
	return err;
}

/* What is needed of an update to load its part without the lock. */
struct coming {
	struct lpatch_entry *entry;
	struct module *update;      /* lpatch_ID, held, and so is the entry */
	struct lpatch_image *image; /* NULL: none was given to us */
	char old[MODULE_NAME_LEN];  /* a part that was left behind; "": none */
};

/*
 * Applies a part that was just loaded. Should its update have been undone
 * meanwhile, it is only unloaded again; *gone is the name of its module then.
 */
static int apply_part(const struct lpatch_target *target, struct lpatch_entry *entry,
		      char gone[MODULE_NAME_LEN])
{
	struct lpatch_part *part;
	int err = lpatch_lock_in_time();

	*gone = '\0';
	if (err)
		return err;
	part = lpatch_part_find(entry, target->module->name);
	if (!part)
		err = -ENOENT;
	else if (entry->stage != LPATCH_STAGE_APPLIED)
		strscpy(gone, part->update->module->name, MODULE_NAME_LEN);
	else if (!part->in_force)
		err = lpatch_apply_part(part);
	/* What blocks the attempt may be gone the next time. */
	if (err && err != -EBUSY)
		lpatch_report_log(&entry->report);
	mutex_unlock(&lpatch_lock);
	return err;
}

/* Something blocked all attempts. */
static int busy_to_the_end(const struct lpatch_entry *entry)
{
	if (!lpatch_lock_in_time()) {
		lpatch_report_log(&entry->report);
		mutex_unlock(&lpatch_lock);
	}
	return -EBUSY;
}

static int apply_part_in_time(const struct lpatch_target *target, struct lpatch_entry *entry)
{
	struct lpatch_backoff backoff = LPATCH_BACKOFF(MOST_PAUSE_MS, APPLY_LIMIT_MS);
	char gone[MODULE_NAME_LEN];
	int err;

	do
		err = apply_part(target, entry, gone);
	while (err == -EBUSY && lpatch_backoff(&backoff));
	if (err == -EBUSY)
		return busy_to_the_end(entry);
	/* A part of an update that is out of force does no harm, and goes with the module. */
	if (*gone && lpatch_loader_unload_in_time(gone, &backoff))
		pr_warn("%s stays, which something holds\n", gone);
	return err;
}

/*
 * Finds the update that was applied first of those whose part is not there.
 * Returns 1 if there is one, 0 if there is none, else an error.
 */
static int next_coming(const struct lpatch_target *target, struct coming *coming)
{
	struct lpatch_entry *entry;
	struct lpatch_part *part;
	int found = lpatch_lock_in_time();

	if (found)
		return found;
	entry = lpatch_entry_that_waits_for(target->module->name);
	/* An update in force is held, so this can't fail. */
	if (entry && try_module_get(entry->update->module)) {
		found = 1;
		coming->entry = entry;
		coming->update = entry->update->module;
		coming->image = lpatch_image_find(entry, target->module->name);
		if (coming->image)
			atomic_inc(&coming->image->users);
		part = lpatch_part_find(entry, target->module->name);
		strscpy(coming->old, part ? part->update->module->name : "", MODULE_NAME_LEN);
	}
	mutex_unlock(&lpatch_lock);
	return found;
}

static void let_update_go(const struct coming *coming)
{
	if (coming->image)
		atomic_dec(&coming->image->users);
	module_put(coming->update);
}

static int load(struct lpatch_target *target, const struct lpatch_image *image)
{
	int err;

	WRITE_ONCE(target->coming, true);
	err = lpatch_loader_load(image->bytes, image->size);
	WRITE_ONCE(target->coming, false);
	return err;
}

static int load_and_apply(struct lpatch_target *target, const struct coming *coming)
{
	struct lpatch_backoff backoff = LPATCH_BACKOFF(MOST_PAUSE_MS, APPLY_LIMIT_MS);
	const char *id = coming->entry->update->id;
	int err = 0;

	if (!coming->image)
		return refuse_module(target, id, "the core was not given its part", -ENOENT);
	if (*coming->old)
		err = lpatch_loader_unload_in_time(coming->old, &backoff);
	if (err)
		return refuse_module(target, id,
				     "something holds its part since the module was last there",
				     err);
	err = load(target, coming->image);
	if (err)
		return refuse_module(target, id, "its part can't be loaded", err);
	err = apply_part_in_time(target, coming->entry);
	if (err)
		return refuse_module(target, id, "its part can't be applied", err);
	return 0;
}

int lpatch_module_coming(struct lpatch_target *target)
{
	struct coming coming;
	int found, err = 0;

	while (!err) {
		found = next_coming(target, &coming);
		if (found < 0)
			pr_err("module %s refused, it may need a part: the core is busy (%d)\n",
			       target->module->name, found);
		if (found <= 0)
			return found;
		err = load_and_apply(target, &coming);
		let_update_go(&coming);
	}
	return err;
}
