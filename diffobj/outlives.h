/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of an update the kernel may still use when it has been undone. */
#ifndef LPATCH_DIFFOBJ_OUTLIVES_H
#define LPATCH_DIFFOBJ_OUTLIVES_H

#include "diffobj/diffobj.h"
#include "diffobj/plan.h"

/*
 * Adds a finding for each function, variable or text of the update whose address leaves it,
 * unless the author says that the patch takes care of it (LPATCH_RELEASES). What is
 * defined in no object here is in result->elsewhere: the caller knows whether another part
 * of the update defines it. Fails for lack of memory only.
 */
struct lp_error *result_add_outlives(struct diffobj_result *result, const struct plan *plan);

#endif
