/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose code it is that changed in a function: its own, or that of one inlined there. */
#ifndef LPATCH_CREATE_INLINED_H
#define LPATCH_CREATE_INLINED_H

#include "diffobj/diffobj.h"

struct inlined;

/* For the functions of a patched object with DWARF. To be freed by inlined_close(). */
struct lp_error *inlined_open(const char *patched, struct inlined **inlined);

void inlined_close(struct inlined *inlined);

/*
 * The function that the first changed instruction of `function` was inlined
 * from, valid until inlined_close(); NULL if it is the function's own, or can't be told.
 */
const char *inlined_at_change(const struct inlined *inlined,
			      const struct diffobj_function *function);

#endif
