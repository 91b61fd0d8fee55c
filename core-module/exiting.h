/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which tasks are exiting?
 *
 * A task that exits is taken off the task list by itself or by its parent while it still runs:
 * somewhere between exit_notify() and the end of do_exit() (kernel/exit.c). After that it can't be
 * found by its number. It may be preempted there, or sleep, for as long as its CPU's time is given
 * to others.
 *
 * The kernel itself knows of these tasks, from exit_tasks_rcu_start(), just before exit_notify(),
 * to exit_tasks_rcu_finish(), from where preemption stays off until the task is dead
 * (kernel/rcu/tasks.h, with CONFIG_TASKS_RCU). So a task that is on no CPU and not on the task list
 * has yet to run, is between these two, or is dead. Where both do nothing, in a kernel that can't
 * be preempted, a task may sleep there, and nothing tells of it: such kernels are not supported.
 *
 * How the kernel knows of them depends on its version; lpatch_target.h says what the target has:
 *
 *	5.8 to 6.8   tasks_rcu_exit_srcu, whose counters say how many there are: exiting_counted.c.
 *	             kernel/rcu/tasks.h; counters of include/linux/srcutree.h, atomic since 6.2
 *	6.9          a list of each CPU, rtp_exit_list of struct rcu_tasks_percpu:
 *	             exiting_listed.c. kernel/rcu/tasks.h
 */
#ifndef LPATCH_EXITING_H
#define LPATCH_EXITING_H

#include <linux/spinlock.h>

#include "task_set.h"

struct lpatch_exiting {
	/* Exiting tasks whose stack was checked, or is about to be; maybe dead since. */
	struct lpatch_task_set known;
	raw_spinlock_t lock; /* of `known`, while several CPUs add to it */
	bool overflow;       /* a task is missing */
};

/*
 * False: it can't be told on this kernel, or its build, which tasks are exiting. The core does not
 * work then.
 */
bool lpatch_exiting_is_supported(void);

/* Returns 0 or -ENOMEM; lpatch_exiting_free() either way. */
int lpatch_exiting_init(struct lpatch_exiting *exiting);
void lpatch_exiting_free(struct lpatch_exiting *exiting);

/* Makes room for a few hundred more tasks. Returns 0 or -ENOMEM. May sleep. */
int lpatch_exiting_make_room(struct lpatch_exiting *exiting);

/* Notes a task whose stack is checked at this moment, if it is exiting. With interrupts off. */
void lpatch_exiting_note(struct lpatch_exiting *exiting, struct task_struct *task);

/*
 * Calls `visit` for the exiting tasks that the kernel lists, which need not be on the task list:
 * all that have not been on a CPU since the noting of tasks that leave one began (switched.h), and
 * others. Returns 0, -ENOMEM, or -EINTR if the caller is being killed. Once for each check, before
 * the stop. May sleep, and so may `visit`.
 */
int lpatch_exiting_visit_listed(struct lpatch_exiting *exiting,
				void (*visit)(struct task_struct *task, void *data), void *data);

/*
 * Calls `visit` for the exiting tasks in the calling CPU's run queue that are not known, and now
 * and then with NULL, until it returns false. Only while the machine is stopped.
 */
void lpatch_exiting_visit_queued(struct lpatch_exiting *exiting,
				 bool (*visit)(struct task_struct *task, void *data), void *data);

/*
 * True if there may be an exiting task that is on no list and not known. Only while the
 * machine is stopped, once every CPU has visited its own.
 */
bool lpatch_exiting_is_one_unknown(const struct lpatch_exiting *exiting);

#endif
