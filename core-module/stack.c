// SPDX-License-Identifier: GPL-2.0
/*
 * Who is on a stack?
 *
 * The kernel's reliable unwinder answers for nearly all tasks: those that
 * sleep, wait for a CPU, have never run, or have left their stack. It sees
 * through kretprobes and the function-graph tracer. A task that it can't vouch
 * for is scanned word by word: anything that could be an address inside a
 * range counts. Return addresses that tracers have taken off the stack are
 * looked up (returns.h), and a trampoline of which that can't be told counts, too.
 *
 * The stop is kept short by checking stacks before it. From before the early
 * check on, every task that is switched out is noted (ran.h); in the stop only
 * those are checked again. Why that is sound:
 *
 *   While the machine is stopped, only stoppers are on a CPU. Take any other
 *   task.
 *   - It has been on a CPU at some moment since the noting began. Then it has
 *     been switched out since, is noted, and its stack is checked in the stop.
 *   - It has not, and was on the list when the early check came along. Its
 *     last switch had ended by then (->on_cpu is cleared with release
 *     semantics as the last act of a switch, and read with acquire semantics
 *     here), so what was unwound is its stack, and is its stack still. If it
 *     couldn't be unwound reliably, it is checked again in the stop.
 *   - It has not, and was not on the list. Then it is new and has yet to run
 *     its first instruction, or it has died; a task that is exiting is off the
 *     list while it still runs, but such a one has been on a CPU (ran.h).
 *   Idle tasks are not noted; those of all online CPUs are checked in the stop.
 *   An idle task of an offline CPU will start over when it comes online, which
 *   it can't while the attempt holds cpus_read_lock().
 *
 *   No stack changes under the unwinder: in the early check it runs under the
 *   locks that a task needs to come to a CPU (task_call_func() in
 *   kernel/sched/core.c).
 *
 * Where the noting is impossible, too many tasks have run, or the kernel has
 * no reliable unwinder (frame pointers without CONFIG_STACK_VALIDATION), all
 * stacks are checked in the stop. Exiting tasks that are off the list can't be
 * found then, but the counters of tasks_rcu_exit_srcu say whether there are
 * any; that counts as busy.
 *
 * A kernel that is not preemptible may lack tasks_rcu_exit_srcu. An exiting
 * task that is off the list leaves the CPU there only by cond_resched() and
 * the like, and waits in a run queue to go on; so a task in the run queues
 * that is not on the list counts as busy.
 */
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/srcu.h>
#include <linux/string.h>
#include <linux/version.h>
#include <asm/processor.h>

#include "fault.h"
#include "resolve.h"
#include "returns.h"
#include "stack.h"

/*
 * For measuring what the early check is worth, and for taking it out of the
 * picture when something is wrong: without it all stacks are checked in the
 * stop.
 */
static bool early_check = true;
module_param(early_check, bool, 0600);
MODULE_PARM_DESC(early_check, "check stacks before the machine is stopped");

#define TASK_ON_RQ_QUEUED 1 /* of task_struct.on_rq; kernel/sched/sched.h, Linux 6.1 */

#define TASKS_AT_ONCE 32 /* checked before somebody else may have the CPU */

int lpatch_stack_init(struct lpatch_stack_check *check, unsigned int nr_ranges)
{
	memset(check, 0, sizeof(*check));
	check->ranges = kvcalloc(nr_ranges, sizeof(*check->ranges), GFP_KERNEL);
	check->busy = kvcalloc(LPATCH_BUSY_TASKS, sizeof(*check->busy), GFP_KERNEL);
	check->room_ranges = nr_ranges;
	return check->ranges && check->busy ? 0 : -ENOMEM;
}

void lpatch_stack_free(struct lpatch_stack_check *check)
{
	kvfree(check->ranges);
	kvfree(check->busy);
	lpatch_ran_end(&check->ran);
	while (check->nr_again)
		put_task_struct(check->again[--check->nr_again]);
}

/* Ranges ----------------------------------------------------------------- */

void lpatch_stack_add(struct lpatch_stack_check *check, unsigned long first, unsigned long last)
{
	if (WARN_ON_ONCE(check->nr_ranges == check->room_ranges))
		return;
	check->ranges[check->nr_ranges++] = (struct lpatch_range){first, last};
}

