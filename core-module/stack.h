/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which tasks are inside a range of text? A check looks for tasks that are inside one of its
 * ranges of text: all that can be done while the machine runs is done then
 * (lpatch_stack_before, lpatch_stack_again), the rest while it is stopped
 * (lpatch_stack_stopped on each CPU, then lpatch_stack_result).
 */
#ifndef LPATCH_STACK_H
#define LPATCH_STACK_H

#include "exiting.h"
#include "parked.h"
#include "switched.h"
#include "unwind.h"

struct lpatch_stack_check {
	struct lpatch_ranges ranges;
	struct lpatch_busy busy;
	struct lpatch_unwind unwind;
	struct lpatch_frames __percpu *frames;
	struct lpatch_switched switched;
	struct lpatch_exiting exiting;
	struct lpatch_parked parked;
	struct cpumask online; /* when the check began */

	u64 limit_ns; /* of the stop, in nanoseconds */
	/* How long tasks took that were checked while the machine ran, and how many they were. */
	u64 checked_ns, nr_checked;
	/* Out, with -ETIME: the tasks that one CPU has to check, and how long that takes. */
	unsigned int nr_left;
	u64 expected_ns;
	bool late; /* a CPU in the stop has come to the limit */
};

/*
 * Room for that many ranges. The check in the stop may take `max_stop_ms` milliseconds; 0: as many
 * as the module's parameter of that name says. Returns 0 or -ENOMEM; lpatch_stack_free() either
 * way.
 */
int lpatch_stack_init(struct lpatch_stack_check *check, unsigned int nr_ranges,
		      unsigned int max_stop_ms);
void lpatch_stack_free(struct lpatch_stack_check *check);

/* Addresses that count as inside: from `first` to `last`, both included. */
void lpatch_stack_add(struct lpatch_stack_check *check, unsigned long first, unsigned long last);

/*
 * Checks all tasks while the machine runs. Returns 0; -EBUSY: a task is inside; -ETIME: so many
 * tasks run that a stop would be too long; -ENOMEM; -EOPNOTSUPP: the kernel has no tracepoint
 * sched_switch; -EINTR: the caller is being killed. After the last lpatch_stack_add(). May sleep.
 */
int lpatch_stack_before(struct lpatch_stack_check *check);

/*
 * Checks the tasks that have run since. Returns 0, -EBUSY or -ETIME, as above. With
 * cpus_read_lock() held, directly before the machine is stopped. May sleep.
 */
int lpatch_stack_again(struct lpatch_stack_check *check);

/*
 * Checks what is the calling CPU's to check: its stopper, its idle task, and the tasks that were
 * switched out on it. Only while the machine is stopped, on each CPU. `begin_ns` is when the stop
 * began (ktime_get_mono_fast_ns()).
 */
void lpatch_stack_stopped(struct lpatch_stack_check *check, u64 begin_ns);

/*
 * What all CPUs have found together: 0, -EBUSY or -ETIME as above. Only while the machine is
 * stopped, once they are through.
 */
int lpatch_stack_result(struct lpatch_stack_check *check);

#endif
