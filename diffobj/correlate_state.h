/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variables that have lost their name, matched by use; the fifth rung of correlate.h. */
#ifndef LPATCH_DIFFOBJ_CORRELATE_STATE_H
#define LPATCH_DIFFOBJ_CORRELATE_STATE_H

#include "object/object.h"

/*
 * Pairs what it can of the variables without a twin. All else must have been
 * paired. Fails for lack of memory only.
 */
struct lp_error *correlate_state(struct object *original, struct object *patched);

#endif
