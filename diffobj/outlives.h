/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel may still use of an update after its undo. */
#ifndef LPATCH_DIFFOBJ_OUTLIVES_H
#define LPATCH_DIFFOBJ_OUTLIVES_H

#include "diffobj/diffobj.h"
#include "diffobj/plan.h"

/*
 * Adds a finding for each function, variable or text of the update whose address
 * leaves it, unless the author says that the patch takes care of it (LPATCH_RELEASES).
 * Symbols that this object doesn't define are in result->elsewhere: the caller knows
 * whether another part of the update defines them. Fails only without memory.
 */
struct lp_error *result_add_outlives(struct diffobj_result *result, const struct plan *plan);

#endif
