// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/c_text/type_context.h"

#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"

static bool is_type_word(const struct c_tokens *tokens, size_t index)
{
	return c_token_is(tokens, index, "struct") || c_token_is(tokens, index, "union");
}

/* The name after the "}" that closes the "{" at `index` of "typedef struct {". */
static void name_by_typedef(const struct c_tokens *tokens, size_t index, struct type_frame *frame)
{
	size_t word = c_token_close(tokens, index) + 1;
	const char *begin = NULL;

	/* Attributes come before the name. */
	for (; c_token_is_word(tokens, word); word++) {
		begin = tokens->items[word].text;
		frame->length = tokens->items[word].length;
		if (c_token_is(tokens, word + 1, "("))
			word = c_token_close(tokens, word + 1);
	}
	frame->name = begin;
}

/* Whether "{" at `index` begins the members of a type, and the type's name. */
static bool begins_type(const struct c_tokens *tokens, size_t index, struct type_frame *frame)
{
	size_t at = index;

	/* "struct foo {", "struct __packed foo {", "struct {" */
	for (size_t words = 0; at-- > 0 && words < 4; words++) {
		if (is_type_word(tokens, at))
			break;
		if (!c_token_is_word(tokens, at) || words == 3)
			return false;
	}
	if (at >= index || !is_type_word(tokens, at))
		return false;
	frame->kind = FRAME_TYPE;
	frame->is_union = c_token_is(tokens, at, "union");
	if (index - at > 1) {
		const struct c_token *tag = &tokens->items[index - 1];

		frame->name = tokens->items[at].text;
		frame->length = tag->text + tag->length - frame->name;
	} else if (type_context_is_typedef(tokens, at)) {
		name_by_typedef(tokens, index, frame);
	}
	return true;
}

static void describe_frame(const struct type_context *context, const struct c_tokens *tokens,
			   size_t index, struct type_frame *frame)
{
	static const char *const code[] = {")", ";", "{", "}", ":", "else", "do"};
	const struct type_frame *outer =
		context->count ? &context->frames[context->count - 1] : NULL;

	*frame = (struct type_frame){.kind = FRAME_VALUE, .parentheses = context->parentheses};
	if (begins_type(tokens, index, frame))
		return;
	/* "({ … })" is code, and so is "){", except in a value: (struct foo){ … } */
	for (size_t i = 0; index && i < sizeof(code) / sizeof(*code); i++) {
		if (c_token_is(tokens, index - 1, code[i]) &&
		    !(outer && outer->kind == FRAME_VALUE))
			frame->kind = FRAME_CODE;
	}
	if (index && c_token_is(tokens, index - 1, "("))
		frame->kind = FRAME_CODE;
	/* Words before "{" can be attributes of a function; values have no attributes. */
	if (!context->count && index && c_token_is_word(tokens, index - 1) &&
	    !c_token_is(tokens, index - 2, "enum") && !c_token_is(tokens, index - 1, "enum"))
		frame->kind = FRAME_CODE;
}

static struct lp_error *push(struct type_context *context, const struct c_tokens *tokens,
			     size_t index)
{
	struct type_frame *frames =
		reallocarray(context->frames, context->count + 1, sizeof(*frames));

	if (!frames)
		return lp_error_no_memory();
	context->frames = frames;
	describe_frame(context, tokens, index, &frames[context->count]);
	context->count++;
	context->parentheses = 0;
	return NULL;
}

struct lp_error *type_context_enter(struct type_context *context, const struct c_tokens *tokens,
				    size_t index)
{
	/* In macros, brackets need not be in pairs. */
	if (tokens->items[index].directive)
		return NULL;
	if (c_token_is(tokens, index, "{"))
		return push(context, tokens, index);
	if (c_token_is(tokens, index, "(")) {
		context->parentheses++;
	} else if (c_token_is(tokens, index, ")") && context->parentheses) {
		context->parentheses--;
	} else if (c_token_is(tokens, index, "}") && context->count) {
		context->parentheses = context->frames[--context->count].parentheses;
	}
	/* The declaration ends here, even if brackets in branches of an #if are still open. */
	if (!context->count && c_token_is(tokens, index, ";"))
		context->parentheses = 0;
	return NULL;
}

void type_context_clear(struct type_context *context)
{
	free(context->frames);
	*context = (struct type_context){0};
}

bool type_context_is_outside(const struct type_context *context)
{
	return !context->count;
}

bool type_context_in_type(const struct type_context *context)
{
	return context->count && context->frames[context->count - 1].kind == FRAME_TYPE;
}

bool type_context_in_function(const struct type_context *context)
{
	for (size_t i = 0; i < context->count; i++) {
		if (context->frames[i].kind == FRAME_CODE)
			return !type_context_in_type(context);
	}
	return false;
}

const struct type_frame *type_context_named(const struct type_context *context)
{
	for (size_t i = context->count; i-- > 0;) {
		if (context->frames[i].kind == FRAME_TYPE && context->frames[i].name)
			return &context->frames[i];
	}
	return NULL;
}

/* True if the tokens before this one can't belong to the same expression. */
static bool ends_expression(const struct c_tokens *tokens, size_t at)
{
	return c_token_is(tokens, at, ";") || c_token_is(tokens, at, "{") ||
	       c_token_is(tokens, at, "}");
}

size_t type_context_call(const struct c_tokens *tokens, size_t at)
{
	while (at-- > 0) {
		if (ends_expression(tokens, at))
			break;
		if (c_token_is(tokens, at, ")") || c_token_is(tokens, at, "]"))
			at = c_token_open(tokens, at);
		else if (at && c_token_is(tokens, at, "(") && c_token_is_word(tokens, at - 1) &&
			 !c_token_is(tokens, at - 1, "return"))
			return at - 1;
	}
	return tokens->count;
}

size_t type_context_target(const struct c_tokens *tokens, size_t at)
{
	while (at-- > 0) {
		if (ends_expression(tokens, at))
			break;
		if (at && c_token_is(tokens, at, "=") && c_token_is_word(tokens, at - 1))
			return at - 1;
	}
	return tokens->count;
}

/* True if `word` is one of the words before the declaration's type. */
static bool begins_with(const struct c_tokens *tokens, size_t at, const char *word)
{
	while (at-- > 0 && c_token_is_word(tokens, at)) {
		if (c_token_is(tokens, at, word))
			return true;
	}
	return false;
}

bool type_context_is_extern(const struct c_tokens *tokens, size_t at)
{
	return begins_with(tokens, at, "extern");
}

bool type_context_is_static(const struct c_tokens *tokens, size_t at)
{
	return begins_with(tokens, at, "static");
}

bool type_context_is_typedef(const struct c_tokens *tokens, size_t at)
{
	return begins_with(tokens, at, "typedef");
}
