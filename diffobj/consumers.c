/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/consumers.h"

#include <fnmatch.h>
#include <stddef.h>
#include <string.h>

/* clang-format off */
#define A0 1u
#define A1 2u
#define A2 4u
#define A3 8u
#define A4 16u
#define A5 32u

#define USES(name)               {name, 0, false, false, NULL}
#define LEAVES_ALONE(name)       {name, 0, false, true, NULL}
#define KEEPS(name, kept, kind)  {name, kept, false, false, kind}
#define KEEPS_TEXT(name, kept, kind) {name, kept, true, false, kind}

/*
 * The first row that matches counts. A function that is not listed may keep a function, a
 * variable, or a constant with pointers that it is given. Names are those of Linux 6.1, and of
 * 5.10 or 6.12 where these differ.
 */
static const struct consumer consumers[] = {
	/* Assembly helpers, which are not called like C functions. */
	LEAVES_ALONE("__fentry__"),           /* arch/x86/kernel/ftrace_64.S */
	LEAVES_ALONE("__get_user_*"),         /* arch/x86/lib/getuser.S */
	LEAVES_ALONE("__put_user_*"),         /* arch/x86/lib/putuser.S */
	LEAVES_ALONE("pv_ops"),               /* arch/x86/include/asm/paravirt_types.h */
	LEAVES_ALONE("__raw_callee_save_*"),
	LEAVES_ALONE("preempt_schedule*_thunk"),
	LEAVES_ALONE("__SCT__preempt_schedule*"),
	LEAVES_ALONE("__sanitizer_cov_*"),

	/* They print: kernel/printk/printk.c, lib/vsprintf.c, drivers/base/core.c, fs/seq_file.c. */
	USES("_printk"), USES("printk"), USES("vprintk*"), USES("_printk_deferred"),
	USES("__warn_printk"), USES("panic"), USES("_dev_*"), USES("dev_printk*"),
	USES("__dynamic_*_dbg"), USES("__dynamic_pr_debug"), USES("netdev_printk"),
	USES("netdev_emerg"), USES("netdev_alert"), USES("netdev_crit"), USES("netdev_err"),
	USES("netdev_warn"), USES("netdev_notice"), USES("netdev_info"),
	USES("snprintf"), USES("scnprintf"), USES("sprintf"), USES("vsnprintf"), USES("vscnprintf"),
	USES("kasprintf"), USES("kvasprintf"), USES("sysfs_emit*"), USES("print_hex_dump*"),
	USES("seq_printf"), USES("seq_vprintf"), USES("seq_puts"), USES("seq_putc"),
	USES("seq_write"), USES("seq_put_*"), USES("seq_escape*"), USES("seq_file_path"),
	USES("___ratelimit"), USES("trace_seq_*"), USES("audit_log*"), USES("drm_*dbg*"),
	USES("drm_err"), USES("__drm_*"), USES("___drm_dbg"), USES("__trace_*printk"),
	USES("__trace_bprintk"), USES("__trace_puts"), USES("__trace_bputs"),

	/* Strings and memory: lib/string.c, lib/string_helpers.c, lib/kstrtox.c. */
	USES("memcpy"), USES("__memcpy"), USES("memset"), USES("__memset"), USES("memmove"),
	USES("__memmove"), USES("memcmp"), USES("memchr"), USES("memchr_inv"), USES("memscan"),
	USES("strcmp"), USES("strncmp"), USES("strcasecmp"), USES("strncasecmp"), USES("strlen"),
	USES("strnlen"), USES("strcpy"), USES("strncpy"), USES("strscpy*"), USES("strlcpy"),
	USES("strlcat"), USES("strcat"), USES("strncat"), USES("strchr"), USES("strrchr"),
	USES("strchrnul"), USES("strnchr"), USES("strstr"), USES("strnstr"), USES("strspn"),
	USES("strcspn"), USES("strpbrk"), USES("strsep"), USES("strim"), USES("skip_spaces"),
	USES("kstrdup"), USES("kstrndup"), USES("kmemdup*"), USES("kstrto*"), USES("_kstrto*"),
	USES("simple_strto*"), USES("sscanf"), USES("match_string"), USES("__sysfs_match_string"),
	USES("sysfs_streq"), USES("match_token"), USES("hex2bin"), USES("bin2hex"),
	USES("crc32*"), USES("crc16"), USES("jhash*"), USES("csum_partial*"),
	USES("_find_*"), USES("__bitmap_*"), USES("bitmap_*"), USES("__sw_hweight*"),
	USES("refcount_warn_saturate"), USES("refcount_dec_*"), USES("sort"), USES("sort_r"),
	USES("list_sort"), USES("bsearch"), USES("__list_add_valid*"), USES("__list_del_entry_valid*"),
	USES("rb_erase"), USES("rb_first*"), USES("rb_last"), USES("rb_next"), USES("rb_prev"),
	KEEPS("rb_insert_color", A0, "tree"),

	/* User memory: lib/usercopy.c, fs/libfs.c, lib/iov_iter.c. */
	USES("_copy_from_user"), USES("_copy_to_user"), USES("copy_user_*"), USES("rep_movs_*"),
	USES("__copy_user_*"), USES("raw_copy_*_user"), USES("strncpy_from_user"),
	USES("strnlen_user"), USES("_copy_to_iter"), USES("_copy_from_iter*"), USES("__check_object_size"),
	USES("simple_read_from_buffer"), USES("simple_write_to_buffer"),
	USES("memory_read_from_buffer"), USES("simple_getattr"),

	/*
	 * Locks and waiting: the waiting task is inside the update, so an undo is refused as busy.
	 */
	USES("mutex_*"), USES("ww_mutex_*"), USES("_raw_spin_*"),
	USES("_raw_read_*"), USES("_raw_write_*"),
	USES("queued_*_slowpath"), USES("native_queued_spin_*"), USES("down"), USES("down_*"),
	USES("up"), USES("up_*"), USES("downgrade_write"), USES("rwsem_*"),
	USES("__percpu_down_read"), USES("percpu_down_*"), USES("percpu_up_*"), USES("__percpu_rwsem_*"),
	USES("rt_mutex_*"), USES("rt_spin_*"), USES("rt_read_*"), USES("rt_write_*"),
	USES("__srcu_read_*"), USES("lock_acquire"), USES("lock_release"),
	USES("lock_is_held*"),
	USES("__wake_up*"), USES("complete"), USES("complete_all"), USES("wait_for_completion*"),
	USES("prepare_to_wait*"), USES("finish_wait"), USES("init_wait_entry"), USES("wait_on_bit*"),
	USES("out_of_line_wait_on_*"), USES("wake_up_bit"), USES("wake_up_var"),
	KEEPS("add_wait_queue*", A1, "wait queue entry"), USES("remove_wait_queue"),
	USES("static_key_*"), USES("__static_key_*"), USES("jump_label_*"),
	USES("percpu_counter_add_batch"), USES("__percpu_counter_*"),
	USES("get_random_bytes"), USES("nla_put*"),
	USES("__might_sleep"), USES("__might_fault"), USES("__might_resched"),

	/* What a kernel with KASAN calls at each access: mm/kasan/generic.c, shadow.c. */
	USES("__asan_load*"), USES("__asan_store*"), USES("__asan_mem*"),
	USES("__kasan_check_*"),

	/* They call a function only before they return. */
	USES("bus_for_each_*"), USES("bus_find_device"), USES("class_for_each_device"),
	USES("class_find_device"), USES("driver_for_each_device"), USES("driver_find_device"),
	USES("device_for_each_child*"), USES("device_find_child*"), USES("idr_for_each"),
	USES("on_each_cpu*"), USES("stop_machine*"), USES("work_on_cpu*"), USES("iterate_fd"),
	USES("iterate_dir"), USES("iterate_supers*"), USES("walk_page_*"), USES("walk_iomem_*"),
	USES("walk_system_ram_range"), USES("apply_to_page_range"), USES("apply_to_existing_page_range"),
	USES("pci_walk_bus"), USES("acpi_walk_*"), USES("kallsyms_on_each_*"), USES("iget5_locked"),
	USES("ilookup5*"), USES("sget*"), USES("find_inode_*"), USES("rhashtable_walk_*"),
	USES("dmi_check_system"), USES("dmi_first_match"), USES("of_match_node"), USES("of_match_device"),
	USES("pci_match_id"), USES("i2c_match_id"), USES("usb_match_id"), USES("acpi_match_device*"),
	USES("__nla_parse"), USES("__nla_validate"), USES("filter_match_preds"), USES("key_search"),

	/* Numbers and tables: only the object itself is used. */
	USES("ida_*"), KEEPS("idr_alloc*", A1, NULL), KEEPS("idr_replace", A1, NULL), USES("idr_*"),
	KEEPS("xa_store*", A2, NULL), KEEPS("__xa_store", A2, NULL), USES("xa_*"), USES("__xa_*"),
	USES("__do_once_start"), KEEPS("__do_once_done", A1, NULL),
	KEEPS("__do_once_slow_done", A1, NULL), USES("__do_once_slow_start"),

	/* The core takes care of them itself. */
	USES("lpatch_shadow_*"),

	/* They end the use of the object. */
	USES("cancel_work*"), USES("cancel_delayed_work*"), USES("flush_work*"), USES("flush_delayed_*"),
	USES("__flush_workqueue"), USES("del_timer*"), USES("timer_delete*"), USES("timer_shutdown*"),
	USES("try_to_del_timer*"), USES("hrtimer_cancel"), USES("hrtimer_try_to_cancel"),
	USES("tasklet_kill"), USES("tasklet_unlock*"), USES("unregister_*"), USES("*_chain_unregister"),
	USES("*_unregister"), USES("misc_deregister"), USES("cdev_del"), USES("kobject_del"),
	USES("sysfs_remove_*"), USES("device_remove_file"), USES("device_remove_bin_file"),
	USES("remove_proc_*"), USES("irq_work_sync"), USES("free_irq"), USES("devm_free_irq"),
	USES("atomic_notifier_call_chain"), USES("blocking_notifier_call_chain"),
	USES("raw_notifier_call_chain"), USES("srcu_notifier_call_chain"), USES("module_put"),

	/* They keep their arguments, strings included. */
	KEEPS_TEXT("request_threaded_irq", A1 | A2 | A4 | A5, "interrupt handler"),
	KEEPS_TEXT("devm_request_threaded_irq", A2 | A3 | A5 | 64u, "interrupt handler"),
	KEEPS_TEXT("request_any_context_irq", A1 | A3 | A4, "interrupt handler"),
	KEEPS_TEXT("__request_percpu_irq", A1 | A3 | A4, "interrupt handler"),
	KEEPS_TEXT("__request_region", A3, "name of a resource"),
	KEEPS_TEXT("__devm_request_region", A4, "name of a resource"),
	KEEPS_TEXT("__class_create", A1, "name of a class"),
	KEEPS_TEXT("class_create", A0 | A1, "name of a class"),
	KEEPS_TEXT("pci_request_region*", A1 | A2, "name of a resource"),

	/* They keep functions and data, and copy strings. */
	KEEPS("call_rcu*", A0 | A1, "RCU callback"), KEEPS("call_srcu", A1 | A2, "RCU callback"),
	KEEPS("kvfree_call_rcu", A0, "RCU callback"),
	KEEPS("queue_work*", A1 | A2, "work item"), KEEPS("queue_delayed_work_on", A2, "work item"),
	KEEPS("mod_delayed_work_on", A2, "work item"), KEEPS("queue_rcu_work", A1, "work item"),
	KEEPS("schedule_on_each_cpu", 0, NULL), KEEPS("irq_work_queue*", A0 | A1, "interrupt work"),
	KEEPS("__init_work", A0, "work item"), KEEPS("delayed_work_timer_fn", A0, "work item"),
	KEEPS("task_work_add", A1, "task work"),
	KEEPS("add_timer*", A0, "timer"), KEEPS("mod_timer*", A0, "timer"),
	KEEPS("timer_reduce", A0, "timer"), KEEPS("init_timer_key", A0 | A1 | A4, "timer"),
	KEEPS("hrtimer_init*", A0, "timer"), KEEPS("hrtimer_start*", A0, "timer"),
	KEEPS("tasklet_init", A0 | A1, "tasklet"), KEEPS("tasklet_setup", A0 | A1, "tasklet"),
	KEEPS("__tasklet_*schedule", A0, "tasklet"), KEEPS("open_softirq", A1, "softirq"),
	KEEPS("register_*notifier*", A0 | A1, "notifier"), KEEPS("*_notifier_register*", A0 | A1, "notifier"),
	KEEPS("*_chain_register*", A1, "notifier"), KEEPS("__cpuhp_setup_state*", A3 | A4 | A5, "CPU hotplug callback"),
	KEEPS("proc_create*", A3 | A4 | A5, "proc entry"), KEEPS("proc_mkdir*", A3, "proc entry"),
	KEEPS("__register_sysctl*", A0 | A1 | A2, "sysctl"), KEEPS("register_sysctl*", A0 | A1, "sysctl"),
	KEEPS("register_net_sysctl*", A2, "sysctl"),
	KEEPS("sysfs_create_*", A1 | A2, "sysfs entry"), KEEPS("device_create_*file", A1, "sysfs entry"),
	KEEPS("device_add_group*", A1, "sysfs entry"), KEEPS("kobject_*", A0 | A1, "sysfs entry"),
	KEEPS("debugfs_create_*", A3 | A4 | A5, "debugfs entry"),
	KEEPS("kthread_create_*", A0 | A1, "kernel thread"), KEEPS("kernel_thread", A0 | A1, "kernel thread"),
	KEEPS("user_mode_thread", A0 | A1, "kernel thread"),
	KEEPS("misc_register", A0, "device"), KEEPS("__register_chrdev", A4, "file operations"),
	KEEPS("cdev_init", A0 | A1, "file operations"), KEEPS("cdev_add", A0, "file operations"),
	KEEPS("seq_open*", A1, "file operations"), KEEPS("__seq_open_private", A1, "file operations"),
	KEEPS("single_open*", A1 | A2, "file operations"), KEEPS("anon_inode_get*", A1, "file operations"),
	KEEPS("kmem_cache_create*", A4 | A5, "slab cache"),
	KEEPS("nf_register_net_hook*", A1, "netfilter hook"), KEEPS("register_kprobe*", A0, "kprobe"),
	KEEPS("register_shrinker*", A0, "shrinker"), KEEPS("register_pernet_*", A0, "network namespace operations"),
	KEEPS("timer_setup*", A0 | A1, "timer"),

	/* Only the key of a lock, by which lockdep knows its class. */
	KEEPS("__mutex_init", A2, "lock class"), KEEPS("__raw_spin_lock_init", A2, "lock class"),
	KEEPS("__rwlock_init", A2, "lock class"), KEEPS("__init_rwsem", A2, "lock class"),
	KEEPS("lockdep_init_map*", A2, "lock class"),
	KEEPS("__init_waitqueue_head", A2, "lock class"),
	KEEPS("__init_swait_queue_head", A2, "lock class"),
};

