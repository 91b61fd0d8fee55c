// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/changes/defined_names.h"

#include <string.h>

/* The state of passing on the names of one hunk. */
struct search {
	bool is_header;
	name_taker *taker;
	void *context;
};

bool definition_overlaps(const struct definition *definition, const struct line_range *range)
{
	return (unsigned long)definition->first <= range->last &&
	       (unsigned long)definition->last >= range->first;
}

/* Bytes of the text that say how it is declared: without a function's body. */
static size_t declaration_length(const struct definition *definition)
{
	if (definition->kind == DEFINITION_FUNCTION)
		return strcspn(definition->text, "{");
	return strlen(definition->text);
}

static bool is_declared_alike(const struct definition *one, const struct definition *other)
{
	size_t length = declaration_length(one);

	return length == declaration_length(other) && !strncmp(one->text, other->text, length);
}

/* The definition of the same kind and name; the same text counts more than another. */
static const struct definition *find_other(const struct definition_list *list,
					   const struct definition *wanted)
{
	const struct definition *found = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct definition *other = &list->items[i];

		if (other->kind != wanted->kind || !other->name != !wanted->name ||
		    (wanted->name && strcmp(other->name, wanted->name) != 0))
			continue;
		if (!strcmp(other->text, wanted->text))
			return other;
		if (wanted->name && !found)
			found = other;
	}
	return found;
}

/* Whether the word before `rest` is what a member or constant is called, by what follows it. */
static bool is_declarator(const char *rest, const char *after)
{
	rest += strspn(rest, " ");
	return *rest && strchr(after, *rest);
}

/*
 * Passes on each word of `text` that `other` hasn't, if one of the characters `after` follows it,
 * as it follows the name of a member or constant.
 */
static struct lp_error *take_words(const struct search *search, struct defined_name name,
				   const char *text, const char *other, const char *after)
{
	const char *word;
	bool member;
	size_t length;

	while ((length = definition_next_word(&text, &word, &member))) {
		_cleanup_free_ char *copy = strndup(word, length);

		if (!copy)
			return lp_error_no_memory();
		name.name = copy;
		if (is_declarator(text, after) && !text_has_word(other, copy))
			lp_try(search->taker(search->context, &name));
	}
	return NULL;
}

/* Words that definition_list_read() takes for a name where it doesn't understand a definition. */
static bool is_type_word(const char *name)
{
	static const char *const words[] = {
		"int",    "void", "long",  "char",  "bool",          "unsigned",  "u8",
		"u16",    "u32",  "u64",   "s8",    "s16",           "s32",       "s64",
		"struct", "enum", "union", "const", "__attribute__", "__packed__"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcmp(name, words[i]))
			return true;
	}
	return false;
}

/* Whether other files can use the name. */
static bool is_visible(const struct search *search, const struct definition *definition)
{
	_cleanup_free_ char *declaration = NULL;

	if (!definition->name || is_type_word(definition->name))
		return false;
	if (search->is_header)
		return true;
	if (definition->kind != DEFINITION_FUNCTION && definition->kind != DEFINITION_VARIABLE)
		return false;
	declaration = strndup(definition->text, strcspn(definition->text, "{=("));
	return declaration && !text_has_word(declaration, "static");
}

static struct lp_error *take_name(const struct search *search, const char *name)
{
	const struct defined_name defined = {NAME_OF_FILE_SCOPE, name, NULL};

	return search->taker(search->context, &defined);
}

/* A definition of one version; `gone` if that is the old one. */
static struct lp_error *take_definition(const struct search *search,
					const struct definition *definition,
					const struct definition_list *others, bool gone)
{
	const struct definition *other = find_other(others, definition);
	const char *other_text = other ? other->text : "";
	struct defined_name word = {NAME_OF_FILE_SCOPE, NULL, NULL};

	if (other && !strcmp(other->text, definition->text))
		return NULL;
	switch (definition->kind) {
	case DEFINITION_DIRECTIVE:
	case DEFINITION_OTHER:
		return NULL;
	case DEFINITION_ENUM:
		return search->is_header
			       ? take_words(search, word, definition->text, other_text, ",=}")
			       : NULL;
	case DEFINITION_TYPE:
		if (!is_visible(search, definition))
			return NULL;
		if (!other)
			return take_name(search, definition->name);
		word.kind = gone ? NAME_LOST : NAME_GAINED;
		word.type = definition->name;
		return take_words(search, word, definition->text, other_text, ";,:[)");
	default:
		if (!is_visible(search, definition) ||
		    (other && is_declared_alike(definition, other)))
			return NULL;
		return take_name(search, definition->name);
	}
}

static struct lp_error *take_side(const struct search *search, const struct definition_list *list,
				  const struct definition_list *others,
				  const struct line_range *range, bool gone)
{
	for (size_t i = 0; i < list->count; i++) {
		if (definition_overlaps(&list->items[i], range))
			lp_try(take_definition(search, &list->items[i], others, gone));
	}
	return NULL;
}

struct lp_error *defined_names_find(const struct definition_pair *pair,
				    const struct diff_hunk *hunk, bool is_header, name_taker *taker,
				    void *context)
{
	const struct search search = {is_header, taker, context};
	const struct line_range before = hunk_changed_lines(hunk, false);
	const struct line_range after = hunk_changed_lines(hunk, true);

	lp_try(take_side(&search, &pair->before, &pair->after, &before, true));
	return take_side(&search, &pair->after, &pair->before, &after, false);
}
