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
 * So the core has itself called at two places where the loader holds no lock
 * (do_init_module() and free_module() in kernel/module/main.c, Linux 6.1; the
 * same in 5.10 and 6.12):
 *
 *	init	is replaced by arrive(), which loads the parts and applies them, then
 *		calls the true init; whatever fails is the answer, and the loader
 *		gives up. It finds its target by the task, in which the notifier
 *		was called before.
 *	params	are replaced, once the loader has parsed and published them, by a
 *		single one of ours, whose argument is the target. free_module()
 *		calls ->free of each parameter (module_destroy_params()), and
 *		reads the table at no other time. release() takes the parts out,
 *		then frees the true parameters.
 *
 * Why there and not in front of the target's exit: free_module() comes after
 * exit and after the notifiers, but before the memory goes, whether the module
 * is unloaded or its init has failed. The files of its parameters are gone
 * (mod_sysfs_teardown() waits for who is in one), and so are its trace events.
 * Nobody runs the target's text any more, and nobody will: the redirects need
 * not be taken out of it, they go with the memory. So no attempt is made, the
 * machine is not stopped, and nothing that could refuse a stop (an NMI that
 * doesn't arrive, a stack that can't be unwound, a kprobe) can hold up who
 * unloads the module. exit itself runs patched. And exit takes no argument,
 * while ->free does: one function serves all targets.
 *
 * The life of a struct lpatch_target: it is made by the notifier for a module
 * that comes, or with the first part of one that is loaded. It goes
 *
 *	in the notifier	if the loader gives up before it calls init
 *	with its last part, or when init is over and there is none; the module
 *		is held for that moment, and gets its parameters back
 *	in release()	else
 *
 * The list, and in each target `loader`, `goes`, `parts` and `hooked`, are
 * under targets_lock, which is never held over anything that sleeps or waits,
 * so that the notifier waits for nobody. With lpatch_lock held the first part
 * of a loaded module is registered, so that there is never a second target for it.
 *
 * While a target is known the core holds itself. The last word has release(),
 * which runs in the core's text and can't let go of it from there: see
 * lpatch_targets_exit().
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/delay.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "attempt.h"
#include "backoff.h"
#include "core.h"
#include "images.h"
#include "loader.h"
#include "parts.h"
#include "unexported.h"
#include "strand.h"
#include "targets.h"

#define MOST_PAUSE_MS   1000
#define APPLY_LIMIT_MS  5000  /* for applying a part when the module comes */
#define UNLOAD_LIMIT_MS 10000 /* for unloading a part that something holds */

static DEFINE_RAW_SPINLOCK(targets_lock);
static LIST_HEAD(targets);  /* struct lpatch_target */
static LIST_HEAD(released); /* those whose release() is over, or nearly so */

/* Targets --------------------------------------------------------------------- */

static void release(void *data);

static const struct kernel_param_ops last_ops = {.free = release};

/*
 * The loader has read the module's parameters for the last time but one. The
 * module is held, or its init is being called: nobody frees it now.
 */
static void hook(struct lpatch_target *target)
{
	struct module *module = target->module;

	target->last.ops = &last_ops;
	target->last.arg = target;
	target->params = module->kp;
	target->nr_params = module->num_kp;
	module->kp = &target->last;
	module->num_kp = 1;
	target->hooked = true;
}

static void unhook(struct lpatch_target *target)
{
	if (!target->hooked)
		return;
	target->module->kp = target->params;
	target->module->num_kp = target->nr_params;
	target->hooked = false;
}

/* With targets_lock held, as are all whose name begins with two underscores. */
static struct lpatch_target *__find_target(const struct module *module)
{
	struct lpatch_target *target;

	list_for_each_entry(target, &targets, list)
		if (target->module == module)
			return target;
	return NULL;
}

/* Not yet known to others. */
static struct lpatch_target *new_target(struct module *module)
{
	struct lpatch_target *target = kzalloc(sizeof(*target), GFP_KERNEL);

