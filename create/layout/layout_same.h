/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what a variable holds means the same under two types. It does if the
 * types differ only in
 *  - const, volatile and restrict;
 *  - the sign of an integer: what it counts is the same modulo its width;
 *  - names for integers that say nothing but their width (u32, uint32_t, size_t),
 *    and typedefs of anything else than integers;
 *  - the tag of a struct, union or enum whose members and values are the same;
 *  - being an integer, or the atomic_t of the same width;
 *  - void and bytes behind a pointer;
 *  - values that an enum got in addition.
 * A typedef of an integer that says more (ktime_t, sector_t, __be32) has a unit.
 * Structs, unions and enums of the same tag at file scope are not looked into:
 * layout.h compares them by their names.
 */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_SAME_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_SAME_H

#include "create/layout/layout_dwarf.h"

/*
 * Compares what two variables are of. Sets *difference to NULL if it means the
 * same, else to the first difference as the end of a sentence that begins with
 * the variable: " was int and is void *", ".state was enum a and is enum b".
 * Fails for lack of memory only.
 */
struct lp_error *layout_same_type(Dwarf_Die *old, Dwarf_Die *new, char **difference);

#endif
