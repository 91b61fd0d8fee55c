/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading kernel modules from memory, and unloading them. */
#ifndef LPATCH_APPLY_MODULES_H
#define LPATCH_APPLY_MODULES_H

#include <stdbool.h>

#include "apply/host.h"
#include "common/error.h"
#include "common/fact.h"
#include "common/file.h"

/* "lpatch_ID", to be freed by the caller; NULL without memory. */
char *module_name_of_update(const char *id);

/* "lpatch_ID__N", the same way. */
char *module_name_of_part(const char *id, size_t number);

/* True if a module of that name is in the kernel and ready for use. */
bool module_is_live(const struct host *host, const char *name);

/* True if a module of that name is in the kernel. */
bool module_is_loaded(const struct host *host, const char *name);

/*
 * True if a module that comes while an update is in force can be patched then; else the core
 * refuses it. The kernel must be built with CONFIG_LIVEPATCH: then the folder of its own live
 * patches is there, with something in it or not (klp_init() in kernel/livepatch/core.c, 6.1).
 */
bool module_may_come(const struct host *host);

/* Whether the kernel has the object that is called `name`: "vmlinux", or a module. */
enum fact_waiting module_waiting(const struct host *host, const char *name);

/*
 * Loads the module whose file contents are `file`: exactly these bytes, which
 * are never in a file that anyone could change. LP_BAD_BUNDLE if they are not
 * a module called `name`; LP_KERNEL_REFUSED with the kernel's reason, and its
 * usual cause, if the kernel refuses it.
 */
struct lp_error *module_load(const char *name, const struct blob *file);

/*
 * Unloads the module and waits for at most a few seconds while something
 * holds it. A module that is not loaded is not an error. LP_KERNEL_REFUSED
 * if it stays in use.
 */
struct lp_error *module_unload(const char *name);

#endif
