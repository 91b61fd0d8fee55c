// SPDX-License-Identifier: GPL-2.0
/*
 * Data attached to objects of the kernel.
 *
 * One hash table over object and variable (shadow_table.h) is read under RCU and
 * written under a spinlock with interrupts off, so that both work in every context
 * in which a replacement may run. Nothing here needs CONFIG_LIVEPATCH.
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/list.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/string.h>

#include "give_way.h"
#include "lock.h"
#include "lpatch_shadow.h"
#include "shadow.h"
#include "shadow_table.h"

/* One variable; all declarations of it lead here. */
struct lpatch_shadow_kind {
	struct list_head list;         /* in `kinds` */
	char scope[LPATCH_ID_MAX + 1]; /* id of the update, or "" if shared */
	char *name;
	size_t size;
	unsigned int declared;  /* declarations in updates that are registered */
	unsigned int open;      /* of them, those in updates in force; under the lock */
	struct list_head known; /* struct lpatch_shadow, the open ones, newest first */
	void (*destroy)(void *object, void *data); /* of the newest that has one */
	struct list_head shadows;                  /* struct lpatch_attached, under the lock */
	size_t count;                              /* of them */
};

static LIST_HEAD(kinds);        /* struct lpatch_shadow_kind, under the core's lock */
DEFINE_STATIC_SRCU(destroying); /* read-held over a destructor, which may be another update's */

/* Use ----------------------------------------------------------------------- */

void *lpatch_shadow_get(const struct lpatch_shadow *declared, const void *object)
{
	struct lpatch_attached *shadow;

	rcu_read_lock();
	shadow = lpatch_shadow_find(declared->kind, object);
	rcu_read_unlock();
	return shadow ? shadow->data : NULL;
}
EXPORT_SYMBOL_GPL(lpatch_shadow_get);

/* Attaches `made` unless the object has data by now; returns what it has in the end. */
static struct lpatch_attached *attach(struct lpatch_shadow_kind *kind, struct lpatch_attached *made,
				      int construct(void *object, void *data, void *argument),
				      void *argument)
{
	struct lpatch_attached *there;
	unsigned long flags;

	raw_spin_lock_irqsave(&lpatch_shadow_lock, flags);
	there = lpatch_shadow_find(kind, made->object);
	if (!there && kind->open && !(construct && construct(made->object, made->data, argument))) {
		lpatch_shadow_insert(made);
		list_add_tail(&made->list, &kind->shadows);
		kind->count++;
		there = made;
	}
	raw_spin_unlock_irqrestore(&lpatch_shadow_lock, flags);
	return there;
}

/*
 * Objects are made at users' request, and so is what is attached to them: it counts for the
 * memory cgroup of the task. An interrupt has none.
 */
static gfp_t charged(gfp_t gfp)
{
	return gfpflags_allow_blocking(gfp) ? gfp | __GFP_ACCOUNT : gfp;
}

void *lpatch_shadow_get_or_alloc(const struct lpatch_shadow *declared, void *object, gfp_t gfp,
				 int construct(void *object, void *data, void *argument),
				 void *argument)
{
	struct lpatch_shadow_kind *kind = declared->kind;
	void *data = lpatch_shadow_get(declared, object);
	struct lpatch_attached *made, *there;

	if (data || !kind)
		return data;
	made = kzalloc(struct_size(made, data, kind->size), charged(gfp));
	if (!made)
		return NULL;
	made->kind = kind;
	made->object = object;
	there = attach(kind, made, construct, argument);
	if (there != made)
		kfree(made);
	return there ? there->data : NULL;
}
EXPORT_SYMBOL_GPL(lpatch_shadow_get_or_alloc);

/* Out of the table, with the lock held. */
static void detach(struct lpatch_shadow_kind *kind, struct lpatch_attached *shadow)
{
	lockdep_assert_held(&lpatch_shadow_lock);
	lpatch_shadow_remove(shadow);
	list_del(&shadow->list);
	kind->count--;
}

/* What has been detached goes: no look-up finds it any more, but a reader may still use it. */
static void destroy(const struct lpatch_shadow *declared, struct lpatch_attached *shadow)
{
	void (*tell)(void *object, void *data) = declared->destroy;
	int reader = srcu_read_lock(&destroying);

	if (!tell)
		tell = READ_ONCE(shadow->kind->destroy);
	if (tell)
		tell(shadow->object, shadow->data);
	srcu_read_unlock(&destroying, reader);
	kfree_rcu(shadow, rcu);
}

void lpatch_shadow_free(const struct lpatch_shadow *declared, void *object)
{
	struct lpatch_attached *shadow;
	unsigned long flags;

	raw_spin_lock_irqsave(&lpatch_shadow_lock, flags);
	shadow = lpatch_shadow_find(declared->kind, object);
	if (shadow)
		detach(declared->kind, shadow);
	raw_spin_unlock_irqrestore(&lpatch_shadow_lock, flags);
	if (shadow)
		destroy(declared, shadow);
}
EXPORT_SYMBOL_GPL(lpatch_shadow_free);

