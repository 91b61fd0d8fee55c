// SPDX-License-Identifier: GPL-2.0
/* The tasks that block an attempt. */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "busy.h"

int lpatch_busy_init(struct lpatch_busy *busy)
{
	atomic_set(&busy->nr, 0);
	busy->tasks = kvcalloc(LPATCH_BUSY_TASKS, sizeof(*busy->tasks), GFP_KERNEL);
	return busy->tasks ? 0 : -ENOMEM;
}

void lpatch_busy_free(struct lpatch_busy *busy)
{
	kvfree(busy->tasks);
	busy->tasks = NULL;
}

bool lpatch_busy_any(const struct lpatch_busy *busy)
{
	return atomic_read(&busy->nr);
}

struct lpatch_busy_task *lpatch_busy_add(struct lpatch_busy *busy, struct task_struct *task,
					 const char *why, unsigned long hit)
{
	int slot = atomic_inc_return(&busy->nr) - 1;
	struct lpatch_busy_task *one;

	if (slot >= LPATCH_BUSY_TASKS)
		return NULL;
	one = &busy->tasks[slot];
	if (task) {
		strscpy(one->comm, task->comm, sizeof(one->comm));
		one->pid = task_pid_nr(task);
	}
	one->why = why;
	one->hit = hit;
	return one;
}

/* The function of the update that the address belongs to, or NULL. */
static const char *function_at(const struct lpatch_update *update, unsigned long addr)
{
	u32 i;

	for (i = 0; i < update->nr_funcs; i++) {
		const struct lpatch_func *func = &update->funcs[i];

		if (addr - func->old.addr <= func->old.size ||
		    addr - func->new_addr <= func->new_size)
			return func->old.name;
		if (func->old_cold.size && addr - func->old_cold.addr <= func->old_cold.size)
			return func->old_cold.name;
	}
	return NULL;
}

static const char *function_in(const struct lpatch_entry *entry, unsigned long addr)
{
	const struct lpatch_part *part;
	const char *name = NULL;

	list_for_each_entry(part, &entry->parts, list) {
		name = function_at(part->update, addr);
		if (name)
			break;
	}
	return name;
}

static void report_one(const struct lpatch_busy_task *one, struct lpatch_entry *entry)
{
	struct lpatch_report *report = &entry->report;
	const char *function = function_in(entry, one->hit);
	unsigned int i;

	if (!one->pid && !one->hit) {
		lpatch_report_add(report, "%s\n", one->why);
		return;
	}
	if (*one->why)
		lpatch_report_add(report, "task %s pid %d function (%s)\n", one->comm, one->pid,
				  one->why);
	else if (function)
		lpatch_report_add(report, "task %s pid %d function %s\n", one->comm, one->pid,
				  function);
	else
		lpatch_report_add(report, "task %s pid %d function %ps\n", one->comm, one->pid,
				  (void *)one->hit);
	for (i = 0; i < one->frames.depth; i++)
		lpatch_report_add(report, "    %pS\n", (void *)one->frames.at[i]);
}

/* A task that ran on two CPUs was checked twice; idle tasks have one number and two names. */
static bool is_named(const struct lpatch_busy *busy, int slot)
{
	const struct lpatch_busy_task *tasks = busy->tasks;
	int i;

	for (i = 0; i < slot; i++)
		if (tasks[i].pid == tasks[slot].pid && !strcmp(tasks[i].comm, tasks[slot].comm))
			return true;
	return false;
}

void lpatch_busy_report(const struct lpatch_busy *busy, struct lpatch_entry *entry)
{
	int i, nr = atomic_read(&busy->nr);

	for (i = 0; i < min(nr, LPATCH_BUSY_TASKS); i++)
		if (!is_named(busy, i))
			report_one(&busy->tasks[i], entry);
	if (nr > LPATCH_BUSY_TASKS)
		lpatch_report_add(&entry->report, "(%d more tasks)\n", nr - LPATCH_BUSY_TASKS);
}
