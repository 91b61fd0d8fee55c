// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/kconfig_values.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* No Kconfig file has deeper parentheses. */
#define MOST_NESTED 32

struct expression {
	const char *config;
	const char *at;
	int depth;
	bool is_quoted; /* the word that was taken last */
	bool is_bad;
};

/* The start of the option's value, after "CONFIG_NAME="; NULL if the option is not set. */
static const char *find_value(const char *config, const char *name, size_t length)
{
	static const char prefix[] = "CONFIG_";

	for (const char *hit = config; (hit = strstr(hit, prefix)); hit += sizeof(prefix) - 1) {
		const char *option = hit + sizeof(prefix) - 1;

		if ((hit == config || hit[-1] == '\n') && !strncmp(option, name, length) &&
		    option[length] == '=')
			return option + length + 1;
	}
	return NULL;
}

enum tristate kconfig_value(const char *config, const char *name, size_t length)
{
	const char *value = find_value(config, name, length);

	if (!value)
		return KCONFIG_N;
	if (value[1] != '\n' && value[1])
		return KCONFIG_UNKNOWN;
	return *value == 'y' ? KCONFIG_Y : *value == 'm' ? KCONFIG_M : KCONFIG_UNKNOWN;
}

static void skip_blanks(struct expression *expression)
{
	expression->at += strspn(expression->at, " \t");
}

static bool take_sign(struct expression *expression, const char *sign)
{
	skip_blanks(expression);
	if (strncmp(expression->at, sign, strlen(sign)) != 0)
		return false;
	expression->at += strlen(sign);
	return true;
}

/* A name or a constant, which may be in quotes; its length is 0 for anything else. */
static const char *take_word(struct expression *expression, size_t *length)
{
	const char *word;

	skip_blanks(expression);
	word = expression->at;
	expression->is_quoted = *word == '"' || *word == '\'';
	if (*word == '"' || *word == '\'') {
		const char *end = strchr(word + 1, *word);

		*length = end ? (size_t)(end - word - 1) : 0;
		expression->is_bad |= !end || memchr(word, '$', *length + 1);
		expression->at = end ? end + 1 : word;
		return word + 1;
	}
	for (*length = 0; isalnum((unsigned char)word[*length]) || word[*length] == '_';)
		++*length;
	expression->is_bad |= !*length;
	expression->at += *length;
	return word;
}

/* The value of a word in a comparison: an option's value, or the constant itself. */
static void find_text(const struct expression *expression, const char **word, size_t *length)
{
	const char *value = find_value(expression->config, *word, *length);

	if (expression->is_quoted || isdigit((unsigned char)**word) ||
	    (*length == 1 && strchr("ymn", **word)))
		return;
	if (!value) {
		*word = "n";
		*length = 1;
		return;
	}
	*word = value + (*value == '"');
	*length = strcspn(*word, "\"\n");
}

static enum tristate read_or(struct expression *expression);

static enum tristate read_comparison(struct expression *expression)
{
	size_t length, other_length;
	const char *word = take_word(expression, &length), *other;
	bool is_unequal = take_sign(expression, "!=");

	if (expression->is_bad)
		return KCONFIG_N;
	if (!is_unequal && !take_sign(expression, "=")) {
		if (length == 1 && !expression->is_quoted && strchr("ymn", *word))
			return *word == 'y' ? KCONFIG_Y : *word == 'm' ? KCONFIG_M : KCONFIG_N;
		expression->is_bad |= expression->is_quoted;
		return kconfig_value(expression->config, word, length);
	}
	find_text(expression, &word, &length);
	other = take_word(expression, &other_length);
	if (expression->is_bad)
		return KCONFIG_N;
	find_text(expression, &other, &other_length);
	bool is_same = length == other_length && !strncmp(word, other, length);

	return is_same != is_unequal ? KCONFIG_Y : KCONFIG_N;
}

static enum tristate read_not(struct expression *expression)
{
	enum tristate value;

	if (++expression->depth > MOST_NESTED)
		expression->is_bad = true;
	if (expression->is_bad)
		return KCONFIG_N;
	if (take_sign(expression, "!")) {
		value = read_not(expression);
		expression->is_bad |= value == KCONFIG_UNKNOWN;
		value = KCONFIG_Y - value;
	} else if (take_sign(expression, "(")) {
		value = read_or(expression);
		expression->is_bad |= !take_sign(expression, ")");
	} else {
		value = read_comparison(expression);
	}
	expression->depth--;
	return value;
}

static enum tristate read_and(struct expression *expression)
{
	enum tristate value = read_not(expression);

	while (!expression->is_bad && take_sign(expression, "&&")) {
		enum tristate other = read_not(expression);

		expression->is_bad |= value == KCONFIG_UNKNOWN || other == KCONFIG_UNKNOWN;
		value = other < value ? other : value;
	}
	return value;
}

static enum tristate read_or(struct expression *expression)
{
	enum tristate value = read_and(expression);

	while (!expression->is_bad && take_sign(expression, "||")) {
		enum tristate other = read_and(expression);

		expression->is_bad |= value == KCONFIG_UNKNOWN || other == KCONFIG_UNKNOWN;
		value = other > value ? other : value;
	}
	return value;
}

enum tristate kconfig_evaluate(const char *config, const char *text)
{
	struct expression expression = {.config = config, .at = text};
	enum tristate value = read_or(&expression);

	skip_blanks(&expression);
	return expression.is_bad || *expression.at ? KCONFIG_UNKNOWN : value;
}
