/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bringing an update to a stage: tries, with pauses between them while a task blocks it. */
#ifndef LPATCH_APPLY_ATTEMPT_H
#define LPATCH_APPLY_ATTEMPT_H

#include <stdbool.h>

#include "apply/control.h"
#include "apply/output.h"

#define ATTEMPT_RETRIES 5 /* tries after the first, unless the user says otherwise */

/* How long to try again while a task blocks the attempt. */
struct attempt_limits {
	unsigned int retries;  /* tries after the first */
	unsigned int timeout;  /* seconds after which there is no other try; 0: none */
	bool retries_given;    /* by the user; if not, only the timeout counts */
	unsigned int max_stop; /* milliseconds that the check may stop the machine; 0: the core's */
};

struct attempt {
	unsigned int tries;
	bool interrupted;            /* a signal came between two tries */
	struct control_outcome last; /* of the last try */
};

void attempt_clear(struct attempt *attempt);

#define _cleanup_attempt_ _cleanup_(attempt_clear)

/*
 * Requests the stage until it is reached or a limit is. Only a transient cause, such as a busy
 * stack, leads to another try, after a pause of 0.1 s, 0.2 s, … at most 2 s. On a terminal, and
 * with --verbose, shows which task blocks the attempt. After interrupts_hold(), a signal during a
 * pause ends it. If this task itself blocks the attempt, because it makes the request, it requests
 * an attempt that the kernel makes while the task is in user space. `ways` is 0 or CONTROL_REPLACE.
 * attempt->last.done says whether the stage was reached; an error means that the core could not be
 * accessed.
 */
struct lp_error *attempt_stage(const struct host *host, struct output *output, const char *id,
			       enum lpatch_stage stage, unsigned int ways,
			       const struct attempt_limits *limits, struct attempt *attempt);

/* With --verbose, adds source lines to the stacks of blocking tasks, as far as they are known. */
struct lp_error *attempt_explain(const struct host *host, struct output *output,
				 struct attempt *attempt);

/* Adds to a JSON object: "tries", and for a refusal "cause" and "conflicts". */
void attempt_show(const struct attempt *attempt, struct json_object *json);

/*
 * The error for an attempt that did not reach the stage: LP_KERNEL_REFUSED with the
 * cause, the number of tries and everything that blocked the attempt; LP_INTERNAL
 * if it was interrupted. NULL for one that did.
 */
struct lp_error *attempt_error(const struct attempt *attempt, const char *id,
			       enum lpatch_stage stage);

#endif
