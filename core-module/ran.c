// SPDX-License-Identifier: GPL-2.0
/*
 * Who has been on a CPU since?
 *
 * A probe on the tracepoint sched_switch notes the task that is switched out,
 * in a table of the CPU it happens on. The tracepoint is called in __schedule()
 * (kernel/sched/core.c) with interrupts off, and they stay off until the
 * switch is complete and prev->on_cpu is 0. So an interrupt sent to every CPU
 * after the probe was registered returns when every switch that may have
 * missed the probe is over.
 *
 * A task that exits takes itself, or is taken by its parent, off the task list
 * while it still runs: somewhere between exit_notify() and the end of
 * do_exit() (kernel/exit.c). That stretch is a read side of
 * tasks_rcu_exit_srcu (kernel/rcu/tasks.h, Linux 5.x to 6.8). Waiting for its
 * readers once the probe is there leaves only those who began later, and so
 * have been on a CPU since.
 */
#include <linux/cpu.h>
#include <linux/hash.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/srcu.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "ran.h"
#include "resolve.h"

#define RAN_TASKS 1536 /* of one CPU */
#define RAN_SLOTS 2048

struct lpatch_ran_cpu {
	unsigned int nr;
	struct task_struct *tasks[RAN_TASKS];
	u16 slots[RAN_SLOTS]; /* place in tasks[] + 1; hashed, open addressing */
};

#ifdef CONFIG_TRACEPOINTS

static void note(struct lpatch_ran_cpu *ran, struct task_struct *task)
{
	unsigned int slot = hash_ptr(task, ilog2(RAN_SLOTS));

	while (ran->slots[slot]) {
		if (ran->tasks[ran->slots[slot] - 1] == task)
			return;
		slot = (slot + 1) % RAN_SLOTS;
	}
	ran->tasks[ran->nr] = get_task_struct(task);
	ran->slots[slot] = ++ran->nr;
}

/* The further arguments of the tracepoint differ between kernels and don't matter. */
static void notrace switched_out(void *data, bool preempt, struct task_struct *task)
{
	struct lpatch_ran *ran = data;
	struct lpatch_ran_cpu *cpu = ran->cpus[raw_smp_processor_id()];

	if (is_idle_task(task))
		return;
	if (cpu && cpu->nr < RAN_TASKS)
		note(cpu, task);
	else
		WRITE_ONCE(ran->overflow, true);
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

static int start_noting(struct lpatch_ran *ran)
{
	struct tracepoint *tracepoint = switch_tracepoint();
	int err;

	if (!tracepoint)
		return -EOPNOTSUPP;
	err = tracepoint_probe_register(tracepoint, switched_out, ran);
	if (!err)
		ran->tracepoint = tracepoint;
	return err;
}

static void stop_noting(struct lpatch_ran *ran)
{
	tracepoint_probe_unregister(ran->tracepoint, switched_out, ran);
	/* Probes run with preemption off: after this none is in ours. */
	synchronize_rcu_expedited();
}

#else

static int start_noting(struct lpatch_ran *ran)
{
	return -EOPNOTSUPP;
}

static void stop_noting(struct lpatch_ran *ran)
{
}

#endif

static void do_nothing(void *unused)
{
}

static int allocate(struct lpatch_ran *ran)
{
	int cpu, err = 0;

	ran->cpus = kvcalloc(nr_cpu_ids, sizeof(*ran->cpus), GFP_KERNEL);
	if (!ran->cpus)
		return -ENOMEM;
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		ran->cpus[cpu] = kvzalloc(sizeof(*ran->cpus[cpu]), GFP_KERNEL);
		if (!ran->cpus[cpu])
			err = -ENOMEM;
	}
	cpus_read_unlock();
	return err;
}

int lpatch_ran_begin(struct lpatch_ran *ran)
{
	int err = allocate(ran);

	if (!err)
		err = start_noting(ran);
	if (err)
		return err;

	on_each_cpu(do_nothing, NULL, 1);
	if (lpatch_kernel.tasks_rcu_exit_srcu)
		synchronize_srcu(lpatch_kernel.tasks_rcu_exit_srcu);
	return 0;
}

static void let_go(struct lpatch_ran_cpu *cpu)
{
	unsigned int i;

	for (i = 0; cpu && i < cpu->nr; i++)
		put_task_struct(cpu->tasks[i]);
	kvfree(cpu);
}

void lpatch_ran_end(struct lpatch_ran *ran)
{
	unsigned int cpu;

	if (ran->tracepoint)
		stop_noting(ran);
	for (cpu = 0; ran->cpus && cpu < nr_cpu_ids; cpu++)
		let_go(ran->cpus[cpu]);
	kvfree(ran->cpus);
	*ran = (struct lpatch_ran){};
}

void lpatch_ran_visit(struct lpatch_ran *ran, void (*visit)(struct task_struct *task, void *data),
		      void *data)
{
	unsigned int cpu, i;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		for (i = 0; ran->cpus[cpu] && i < ran->cpus[cpu]->nr; i++)
			visit(ran->cpus[cpu]->tasks[i], data);
}
