/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A forecast of the stop of the machine. */
#ifndef LPATCH_APPLY_PLAN_STOP_H
#define LPATCH_APPLY_PLAN_STOP_H

#include "apply/host.h"
#include "apply/output.h"

/*
 * Prints for how long the check of the stacks may stop the machine, and how many tasks are checked
 * while it runs; adds "max_stop_ms" and "tasks" (0 if unknown) to the result. `max_stop`
 * is what --max-stop says, in milliseconds; 0: the limit of the core.
 */
struct lp_error *plan_stop_show(const struct host *host, unsigned int max_stop,
				struct output *output);

#endif
