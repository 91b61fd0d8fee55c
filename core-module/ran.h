/* SPDX-License-Identifier: GPL-2.0 */
/* Who has been on a CPU since? A list of tasks that grows while the machine runs. */
#ifndef LPATCH_RAN_H
#define LPATCH_RAN_H

#include <linux/sched.h>

struct lpatch_ran_cpu;
struct tracepoint;

struct lpatch_ran {
	struct tracepoint *tracepoint; /* that the probe is on; NULL: none */
	struct lpatch_ran_cpu **cpus;  /* by number; NULL for one that was offline */
	bool overflow;                 /* somebody is missing from the list */
};

/*
 * Begins to note every task that leaves a CPU, except idle tasks. On return 0,
 * every task that is on a CPU now, or will be, is noted before it is off that
 * CPU again; and who is off the task list because it is exiting has been on a
 * CPU since. Otherwise -ENOMEM, or -EOPNOTSUPP for a kernel where that can't
 * be done. lpatch_ran_end() either way. May sleep.
 */
int lpatch_ran_begin(struct lpatch_ran *ran);

/* Stops noting and lets go of the tasks. May sleep. */
void lpatch_ran_end(struct lpatch_ran *ran);

/*
 * Calls `visit` for every task noted so far, some of them more than once. Only
 * while the machine is stopped.
 */
void lpatch_ran_visit(struct lpatch_ran *ran, void (*visit)(struct task_struct *task, void *data),
		      void *data);

#endif
