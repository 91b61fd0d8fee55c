// SPDX-License-Identifier: GPL-2.0
/*
 * Modules of the kernel that have parts.
 *
 * A part is a module that refers into its target: symbols, jump labels and
 * static calls whose keys lie there. So the module loader must load it while
 * the target is there, and unload it before the target's memory goes. Neither
 * can be done in a module notifier: loading another module calls the same
 * chain again, with its semaphore held for reading, and that locks up as soon
 * as somebody waits for writing.
 *
 * So the core puts functions of its own in front of the target's init and exit,
 * which the loader calls with no lock held (do_init_module() and
 * delete_module() in kernel/module/main.c):
 *
 *	init	loads the parts and applies them, then calls the true init;
 *		whatever fails is the answer, and the loader gives up
 *	exit	calls the true exit, then takes the parts out
 *
 * init finds its target by the task, in which the notifier was called before.
 * exit has nothing of the kind, and nothing may be mistaken, so each target
 * has an exit function of its own, out of a table.
 *
 * While a target is known the core holds itself; the last word has the
 * notifier, for which unregistering waits.
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/delay.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "attempt.h"
#include "core.h"
#include "images.h"
#include "loader.h"
#include "parts.h"
#include "unexported.h"
#include "targets.h"

#define BUSY_TRIES    20 /* of an attempt when the module comes */
#define BUSY_PAUSE_MS 20
#define GONE_PAUSE_MS 10
#define GONE_TOLD     300 /* tries until it is said that a part stays in use */

static LIST_HEAD(targets); /* struct lpatch_target, under lpatch_lock */

/* The exit functions ---------------------------------------------------------- */

/* clang-format off */
#define FOUR(X, n, a, b, c, d) X(n##a) X(n##b) X(n##c) X(n##d)
#define SIXTEEN(X, n)                                   \
	FOUR(X, n, 0, 1, 2, 3) FOUR(X, n, 4, 5, 6, 7)   \
	FOUR(X, n, 8, 9, a, b) FOUR(X, n, c, d, e, f)
#define EACH_SLOT(X)                                                            \
	SIXTEEN(X, 0x0) SIXTEEN(X, 0x1) SIXTEEN(X, 0x2) SIXTEEN(X, 0x3)         \
	SIXTEEN(X, 0x4) SIXTEEN(X, 0x5) SIXTEEN(X, 0x6) SIXTEEN(X, 0x7)         \
	SIXTEEN(X, 0x8) SIXTEEN(X, 0x9) SIXTEEN(X, 0xa) SIXTEEN(X, 0xb)         \
	SIXTEEN(X, 0xc) SIXTEEN(X, 0xd) SIXTEEN(X, 0xe) SIXTEEN(X, 0xf)
/* clang-format on */

static void leave(unsigned int slot);

#define DEFINE_EXIT(slot)             \
	static void exit_##slot(void) \
	{                             \
		leave(slot);          \
	}
EACH_SLOT(DEFINE_EXIT)

#define NAME_EXIT(slot) exit_##slot,
static void (*const exits[])(void) = {EACH_SLOT(NAME_EXIT)};
static struct lpatch_target *slots[ARRAY_SIZE(exits)]; /* who has it */

static int free_slot(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(slots); i++)
		if (!slots[i])
			return i;
	return -ENOSPC;
}

/*
 * A module that has an init and no exit can't be unloaded, and stays like that.
 * The module is held, or not yet ready: nobody is about to call its exit.
 */
static int put_exit(struct lpatch_target *target)
{
	struct module *module = target->module;

	target->slot = -1;
#ifdef CONFIG_MODULE_UNLOAD
	if (target->init && !module->exit)
		return 0;
	target->slot = free_slot();
	if (target->slot < 0)
		return target->slot;
	target->exit = module->exit;
	slots[target->slot] = target;
	module->exit = exits[target->slot];
#endif
	return 0;
}

static void take_exit(struct lpatch_target *target)
{
	if (target->slot < 0)
		return;
#ifdef CONFIG_MODULE_UNLOAD
	target->module->exit = target->exit;
#endif
	slots[target->slot] = NULL;
	target->slot = -1;
}

/* Targets --------------------------------------------------------------------- */

static struct lpatch_target *find_target(const struct module *module)
{
	struct lpatch_target *target;

	list_for_each_entry(target, &targets, list)
		if (target->module == module)
			return target;
	return NULL;
}

static struct lpatch_target *new_target(struct module *module)
{
	struct lpatch_target *target = kzalloc(sizeof(*target), GFP_KERNEL);

