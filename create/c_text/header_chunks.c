// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/c_text/header_chunks.h"

#include <ctype.h>
#include <string.h>

#include "create/c_text/c_lexical.h"

/*
 * Every chunk is compared with every other. The longest header of Linux 6.1 that isn't generated
 * has 3,000.
 */
#define CHUNKS_LIMIT 10000

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/*
 * A copy in which every comment is one blank and continued lines are joined, so
 * that "\n" is only where a logical line ends.
 */
static struct lp_error *strip_comments(const char *text, char **stripped)
{
	size_t size;
	FILE *out = open_memstream(stripped, &size);

	if (!out)
		return lp_error_no_memory();
	for (size_t at = 0; text[at];) {
		size_t end = at + 1;

		if (text[at] == '/' && (text[at + 1] == '/' || text[at + 1] == '*')) {
			end = c_skip_comment(text, at);
			fputc(' ', out);
		} else if (text[at] == '\\' && text[at + 1] == '\n') {
			end = at + 2;
			fputc(' ', out);
		} else {
			if (text[at] == '"' || text[at] == '\'')
				end = c_skip_constant(text, at);
			fwrite(text + at, 1, end - at, out);
		}
		at = end;
	}
	return fclose(out) ? lp_error_no_memory() : NULL;
}

/* The length of a declaration or definition, up to its ";" or the "}" of a function's body. */
static size_t declaration_length(const char *text)
{
	size_t at = 0, braces = 0, brackets = 0;
	bool is_body = false;

	while (text[at]) {
		char c = text[at];

		if (c == '"' || c == '\'') {
			at = c_skip_constant(text, at);
			continue;
		}
		/* A chunk can't contain a directive, so it ends before this one. */
		if (c == '#' && at && text[at - 1] == '\n' && !braces)
			return at;
		brackets += c == '(';
		brackets -= c == ')' && brackets;
		if (c == '{' && !braces && !brackets) {
			size_t before = at;

			while (before && isspace((unsigned char)text[before - 1]))
				before--;
			is_body = before && text[before - 1] == ')';
		}
		braces += c == '{';
		if (c == '}' && braces && !--braces && is_body && !brackets)
			return at + 1;
		at++;
		if (c == ';' && !braces && !brackets)
			return at;
	}
	return at;
}

static bool has_word(const char *text, size_t length, const char *word)
{
	size_t word_length = strlen(word);

	for (size_t i = 0; i + word_length <= length; i++) {
		if (!strncmp(text + i, word, word_length) && (!i || !is_word(text[i - 1])) &&
		    !is_word(text[i + word_length]))
			return true;
	}
	return false;
}

/* The word before the first "(": "f" in "static inline int f(int a)"; *before is before it. */
static struct lp_error *function_name(const char *text, char **name, size_t *before)
{
	size_t open = strcspn(text, "({="), end = open;

	*name = NULL;
	if (text[open] != '(')
		return NULL;
	while (end && text[end - 1] == ' ')
		end--;
	*before = end;
	while (*before && is_word(text[*before - 1]))
		--*before;
	if (*before == end || !*before || isdigit((unsigned char)text[*before]))
		return NULL;
	return text_format(name, "%.*s", (int)(end - *before), text + *before);
}

static const char *const inline_words[] = {"inline", "__inline", "__inline__", "__always_inline"};

/* Finds the kind of a declaration or definition; its text has no comments. */
static struct lp_error *classify(struct chunk *chunk)
{
	_cleanup_free_ char *name = NULL;
	const char *text = chunk->text;
	size_t before = 0, length = strlen(text);
	bool is_inline = false;

	lp_try(function_name(text, &name, &before));
	if (!name || strchr(text, '#') || has_word(text, before, "typedef"))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(inline_words); i++)
		is_inline = is_inline || has_word(text, before, inline_words[i]);
	/* An attribute may name a section, an alias, a constructor. */
	if (strstr(text, "__attribute__") || strstr(text, "__section") || strstr(text, "__used"))
		return NULL;
	if (text[length - 1] == '}' && is_inline && has_word(text, before, "static"))
		chunk->kind = CHUNK_INLINE;
	else if (text[length - 1] == ';' && text[length - 2] == ')' && !strchr(text, '{'))
		chunk->kind = CHUNK_PROTOTYPE;
	if (chunk->kind != CHUNK_OTHER)
		chunk->name = take(name);
	return NULL;
}

