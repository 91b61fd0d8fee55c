// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/mention_words.h"

#include <string.h>

#include "create/c_text.h"

bool word_is_part(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* The bits for the lengths of those words that are a prefix, or a suffix, of the name. */
static uint64_t part_lengths(const struct wanted *wanted, const struct text_list *words,
			     bool is_begin)
{
	uint64_t lengths = 0;

	for (size_t i = 0; i < words->count; i++) {
		size_t length = strlen(words->items[i]);
		const char *part = is_begin ? wanted->name : wanted->name + wanted->length - length;

		if (length < wanted->length && !memcmp(words->items[i], part, length))
			lengths |= 1ull << length;
	}
	return lengths;
}

/* Makes the names from number `begin` on the ones to search for. */
void word_search_want(struct word_search *search, size_t begin)
{
	memset(search->by_first, 0, sizeof(search->by_first));
	memset(search->by_last, 0, sizeof(search->by_last));
	search->nr_wanted = 0;
	for (size_t i = begin; i < search->names.count; i++) {
		const char *name = search->names.items[i];
		size_t length = strlen(name);

		if (length > WORD_NAME_LENGTH || search->nr_wanted == WORD_NAMES_LIMIT) {
			search->all = true;
			return;
		}
		struct wanted *wanted = &search->wanted[search->nr_wanted++];

		*wanted = (struct wanted){.name = name, .length = length};
		wanted->pasted_begins = part_lengths(wanted, &search->pasted_begins, true);
		wanted->pasted_ends = part_lengths(wanted, &search->pasted_ends, false);
		search->by_first[(unsigned char)name[0]] = true;
		search->by_last[(unsigned char)name[length - 1]] = true;
	}
}

/* Notes whether the identifier is a name, or a prefix or suffix of one. True for a name. */
static bool look_at_word(struct word_search *search, const char *word, size_t length)
{
	bool first = search->by_first[(unsigned char)word[0]];
	bool last = search->by_last[(unsigned char)word[length - 1]];

	for (size_t i = 0; (first || last) && i < search->nr_wanted; i++) {
		struct wanted *wanted = &search->wanted[i];

		if (length > wanted->length)
			continue;
		if (first && !memcmp(word, wanted->name, length)) {
			if (length == wanted->length)
				return true;
			wanted->begins |= 1ull << length;
		}
		if (last && !memcmp(word, wanted->name + wanted->length - length, length))
			wanted->ends |= 1ull << length;
	}
	return false;
}

/* True if two parts, with lengths from the two sets, form the name. */
bool word_parts_fit(const struct wanted *wanted, uint64_t begins, uint64_t ends)
{
	for (size_t length = 1; length < wanted->length; length++) {
		if ((begins >> length & 1) && (ends >> (wanted->length - length) & 1))
			return true;
	}
	return false;
}

/* True if two identifiers of the text form a name, or one and a word that a macro pastes to it. */
bool word_search_is_made_up(const struct word_search *search)
{
	for (size_t i = 0; i < search->nr_wanted; i++) {
		const struct wanted *wanted = &search->wanted[i];

		if (word_parts_fit(wanted, wanted->begins, wanted->ends | wanted->pasted_ends) ||
		    word_parts_fit(wanted, wanted->pasted_begins, wanted->ends))
			return true;
	}
	return false;
}

/* True if the word is one of the macro's parameters: "#define NAME(a, b) …". */
static bool is_parameter(const char *macro, const char *word, size_t length)
{
	const char *at = strchr(macro, '('), *end = strchr(macro, ')');

	for (; at && end && at < end; at++) {
		if (!word_is_part(at[-1]) && !strncmp(at, word, length) &&
		    !word_is_part(at[length]))
			return true;
	}
	return false;
}

static struct lp_error *add_word(struct text_list *words, const char *word, size_t length)
{
	for (size_t i = 0; i < words->count; i++) {
		if (!strncmp(words->items[i], word, length) && !words->items[i][length])
			return NULL;
	}
	return text_list_add(words, "%.*s", (int)length, word);
}

/* Notes the words next to each "##" of a macro that are not its parameters. */
static struct lp_error *note_pasted(struct word_search *search, const char *macro)
{
	for (const char *at = macro; (at = strstr(at, "##")); at += 2) {
		const char *end = at, *begin;

		while (end > macro && end[-1] == ' ')
			end--;
		for (begin = end; begin > macro && word_is_part(begin[-1]);)
			begin--;
		if (end > begin && !is_parameter(macro, begin, end - begin))
			lp_try(add_word(&search->pasted_begins, begin, end - begin));
		begin = at + 2 + strspn(at + 2, " ");
		for (end = begin; word_is_part(*end);)
			end++;
		if (end > begin && !is_parameter(macro, begin, end - begin))
			lp_try(add_word(&search->pasted_ends, begin, end - begin));
	}
	return NULL;
}

/* Notes these words for all macros of a text. */
struct lp_error *word_search_note_pasting(struct word_search *search, const char *text)
{
	_cleanup_(chunk_list_clear) struct chunk_list chunks = {0};

	if (!strstr(text, "##"))
		return NULL;
	lp_try(chunk_list_read(text, &chunks));
	for (size_t i = 0; i < chunks.count; i++)
		lp_try(note_pasted(search, chunks.items[i].text));
	return NULL;
}

/* Checks the words of the text up to the first that is a name; true if there is one. */
static bool look_at_words(struct word_search *search, const char *text, bool stop)
{
	for (size_t i = 0; i < search->nr_wanted; i++)
		search->wanted[i].begins = search->wanted[i].ends = 0;
	for (const char *at = text; *at;) {
		const char *begin = at;

		if (!word_is_part(*at)) {
			at++;
			continue;
		}
		while (word_is_part(*at))
			at++;
		if (look_at_word(search, begin, at - begin) && stop)
			return true;
	}
	return false;
}

/* True if the text may mention a name: as a word, even in a comment, or in parts. */
bool word_search_mentions(struct word_search *search, const char *text)
{
	return look_at_words(search, text, true) || word_search_is_made_up(search);
}

void word_search_note_parts(struct word_search *search, const char *text)
{
	look_at_words(search, text, false);
}

void word_search_clear(struct word_search *search)
{
	text_list_clear(&search->names);
	text_list_clear(&search->pasted_begins);
	text_list_clear(&search->pasted_ends);
}
