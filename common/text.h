/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making strings, and lists of strings. */
#ifndef LPATCH_COMMON_TEXT_H
#define LPATCH_COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

/* Sets *text to the formatted string, which the caller frees; fails only without memory. */
struct lp_error *text_format(char **text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

bool text_starts_with(const char *text, const char *prefix);
bool text_ends_with(const char *text, const char *suffix);

/* True if both name the same module: "-" in a file's name is "_" in a module's. */
bool text_same_module(const char *one, const char *other);

/* Sets *result to `text` with every occurrence of `from` (not "") replaced by `to`. */
struct lp_error *text_replace(char **result, const char *text, const char *from, const char *to);

/* A list of strings that it owns, always followed by a NULL, so `items` can be an argv. */
struct text_list {
	char **items; /* NULL while nothing was added */
	size_t count;
};

/* Adds the formatted string. */
struct lp_error *text_list_add(struct text_list *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Appends the words of a line, separated by blanks and newlines. Quotes ("" and
 * '') keep blanks in a word and are removed. 'CC="ccache gcc"' is one word.
 */
struct lp_error *text_list_add_words(struct text_list *list, const char *line);

/* True if one of the strings is equal to `text`. */
bool text_list_contains(const struct text_list *list, const char *text);

/* The same for a list that is sorted as by strcmp(3), in a few steps. */
bool text_list_contains_sorted(const struct text_list *list, const char *text);

/* Sets *text to the strings, separated by `between`. */
struct lp_error *text_list_join(const struct text_list *list, const char *between, char **text);

/*
 * The same for a list in a message that may be long: after `limit` strings,
 * "and 1774 more" is the last.
 */
struct lp_error *text_list_join_first(const struct text_list *list, size_t limit,
				      const char *between, char **text);

/* Frees the strings and the list's array. */
void text_list_clear(struct text_list *list);

/* The SHA-256 over all strings with their terminators, as hex (DIGEST_SHA256_TEXT characters). */
struct lp_error *text_list_digest(const struct text_list *list, char *digest);

#define _cleanup_text_list_ _cleanup_(text_list_clear)

#endif
