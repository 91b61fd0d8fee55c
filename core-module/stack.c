// SPDX-License-Identifier: GPL-2.0
/*
 * Which tasks are inside a range of text?
 *
 * All tasks are checked while the machine runs, and in the stop only those
 * that have run since. From before the first check on, every task that is
 * switched out is noted (switched.h). Those that were noted are taken off the
 * lists and checked again, until few are left, and the last ones in the stop.
 * Why that is sound:
 *
 *   While the machine is stopped, only stoppers are on a CPU. Take any other
 *   task.
 *   - It has been on a CPU since the lists were last taken. Then it has been
 *     switched out since, is on a list, and is checked in the stop.
 *   - It has not, but at some moment since the noting began. Then it was on a
 *     list that was taken, and was checked after that. If it was on a CPU at that
 *     moment, it was noted again when it left the CPU: the first case.
 *   - It has not been on a CPU since the noting began, and was on the task list
 *     when all tasks were checked. Its last switch had ended by then (->on_cpu is
 *     cleared with release semantics as the last act of a switch, and read with
 *     acquire semantics here), so what was checked is its stack, and is its stack still.
 *   - It has not, and was not on the task list. Then it is new and has yet to run
 *     its first instruction, or it has died, or it is exiting (exiting.h): the kernel lists
 *     such tasks and they are checked like the others (exiting_listed.c), or it counts them
 *     and one is found in a run queue or found to be missing (exiting_counted.c).
 *   Idle tasks are not noted; each CPU checks its own in the stop. That of an offline CPU
 *   starts over when it comes online, which it can't while the attempt holds
 *   cpus_read_lock(); where it is parked until then is looked at before the stop (parked.h).
 *
 *   No stack changes under the unwinder: while the machine runs it works under the
 *   locks that a task needs to come to a CPU (task_call_func() in
 *   kernel/sched/core.c). A stack that can't be unwound is scanned under them as well.
 *
 * The stop has a limit. Its time is foretold from the longest list and from what a
 * task has taken before; if that is too long, the attempt is given up before anything
 * is stopped. A CPU that comes to the limit in the stop gives up, too.
 */
#include <linux/cpu.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "fault.h"
#include "give_way.h"
#include "lpatch_abi.h"
#include "unexported.h"
#include "stack.h"

static unsigned int default_max_stop_ms = LPATCH_MAX_STOP_DEFAULT;

/* What can't be the limit is refused here, so that a reader of the parameter sees the limit. */
static int set_max_stop(const char *text, const struct kernel_param *param)
{
	return param_set_uint_minmax(text, param, LPATCH_MAX_STOP_LEAST, LPATCH_MAX_STOP_MOST);
}

static const struct kernel_param_ops max_stop_ops = {.set = set_max_stop, .get = param_get_uint};
module_param_cb(max_stop_ms, &max_stop_ops, &default_max_stop_ms, 0600);
MODULE_PARM_DESC(max_stop_ms, "the longest that stacks may be checked with the machine stopped");

#define TASKS_AT_ONCE 32 /* checked before another task may have the CPU */
#define MOST_ROUNDS   10 /* of taking the lists before the stop */
#define FEW_TASKS     16 /* of one CPU, which may be left to the stop without that, */
#define SHORT_NS      (100 * NSEC_PER_USEC) /* if it takes no longer to check them */

int lpatch_stack_init(struct lpatch_stack_check *check, unsigned int nr_ranges,
		      unsigned int max_stop_ms)
{
	int err;

	memset(check, 0, sizeof(*check));
	check->unwind.ranges = &check->ranges;
	check->unwind.busy = &check->busy;
	check->limit_ns = (max_stop_ms ?: READ_ONCE(default_max_stop_ms)) * (u64)NSEC_PER_MSEC;
	check->frames = alloc_percpu(struct lpatch_frames);
	err = check->frames ? 0 : -ENOMEM;
	if (!err)
		err = lpatch_ranges_init(&check->ranges, nr_ranges);
	if (!err)
		err = lpatch_busy_init(&check->busy);
	if (!err)
		err = lpatch_exiting_init(&check->exiting);
	return err;
}

void lpatch_stack_free(struct lpatch_stack_check *check)
{
	lpatch_switched_end(&check->switched);
	lpatch_exiting_free(&check->exiting);
	lpatch_busy_free(&check->busy);
	lpatch_ranges_free(&check->ranges);
	free_percpu(check->frames);
	check->frames = NULL;
}

void lpatch_stack_add(struct lpatch_stack_check *check, unsigned long first, unsigned long last)
{
	lpatch_ranges_add(&check->ranges, first, last);
}

static int result(const struct lpatch_stack_check *check)
{
	if (lpatch_busy_any(&check->busy) || check->parked.found)
		return -EBUSY;
	return check->late || READ_ONCE(check->switched.overflow) ? -ETIME : 0;
}

/* A task that is on no CPU and can't come to one; interrupts are off. */
static void check_task(struct lpatch_stack_check *check, struct task_struct *task)
{
	lockdep_assert_irqs_disabled();
	lpatch_exiting_note(&check->exiting, task);
	lpatch_unwind_task(&check->unwind, task, this_cpu_ptr(check->frames));
}

/* While the machine runs ---------------------------------------------------- */

static int check_if_off_cpu(struct task_struct *task, void *data)
{
	struct lpatch_stack_check *check = data;
	u64 begin = ktime_get_mono_fast_ns();

	/* A task that is on a CPU is noted when it leaves it. */
	if (smp_load_acquire(&task->on_cpu))
		return 0;
	check_task(check, task);
	check->checked_ns += ktime_get_mono_fast_ns() - begin;
	check->nr_checked++;
	return 0;
}

