/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * C source text as a list of tokens, without comments. Directives are not
 * followed and macros are not expanded.
 */
#ifndef LPATCH_CREATE_C_TEXT_C_TOKENS_H
#define LPATCH_CREATE_C_TEXT_C_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

enum c_token_kind {
	C_WORD,       /* an identifier or keyword */
	C_CONSTANT,   /* a number, string or character */
	C_PUNCTUATOR, /* "->", or any other single character */
};

struct c_token {
	const char *text; /* points into the text that was read; not terminated */
	unsigned int length;
	unsigned int line; /* from 1 */
	enum c_token_kind kind;
	bool directive; /* part of a preprocessor directive */
};

struct c_tokens {
	struct c_token *items;
	size_t count;
};

/*
 * Splits the text into tokens, which point into it. The caller clears *tokens with
 * c_tokens_clear().
 */
struct lp_error *c_tokens_read(const char *text, struct c_tokens *tokens);

void c_tokens_clear(struct c_tokens *tokens);

/* True if both have the same tokens in the same order, on whatever lines. */
bool c_tokens_equal(const struct c_tokens *one, const struct c_tokens *other);

/* True if token number `index` exists and is `text`. */
bool c_token_is(const struct c_tokens *tokens, size_t index, const char *text);

/* True if token number `index` exists and is an identifier or keyword. */
bool c_token_is_word(const struct c_tokens *tokens, size_t index);

/*
 * The index of the closing bracket that belongs to the opening bracket at token number `index`;
 * the last token's index if there is none.
 */
size_t c_token_close(const struct c_tokens *tokens, size_t index);

/* The index of the opening bracket that belongs to the closing one at `index`; 0 if none. */
size_t c_token_open(const struct c_tokens *tokens, size_t index);

#endif
