/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The context of a token in a C text: the struct that it is in, whether it is in
 * a function, the call whose argument it is, the kind of its declaration.
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
	size_t parentheses; /* number that was open before it */
};

struct type_context {
	struct type_frame *frames; /* from the outermost on */
	size_t count;
	size_t parentheses; /* number that was opened since the last brace and is still open */
};

/*
 * Updates the context for token number `index`. The caller calls it for each token in order. Fails
 * only without memory.
 */
struct lp_error *type_context_enter(struct type_context *context, const struct c_tokens *tokens,
				    size_t index);

void type_context_clear(struct type_context *context);

/* True at file scope. */
bool type_context_is_outside(const struct type_context *context);

/* True among the members of a struct or union, also of one in a function. */
bool type_context_in_type(const struct type_context *context);

/* True in a function's body, but not in a type that is defined there. */
bool type_context_in_function(const struct type_context *context);

/* The innermost type with a name, or NULL. */
const struct type_frame *type_context_named(const struct type_context *context);

/*
 * The index of the word before the innermost parenthesis that contains token `at`: a function,
 * macro or keyword. The number of tokens if there is none in the statement.
 */
size_t type_context_call(const struct c_tokens *tokens, size_t at);

/*
 * The index of the word to which the result of the call at `at` is assigned; the number of tokens
 * if it isn't assigned.
 */
size_t type_context_target(const struct c_tokens *tokens, size_t at);

/* Whether `extern`, `static` or `typedef` stands before the type at `at`. */
bool type_context_is_extern(const struct c_tokens *tokens, size_t at);
bool type_context_is_static(const struct c_tokens *tokens, size_t at);
bool type_context_is_typedef(const struct c_tokens *tokens, size_t at);

#endif