static void check_noted(struct task_struct *task, void *data)
{
	struct lpatch_stack_check *check = data;

	lpatch_give_way();
	if (lpatch_exiting_make_room(&check->exiting))
		WRITE_ONCE(check->exiting.overflow, true);
	task_call_func(task, check_if_off_cpu, check);
}

static unsigned int check_all_noted(struct lpatch_stack_check *check)
{
	return lpatch_switched_drain(&check->switched, check_noted, check);
}

/* Checks some of the task list, from that number on; false: there are no more. */
static bool check_some(struct lpatch_stack_check *check, int *next)
{
	struct task_struct *task;
	struct pid *pid = NULL;
	unsigned int nr;

	rcu_read_lock();
	for (nr = 0; nr < TASKS_AT_ONCE; nr++) {
		pid = find_ge_pid(*next, &init_pid_ns);
		if (!pid)
			break;
		*next = pid_nr(pid) + 1;
		task = pid_task(pid, PIDTYPE_PID);
		if (task)
			task_call_func(task, check_if_off_cpu, check);
	}
	rcu_read_unlock();
	return pid;
}

/* Tasks that run meanwhile are checked again before a list is full. */
static void drain_in_time(struct lpatch_stack_check *check)
{
	if (!lpatch_switched_is_filling(&check->switched))
		return;
	cpus_read_lock();
	check_all_noted(check);
	cpus_read_unlock();
}

static void check_listed(struct task_struct *task, void *data)
{
	drain_in_time(data);
	check_noted(task, data);
}

/* Checks the whole task list, and then those exiting tasks that the kernel lists elsewhere. */
static int check_everyone(struct lpatch_stack_check *check)
{
	int next = 1;

	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		if (lpatch_exiting_make_room(&check->exiting))
			return -ENOMEM;
		drain_in_time(check);
		lpatch_give_way();
	} while (check_some(check, &next));
	return lpatch_exiting_visit_listed(&check->exiting, check_listed, check);
}

/* How long the CPU with the most tasks would have to check them now. */
static u64 expect(struct lpatch_stack_check *check)
{
	check->nr_left = lpatch_switched_longest(&check->switched);
	check->expected_ns = 0;
	if (check->nr_checked)
		check->expected_ns =
			div64_u64(check->nr_left * check->checked_ns, check->nr_checked);
	return check->expected_ns;
}

/* The time alone doesn't tell: a clock may stand still, see lpatch_stop_and_switch(). */
static bool few_are_left(struct lpatch_stack_check *check)
{
	return expect(check) <= SHORT_NS && check->nr_left <= FEW_TASKS;
}

/*
 * Takes the lists again and again, as long as they become shorter by that. Each time needs an
 * interrupt to every CPU; for a few tasks that is more than checking them in the stop takes.
 */
static void shorten_lists(struct lpatch_stack_check *check)
{
	unsigned int round, nr, last = UINT_MAX;

	for (round = 0; round < MOST_ROUNDS; round++) {
		if (few_are_left(check))
			break;
		nr = check_all_noted(check);
		if (nr >= last / 4 * 3 || fatal_signal_pending(current))
			break;
		last = nr;
	}
}

int lpatch_stack_before(struct lpatch_stack_check *check)
{
	int err;

	lpatch_ranges_sort(&check->ranges);
	cpumask_copy(&check->online, cpu_online_mask);
	err = lpatch_switched_begin(&check->switched);
	if (!err)
		err = check_everyone(check);
	if (err)
		return err;
	if (lpatch_fault("a stack before the stop"))
		lpatch_busy_add(&check->busy, NULL, "a fault", 0);
	return result(check);
}

int lpatch_stack_again(struct lpatch_stack_check *check)
{
	lpatch_assert_cpus_held();
	/* Tasks that switch on a CPU that comes or goes are not noted, see trace_sched_switch(). */
	if (!cpumask_equal(&check->online, cpu_online_mask))
		lpatch_busy_add(&check->busy, NULL, "a CPU that comes or goes", 0);
	lpatch_parked_check(&check->parked, &check->ranges);
	shorten_lists(check);
	if (expect(check) > check->limit_ns || lpatch_fault("the time of the stop"))
		check->late = true;
	return result(check);
}

/* While stopped ------------------------------------------------------------- */

/* What one CPU does in the stop. */
struct share {
	struct lpatch_stack_check *check;
	u64 end_ns; /* when it has to be through */
};

/* False: it is time to give up. NULL: there is none, is there time for more? */
static bool check_stopped(struct task_struct *task, void *data)
{
	struct share *share = data;

	if (ktime_get_mono_fast_ns() > share->end_ns) {
		WRITE_ONCE(share->check->late, true);
		return false;
	}
	/* The stoppers; each has checked itself. */
	if (task && !task->on_cpu)
		check_task(share->check, task);
	return true;
}

void lpatch_stack_stopped(struct lpatch_stack_check *check, u64 begin_ns)
{
	struct share share = {check, begin_ns + check->limit_ns};

	lockdep_assert_irqs_disabled();
	lpatch_unwind_self(&check->unwind);
	check_stopped(idle_task(smp_processor_id()), &share);
	lpatch_switched_visit(&check->switched, check_stopped, &share);
	lpatch_exiting_visit_queued(&check->exiting, check_stopped, &share);
}

int lpatch_stack_result(struct lpatch_stack_check *check)
{
	lockdep_assert_irqs_disabled();
	if (lpatch_exiting_is_one_unknown(&check->exiting))
		lpatch_busy_add(&check->busy, NULL, "a task that is exiting, and on no list", 0);
	if (lpatch_fault("a stack in the stop"))
		lpatch_busy_add(&check->busy, NULL, "a fault", 0);
	return result(check);
}
