// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/c_text/type_uses.h"

#include <string.h>

#include "create/c_text/allocators.h"
#include "create/c_text/type_context.h"

/* The state of reading one text. */
struct reading {
	const struct c_tokens *tokens;
	const struct type_names *names;
	struct type_uses *uses;
	struct type_context context;
	struct text_list locals;  /* pointers to the type in the current function */
	struct text_list globals; /* pointers to the type at file scope */
};

static struct lp_error *add(struct type_uses *uses, enum type_use_kind kind, unsigned int line,
			    struct type_use **use)
{
	struct type_use *items = reallocarray(uses->items, uses->count + 1, sizeof(*items));

	if (!items)
		return lp_error_no_memory();
	uses->items = items;
	*use = &items[uses->count++];
	**use = (struct type_use){.kind = kind, .line = line};
	lp_try(text_format(&(*use)->owner, "%s", ""));
	return text_format(&(*use)->member, "%s", "");
}

static struct lp_error *add_named(struct reading *reading, enum type_use_kind kind, size_t at,
				  const char *name, size_t length)
{
	struct type_use *use;

	lp_try(add(reading->uses, kind, reading->tokens->items[at].line, &use));
	return text_format(&use->name, "%.*s", (int)length, name);
}

static struct lp_error *add_plain(struct reading *reading, enum type_use_kind kind, size_t at)
{
	return add_named(reading, kind, at, "", 0);
}

static struct lp_error *add_word(struct reading *reading, enum type_use_kind kind, size_t word)
{
	const struct c_token *token = &reading->tokens->items[word];

	return add_named(reading, kind, word, token->text, token->length);
}

static bool list_has(const struct text_list *list, const struct c_token *token)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strlen(list->items[i]) == token->length &&
		    !memcmp(list->items[i], token->text, token->length))
			return true;
	}
	return false;
}

static bool is(const struct reading *reading, size_t index, const char *text)
{
	return c_token_is(reading->tokens, index, text);
}

static bool is_any(const struct reading *reading, size_t index, const char *const *words,
		   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (is(reading, index, words[i]))
			return true;
	}
	return false;
}

/* Words that may come between a type and the declared name. */
static bool is_qualifier(const struct reading *reading, size_t index)
{
	static const char *const words[] = {"const",    "volatile", "restrict", "static",
					    "noinline", "inline",   "notrace",  "asmlinkage"};
	const struct c_token *token = &reading->tokens->items[index];

	return c_token_is_word(reading->tokens, index) &&
	       ((token->length > 2 && !memcmp(token->text, "__", 2)) ||
		is_any(reading, index, words, ARRAY_SIZE(words)));
}

/* The first token from `index` on that is no qualifier; __aligned(64) as a whole is a qualifier. */
static size_t skip_qualifiers(const struct reading *reading, size_t index)
{
	while (index < reading->tokens->count && is_qualifier(reading, index)) {
		index++;
		if (is(reading, index, "("))
			index = c_token_close(reading->tokens, index) + 1;
	}
	return index;
}

/* True if token `at` begins the type's name; *end is the token after the name. */
static bool names_type(const struct reading *reading, size_t at, size_t *end)
{
	const struct type_names *names = reading->names;

	if (!c_token_is_word(reading->tokens, at))
		return false;
	if (is(reading, at, names->kind) && is(reading, at + 1, names->tag)) {
		*end = at + 2;
		return true;
	}
	*end = at + 1;
	return list_has(&names->aliases, &reading->tokens->items[at]) && at &&
	       !is(reading, at - 1, ".") && !is(reading, at - 1, "->") &&
	       !is(reading, at - 1, "struct") && !is(reading, at - 1, "union") &&
	       !is(reading, at - 1, "enum");
}

/* True if the file has "static struct kmem_cache *NAME", where NAME is the word at `name`. */
static bool is_static_cache(const struct reading *reading, size_t name)
{
	const struct c_tokens *tokens = reading->tokens;
	const struct c_token *wanted = &tokens->items[name];

	for (size_t i = 3; i < tokens->count; i++) {
		const struct c_token *token = &tokens->items[i];

		if (token->length == wanted->length &&
		    !memcmp(token->text, wanted->text, token->length) && is(reading, i - 1, "*") &&
		    is(reading, i - 2, "kmem_cache") && type_context_is_static(tokens, i - 2))
			return true;
	}
	return false;
}

