// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/hunk_misfit.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "common/text.h"

/* How much of a line is shown, in bytes. */
#define SHOWN_LENGTH 100

/* Lines of a text, which they point into. */
struct lines {
	struct line {
		const char *text;
		size_t length; /* without the newline */
	} * items;
	size_t count;
};

static struct lp_error *add_line(struct lines *lines, const char *text)
{
	if (!(lines->count & (lines->count - 1))) {
		size_t room = lines->count ? 2 * lines->count : 1;
		struct line *items = reallocarray(lines->items, room, sizeof(*items));

		if (!items)
			return lp_error_no_memory();
		lines->items = items;
	}
	lines->items[lines->count++] = (struct line){text, strcspn(text, "\n")};
	return NULL;
}

static void lines_clear(struct lines *lines)
{
	free(lines->items);
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

/* "@@ -12,3 +12,4 @@": where the hunk begins, and how many lines each side has. */
static bool read_header(const char *line, size_t *begin, size_t *old_lines, size_t *new_lines)
{
	int end = 0;

	if (sscanf(line, "@@ -%zu%n", begin, &end) != 1)
		return false;
	*old_lines = *new_lines = 1;
	line += end;
	if (*line == ',' && sscanf(line, ",%zu%n", old_lines, &end) == 1)
		line += end;
	line += strcspn(line, "+\n");
	sscanf(line, "+%*u,%zu", new_lines);
	return true;
}

/* The old lines of the hunk, and at which line it says that they begin; none if it isn't there. */
static struct lp_error *find_old_lines(const char *diff, size_t number, struct lines *lines,
				       size_t *begin)
{
	size_t old_left = 0, new_left = 0, hunk = 0;

	for (const char *line = diff; *line && hunk <= number; line = next_line(line)) {
		if (!old_left && !new_left) {
			hunk += read_header(line, begin, &old_left, &new_left);
			if (hunk > number)
				break;
			continue;
		}
		if (*line == '\\')
			continue;
		if (*line != '+') {
			old_left -= old_left > 0;
			if (hunk == number)
				lp_try(add_line(lines, *line == '\n' ? line : line + 1));
		}
		if (*line != '-')
			new_left -= new_left > 0;
		if (hunk == number && !old_left && !new_left)
			break;
	}
	return NULL;
}

static bool is_same(const struct line *one, const struct line *other)
{
	return one->length == other->length && !memcmp(one->text, other->text, one->length);
}

/* The same but for blanks. */
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

/* How many of the hunk's lines are in the file from line `at` on. */
static size_t count_same(const struct lines *hunk, const struct lines *file, size_t at)
{
	size_t same = 0;

	for (size_t i = 0; i < hunk->count && at + i < file->count; i++)
		same += is_same(&hunk->items[i], &file->items[at + i]);
	return same;
}

/* The line of the file from which on it is most like the hunk: of several the nearest. */
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
	/* patch(1) takes less context on one side for the begin or the end of the file. */
	if (i == hunk->count)
		return text_format(sentence,
				   "hunk %zu does not fit: its lines are at line %zu, but with "
				   "fewer lines of context on one side it counts as one for the "
				   "begin or the end of the file",
				   number, at + 1);
	struct line wanted = trimmed(&hunk->items[i]);

	if (at + i >= file->count)
		return text_format(sentence,
				   "hunk %zu does not fit: behind the last line, %zu, there "
				   "should be \"%.*s\"",
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

struct lp_error *hunk_misfit(const char *diff, size_t number, const char *text, char **sentence)
{
	_cleanup_(lines_clear) struct lines hunk = {0};
	_cleanup_(lines_clear) struct lines file = {0};
	size_t begin = 0;

	*sentence = NULL;
	lp_try(find_old_lines(diff, number, &hunk, &begin));
	for (const char *line = text; *line; line = next_line(line))
		lp_try(add_line(&file, line));
	if (!hunk.count)
		return NULL;
	return describe(number, &hunk, &file, find_likest(&hunk, &file, begin ? begin - 1 : 0),
			sentence);
}
