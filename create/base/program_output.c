// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/program_output.h"

#include <ctype.h>
#include <string.h>

#include "common/text.h"

/* How much is shown, in bytes. */
#define SHOWN_OUTPUT 4096

/* "make[2]: *** [scripts/Makefile.build:255: fs/proc/meminfo.o] Error 1" */
static bool is_from_make(const char *line)
{
	return text_starts_with(line, "make: ") || text_starts_with(line, "make[");
}

static bool gives_up(const char *line, size_t length)
{
	return is_from_make(line) && memmem(line, length, "*** [", strlen("*** ["));
}

/* "  CC [M]  fs/binfmt_misc.o": what kbuild prints of a command (scripts/Kbuild.include). */
static bool is_announcement(const char *line)
{
	size_t word;

	if (line[0] != ' ' || line[1] != ' ')
		return false;
	word = strspn(line + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
	return word && line[2 + word] == ' ';
}

/* The lines before make gives up, without those that say nothing. */
static void print_lines(FILE *out, const char *said)
{
	for (const char *line = said; *line;) {
		size_t length = strcspn(line, "\n");

		if (gives_up(line, length))
			return;
		if (!is_from_make(line) && !is_announcement(line))
			fprintf(out, "%.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

/* The end of the text, from the start of a line. */
static const char *last_part(const char *text)
{
	size_t length = strlen(text);

	if (length <= SHOWN_OUTPUT)
		return text;
	const char *line = strchr(text + length - SHOWN_OUTPUT, '\n');

	return line && line[1] ? line + 1 : text + length - SHOWN_OUTPUT;
}

struct lp_error *program_output_shown(const char *said, const char *source, char **shown)
{
	_cleanup_free_ char *lines = NULL, *prefix = NULL, *plain = NULL;
	size_t size;
	FILE *out = open_memstream(&lines, &size);

	if (!out)
		return lp_error_no_memory();
	print_lines(out, said);
	if (fclose(out))
		return lp_error_no_memory();
	/* All lines were left out: show the whole text instead. */
	const char *kept = *lines ? lines : said;

	if (source) {
		lp_try(text_format(&prefix, "%s/", source));
		lp_try(text_replace(&plain, kept, prefix, ""));
	}
	lp_try(text_format(shown, "%s", last_part(plain ?: kept)));
	for (size_t length = strlen(*shown); length && (*shown)[length - 1] == '\n';)
		(*shown)[--length] = '\0';
	return NULL;
}
