/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The users of a type in the whole source: where objects are allocated, which
 * variables and types contain them, and whether their memory was cleared.
 */
#ifndef LPATCH_CREATE_C_TEXT_TYPE_USERS_H
#define LPATCH_CREATE_C_TEXT_TYPE_USERS_H

#include <stdbool.h>

#include "create/c_text/source_scan.h"

/* Lists of places: "fs/pipe.c:789 (kzalloc)". */
struct type_users {
	/* The type and all types that contain it, directly or not: "struct bar". */
	struct text_list holders;
	struct text_list aliases;  /* names of typedefs for these */
	struct text_list pointers; /* members that point to one of these */
	struct text_list values;   /* members that are of one of these types */
	struct text_list pointing; /* variables that point to one, functions with such a result */
	struct text_list objects;  /* variables of one of these types, functions that return one */
	struct text_list files;    /* that mention one by name or typedef */
	struct text_list owning;   /* files that have, copy or initialise a whole object */
	bool is_complete;          /* no limit was reached, so these lists are complete */

	struct text_list allocations; /* by the type's size, and from its caches */
	struct text_list others;      /* where its size is used for an unknown purpose */
	struct text_list variables;   /* with static storage */
	struct text_list stacks;      /* local variables, parameters, values without a name */
	struct text_list types; /* "struct bar, fs/bar.h:12": types that have it as a member */
	/*
	 * The first place at which a hole of the type, or of a type that contains it, may be
	 * nonzero, or the reason why this isn't known; NULL if holes are zero everywhere.
	 */
	char *unclear;
};

/*
 * Finds the users of the type `kind` `tag`. If several files define a type of that name, the one
 * in a file of `changed` is meant. Allocations of types that contain the type count as well. The
 * caller clears *users with type_users_clear().
 */
struct lp_error *type_users_find(const struct source_scan *scan, const char *kind, const char *tag,
				 const struct text_list *changed, struct type_users *users);

void type_users_clear(struct type_users *users);

#endif
