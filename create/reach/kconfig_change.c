// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/kconfig_change.h"

#include <string.h>

#include "create/reach/kconfig_file.h"
#include "create/reach/kconfig_values.h"

/* The comparison of one option. */
struct comparison {
	const char *config;
	const struct kconfig_entry *old, *new; /* NULL if the other version doesn't have it */
	enum tristate value;
	struct kconfig_change *change;
};

static struct lp_error *add(struct comparison *comparison, const char *line)
{
	const struct kconfig_entry *entry = comparison->new ?: comparison->old;

	return text_list_add(&comparison->change->options, "%s: %s", entry->name, line);
}

/* The expression after " if " in the line, else "y"; *length is the length of the text before. */
static const char *condition(const char *line, size_t *length)
{
	const char *at = strstr(line, " if ");

	*length = at ? (size_t)(at - line) : strlen(line);
	return at ? at + 4 : "y";
}

static bool is_word(const char *line, const char *word)
{
	return text_starts_with(line, word) && line[strlen(word)] == ' ';
}

/* Whether the option has a prompt: then the user's value in the .config stays. */
static bool has_prompt(const struct kconfig_entry *entry)
{
	for (size_t i = 0; i < entry->lines.count; i++) {
		if (strstr(entry->lines.items[i], KCONFIG_PROMPT))
			return true;
	}
	return false;
}

/* Whether the entry may set an option that is not set: it has a default other than n. */
static bool may_become_set(const struct kconfig_entry *entry, const char *config)
{
	bool has_default = false;

	for (size_t i = 0; i < entry->lines.count; i++) {
		const char *line = entry->lines.items[i];

		if (is_word(line, "depends on") &&
		    kconfig_evaluate(config, line + strlen("depends on ")) == KCONFIG_N)
			return false;
		if (is_word(line, "int") || is_word(line, "hex") || is_word(line, "string"))
			has_default = true;
		if (text_starts_with(line, "def") && strcmp(line, "default n") != 0)
			has_default = true;
	}
	return has_default;
}

/* A new "select FOO if BAR" has no effect if FOO already has that value. */
static bool selects_what_is_set(const struct comparison *comparison, const char *line)
{
	size_t length;
	enum tristate value = kconfig_evaluate(comparison->config, condition(line, &length));
	const char *name = line + strcspn(line, " ");
	enum tristate has;

	name += strspn(name, " ");
	if (value == KCONFIG_UNKNOWN || comparison->value == KCONFIG_UNKNOWN)
		return false;
	if (comparison->value < value)
		value = comparison->value;
	has = kconfig_value(comparison->config, name, length - (name - line));
	return value == KCONFIG_N || (has != KCONFIG_UNKNOWN && has >= value);
}

/* Checks a new line of an option that is set. */
static bool is_harmless_more(const struct comparison *comparison, const char *line)
{
	if (is_word(line, "select") || is_word(line, "imply"))
		return selects_what_is_set(comparison, line);
	if (is_word(line, "depends on")) {
		enum tristate value =
			kconfig_evaluate(comparison->config, line + strlen("depends on "));

		return value != KCONFIG_UNKNOWN && comparison->value != KCONFIG_UNKNOWN &&
		       value >= comparison->value;
	}
	return is_word(line, "default") && has_prompt(comparison->new) &&
	       has_prompt(comparison->old);
}

/* Checks a removed line of an option that is set. */
static bool is_harmless_less(const struct comparison *comparison, const char *line)
{
	return is_word(line, "depends on") ||
	       (is_word(line, "default") && has_prompt(comparison->new) &&
		has_prompt(comparison->old));
}

static struct lp_error *compare_lines(struct comparison *comparison,
				      const struct kconfig_entry *these,
				      const struct kconfig_entry *others, bool is_new)
{
	for (size_t i = 0; i < these->lines.count; i++) {
		const char *line = these->lines.items[i];

		if (text_list_contains(&others->lines, line))
			continue;
		if (comparison->value == KCONFIG_N) {
			if (may_become_set(comparison->new, comparison->config))
				return add(comparison, line);
			continue;
		}
		if (!(is_new ? is_harmless_more(comparison, line)
			     : is_harmless_less(comparison, line)))
			lp_try(add(comparison, line));
	}
	return NULL;
}

