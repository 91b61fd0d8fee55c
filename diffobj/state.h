/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of the state that variables keep: findings, and what is shared. */
#ifndef LPATCH_DIFFOBJ_STATE_H
#define LPATCH_DIFFOBJ_STATE_H

#include "diffobj/diffobj.h"
#include "diffobj/plan.h"

/*
 * Adds findings about variables that are new, start anew, go on under another
 * name, or are not used any more; and the variables that the output shares with
 * the running kernel. Fails for lack of memory only.
 */
struct lp_error *result_add_state(struct diffobj_result *result, const struct plan *plan);

/* Frees what result_add_state() has added, but for the findings. */
void result_free_state(struct diffobj_result *result);

#endif
