// SPDX-License-Identifier: GPL-2.0
/*
 * Where is a symbol? kallsyms_lookup_name() itself is not exported (since
 * Linux 5.7); a kprobe that is registered on it by name and taken off again
 * at once tells its address.
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/kernel.h>
#include <linux/kprobes.h>

#include "resolve.h"

struct lpatch_kernel lpatch_kernel __ro_after_init;

struct wanted {
	const char *name;
	size_t member; /* where in struct lpatch_kernel the address goes */
	bool needed;   /* the core can't work without */
};

#define WANTED(symbol, field, is_needed)                                         \
	{                                                                        \
		.name = symbol, .member = offsetof(struct lpatch_kernel, field), \
		.needed = is_needed                                              \
	}

static const struct wanted wanted[] __initconst = {
	WANTED("stack_trace_save_tsk_reliable", stack_trace_save_tsk_reliable, true),
	WANTED("stack_trace_save_tsk", stack_trace_save_tsk, true),
	WANTED("stop_machine_cpuslocked", stop_machine_cpuslocked, true),
	WANTED("idle_task", idle_task, true),
	WANTED("text_mutex", text_mutex, true),
	WANTED("_stext", stext, true),
	WANTED("_etext", etext, true),
	WANTED("jump_label_lock", jump_label_lock, IS_ENABLED(CONFIG_JUMP_LABEL)),
	WANTED("jump_label_unlock", jump_label_unlock, IS_ENABLED(CONFIG_JUMP_LABEL)),
	WANTED("jump_label_text_reserved", jump_label_text_reserved, IS_ENABLED(CONFIG_JUMP_LABEL)),
	WANTED("static_call_text_reserved", static_call_text_reserved,
	       IS_ENABLED(CONFIG_HAVE_STATIC_CALL_INLINE)),
	WANTED("alternatives_text_reserved", alternatives_text_reserved, IS_ENABLED(CONFIG_SMP)),
	WANTED("kprobe_mutex", kprobe_mutex, false),
	WANTED("get_kprobe", get_kprobe, IS_ENABLED(CONFIG_KPROBES)),
	WANTED("ftrace_location", ftrace_location, IS_ENABLED(CONFIG_DYNAMIC_FTRACE)),
	WANTED("arch_rethook_trampoline", rethook_trampoline, IS_ENABLED(CONFIG_RETHOOK)),
	WANTED("__kretprobe_trampoline", kretprobe_trampoline, false),
	WANTED("return_to_handler", return_to_handler, IS_ENABLED(CONFIG_FUNCTION_GRAPH_TRACER)),
	WANTED("tasks_rcu_exit_srcu", tasks_rcu_exit_srcu, false),
};

typedef unsigned long lookup_fn(const char *name);

static __init lookup_fn *find_lookup(void)
{
	struct kprobe probe = {.symbol_name = "kallsyms_lookup_name"};
	lookup_fn *lookup;
	int err;

	err = register_kprobe(&probe);
	if (err) {
		pr_err("can't find kallsyms_lookup_name: register_kprobe gives %d\n", err);
		return NULL;
	}
	lookup = (lookup_fn *)probe.addr;
	unregister_kprobe(&probe);
	return lookup;
}

int __init lpatch_resolve(void)
{
	lookup_fn *lookup = find_lookup();
	unsigned int i;

	if (!lookup)
		return -ENOENT;

	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		unsigned long addr = lookup(wanted[i].name);

		if (!addr && wanted[i].needed) {
			pr_err("this kernel has no symbol %s\n", wanted[i].name);
			return -ENOENT;
		}
		*(unsigned long *)((char *)&lpatch_kernel + wanted[i].member) = addr;
	}
	return 0;
}