/* "#define NAME…" is a macro; any other directive is CHUNK_OTHER. */
static struct lp_error *classify_directive(struct chunk *chunk)
{
	const char *at = chunk->text + 1;

	at += strspn(at, " ");
	if (!text_starts_with(at, "define "))
		return NULL;
	at += strlen("define ");
	size_t length = 0;

	while (is_word(at[length]))
		length++;
	if (!length)
		return NULL;
	chunk->kind = CHUNK_MACRO;
	return text_format(&chunk->name, "%.*s", (int)length, at);
}

static struct lp_error *add_chunk(struct chunk_list *list, const char *text, size_t length)
{
	struct chunk *items = reallocarray(list->items, list->count + 1, sizeof(*items));

	if (!items)
		return lp_error_no_memory();
	list->items = items;
	struct chunk *chunk = &items[list->count];

	*chunk = (struct chunk){.kind = CHUNK_OTHER, .text = strndup(text, length)};
	if (!chunk->text)
		return lp_error_no_memory();
	list->count++;
	c_squeeze(chunk->text);
	return *text == '#' ? classify_directive(chunk) : classify(chunk);
}

struct lp_error *chunk_list_read(const char *text, struct chunk_list *list)
{
	_cleanup_free_ char *stripped = NULL;

	*list = (struct chunk_list){0};
	lp_try(strip_comments(text, &stripped));
	for (const char *at = stripped; *at;) {
		size_t length;

		if (isspace((unsigned char)*at)) {
			at++;
			continue;
		}
		length = *at == '#' ? strcspn(at, "\n") : declaration_length(at);
		lp_try(add_chunk(list, at, length));
		at += length;
	}
	return NULL;
}

void chunk_list_clear(struct chunk_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].name);
		free(list->items[i].text);
	}
	free(list->items);
	*list = (struct chunk_list){0};
}

/*
 * The number of equal chunks at the start of both lists.
 */
static size_t same_at_begin(const struct chunk_list *one, const struct chunk_list *other)
{
	size_t i = 0;

	while (i < one->count && i < other->count &&
	       !strcmp(one->items[i].text, other->items[i].text))
		i++;
	return i;
}

static bool has_text(const struct chunk_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (!strcmp(list->items[i].text, text))
			return true;
	}
	return false;
}

/* Finds the tag in "struct foo { …" and "typedef struct foo { …"; false for anything else. */
static bool defines_type(const struct chunk *chunk, const char **name, size_t *length)
{
	const char *at = chunk->text;

	if (text_starts_with(at, "typedef "))
		at += strlen("typedef ");
	if (!text_starts_with(at, "struct ") && !text_starts_with(at, "union ") &&
	    !text_starts_with(at, "enum "))
		return false;
	const char *tag = at + strcspn(at, " ") + 1;

	*name = at;
	*length = tag - at;
	while (is_word(at[*length]))
		++*length;
	return at[*length] == ' ' && at[*length + 1] == '{' && *length > (size_t)(tag - at);
}

/* True if the chunk defines one of the types. */
static bool defines_one(const struct chunk *chunk, const struct text_list *types)
{
	const char *name;
	size_t length;

	if (!types || !defines_type(chunk, &name, &length))
		return false;
	for (size_t i = 0; i < types->count; i++) {
		if (strlen(types->items[i]) == length && !memcmp(types->items[i], name, length))
			return true;
	}
	return false;
}

