/* SPDX-License-Identifier: GPL-2.0 */
/* An update as the core holds it, from lpatch_register() to lpatch_unregister(). */
#ifndef LPATCH_UPDATE_H
#define LPATCH_UPDATE_H

#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sysfs.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#include "lpatch.h"
#include "report.h"

/*
 * What the callbacks of a file of sysfs get: const in kernels newer than 6.12
 * (include/linux/sysfs.h). The header itself is asked, as kernels of distributions take such
 * changes over.
 */
typedef ssize_t lpatch_read_const(struct file *, struct kobject *, const struct bin_attribute *,
				  char *, loff_t, size_t);
typedef typeof(*__builtin_choose_expr(
	__builtin_types_compatible_p(typeof(*((struct bin_attribute *)NULL)->read),
				     lpatch_read_const),
	(const struct bin_attribute *)NULL, (struct bin_attribute *)NULL)) lpatch_bin_attribute;

struct lpatch_image;
struct lpatch_list;
struct lpatch_site;
struct proc_dir_entry;

/* One function of one update. Layers on the same function lie on each other in its site. */
struct lpatch_layer {
	const struct lpatch_func *func;
	struct lpatch_part *part;
	struct lpatch_site *site; /* NULL: not redirected by this update now */
	struct list_head above;   /* in site->layers */
	bool leaving;             /* of an attempt: it is to go */
};

/* One constant of one update that is rewritten in place. */
struct lpatch_constant {
	const struct lpatch_rewrite *rewrite;
	struct lpatch_part *part;
	u8 *saved;             /* what it held before, rewrite->size bytes; NULL: not rewritten */
	struct list_head list; /* of those that are rewritten now */
	bool leaving;          /* of an attempt: it is to go */
};

/* What one module of an update brings: lpatch_ID itself, or a part, lpatch_ID__N. */
struct lpatch_part {
	struct lpatch_entry *entry;
	const struct lpatch_update *update; /* what that module handed over */
	struct lpatch_target *target;       /* the module it is for; NULL: vmlinux */
	bool in_force;                      /* then its module is held */
	bool kept;                          /* it is held, though not in force */
	bool holds_target;                  /* and so is the module it is for */
	bool orphaned;                      /* that module has gone and it has not, see orphan.h */
	struct lpatch_layer *layers;        /* update->nr_funcs of them */
	struct lpatch_constant *constants;  /* update->nr_rewrites of them */
	struct list_head list;              /* in entry->parts */
	u32 hooks_ready;                    /* hooks that a failed attempt takes back */
};

/*
 * A module of the kernel that has parts. Known while it has them, or is on its way in or out; see
 * targets.c for its life.
 */
struct lpatch_target {
	struct list_head list;
	struct module *module;
	int (*init)(void);           /* its own */
	struct task_struct *loader;  /* that is loading it, until its init is over */
	bool coming;                 /* a part is being loaded for it, before its init */
	bool goes;                   /* it is being freed */
	unsigned int parts;          /* that are registered */
	bool hooked;                 /* `last` stands in the place of its parameters */
	struct kernel_param last;    /* a parameter that is "freed" when all is over */
	struct kernel_param *params; /* its own */
	unsigned int nr_params;
};

/* What was written to `stage`. */
struct lpatch_request {
	enum lpatch_stage goal;
	bool replace, later;
	unsigned int max_stop_ms; /* 0: the core's own limit */
	bool pending;             /* the attempt is not over */
	struct work_struct work;  /* that makes the attempt */
};

struct lpatch_entry {
	struct kobject kobj; /* /sys/kernel/lpatch/ID; the entry lives as long as it does */
	struct list_head list;
	/* What lpatch_ID handed over; NULL once it has been unregistered. */
	const struct lpatch_update *update;
	struct list_head parts; /* struct lpatch_part, that of lpatch_ID first */
	enum lpatch_stage stage;
	bool keep;                        /* its modules stay held when it goes out of force */
	struct lpatch_report report;      /* of the last attempt */
	u64 stopped_ns;                   /* how long the machine stood still in it */
	struct lpatch_request request;    /* of an attempt that is made later */
	struct bin_attribute patch;       /* a file of its own, for the size */
	struct proc_dir_entry *directory; /* /proc/lpatch/ID */
	struct lpatch_list *lists;        /* one for each of its files but conflicts */
	struct lpatch_image *images;      /* one for each module that the update names */
	struct list_head wanted;          /* see lpatch_objects_want() */
	u32 nr_images;
};

/* The update whose directory in sysfs it is. */
static inline struct lpatch_entry *lpatch_entry_of(struct kobject *kobj)
{
	return container_of(kobj, struct lpatch_entry, kobj);
}

/* The code of a module that stays after its init: first byte and size in bytes. */
static inline unsigned long lpatch_module_text(const struct module *module, unsigned long *size)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	*size = module->mem[MOD_TEXT].size;
	return (unsigned long)module->mem[MOD_TEXT].base;
#else
	*size = module->core_layout.text_size;
	return (unsigned long)module->core_layout.base;
#endif
}

/* Where the exit function of a module is; 0: it has none. */
static inline unsigned long lpatch_module_exit(const struct module *module)
{
#ifdef CONFIG_MODULE_UNLOAD
	return (unsigned long)module->exit;
#else
	return 0;
#endif
}

/* The constants of a module: first byte and size in bytes. */
static inline unsigned long lpatch_module_constants(const struct module *module,
						    unsigned long *size)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	*size = module->mem[MOD_RODATA].size;
	return (unsigned long)module->mem[MOD_RODATA].base;
#else
	*size = module->core_layout.ro_size - module->core_layout.text_size;
	return (unsigned long)module->core_layout.base + module->core_layout.text_size;
#endif
}

/* True if the update has a part for that module. */
bool lpatch_update_names(const struct lpatch_update *update, const char *module);

/* Holds its module until module_put(). False: that is still being loaded, or being unloaded. */
bool lpatch_update_hold(const struct lpatch_update *update);

#endif
