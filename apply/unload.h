/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unloads modules: those of updates, and the core when no update is left. */
#ifndef LPATCH_APPLY_UNLOAD_H
#define LPATCH_APPLY_UNLOAD_H

#include "apply/host.h"
#include "common/error.h"

/*
 * Unloads the modules of an update that is not applied, its parts first. It is not
 * an error if there are none. LP_KERNEL_REFUSED if one stays.
 */
struct lp_error *unload_update(const struct host *host, const char *id);

/* Unloads the core if it is loaded and no update is present. LP_KERNEL_REFUSED if it stays. */
struct lp_error *unload_idle_core(const struct host *host);

#endif