static const char *next_default(const struct kconfig_entry *entry, size_t *at,
				const struct kconfig_entry *other)
{
	while (*at < entry->lines.count) {
		const char *line = entry->lines.items[(*at)++];

		if ((is_word(line, "default") || text_starts_with(line, "def_")) &&
		    text_list_contains(&other->lines, line))
			return line;
	}
	return NULL;
}

/*
 * Kconfig uses the first default whose condition holds (Documentation/kbuild/kconfig-language.rst,
 * Linux 6.1). So the order of the defaults in both versions counts, unless there is a prompt.
 */
static struct lp_error *compare_order(struct comparison *comparison)
{
	const struct kconfig_entry *old = comparison->old, *new = comparison->new;
	size_t old_at = 0, new_at = 0;

	if (comparison->value != KCONFIG_N && has_prompt(old) && has_prompt(new))
		return NULL;
	for (;;) {
		const char *before = next_default(old, &old_at, new);
		const char *now = next_default(new, &new_at, old);

		if (!before || !now)
			return before || now ? add(comparison, before ?: now) : NULL;
		if (strcmp(before, now) != 0)
			return add(comparison, now);
	}
}

/* Choices and macros: every difference counts. */
static struct lp_error *compare_special(struct comparison *comparison)
{
	const struct kconfig_entry *old = comparison->old, *new = comparison->new;
	const struct kconfig_entry *these = new ?: old;
	bool same = old && new && old->lines.count == new->lines.count;

	for (size_t i = 0; same && i < new->lines.count; i++)
		same = !strcmp(old->lines.items[i], new->lines.items[i]);
	return same ? NULL : add(comparison, these->lines.count ? these->lines.items[0] : "");
}

static struct lp_error *compare_entry(struct comparison *comparison)
{
	const struct kconfig_entry *old = comparison->old, *new = comparison->new;

	if (strchr((new ?: old)->name, ' '))
		return compare_special(comparison);
	comparison->value =
		kconfig_value(comparison->config, (new ?: old)->name, strlen((new ?: old)->name));
	if (!new)
		return comparison->value == KCONFIG_N ? NULL : add(comparison, "it is removed");
	if (!old)
		return may_become_set(new, comparison->config) || comparison->value != KCONFIG_N
			       ? add(comparison, "it is new")
			       : NULL;
	lp_try(compare_lines(comparison, new, old, true));
	lp_try(compare_lines(comparison, old, new, false));
	return compare_order(comparison);
}

static struct lp_error *compare_files(const struct text_list *these, const struct text_list *others,
				      struct text_list *more)
{
	for (size_t i = 0; i < these->count; i++) {
		if (!text_list_contains(others, these->items[i]))
			lp_try(text_list_add(more, "%s", these->items[i]));
	}
	return NULL;
}

static struct lp_error *compare(const struct kconfig_file *old, const struct kconfig_file *new,
				const char *config, struct kconfig_change *change)
{
	struct comparison comparison = {.config = config, .change = change};

	for (size_t i = 0; i < new->count; i++) {
		comparison.new = &new->entries[i];
		comparison.old = kconfig_file_find(old, comparison.new->name);
		lp_try(compare_entry(&comparison));
	}
	comparison.new = NULL;
	for (size_t i = 0; i < old->count; i++) {
		comparison.old = &old->entries[i];
		if (!kconfig_file_find(new, comparison.old->name))
			lp_try(compare_entry(&comparison));
	}
	lp_try(compare_files(&old->sources, &new->sources, &change->only_old));
	return compare_files(&new->sources, &old->sources, &change->only_new);
}

struct lp_error *kconfig_compare(const char *old_text, const char *new_text, const char *config,
				 struct kconfig_change *change)
{
	_cleanup_(kconfig_file_clear) struct kconfig_file old = {0};
	_cleanup_(kconfig_file_clear) struct kconfig_file new = {0};

	*change = (struct kconfig_change){0};
	lp_try(kconfig_file_read(old_text, &old));
	lp_try(kconfig_file_read(new_text, &new));
	return compare(&old, &new, config, change);
}

void kconfig_change_clear(struct kconfig_change *change)
{
	text_list_clear(&change->options);
	text_list_clear(&change->only_old);
	text_list_clear(&change->only_new);
}