	if (!target)
		return NULL;
	target->module = module;
	target->init = module->init;
	return target;
}

static void __add_target(struct lpatch_target *target)
{
	__module_get(THIS_MODULE);
	list_add(&target->list, &targets);
}

/* The module knows nothing of us any more, and the target is in no list. */
static void forget(struct lpatch_target *target)
{
	kfree(target);
	module_put(THIS_MODULE);
}

/* Takes it out of the list if nothing is left to do about a module that stays. */
static bool __take_idle(struct lpatch_target *target)
{
	/* One that is on its way out comes to release(), or is there. */
	if (target->parts || target->loader || target->goes || !try_module_get(target->module))
		return false;
	unhook(target);
	module_put(target->module);
	list_del(&target->list);
	return true;
}

/*
 * Holds the module of that name, if it is ready for use or its parts are being
 * loaded. What find_module() has found stays as long as we can't be preempted.
 */
static struct module *__hold_module(const char *name)
{
	struct module *module = find_module(name);
	struct lpatch_target *target = module ? __find_target(module) : NULL;

	if (!module || (module->state != MODULE_STATE_LIVE && !(target && target->arrives)) ||
	    !try_module_get(module))
		return NULL;
	return module;
}

static struct module *hold_module(const char *name)
{
	struct module *module;

	raw_spin_lock(&targets_lock);
	module = __hold_module(name);
	raw_spin_unlock(&targets_lock);
	return module;
}

/* One more part for the target of a module that is held, if there is that target. */
static struct lpatch_target *add_part(const struct module *module)
{
	struct lpatch_target *target;

	raw_spin_lock(&targets_lock);
	target = __find_target(module);
	if (target)
		target->parts++;
	raw_spin_unlock(&targets_lock);
	return target;
}

/* The notifier makes none for a module that is loaded, and lpatch_lock keeps others away. */
static struct lpatch_target *first_part(struct module *module)
{
	struct lpatch_target *target = new_target(module);

	if (!target)
		return NULL;
	target->parts = 1;
	hook(target);
	raw_spin_lock(&targets_lock);
	__add_target(target);
	raw_spin_unlock(&targets_lock);
	return target;
}

struct lpatch_target *lpatch_target_get(const char *name)
{
	struct module *module = hold_module(name);
	struct lpatch_target *target;

	lockdep_assert_held(&lpatch_lock);
	if (!module) {
		pr_err("the module %s is not loaded\n", name);
		return NULL;
	}
	target = add_part(module);
	if (!target)
		target = first_part(module);
	if (!target)
		module_put(module);
	return target;
}

void lpatch_target_put(struct lpatch_target *target)
{
	bool idle;

	raw_spin_lock(&targets_lock);
	target->parts--;
	idle = __take_idle(target);
	raw_spin_unlock(&targets_lock);
	if (idle)
		forget(target);
}

bool lpatch_target_arrives(const struct lpatch_target *target)
{
	return READ_ONCE(target->arrives);
}

/* Going ------------------------------------------------------------------------ */

static struct lpatch_part *part_of(const struct lpatch_target *target)
{
	struct lpatch_entry *entry;
	struct lpatch_part *part;

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
		lpatch_attempt_drop(part);
		strscpy(name, part->update->module->name, MODULE_NAME_LEN);
	}
	mutex_unlock(&lpatch_lock);
	return part;
}

/*
 * The part stays, though its target goes: something holds its module, such as a
 * BPF program that was attached to one of its functions. No function of the
 * target leads to it any more. It may stay for as long as that something likes, and
 * be unloaded then; lpatch_strand() has cut what refers to the target.
 */
static void leave_behind(struct lpatch_target *target, const char *name, int err)
{
	struct lpatch_part *part;

	mutex_lock(&lpatch_lock);
	part = part_of(target);
	/* One that is no longer known is beyond what can be held. */
	if (part && !strcmp(part->update->module->name, name)) {
		lpatch_strand(part);
		pr_warn("%s goes, but %s stays, which something holds (%d)\n", target->module->name,
			name, err);
	}
	mutex_unlock(&lpatch_lock);
}

