// SPDX-License-Identifier: GPL-2.0
/*
 * What happens while the machine stands still.
 *
 * Every CPU runs stopped() in its stopper thread, with interrupts off. Each
 * checks its share of the stacks, all side by side, and waits. Once they are through, the
 * first one that arrived holds the other CPUs in an NMI, and writes text and constants. No
 * CPU leaves before that is done, and each executes sync_core() on its way out,
 * so that it fetches what was written.
 */
#include <linux/ktime.h>
#include <linux/nmi.h>
#include <linux/stop_machine.h>
#include <asm/sync_core.h>

#include "fault.h"
#include "transition.h"
#include "nmi.h"
#include "unexported.h"
#include "stop.h"

/* Nothing else tells the watchdogs that this is no lockup. */
static void wait_a_moment(void)
{
	touch_nmi_watchdog();
	cpu_relax();
}

static int check_and_switch(struct lpatch_stop *stop)
{
	int err = lpatch_stack_result(stop->check);

	if (err)
		return err;
	stop->failed_constant = lpatch_data_differs(stop->data);
	if (stop->failed_constant)
		return -EAGAIN;
	if (!lpatch_transition_check(stop->transition, &stop->refusal))
		return -ECANCELED;
	if (!lpatch_nmi_hold(&stop->missing_cpu))
		return -ETIMEDOUT;
	stop->failed = lpatch_plan_switch(stop->plan);
	if (!stop->failed)
		lpatch_data_switch(stop->data);
	lpatch_nmi_release();
	if (stop->failed)
		return -EAGAIN;
	/* The author's code may take long; no CPU is held for it. */
	lpatch_transition_switch(stop->transition);
	return 0;
}

static int stopped(void *data)
{
	struct lpatch_stop *stop = data;
	u64 begin = ktime_get_mono_fast_ns();
	bool first = atomic_inc_return(&stop->arrived) == 1;
	int ret = 0;

	lpatch_stack_stopped(stop->check, begin);
	atomic_inc_return(&stop->checked); /* a full barrier: what was found is seen by the first */
	if (first) {
		while (atomic_read_acquire(&stop->checked) != num_online_cpus())
			wait_a_moment();
		ret = check_and_switch(stop);
		stop->stopped_ns = ktime_get_mono_fast_ns() - begin;
		smp_store_release(&stop->done, true);
	} else {
		while (!smp_load_acquire(&stop->done))
			wait_a_moment();
	}
	sync_core();
	return ret;
}

int lpatch_stop_and_switch(struct lpatch_stop *stop)
{
	lpatch_assert_cpus_held();
	lockdep_assert_held(&text_mutex);
	atomic_set(&stop->arrived, 0);
	atomic_set(&stop->checked, 0);
	if (lpatch_fault("stop_machine"))
		return -ENOMEM;
	return stop_machine_cpuslocked(stopped, stop, cpu_online_mask);
}
