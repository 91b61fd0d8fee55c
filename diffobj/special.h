/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of an object with entries that belong to functions (object/special_rules.h). */
#ifndef LPATCH_DIFFOBJ_SPECIAL_H
#define LPATCH_DIFFOBJ_SPECIAL_H

#include "diffobj/piece.h"
#include "object/special_rules.h"

/*
 * Finds rule and layout for every section of entries, before the object is cut; a
 * section of which no layout is certain is marked as misshapen.
 */
void special_find_layouts(struct object *object);

/* Hands every entry to its piece, after relocations are resolved. */
struct lp_error *special_attach(struct object *object);

/* The section .orc_unwind of an object, or NULL. */
struct section *special_orc(const struct object *object);

#endif