	if (!target)
		return NULL;
	target->module = module;
	target->init = module->init;
	if (put_exit(target)) {
		pr_err("too many modules have parts, %s can't\n", module->name);
		kfree(target);
		return NULL;
	}
	__module_get(THIS_MODULE);
	list_add(&target->list, &targets);
	return target;
}

/* The module has none of our functions any more, or will never call them. */
static void forget(struct lpatch_target *target)
{
	if (target->slot >= 0)
		slots[target->slot] = NULL;
	list_del(&target->list);
	kfree(target);
	module_put(THIS_MODULE);
}

/* Once nothing is left to do about a module that stays. */
static void forget_if_idle(struct lpatch_target *target)
{
	struct module *module = target->module;

	/* On its way out it will call our exit, if it hasn't; and the notifier comes. */
	if (target->parts || target->loader || !try_module_get(module))
		return;
	take_exit(target);
	module_put(module);
	forget(target);
}

/* Holds the module of that name, if it is ready for use or its parts are being loaded. */
static struct module *hold_module(const char *name)
{
	struct lpatch_target *target;
	struct module *module;

	/* What find_module() has found stays as long as we can't be preempted. */
	preempt_disable();
	module = find_module(name);
	target = module ? find_target(module) : NULL;
	if (module && ((module->state != MODULE_STATE_LIVE && !(target && target->loader)) ||
		       !try_module_get(module)))
		module = NULL;
	preempt_enable();
	return module;
}

struct lpatch_target *lpatch_target_get(const char *name)
{
	struct module *module = hold_module(name);
	struct lpatch_target *target;

	if (!module) {
		pr_err("the module %s is not loaded\n", name);
		return NULL;
	}
	target = find_target(module);
	if (!target)
		target = new_target(module);
	if (target)
		target->parts++;
	else
		module_put(module);
	return target;
}

void lpatch_target_put(struct lpatch_target *target)
{
	target->parts--;
	forget_if_idle(target);
}

/* Going ------------------------------------------------------------------------ */

/* Takes a part out of force, if it is, and says which module it is. False: there is none. */
static bool drop_one(struct lpatch_target *target, char name[MODULE_NAME_LEN])
{
	struct lpatch_entry *entry;
	struct lpatch_part *part;

	list_for_each_entry(entry, &lpatch_entries, list) {
		list_for_each_entry(part, &entry->parts, list) {
			if (part->target != target)
				continue;
			lpatch_attempt_drop(part);
			strscpy(name, part->update->module->name, MODULE_NAME_LEN);
			return true;
		}
	}
	return false;
}

/*
 * Somebody may still be in a function that reads or writes a parameter: those
 * files go later, and don't hold the module. So the parts are taken out of force
 * in a stop, when nobody is in them. If that is refused (a kprobe in the way),
 * they are only forgotten.
 */
static void reverse_parts(const struct lpatch_target *target)
{
	int err;

	for (;;) {
		mutex_lock(&lpatch_lock);
		err = lpatch_attempt_leave(target);
		mutex_unlock(&lpatch_lock);
		if (err != -EBUSY && err != -ENOMEM)
			return;
		msleep(GONE_PAUSE_MS);
	}
}

/*
 * Takes all parts out of the kernel. Nobody calls the target any more, or its
 * init has failed and is to leave nothing behind. Waits as long as something
 * holds a part: the target can't go before.
 */
static void drop_parts(struct lpatch_target *target)
{
	char name[MODULE_NAME_LEN];
	unsigned int tries = 0;
	bool found;
	int err;

	reverse_parts(target);
	for (;;) {
		mutex_lock(&lpatch_lock);
		found = drop_one(target, name);
		mutex_unlock(&lpatch_lock);
		if (!found)
			return;
		err = lpatch_loader_unload(name);
		/* With modules_disabled set a moment ago, it stays for ever. */
		if (err == -EPERM)
			return;
		if (!err || err == -ENOENT)
			continue;
		if (++tries == GONE_TOLD)
			pr_warn("unloading %s waits for %s, which something holds (%d)\n",
				target->module->name, name, err);
		msleep(GONE_PAUSE_MS);
	}
}

/* In the place of the target's exit. */
static void leave(unsigned int slot)
{
	struct lpatch_target *target = slots[slot];

	if (target->exit)
		target->exit();
	drop_parts(target);
}

void lpatch_target_going(const struct module *module)
{
	struct lpatch_target *target = find_target(module);

	if (target)
		forget(target);
}

/* Coming ------------------------------------------------------------------------ */

