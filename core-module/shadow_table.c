// SPDX-License-Identifier: GPL-2.0
/*
 * Which data is attached to an object?
 *
 * It is looked up in every context, NMI included, and attached and freed in every one
 * but NMI, also with interrupts off and from an interrupt. The kernel's own table that
 * grows, rhashtable, can't be written there before Linux 6.2: it takes the locks of its
 * buckets with only softirqs off, and the work item that makes it grow holds them with
 * interrupts on (rht_lock() in include/linux/rhashtable.h, Linux 6.1). So this one grows by
 * itself, and has one lock.
 *
 * A table of another size is filled while the old one is used: a few entries at a time under
 * the lock, then others have a chance. For that each entry can be in two tables. An object
 * that comes meanwhile is put into both, one that goes is taken out of both. Readers go
 * through one table at any time, and never have to begin again.
 */
#include <linux/hash.h>
#include <linux/irq_work.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "give_way.h"
#include "shadow_table.h"

#define LEAST_BITS 8
#define MOST_BITS  24 /* 128 MiB; with more than 16 million entries look-ups get slower */

#define EMPTY_FACTOR 16 /* buckets for each entry from which on a table is too large */

struct table {
	struct hlist_head *heads;
	unsigned int bits;
	unsigned int which; /* of an entry's nodes */
	u32 generation;     /* each table has the next */
};

static struct hlist_head first_heads[1 << LEAST_BITS];
static struct table tables[2] = {
	{.heads = first_heads, .bits = LEAST_BITS, .which = 0, .generation = 1},
	{.which = 1},
};

DEFINE_RAW_SPINLOCK(lpatch_shadow_lock);
/* All are written under the lock. */
static struct table __rcu *used = (struct table __rcu *)&tables[0];
static struct table *coming; /* that is being filled; or NULL */
static size_t count;         /* of entries */
static size_t no_memory_at;  /* as many were there when there was no memory; 0: there was */
static bool resizing;        /* the work item is on its way, or at it */

static struct table *used_table(void)
{
	return rcu_dereference_check(used, lockdep_is_held(&lpatch_shadow_lock));
}

static struct hlist_head *bucket(const struct table *table, const struct lpatch_shadow_kind *kind,
				 const void *object)
{
	u64 key = (unsigned long)object ^ hash_64((unsigned long)kind, 64);

	return &table->heads[hash_64(key, table->bits)];
}

struct lpatch_attached *lpatch_shadow_find(const struct lpatch_shadow_kind *kind,
					   const void *object)
{
	const struct table *table = used_table();
	struct lpatch_attached *attached;
	struct hlist_node *node;

	for (node = rcu_dereference_raw(hlist_first_rcu(bucket(table, kind, object))); node;
	     node = rcu_dereference_raw(hlist_next_rcu(node))) {
		attached = container_of(node - table->which, struct lpatch_attached, nodes[0]);
		if (attached->object == object && attached->kind == kind)
			return attached;
	}
	return NULL;
}

static void put_into(const struct table *table, struct lpatch_attached *attached)
{
	lockdep_assert_held(&lpatch_shadow_lock);
	hlist_add_head_rcu(&attached->nodes[table->which],
			   bucket(table, attached->kind, attached->object));
	attached->generation = table->generation;
}

static bool fits(const struct table *table)
{
	size_t buckets = 1UL << table->bits;

	if (count > buckets)
		return table->bits == MOST_BITS;
	return table->bits == LEAST_BITS || count * EMPTY_FACTOR >= buckets;
}

/* As long as nothing much has changed since, there is no use in another try. */
static bool is_hopeless(void)
{
	return no_memory_at && count > no_memory_at / 2 && count < no_memory_at * 2;
}

static void resize(struct work_struct *work);
static DECLARE_WORK(resize_work, resize);

static void ask_for_resize(struct irq_work *work)
{
	queue_work(system_unbound_wq, &resize_work);
}

