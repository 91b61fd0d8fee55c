/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking for names in C texts: as words, or put together of two words by "##".
 */
#ifndef LPATCH_CREATE_REACH_MENTION_WORDS_H
#define LPATCH_CREATE_REACH_MENTION_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/text.h"

/* With more names, or longer ones, everything counts. */
#define WORD_NAMES_LIMIT 200
#define WORD_NAME_LENGTH 63

/* A name that is looked for. */
struct wanted {
	const char *name;
	size_t length;
	/* Bit n: an identifier of that length in the text at hand is a begin (an end) of it. */
	uint64_t begins, ends;
	/* Bit n: a macro puts such a begin (end) before (behind) what it is given, by "##". */
	uint64_t pasted_begins, pasted_ends;
};

/* A search for names in one text after the other. */
struct word_search {
	struct text_list names; /* in the order they were found */
	struct wanted wanted[WORD_NAMES_LIMIT];
	size_t nr_wanted;
	bool by_first[256], by_last[256]; /* characters that names begin and end with */
	struct text_list pasted_begins;   /* words that macros paste before others */
	struct text_list pasted_ends;     /* and behind others */
	bool all;                         /* too many names to look for */
};

/* True for the characters of identifiers. */
bool word_is_part(char c);

/* Makes the names from number `begin` on those that are looked for. */
void word_search_want(struct word_search *search, size_t begin);

/* True if the text may mention a name: as a word, in comments too, or in parts. */
bool word_search_mentions(struct word_search *search, const char *text);

/* Notes in .begins and .ends which parts of names the text has; names themselves don't count. */
void word_search_note_parts(struct word_search *search, const char *text);

/* True if the parts that were noted make up a name, or one does with what a macro pastes to it. */
bool word_search_is_made_up(const struct word_search *search);

/* True if two parts of the name, of lengths in the one set and in the other, make it up. */
bool word_parts_fit(const struct wanted *wanted, uint64_t begins, uint64_t ends);

/* Adds the words next to "##" in the macros of a text to .pasted_begins and .pasted_ends. */
struct lp_error *word_search_note_pasting(struct word_search *search, const char *text);

void word_search_clear(struct word_search *search);

#endif
