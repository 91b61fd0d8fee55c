/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loading a module from memory of the kernel, and unloading one: through the
 * system calls, so that signatures, versions and everything else are checked
 * as for any other module.
 */
#ifndef LPATCH_LOADER_H
#define LPATCH_LOADER_H

#include <linux/types.h>

struct lpatch_backoff;

/*
 * Loads the module file with these bytes. Returns 0 or what init_module(2)
 * gives, negative; -EOPNOTSUPP on a kernel where that can't be called. From a
 * task with user memory, holding no lock. Sleeps.
 */
int lpatch_loader_load(const void *bytes, size_t size);

/*
 * Unloads the module of that name. Returns 0 or what delete_module(2) gives,
 * negative: -ENOENT if it is not there, -EWOULDBLOCK or -EBUSY while something
 * holds it. As above.
 */
int lpatch_loader_unload(const char *name);

/* Unloads a module of ours. One that is held, or that another task unloads, is tried again. */
int lpatch_loader_unload_in_time(const char *name, struct lpatch_backoff *backoff);

#endif