/* What the call does with the size to which token `at`, among its arguments, belongs. */
static struct lp_error *add_call(struct reading *reading, size_t at, size_t call)
{
	const struct c_tokens *tokens = reading->tokens;
	const struct c_token *token = &tokens->items[call];
	enum allocator_kind kind = allocator_find(token->text, token->length);
	struct type_use *use;

	switch (kind) {
	case ALLOCATOR_NEUTRAL:
		return NULL;
	case ALLOCATOR_WRITE:
		return add_word(reading, TYPE_WRITTEN, call);
	case ALLOCATOR_STATIC: {
		size_t name = c_token_close(tokens, call + 1);

		return add_word(reading, TYPE_VARIABLE, name ? name - 1 : at);
	}
	case ALLOCATOR_CACHE: {
		size_t to = type_context_target(tokens, call);

		if (to == tokens->count)
			return add_plain(reading, TYPE_CACHED, at);
		lp_try(add_word(reading, TYPE_CACHED, to));
		use = &reading->uses->items[reading->uses->count - 1];
		use->is_static = is_static_cache(reading, to);
		return NULL;
	}
	default:
		break;
	}
	lp_try(add_word(reading, TYPE_ALLOCATED, call));
	use = &reading->uses->items[reading->uses->count - 1];
	use->line = tokens->items[at].line;
	use->is_zero = kind == ALLOCATOR_ZERO;
	for (size_t i = call, end = c_token_close(tokens, call + 1); i < end && !use->is_zero; i++)
		use->is_zero = kind == ALLOCATOR_RAW && is(reading, i, "__GFP_ZERO");
	return NULL;
}

/* Token `at` takes the size of the type: finds the function to which it is passed. */
static struct lp_error *add_size(struct reading *reading, size_t at)
{
	const struct c_tokens *tokens = reading->tokens;
	size_t call = type_context_call(tokens, at);

	while (call < tokens->count &&
	       allocator_find(tokens->items[call].text, tokens->items[call].length) ==
		       ALLOCATOR_SIZE_ONLY)
		call = type_context_call(tokens, call);
	if (call == tokens->count)
		return add_plain(reading, TYPE_SIZE_USED, at);
	return add_call(reading, at, call);
}

/* A member of the type at `at`; every named type around it contains the member. */
static struct lp_error *add_member(struct reading *reading, size_t at, size_t name)
{
	const struct type_context *context = &reading->context;
	bool is_union = false;

	for (size_t i = 0; i < context->count; i++)
		is_union = is_union || context->frames[i].is_union;
	if (!type_context_named(context))
		return add_word(reading,
				reading->context.frames[0].kind == FRAME_TYPE ? TYPE_VARIABLE
									      : TYPE_ON_STACK,
				name);
	for (size_t i = 0; i < context->count; i++) {
		const struct type_frame *frame = &context->frames[i];

		if (frame->kind != FRAME_TYPE || !frame->name)
			continue;
		lp_try(add_named(reading, TYPE_MEMBER, at, frame->name, frame->length));
		struct type_use *use = &reading->uses->items[reading->uses->count - 1];
		const struct c_token *member = &reading->tokens->items[name];

		use->is_zero = !is_union;
		free(take(use->member));
		lp_try(text_format(&use->member, "%.*s", (int)member->length, member->text));
	}
	return NULL;
}

/* An object whose name is at `name` and whose type, no pointer, is at `at`. */
static struct lp_error *add_value(struct reading *reading, size_t at, size_t name)
{
	const struct type_context *context = &reading->context;

	if (type_context_is_extern(reading->tokens, at))
		return add_word(reading, TYPE_DECLARED, name);
	if (type_context_in_type(context))
		return add_member(reading, at, name);
	if (!type_context_in_function(context) || type_context_is_static(reading->tokens, at))
		return add_word(reading, TYPE_VARIABLE, name);
	return add_word(reading, TYPE_ON_STACK, name);
}

/* A pointer to the type whose name is the word at `name`. */
static struct lp_error *add_pointer(struct reading *reading, size_t at, size_t name)
{
	const struct type_context *context = &reading->context;
	const struct c_token *token = &reading->tokens->items[name];
	bool global = !type_context_in_function(context) && !context->parentheses;

	if (!type_context_in_type(context)) {
		if (global) {
			lp_try(add_word(reading, TYPE_POINTED_TO, name));
			reading->uses->items[reading->uses->count - 1].is_static =
				type_context_is_static(reading->tokens, at);
		}
		return text_list_add(global ? &reading->globals : &reading->locals, "%.*s",
				     (int)token->length, token->text);
	}
	/* Parameters of function pointers don't count. */
	if (context->parentheses)
		return NULL;
	const struct type_frame *frame = type_context_named(context);

