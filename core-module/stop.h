/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens while the machine stands still: check every stack, then
 * redirect and rewrite, or do nothing.
 */
#ifndef LPATCH_STOP_H
#define LPATCH_STOP_H

#include "data.h"
#include "hooks.h"
#include "redirect.h"
#include "stack.h"

struct lpatch_stop {
	const struct lpatch_transition *transition;
	struct lpatch_plan *plan;
	struct lpatch_data *data;
	struct lpatch_stack_check *check;
	const struct lpatch_change *failed;            /* out: whose text other code has written */
	const struct lpatch_constant *failed_constant; /* out: likewise */
	struct lpatch_hook_refusal refusal;            /* out: the hook that said no */
	unsigned int missing_cpu;                      /* out: that could not be held in an NMI */
	u64 stopped_ns;                                /* out: how long the machine stood still */

	/* Of the CPUs while they are stopped. */
	atomic_t arrived; /* how many there are */
	atomic_t checked; /* how many have done their share of the check */
	bool done;
};

/*
 * Stops the machine, switches the plan and writes the constants if nobody is
 * inside and no hook refuses. Returns 0; -EBUSY or -ETIME by lpatch_stack_result();
 * -EAGAIN with `failed` or `failed_constant` set; -ECANCELED with `refusal` set;
 * -ETIMEDOUT with `missing_cpu` set.
 * Call with cpus_read_lock() and text_mutex held.
 */
int lpatch_stop_and_switch(struct lpatch_stop *stop);

#endif
