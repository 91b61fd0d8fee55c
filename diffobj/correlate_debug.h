/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Debug messages of pr_debug() and the like. Each has a descriptor, a variable
 * that says where the message is in the source and whether it is switched on.
 * For a message that both objects have, the running kernel's descriptor is
 * used, so that a replacement prints what was switched on, and still follows
 * /proc/dynamic_debug/control under the known name and line.
 */
#ifndef LPATCH_DIFFOBJ_CORRELATE_DEBUG_H
#define LPATCH_DIFFOBJ_CORRELATE_DEBUG_H

#include "diffobj/plan.h"

/* Pairs equal descriptors, after functions and variables are paired. */
struct lp_error *correlate_debug(struct object *original, struct object *patched);

/*
 * Finds the messages that are carried over and may replace one that is switched
 * on in the running kernel.
 */
struct lp_error *find_debug_messages(struct plan *plan);

#endif
