/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Static variables of functions, matched by use; the fourth rung of correlate.h. */
#ifndef LPATCH_DIFFOBJ_CORRELATE_LOCALS_H
#define LPATCH_DIFFOBJ_CORRELATE_LOCALS_H

#include "diffobj/piece_table.h"

/* `originals` by stem. Functions must have been paired. Fails only without memory. */
struct lp_error *correlate_locals(const struct piece_table *originals, struct object *original,
				  struct object *patched);

/* Whether both have relocations of the same kinds at the same places. */
bool correlate_same_shape(const struct piece *a, const struct piece *b);

/* Whether a function, its cold parts included, refers to a piece or to a part of it. */
bool piece_refers_to(const struct piece *function, const struct piece *to);

/*
 * Whether code moved between a function of the original and one of the patched
 * object: only one side has one of them, and on the other side it is part of
 * its caller.
 */
bool correlate_code_moved(const struct piece *original, const struct piece *patched);

#endif
