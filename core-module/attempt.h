/* SPDX-License-Identifier: GPL-2.0 */
/* One attempt to apply or reverse an update. */
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

/*
 * Brings the update into the stage that is requested, applied or reversed, or leaves the kernel as
 * it was. With `replace`, all other updates in force are reversed in the same
 * stop as this one is applied. Returns 0 or a negative errno value; the entry's
 * report says why. Call with the core's lock held. May sleep.
 */
int lpatch_apply_or_reverse(struct lpatch_entry *entry, const struct lpatch_request *request);

/* Applies one more part of an update in force. As above. */
int lpatch_apply_part(struct lpatch_part *part);

/*
 * Takes a part out of force whose target's text nobody runs any more, and nobody
 * will: it is about to be freed, and not written to. Of the hooks, only post_reverse is
 * called. Fine for one that is not in force. With the core's lock held.
 */
void lpatch_drop_part(struct lpatch_part *part);

#endif
