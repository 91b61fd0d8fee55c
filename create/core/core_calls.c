// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/core/core_calls.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "create/core/core_symbols.h"
#include "create/core/type_text.h"

#define VERSION(major, minor) ((major)*1000 + (minor))

/*
 * In the form of create/core/type_text.h, so without qualifiers and names of typedefs. Of several
 * entries with one name the last counts whose version the kernel has reached. `exported`: NULL for
 * what core-module/kernel_symbols.h lists, else the options under which the core needs it
 * exported, one blank between two, "" for always; what only inline functions of the kernel's
 * headers call is not here, as the headers change with it. Read from the BTF of Debian's 6.1.192
 * and 6.12.117, which have the same types.
 */
static const struct core_call {
	const char *name;
	const char *exported;
	int since;
	const char *type;
} calls[] = {
	/* include/trace/events/sched.h; Linux 5.18 added the last one */
	{"btf_trace_sched_switch", NULL, 0,
	 "void (void *, bool, struct task_struct *, struct task_struct *)"},
	{"btf_trace_sched_switch", NULL, VERSION(5, 18),
	 "void (void *, bool, struct task_struct *, struct task_struct *, unsigned int)"},
	/* include/linux/ftrace.h, arch/x86/include/asm/nmi.h, include/linux/notifier.h */
	{"ftrace_func_t", NULL, 0,
	 "void (unsigned long, unsigned long, struct ftrace_ops *, struct ftrace_regs *)"},
	{"nmi_handler_t", NULL, 0, "int (unsigned int, struct pt_regs *)"},
	{"notifier_fn_t", NULL, 0, "int (struct notifier_block *, unsigned long, void *)"},
	{"stack_trace_save_tsk_reliable", NULL, 0,
	 "int (struct task_struct *, unsigned long *, unsigned int)"},
	{"stack_trace_save_tsk", NULL, 0,
	 "unsigned int (struct task_struct *, unsigned long *, unsigned int, unsigned int)"},
	{"stop_machine_cpuslocked", NULL, 0, "int (int (*)(void *), void *, struct cpumask *)"},
	{"idle_task", NULL, 0, "struct task_struct * (int)"},
	{"task_call_func", NULL, 0,
	 "int (struct task_struct *, int (*)(struct task_struct *, void *), void *)"},
	{"find_module", NULL, 0, "struct module * (char *)"},
	{"do_one_initcall", NULL, 0, "int (int (*)(void))"},
	{"__x64_sys_init_module", NULL, 0, "long (struct pt_regs *)"},
	{"__x64_sys_delete_module", NULL, 0, "long (struct pt_regs *)"},
	{"jump_label_lock", NULL, 0, "void (void)"},
	{"jump_label_unlock", NULL, 0, "void (void)"},
	{"jump_label_text_reserved", NULL, 0, "int (void *, void *)"},
	{"static_call_text_reserved", NULL, 0, "int (void *, void *)"},
	{"alternatives_text_reserved", NULL, 0, "int (void *, void *)"},
	{"get_kprobe", NULL, 0, "struct kprobe * (void *)"},
	{"__is_insn_slot_addr", NULL, 0, "bool (struct kprobe_insn_cache *, unsigned long)"},
	{"ftrace_location", NULL, 0, "unsigned long (unsigned long)"},
	{"ftrace_rec_iter_start", NULL, 0, "struct ftrace_rec_iter * (void)"},
	{"ftrace_rec_iter_next", NULL, 0, "struct ftrace_rec_iter * (struct ftrace_rec_iter *)"},
	{"ftrace_rec_iter_record", NULL, 0, "struct dyn_ftrace * (struct ftrace_rec_iter *)"},
	{"ftrace_graph_get_ret_stack", NULL, 0,
	 "struct ftrace_ret_stack * (struct task_struct *, int)"},
	{"lockdep_assert_cpus_held", NULL, 0, "void (void)"},
	{"__register_nmi_handler", "", 0, "int (unsigned int, struct nmiaction *)"},
	{"unregister_nmi_handler", "", 0, "void (unsigned int, char *)"},
	{"tracepoint_probe_register", "", 0, "int (struct tracepoint *, void *, void *)"},
	{"tracepoint_probe_unregister", "", 0, "int (struct tracepoint *, void *, void *)"},
	{"for_each_kernel_tracepoint", "", 0,
	 "void (void (*)(struct tracepoint *, void *), void *)"},
	{"register_module_notifier", "", 0, "int (struct notifier_block *)"},
	{"unregister_module_notifier", "", 0, "int (struct notifier_block *)"},
	{"try_module_get", "", 0, "bool (struct module *)"},
	{"module_put", "", 0, "void (struct module *)"},
	{"kobject_init", "", 0, "void (struct kobject *, struct kobj_type *)"},
	{"kobject_add", "", 0, "int (struct kobject *, struct kobject *, char *, ...)"},
	{"kobject_del", "", 0, "void (struct kobject *)"},
	{"kobject_put", "", 0, "void (struct kobject *)"},
	{"kobject_uevent", "", 0, "int (struct kobject *, enum kobject_action)"},
	{"kobject_create_and_add", "", 0, "struct kobject * (char *, struct kobject *)"},
	{"sysfs_create_bin_file", "", 0, "int (struct kobject *, struct bin_attribute *)"},
	{"proc_create_seq_private", "", 0,
	 "struct proc_dir_entry * (char *, unsigned short, struct proc_dir_entry *, struct "
	 "seq_operations *, unsigned int, void *)"},
	{"proc_create_single_data", "", 0,
	 "struct proc_dir_entry * (char *, unsigned short, struct proc_dir_entry *, int (*)(struct "
	 "seq_file *, void *), void *)"},
	{"proc_mkdir", "", 0, "struct proc_dir_entry * (char *, struct proc_dir_entry *)"},
	{"proc_remove", "", 0, "void (struct proc_dir_entry *)"},
	{"vmap", "", 0, "void * (struct page * *, unsigned int, unsigned long, struct pgprot)"},
	{"vunmap", "", 0, "void (void *)"},
	{"vmalloc_to_page", "", 0, "struct page * (void *)"},
	{"vm_unmap_aliases", "", 0, "void (void)"},
	{"irq_work_queue", "", 0, "bool (struct irq_work *)"},
	{"irq_work_sync", "", 0, "void (struct irq_work *)"},
	{"register_ftrace_function", "CONFIG_DYNAMIC_FTRACE", 0, "int (struct ftrace_ops *)"},
	{"unregister_ftrace_function", "CONFIG_DYNAMIC_FTRACE", 0, "int (struct ftrace_ops *)"},
	{"ftrace_set_filter_ip", "CONFIG_DYNAMIC_FTRACE", 0,
	 "int (struct ftrace_ops *, unsigned long, int, int)"},
	{"ftrace_free_filter", "CONFIG_DYNAMIC_FTRACE", 0, "void (struct ftrace_ops *)"},
	{"kthread_use_mm", "", 0, "void (struct mm_struct *)"},
	{"kthread_unuse_mm", "", 0, "void (struct mm_struct *)"},
	{"vm_mmap", "", 0,
	 "unsigned long (struct file *, unsigned long, unsigned long, unsigned long, unsigned "
	 "long, unsigned long)"},
	{"vm_munmap", "", 0, "int (unsigned long, unsigned long)"},
	{"synchronize_rcu", "", 0, "void (void)"},
	{"synchronize_rcu_expedited", "", 0, "void (void)"},
	{"synchronize_srcu", "", 0, "void (struct srcu_struct *)"},
	{"find_ge_pid", "", 0, "struct pid * (int, struct pid_namespace *)"},
	{"pid_task", "", 0, "struct task_struct * (struct pid *, enum pid_type)"},
	{"param_set_uint_minmax", "", 0,
	 "int (char *, struct kernel_param *, unsigned int, unsigned int)"},
	{"cpus_read_lock", "CONFIG_HOTPLUG_CPU", 0, "void (void)"},
	{"cpus_read_unlock", "CONFIG_HOTPLUG_CPU", 0, "void (void)"},
	{"capable", "CONFIG_MULTIUSER", 0, "bool (int)"},
	{"ktime_get_mono_fast_ns", "", 0, "unsigned long (void)"},
	{"cancel_work_sync", "", 0, "bool (struct work_struct *)"},
};

