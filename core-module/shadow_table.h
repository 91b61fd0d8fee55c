/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which data is attached to an object? A hash table over object and variable that
 * grows and shrinks with what is in it.
 */
#ifndef LPATCH_SHADOW_TABLE_H
#define LPATCH_SHADOW_TABLE_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct lpatch_shadow_kind;

/* The data of one object. */
struct lpatch_attached {
	struct hlist_node nodes[2]; /* of the table that is used, and of the one to come */
	u32 generation;             /* of the newest table that it is in */
	struct rcu_head rcu;
	struct list_head list; /* in kind->shadows */
	const struct lpatch_shadow_kind *kind;
	void *object;
	u8 data[] __aligned(sizeof(u64));
};

/* Over the table and all that lpatch-shadow's users see of it. With interrupts off. */
extern raw_spinlock_t lpatch_shadow_lock;

/* What is attached to the object, or NULL. Under RCU or the lock; in any context, NMI included. */
struct lpatch_attached *lpatch_shadow_find(const struct lpatch_shadow_kind *kind,
					   const void *object);

/* Into the table; there is none of the same kind and object in it. Under the lock. */
void lpatch_shadow_insert(struct lpatch_attached *attached);

/* Out of it; it may be freed after an RCU grace period. Under the lock. */
void lpatch_shadow_remove(struct lpatch_attached *attached);

/* The core goes, and nothing is in the table. May sleep. */
void lpatch_shadow_exit(void);

#endif
