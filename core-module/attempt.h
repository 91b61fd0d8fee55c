/* SPDX-License-Identifier: GPL-2.0 */
/* One attempt to make a transition. */
#ifndef LPATCH_ATTEMPT_H
#define LPATCH_ATTEMPT_H

#include "transition.h"

/*
 * Makes the transition, or leaves the kernel as it was; parts know then whether they are in force.
 * Which stage an update is in is left to the caller. `max_stop_ms` bounds the check in the stop;
 * 0: the core's own limit. Returns 0 or a negative errno value; the transition's report says why.
 * Call with the core's lock held. May sleep.
 */
int lpatch_attempt(struct lpatch_transition *transition, unsigned int max_stop_ms);

#endif
