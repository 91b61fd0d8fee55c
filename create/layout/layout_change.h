/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The change of each member when the layout of a type changes: members that use
 * free space are distinguished from those that move others.
 */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_CHANGE_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_CHANGE_H

#include <stdbool.h>

#include "create/layout/layout_types.h"

enum layout_difference_kind {
	/* Added: each leaves all others where they were. */
	LAYOUT_FILLS,    /* new, in a hole of the old type, its padding at the end included */
	LAYOUT_APPENDED, /* new, at least in part after the end of the old type */
	LAYOUT_SHARES,   /* new, in bytes that other members of a union have */
	LAYOUT_EXTENDED, /* an array, or a member of another type that grew: begins where it did,
			    and goes on over what was a hole or the end */
	/* Not added. */
	LAYOUT_MOVED,
	LAYOUT_RETYPED, /* at the same place, but of another type or width */
	LAYOUT_GONE,
};

/* A member that differs; those that don't are not in the list. */
struct layout_difference {
	const struct layout_member *old, *new; /* NULL if there is none */
	enum layout_difference_kind kind;
	uint64_t hole_begin, hole_end; /* bits, the second after the last; of LAYOUT_FILLS */
};

struct layout_change {
	struct layout_difference *items; /* new members first, in the order of the types */
	size_t count;
	bool adds_only; /* none of them moves another: all kinds are of the first group */
};

/*
 * Compares two layouts of one type. *change refers to both and is to be released by
 * layout_change_clear(); change->count is 0, with adds_only, if they are the same.
 */
struct lp_error *layout_change_find(const struct layout_type *old, const struct layout_type *new,
				    struct layout_change *change);

void layout_change_clear(struct layout_change *change);

#endif