/* To wake the worker here could take the lock of a run queue that the caller holds. */
static DEFINE_IRQ_WORK(resize_soon, ask_for_resize);

static void check_size(void)
{
	lockdep_assert_held(&lpatch_shadow_lock);
	if (resizing || fits(used_table()) || is_hopeless())
		return;
	resizing = true;
	irq_work_queue(&resize_soon);
}

void lpatch_shadow_insert(struct lpatch_attached *attached)
{
	put_into(used_table(), attached);
	if (coming)
		put_into(coming, attached);
	count++;
	check_size();
}

void lpatch_shadow_remove(struct lpatch_attached *attached)
{
	lockdep_assert_held(&lpatch_shadow_lock);
	hlist_del_rcu(&attached->nodes[used_table()->which]);
	if (coming && attached->generation == coming->generation)
		hlist_del_rcu(&attached->nodes[coming->which]);
	count--;
	check_size();
}

/* Sets the table up that is to take the place of `old`. False: no memory. */
static bool prepare(struct table *next, const struct table *old)
{
	size_t entries = READ_ONCE(count);

	next->bits = clamp(order_base_2(entries + 1) + 1, LEAST_BITS, MOST_BITS);
	next->generation = old->generation + 1;
	next->heads = next->bits == LEAST_BITS && old->heads != first_heads
			      ? first_heads
			      : kvcalloc(1UL << next->bits, sizeof(*next->heads),
					 GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY);
	return next->heads;
}

static void give_back(struct hlist_head *heads)
{
	if (heads == first_heads)
		memset(first_heads, 0, sizeof(first_heads));
	else
		kvfree(heads);
}

/* Puts what is in one bucket of the old table into the one to come as well. */
static void move_bucket(const struct table *old, size_t at)
{
	struct lpatch_attached *attached;
	struct hlist_node *node;
	unsigned long flags;

	raw_spin_lock_irqsave(&lpatch_shadow_lock, flags);
	hlist_for_each(node, &old->heads[at])
	{
		attached = container_of(node - old->which, struct lpatch_attached, nodes[0]);
		if (attached->generation != coming->generation)
			put_into(coming, attached);
	}
	raw_spin_unlock_irqrestore(&lpatch_shadow_lock, flags);
	lpatch_give_way();
}

static void set_coming(struct table *next)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lpatch_shadow_lock, flags);
	coming = next;
	raw_spin_unlock_irqrestore(&lpatch_shadow_lock, flags);
}

static void use_coming(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lpatch_shadow_lock, flags);
	rcu_assign_pointer(used, coming);
	coming = NULL;
	raw_spin_unlock_irqrestore(&lpatch_shadow_lock, flags);
}

/* The work item is over, unless the size is wrong again; says whether it is over. */
static bool end_resize(bool no_memory)
{
	unsigned long flags;
	bool over;

	raw_spin_lock_irqsave(&lpatch_shadow_lock, flags);
	no_memory_at = no_memory ? count : 0;
	over = no_memory || fits(used_table());
	resizing = !over;
	raw_spin_unlock_irqrestore(&lpatch_shadow_lock, flags);
	return over;
}

/* Replaces the table by one of the right size. Nobody else changes which one is used. */
static bool replace_table(void)
{
	struct table *old = rcu_dereference_protected(used, true);
	struct table *next = &tables[!old->which];
	size_t at;

	if (!prepare(next, old))
		return false;
	set_coming(next);
	for (at = 0; at < 1UL << old->bits; at++)
		move_bucket(old, at);
	use_coming();
	/* Nobody is in the old table then. */
	synchronize_rcu();
	give_back(old->heads);
	return true;
}

/* Each round ends with the size that fitted at its begin, so there are few of them. */
static void resize(struct work_struct *work)
{
	bool done;

	do {
		done = replace_table();
	} while (!end_resize(!done));
}

void lpatch_shadow_exit(void)
{
	irq_work_sync(&resize_soon);
	cancel_work_sync(&resize_work);
	give_back(rcu_dereference_protected(used, true)->heads);
}
