// SPDX-License-Identifier: GPL-2.0
/*
 * Which tasks were switched out?
 *
 * A probe on the tracepoint sched_switch notes the task that is switched out, on
 * a list of the CPU it happens on. The tracepoint is called in __schedule()
 * (kernel/sched/core.c) with interrupts off, and they stay off until the
 * switch is complete and prev->on_cpu is 0. So an interrupt sent to every CPU
 * after the probe was registered returns when every switch that may have
 * missed the probe is over.
 *
 * The lists of a CPU are exchanged by an interrupt to that CPU, for the same reason: the tasks
 * on the list that is taken have left the CPU, and a task that is on the CPU after that goes
 * on the other list.
 */
#include <linux/cpu.h>
#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/pid_namespace.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/topology.h>
#include <linux/tracepoint.h>
#include <trace/events/sched.h>

#include "switch_probe.h"
#include "switched.h"
#include "task_set.h"
#include "unexported.h"

/*
 * A list has room for all tasks that there are, within limits: so many tasks, and so many bytes for
 * the two lists of all CPUs, with 16 bytes for a task and its place in the hash.
 */
#define LEAST_TASKS 1024
#define MOST_ROOM   16384
#define MOST_BYTES  (64u << 20)
#define TASK_BYTES  (2 * 16)

struct lpatch_switched_cpu {
	struct lpatch_task_set lists[2];
	unsigned int filled; /* which of them the probe adds to */
};

static struct lpatch_task_set *filled_list(struct lpatch_switched_cpu *cpu)
{
	return &cpu->lists[READ_ONCE(cpu->filled)];
}

static void notrace switched_out(LPATCH_SWITCH_ARGUMENTS)
{
	struct lpatch_switched *switched = data;
	struct lpatch_switched_cpu *cpu = this_cpu_ptr(switched->cpus);

	/* Only idle tasks have no number; PF_IDLE is also set for kthreads in play_idle_precise().
	 */
	if (prev->pid && !lpatch_task_set_add(filled_list(cpu), prev))
		WRITE_ONCE(switched->overflow, true);
}

static void find_switch(struct tracepoint *tracepoint, void *data)
{
	struct tracepoint **found = data;

	if (!strcmp(tracepoint->name, "sched_switch"))
		*found = tracepoint;
}

static struct tracepoint *switch_tracepoint(void)
{
	struct tracepoint *found = NULL;

	for_each_kernel_tracepoint(find_switch, &found);
	return found;
}

static int start_noting(struct lpatch_switched *switched)
{
	struct tracepoint *tracepoint = switch_tracepoint();
	int err;

	check_trace_callback_type_sched_switch(switched_out);
	if (!tracepoint)
		return -EOPNOTSUPP;
	err = tracepoint_probe_register(tracepoint, switched_out, switched);
	if (!err)
		switched->tracepoint = tracepoint;
	return err;
}

static void stop_noting(struct lpatch_switched *switched)
{
	tracepoint_probe_unregister(switched->tracepoint, switched_out, switched);
	/* Probes run with preemption off: after this none is in ours. */
	synchronize_rcu_expedited();
}

/* Of one list, in tasks; a power of two. Process groups and sessions count, too. */
static unsigned int choose_room(void)
{
	unsigned int tasks = init_pid_ns.pid_allocated & ~PIDNS_ADDING;
	unsigned int most = MOST_BYTES / TASK_BYTES / num_online_cpus();

	most = min_t(unsigned int, rounddown_pow_of_two(most), MOST_ROOM);
	return clamp_t(unsigned int, roundup_pow_of_two(tasks + tasks / 4), LEAST_TASKS,
		       max_t(unsigned int, most, LEAST_TASKS));
}

/* Of a CPU that comes online later the first task is missing from the lists. */
static int allocate(struct lpatch_switched *switched)
{
	int cpu, i, err = 0;

	switched->room = choose_room();
	switched->cpus = alloc_percpu(struct lpatch_switched_cpu);
	if (!switched->cpus)
		return -ENOMEM;
	cpus_read_lock();
	for_each_online_cpu(cpu)
		for (i = 0; i < 2 && !err; i++)
			err = lpatch_task_set_init(&per_cpu_ptr(switched->cpus, cpu)->lists[i],
						   switched->room, cpu_to_node(cpu));
	cpus_read_unlock();
	return err;
}

static void do_nothing(void *unused)
{
}

int lpatch_switched_begin(struct lpatch_switched *switched)
{
	int err = allocate(switched);

	if (!err)
		err = start_noting(switched);
	if (!err)
		on_each_cpu(do_nothing, NULL, 1);
	return err;
}

void lpatch_switched_end(struct lpatch_switched *switched)
{
	int cpu, i;

	if (switched->tracepoint)
		stop_noting(switched);
	if (switched->cpus)
		for_each_possible_cpu(cpu)
			for (i = 0; i < 2; i++)
				lpatch_task_set_free(&per_cpu_ptr(switched->cpus, cpu)->lists[i]);
	free_percpu(switched->cpus);
	*switched = (struct lpatch_switched){};
}

static void exchange(struct lpatch_switched_cpu *cpu)
{
	WRITE_ONCE(cpu->filled, !cpu->filled);
}

static void exchange_here(void *data)
{
	struct lpatch_switched *switched = data;

	exchange(this_cpu_ptr(switched->cpus));
}

/* The list of an offline CPU is not filled. */
static void exchange_all(struct lpatch_switched *switched)
{
	int cpu;

	on_each_cpu(exchange_here, switched, 1);
	for_each_possible_cpu(cpu)
		if (!cpu_online(cpu))
			exchange(per_cpu_ptr(switched->cpus, cpu));
}

unsigned int lpatch_switched_drain(struct lpatch_switched *switched,
				   void (*visit)(struct task_struct *task, void *data), void *data)
{
	unsigned int nr = 0, i;
	int cpu;

	lpatch_assert_cpus_held();
	exchange_all(switched);
	for_each_possible_cpu(cpu) {
		struct lpatch_switched_cpu *each = per_cpu_ptr(switched->cpus, cpu);
		struct lpatch_task_set *list = &each->lists[!each->filled];

		for (i = 0; i < list->nr; i++)
			visit(list->tasks[i], data);
		nr += list->nr;
		lpatch_task_set_clear(list);
	}
	return nr;
}

unsigned int lpatch_switched_longest(const struct lpatch_switched *switched)
{
	unsigned int longest = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		longest =
			max(longest, READ_ONCE(filled_list(per_cpu_ptr(switched->cpus, cpu))->nr));
	return longest;
}

bool lpatch_switched_is_filling(const struct lpatch_switched *switched)
{
	return lpatch_switched_longest(switched) > switched->room / 4;
}

void lpatch_switched_visit(const struct lpatch_switched *switched,
			   bool (*visit)(struct task_struct *task, void *data), void *data)
{
	const struct lpatch_task_set *list = filled_list(this_cpu_ptr(switched->cpus));
	unsigned int i;

	lockdep_assert_irqs_disabled();
	for (i = 0; i < list->nr; i++)
		if (!visit(list->tasks[i], data))
			break;
}
