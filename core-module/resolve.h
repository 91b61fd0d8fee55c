/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where is a symbol? What the core uses of the kernel without it being
 * exported to modules, looked up by name when the core is loaded.
 */
#ifndef LPATCH_RESOLVE_H
#define LPATCH_RESOLVE_H

#include <linux/cpumask.h>
#include <linux/mutex.h>
#include <linux/sched.h>

struct dyn_ftrace;
struct ftrace_rec_iter;
struct ftrace_ret_stack;
struct kprobe;
struct kprobe_insn_cache;
struct module;
struct pt_regs;
struct srcu_struct;

/*
 * Prototypes as in Linux 6.1. A member without a remark is always set once
 * lpatch_resolve() has returned 0; one marked "or NULL" may be missing.
 */
struct lpatch_kernel {
	/* include/linux/stacktrace.h; or NULL, without CONFIG_HAVE_RELIABLE_STACKTRACE */
	int (*stack_trace_save_tsk_reliable)(struct task_struct *task, unsigned long *store,
					     unsigned int size);
	/* the same; or NULL, without CONFIG_STACKTRACE */
	unsigned int (*stack_trace_save_tsk)(struct task_struct *task, unsigned long *store,
					     unsigned int size, unsigned int skip);
	/* include/linux/stop_machine.h */
	int (*stop_machine_cpuslocked)(int (*fn)(void *), void *data, const struct cpumask *cpus);
	/* kernel/sched/sched.h */
	struct task_struct *(*idle_task)(int cpu);
	/* include/linux/wait.h: the task stays on or off its CPU while `look` runs */
	int (*task_call_func)(struct task_struct *task,
			      int (*look)(struct task_struct *task, void *data), void *data);
	/* include/linux/memory.h: whoever writes kernel text holds it */
	struct mutex *text_mutex;
	/* kernel/kprobes.c: held while a kprobe comes or goes; or NULL */
	struct mutex *kprobe_mutex;
	/* include/linux/module.h; with preemption off */
	struct module *(*find_module)(const char *name);
	/* init/main.c; or NULL */
	int (*do_one_initcall)(int (*init)(void));
	/* kernel/module/main.c, arguments in the registers of the system call; or NULL */
	long (*sys_init_module)(const struct pt_regs *regs);
	long (*sys_delete_module)(const struct pt_regs *regs);
	/* include/asm-generic/sections.h: the kernel's text that stays after boot, and constants */
	unsigned long stext, etext;
	unsigned long rodata_begin, rodata_end;
	/* Code in there that runs where nothing may be redirected; or 0 */
	unsigned long entry_begin, entry_end;
	unsigned long noinstr_begin, noinstr_end;

	/* include/linux/jump_label.h; or NULL, without CONFIG_JUMP_LABEL */
	void (*jump_label_lock)(void);
	void (*jump_label_unlock)(void);
	int (*jump_label_text_reserved)(void *start, void *end);
	unsigned long jump_table_begin, jump_table_end; /* vmlinux's struct jump_entry; or 0 */
	/* include/linux/static_call.h; or NULL, without CONFIG_HAVE_STATIC_CALL_INLINE */
	int (*static_call_text_reserved)(void *start, void *end);
	/* vmlinux's struct static_call_site; or 0 */
	unsigned long static_calls_begin, static_calls_end;
	/* arch/x86/include/asm/alternative.h; or NULL, without CONFIG_SMP */
	int (*alternatives_text_reserved)(void *start, void *end);
	/* include/linux/kprobes.h; or NULL, without CONFIG_KPROBES */
	struct kprobe *(*get_kprobe)(void *addr);
	/* kernel/kprobes.c: debugfs has switched all of them off; or NULL */
	const bool *kprobes_all_disarmed;
	/* Code that optimized kprobes run instead of an instruction; or NULL */
	bool (*is_insn_slot_addr)(struct kprobe_insn_cache *cache, unsigned long addr);
	struct kprobe_insn_cache *kprobe_optinsn_slots;
	/* include/linux/ftrace.h; or NULL, without CONFIG_DYNAMIC_FTRACE */
	unsigned long (*ftrace_location)(unsigned long ip);
	struct ftrace_rec_iter *(*ftrace_rec_iter_start)(void);
	struct ftrace_rec_iter *(*ftrace_rec_iter_next)(struct ftrace_rec_iter *iter);
	struct dyn_ftrace *(*ftrace_rec_iter_record)(struct ftrace_rec_iter *iter);
	/* kernel/trace/ftrace.c: held while the records are walked; or NULL */
	struct mutex *ftrace_lock;

	/* Places that stand on a stack instead of a true return address; or 0 */
	unsigned long rethook_trampoline;   /* arch/x86/kernel/rethook.c */
	unsigned long kretprobe_trampoline; /* arch/x86/kernel/kprobes/core.c */
	unsigned long return_to_handler;    /* arch/x86/kernel/ftrace_64.S */
	/* include/linux/ftrace.h: the Nth return address behind the last; or NULL */
	struct ftrace_ret_stack *(*ftrace_graph_get_ret_stack)(struct task_struct *task, int i);

	/* kernel/rcu/tasks.h: read-held by tasks on their way out; or NULL */
	struct srcu_struct *tasks_rcu_exit_srcu;
};

/* Written by lpatch_resolve() while the core is loaded, only read from then on. */
extern struct lpatch_kernel lpatch_kernel;

/* Fills lpatch_kernel in. Returns 0, or -ENOENT with the missing symbol named in the log. */
int lpatch_resolve(void);

#endif
