/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Type layouts: a struct, union or enum that the patch lays out differently.
 * Objects that exist in the running kernel have the old layout, so replaced
 * functions would misread them.
 */
#ifndef LPATCH_CREATE_LAYOUT_H
#define LPATCH_CREATE_LAYOUT_H

#include "common/error.h"
#include "common/text.h"

/*
 * Compares the types that both objects know by name, from their DWARF. Adds a
 * paragraph to *differences for each whose layout differs, "struct foo: ...",
 * but for those whose names are in `allowed`. LP_INTERNAL if the debugging
 * information can't be read.
 */
struct lp_error *layout_compare(const char *original, const char *patched,
				const struct text_list *allowed, struct text_list *differences);

#endif
