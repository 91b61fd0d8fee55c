/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Static variables of functions, matched by use; the fourth rung of correlate.h. */
#ifndef LPATCH_DIFFOBJ_CORRELATE_LOCALS_H
#define LPATCH_DIFFOBJ_CORRELATE_LOCALS_H

#include "diffobj/piece_table.h"

/* `originals` by stem. Functions must have been paired. Fails for lack of memory only. */
struct lp_error *correlate_locals(const struct piece_table *originals, struct object *original,
				  struct object *patched);

#endif
