// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/c_text/definitions.h"

#include <ctype.h>
#include <string.h>

#include "common/text.h"
#include "create/c_text/c_lexical.h"

/* A newline that does not end a directive: it is in a comment, or after a backslash. */
#define SOFT_END '\v'

bool definition_is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

size_t definition_next_word(const char **text, const char **word, bool *member)
{
	const char *at = *text;

	*member = false;
	while (*at) {
		if (*at == '"' || *at == '\'') {
			at += c_skip_constant(at, 0);
			*member = false;
			continue;
		}
		if (!definition_is_word(*at)) {
			if (*at == '.' || (*at == '>' && at > *text && at[-1] == '-'))
				*member = true;
			else if (!isspace((unsigned char)*at))
				*member = false;
			at++;
			continue;
		}
		const char *begin = at;

		while (definition_is_word(*at))
			at++;
		if (!isdigit((unsigned char)*begin)) {
			*text = at;
			*word = begin;
			return (size_t)(at - begin);
		}
		*member = false;
	}
	*text = at;
	return 0;
}

/* Replaces comments and continuations by blanks, so that offsets don't change. */
static void blank_out(char *text)
{
	for (size_t at = 0; text[at];) {
		size_t end = at + 1;

		if (text[at] == '/' && (text[at + 1] == '/' || text[at + 1] == '*')) {
			end = c_skip_comment(text, at);
			for (; at < end; at++)
				text[at] = text[at] == '\n' ? SOFT_END : ' ';
		} else if (text[at] == '\\' && text[at + 1] == '\n') {
			text[at] = ' ';
			text[at + 1] = SOFT_END;
		} else if (text[at] == '"' || text[at] == '\'') {
			end = c_skip_constant(text, at);
		}
		at = end;
	}
}

static bool is_word_at(const char *text, const char *word)
{
	size_t length = strlen(word);

	return !strncmp(text, word, length) && !definition_is_word(text[length]);
}

static bool begins_a_type(const char *text)
{
	return is_word_at(text, "struct") || is_word_at(text, "union") ||
	       is_word_at(text, "enum") || is_word_at(text, "typedef");
}

/* The state of the scan of one declaration or definition. */
struct scan {
	const char *text;
	size_t at;
	int braces, brackets;
	bool has_group; /* something in brackets */
	bool has_value; /* "=" */
	bool is_body;
};

/* A "{" at file scope begins a function's body, a type or an initial value. */
static bool opens_body(const struct scan *scan)
{
	size_t before = scan->at;

	if (!scan->has_group || scan->has_value)
		return false;
	while (before && isspace((unsigned char)scan->text[before - 1]))
		before--;
	return (before && scan->text[before - 1] == ')') || !begins_a_type(scan->text);
}

/* "NAME(…)" on lines of its own, with no ";" after it: the next definition follows. */
static bool is_lone_call(const struct scan *scan)
{
	size_t word = 0;
	const char *behind = scan->text + scan->at;

	while (definition_is_word(scan->text[word]))
		word++;
	if (!word || scan->text[word + strspn(scan->text + word, " \t")] != '(')
		return false;
	behind += strspn(behind, " \t\v");
	if (*behind != '\n')
		return false;
	behind += strspn(behind, "\n");
	return definition_is_word(*behind);
}

/* Moves past the character at scan->at; true if the definition ends after it. */
static bool pass(struct scan *scan)
{
	char c = scan->text[scan->at];

	if (c == '{' && !scan->braces && !scan->brackets)
		scan->is_body = opens_body(scan);
	scan->at++;
	switch (c) {
	case '(':
		scan->brackets++;
		break;
	case ')':
		scan->brackets -= scan->brackets > 0;
		scan->has_group |= !scan->braces;
		return !scan->braces && !scan->brackets && is_lone_call(scan);
	case '{':
		scan->braces++;
		break;
	case '}':
		/* Branches of an #if may open too many braces; "}" in column 0 ends it. */
		if (scan->at > 1 && scan->text[scan->at - 2] == '\n')
			scan->braces = scan->braces > 0, scan->brackets = 0;
		scan->braces -= scan->braces > 0;
		return !scan->braces && !scan->brackets && scan->is_body;
	case '=':
		scan->has_value |= !scan->braces && !scan->brackets;
		break;
	case ';':
		return !scan->braces && !scan->brackets;
	}
	return false;
}

