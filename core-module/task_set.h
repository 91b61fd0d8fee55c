/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A set of tasks, each held by a reference. Nothing is allocated when a task is added, and
 * nothing waits, so tasks can be added where interrupts are off or the machine is stopped.
 * The caller keeps users apart from each other.
 */
#ifndef LPATCH_TASK_SET_H
#define LPATCH_TASK_SET_H

#include <linux/sched.h>

struct lpatch_task_set {
	struct task_struct **tasks; /* in the order in which they came */
	u32 *slots;                 /* place in tasks[] + 1; hashed, open addressing */
	unsigned int nr, room;
};

/*
 * Room for that many tasks, a power of two, in memory of that NUMA node. Returns 0 or
 * -ENOMEM; lpatch_task_set_free() either way. May sleep.
 */
int lpatch_task_set_init(struct lpatch_task_set *set, unsigned int room, int node);

/* Lets go of the tasks and of the memory. Fine for one that is all zeroes. May sleep. */
void lpatch_task_set_free(struct lpatch_task_set *set);

/* Adds a task, or does nothing if the set has it. False: there is no room. */
bool lpatch_task_set_add(struct lpatch_task_set *set, struct task_struct *task);

bool lpatch_task_set_has(const struct lpatch_task_set *set, const struct task_struct *task);

/* Makes it empty and lets go of the tasks. May sleep. */
void lpatch_task_set_clear(struct lpatch_task_set *set);

/* Twice the room. Returns 0, or -ENOMEM with the set as it was. May sleep. */
int lpatch_task_set_grow(struct lpatch_task_set *set);

#endif
