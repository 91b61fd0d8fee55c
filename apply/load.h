/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bringing an update into the kernel, not yet in force: the core, its module and its parts. */
#ifndef LPATCH_APPLY_LOAD_H
#define LPATCH_APPLY_LOAD_H

#include "apply/host.h"
#include "apply/output.h"
#include "common/bundle.h"

/* Loads the core unless it is loaded. Errors as module_load(). */
struct lp_error *load_core(const struct host *host, struct output *output,
			   const struct bundle *bundle);

/*
 * Loads the update's module and its parts for those kernel modules that are
 * loaded. Names the others, also in "waiting" of the result: they are
 * patched when they are loaded, since the core gets all parts. Errors as module_load(), and
 * LP_BAD_BUNDLE if the core doesn't know the update then. What was loaded
 * before an error stays: unload_update() unloads it.
 */
struct lp_error *load_update(const struct host *host, struct output *output,
			     const struct bundle *bundle);

/*
 * The same for an update whose modules were kept: loads the parts that are not loaded yet
 * and whose kernel modules have been loaded meanwhile.
 */
struct lp_error *load_more_parts(const struct host *host, struct output *output,
				 const struct bundle *bundle);

/*
 * A warning for each kernel module that the update is for, that is not loaded, and that the core
 * will refuse as long as the update is in force.
 */
void load_warn_refused(const struct host *host, struct output *output, const struct bundle *bundle);

#endif
