/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which return addresses are not on the stack? Kretprobes and the function-graph tracer
 * put a trampoline there and keep the true address elsewhere; the unwinder knows them, a
 * scan of the stack word by word doesn't find them.
 */
#ifndef LPATCH_RETURNS_H
#define LPATCH_RETURNS_H

#include <linux/sched.h>

/*
 * The first of the return addresses of the task that are kept elsewhere for
 * which `wanted` is true; 0: there is none. The task is the caller, or can't
 * run meanwhile.
 */
unsigned long lpatch_returns_find(struct task_struct *task,
				  bool (*wanted)(const void *data, unsigned long addr),
				  const void *data);

/* True if the word is a trampoline of which lpatch_returns_find() doesn't know the address. */
bool lpatch_returns_is_unknown(unsigned long word);

/*
 * True if the unwinder must not be asked about the task: in the middle of a
 * kretprobed function and ready to run, which Linux before 6.10 meets with a
 * warning (rethook_find_ret_addr() in kernel/trace/rethook.c). The task can't
 * run meanwhile.
 */
bool lpatch_returns_forbid_unwinding(const struct task_struct *task);

/*
 * True for an address in the code that the function-graph tracer returns through. Where it is on a
 * stack, the unwinder may not tell of the frames around it. Before Linux 6.4 it takes it for the
 * end (UNWIND_HINT_EMPTY in arch/x86/kernel/ftrace_64.S). Later it goes on, but once the tracer has
 * taken the true address off its list, it finds the trampoline itself in the place of that.
 */
bool lpatch_returns_hide_frames(unsigned long addr);

#endif