/* The length of the declaration or definition at the start of the text. */
static size_t definition_length(const char *text)
{
	struct scan scan = {.text = text};

	while (text[scan.at]) {
		if (text[scan.at] == '"' || text[scan.at] == '\'') {
			scan.at = c_skip_constant(text, scan.at);
		} else if (text[scan.at] == '#' && scan.at && text[scan.at - 1] == '\n') {
			if (!scan.braces && !scan.brackets)
				break;
			scan.at += strcspn(text + scan.at, "\n");
		} else if (pass(&scan)) {
			break;
		}
	}
	return scan.at;
}

/* Attributes that stand before a function's name and look like a function. */
static bool is_attribute(const char *word, size_t length)
{
	static const char *const attributes[] = {
		"__attribute__", "__printf",     "__scanf", "__aligned",
		"__section",     "__alloc_size", "asm",     "__diagnose_as",
	};

	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++) {
		if (strlen(attributes[i]) == length && !strncmp(attributes[i], word, length))
			return true;
	}
	return false;
}

/* A name of capital letters only is a macro. */
static bool is_capital(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (islower((unsigned char)word[i]))
			return false;
	}
	return true;
}

/* Where the head of a definition ends: at the first of `ends` outside of brackets. */
static size_t head_length(const char *text, const char *ends)
{
	int brackets = 0;
	size_t at = 0;

	while (text[at] && (brackets || !strchr(ends, text[at]))) {
		if (text[at] == '"' || text[at] == '\'') {
			at = c_skip_constant(text, at);
			continue;
		}
		brackets += text[at] == '(';
		brackets -= text[at] == ')';
		at++;
	}
	return at;
}

/* The word before the first bracket that belongs to no attribute, if another word precedes it. */
static const char *function_name(const char *text, size_t head, size_t *length)
{
	const char *at = text, *word;
	size_t words = 0, found;
	bool member;

	while ((found = definition_next_word(&at, &word, &member)) && word < text + head) {
		const char *behind = word + found + strspn(word + found, " ");

		if (*behind != '(') {
			words++;
			continue;
		}
		if (!is_attribute(word, found)) {
			*length = found;
			/* "int (*f)(void)" is a variable. */
			return words && behind[1] != '*' ? word : NULL;
		}
		at = behind + head_length(behind + 1, ")") + 1;
	}
	return NULL;
}

/* The last word of the head; for "a[3]" that is "a". */
static const char *last_word(const char *text, size_t head, size_t *length)
{
	const char *at = text, *word, *last = NULL;
	size_t found;
	bool member;

	while ((found = definition_next_word(&at, &word, &member)) && word < text + head) {
		last = word;
		*length = found;
	}
	return last;
}

/* "foo" in "struct foo {". */
static const char *tag_of(const char *text, size_t *length)
{
	const char *at = text, *word;
	bool member;
	size_t head = strcspn(text, "{;"), found;

	definition_next_word(&at, &word, &member);
	while ((found = definition_next_word(&at, &word, &member)) && word < text + head) {
		if (!is_attribute(word, found) && strncmp(word, "__", 2) != 0) {
			*length = found;
			return word;
		}
	}
	return NULL;
}

static bool has_word(const char *text, size_t head, const char *wanted)
{
	const char *at = text, *word;
	size_t length;
	bool member;

	while ((length = definition_next_word(&at, &word, &member)) && word < text + head) {
		if (length == strlen(wanted) && !strncmp(word, wanted, length))
			return true;
	}
	return false;
}

static bool is_inline(const char *text, size_t head)
{
	return has_word(text, head, "inline") || has_word(text, head, "__always_inline") ||
	       has_word(text, head, "__inline") || has_word(text, head, "__inline__");
}