bool chunk_only_declares(const struct chunk *chunk)
{
	const char *at = chunk->text, *brace = strchr(at, '{');
	size_t head = strcspn(at, "(=");

	if (chunk->kind == CHUNK_PROTOTYPE)
		return true;
	if (chunk->kind != CHUNK_OTHER || *at == '#')
		return false;
	if (text_starts_with(at, "extern ") || text_starts_with(at, "typedef "))
		return !brace || head > (size_t)(brace - at);
	/* "struct foo;" and "struct foo { … };": no variable after it. */
	if (!text_starts_with(at, "struct ") && !text_starts_with(at, "union ") &&
	    !text_starts_with(at, "enum "))
		return false;
	if (!brace)
		return strspn(strchr(at, ' ') + 1,
			      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_;") ==
		       strlen(strchr(at, ' ') + 1);
	const char *behind = strrchr(at, '}') + 1;

	behind += strspn(behind, " ");
	return head > (size_t)(brace - at) && (*behind == ';' || text_starts_with(behind, "__"));
}

/* Evaluates the chunks that are only in one version. */
static struct lp_error *add_names(const struct chunk_list *these, const struct chunk_list *others,
				  const struct text_list *types, struct text_list *names, bool *all)
{
	for (size_t i = same_at_begin(these, others); i < these->count; i++) {
		const struct chunk *chunk = &these->items[i];

		if (has_text(others, chunk->text) || defines_one(chunk, types))
			continue;
		if (chunk->kind == CHUNK_OTHER)
			*all = true;
		else if (!text_list_contains(names, chunk->name))
			lp_try(text_list_add(names, "%s", chunk->name));
	}
	return NULL;
}

/*
 * Whether both versions have the same directives in the same order, and no chunk
 * moves across one: a directive decides whether the text after it is compiled.
 */
static bool same_order(const struct chunk_list *one, const struct chunk_list *other)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < one->count && !has_text(other, one->items[i].text))
			i++;
		while (k < other->count && !has_text(one, other->items[k].text))
			k++;
		if (i == one->count || k == other->count)
			return i == one->count && k == other->count;
		if (strcmp(one->items[i++].text, other->items[k++].text) != 0)
			return false;
	}
}

struct lp_error *chunk_changed_names(const char *old_text, const char *new_text,
				     struct text_list *names, bool *all)
{
	return chunk_changed_names_but(old_text, new_text, NULL, names, all);
}

struct lp_error *chunk_changed_names_but(const char *old_text, const char *new_text,
					 const struct text_list *types, struct text_list *names,
					 bool *all)
{
	_cleanup_(chunk_list_clear) struct chunk_list old = {0}, new = {0};

	lp_try(chunk_list_read(old_text, &old));
	lp_try(chunk_list_read(new_text, &new));
	if (old.count > CHUNKS_LIMIT || new.count > CHUNKS_LIMIT || !same_order(&old, &new)) {
		*all = true;
		return NULL;
	}
	lp_try(add_names(&old, &new, types, names, all));
	return add_names(&new, &old, types, names, all);
}

static struct lp_error *add_types(const struct chunk_list *these, const struct chunk_list *others,
				  struct text_list *types, bool *more)
{
	for (size_t i = 0; i < these->count; i++) {
		const struct chunk *chunk = &these->items[i];
		_cleanup_free_ char *type = NULL;
		const char *name;
		size_t length;

		if (chunk->kind != CHUNK_OTHER || has_text(others, chunk->text))
			continue;
		if (!defines_type(chunk, &name, &length)) {
			*more = true;
			continue;
		}
		lp_try(text_format(&type, "%.*s", (int)length, name));
		if (!text_list_contains(types, type))
			lp_try(text_list_add(types, "%s", type));
	}
	return NULL;
}

struct lp_error *chunk_changed_types(const char *old_text, const char *new_text,
				     struct text_list *types, bool *others)
{
	_cleanup_(chunk_list_clear) struct chunk_list old = {0}, new = {0};

	lp_try(chunk_list_read(old_text, &old));
	lp_try(chunk_list_read(new_text, &new));
	if (!same_order(&old, &new))
		*others = true;
	lp_try(add_types(&old, &new, types, others));
	return add_types(&new, &old, types, others);
}
