/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where instances of a type live, as far as one source file tells. */
#ifndef LPATCH_CREATE_LAYOUT_PLACES_H
#define LPATCH_CREATE_LAYOUT_PLACES_H

#include "common/text.h"
#include "create/layout_types.h"

struct layout_places {
	struct text_list variables; /* of the file, static ones of functions included */
	struct text_list stacks;    /* functions that have one on their stack */
	struct text_list types;     /* "struct bar": types that have it as a member */
	struct text_list lines; /* numbers of the lines that name its size: allocations, mostly */
};

/*
 * Finds them in the DWARF of `object` and in the text of `source`, the file that
 * it was compiled from. *places is to be released by layout_places_clear().
 */
struct lp_error *layout_places_read(const char *object, const char *source,
				    const struct layout_type *type, struct layout_places *places);

void layout_places_clear(struct layout_places *places);

#endif
