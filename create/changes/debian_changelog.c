// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/changes/debian_changelog.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "create/changes/message.h"

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

/* "linux (6.1.192-2) bookworm-security; urgency=high" */
static bool is_heading(const char *line)
{
	const char *open = strpbrk(line, " \n");

	return isalnum((unsigned char)*line) && open && open[0] == ' ' && open[1] == '(' &&
	       memchr(line, ';', strcspn(line, "\n"));
}

static bool begins_item(const char *line)
{
	line += strspn(line, " \t");
	return (*line == '*' || *line == '-' || *line == '+') && line[1] == ' ';
}

/* Lines of an item are indented; an empty line, a heading and the trailer end it. */
static bool continues_item(const char *line)
{
	return *line == ' ' && line[strspn(line, " \t")] && line[strspn(line, " \t")] != '\n' &&
	       !begins_item(line) && !text_starts_with(line, " -- ");
}

/* The item's lines as one, without its mark; *line is then behind them. */
static struct lp_error *read_item(const char **line, char **item)
{
	size_t size;
	FILE *out = open_memstream(item, &size);

	if (!out)
		return lp_error_no_memory();
	*line += strspn(*line, " \t*-+");
	do {
		const char *words = *line + strspn(*line, " \t");

		fprintf(out, "%s%.*s", ftell(out) ? " " : "", (int)strcspn(words, "\n"), words);
		*line = next_line(*line);
	} while (continues_item(*line));
	return fclose(out) ? lp_error_no_memory() : NULL;
}

/* "[x86] " and "[amd64,arm64] " in front say where it matters. */
static const char *skip_tags(const char *subject)
{
	while (*subject == '[' && strchr(subject, ']')) {
		subject = strchr(subject, ']') + 1;
		subject += strspn(subject, " ");
	}
	return subject;
}

static struct lp_error *take_item(char *item, changelog_taker *taker, void *context)
{
	_cleanup_text_list_ struct text_list cves = {0};
	char *place = strstr(item, "(CVE-");

	if (!place)
		return NULL;
	lp_try(message_add_cves(place, strlen(place), &cves));
	while (place > item && place[-1] == ' ')
		place--;
	*place = '\0';
	return cves.count ? taker(context, skip_tags(item), &cves) : NULL;
}

struct lp_error *debian_changelog_read(const char *text, changelog_taker *taker, void *context,
				       bool *is_changelog)
{
	const char *line = text;

	*is_changelog = is_heading(text);
	while (*is_changelog && *line) {
		_cleanup_free_ char *item = NULL;

		if (!begins_item(line)) {
			line = next_line(line);
			continue;
		}
		lp_try(read_item(&line, &item));
		lp_try(take_item(item, taker, context));
	}
	return NULL;
}