static int compare_ranges(const void *left, const void *right)
{
	const struct lpatch_range *a = left, *b = right;

	return a->first < b->first ? -1 : a->first > b->first;
}

void lpatch_stack_sort(struct lpatch_stack_check *check)
{
	struct lpatch_range *ranges = check->ranges;
	unsigned int i, kept = 0;

	sort(ranges, check->nr_ranges, sizeof(*ranges), compare_ranges, NULL);
	for (i = 1; i < check->nr_ranges; i++) {
		if (ranges[i].first <= ranges[kept].last)
			ranges[kept].last = max(ranges[kept].last, ranges[i].last);
		else
			ranges[++kept] = ranges[i];
	}
	check->nr_ranges = min(check->nr_ranges, kept + 1);
}

static bool inside(const void *data, unsigned long addr)
{
	const struct lpatch_stack_check *check = data;
	unsigned int low = 0, high = check->nr_ranges;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (addr > check->ranges[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < check->nr_ranges && addr >= check->ranges[low].first;
}

/* One task ---------------------------------------------------------------- */

/* A place to describe a busy task; NULL when all are taken. */
static struct lpatch_busy *note_busy(struct lpatch_stack_check *check, struct task_struct *task,
				     const char *why, unsigned long hit)
{
	int slot = atomic_inc_return(&check->nr_busy) - 1;
	struct lpatch_busy *busy;

	if (slot >= LPATCH_BUSY_TASKS)
		return NULL;
	busy = &check->busy[slot];
	if (task) {
		strscpy(busy->comm, task->comm, sizeof(busy->comm));
		busy->pid = task_pid_nr(task);
	}
	busy->why = why;
	busy->hit = hit;
	return busy;
}

static void note_frames(struct lpatch_busy *busy, const unsigned long *frames, unsigned int depth)
{
	if (!busy)
		return;
	busy->depth = min_t(unsigned int, depth, LPATCH_STACK_DEPTH);
	memcpy(busy->frames, frames, busy->depth * sizeof(*frames));
}

/*
 * A task interrupted in the code of an optimized kprobe goes on into the
 * function it belongs to; there is no other trace of that.
 */
static bool is_kprobe_code(unsigned long word)
{
	return word > lpatch_kernel.etext && lpatch_kernel.is_insn_slot_addr &&
	       lpatch_kernel.kprobe_optinsn_slots &&
	       lpatch_kernel.is_insn_slot_addr(lpatch_kernel.kprobe_optinsn_slots, word);
}

/* Why a task with that word on its stack may be inside a range; NULL: it isn't. */
static const char *why_busy(const struct lpatch_stack_check *check, unsigned long word)
{
	if (inside(check, word))
		return "";
	if (lpatch_returns_is_unknown(word))
		return "a traced function";
	return is_kprobe_code(word) ? "the code of a kprobe" : NULL;
}

/* Names a task whose stack was scanned, with what an ordinary stack trace makes of it. */
static void note_scanned(struct lpatch_stack_check *check, struct task_struct *task,
			 unsigned long hit, const char *why)
{
	struct lpatch_busy *busy = note_busy(check, task, why, hit);

	if (!busy || task == current || !lpatch_kernel.stack_trace_save_tsk ||
	    lpatch_returns_forbid_unwinding(task))
		return;
	busy->depth = lpatch_kernel.stack_trace_save_tsk(task, busy->frames, LPATCH_STACK_DEPTH, 0);
}

/*
 * Looks at every word of a stack from `from` on, and at the return addresses
 * that are kept elsewhere. The task can't run meanwhile, or is the caller.
 * False: there may be an address inside a range.
 */
static bool scan(struct lpatch_stack_check *check, struct task_struct *task, unsigned long *from)
{
	unsigned long *begin = task->stack;
	unsigned long *end = begin + THREAD_SIZE / sizeof(*end);
	unsigned long *word, hidden;

	/* A task that has left its stack for good has none. */
	if (!begin || from < begin || from >= end)
		return true;

	hidden = lpatch_returns_find(task, inside, check);
	if (hidden) {
		note_scanned(check, task, hidden, "");
		return false;
	}
	for (word = from; word < end; word++) {
		unsigned long value = READ_ONCE_NOCHECK(*word);
		const char *why = why_busy(check, value);

		if (why) {
			note_scanned(check, task, value, why);
			return false;
		}
	}
	return true;
}

enum verdict { OUTSIDE, INSIDE, UNKNOWN };

/* What the reliable unwinder says about a task that is on no CPU, and can't come to one. */
static enum verdict unwind(struct lpatch_stack_check *check, struct task_struct *task)
{
	int i, depth;

	check->depth = 0;
	if (!lpatch_kernel.stack_trace_save_tsk_reliable || lpatch_returns_forbid_unwinding(task))
		return UNKNOWN;
	depth = lpatch_kernel.stack_trace_save_tsk_reliable(task, check->frames,
							    LPATCH_STACK_DEPTH);
	if (depth < 0)
		return UNKNOWN;
	check->depth = depth;
	for (i = 0; i < depth; i++)
		if (inside(check, check->frames[i]))
			return INSIDE;
	return depth && lpatch_returns_cut_short(check->frames[depth - 1]) ? UNKNOWN : OUTSIDE;
}

/* Names the task whose stack was unwound last. */
static void note_inside(struct lpatch_stack_check *check, struct task_struct *task)
{
	unsigned int i = 0;

	while (i + 1 < check->depth && !inside(check, check->frames[i]))
		i++;
	note_frames(note_busy(check, task, "", check->frames[i]), check->frames, check->depth);
}

/* Before the stop ---------------------------------------------------------- */

/* Notes a task for another look in the stop; if there is no room, all get one. */
static void check_again(struct lpatch_stack_check *check, struct task_struct *task)
{
	if (check->nr_again < LPATCH_AGAIN)
		check->again[check->nr_again++] = get_task_struct(task);
	else
		check->checked_early = false;
}

/* Names the task if it sleeps inside a range. Who runs is left for the stop. */
static int check_early(struct task_struct *task, void *data)
{
	struct lpatch_stack_check *check = data;

	if (smp_load_acquire(&task->on_cpu))
		return 0;

	switch (unwind(check, task)) {
	case OUTSIDE:
		if (check->scan_ready && task->on_rq)
			check_again(check, task);
		break;
	case UNKNOWN:
		check_again(check, task);
		break;
	case INSIDE:
		note_inside(check, task);
		break;
	}
	return 0;
}

bool lpatch_stack_before(struct lpatch_stack_check *check)
{
	unsigned int nr = 0;
	struct pid *pid;
	int next = 1;

	/* A stack that can only be scanned is scanned in the stop. */
	if (!READ_ONCE(early_check) || !lpatch_kernel.stack_trace_save_tsk_reliable ||
	    !lpatch_kernel.task_call_func || lpatch_ran_begin(&check->ran))
		return true;
	check->checked_early = true;

	rcu_read_lock();
	while ((pid = find_ge_pid(next, &init_pid_ns))) {
		struct task_struct *task = pid_task(pid, PIDTYPE_PID);

		next = pid_nr(pid) + 1;
		if (task)
			lpatch_kernel.task_call_func(task, check_early, check);
		if (++nr % TASKS_AT_ONCE == 0) {
			rcu_read_unlock();
			cond_resched();
			rcu_read_lock();
		}
	}
	rcu_read_unlock();
	if (lpatch_fault("a stack before the stop"))
		note_busy(check, NULL, "a fault", 0);
	return !atomic_read(&check->nr_busy);
}

/* While stopped ------------------------------------------------------------ */

static void check_stopped(struct task_struct *task, void *data)
{
	struct lpatch_stack_check *check = data;
	enum verdict verdict;

	/* The stoppers; each has checked itself. */
	if (task->on_cpu)
		return;

	check->nr_checked++;
	verdict = unwind(check, task);
	if (verdict == INSIDE)
		note_inside(check, task);
	else if (verdict == UNKNOWN || (check->scan_ready && task->on_rq))
		scan(check, task, (unsigned long *)task->thread.sp);
}

/*
 * How many tasks are in the last stretch of do_exit(); kernel/rcu/tasks.h,
 * Linux 5.x to 6.8. Exact, since nobody runs.
 */
static unsigned long nr_leaving(void)
{
	unsigned long nr = 0;

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
	int cpu;

	if (!lpatch_kernel.tasks_rcu_exit_srcu)
		return 0;
	for_each_possible_cpu(cpu) {
		const struct srcu_data *data;

		data = per_cpu_ptr(lpatch_kernel.tasks_rcu_exit_srcu->sda, cpu);
		nr += data->srcu_lock_count[0] - data->srcu_unlock_count[0];
		nr += data->srcu_lock_count[1] - data->srcu_unlock_count[1];
	}
#endif
	return nr;
}

/* Has passed exit_notify() and not yet left the CPU for good. */
static bool is_leaving(const struct task_struct *task)
{
	return task->exit_state && READ_ONCE(task->__state) != TASK_DEAD;
}

/* True if the run queues hold a task that is not on the task list. */
static bool is_unlisted_ready(void)
{
	struct task_struct *process, *task;
	unsigned int listed = 0;

	if (lpatch_kernel.tasks_rcu_exit_srcu || !lpatch_kernel.nr_running)
		return false;
	rcu_read_lock();
	for_each_process_thread(process, task)
		listed += READ_ONCE(task->on_rq) == TASK_ON_RQ_QUEUED;
	rcu_read_unlock();
	return lpatch_kernel.nr_running() > listed;
}

static void check_all(struct lpatch_stack_check *check)
{
	unsigned long leaving = nr_leaving(), listed = 0;
	struct task_struct *process, *task;

	rcu_read_lock();
	for_each_process_thread(process, task) {
		check_stopped(task, check);
		listed += is_leaving(task);
	}
	rcu_read_unlock();
	if (leaving > listed)
		note_busy(check, NULL, "a task that is exiting", 0);
}

static void check_again_and_ran(struct lpatch_stack_check *check)
{
	unsigned int i;

	for (i = 0; i < check->nr_again; i++)
		check_stopped(check->again[i], check);
	lpatch_ran_visit(&check->ran, check_stopped, check);
}

bool lpatch_stack_stopped(struct lpatch_stack_check *check)
{
	int cpu;

	if (check->checked_early && !READ_ONCE(check->ran.overflow))
		check_again_and_ran(check);
	else
		check_all(check);
	if (is_unlisted_ready())
		note_busy(check, NULL, "a task that is exiting", 0);
	if (lpatch_fault("a stack in the stop"))
		note_busy(check, NULL, "a fault", 0);
	for_each_online_cpu(cpu)
		check_stopped(lpatch_kernel.idle_task(cpu), check);
	return !atomic_read(&check->nr_busy);
}

bool lpatch_stack_self(struct lpatch_stack_check *check)
{
	return scan(check, current, __builtin_frame_address(0));
}

/* Telling it ---------------------------------------------------------------- */

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

static void report_one(const struct lpatch_busy *busy, struct lpatch_entry *entry)
{
	struct lpatch_report *report = &entry->report;
	const char *function = function_in(entry, busy->hit);
	unsigned int i;

	if (!busy->pid && !busy->hit) {
		lpatch_report_add(report, "%s\n", busy->why);
		return;
	}
	if (*busy->why)
		lpatch_report_add(report, "task %s pid %d function (%s)\n", busy->comm, busy->pid,
				  busy->why);
	else if (function)
		lpatch_report_add(report, "task %s pid %d function %s\n", busy->comm, busy->pid,
				  function);
	else
		lpatch_report_add(report, "task %s pid %d function %ps\n", busy->comm, busy->pid,
				  (void *)busy->hit);
	for (i = 0; i < busy->depth; i++)
		lpatch_report_add(report, "    %pS\n", (void *)busy->frames[i]);
}

/* A task that ran on two CPUs was checked twice; idle tasks have one number and two names. */
static bool is_named(const struct lpatch_stack_check *check, int slot)
{
	const struct lpatch_busy *busy = check->busy;
	int i;

	for (i = 0; i < slot; i++)
		if (busy[i].pid == busy[slot].pid && !strcmp(busy[i].comm, busy[slot].comm))
			return true;
	return false;
}

void lpatch_stack_report(const struct lpatch_stack_check *check, struct lpatch_entry *entry)
{
	int i, nr = atomic_read(&check->nr_busy);

	for (i = 0; i < min(nr, LPATCH_BUSY_TASKS); i++)
		if (!is_named(check, i))
			report_one(&check->busy[i], entry);
	if (nr > LPATCH_BUSY_TASKS)
		lpatch_report_add(&entry->report, "(%d more tasks)\n", nr - LPATCH_BUSY_TASKS);
}
