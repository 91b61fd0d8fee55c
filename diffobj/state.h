/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state in variables: findings, and what is shared with the running kernel. */
#ifndef LPATCH_DIFFOBJ_STATE_H
#define LPATCH_DIFFOBJ_STATE_H

#include "diffobj/diffobj.h"
#include "diffobj/plan.h"

/*
 * Adds findings about variables that are new, start anew, keep their state
 * under another name, or are no longer used; and the variables that the output
 * shares with the running kernel. Fails only without memory.
 */
struct lp_error *result_add_state(struct diffobj_result *result, const struct plan *plan);

/* Frees what result_add_state() has added, except the findings. */
void result_free_state(struct diffobj_result *result);

#endif