static int refuse(const struct lpatch_target *target, const char *id, const char *why, int err)
{
	pr_err("module %s refused, it would run without the update %s: %s (%d)\n",
	       target->module->name, id, why, err);
	return err;
}

/* What is needed of an update to load its part without the lock. */
struct arriving {
	struct lpatch_entry *entry;
	struct module *update;      /* lpatch_ID, held, and so is the entry */
	struct lpatch_image *image; /* NULL: none was given to us */
};

/*
 * Applies a part that was just loaded. Should its update have been undone
 * meanwhile, it is only unloaded again; *gone is the name of its module then.
 */
static int apply_part(const struct lpatch_target *target, struct lpatch_entry *entry,
		      char gone[MODULE_NAME_LEN])
{
	struct lpatch_part *part;
	int err = 0;

	*gone = '\0';
	mutex_lock(&lpatch_lock);
	part = lpatch_part_find(entry, target->module->name);
	if (!part)
		err = -ENOENT;
	else if (entry->stage != LPATCH_STAGE_APPLIED)
		strscpy(gone, part->update->module->name, MODULE_NAME_LEN);
	else if (!part->in_force)
		err = lpatch_attempt_part(part);
	if (err && err != -EBUSY && entry->report.text)
		pr_err("%.*s", (int)entry->report.length, entry->report.text);
	mutex_unlock(&lpatch_lock);
	return err;
}

static int apply_part_when_free(const struct lpatch_target *target, struct lpatch_entry *entry)
{
	char gone[MODULE_NAME_LEN];
	unsigned int tries;
	int err = -EBUSY;

	for (tries = 0; err == -EBUSY && tries < BUSY_TRIES; tries++) {
		if (tries)
			msleep(BUSY_PAUSE_MS);
		err = apply_part(target, entry, gone);
	}
	while (*gone && lpatch_loader_unload(gone) == -EBUSY)
		msleep(GONE_PAUSE_MS);
	return err;
}

/* The update that was applied first of those whose part is not there. False: there is none. */
static bool next_arriving(const struct lpatch_target *target, struct arriving *arriving)
{
	struct lpatch_entry *entry;
	bool found = false;

	mutex_lock(&lpatch_lock);
	entry = lpatch_entry_that_waits_for(target->module->name);
	/* An update in force is held, so this can't fail. */
	if (entry && try_module_get(entry->update->module)) {
		found = true;
		arriving->entry = entry;
		arriving->update = entry->update->module;
		arriving->image = lpatch_image_find(entry, target->module->name);
		if (arriving->image)
			arriving->image->users++;
	}
	mutex_unlock(&lpatch_lock);
	return found;
}

static void let_go(const struct arriving *arriving)
{
	mutex_lock(&lpatch_lock);
	if (arriving->image)
		arriving->image->users--;
	mutex_unlock(&lpatch_lock);
	module_put(arriving->update);
}

static int load_and_apply(const struct lpatch_target *target, const struct arriving *arriving)
{
	const char *id = arriving->entry->update->id;
	int err;

	if (!arriving->image)
		return refuse(target, id, "the core was not given its part", -ENOENT);
	err = lpatch_loader_load(arriving->image->bytes, arriving->image->size);
	if (err)
		return refuse(target, id, "its part can't be loaded", err);
	err = apply_part_when_free(target, arriving->entry);
	if (err)
		return refuse(target, id, "its part can't be applied", err);
	return 0;
}

static int bring_parts(const struct lpatch_target *target)
{
	struct arriving arriving;
	int err = 0;

	while (!err && next_arriving(target, &arriving)) {
		err = load_and_apply(target, &arriving);
		let_go(&arriving);
	}
	return err;
}

/* In the place of the target's init. */
static int arrive(void)
{
	struct lpatch_target *target;
	int err;

	mutex_lock(&lpatch_lock);
	list_for_each_entry(target, &targets, list)
		if (target->loader == current)
			break;
	mutex_unlock(&lpatch_lock);

	target->module->init = target->init;
	err = bring_parts(target);
	if (!err && target->init)
		err = do_one_initcall(target->init);
	if (err < 0)
		drop_parts(target);
	return err;
}

int lpatch_target_coming(struct module *module)
{
	struct lpatch_target *target;

	if (!LPATCH_HAVE_do_one_initcall)
		return -EOPNOTSUPP;
	target = new_target(module);
	if (!target)
		return -ENOMEM;
	target->loader = current;
	module->init = arrive;
	return 0;
}

void lpatch_target_live(const struct module *module)
{
	struct lpatch_target *target = find_target(module);

	if (!target)
		return;
	target->loader = NULL;
	forget_if_idle(target);
}