/* "struct foo;" defines nothing. */
static bool is_forward(const char *text, size_t head)
{
	const char *blank = memchr(text, ' ', head);

	return begins_a_type(text) && blank &&
	       !memchr(blank + 1, ' ', head - (size_t)(blank + 1 - text));
}

/* Finds the kind of a declaration or definition; returns a pointer to its name, or NULL. */
static const char *classify(struct definition *definition, size_t *length)
{
	const char *text = definition->text, *name;
	size_t size = strlen(text), head = head_length(text, "{=");
	bool is_body = text[size - 1] == '}';

	definition->kind = DEFINITION_OTHER;
	if (is_word_at(text, "typedef")) {
		definition->kind = DEFINITION_TYPE;
		return last_word(text, size, length);
	}
	name = function_name(text, head, length);
	if (begins_a_type(text) && !name && text[head] == '{') {
		definition->kind = is_word_at(text, "enum") ? DEFINITION_ENUM : DEFINITION_TYPE;
		return tag_of(text, length);
	}
	if (name && is_capital(name, *length))
		return NULL;
	if (name && is_body && text[head] == '{') {
		definition->kind = DEFINITION_FUNCTION;
		definition->is_inline = is_inline(text, head);
		return name;
	}
	if (name && text[head] == '\0') {
		definition->kind = DEFINITION_PROTOTYPE;
		return name;
	}
	head = head_length(text, "=[{;");
	if (is_forward(text, head))
		return NULL;
	if (is_body || memchr(text, '(', head) || !strchr(text, ' ') || text[head] == '{')
		return NULL;
	definition->kind = DEFINITION_VARIABLE;
	return last_word(text, head, length);
}

static const char *classify_directive(struct definition *definition, size_t *length)
{
	const char *at = definition->text + 1;

	definition->kind = DEFINITION_DIRECTIVE;
	at += strspn(at, " ");
	if (!is_word_at(at, "define"))
		return NULL;
	at += strlen("define");
	at += strspn(at, " ");
	for (*length = 0; definition_is_word(at[*length]);)
		++*length;
	if (!*length)
		return NULL;
	definition->kind = DEFINITION_MACRO;
	definition->has_parameters = at[*length] == '(';
	return at;
}

static struct lp_error *add_definition(struct definition_list *list, size_t *room, const char *text,
				       size_t length)
{
	if (list->count == *room) {
		size_t more = *room ? 2 * *room : 64;
		struct definition *items = reallocarray(list->items, more, sizeof(*items));

		if (!items)
			return lp_error_no_memory();
		list->items = items;
		*room = more;
	}
	struct definition *definition = &list->items[list->count];
	const char *name;
	size_t name_length = 0;

	*definition = (struct definition){.text = strndup(text, length)};
	if (!definition->text)
		return lp_error_no_memory();
	list->count++;
	c_squeeze(definition->text);
	name = *text == '#' ? classify_directive(definition, &name_length)
			    : classify(definition, &name_length);
	return name ? text_format(&definition->name, "%.*s", (int)name_length, name) : NULL;
}

/* The number of newlines in the text. */
static int count_lines(const char *text, size_t length)
{
	int lines = 0;

	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n' || text[i] == SOFT_END;
	return lines;
}

struct lp_error *definition_list_read(const char *text, struct definition_list *list)
{
	_cleanup_free_ char *plain = strdup(text);
	size_t room = 0;
	int line = 1;

	*list = (struct definition_list){0};
	if (!plain)
		return lp_error_no_memory();
	blank_out(plain);
	for (const char *at = plain; *at;) {
		size_t length;

		if (isspace((unsigned char)*at)) {
			line += count_lines(at++, 1);
			continue;
		}
		length = *at == '#' ? strcspn(at, "\n") : definition_length(at);
		lp_try(add_definition(list, &room, at, length));
		list->items[list->count - 1].first = line;
		line += count_lines(at, length);
		list->items[list->count - 1].last = line;
		at += length;
	}
	return NULL;
}

void definition_list_clear(struct definition_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].name);
		free(list->items[i].text);
	}
	free(list->items);
	*list = (struct definition_list){0};
}
