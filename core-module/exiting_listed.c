// SPDX-License-Identifier: GPL-2.0
/*
 * Exiting tasks on kernels that list them.
 *
 * exit_tasks_rcu_start() puts a task on a list of the CPU that it runs on, and
 * exit_tasks_rcu_finish() takes it off (kernel/rcu/tasks.h, Linux 6.9). A task does both only for
 * itself. So the lists are read once, after the noting of tasks that leave a CPU has begun
 * (switched.h), and before the stop; that no task is missed:
 *
 *   Take a task that has not been on a CPU since the noting began, and that is not found on the
 *   task list. Its own exit, exec or fork doesn't go on meanwhile, so it was taken off that list,
 *   or it changed its number there, by another task: its parent, a thread of its group that
 *   reaps it, or one that has called execve() and takes over the number of the group's leader
 *   (release_task() and exchange_tids()). Each of these comes after its exit_state was set, and so
 *   after exit_tasks_rcu_start(). Then it is dead, or has preemption off and is on a CPU, or it is
 *   on one of the lists. It is there for all the time since the noting began, as it doesn't run.
 *
 *   A task that is on a list and has run since is noted, and checked again, like any other
 *   task (stack.c).
 *
 * In the stop there is nothing left to do, and no task has to be counted. What holds such a task
 * up is of no interest either: a throttled group, a real-time task, a user's pid namespace.
 *
 * A list is walked with its lock held and interrupts off, some tasks at a time. New ones come in
 * at the front, so it is walked from the back, and goes on in front of the last one met that is
 * still there: a task that was on it before and isn't met has left it, and so has run.
 * rcu_tasks_postscan() walks it, too, in a single thread, and while it makes a pause, it keeps its
 * place by a list head that belongs to no task, but lies on its stack.
 */
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

#include "exiting.h"
#include "give_way.h"
#include "unexported.h"

#if !LPATCH_HAVE_tasks_rcu_exit_srcu

#if LPATCH_HAVE_rcu_tasks && LPATCH_HAVE_rcu_tasks__rtpcpu &&                       \
	LPATCH_HAVE_rcu_tasks__kthread_ptr && LPATCH_HAVE_rcu_tasks_percpu__lock && \
	LPATCH_HAVE_rcu_tasks_percpu__rtp_exit_list &&                              \
	LPATCH_HAVE_task_struct__rcu_tasks_exit_list

#define AT_ONCE 128 /* tasks of a list, before another CPU may have the lock */

/* The list of one CPU. */
struct exit_list {
	raw_spinlock_t *lock;
	struct list_head *head;
	const void *walker_stack; /* of the kernel's own thread that walks it */
	unsigned int first;       /* place in `known` of the first task met */
};

static struct task_struct *walker(void)
{
	return READ_ONCE(*LPATCH_MEMBER(&rcu_tasks, rcu_tasks__kthread_ptr, struct task_struct *));
}

/* The thread is made while the kernel boots. */
bool lpatch_exiting_is_supported(void)
{
	return walker();
}

static struct exit_list list_of(int cpu)
{
	void __percpu *all = *LPATCH_MEMBER(&rcu_tasks, rcu_tasks__rtpcpu, void __percpu *);
	void *one = per_cpu_ptr(all, cpu);

	return (struct exit_list){
		.lock = LPATCH_MEMBER(one, rcu_tasks_percpu__lock, raw_spinlock_t),
		.head = LPATCH_MEMBER(one, rcu_tasks_percpu__rtp_exit_list, struct list_head),
		.walker_stack = walker()->stack,
	};
}

/* The place of the kernel's own walk. */
static bool is_place(const struct exit_list *list, const struct list_head *entry)
{
	const void *at = entry;

	return at >= list->walker_stack && at < list->walker_stack + THREAD_SIZE;
}

/* The last task met that is still there, or the head. With the list's lock held. */
static struct list_head *last_met(const struct exit_list *list, const struct lpatch_task_set *known)
{
	unsigned int i;

	for (i = known->nr; i > list->first; i--)
		if (!list_empty(&known->tasks[i - 1]->rcu_tasks_exit_list))
			return &known->tasks[i - 1]->rcu_tasks_exit_list;
	return list->head;
}

/*
 * Adds the next tasks of the list to `known`, for which there is room; false: there are no more. A
 * task that is on the list has yet to die, so a reference to it can be taken.
 */
static bool collect_some(const struct exit_list *list, struct lpatch_exiting *exiting)
{
	struct list_head *entry;
	unsigned long flags;
	unsigned int nr;

	raw_spin_lock_irqsave(list->lock, flags);
	entry = last_met(list, &exiting->known)->prev;
	for (nr = 0; entry != list->head && nr < AT_ONCE; nr++, entry = entry->prev)
		if (!is_place(list, entry) &&
		    !lpatch_task_set_add(&exiting->known, list_entry(entry, struct task_struct,
								     rcu_tasks_exit_list)))
			exiting->overflow = true;
	raw_spin_unlock_irqrestore(list->lock, flags);
	return entry != list->head;
}

static int collect(int cpu, struct lpatch_exiting *exiting)
{
	struct exit_list list = list_of(cpu);

	list.first = exiting->known.nr;
	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		if (exiting->known.room - exiting->known.nr < AT_ONCE &&
		    lpatch_task_set_grow(&exiting->known))
			return -ENOMEM;
		lpatch_give_way();
	} while (collect_some(&list, exiting));
	return exiting->overflow ? -ENOMEM : 0;
}

int lpatch_exiting_visit_listed(struct lpatch_exiting *exiting,
				void (*visit)(struct task_struct *task, void *data), void *data)
{
	unsigned int i;
	int cpu, err = 0;

	for_each_possible_cpu(cpu) {
		err = collect(cpu, exiting);
		if (err)
			return err;
	}
	for (i = 0; i < exiting->known.nr && !err; i++) {
		visit(exiting->known.tasks[i], data);
		if (fatal_signal_pending(current))
			err = -EINTR;
	}
	return err;
}

#else

bool lpatch_exiting_is_supported(void)
{
	return false;
}

int lpatch_exiting_visit_listed(struct lpatch_exiting *exiting,
				void (*visit)(struct task_struct *task, void *data), void *data)
{
	return -EOPNOTSUPP;
}

#endif

int lpatch_exiting_make_room(struct lpatch_exiting *exiting)
{
	return 0;
}

void lpatch_exiting_note(struct lpatch_exiting *exiting, struct task_struct *task)
{
}

void lpatch_exiting_visit_queued(struct lpatch_exiting *exiting,
				 bool (*visit)(struct task_struct *task, void *data), void *data)
{
}

bool lpatch_exiting_is_one_unknown(const struct lpatch_exiting *exiting)
{
	return false;
}

#endif
