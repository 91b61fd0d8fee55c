/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text that describes the changed layout of a type. */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_DESCRIBE_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_DESCRIBE_H

#include <stdio.h>

#include "create/c_text.h"
#include "create/layout/layout_change.h"

/* "struct foo of 16 bytes keeps its members where they are": the start of a sentence. */
void layout_describe_sizes(FILE *out, const struct layout_type *old, const struct layout_type *new,
			   const struct layout_change *change);

/* Lines for the first members that differ, and the number of the others. */
void layout_describe_members(FILE *out, const struct layout_type *old,
			     const struct layout_type *new, const struct layout_change *change);

/* Lines about the content of holes in existing objects, and the places that use such objects. */
void layout_describe_users(FILE *out, const struct layout_change *change,
			   const struct type_users *users);

#endif
