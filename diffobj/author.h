/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the author of a patch declares in the patched source through
 * kpatch-templates/lpatch-patch.h: hooks, each the address of a function in a
 * section of its own, and shadow variables.
 */
#ifndef LPATCH_DIFFOBJ_AUTHOR_H
#define LPATCH_DIFFOBJ_AUTHOR_H

#include "diffobj/diffobj.h"
#include "diffobj/plan.h"

/* Whether the author wants the code to stay loaded after an undo (LPATCH_KEEP_CODE). */
bool author_keeps_code(const struct object *patched);

/* Carries all hooks over, and refuses what is not a valid hook. Fails only without memory. */
struct lp_error *include_hooks(struct plan *plan);

/*
 * Adds the hooks and shadow variables that are carried over to the result.
 * Fails only without memory.
 */
struct lp_error *result_add_author(struct diffobj_result *result, const struct plan *plan);

/* Frees what result_add_author() has added. */
void result_free_author(struct diffobj_result *result);

#endif
