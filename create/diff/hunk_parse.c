// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/hunk_parse.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "common/text.h"

/* No file has more lines, so that sums of line numbers don't overflow. */
#define MOST_LINES 1000000000ul

struct reader {
	const char *name;
	const char *at;
	size_t number;
	unsigned long old_left, new_left; /* lines that the hunk must still have */
};

static struct lp_error *bad_hunk(const struct reader *reader, const char *what)
{
	return lp_error_new(LP_NOT_APPLYING, "%s:%zu: %s", reader->name, reader->number, what);
}

static const char *line_end(const char *line)
{
	return line + strcspn(line, "\n");
}

/* Moves on to the next line; false if this is the last. */
static bool step(struct reader *reader)
{
	const char *end = line_end(reader->at);

	if (!*end || !end[1])
		return false;
	reader->at = end + 1;
	reader->number++;
	return true;
}

static bool read_number(const char **text, unsigned long *number)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	*number = strtoul(*text, &end, 10);
	*text = end;
	return !errno && *number <= MOST_LINES;
}

/* "12,3": a count that is left out is 1. */
static bool read_range(const char **text, unsigned long *start, unsigned long *count)
{
	*count = 1;
	if (!read_number(text, start))
		return false;
	if (**text != ',')
		return true;
	++*text;
	return read_number(text, count);
}

static struct lp_error *read_header(struct reader *reader, struct diff_hunk *hunk)
{
	const char *text = reader->at + strlen("@@ -");
	bool good = text_starts_with(reader->at, "@@ -") &&
		    read_range(&text, &hunk->old_start, &hunk->old_count) &&
		    text_starts_with(text, " +");

	text += 2 * good;
	if (!good || !read_range(&text, &hunk->new_start, &hunk->new_count) ||
	    !text_starts_with(text, " @@"))
		return bad_hunk(reader, "no hunk header");
	hunk->number = reader->number;
	hunk->heading = text + strlen(" @@") + (text[strlen(" @@")] == ' ');
	hunk->heading_length = line_end(hunk->heading) - hunk->heading;
	while (hunk->heading_length &&
	       isspace((unsigned char)hunk->heading[hunk->heading_length - 1]))
		hunk->heading_length--;
	reader->old_left = hunk->old_count;
	reader->new_left = hunk->new_count;
	if (!reader->old_left && !reader->new_left)
		return bad_hunk(reader, "the hunk has no lines");
	return NULL;
}

/* "\ No newline at end of file" is about the line before it. */
static struct lp_error *mark_last(const struct reader *reader, struct diff_hunk *hunk)
{
	if (!hunk->nr_lines)
		return bad_hunk(reader, "the hunk does not begin with a line of the file");
	hunk->lines[hunk->nr_lines - 1].no_newline = true;
	return NULL;
}

static struct lp_error *read_line(struct reader *reader, struct diff_hunk *hunk)
{
	const char *text = reader->at, *end = line_end(text);
	/* Editors and mailers remove the blank of an empty line. */
	char sign = *text == '\n' ? ' ' : *text;
	bool is_old = sign == '-' || sign == ' ', is_new = sign == '+' || sign == ' ';

	if (*text == '\\')
		return mark_last(reader, hunk);
	if ((!is_old && !is_new) || (is_old && !reader->old_left) || (is_new && !reader->new_left))
		return bad_hunk(reader, "the hunk does not have the lines its header announces");
	/* Removed and context lines must be in the source, so a truncated one is found there. */
	if (!*end && sign == '+')
		return bad_hunk(reader, "the last line is cut short: it has no newline");
	reader->old_left -= is_old;
	reader->new_left -= is_new;
	const struct diff_line line = {
		.sign = sign,
		.text = text + (text < end),
		.length = end - text - (text < end),
	};

	return diff_add_line(hunk, &line);
}

/* "-- " begins the signature of a mail, "--- " the part of another file, "---" separates mails. */
static bool may_follow(const char *line)
{
	size_t dashes = strspn(line, "-");

	return dashes >= 2 && (line[dashes] == '\n' || line[dashes] == ' ' || !line[dashes]);
}

/* After the last line: what may follow, and what must not. */
static struct lp_error *read_end(struct reader *reader, struct diff_hunk *hunk)
{
	struct reader next = *reader;

	if (!step(&next))
		return NULL;
	if (*next.at == '\\') {
		*reader = next;
		lp_try(mark_last(reader, hunk));
		if (!step(&next))
			return NULL;
	}
	while (*next.at == '\n' && step(&next))
		;
	if (*next.at == '+' || *next.at == ' ' || (*next.at == '-' && !may_follow(next.at)))
		return bad_hunk(&next, "the hunk has more lines than its header announces");
	return NULL;
}

struct lp_error *hunk_parse(const char *name, const char **at, size_t *number,
			    struct diff_hunk *hunk)
{
	struct reader reader = {.name = name, .at = *at, .number = *number};

	lp_try(read_header(&reader, hunk));
	while (reader.old_left || reader.new_left) {
		if (!step(&reader))
			return lp_error_hint(bad_hunk(&reader, "the hunk is cut short: the text "
							       "ends before it does"),
					     "Get the whole diff.");
		lp_try(read_line(&reader, hunk));
	}
	lp_try(read_end(&reader, hunk));
	*at = reader.at;
	*number = reader.number;
	return NULL;
}
