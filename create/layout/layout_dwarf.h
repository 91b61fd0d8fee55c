/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that all readers of DWARF use. */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_DWARF_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_DWARF_H

#include <elfutils/libdw.h>
#include <stdbool.h>

#include "common/error.h"

/* How deep a chain of pointers, qualifiers and arrays is followed. */
#define LAYOUT_DEPTH 16

typedef struct lp_error *layout_visit_unit(Dwarf_Die *unit, void *context);

/* Calls `visit` for each unit of the object; LP_INTERNAL if its DWARF can't be read. */
struct lp_error *layout_visit_units(const char *object, layout_visit_unit *visit, void *context);

/* "struct", "union" or "enum" of a DW_TAG; NULL for any other. */
const char *layout_kind(int tag);

/* Sets *type to what the DIE's DW_AT_type names; false if it has none. */
bool layout_type_of(Dwarf_Die *die, Dwarf_Die *type);

#endif