/* 6012 for "6.12.117+deb12-amd64"; 0 if the text is no release. */
static int version_of(const char *release)
{
	char *end;
	long major = strtol(release, &end, 10);
	long minor = *end == '.' ? strtol(end + 1, &end, 10) : 0;

	return major > 0 && major < 1000 && minor >= 0 && minor < 1000
		       ? VERSION((int)major, (int)minor)
		       : 0;
}

/* True if that entry is the one of its name for the version. */
static bool is_in_force(const struct core_call *call, int version)
{
	const struct core_call *next = call + 1;
	bool is_last = next == calls + ARRAY_SIZE(calls) || strcmp(next->name, call->name) != 0;

	return call->since <= version && (is_last || version < next->since);
}

size_t core_calls_count(const char *release)
{
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		count += is_in_force(&calls[i], version_of(release));
	return count;
}

struct lp_error *core_calls_exports(const struct exports *exports, const char *config,
				    struct text_list *missing)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		bool needed = false;

		if (calls[i].exported)
			lp_try(core_symbols_are_set(config, calls[i].exported, &needed));
		if (needed && !exports_find(exports, calls[i].name))
			lp_try(text_list_add(missing, "%s", calls[i].name));
	}
	return NULL;
}

/* Types ---------------------------------------------------------------------------------- */

