/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layouts of the named types of one object, read from its DWARF. */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_TYPES_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* A member of a struct or union, or a value of an enum. */
struct layout_member {
	char *name;    /* "" if it has none; "a.b" for the member b of a, if a's type has no name */
	char *type;    /* roughly as in C; "" in an enum */
	int64_t place; /* bits from the start of the type; in an enum, the value */
	uint64_t bits; /* width of a bit field, else 0 */
	uint64_t size; /* bytes; 0 for a flexible array, and in an enum */
	/*
	 * Not 0 if the type of the member or its elements is unnamed, so that its
	 * members are in the list as well: the size of one element, or of the
	 * member if it is no array, in bytes.
	 */
	uint64_t opened;
};

struct layout_type {
	const char *kind; /* "struct", "union", "enum" */
	char *name;
	uint64_t size; /* bytes */
	struct layout_member *members;
	size_t nr_members;
};

struct layout_types {
	struct layout_type *types; /* by kind and name */
	size_t count;
};

/* Reads the types at file scope. The caller clears *types with layout_types_clear(). */
struct lp_error *layout_types_read(const char *object, struct layout_types *types);

/*
 * Sets *alignment to the alignment of the type in bytes, computed from its members for x86-64; to 0
 * if the object has no such type. A packed type is treated as if it were not packed.
 */
struct lp_error *layout_alignment_read(const char *object, const struct layout_type *type,
				       uint64_t *alignment);

/* The type of that kind and name, or NULL. */
const struct layout_type *layout_types_find(const struct layout_types *types,
					    const struct layout_type *wanted);

void layout_types_clear(struct layout_types *types);

#endif
