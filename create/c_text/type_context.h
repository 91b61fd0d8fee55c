/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The context of a token in a C text: in which struct, in a function or
 * outside, among the arguments of which call, in which kind of declaration.
 */
#ifndef LPATCH_CREATE_C_TEXT_TYPE_CONTEXT_H
#define LPATCH_CREATE_C_TEXT_TYPE_CONTEXT_H

#include "create/c_text/c_tokens.h"

/* What a pair of braces holds. */
enum type_frame_kind {
	FRAME_TYPE,  /* members of a struct or union */
	FRAME_CODE,  /* of a function, or a block of one */
	FRAME_VALUE, /* an initial value, values of an enum */
};

struct type_frame {
	enum type_frame_kind kind;
	const char
		*name; /* of FRAME_TYPE: "struct foo", or a typedef's name; NULL if it has none */
	size_t length;
	bool is_union;
	size_t parentheses; /* that were open before it */
};

struct type_context {
	struct type_frame *frames; /* from the outermost on */
	size_t count;
	size_t parentheses; /* open ones since the last brace */
};

/*
 * Takes account of token number `index`; to be called for each in turn. Fails only without memory.
 */
struct lp_error *type_context_enter(struct type_context *context, const struct c_tokens *tokens,
				    size_t index);

void type_context_clear(struct type_context *context);

/* True at file scope. */
bool type_context_is_outside(const struct type_context *context);

/* True among the members of a struct or union, perhaps of one in a function. */
bool type_context_in_type(const struct type_context *context);

/* True in a function's body, and not in a type there. */
bool type_context_in_function(const struct type_context *context);

/* The innermost type with a name, or NULL. */
const struct type_frame *type_context_named(const struct type_context *context);

/*
 * The word before the innermost parenthesis that token `at` is in: the function, macro or keyword.
 * The number of tokens if the statement has none.
 */
size_t type_context_call(const struct c_tokens *tokens, size_t at);

/* The word that the result of the call at `at` is assigned to; the number of tokens if to none. */
size_t type_context_target(const struct c_tokens *tokens, size_t at);

/* Whether the declaration with its type at `at` starts with one of these. */
bool type_context_is_extern(const struct c_tokens *tokens, size_t at);
bool type_context_is_static(const struct c_tokens *tokens, size_t at);
bool type_context_is_typedef(const struct c_tokens *tokens, size_t at);

#endif
