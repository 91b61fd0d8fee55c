/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the core uses of the kernel without it being exported to modules, under
 * the kernel's own names. lpatch-create builds the core for one kernel and
 * writes the distance from an exported symbol into every reference to one of
 * these (create/core/direct.h), so calls are direct: a function that only direct
 * calls reach may have lost its endbr64. None of the functions may be called
 * through a pointer, nor its address be stored or handed out.
 */
#ifndef LPATCH_UNEXPORTED_H
#define LPATCH_UNEXPORTED_H

#include <linux/cpu.h>
#include <linux/ftrace.h>
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/kprobes.h>
#include <linux/memory.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/stat.h>
#include <linux/srcu.h>
#include <linux/stacktrace.h>
#include <linux/static_call.h>
#include <linux/stop_machine.h>
#include <linux/wait.h>
#include <asm/alternative.h>

#include "kernel_symbols.h"

/*
 * Written by lpatch-create: LPATCH_HAVE_NAME is 1 if the target has the
 * symbol, else 0, for every name in kernel_symbols.h; and what that says of members. What is behind
 * a condition that is 0 leaves nothing in the object.
 */
#include "lpatch_target.h"

/* The address of an ADDRESS of the table, 0 if the target has none. */
#define LPATCH_ADDRESS(name) (LPATCH_HAVE_##name ? (unsigned long)lpatch_at_##name : 0ul)

#define LPATCH_NOTHING(name, needed)
#define LPATCH_DECLARE(name, needed) extern const char lpatch_at_##name[] __asm__(#name);
LPATCH_KERNEL_SYMBOLS(LPATCH_NOTHING, LPATCH_NOTHING, LPATCH_DECLARE)
#undef LPATCH_DECLARE

/* Where that member is, of the struct at `base`: a pointer to a `type`. */
#define LPATCH_MEMBER(base, name, type) ((type *)((void *)(base) + LPATCH_OFFSET_##name))

/* What no header declares, or none under this config or in this version. As in Linux 6.1. */
#ifndef CONFIG_STACKTRACE
unsigned int stack_trace_save_tsk(struct task_struct *task, unsigned long *store, unsigned int size,
				  unsigned int skip);
#endif
int task_call_func(struct task_struct *task, int (*look)(struct task_struct *task, void *data),
		   void *data);
long __x64_sys_init_module(const struct pt_regs *regs);
long __x64_sys_delete_module(const struct pt_regs *regs);
struct kprobe_insn_cache;
bool __is_insn_slot_addr(struct kprobe_insn_cache *cache, unsigned long addr);
struct ftrace_rec_iter *ftrace_rec_iter_start(void);
struct ftrace_rec_iter *ftrace_rec_iter_next(struct ftrace_rec_iter *iter);
struct dyn_ftrace *ftrace_rec_iter_record(struct ftrace_rec_iter *iter);
struct ftrace_ret_stack *ftrace_graph_get_ret_stack(struct task_struct *task, int i);
extern struct mutex kprobe_mutex;
extern bool kprobes_all_disarmed;
#ifndef CONFIG_OPTPROBES
/* What LPATCH_HAVE_kprobe_optinsn_slots excludes still has to compile. */
extern struct kprobe_insn_cache kprobe_optinsn_slots;
#endif
extern struct mutex ftrace_lock;
extern struct srcu_struct tasks_rcu_exit_srcu;
extern struct rcu_tasks rcu_tasks;

/* Asserts that cpus_read_lock() is held. Does nothing on a kernel without lockdep. */
static inline void lpatch_assert_cpus_held(void)
{
	if (IS_ENABLED(CONFIG_LOCKDEP) && LPATCH_HAVE_lockdep_assert_cpus_held)
		lockdep_assert_cpus_held();
}

/*
 * The first thing that the core does: 0 if the running kernel is the one that
 * the core was built for, by its build id; else -ENOEXEC, said in the log. Before that nothing of
 * the above may be touched.
 */
int lpatch_check_kernel(void);

#endif
