// SPDX-License-Identifier: GPL-2.0
/* A set of tasks. */
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "task_set.h"

static unsigned int nr_slots(const struct lpatch_task_set *set)
{
	return 2 * set->room;
}

int lpatch_task_set_init(struct lpatch_task_set *set, unsigned int room, int node)
{
	*set = (struct lpatch_task_set){.room = room};
	set->tasks = kvmalloc_node(room * sizeof(*set->tasks), GFP_KERNEL, node);
	set->slots =
		kvmalloc_node(nr_slots(set) * sizeof(*set->slots), GFP_KERNEL | __GFP_ZERO, node);
	return set->tasks && set->slots ? 0 : -ENOMEM;
}

/* The slot that has the task, or the free one where it belongs. */
static u32 *find_slot(const struct lpatch_task_set *set, const struct task_struct *task)
{
	unsigned int slot = hash_ptr(task, ilog2(nr_slots(set)));

	while (set->slots[slot] && set->tasks[set->slots[slot] - 1] != task)
		slot = (slot + 1) % nr_slots(set);
	return &set->slots[slot];
}

bool lpatch_task_set_add(struct lpatch_task_set *set, struct task_struct *task)
{
	u32 *slot;

	if (!set->room)
		return false;
	slot = find_slot(set, task);
	if (*slot)
		return true;
	if (set->nr == set->room)
		return false;
	set->tasks[set->nr] = get_task_struct(task);
	*slot = ++set->nr;
	return true;
}

bool lpatch_task_set_has(const struct lpatch_task_set *set, const struct task_struct *task)
{
	return set->room && *find_slot(set, task);
}

static void put_tasks(struct lpatch_task_set *set)
{
	unsigned int i;

	for (i = 0; i < set->nr; i++)
		put_task_struct(set->tasks[i]);
	set->nr = 0;
}

void lpatch_task_set_clear(struct lpatch_task_set *set)
{
	if (!set->nr)
		return;
	put_tasks(set);
	memset(set->slots, 0, nr_slots(set) * sizeof(*set->slots));
}

void lpatch_task_set_free(struct lpatch_task_set *set)
{
	put_tasks(set);
	kvfree(set->tasks);
	kvfree(set->slots);
	*set = (struct lpatch_task_set){};
}

int lpatch_task_set_grow(struct lpatch_task_set *set)
{
	struct lpatch_task_set larger;
	unsigned int i;

	if (lpatch_task_set_init(&larger, 2 * set->room, NUMA_NO_NODE)) {
		lpatch_task_set_free(&larger);
		return -ENOMEM;
	}
	for (i = 0; i < set->nr; i++)
		lpatch_task_set_add(&larger, set->tasks[i]);
	lpatch_task_set_free(set);
	*set = larger;
	return 0;
}