void lpatch_shadow_free_all(const struct lpatch_shadow *declared)
{
	struct lpatch_shadow_kind *kind = declared->kind;
	struct lpatch_attached *shadow;
	unsigned long flags;

	while (kind) {
		raw_spin_lock_irqsave(&lpatch_shadow_lock, flags);
		shadow = list_first_entry_or_null(&kind->shadows, struct lpatch_attached, list);
		if (shadow)
			detach(kind, shadow);
		raw_spin_unlock_irqrestore(&lpatch_shadow_lock, flags);
		if (!shadow)
			break;
		destroy(declared, shadow);
		/* There may be millions. */
		lpatch_give_way();
	}
}
EXPORT_SYMBOL_GPL(lpatch_shadow_free_all);

/* Declarations -------------------------------------------------------------- */

static struct lpatch_shadow_kind *find_kind(const char *scope, const char *name)
{
	struct lpatch_shadow_kind *kind;

	lockdep_assert_held(&lpatch_lock);
	list_for_each_entry(kind, &kinds, list)
		if (!strcmp(kind->scope, scope) && !strcmp(kind->name, name))
			return kind;
	return NULL;
}

static struct lpatch_shadow_kind *new_kind(const char *scope, const char *name, size_t size)
{
	struct lpatch_shadow_kind *kind = kzalloc(sizeof(*kind), GFP_KERNEL);

	if (!kind)
		return NULL;
	kind->name = kstrdup(name, GFP_KERNEL);
	if (!kind->name) {
		kfree(kind);
		return NULL;
	}
	strscpy(kind->scope, scope, sizeof(kind->scope));
	kind->size = size;
	INIT_LIST_HEAD(&kind->shadows);
	INIT_LIST_HEAD(&kind->known);
	list_add_tail(&kind->list, &kinds);
	return kind;
}

static void undeclare(struct lpatch_shadow *declared)
{
	struct lpatch_shadow_kind *kind = declared->kind;

	declared->kind = NULL;
	if (--kind->declared)
		return;
	list_del(&kind->list);
	kfree(kind->name);
	kfree(kind);
}

static int declare(const char *id, struct lpatch_shadow *declared)
{
	const char *scope = declared->shared ? "" : id;
	struct lpatch_shadow_kind *kind = find_kind(scope, declared->name);

	if (!kind)
		kind = new_kind(scope, declared->name, declared->size);
	if (!kind)
		return -ENOMEM;
	if (kind->size != declared->size) {
		pr_err("%s: the shadow variable %s has %zu bytes here and %zu elsewhere: "
		       "give it another name\n",
		       id, declared->name, declared->size, kind->size);
		return -EINVAL;
	}
	kind->declared++;
	declared->kind = kind;
	return 0;
}

int lpatch_shadows_add(struct lpatch_part *part)
{
	const struct lpatch_update *update = part->update;
	int err = 0;
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < update->nr_shadows; i++) {
		err = declare(update->id, update->shadows[i]);
		if (err)
			break;
	}
	while (err && i--)
		undeclare(update->shadows[i]);
	return err;
}

void lpatch_shadows_remove(struct lpatch_part *part)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < part->update->nr_shadows; i++)
		undeclare(part->update->shadows[i]);
}

/* With the lock held. */
static void choose_destructor(struct lpatch_shadow_kind *kind)
{
	const struct lpatch_shadow *declared;

	lockdep_assert_held(&lpatch_shadow_lock);
	list_for_each_entry(declared, &kind->known, list)
		if (declared->destroy)
			break;
	WRITE_ONCE(kind->destroy,
		   list_entry_is_head(declared, &kind->known, list) ? NULL : declared->destroy);
}

void lpatch_shadows_open(struct lpatch_part *part)
{
	unsigned long flags;
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	for (i = 0; i < part->update->nr_shadows; i++) {
		struct lpatch_shadow *declared = part->update->shadows[i];

		raw_spin_lock_irqsave(&lpatch_shadow_lock, flags);
		list_add(&declared->list, &declared->kind->known);
		declared->kind->open++;
		choose_destructor(declared->kind);
		raw_spin_unlock_irqrestore(&lpatch_shadow_lock, flags);
	}
}

void lpatch_shadows_close(struct lpatch_part *part)
{
	unsigned long flags;
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	raw_spin_lock_irqsave(&lpatch_shadow_lock, flags);
	for (i = 0; i < part->update->nr_shadows; i++)
		part->update->shadows[i]->kind->open--;
	raw_spin_unlock_irqrestore(&lpatch_shadow_lock, flags);
}

void lpatch_shadows_free(struct lpatch_part *part)
{
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	/* Only the holder of the core's lock changes how many are open. */
	for (i = 0; i < part->update->nr_shadows; i++)
		if (!part->update->shadows[i]->kind->open)
			lpatch_shadow_free_all(part->update->shadows[i]);
}

void lpatch_shadows_forget(struct lpatch_part *part)
{
	unsigned long flags;
	u32 i;

	lockdep_assert_held(&lpatch_lock);
	raw_spin_lock_irqsave(&lpatch_shadow_lock, flags);
	for (i = 0; i < part->update->nr_shadows; i++) {
		list_del(&part->update->shadows[i]->list);
		choose_destructor(part->update->shadows[i]->kind);
	}
	raw_spin_unlock_irqrestore(&lpatch_shadow_lock, flags);
	/* Another update may have come into one of them since the stacks were checked. */
	if (part->update->nr_shadows)
		synchronize_srcu(&destroying);
}

size_t lpatch_shadow_count(const struct lpatch_shadow *declared)
{
	lockdep_assert_held(&lpatch_lock);
	return READ_ONCE(declared->kind->count);
}
