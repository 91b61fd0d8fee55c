/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the author of a patch has said in the patched source by way of
 * kpatch-templates/lpatch-patch.h: hooks, each the address of a function in a
 * section of its own, and shadow variables.
 */
#ifndef LPATCH_DIFFOBJ_AUTHOR_H
#define LPATCH_DIFFOBJ_AUTHOR_H

#include "diffobj/diffobj.h"
#include "diffobj/plan.h"

/* The name of the hook that the piece stands for, "pre_apply"; NULL if it stands for none. */
const char *piece_hook(const struct piece *piece);

/* Whether the piece declares a shadow variable. */
bool piece_is_shadow(const struct piece *piece);

/* The relocation that says what the mark LPATCH_RELEASES names; NULL: the piece is no such mark. */
const struct reloc *piece_release(const struct piece *piece);

/* Whether the author wants the code to stay loaded after an undo (LPATCH_KEEP_CODE). */
bool author_keeps_code(const struct object *patched);

/* Carries all hooks over, and refuses what is none. Fails for lack of memory only. */
struct lp_error *include_hooks(struct plan *plan);

/*
 * Adds the hooks and shadow variables that are carried over to the result.
 * Fails for lack of memory only.
 */
struct lp_error *result_add_author(struct diffobj_result *result, const struct plan *plan);

/* Frees what result_add_author() has added. */
void result_free_author(struct diffobj_result *result);

#endif
