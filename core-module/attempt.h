/* SPDX-License-Identifier: GPL-2.0 */
/* One attempt to apply or reverse an update. */
#ifndef LPATCH_ATTEMPT_H
#define LPATCH_ATTEMPT_H

#include "update.h"

/*
 * Brings the update into stage applied or reversed, or leaves the kernel as it
 * was. Returns 0 or a negative errno value; the entry's report says why. Call
 * with the core's lock held. May sleep.
 */
int lpatch_attempt(struct lpatch_entry *entry, enum lpatch_stage goal);

#endif
