// SPDX-License-Identifier: GPL-2.0
/*
 * Modules of the kernel that have parts.
 *
 * A part is a module that refers into its target: symbols, jump labels and static calls whose
 * keys lie there. So the module loader must load it while the target is there, and unload it
 * before the target's memory goes. Neither can be done in a module notifier: loading another
 * module calls the same chain again, with its semaphore held for reading, and that locks up as
 * soon as a task waits for writing.
 *
 * So the core has itself called at two places where the loader holds no lock
 * (do_init_module() and free_module() in kernel/module/main.c, Linux 6.1; the
 * same in 5.10 and 6.12):
 *
 *	init	is replaced by init_of_target(), which has the parts loaded and applied
 *		(ops->comes(), that is module_coming.c), then calls the true init;
 *		whatever fails is the answer, and the loader gives up. It finds
 *		its target by the task, in which the notifier was called before.
 *	params	are replaced, once the loader has parsed and published them, by a
 *		single one of ours, whose argument is the target. free_module()
 *		calls ->free of each parameter (module_destroy_params()), and
 *		reads the table at no other time. release() has the parts taken
 *		out (ops->goes(), that is module_going.c), then frees the true
 *		parameters.
 *
 * Why there and not in front of the target's exit: free_module() comes after exit and after the
 * notifiers, but before the memory goes, whether the module is unloaded or its init has failed.
 * The files of its parameters are gone (mod_sysfs_teardown() waits for tasks that are in one),
 * and so are its trace events. No task runs the target's text any more, and none will: the
 * redirects need not be taken out of it, they go with the memory. So no attempt is made, the
 * machine is not stopped, and nothing that could refuse a stop (an NMI that doesn't arrive, a
 * stack that can't be unwound, a kprobe) can hold up the task that unloads the module. exit
 * itself runs patched. And exit takes no argument, while ->free does: one function serves all
 * targets.
 *
 * The life of a struct lpatch_target: it is made by the notifier for a module
 * that comes, or with the first part of one that is loaded. It goes
 *
 *	in the notifier	if the loader gives up before it calls init
 *	with its last part, or when init is over and there is none; the module
 *		is held for that moment, and gets its parameters back
 *	in release()	else
 *
 * The list, and in each target `loader`, `goes`, `parts` and `hooked`, are under
 * targets_lock, which is never held over anything that sleeps or waits, so that
 * the notifier never waits. With lpatch_lock held the first part of a loaded
 * module is registered, so that there is never a second target for it.
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

#include "lock.h"
#include "targets.h"
#include "unexported.h"

static DEFINE_RAW_SPINLOCK(targets_lock);
static LIST_HEAD(targets);  /* struct lpatch_target */
static LIST_HEAD(released); /* those whose release() is over, or nearly so */

static const struct lpatch_target_ops *ops; /* set once, before there is a target */

/* Targets --------------------------------------------------------------------- */

static void release(void *data);

static const struct kernel_param_ops last_ops = {.free = release};

/*
 * The loader has read the module's parameters for the last time but one. The
 * module is held, or its init is being called: it is not freed now.
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

	lockdep_assert_held(&targets_lock);
	list_for_each_entry(target, &targets, list)
		if (target->module == module)
			return target;
	return NULL;
}

/* Not yet known to others. */
static struct lpatch_target *make_target(struct module *module)
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
	lockdep_assert_held(&targets_lock);
	__module_get(THIS_MODULE);
	list_add(&target->list, &targets);
}

/* The module knows nothing of us any more, and the target is in no list. */
static void forget_target(struct lpatch_target *target)
{
	kfree(target);
	module_put(THIS_MODULE);
}

/* Takes it out of the list if nothing is left to do about a module that stays. */
static bool __take_idle(struct lpatch_target *target)
{
	lockdep_assert_held(&targets_lock);
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

	lockdep_assert_held(&targets_lock);
	if (!module || (module->state != MODULE_STATE_LIVE && !(target && target->coming)) ||
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
	struct lpatch_target *target = make_target(module);

	lockdep_assert_held(&lpatch_lock);
	if (!target)
		return NULL;
	target->parts = 1;
	hook(target);
	raw_spin_lock(&targets_lock);
	__add_target(target);
	raw_spin_unlock(&targets_lock);
	return target;
}

void lpatch_targets_init(const struct lpatch_target_ops *given)
{
	ops = given;
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
		forget_target(target);
}

bool lpatch_target_is_coming(const struct lpatch_target *target)
{
	return READ_ONCE(target->coming);
}

/* Going ------------------------------------------------------------------------ */

/* What module_destroy_params() would have done (kernel/params.c, Linux 6.1). */
static void free_params(const struct lpatch_target *target)
{
	unsigned int i;

	for (i = 0; i < target->nr_params; i++)
		if (target->params[i].ops->free)
			target->params[i].ops->free(target->params[i].arg);
}

/* True while free_module() has not taken it off the kernel's list. Under targets_lock. */
static bool is_being_freed(const struct module *module)
{
	const struct list_head *at, *own = &THIS_MODULE->list;
	bool found = false;

	/*
	 * From us to us all around, the head of the list included: only the nodes are looked
	 * at, until it is known whose they are. A node that is taken off stays until an RCU
	 * grace period later. The next module may be at the same place, and is unformed only
	 * for a moment.
	 */
	lockdep_assert_held(&targets_lock); /* so preemption is off */
	for (at = READ_ONCE(own->next); at != own && !found; at = READ_ONCE(at->next))
		found = at == &module->list && READ_ONCE(module->state) == MODULE_STATE_UNFORMED;
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
	ops->goes(target);
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
		forget_target(target);
}

/* Coming ------------------------------------------------------------------------ */

/* The target that this task is loading. */
static struct lpatch_target *begin_coming(void)
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
static int init_of_target(void)
{
	struct lpatch_target *target = begin_coming();
	int err;

	target->module->init = target->init;
	err = ops->comes(target);
	if (!err && target->init)
		err = do_one_initcall(target->init);
	return err;
}

int lpatch_target_coming(struct module *module)
{
	struct lpatch_target *target;

	if (!LPATCH_HAVE_do_one_initcall)
		return -EOPNOTSUPP;
	target = make_target(module);
	if (!target)
		return -ENOMEM;
	target->loader = current;
	module->init = init_of_target;
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
		forget_target(target);
}
