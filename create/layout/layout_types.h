/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layouts of the named types of one object, read from its DWARF. */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_TYPES_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* A member of a struct or union, or a value of an enum. */
struct layout_member {
	char *name; /* "" for an anonymous one; "a.b" for b of a named a whose type has no name */
	char *type; /* as C would write it, roughly; "" in an enum */
	int64_t place; /* bits from the start of the type; in an enum, the value */
	uint64_t bits; /* width of a bit field, else 0 */
	uint64_t size; /* bytes; 0 for a flexible array, and in an enum */
	/*
	 * For a member with an unnamed type, whose members are in the list as
	 * well: bytes of one element if it is an array, else of all of it; 0 for
	 * any other member.
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

/* Reads the types at file scope; *types is to be released by layout_types_clear(). */
struct lp_error *layout_types_read(const char *object, struct layout_types *types);

/*
 * Sets *alignment to that of the type, in bytes, as follows from its members on x86-64; 0 if
 * the object has no such type. A packed type is treated as if it were not packed.
 */
struct lp_error *layout_alignment_read(const char *object, const struct layout_type *type,
				       uint64_t *alignment);

/* The type of that kind and name, or NULL. */
const struct layout_type *layout_types_find(const struct layout_types *types,
					    const struct layout_type *wanted);

void layout_types_clear(struct layout_types *types);

#endif