/* What is looked for, by name, and the id of its function type in the BTF; 0: not there. */
struct wanted {
	const struct core_call *call;
	uint32_t id;
};

static int compare_wanted(const void *a, const void *b)
{
	return strcmp(((const struct wanted *)a)->call->name,
		      ((const struct wanted *)b)->call->name);
}

static int compare_name(const void *name, const void *wanted)
{
	return strcmp(name, ((const struct wanted *)wanted)->call->name);
}

/* The entries in force, by name. */
static size_t list_wanted(const char *release, struct wanted *wanted)
{
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		if (is_in_force(&calls[i], version_of(release)))
			wanted[count++] = (struct wanted){.call = &calls[i]};
	}
	qsort(wanted, count, sizeof(*wanted), compare_wanted);
	return count;
}

/* The id of the function type that a function has or a typedef points to; 0: of nothing else. */
static uint32_t function_type(const struct btf *btf, const struct btf_type *type)
{
	if (btf_is_func(type))
		return type->type;
	type = type_text_peel(btf, type->type);
	if (!type || !btf_is_ptr(type))
		return 0;
	uint32_t id = type->type;

	type = type_text_peel(btf, id);
	return type && btf_is_func_proto(type) ? id : 0;
}

/* One way through all types: a kernel has 150,000. Of two of one name the first counts. */
static void find_wanted(const struct btf *btf, struct wanted *wanted, size_t count)
{
	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (!btf_is_func(type) && !btf_is_typedef(type))
			continue;
		struct wanted *hit = bsearch(btf__name_by_offset(btf, type->name_off), wanted,
					     count, sizeof(*wanted), compare_name);

		if (hit && !hit->id)
			hit->id = function_type(btf, type);
	}
}

static struct lp_error *compare_type(const struct btf *btf, const struct wanted *wanted,
				     struct text_list *differing)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return lp_error_no_memory();
	type_text_btf(out, btf, wanted->id, 1);
	if (fclose(out))
		return lp_error_no_memory();
	if (!strcmp(text, wanted->call->type))
		return NULL;
	return text_list_add(differing, "%s is %s, and the core expects %s", wanted->call->name,
			     text, wanted->call->type);
}

static struct lp_error *compare_types(const struct btf *btf, const char *release,
				      struct text_list *differing, size_t *compared)
{
	struct wanted wanted[ARRAY_SIZE(calls)];
	size_t count = list_wanted(release, wanted);

	find_wanted(btf, wanted, count);
	for (size_t i = 0; i < count; i++) {
		if (!wanted[i].id)
			continue;
		lp_try(compare_type(btf, &wanted[i], differing));
		++*compared;
	}
	return NULL;
}

struct lp_error *core_calls_types(const struct kernel_image *kernel, const char *release,
				  struct text_list *differing, size_t *compared)
{
	const struct kernel_section *section = kernel_image_section(kernel, ".BTF");

	*compared = 0;
	if (!section || !section->data)
		return NULL;
	struct btf *btf = btf__new(section->data, section->size);

	if (!btf)
		return lp_error_errno(errno, "the kernel's BTF can't be read");
	struct lp_error *error = compare_types(btf, release, differing, compared);

	btf__free(btf);
	return error;
}
