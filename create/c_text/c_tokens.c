// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/c_text/c_tokens.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"

/* The position of the reader. */
struct reader {
	const char *at;
	unsigned int line;
	bool fresh;     /* nothing but blanks on the line so far */
	bool directive; /* in a preprocessor directive */
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Moves to `end` and counts the lines. */
static void go_to(struct reader *reader, const char *end)
{
	for (; reader->at < end; reader->at++)
		reader->line += *reader->at == '\n';
}

static const char *end_of_constant(const char *at)
{
	char quote = *at++;

	while (*at && *at != quote && *at != '\n')
		at += *at == '\\' && at[1] ? 2 : 1;
	return at + (*at == quote);
}

/* Skips blanks and comments up to the next token; false at the end of the text. */
static bool find_next(struct reader *reader)
{
	for (;;) {
		const char *at = reader->at;

		if (*at == '\n') {
			reader->fresh = true;
			reader->directive = false;
			go_to(reader, at + 1);
		} else if (at[0] == '\\' && at[1] == '\n') {
			go_to(reader, at + 2);
		} else if (isspace((unsigned char)*at)) {
			go_to(reader, at + 1);
		} else if (at[0] == '/' && at[1] == '/') {
			go_to(reader, at + strcspn(at, "\n"));
		} else if (at[0] == '/' && at[1] == '*') {
			const char *end = strstr(at + 2, "*/");

			go_to(reader, end ? end + 2 : at + strlen(at));
		} else {
			return *at;
		}
	}
}

static void read_token(struct reader *reader, struct c_token *token)
{
	const char *at = reader->at, *end = at + 1;

	if (*at == '#' && reader->fresh)
		reader->directive = true;
	reader->fresh = false;
	*token = (struct c_token){
		.text = at,
		.line = reader->line,
		.kind = C_PUNCTUATOR,
		.directive = reader->directive,
	};
	if (is_word(*at)) {
		token->kind = isdigit((unsigned char)*at) ? C_CONSTANT : C_WORD;
		while (is_word(*end))
			end++;
	} else if (*at == '"' || *at == '\'') {
		token->kind = C_CONSTANT;
		end = end_of_constant(at);
	} else if (at[0] == '-' && at[1] == '>') {
		end = at + 2;
	}
	token->length = end - at;
	go_to(reader, end);
}

struct lp_error *c_tokens_read(const char *text, struct c_tokens *tokens)
{
	struct reader reader = {.at = text, .line = 1, .fresh = true};
	size_t room = 0;

	*tokens = (struct c_tokens){0};
	while (find_next(&reader)) {
		if (tokens->count == room) {
			room = room ? 2 * room : 1024;
			struct c_token *items = reallocarray(tokens->items, room, sizeof(*items));

			if (!items) {
				c_tokens_clear(tokens);
				return lp_error_no_memory();
			}
			tokens->items = items;
		}
		read_token(&reader, &tokens->items[tokens->count++]);
	}
	return NULL;
}

void c_tokens_clear(struct c_tokens *tokens)
{
	free(tokens->items);
	*tokens = (struct c_tokens){0};
}

bool c_tokens_equal(const struct c_tokens *one, const struct c_tokens *other)
{
	if (one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++) {
		if (one->items[i].length != other->items[i].length ||
		    memcmp(one->items[i].text, other->items[i].text, one->items[i].length))
			return false;
	}
	return true;
}

bool c_token_is(const struct c_tokens *tokens, size_t index, const char *text)
{
	return index < tokens->count && tokens->items[index].length == strlen(text) &&
	       !memcmp(tokens->items[index].text, text, tokens->items[index].length);
}

bool c_token_is_word(const struct c_tokens *tokens, size_t index)
{
	return index < tokens->count && tokens->items[index].kind == C_WORD;
}

/* How the token changes the depth of brackets; all kinds of brackets count alike. */
static int depth_of(const struct c_token *token)
{
	if (token->length != 1 || token->kind != C_PUNCTUATOR)
		return 0;
	if (strchr("([{", *token->text))
		return 1;
	return strchr(")]}", *token->text) ? -1 : 0;
}

size_t c_token_close(const struct c_tokens *tokens, size_t index)
{
	int depth = 0;

	for (size_t i = index; i < tokens->count; i++) {
		depth += depth_of(&tokens->items[i]);
		if (depth <= 0)
			return i;
	}
	return tokens->count ? tokens->count - 1 : 0;
}

size_t c_token_open(const struct c_tokens *tokens, size_t index)
{
	int depth = 0;

	for (size_t i = index + 1; i-- > 0;) {
		depth += depth_of(&tokens->items[i]);
		if (depth >= 0)
			return i;
	}
	return 0;
}
