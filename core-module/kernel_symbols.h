/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the core uses of the kernel without it being exported to modules. The
 * one table of these names: a name that another kernel version uses instead
 * gets a line of its own here, and the core asks for LPATCH_HAVE_NAME.
 * lpatch-create reads the table, too (create/core/core_symbols.h), so this header includes
 * nothing.
 *
 * FUNCTION(name, needed)  is called; its prototype is compared with the target's BTF
 * DATA(name, needed)      is a variable
 * ADDRESS(name, needed)   only its address is compared with others, see LPATCH_ADDRESS()
 *
 * `needed` says when a target without the symbol is refused: "" always, NULL
 * never, else if all of the options in the text, one blank between two, are y. Where no version
 * is named, the symbol is in Linux 5.10 to 6.12.
 */
#ifndef LPATCH_KERNEL_SYMBOLS_H
#define LPATCH_KERNEL_SYMBOLS_H

#define LPATCH_KERNEL_SYMBOLS(FUNCTION, DATA, ADDRESS)                                           \
	/* include/linux/stacktrace.h, Linux 5.2 */                                              \
	FUNCTION(stack_trace_save_tsk_reliable,                                                  \
		 "CONFIG_STACKTRACE CONFIG_HAVE_RELIABLE_STACKTRACE")                            \
	FUNCTION(stack_trace_save_tsk, "CONFIG_STACKTRACE")                                      \
	/* include/linux/stop_machine.h */                                                       \
	FUNCTION(stop_machine_cpuslocked, "")                                                    \
	/* include/linux/sched.h */                                                              \
	FUNCTION(idle_task, "")                                                                  \
	/* include/linux/wait.h, Linux 5.17: the task stays on or off its CPU meanwhile */       \
	FUNCTION(task_call_func, "")                                                             \
	/* include/linux/memory.h: held while kernel text is written */                          \
	DATA(text_mutex, "")                                                                     \
	/* kernel/kprobes.c: held while a kprobe comes or goes */                                \
	DATA(kprobe_mutex, NULL)                                                                 \
	/* include/linux/module.h; with preemption off */                                        \
	FUNCTION(find_module, "")                                                                \
	/* include/linux/init.h */                                                               \
	FUNCTION(do_one_initcall, NULL)                                                          \
	/* kernel/module/main.c, arguments in the registers of the system call */                \
	FUNCTION(__x64_sys_init_module, NULL)                                                    \
	FUNCTION(__x64_sys_delete_module, NULL)                                                  \
	/* include/asm-generic/sections.h: the text that stays after boot, and constants */      \
	ADDRESS(_stext, "")                                                                      \
	ADDRESS(_etext, "")                                                                      \
	ADDRESS(__start_rodata, "")                                                              \
	ADDRESS(__end_rodata, "")                                                                \
	/* the same: code in there that runs where nothing may be redirected */                  \
	ADDRESS(__entry_text_start, NULL)                                                        \
	ADDRESS(__entry_text_end, NULL)                                                          \
	ADDRESS(__noinstr_text_start, NULL)                                                      \
	ADDRESS(__noinstr_text_end, NULL)                                                        \
	/* kernel/jump_label.c and static_call_inline.c: the tables of vmlinux */                \
	ADDRESS(__start___jump_table, NULL)                                                      \
	ADDRESS(__stop___jump_table, NULL)                                                       \
	ADDRESS(__start_static_call_sites, NULL)                                                 \
	ADDRESS(__stop_static_call_sites, NULL)                                                  \
	/* include/linux/jump_label.h */                                                         \
	FUNCTION(jump_label_lock, "CONFIG_JUMP_LABEL")                                           \
	FUNCTION(jump_label_unlock, "CONFIG_JUMP_LABEL")                                         \
	FUNCTION(jump_label_text_reserved, "CONFIG_JUMP_LABEL")                                  \
	/* include/linux/static_call.h */                                                        \
	FUNCTION(static_call_text_reserved, "CONFIG_HAVE_STATIC_CALL_INLINE")                    \
	/* arch/x86/include/asm/alternative.h */                                                 \
	FUNCTION(alternatives_text_reserved, "CONFIG_SMP")                                       \
	/* include/linux/kprobes.h */                                                            \
	FUNCTION(get_kprobe, "CONFIG_KPROBES")                                                   \
	/* kernel/kprobes.c: debugfs has switched all of them off */                             \
	DATA(kprobes_all_disarmed, NULL)                                                         \
	/* include/linux/kprobes.h: code that optimized kprobes run instead of an instruction */ \
	FUNCTION(__is_insn_slot_addr, NULL)                                                      \
	DATA(kprobe_optinsn_slots, NULL)                                                         \
	/* include/linux/ftrace.h */                                                             \
	FUNCTION(ftrace_location, "CONFIG_DYNAMIC_FTRACE")                                       \
	FUNCTION(ftrace_rec_iter_start, NULL)                                                    \
	FUNCTION(ftrace_rec_iter_next, NULL)                                                     \
	FUNCTION(ftrace_rec_iter_record, NULL)                                                   \
	/* kernel/trace/ftrace.c: held while the records are walked */                           \
	DATA(ftrace_lock, NULL)                                                                  \
	/* What stands on a stack instead of a true return address: arch/x86/kernel/rethook.c    \
	 * (Linux 5.18), kprobes/core.c and ftrace_64.S in the same folder */                    \
	ADDRESS(arch_rethook_trampoline, "CONFIG_RETHOOK")                                       \
	ADDRESS(__kretprobe_trampoline, NULL)                                                    \
	ADDRESS(return_to_handler, "CONFIG_FUNCTION_GRAPH_TRACER")                               \
	/* include/linux/ftrace.h: the Nth return address behind the last */                     \
	FUNCTION(ftrace_graph_get_ret_stack, NULL)                                               \
	/* include/linux/cpu.h, with CONFIG_HOTPLUG_CPU; for kernels that check locks */         \
	FUNCTION(lockdep_assert_cpus_held, NULL)                                                 \
	/* kernel/rcu/tasks.h, until Linux 6.8: read-held by tasks on their way out */           \
	DATA(tasks_rcu_exit_srcu, NULL)                                                          \
	/* the same file: since Linux 6.9 it leads to lists of them, see below */                \
	DATA(rcu_tasks, NULL)

