/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the code of a C text can change when a type gets a member in a hole.
 * It can if the text mentions that member. It can also if the text copies,
 * initialises or passes a whole object of the type, or of a type that contains
 * it. A text that only accesses old members through pointers is not affected.
 */
#ifndef LPATCH_CREATE_C_TEXT_MEMBER_USES_H
#define LPATCH_CREATE_C_TEXT_MEMBER_USES_H

#include "common/text.h"
#include "create/c_text/c_tokens.h"
#include "create/c_text/type_users.h"

/* What to search for in a text. */
struct member_names {
	const struct type_users *users; /* names of the type, and of what has it or points to it */
	const struct text_list *added;  /* the new members, and the bit fields beside them */
};

/* What the text does. */
struct member_verdict {
	bool leads; /* it has an expression of the type, or of a pointer to it */
	bool adds;  /* it mentions a name of `added`; if `leads` is set too, perhaps that member */
	bool whole; /* it may handle a whole object */
};

/* Reads the tokens; fails only without memory. Doesn't see names that macros paste together. */
struct lp_error *member_uses_read(const struct c_tokens *tokens, const struct member_names *names,
				  struct member_verdict *verdict);

/* True if the code of the text can change. */
bool member_uses_matter(const struct member_verdict *verdict);

#endif
