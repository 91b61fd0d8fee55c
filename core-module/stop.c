// SPDX-License-Identifier: GPL-2.0
/*
 * What happens while the machine stands still.
 *
 * Every CPU runs stopped() in its stopper thread, with interrupts off. Each
 * looks at its own stack and waits; the first one to arrive then looks at all
 * other tasks, holds the other CPUs in an NMI, and writes text and constants. No
 * CPU leaves before that is done, and each executes sync_core() on its way out,
 * so that it fetches what was written.
 */
#include <linux/ktime.h>
#include <linux/stop_machine.h>
#include <asm/sync_core.h>

#include "fault.h"
#include "moves.h"
#include "nmi.h"
#include "resolve.h"
#include "stop.h"

static int check_and_switch(struct lpatch_stop *stop)
{
	if (!lpatch_stack_stopped(stop->check))
		return -EBUSY;
	stop->failed_constant = lpatch_data_differs(stop->data);
	if (stop->failed_constant)
		return -EAGAIN;
	if (!lpatch_moves_check(stop->moves, &stop->refusal))
		return -ECANCELED;
	if (!lpatch_nmi_hold(&stop->missing_cpu))
		return -ETIMEDOUT;
	stop->failed = lpatch_plan_switch(stop->plan);
	if (!stop->failed)
		lpatch_data_switch(stop->data);
	lpatch_nmi_release();
	if (stop->failed)
		return -EAGAIN;
	/* The author's code may take long; nobody is held for it. */
	lpatch_moves_switch(stop->moves);
	return 0;
}

static int stopped(void *data)
{
	struct lpatch_stop *stop = data;
	u64 now = ktime_get_mono_fast_ns();
	bool first;
	int ret = 0;

	lpatch_stack_self(stop->check);
	first = atomic_inc_return(&stop->arrived) == 1;
	if (first) {
		while (atomic_read(&stop->arrived) != num_online_cpus())
			cpu_relax();
		ret = check_and_switch(stop);
		stop->stopped_ns = ktime_get_mono_fast_ns() - now;
		smp_store_release(&stop->done, true);
	} else {
		while (!smp_load_acquire(&stop->done))
			cpu_relax();
	}
	sync_core();
	return ret;
}

int lpatch_stop_and_switch(struct lpatch_stop *stop)
{
	int err;

	atomic_set(&stop->arrived, 0);
	if (lpatch_fault("stop_machine"))
		return -ENOMEM;
	err = lpatch_kernel.stop_machine_cpuslocked(stopped, stop, cpu_online_mask);
	if (err == -ETIMEDOUT)
		lpatch_nmi_settle();
	return err;
}
