/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The users of a type in all the source: where objects are allocated, which
 * variables and other types contain them, and whether they were cleared.
 */
#ifndef LPATCH_CREATE_C_TEXT_TYPE_USERS_H
#define LPATCH_CREATE_C_TEXT_TYPE_USERS_H

#include <stdbool.h>

#include "create/c_text/source_scan.h"

/* Lists of places: "fs/pipe.c:789 (kzalloc)". */
struct type_users {
	/* The type and all that have it as a member, directly or not: "struct bar". */
	struct text_list holders;
	struct text_list aliases;  /* names of typedefs for these */
	struct text_list pointers; /* members that point to one of these */
	struct text_list values;   /* members that are one */
	struct text_list given;    /* functions and variables that point to one */
	struct text_list objects;  /* variables, and results of functions, that are one */
	struct text_list files;    /* that mention one by name or typedef */
	struct text_list owning;   /* those that have, copy or initialise a whole one */
	bool is_complete;          /* no limit was reached, so these lists are complete */

	struct text_list allocations; /* by the type's size, and from its caches */
	struct text_list others;      /* its size is taken there, and what for can't be told */
	struct text_list variables;   /* that live as long as the kernel */
	struct text_list stacks;      /* local variables, parameters, values without a name */
	struct text_list types;       /* "struct bar, fs/bar.h:12": types that it is a member of */
	/*
	 * The first of the places, of these and of their containers, at which a hole
	 * may be nonzero, or why this isn't known; NULL if there is none.
	 */
	char *unclear;
};

/*
 * Finds them. `changed` are the files that are meant where several define a type of that
 * name. Allocations of types that have the type as a member count as well. *users is to be
 * cleared by type_users_clear().
 */
struct lp_error *type_users_find(const struct source_scan *scan, const char *kind, const char *tag,
				 const struct text_list *changed, struct type_users *users);

void type_users_clear(struct type_users *users);

#endif