/*
 * Members of structs that no header declares. MEMBER(struct, member, type): with the type in the
 * form of create/core/type_text.h. lpatch-create looks them up in the target's BTF; there is
 * LPATCH_HAVE_STRUCT__MEMBER, 0 or 1, and in the second case LPATCH_OFFSET_STRUCT__MEMBER in bytes.
 */
#define LPATCH_KERNEL_MEMBERS(MEMBER)                                                     \
	/* kernel/rcu/tasks.h, Linux 5.16; per-cpu memory */                              \
	MEMBER(rcu_tasks, rtpcpu, "struct rcu_tasks_percpu *")                            \
	MEMBER(rcu_tasks, kthread_ptr, "struct task_struct *")                            \
	MEMBER(rcu_tasks_percpu, lock, "struct raw_spinlock")                             \
	/* Linux 6.9: the tasks of which exit_tasks_rcu_start() was called on that CPU */ \
	MEMBER(rcu_tasks_percpu, rtp_exit_list, "struct list_head")                       \
	/* include/linux/sched.h, Linux 6.9: their places in that list */                 \
	MEMBER(task_struct, rcu_tasks_exit_list, "struct list_head")

/*
 * The exported function that the loader resolves for all of them: a reference
 * to `idle_task` becomes one to this and the distance between the two, which
 * is the same wherever the kernel was moved to. include/linux/printk.h, Linux 5.15.
 */
#define LPATCH_ANCHOR "_printk"

/* Stands for the place in .notes where the kernel has its build id; no symbol of the kernel. */
#define LPATCH_BUILD_ID_SYMBOL "lpatch_running_build_id"

#endif
