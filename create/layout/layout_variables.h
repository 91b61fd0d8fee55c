/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables of the running kernel that have another type in the patched source.
 * The size alone is not enough: a pointer that was a number, a counter of
 * milliseconds that was one of jiffies, a state whose values were renumbered.
 */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_VARIABLES_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_VARIABLES_H

#include "create/layout/layout.h"
#include "diffobj/diffobj.h"

/*
 * Adds to *result each variable that the update shares with the running kernel
 * and whose type differs (layout_same.h says what counts), and each group of
 * renumbered constants of an unnamed enum. `shared` are the variables that the
 * objects themselves define; those of other objects are found by name.
 * LP_INTERNAL if the debugging information can't be read.
 */
struct lp_error *layout_compare_variables(const struct layout_job *job,
					  const struct diffobj_shared *shared, size_t count,
					  struct layout_result *result);

#endif
