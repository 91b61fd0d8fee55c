/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source files whose code can change when types get members in holes; see
 * member_uses.h.
 */
#ifndef LPATCH_CREATE_C_TEXT_MEMBER_USERS_H
#define LPATCH_CREATE_C_TEXT_MEMBER_USERS_H

#include <stdbool.h>

#include "create/c_text/source_scan.h"

/* A type that gets members in holes and keeps its size and alignment. */
struct member_addition {
	char *type;             /* "struct foo" */
	struct text_list names; /* of the new members, and of the type's bit fields */
};

/* The files that are affected. */
struct member_users {
	struct text_list files;  /* whose code can change */
	struct text_list names;  /* macros and inline functions: their users can change, too */
	struct text_list pasted; /* all names through which a file accesses the type */
	bool is_complete;        /* false: files that are not in the list can change, too */
};

/*
 * Finds the affected files; `changed` are the files that the diff changes. The caller clears
 * *users with member_users_clear().
 */
struct lp_error *member_users_find(const struct source_scan *scan,
				   const struct member_addition *addition,
				   const struct text_list *changed, struct member_users *users);

void member_users_clear(struct member_users *users);

#endif
