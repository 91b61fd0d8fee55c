// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/hunk_misfit.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "common/text.h"

/* How much of a line is shown, in bytes. */
#define SHOWN_LENGTH 100

/* How many lines are shown before and after the one that differs. */
#define SHOWN_AROUND 3

/* The lines of a text, as pointers into it. */
struct lines {
	struct line {
		const char *text;
		size_t length; /* without the newline */
	} * items;
	size_t count;
};

static struct lp_error *add_line(struct lines *lines, const char *text, size_t length)
{
	if (!(lines->count & (lines->count - 1))) {
		size_t room = lines->count ? 2 * lines->count : 1;
		struct line *items = reallocarray(lines->items, room, sizeof(*items));

		if (!items)
			return lp_error_no_memory();
		lines->items = items;
	}
	lines->items[lines->count++] = (struct line){text, length};
	return NULL;
}

static void lines_clear(struct lines *lines)
{
	free(lines->items);
}

/* The lines that the hunk expects; none if there is no such hunk. */
static struct lp_error *find_old_lines(const struct diff_file *part, size_t number,
				       struct lines *lines)
{
	if (!number || number > part->nr_hunks)
		return NULL;
	const struct diff_hunk *hunk = &part->hunks[number - 1];

	for (size_t i = 0; i < hunk->nr_lines; i++) {
		if (hunk->lines[i].sign != '+')
			lp_try(add_line(lines, hunk->lines[i].text, hunk->lines[i].length));
	}
	return NULL;
}

static bool is_same(const struct line *one, const struct line *other)
{
	return one->length == other->length && !memcmp(one->text, other->text, one->length);
}

/* Whether both are equal except for blanks. */
static bool is_alike(const struct line *one, const struct line *other)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < one->length && isspace((unsigned char)one->text[i]))
			i++;
		while (k < other->length && isspace((unsigned char)other->text[k]))
			k++;
		if (i == one->length || k == other->length)
			return i == one->length && k == other->length;
		if (one->text[i++] != other->text[k++])
			return false;
	}
}

/* How many of the hunk's lines match the file from line `at` on. */
static size_t count_same(const struct lines *hunk, const struct lines *file, size_t at)
{
	size_t same = 0;

	for (size_t i = 0; i < hunk->count && at + i < file->count; i++)
		same += is_same(&hunk->items[i], &file->items[at + i]);
	return same;
}

/* The line where the file is most similar to the hunk; of several, the nearest one. */
static size_t find_likest(const struct lines *hunk, const struct lines *file, size_t begin)
{
	size_t best = begin, most = count_same(hunk, file, begin);

	for (size_t at = 0; at < file->count; at++) {
		size_t same = count_same(hunk, file, at);
		size_t distance = at > begin ? at - begin : begin - at;
		size_t other = best > begin ? best - begin : begin - best;

		if (same > most || (same == most && distance < other)) {
			best = at;
			most = same;
		}
	}
	return best;
}

/* The line without the blanks around it, for a sentence. */
static struct line trimmed(const struct line *line)
{
	struct line shown = *line;

	while (shown.length && isspace((unsigned char)*shown.text)) {
		shown.text++;
		shown.length--;
	}
	while (shown.length && isspace((unsigned char)shown.text[shown.length - 1]))
		shown.length--;
	if (shown.length > SHOWN_LENGTH)
		shown.length = SHOWN_LENGTH;
	return shown;
}

static struct lp_error *describe(size_t number, const struct lines *hunk, const struct lines *file,
				 size_t at, char **sentence)
{
	size_t i = 0;

	while (i < hunk->count && at + i < file->count &&
	       is_same(&hunk->items[i], &file->items[at + i]))
		i++;
	/* patch(1) takes less context on one side for the start or the end of the file. */
	if (i == hunk->count)
		return text_format(
			sentence,
			"hunk %zu does not fit: its lines are at line %zu, but it has fewer lines "
			"of context on one side, so it must be at the start or the end of the file",
			number, at + 1);
	struct line wanted = trimmed(&hunk->items[i]);

	if (at + i >= file->count)
		return text_format(
			sentence,
			"hunk %zu does not fit: after the last line, %zu, there should be \"%.*s\"",
			number, file->count, (int)wanted.length, wanted.text);
	struct line is = trimmed(&file->items[at + i]);

	if (is_alike(&wanted, &is))
		return text_format(sentence,
				   "hunk %zu does not fit: line %zu, \"%.*s\", has other blanks in "
				   "the diff",
				   number, at + i + 1, (int)is.length, is.text);
	return text_format(
		sentence, "hunk %zu does not fit: line %zu should be \"%.*s\", and is \"%.*s\"",
		number, at + i + 1, (int)wanted.length, wanted.text, (int)is.length, is.text);
}

/* Writes "- 42  text", with blanks for tabs, which messages can't have. */
static void write_line(FILE *out, char sign, size_t number, const struct line *line)
{
	size_t column = 0;

	fprintf(out, "\n  %c %4zu  ", sign, number);
	for (size_t i = 0; i < line->length && column < SHOWN_LENGTH; i++) {
		do
			fputc(line->text[i] == '\t' ? ' ' : line->text[i], out);
		while (++column % 8 && line->text[i] == '\t');
	}
}

/* The lines around the first difference, with "-" from the hunk and "+" from the file. */
static struct lp_error *write_excerpt(size_t number, const struct lines *hunk,
				      const struct lines *file, size_t at, char **excerpt)
{
	size_t size, differing = 0;
	FILE *out = open_memstream(excerpt, &size);

	if (!out)
		return lp_error_no_memory();
	fprintf(out,
		"\n  \"-\" is what the diff has after its line %zu, \"+\" what the source has:",
		number);
	while (differing < hunk->count && at + differing < file->count &&
	       is_same(&hunk->items[differing], &file->items[at + differing]))
		differing++;
	size_t from = differing < SHOWN_AROUND ? 0 : differing - SHOWN_AROUND;

	for (size_t i = from; i < hunk->count && i <= differing + SHOWN_AROUND; i++) {
		bool is_there = at + i < file->count;

		if (is_there && is_same(&hunk->items[i], &file->items[at + i])) {
			write_line(out, ' ', at + i + 1, &hunk->items[i]);
			continue;
		}
		write_line(out, '-', at + i + 1, &hunk->items[i]);
		if (is_there)
			write_line(out, '+', at + i + 1, &file->items[at + i]);
	}
	return fclose(out) ? lp_error_no_memory() : NULL;
}

struct lp_error *hunk_misfit(const struct diff_file *part, size_t number, const char *text,
			     char **sentence)
{
	_cleanup_(lines_clear) struct lines hunk = {0};
	_cleanup_(lines_clear) struct lines file = {0};
	_cleanup_free_ char *excerpt = NULL, *words = NULL;
	size_t begin, at;

	*sentence = NULL;
	lp_try(find_old_lines(part, number, &hunk));
	if (!hunk.count)
		return NULL;
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");

		lp_try(add_line(&file, line, length));
		line += length + (line[length] == '\n');
	}
	begin = part->hunks[number - 1].old_start;
	at = find_likest(&hunk, &file, begin ? begin - 1 : 0);
	lp_try(describe(number, &hunk, &file, at, &words));
	lp_try(write_excerpt(part->hunks[number - 1].number, &hunk, &file, at, &excerpt));
	return text_format(sentence, "%s%s", words, excerpt);
}
