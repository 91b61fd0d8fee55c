/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Modules of the kernel that have parts. They can be unloaded and loaded at any
 * time; their parts go and come with them.
 */
#ifndef LPATCH_TARGETS_H
#define LPATCH_TARGETS_H

#include <linux/list.h>
#include <linux/module.h>

struct lpatch_part;

/* Known while the module has parts, or is on its way in or out. */
struct lpatch_target {
	struct list_head list;
	struct module *module;
	int (*init)(void);          /* its own */
	void (*exit)(void);         /* its own */
	struct task_struct *loader; /* who is loading it, until its init is over */
	unsigned int parts;         /* that are registered */
	int slot;                   /* of the exit function that it has from us; or -1 */
};

/*
 * For a part that is being registered: the module of that name, which is
 * loaded and not on its way out. NULL: it isn't there, or there is no memory;
 * the log says which. The module is also held, until module_put() once the part
 * is where it will be found. With the core's lock held; so are all below.
 */
struct lpatch_target *lpatch_target_get(const char *name);

/* Takes a part back. */
void lpatch_target_put(struct lpatch_target *target);

/*
 * The module is being loaded, its init has not run: from here on, init begins
 * with loading and applying its parts of all updates in force, and fails if
 * that fails. Returns 0, -ENOMEM, or -EOPNOTSUPP on a kernel where the core can't.
 */
int lpatch_target_coming(struct module *module);

/* Its init has succeeded. */
void lpatch_target_live(const struct module *module);

/* It is about to be freed. */
void lpatch_target_going(const struct module *module);

#endif