/* By the type of a variable, or of the first parameter of a function. */
static const struct {
	const char *type, *kind;
} types[] = {
	{"struct work_struct", "work item"},
	{"struct delayed_work", "work item"},
	{"struct rcu_work", "work item"},
	{"struct irq_work", "interrupt work"},
	{"struct timer_list", "timer"},
	{"struct hrtimer", "timer"},
	{"struct callback_head", "RCU callback"},
	{"struct rcu_head", "RCU callback"},
	{"struct tasklet_struct", "tasklet"},
	{"struct notifier_block", "notifier"},
	{"struct file_operations", "file operations"},
	{"struct proc_ops", "proc entry"},
	{"struct proc_dir_entry", "proc entry"},
	{"struct pid_entry", "proc entry"},
	{"struct inode_operations", "inode operations"},
	{"struct vm_operations_struct", "memory map operations"},
	{"struct seq_operations", "file operations"},
	{"struct seq_file", "file operation"},
	{"struct file", "file operation"},
	{"struct inode", "file operation"},
	{"struct kiocb", "file operation"},
	{"struct attribute", "sysfs entry"},
	{"struct attribute_group", "sysfs entry"},
	{"struct kobj_attribute", "sysfs entry"},
	{"struct device_attribute", "sysfs entry"},
	{"struct bin_attribute", "sysfs entry"},
	{"struct kobject", "sysfs entry"},
	{"struct ctl_table", "sysctl"},
	{"struct miscdevice", "device"},
	{"struct cdev", "device"},
	{"struct list_head", "list head"},
	{"struct hlist_head", "list head"},
	{"struct hlist_node", "list node"},
	{"struct llist_head", "list head"},
	{"struct wait_queue_head", "wait queue"},
	{"struct shrinker", "shrinker"},
	{"struct pernet_operations", "network namespace operations"},
	{"struct nf_hook_ops", "netfilter hook"},
	{"struct kprobe", "kprobe"},
};
/* clang-format on */

static bool fits(const char *pattern, const char *name)
{
	return (*pattern == '*' || *pattern == *name) && !fnmatch(pattern, name, 0);
}

const struct consumer *consumer_find(const char *name)
{
	for (size_t i = 0; i < sizeof(consumers) / sizeof(consumers[0]); i++)
		if (fits(consumers[i].name, name))
			return &consumers[i];
	return NULL;
}

const char *consumer_kind_of_type(const char *type)
{
	const char *name = type;

	while (!strncmp(name, "const ", 6))
		name += 6;
	size_t length = strcspn(name, " *[");

	/* "struct timer_list *" and "struct timer_list[]" */
	if (name[length] == ' ')
		length += 1 + strcspn(name + length + 1, " *[");
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i].type) == length && !strncmp(types[i].type, name, length))
			return types[i].kind;
	return NULL;
}
