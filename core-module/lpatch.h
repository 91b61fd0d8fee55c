/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an update module hands to the core. The tables are made by
 * lpatch-create and compiled into the update through kpatch-templates/update.c.
 */
#ifndef LPATCH_H
#define LPATCH_H

#include <linux/module.h>
#include <linux/types.h>

#include "lpatch_abi.h"

/*
 * A stretch of the kernel's own text that the update replaces, and what it
 * must hold before the core touches anything: for every byte i below size,
 * (text[i] & mask[i]) == (expect[i] & mask[i]). The mask is 0 over the sites
 * that the kernel rewrites at boot or run time.
 */
struct lpatch_text {
	const char *name;   /* as kallsyms has it, for messages */
	unsigned long addr; /* where it runs; 0: not there, size is 0 too */
	u32 size;           /* bytes */
	const u8 *expect;
	const u8 *mask;
};

/* One function to be replaced. */
struct lpatch_func {
	const char *object;          /* "vmlinux", or a module's name */
	struct lpatch_text old;      /* the function */
	struct lpatch_text old_cold; /* its .cold part, or size 0 */
	unsigned long new_addr;      /* the replacement, in the update module */
	u32 new_size;                /* bytes */
};

struct lpatch_update {
	u32 abi;                 /* LPATCH_ABI_VERSION */
	const char *id;          /* [a-z0-9_], at most LPATCH_ID_MAX */
	const char *description; /* one line, or "" */
	struct module *module;   /* THIS_MODULE of the update */
	const struct lpatch_func *funcs;
	u32 nr_funcs;
	const char *patch; /* text of the patch, not terminated */
	size_t patch_size; /* bytes */
};

/*
 * Makes the update known: /sys/kernel/lpatch/ID appears, stage "preparing".
 * The update and all it points to must stay until lpatch_unregister().
 * Returns 0, -EINVAL for tables that make no sense (the log says which),
 * -EEXIST for an id that is taken, -ENOMEM.
 */
int lpatch_register(const struct lpatch_update *update);

/*
 * Takes it away again. The core holds a reference to update->module while the
 * update is applied, so this is only called in stages preparing and reversed.
 */
void lpatch_unregister(const struct lpatch_update *update);

#endif