/* Unloads a module of ours. What something holds, or somebody else unloads, is tried again. */
static int unload(const char *name, struct lpatch_backoff *backoff)
{
	int err;

	do {
		err = lpatch_loader_unload(name);
		if (err == -ENOENT)
			err = 0;
	} while ((err == -EBUSY || err == -EWOULDBLOCK || err == -ENOMEM) &&
		 lpatch_backoff(backoff));
	return err;
}

/*
 * Takes all parts out of the kernel. One that can't be unloaded within the
 * limit, or at all (modules_disabled was set a moment ago), or before somebody
 * kills the task, is left behind.
 */
static void drop_parts(struct lpatch_target *target)
{
	char name[MODULE_NAME_LEN];
	int err;

	while (drop_one(target, name)) {
		struct lpatch_backoff backoff = LPATCH_BACKOFF(MOST_PAUSE_MS, UNLOAD_LIMIT_MS);

		err = unload(name, &backoff);
		if (err)
			leave_behind(target, name, err);
	}
}

/* What module_destroy_params() would have done (kernel/params.c, Linux 6.1). */
static void free_params(const struct lpatch_target *target)
{
	unsigned int i;

	for (i = 0; i < target->nr_params; i++)
		if (target->params[i].ops->free)
			target->params[i].ops->free(target->params[i].arg);
}

/* True while free_module() has not taken it off the kernel's list. */
static bool is_being_freed(const struct module *module)
{
	const struct list_head *at, *own = &THIS_MODULE->list;
	bool found = false;

	/*
	 * From us to us all around, the head of the list included: only the nodes
	 * are looked at, until it is known whose they are. Who is taken off stays
	 * until an RCU grace period later. The next module may be at the same
	 * place, and is unformed only for a moment.
	 */
	preempt_disable();
	for (at = READ_ONCE(own->next); at != own && !found; at = READ_ONCE(at->next))
		found = at == &module->list && READ_ONCE(module->state) == MODULE_STATE_UNFORMED;
	preempt_enable();
	return found;
}

/* Forgets those of which the kernel has gone on. True if there are others. */
static bool reap_released(void)
{
	struct lpatch_target *target, *next;
	LIST_HEAD(done);
	bool others;

	raw_spin_lock(&targets_lock);
	list_for_each_entry_safe(target, next, &released, list)
		if (!is_being_freed(target->module))
			list_move(&target->list, &done);
	others = !list_empty(&released);
	raw_spin_unlock(&targets_lock);
	list_for_each_entry_safe(target, next, &done, list)
		kfree(target);
	return others;
}

/* Called by free_module(), see the top of this file. */
static void release(void *data)
{
	struct lpatch_target *target = data;

	raw_spin_lock(&targets_lock);
	target->goes = true;
	raw_spin_unlock(&targets_lock);
	drop_parts(target);
	free_params(target);
	reap_released();
	raw_spin_lock(&targets_lock);
	list_move(&target->list, &released);
	raw_spin_unlock(&targets_lock);
	module_put(THIS_MODULE);
}

/*
 * Nobody holds the core any more, but a task may be on its last instructions in
 * release(). It has left them when its module is off the kernel's list, which
 * free_module() does next; it waits for nothing that is ours meanwhile.
 */
void lpatch_targets_exit(void)
{
	while (reap_released())
		msleep(1);
}

void lpatch_target_going(const struct module *module)
{
	struct lpatch_target *target;

	raw_spin_lock(&targets_lock);
	target = __find_target(module);
	if (target && target->hooked)
		target = NULL;
	if (target)
		list_del(&target->list);
	raw_spin_unlock(&targets_lock);
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
	char old[MODULE_NAME_LEN];  /* a part that was left behind; "": none */
};

