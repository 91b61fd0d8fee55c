/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * C source text as a row of tokens, without comments. No directive is followed
 * and no macro expanded.
 */
#ifndef LPATCH_CREATE_C_TEXT_C_TOKENS_H
#define LPATCH_CREATE_C_TEXT_C_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

enum c_token_kind {
	C_WORD,     /* an identifier or keyword */
	C_CONSTANT, /* a number, string or character */
	C_MARK,     /* "->", or any other character by itself */
};

struct c_token {
	const char *text; /* in the text that was read; not terminated */
	unsigned int length;
	unsigned int line; /* from 1 */
	enum c_token_kind kind;
	bool directive; /* part of a preprocessor directive */
};

struct c_tokens {
	struct c_token *items;
	size_t count;
};

/* Cuts the text, which must outlive the tokens; *tokens is to be cleared by c_tokens_clear(). */
struct lp_error *c_tokens_read(const char *text, struct c_tokens *tokens);

void c_tokens_clear(struct c_tokens *tokens);

/* True if token number `index` is there and reads like that. */
bool c_token_is(const struct c_tokens *tokens, size_t index, const char *text);

/* True if it is there and an identifier or keyword. */
bool c_token_is_word(const struct c_tokens *tokens, size_t index);

/*
 * Where the bracket that token number `index` is ends: the index of its partner, or of the last
 * token where it has none.
 */
size_t c_token_close(const struct c_tokens *tokens, size_t index);

/* The same towards the start, for one that closes; 0 where it has no partner. */
size_t c_token_open(const struct c_tokens *tokens, size_t index);

#endif
