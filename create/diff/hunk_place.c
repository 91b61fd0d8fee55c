// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/hunk_place.h"

#include <ctype.h>
#include <glib.h>
#include <string.h>

/* diff(1) cuts the line that it shows as the function after 40 bytes, git after 80. */
#define CUT_LENGTH 40

static bool has_lines(const struct diff_hunk *hunk, char **lines, long count, long at)
{
	for (size_t i = 0; i < hunk->nr_lines; i++) {
		const struct diff_line *line = &hunk->lines[i];

		if (line->sign == '+')
			continue;
		if (at < 0 || at >= count || strlen(lines[at]) != line->length ||
		    memcmp(lines[at], line->text, line->length) != 0)
			return false;
		at++;
	}
	return true;
}

/* Whether the header shows this line, of which it has no blanks at the end and may have a part. */
static bool is_heading(const struct diff_hunk *hunk, const char *line)
{
	size_t length = strlen(line);

	while (length && isspace((unsigned char)line[length - 1]))
		length--;
	if (length < hunk->heading_length || memcmp(line, hunk->heading, hunk->heading_length) != 0)
		return false;
	return length == hunk->heading_length || hunk->heading_length + 1 >= CUT_LENGTH;
}

/* "out:", which git leaves out for C, and diff(1) does not. */
static bool is_label(const char *line)
{
	size_t name = 0;

	while (isalnum((unsigned char)line[name]) || line[name] == '_')
		name++;
	return line[name] == ':' && (!line[name + 1] || isspace((unsigned char)line[name + 1]));
}

/* Whether the nearest line above that begins like a function is the one that the header shows. */
static bool is_below_heading(const struct diff_hunk *hunk, char **lines, long at)
{
	if (!hunk->heading_length)
		return true;
	while (at-- > 0) {
		if (!isalpha((unsigned char)*lines[at]) && !strchr("_$", *lines[at]))
			continue;
		if (*lines[at] && is_heading(hunk, lines[at]))
			return true;
		if (*lines[at] && !is_label(lines[at]))
			return false;
	}
	return false;
}

static bool are_at(const struct diff_file *part, char **lines, long count, long shift)
{
	for (size_t i = 0; i < part->nr_hunks; i++) {
		const struct diff_hunk *hunk = &part->hunks[i];
		/* One that expects no line says the line before it. */
		long at = (long)hunk->old_start - (hunk->old_count > 0) + shift;

		if (at < 0 || at > count || !has_lines(hunk, lines, count, at) ||
		    !is_below_heading(hunk, lines, at))
			return false;
	}
	return true;
}

bool hunk_place_all(struct diff_file *part, const char *text, long most_shift)
{
	char **lines = g_strsplit(text, "\n", -1);
	long count = g_strv_length(lines), shift = 0;

	/* Behind the last newline is no line. */
	count -= count && !*lines[count - 1];
	bool found = are_at(part, lines, count, 0);

	/* 1, -1, 2, -2: the nearest first. */
	for (long i = 2; i < 2 * most_shift + 2 && !found; i++) {
		shift = i % 2 ? -(i / 2) : i / 2;
		found = are_at(part, lines, count, shift);
	}
	for (size_t i = 0; found && i < part->nr_hunks; i++) {
		part->hunks[i].old_start += shift;
		part->hunks[i].new_start += shift;
	}
	g_strfreev(lines);
	return found;
}
