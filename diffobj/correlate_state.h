/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variables that have lost their name, matched by use; the fifth rung of correlate.h. */
#ifndef LPATCH_DIFFOBJ_CORRELATE_STATE_H
#define LPATCH_DIFFOBJ_CORRELATE_STATE_H

#include "object/object.h"

/*
 * Pairs the variables without a twin where it can. All else must have been
 * paired. Fails only without memory.
 */
struct lp_error *correlate_state(struct object *original, struct object *patched);

#endif
