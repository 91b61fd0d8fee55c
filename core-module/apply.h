/* SPDX-License-Identifier: GPL-2.0 */
/* Applying and reversing updates and their parts. */
#ifndef LPATCH_APPLY_H
#define LPATCH_APPLY_H

#include "update.h"

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
 * Takes a part out of force whose target's text no task runs any more, and none will: it is about
 * to be freed, and not written to. Of the hooks, only post_reverse is called. Fine for one that
 * is not in force. With the core's lock held.
 */
void lpatch_drop_part(struct lpatch_part *part);

#endif
