/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Debug messages of pr_debug() and the like. What makes one up is its
 * descriptor, a variable that says where the message stands and whether it is
 * switched on. A message that both objects have stays the running kernel's, so
 * that a replacement prints what was switched on, and goes on to follow
 * /proc/dynamic_debug/control under the name and line that are known.
 */
#ifndef LPATCH_DIFFOBJ_CORRELATE_DEBUG_H
#define LPATCH_DIFFOBJ_CORRELATE_DEBUG_H

#include "diffobj/plan.h"

/* Pairs the descriptors that say the same, after functions and variables are paired. */
struct lp_error *correlate_debug(struct object *original, struct object *patched);

/*
 * Finds the messages that come along although the running kernel may have one
 * switched on that they take the place of.
 */
struct lp_error *find_debug_messages(struct plan *plan);

#endif
