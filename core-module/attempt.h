/* SPDX-License-Identifier: GPL-2.0 */
/* One attempt to apply or reverse an update. */
#ifndef LPATCH_ATTEMPT_H
#define LPATCH_ATTEMPT_H

#include "update.h"

/*
 * Brings the update into the stage that is wished, applied or reversed, or leaves the kernel as
 * it was. With `replace`, all other updates in force are reversed in the same
 * stop as this one is applied. Returns 0 or a negative errno value; the entry's
 * report says why. Call with the core's lock held. May sleep.
 */
int lpatch_attempt(struct lpatch_entry *entry, const struct lpatch_wish *wish);

/* Applies one more part of an update in force. As above. */
int lpatch_attempt_part(struct lpatch_part *part);

/*
 * Takes all parts of a target out of force that nobody but a reader or writer of
 * its parameters calls any more. Hooks can't say no: only post_reverse is called.
 * As above, and the reports stay empty. Returns -ENOENT if there are none, -ENOMEM.
 */
int lpatch_attempt_leave(const struct lpatch_target *target);

/*
 * Takes a part out of force whose target nobody calls any more, and whose text
 * is about to be freed; hooks are not called. Fine for one that is not in force.
 */
void lpatch_attempt_drop(struct lpatch_part *part);

#endif