	lp_try(add_word(reading, TYPE_POINTER, name));
	struct type_use *use = &reading->uses->items[reading->uses->count - 1];

	free(take(use->owner));
	return text_format(&use->owner, "%.*s", frame ? (int)frame->length : 0,
			   frame ? frame->name : "");
}

/* The end of a declarator: the ",", ";" or bracket after it and its initial value. */
static size_t end_of_declarator(const struct reading *reading, size_t index)
{
	while (index < reading->tokens->count && !is(reading, index, ",") &&
	       !is(reading, index, ";") && !is(reading, index, ")") && !is(reading, index, "}")) {
		if (is(reading, index, "(") || is(reading, index, "[") || is(reading, index, "{"))
			index = c_token_close(reading->tokens, index);
		index++;
	}
	return index;
}

/* Reads one declarator from token `index` on: "*a", "b[3]", "*(*f)(int)"; *end is after it. */
static struct lp_error *read_declarator(struct reading *reading, size_t at, size_t index,
					bool is_typedef, size_t *end)
{
	size_t stars = 0;

	for (index = skip_qualifiers(reading, index);
	     is(reading, index, "*") || (stars && is(reading, index, "("));
	     index = skip_qualifiers(reading, index + 1))
		stars++;
	*end = end_of_declarator(reading, index);
	if (!c_token_is_word(reading->tokens, index))
		return NULL;
	if (is_typedef)
		return stars ? NULL : add_word(reading, TYPE_ALIASED, index);
	if (stars)
		return add_pointer(reading, at, index);
	/* A function that returns an object puts it on its caller's stack. */
	if (is(reading, index + 1, "(")) {
		lp_try(add_word(reading, TYPE_DECLARED, index));
		return add_word(reading, TYPE_ON_STACK, index);
	}
	return reading->context.parentheses ? add_word(reading, TYPE_ON_STACK, index)
					    : add_value(reading, at, index);
}

/* Reads all declarators from token `index` on that have the type at `at`. */
static struct lp_error *read_declarators(struct reading *reading, size_t at, size_t index)
{
	bool is_typedef = type_context_is_typedef(reading->tokens, at);

	for (;;) {
		lp_try(read_declarator(reading, at, index, is_typedef, &index));
		/* In parentheses, the next parameter has a type of its own. */
		if (!is(reading, index, ",") || reading->context.parentheses)
			return NULL;
		index++;
	}
}

/* The type in parentheses, with nothing after its name: an argument, a cast or a value. */
static struct lp_error *read_argument(struct reading *reading, size_t at, size_t end)
{
	const struct c_tokens *tokens = reading->tokens;

	if (at < 1 || !is(reading, at - 1, "("))
		return add_size(reading, at);
	/* "(struct foo){ … }" */
	if (is(reading, end, ")") && is(reading, end + 1, "{")) {
		if (!type_context_in_function(&reading->context))
			return NULL;
		return add_plain(reading, TYPE_ON_STACK, at);
	}
	return type_context_call(tokens, at) == tokens->count ? NULL : add_size(reading, at);
}

/* Adds the use of the type whose name is the tokens from `at` to `end`. */
static struct lp_error *read_type(struct reading *reading, size_t at, size_t end)
{
	size_t next = skip_qualifiers(reading, end);

	if (is(reading, next, "{")) {
		lp_try(add_plain(reading, TYPE_DEFINED, at));
		size_t behind = skip_qualifiers(reading, c_token_close(reading->tokens, next) + 1);

		return is(reading, behind, ";") ? NULL : read_declarators(reading, at, behind);
	}
	if (is(reading, next, "*") || c_token_is_word(reading->tokens, next))
		return read_declarators(reading, at, next);
	if (is(reading, next, ")") || is(reading, next, ","))
		return read_argument(reading, at, next);
	return NULL;
}

/*
 * The last word of the expression from token `index` to before `end`: "b" of "a->b[i]". `end` if
 * there is none.
 */
static size_t last_word(const struct reading *reading, size_t index, size_t end)
{
	size_t found = end;

	for (size_t i = index; i < end; i++) {
		if (is(reading, i, "["))
			i = c_token_close(reading->tokens, i);
		else if (c_token_is_word(reading->tokens, i))
			found = i;
		else if (!is(reading, i, "->") && !is(reading, i, ".") && !is(reading, i, "(") &&
			 !is(reading, i, ")"))
			return end;
	}
	return found;
}

