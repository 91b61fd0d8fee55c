/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Letting another task have the CPU, without a static call.
 *
 * On a kernel that chooses its preemption at boot, cond_resched() and preempt_enable() are static
 * calls. The module loader writes each place of one with three interrupts to every CPU and waits
 * for them (static_call_module_notify() in kernel/static_call_inline.c and text_poke_bp_batch() in
 * arch/x86/kernel/alternative.c, Linux 6.1): on a busy machine that is most of the time that the
 * core takes to load. So the core uses neither (tests/cli/core-code.sh).
 */
#ifndef LPATCH_GIVE_WAY_H
#define LPATCH_GIVE_WAY_H

#include <linux/kernel.h>
#include <linux/sched.h>

/*
 * As cond_resched(), in the same contexts. What is called here is what that calls on a kernel
 * booted with preempt=none or voluntary; with preempt=full there is never anything to do.
 */
static inline void lpatch_give_way(void)
{
#if defined(CONFIG_PREEMPT_DYNAMIC) && defined(CONFIG_HAVE_PREEMPT_DYNAMIC_CALL)
	__might_resched(__FILE__, __LINE__, 0);
	__cond_resched();
#else
	cond_resched();
#endif
}

#endif
