/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arguments of a probe on the tracepoint sched_switch, by version of the
 * kernel (TRACE_EVENT(sched_switch) in include/trace/events/sched.h). The
 * kernel calls the probe by pointer, and with kCFI only one of exactly this
 * type.
 */
#ifndef LPATCH_SWITCH_PROBE_H
#define LPATCH_SWITCH_PROBE_H

#include <linux/sched.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
#define LPATCH_SWITCH_ARGUMENTS                                                       \
	void *data, bool preempt, struct task_struct *prev, struct task_struct *next, \
		unsigned int prev_state
#else
#define LPATCH_SWITCH_ARGUMENTS \
	void *data, bool preempt, struct task_struct *prev, struct task_struct *next
#endif

#endif
