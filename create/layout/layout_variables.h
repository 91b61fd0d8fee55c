/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables of the running kernel that have another type in the patched source.
 * A comparison of sizes is not enough: a number can become a pointer, a counter of
 * jiffies one of milliseconds, and the values of a state can be renumbered.
 */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_VARIABLES_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_VARIABLES_H

#include "create/layout/layout.h"
#include "diffobj/diffobj.h"

/*
 * Adds to *result each variable that the update shares with the running kernel
 * and whose type differs (by the rules of layout_same.h), and each unnamed enum
 * with renumbered constants. `shared` are the variables that the objects
 * themselves define; those of other objects are found by name. LP_INTERNAL if the
 * DWARF can't be read.
 */
struct lp_error *layout_compare_variables(const struct layout_job *job,
					  const struct diffobj_shared *shared, size_t count,
					  struct layout_result *result);

#endif
