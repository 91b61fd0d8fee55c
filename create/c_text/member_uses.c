// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/c_text/member_uses.h"

#include <string.h>

#include "create/c_text/allocators.h"
#include "create/c_text/type_context.h"

/* Macros of Linux 6.1 that copy the object to which their argument points. */
static const char *const copying[] = {
	"get_unaligned", "put_unaligned",          "get_user",        "put_user", "__get_user",
	"__put_user",    "unsafe_get_user",        "unsafe_put_user", "typeof",   "__typeof__",
	"__typeof",      "__unqual_scalar_typeof", "typeof_member",
};

struct reading {
	const struct c_tokens *tokens;
	const struct member_names *names;
	struct member_verdict *verdict;
	bool *declared;          /* by token: true for the name in a pointer's declaration */
	struct text_list locals; /* names of pointers that the text declares */
};

static bool is(const struct reading *reading, size_t index, const char *text)
{
	return c_token_is(reading->tokens, index, text);
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

/* True if token `at` begins the name of a type that matters; *end is the token after it. */
static bool names_type(const struct reading *reading, size_t at, size_t *end)
{
	const struct type_users *users = reading->names->users;
	const struct c_token *token = &reading->tokens->items[at];

	if (token->kind != C_WORD)
		return false;
	*end = at + 1;
	if (list_has(&users->aliases, token) &&
	    !(at && (is(reading, at - 1, ".") || is(reading, at - 1, "->"))))
		return true;
	*end = at + 2;
	for (size_t i = 0; i < users->holders.count; i++) {
		const char *holder = users->holders.items[i], *blank = strchr(holder, ' ');
		size_t length = blank ? (size_t)(blank - holder) : 0;

		if (blank && token->length == length && !memcmp(token->text, holder, length) &&
		    is(reading, at + 1, blank + 1))
			return true;
	}
	return false;
}

static bool is_qualifier(const struct reading *reading, size_t index)
{
	const struct c_token *token = &reading->tokens->items[index];

	return c_token_is_word(reading->tokens, index) &&
	       (is(reading, index, "const") || is(reading, index, "volatile") ||
		is(reading, index, "restrict") || is(reading, index, "noinline") ||
		(token->length > 2 && !memcmp(token->text, "__", 2)));
}

/* Skips stars and qualifiers; sets *stars if there was a star. */
static size_t skip_stars(const struct reading *reading, size_t index, bool *stars)
{
	*stars = false;
	for (; index < reading->tokens->count; index++) {
		if (is(reading, index, "*"))
			*stars = true;
		else if (!is_qualifier(reading, index))
			break;
	}
	return index;
}

/* Notes the pointers that are declared with the type whose name ends before token `end`. */
static struct lp_error *note_declared(struct reading *reading, size_t end)
{
	bool stars;
	size_t index = skip_stars(reading, end, &stars);

	while (stars && is(reading, index, "("))
		index = skip_stars(reading, index + 1, &(bool){false});
	while (stars && c_token_is_word(reading->tokens, index)) {
		const struct c_token *token = &reading->tokens->items[index];

		reading->declared[index] = true;
		if (!list_has(&reading->locals, token))
			lp_try(text_list_add(&reading->locals, "%.*s", (int)token->length,
					     token->text));
		/* "*a, *b" declares two pointers; after a parameter comes a type, not a star. */
		if (!is(reading, index + 1, ",") || !is(reading, index + 2, "*"))
			break;
		index = skip_stars(reading, index + 2, &stars);
	}
	return NULL;
}

static bool copies_argument(const struct reading *reading, size_t call)
{
	for (size_t i = 0; i < ARRAY_SIZE(copying); i++) {
		if (is(reading, call, copying[i]))
			return true;
	}
	return false;
}

/* True if the call, cast or value from `begin` to `end` is a pointer and is dereferenced. */
static bool is_followed(const struct reading *reading, size_t begin, size_t end)
{
	if (is(reading, end + 1, "->") || is(reading, end + 1, "."))
		return false;
	/* The size doesn't change. */
	if (begin > 2 && is(reading, begin - 1, "*") && is(reading, begin - 2, "(") &&
	    is(reading, begin - 3, "sizeof") && is(reading, end + 1, ")"))
		return false;
	return is(reading, end + 1, "[") || (begin && is(reading, begin - 1, "*"));
}

/* The same, if there are parentheses around it. */
static bool is_followed_around(const struct reading *reading, size_t begin, size_t end)
{
	while (!is_followed(reading, begin, end)) {
		bool alone = begin && is(reading, begin - 1, "(") && is(reading, end + 1, ")");

		if (!alone)
			break;
		begin--;
		end++;
		/* These are the parentheses of a call, so it is an argument. */
		if (begin && c_token_is_word(reading->tokens, begin - 1))
			return copies_argument(reading, begin - 1);
	}
	return is_followed(reading, begin, end);
}

/* "(struct foo *)x" and "container_of(x, struct foo, y)": whether the result is dereferenced. */
static void judge_type(struct reading *reading, size_t at, size_t end)
{
	const struct c_tokens *tokens = reading->tokens;
	bool stars;
	size_t next = skip_stars(reading, end, &stars), call = type_context_call(tokens, at);

	reading->verdict->leads = true;
	if (stars && at && is(reading, at - 1, "(") && is(reading, next, ")") &&
	    !(at > 1 && c_token_is_word(tokens, at - 2) && !is(reading, at - 2, "return"))) {
		/* The end of the cast expression is not known, so any use counts. */
		size_t open = at - 1;

		while (open && is(reading, open - 1, "("))
			open--;
		for (size_t i = open; i < at; i++) {
			size_t close = c_token_close(tokens, i);

			if ((i && is(reading, i - 1, "*")) || is(reading, close + 1, "["))
				reading->verdict->whole = true;
		}
		return;
	}
	if (stars || call == tokens->count)
		return;
	if (copies_argument(reading, call) ||
	    is_followed_around(reading, call, c_token_close(tokens, call + 1)))
		reading->verdict->whole = true;
}

/* The first token of "a->b.c" for the word "c" at `at`; it may contain calls and indices. */
static size_t begin_of_chain(const struct reading *reading, size_t at)
{
	while (at > 1 && (is(reading, at - 1, "->") || is(reading, at - 1, "."))) {
		size_t before = at - 2;

		while (before && (is(reading, before, ")") || is(reading, before, "]"))) {
			before = c_token_open(reading->tokens, before);
			if (before &&
			    (c_token_is_word(reading->tokens, before - 1) ||
			     is(reading, before - 1, "]") || is(reading, before - 1, ")")))
				before--;
			else
				break;
		}
		/* ".a = 1" in an initial value */
		if (is(reading, before, "{") || is(reading, before, ","))
			return at - 1;
		at = before;
	}
	return at;
}

/* A word that is the name of a pointer to the type. */
static void judge_pointer(struct reading *reading, size_t at)
{
	size_t begin = begin_of_chain(reading, at), end = at, call;

	reading->verdict->leads = true;
	if (reading->declared[at])
		return;
	/* The places that use a macro are not visible here. */
	if (reading->tokens->items[at].directive) {
		reading->verdict->whole = true;
		return;
	}
	if (is(reading, end + 1, "("))
		end = c_token_close(reading->tokens, end + 1);
	if (is(reading, end + 1, "[")) {
		size_t close = c_token_close(reading->tokens, end + 1);

		if (!is(reading, close + 1, "->") && !is(reading, close + 1, "."))
			reading->verdict->whole = true;
		return;
	}
	call = type_context_call(reading->tokens, begin);
	if (is(reading, end + 1, "->") || is(reading, end + 1, "."))
		return;
	if ((call < reading->tokens->count && copies_argument(reading, call)) ||
	    is_followed_around(reading, begin, end))
		reading->verdict->whole = true;
}

/* A word that is the name of an object of the type. */
static void judge_object(struct reading *reading, size_t at)
{
	size_t begin = begin_of_chain(reading, at), end = at;

	reading->verdict->leads = true;
	if (reading->tokens->items[at].directive) {
		reading->verdict->whole = true;
		return;
	}
	while (is(reading, end + 1, "[") || is(reading, end + 1, "("))
		end = c_token_close(reading->tokens, end + 1);
	if (is(reading, end + 1, ".") || is(reading, end + 1, "->"))
		return;
	if (!begin || !is(reading, begin - 1, "&"))
		reading->verdict->whole = true;
}

static void judge_word(struct reading *reading, size_t at)
{
	const struct type_users *users = reading->names->users;
	const struct c_token *token = &reading->tokens->items[at];
	bool member = at && (is(reading, at - 1, "->") || is(reading, at - 1, "."));

	if (list_has(reading->names->added, token))
		reading->verdict->adds = true;
	if (is(reading, at, "__auto_type"))
		reading->verdict->whole = true;
	if (member ? list_has(&users->pointers, token)
		   : list_has(&reading->locals, token) || list_has(&users->pointing, token))
		judge_pointer(reading, at);
	if (member ? list_has(&users->values, token) : list_has(&users->objects, token))
		judge_object(reading, at);
}

static struct lp_error *run(struct reading *reading)
{
	const struct c_tokens *tokens = reading->tokens;
	size_t end;

	for (size_t i = 0; i < tokens->count; i++) {
		if (names_type(reading, i, &end))
			lp_try(note_declared(reading, end));
	}
	for (size_t i = 0; i < tokens->count; i++) {
		if (tokens->items[i].kind != C_WORD)
			continue;
		if (names_type(reading, i, &end))
			judge_type(reading, i, end);
		else
			judge_word(reading, i);
	}
	return NULL;
}

struct lp_error *member_uses_read(const struct c_tokens *tokens, const struct member_names *names,
				  struct member_verdict *verdict)
{
	struct reading reading = {
		.tokens = tokens,
		.names = names,
		.verdict = verdict,
		.declared = calloc(tokens->count + 1, sizeof(bool)),
	};

	*verdict = (struct member_verdict){0};
	if (!reading.declared)
		return lp_error_no_memory();
	struct lp_error *error = run(&reading);

	text_list_clear(&reading.locals);
	free(reading.declared);
	return error;
}

bool member_uses_matter(const struct member_verdict *verdict)
{
	return verdict->leads && (verdict->adds || verdict->whole);
}
