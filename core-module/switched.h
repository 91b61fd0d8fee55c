/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which tasks were switched out? A list for each CPU, which grows while the machine runs.
 * Two lists are kept for each CPU: one is filled while the other is worked through.
 */
#ifndef LPATCH_SWITCHED_H
#define LPATCH_SWITCHED_H

#include <linux/sched.h>

struct lpatch_switched_cpu;
struct tracepoint;

struct lpatch_switched {
	struct tracepoint *tracepoint; /* that the probe is on; NULL: none */
	struct lpatch_switched_cpu __percpu *cpus;
	unsigned int room; /* of one list, in tasks */
	bool overflow;     /* a task is missing from the lists */
};

/*
 * Begins to note every task that leaves a CPU, except idle tasks. On return 0 every task
 * that is on a CPU now, or will be, is noted before it is off that CPU again. Otherwise
 * -ENOMEM, or -EOPNOTSUPP for a kernel without that tracepoint. lpatch_switched_end() either
 * way. May sleep.
 */
int lpatch_switched_begin(struct lpatch_switched *switched);

/* Stops noting and lets go of the tasks. May sleep. */
void lpatch_switched_end(struct lpatch_switched *switched);

/*
 * Takes all tasks off the lists that have been noted, and calls `visit` for each, for some
 * of them more than once. A task that is switched out from then on is noted again, and so is
 * one that is on a CPU when `visit` looks at it. Returns how many there were. Call with
 * cpus_read_lock() held. May sleep, and so may `visit`.
 */
unsigned int lpatch_switched_drain(struct lpatch_switched *switched,
				   void (*visit)(struct task_struct *task, void *data), void *data);

/* The length of the longest list now. */
unsigned int lpatch_switched_longest(const struct lpatch_switched *switched);

/* The length of the longest list is such that it should be drained soon. */
bool lpatch_switched_is_filling(const struct lpatch_switched *switched);

/*
 * Calls `visit` for every task on the list of the calling CPU, until it returns false. Only
 * while the machine is stopped.
 */
void lpatch_switched_visit(const struct lpatch_switched *switched,
			   bool (*visit)(struct task_struct *task, void *data), void *data);

#endif
