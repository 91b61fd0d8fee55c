// SPDX-License-Identifier: GPL-2.0
/*
 * Where is a symbol? kallsyms_lookup_name() itself is not exported (since
 * Linux 5.7), but sprint_symbol() is, from the same file: asked for its own
 * address, and then for the one in front of the symbol it names, and so on, it
 * comes by kallsyms_lookup_name() after a few steps. That needs no kprobes.
 */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/version.h>

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
	WANTED("stack_trace_save_tsk_reliable", stack_trace_save_tsk_reliable,
	       IS_ENABLED(CONFIG_STACKTRACE) && IS_ENABLED(CONFIG_HAVE_RELIABLE_STACKTRACE)),
	WANTED("stack_trace_save_tsk", stack_trace_save_tsk, IS_ENABLED(CONFIG_STACKTRACE)),
	WANTED("stop_machine_cpuslocked", stop_machine_cpuslocked, true),
	WANTED("idle_task", idle_task, true),
	WANTED("task_call_func", task_call_func, true),
	WANTED("text_mutex", text_mutex, true),
	WANTED("find_module", find_module, true),
	WANTED("do_one_initcall", do_one_initcall, false),
	WANTED("__x64_sys_init_module", sys_init_module, false),
	WANTED("__x64_sys_delete_module", sys_delete_module, false),
	WANTED("_stext", stext, true),
	WANTED("_etext", etext, true),
	WANTED("__start_rodata", rodata_begin, true),
	WANTED("__end_rodata", rodata_end, true),
	WANTED("__entry_text_start", entry_begin, false),
	WANTED("__entry_text_end", entry_end, false),
	WANTED("__noinstr_text_start", noinstr_begin, false),
	WANTED("__noinstr_text_end", noinstr_end, false),
	WANTED("jump_label_lock", jump_label_lock, IS_ENABLED(CONFIG_JUMP_LABEL)),
	WANTED("jump_label_unlock", jump_label_unlock, IS_ENABLED(CONFIG_JUMP_LABEL)),
	WANTED("jump_label_text_reserved", jump_label_text_reserved, IS_ENABLED(CONFIG_JUMP_LABEL)),
	WANTED("__start___jump_table", jump_table_begin, false),
	WANTED("__stop___jump_table", jump_table_end, false),
	WANTED("static_call_text_reserved", static_call_text_reserved,
	       IS_ENABLED(CONFIG_HAVE_STATIC_CALL_INLINE)),
	WANTED("__start_static_call_sites", static_calls_begin, false),
	WANTED("__stop_static_call_sites", static_calls_end, false),
	WANTED("alternatives_text_reserved", alternatives_text_reserved, IS_ENABLED(CONFIG_SMP)),
	WANTED("kprobe_mutex", kprobe_mutex, false),
	WANTED("get_kprobe", get_kprobe, IS_ENABLED(CONFIG_KPROBES)),
	WANTED("kprobes_all_disarmed", kprobes_all_disarmed, false),
	WANTED("__is_insn_slot_addr", is_insn_slot_addr, false),
	WANTED("kprobe_optinsn_slots", kprobe_optinsn_slots, false),
	WANTED("ftrace_location", ftrace_location, IS_ENABLED(CONFIG_DYNAMIC_FTRACE)),
	WANTED("ftrace_rec_iter_start", ftrace_rec_iter_start, false),
	WANTED("ftrace_rec_iter_next", ftrace_rec_iter_next, false),
	WANTED("ftrace_rec_iter_record", ftrace_rec_iter_record, false),
	WANTED("ftrace_lock", ftrace_lock, false),
	WANTED("arch_rethook_trampoline", rethook_trampoline, IS_ENABLED(CONFIG_RETHOOK)),
	WANTED("__kretprobe_trampoline", kretprobe_trampoline, false),
	WANTED("return_to_handler", return_to_handler, IS_ENABLED(CONFIG_FUNCTION_GRAPH_TRACER)),
	WANTED("ftrace_graph_get_ret_stack", ftrace_graph_get_ret_stack, false),
	WANTED("tasks_rcu_exit_srcu", tasks_rcu_exit_srcu, false),
};

/* kernel/kallsyms.c; the module went away in Linux 6.4 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define SYMBOL_ARGUMENTS void *data, const char *name, unsigned long addr
#else
#define SYMBOL_ARGUMENTS void *data, const char *name, struct module *module, unsigned long addr
#endif
typedef int each_symbol_fn(int (*fn)(SYMBOL_ARGUMENTS), void *data);
typedef unsigned long lookup_fn(const char *name);

/* A stretch of the kernel's text, as kallsyms has it. */
struct stretch {
	char text[KSYM_SYMBOL_LEN]; /* "NAME+0xOFFSET/0xSIZE", cut behind NAME */
	unsigned long begin, end;
};

/* The symbol that the address belongs to; false if there is none. */
static __init bool find_stretch(struct stretch *stretch, unsigned long addr)
{
	unsigned long offset, size;
	char *plus;

	sprint_symbol(stretch->text, addr);
	plus = strchr(stretch->text, '+');
	if (!plus || sscanf(plus, "+%li/%li", &offset, &size) != 2)
		return false;
	*plus = '\0';
	stretch->begin = addr - offset;
	stretch->end = stretch->begin + size;
	return size;
}

/* Goes from symbol to symbol, up or down, as far as there are any. */
static __init lookup_fn *search(unsigned long addr, bool up)
{
	static struct stretch stretch __initdata;

	while (find_stretch(&stretch, addr)) {
		if (!strcmp(stretch.text, "kallsyms_lookup_name"))
			return (lookup_fn *)stretch.begin;
		addr = up ? stretch.end : stretch.begin - 1;
	}
	return NULL;
}

static __init lookup_fn *find_lookup(void)
{
	unsigned long addr = (unsigned long)sprint_symbol;
	lookup_fn *lookup = search(addr, false);

	if (!lookup)
		lookup = search(addr, true);
	if (!lookup)
		pr_err("can't find kallsyms_lookup_name\n");
	return lookup;
}

static __init unsigned long *member(const struct wanted *symbol)
{
	return (unsigned long *)((char *)&lpatch_kernel + symbol->member);
}

static __init int note_symbol(SYMBOL_ARGUMENTS)
{
	unsigned int *missing = data;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (*member(&wanted[i]) || strcmp(wanted[i].name, name))
			continue;
		*member(&wanted[i]) = addr;
		return !--*missing;
	}
	return 0;
}

/*
 * Before Linux 6.2 a look-up by name walks through all symbols, so one walk
 * for all names is much quicker than one each.
 */
static __init void look_up_all(lookup_fn *lookup)
{
	each_symbol_fn *each_symbol = (each_symbol_fn *)lookup("kallsyms_on_each_symbol");
	unsigned int i, missing = ARRAY_SIZE(wanted);

	if (each_symbol) {
		each_symbol(note_symbol, &missing);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		*member(&wanted[i]) = lookup(wanted[i].name);
}

int __init lpatch_resolve(void)
{
	lookup_fn *lookup = find_lookup();
	unsigned int i;

	if (!lookup)
		return -ENOENT;

	look_up_all(lookup);
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (wanted[i].needed && !*member(&wanted[i])) {
			pr_err("this kernel has no symbol %s\n", wanted[i].name);
			return -ENOENT;
		}
	}
	return 0;
}