static void tell(const struct lpatch_entry *entry)
{
	if (entry->report.text)
		pr_err("%.*s", (int)entry->report.length, entry->report.text);
}

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
		err = lpatch_attempt_part(part);
	/* What is in the way may be gone the next time. */
	if (err && err != -EBUSY)
		tell(entry);
	mutex_unlock(&lpatch_lock);
	return err;
}

/* It was in the way to the end. */
static int busy_to_the_end(const struct lpatch_entry *entry)
{
	if (!lpatch_lock_in_time()) {
		tell(entry);
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
	if (*gone && unload(gone, &backoff))
		pr_warn("%s stays, which something holds\n", gone);
	return err;
}

/*
 * Finds the update that was applied first of those whose part is not there.
 * Returns 1 if there is one, 0 if there is none, else an error.
 */
static int next_arriving(const struct lpatch_target *target, struct arriving *arriving)
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
		arriving->entry = entry;
		arriving->update = entry->update->module;
		arriving->image = lpatch_image_find(entry, target->module->name);
		if (arriving->image)
			atomic_inc(&arriving->image->users);
		part = lpatch_part_find(entry, target->module->name);
		strscpy(arriving->old, part ? part->update->module->name : "", MODULE_NAME_LEN);
	}
	mutex_unlock(&lpatch_lock);
	return found;
}

static void let_go(const struct arriving *arriving)
{
	if (arriving->image)
		atomic_dec(&arriving->image->users);
	module_put(arriving->update);
}

static int load(struct lpatch_target *target, const struct lpatch_image *image)
{
	int err;

	WRITE_ONCE(target->arrives, true);
	err = lpatch_loader_load(image->bytes, image->size);
	WRITE_ONCE(target->arrives, false);
	return err;
}

static int load_and_apply(struct lpatch_target *target, const struct arriving *arriving)
{
	struct lpatch_backoff backoff = LPATCH_BACKOFF(MOST_PAUSE_MS, APPLY_LIMIT_MS);
	const char *id = arriving->entry->update->id;
	int err = 0;

	if (!arriving->image)
		return refuse(target, id, "the core was not given its part", -ENOENT);
	if (*arriving->old)
		err = unload(arriving->old, &backoff);
	if (err)
		return refuse(target, id,
			      "something holds its part since the module was last there", err);
	err = load(target, arriving->image);
	if (err)
		return refuse(target, id, "its part can't be loaded", err);
	err = apply_part_in_time(target, arriving->entry);
	if (err)
		return refuse(target, id, "its part can't be applied", err);
	return 0;
}

static int bring_parts(struct lpatch_target *target)
{
	struct arriving arriving;
	int found, err = 0;

	while (!err) {
		found = next_arriving(target, &arriving);
		if (found < 0)
			pr_err("module %s refused, it may need a part: the core is busy (%d)\n",
			       target->module->name, found);
		if (found <= 0)
			return found;
		err = load_and_apply(target, &arriving);
		let_go(&arriving);
	}
	return err;
}

/* The target that this task is loading. */
static struct lpatch_target *begin_arrival(void)
{
	struct lpatch_target *target;

	raw_spin_lock(&targets_lock);
	list_for_each_entry(target, &targets, list)
		if (target->loader == current)
			break;
	hook(target);
	raw_spin_unlock(&targets_lock);
	return target;
}

/* In the place of the target's init. If it fails, the loader comes to release(). */
static int arrive(void)
{
	struct lpatch_target *target = begin_arrival();
	int err;

	target->module->init = target->init;
	err = bring_parts(target);
	if (!err && target->init)
		err = do_one_initcall(target->init);
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
	raw_spin_lock(&targets_lock);
	__add_target(target);
	raw_spin_unlock(&targets_lock);
	return 0;
}

void lpatch_target_live(const struct module *module)
{
	struct lpatch_target *target;

	raw_spin_lock(&targets_lock);
	target = __find_target(module);
	if (target) {
		target->loader = NULL;
		if (!__take_idle(target))
			target = NULL;
	}
	raw_spin_unlock(&targets_lock);
	if (target)
		forget(target);
}