/* True if the word is a known name of a pointer to the type. */
static bool points_to_type(const struct reading *reading, size_t word)
{
	const struct c_token *token = &reading->tokens->items[word];

	if (word && (is(reading, word - 1, "->") || is(reading, word - 1, ".")))
		return list_has(&reading->names->pointers, token);
	return list_has(&reading->locals, token) || list_has(&reading->globals, token);
}

/* sizeof(*p), sizeof *p and struct_size(p, …) at token `at`. */
static struct lp_error *read_size_of_pointed(struct reading *reading, size_t at)
{
	bool by_macro = is(reading, at, "struct_size"), bracket = is(reading, at + 1, "(");
	size_t begin = at + 1 + bracket, end = begin;

	if (!by_macro && !is(reading, at, "sizeof"))
		return NULL;
	if (bracket)
		end = c_token_close(reading->tokens, at + 1);
	else
		for (end = begin + 1; c_token_is_word(reading->tokens, end) ||
				      is(reading, end, "->") || is(reading, end, ".");)
			end++;
	if (by_macro)
		for (end = begin; end < reading->tokens->count && !is(reading, end, ",");)
			end++;
	else if (is(reading, begin, "*"))
		begin++;
	else if (!is(reading, end - 1, "]"))
		return NULL;
	size_t word = last_word(reading, begin, end);

	return word < end && points_to_type(reading, word) ? add_size(reading, at) : NULL;
}

static struct lp_error *read_token(struct reading *reading, size_t at)
{
	size_t end;

	if (names_type(reading, at, &end))
		return read_type(reading, at, end);
	/* KMEM_CACHE(foo, …) takes the tag alone. */
	if (is(reading, at, reading->names->tag) && at > 1 && is(reading, at - 1, "(") &&
	    allocator_find(reading->tokens->items[at - 2].text,
			   reading->tokens->items[at - 2].length) == ALLOCATOR_CACHE)
		return add_call(reading, at, at - 2);
	return read_size_of_pointed(reading, at);
}

struct lp_error *type_uses_read(const struct c_tokens *tokens, const struct type_names *names,
				struct type_uses *uses)
{
	_cleanup_text_list_ struct text_list locals = {0}, globals = {0};
	struct reading reading = {.tokens = tokens, .names = names, .uses = uses};
	struct lp_error *error = NULL;

	*uses = (struct type_uses){0};
	for (size_t i = 0; i < tokens->count && !error; i++) {
		error = type_context_enter(&reading.context, tokens, i);
		if (!error)
			error = read_token(&reading, i);
		/* Parameters are valid up to the end of their function or declaration. */
		if (type_context_is_outside(&reading.context) &&
		    (is(&reading, i, "}") || is(&reading, i, ";")))
			text_list_clear(&reading.locals);
	}
	locals = reading.locals;
	globals = reading.globals;
	type_context_clear(&reading.context);
	return error;
}

struct lp_error *type_uses_of_cache(const struct c_tokens *tokens, const char *cache,
				    struct type_uses *uses)
{
	static const char *const words[] = {"kmem_cache_create",    "kmem_cache_create_usercopy",
					    "kmem_cache_destroy",   "kmem_cache_free",
					    "kmem_cache_free_bulk", "kmem_cache_shrink",
					    "kmem_cache_size"};
	struct type_names names = {.kind = "", .tag = ""};
	struct reading reading = {.tokens = tokens, .names = &names, .uses = uses};

	*uses = (struct type_uses){0};
	for (size_t i = 0; i < tokens->count; i++) {
		size_t call;

		if (!c_token_is(tokens, i, cache))
			continue;
		call = type_context_call(tokens, i);
		if (call < tokens->count && !is_any(&reading, call, words, ARRAY_SIZE(words)))
			lp_try(add_call(&reading, i, call));
		/* A use through another name is not recognised. */
		else if (call == tokens->count && i &&
			 (c_token_is(tokens, i - 1, "=") || c_token_is(tokens, i - 1, "return")))
			lp_try(add_plain(&reading, TYPE_SIZE_USED, i));
	}
	return NULL;
}

void type_uses_clear(struct type_uses *uses)
{
	for (size_t i = 0; i < uses->count; i++) {
		free(uses->items[i].name);
		free(uses->items[i].owner);
		free(uses->items[i].member);
	}
	free(uses->items);
	*uses = (struct type_uses){0};
}
