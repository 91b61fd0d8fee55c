/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How each member changes when the layout of a type changes. Members that use
 * free space are distinguished from members that move others.
 */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_CHANGE_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_CHANGE_H

#include <stdbool.h>

#include "create/layout/layout_types.h"

enum layout_difference_kind {
	/* Additions: no other member moves. */
	LAYOUT_FILLS,    /* new, in a hole of the old type or in the padding at its end */
	LAYOUT_APPENDED, /* new, at least in part after the end of the old type */
	LAYOUT_SHARES,   /* new, in bytes that other members of a union use as well */
	LAYOUT_EXTENDED, /* an array, or a member whose type grew: it has the same position, and
			    now also uses a hole or bytes after the end of the old type */
	/* Other changes. */
	LAYOUT_MOVED,
	LAYOUT_RETYPED, /* at the same position, but with another type or width */
	LAYOUT_GONE,
};

/* A member that differs. */
struct layout_difference {
	const struct layout_member *old, *new; /* NULL if there is none */
	enum layout_difference_kind kind;
	uint64_t hole_begin, hole_end; /* LAYOUT_FILLS: first bit of the hole, bit after its last */
};

struct layout_change {
	struct layout_difference *items; /* new members first, in the order of the types */
	size_t count;
	bool adds_only; /* all differences are additions, and no member moves */
};

/*
 * Compares two layouts of one type. *change points into both; the caller clears it with
 * layout_change_clear(). If they are the same, change->count is 0 and adds_only is set.
 */
struct lp_error *layout_change_find(const struct layout_type *old, const struct layout_type *new,
				    struct layout_change *change);

void layout_change_clear(struct layout_change *change);

#endif
