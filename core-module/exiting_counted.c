// SPDX-License-Identifier: GPL-2.0
/*
 * Exiting tasks on kernels that count them.
 *
 * What may run off the task list (exiting.h) is within a read side of tasks_rcu_exit_srcu
 * (kernel/rcu/tasks.h, Linux 5.8 to 6.8). Its counters say how many tasks are inside; while the
 * machine is stopped they are exact. So the attempt doesn't wait for such tasks: those that are
 * known are counted, and if the counters say more, the attempt is over and can be made again.
 *
 *   Known is every exiting task whose stack was checked: those that were on the task list, those
 *   that have been switched out since, and those in a run queue. The stack of each is checked
 *   again when it has run since, like that of any other task (stack.c).
 *
 *   Only tasks that are certainly inside are counted, so that no error hides a task that is not
 *   known:
 *   - a task whose exit_state is set, which exit_notify() does, and which is not dead;
 *   - the init of a pid namespace that waits for its children in zap_pid_ns_processes(), which
 *     exit_notify() calls: the namespace takes no more tasks from the beginning of that function
 *     on, and for that reason alone; and the init is on its queue of tasks that wait for
 *     children, which it leaves before it goes on. It may wait there as long as its user likes,
 *     with exit_state not yet set. Where it waits after that, for tasks that are not its
 *     children, the kernel does not count it (exit_tasks_rcu_stop() there, in 6.1.170).
 *
 *   An exiting task that sits in a run queue may wait there as long as the bandwidth limit of its
 *   group says (CFS throttling), since before the attempt began. It is in rq->cfs_tasks then, too:
 *   throttling takes a group off its parent's queue, and leaves the tasks of the group where they
 *   are (throttle_cfs_rq() in kernel/sched/fair.c, Linux 6.1; account_entity_enqueue() keeps the
 *   list). So a user can't hold an update up with a group that is throttled. A real-time task is
 *   not in that list; root can make one wait, and so can a user with RLIMIT_RTPRIO.
 *
 *   What is left is a task that fell asleep in that stretch before the attempt and has not run
 *   since, and one that is preempted in the few instructions between the two marks,
 *   exit_tasks_rcu_start() and exit_state: counted by the kernel and not by us. The attempt is
 *   refused, which is the safe side.
 */
#include <linux/lockdep.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/srcu.h>
#include <linux/version.h>

#include "exiting.h"
#include "unexported.h"

#define SPARE_ROOM 512 /* always free for the tasks that are noted next */
#define ASK_AFTER  64  /* tasks of a run queue, whether there is time for more */

#if LPATCH_HAVE_tasks_rcu_exit_srcu

/* What sched.h takes for granted comes first. */
#include <linux/sched/cputime.h>
#include <../kernel/sched/sched.h>

/* struct srcu_data in include/linux/srcutree.h: plain numbers up to Linux 6.1, atomic since 6.2 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define count_of(counter) ((unsigned long)atomic_long_read(&(counter)))
#else
#define count_of(counter) (counter)
#endif

bool lpatch_exiting_is_supported(void)
{
	return true;
}

/* How many tasks are inside. Exact, since no task runs. */
static unsigned long nr_inside(void)
{
	unsigned long nr = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct srcu_data *data;

		data = per_cpu_ptr(tasks_rcu_exit_srcu.sda, cpu);
		nr += count_of(data->srcu_lock_count[0]) - count_of(data->srcu_unlock_count[0]);
		nr += count_of(data->srcu_lock_count[1]) - count_of(data->srcu_unlock_count[1]);
	}
	return nr;
}

/*
 * That of the calling CPU; NULL where there are no groups, and so none that is throttled. The idle
 * task belongs to the group of all, whose cfs_rq of a CPU is the one in struct rq
 * (init_idle() in kernel/sched/core.c and init_cfs_rq() in fair.c, Linux 6.1).
 */
static const struct rq *run_queue(void)
{
#ifdef CONFIG_FAIR_GROUP_SCHED
	const struct task_struct *idle = idle_task(smp_processor_id());
	const struct rq *rq = container_of(idle->se.cfs_rq, struct rq, cfs);

	return rq->idle == idle ? rq : NULL;
#else
	return NULL;
#endif
}

int lpatch_exiting_visit_listed(struct lpatch_exiting *exiting,
				void (*visit)(struct task_struct *task, void *data), void *data)
{
	return 0;
}

static bool is_known(struct lpatch_exiting *exiting, const struct task_struct *task)
{
	bool known;

	raw_spin_lock(&exiting->lock);
	known = lpatch_task_set_has(&exiting->known, task);
	raw_spin_unlock(&exiting->lock);
	return known;
}

void lpatch_exiting_visit_queued(struct lpatch_exiting *exiting,
				 bool (*visit)(struct task_struct *task, void *data), void *data)
{
	const struct rq *rq = run_queue();
	struct task_struct *task;
	unsigned int nr = 0;

	lockdep_assert_irqs_disabled();
	if (!rq)
		return;
	list_for_each_entry(task, &rq->cfs_tasks, se.group_node) {
		bool wanted = task->exit_state && !is_known(exiting, task);

		if ((wanted || ++nr % ASK_AFTER == 0) && !visit(wanted ? task : NULL, data))
			break;
	}
}

int lpatch_exiting_make_room(struct lpatch_exiting *exiting)
{
	const struct lpatch_task_set *known = &exiting->known;

	return known->room - known->nr < SPARE_ROOM ? lpatch_task_set_grow(&exiting->known) : 0;
}

void lpatch_exiting_note(struct lpatch_exiting *exiting, struct task_struct *task)
{
	if (!(task->flags & PF_EXITING) || READ_ONCE(task->__state) == TASK_DEAD)
		return;
	lockdep_assert_irqs_disabled();
	raw_spin_lock(&exiting->lock);
	if (!lpatch_task_set_add(&exiting->known, task))
		exiting->overflow = true;
	raw_spin_unlock(&exiting->lock);
}

/*
 * The init of a pid namespace, in the kernel_wait4() of zap_pid_ns_processes()
 * (kernel/pid_namespace.c, Linux 6.1). No other thread of it is left that could wait.
 */
static bool is_namespace_waiting(struct task_struct *task)
{
	const struct pid_namespace *namespace = task_active_pid_ns(task);

	return namespace && namespace->child_reaper == task &&
	       !(namespace->pid_allocated & PIDNS_ADDING) &&
	       waitqueue_active(&task->signal->wait_chldexit);
}

static bool is_certainly_inside(struct task_struct *task)
{
	if (READ_ONCE(task->__state) == TASK_DEAD)
		return false;
	return task->exit_state || is_namespace_waiting(task);
}

bool lpatch_exiting_is_one_unknown(const struct lpatch_exiting *exiting)
{
	unsigned long inside = nr_inside(), counted = 0;
	unsigned int i;

	lockdep_assert_irqs_disabled();
	if (exiting->overflow)
		return true;
	for (i = 0; i < exiting->known.nr && counted < inside; i++)
		counted += is_certainly_inside(exiting->known.tasks[i]);
	return inside > counted;
}

#endif
