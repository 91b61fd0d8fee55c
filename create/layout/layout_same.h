/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the content of a variable means the same with two types. It does if
 * the types differ only in
 *  - const, volatile and restrict;
 *  - the sign of an integer: what it counts is the same modulo its width;
 *  - names for integers that give only their width (u32, uint32_t, size_t), and
 *    typedefs of anything but integers;
 *  - the tag of a struct, union or enum whose members and values are the same;
 *  - being an integer, or the atomic_t of the same width;
 *  - void and bytes as the target of a pointer;
 *  - additional values of an enum. A typedef of an integer that says more
 * (ktime_t, sector_t, __be32) has a unit. Structs, unions and enums of the same
 * tag at file scope are not compared here: layout.h compares them by their
 * names.
 */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_SAME_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_SAME_H

#include "create/layout/layout_dwarf.h"

/*
 * Compares the types of two variables. Sets *difference to NULL if they mean
 * the same, else to the first difference as the end of a sentence that starts
 * with the variable: " was int and is void *", ".state was enum a and is enum
 * b". Fails only without memory.
 */
struct lp_error *layout_same_type(Dwarf_Die *old, Dwarf_Die *new, char **difference);

#endif
