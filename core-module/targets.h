/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Modules of the kernel that have parts. They can be unloaded and loaded at any
 * time; their parts go and come with them.
 */
#ifndef LPATCH_TARGETS_H
#define LPATCH_TARGETS_H

#include "update.h"

/*
 * What is done about the parts of a module, in files above this one. Each is called by the task
 * that loads or frees the module, which holds no lock.
 */
struct lpatch_target_ops {
	/* Before its init. An error is the answer of init, and the loader gives the module up. */
	int (*comes)(struct lpatch_target *target);
	/* Before its memory is freed: none of its parts that is in force may be left. */
	void (*goes)(struct lpatch_target *target);
};

/* Before anything else here is called. `ops` must stay. */
void lpatch_targets_init(const struct lpatch_target_ops *ops);

/*
 * For a part that is being registered: the module of that name, which is
 * loaded and not on its way out. NULL: it isn't there, or there is no memory;
 * the log says which. The module is also held, until module_put() once the part
 * is where it will be found. With the core's lock held.
 */
struct lpatch_target *lpatch_target_get(const char *name);

/* Takes a part back. */
void lpatch_target_put(struct lpatch_target *target);

/* True while the core itself is loading a part for it, before its own init. */
bool lpatch_target_is_coming(const struct lpatch_target *target);

/*
 * The module is being loaded, its init has not run: from here on, init begins
 * with loading and applying its parts of all updates in force, and fails if
 * that fails. Returns 0, -ENOMEM, or -EOPNOTSUPP on a kernel where the core can't.
 * For the module notifier, as are the two below: none takes the core's lock.
 */
int lpatch_target_coming(struct module *module);

/* Its init has succeeded. */
void lpatch_target_live(const struct module *module);

/* It goes; if its init was never called, nothing is left of it here. */
void lpatch_target_going(const struct module *module);

/* When no target is left: waits until the last one is done with the core's text. */
void lpatch_targets_exit(void);

#endif
