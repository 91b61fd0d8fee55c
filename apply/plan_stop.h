/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known beforehand about the stop of the machine. */
#ifndef LPATCH_APPLY_PLAN_STOP_H
#define LPATCH_APPLY_PLAN_STOP_H

#include "apply/host.h"
#include "apply/output.h"

/*
 * Says for how long the check of the stacks may stop the machine, and how many tasks are checked
 * while it runs; adds "max_stop_ms" and "tasks" (0 if it can't be told) to the result. `max_stop`
 * is what --max-stop says, in milliseconds; 0: what the core has as its limit, or will have.
 */
struct lp_error *plan_stop_show(const struct host *host, unsigned int max_stop,
				struct output *output);

#endif
