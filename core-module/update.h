/* SPDX-License-Identifier: GPL-2.0 */
/* An update as the core holds it, from lpatch_register() to lpatch_unregister(). */
#ifndef LPATCH_UPDATE_H
#define LPATCH_UPDATE_H

#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/sysfs.h>
#include <linux/version.h>

#include "lpatch.h"
#include "report.h"

struct lpatch_site;

/* One function of one update. Layers on the same function lie on each other in its site. */
struct lpatch_layer {
	const struct lpatch_func *func;
	struct lpatch_entry *entry;
	struct lpatch_site *site; /* NULL: not redirected by this update now */
	struct list_head above;   /* in site->layers */
};

struct lpatch_entry {
	struct kobject kobj; /* /sys/kernel/lpatch/ID; the entry lives as long as it does */
	struct list_head list;
	/* What the update module handed over; NULL once it has been unregistered. */
	const struct lpatch_update *update;
	struct lpatch_layer *layers; /* update->nr_funcs of them */
	enum lpatch_stage stage;
	struct lpatch_report report; /* of the last attempt */
	u64 stopped_ns;              /* how long the machine stood still in it */
	struct bin_attribute patch;  /* a file of its own, for the size */
};

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

#endif
