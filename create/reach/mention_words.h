/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Search for names in C texts: as words, or built from two words by "##".
 */
#ifndef LPATCH_CREATE_REACH_MENTION_WORDS_H
#define LPATCH_CREATE_REACH_MENTION_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/text.h"

/* If there are more names, or longer ones, every file counts. */
#define WORD_NAMES_LIMIT 200
#define WORD_NAME_LENGTH 63

/* A name to search for. */
struct wanted {
	const char *name;
	size_t length;
	/* Bit n: the current text has the name's prefix (suffix) of length n as an identifier. */
	uint64_t begins, ends;
	/* Bit n: a macro pastes such a prefix (suffix) by "##" before (after) its argument. */
	uint64_t pasted_begins, pasted_ends;
};

/* A search for names in several texts, one after the other. */
struct word_search {
	struct text_list names; /* in the order in which they were found */
	struct wanted wanted[WORD_NAMES_LIMIT];
	size_t nr_wanted;
	bool by_first[256], by_last[256]; /* the first and last characters of names */
	struct text_list pasted_begins;   /* words that macros paste before their argument */
	struct text_list pasted_ends;     /* ... and after it */
	bool all;                         /* too many names to search for */
};

/* True for the characters of identifiers. */
bool word_is_part(char c);

/* Makes the names from number `begin` on the ones to search for. */
void word_search_want(struct word_search *search, size_t begin);

/* True if the text may mention a name: as a word, even in a comment, or in parts. */
bool word_search_mentions(struct word_search *search, const char *text);

/* Notes in .begins and .ends the parts of names in the text; ignores whole names. */
void word_search_note_parts(struct word_search *search, const char *text);

/* True if two noted parts form a name, or one and a word that a macro pastes to it. */
bool word_search_is_made_up(const struct word_search *search);

/* True if two parts, with lengths from the two sets, form the name. */
bool word_parts_fit(const struct wanted *wanted, uint64_t begins, uint64_t ends);

/* Adds the words next to "##" in the macros of a text to .pasted_begins and .pasted_ends. */
struct lp_error *word_search_note_pasting(struct word_search *search, const char *text);

void word_search_clear(struct word_search *search);

#endif
