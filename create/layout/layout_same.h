/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the content of a variable has the same meaning with two types. It has
 * if the types differ only in
 *  - const, volatile and restrict;
 *  - the sign of an integer: the count is the same modulo its width;
 *  - typedefs of integers that tell only the width (u32, uint32_t, size_t), and
 *    typedefs of other types;
 *  - the tag of a struct, union or enum with the same members and values;
 *  - an integer in one, and the atomic_t of the same width in the other;
 *  - void or a byte as the target of a pointer;
 *  - additional values of an enum.
 *
 * Other typedefs of integers (ktime_t, sector_t, __be32) name a unit, and must be
 * the same. Structs, unions and enums with the same tag at file scope are not
 * compared here: layout.h compares them by their names.
 */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_SAME_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_SAME_H

#include "create/layout/layout_dwarf.h"

/*
 * Compares the types of two variables. Sets *difference to NULL if they have the
 * same meaning. Otherwise it is the first difference, as the end of a sentence
 * that starts with the variable's name: " was int and is void *", ".state was
 * enum a and is enum b". The caller frees it. Fails only without memory.
 */
struct lp_error *layout_same_type(Dwarf_Die *old, Dwarf_Die *new, char **difference);

#endif
