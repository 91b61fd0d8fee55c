// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/changes/file_versions.h"

#include <string.h>

#include "common/file.h"
#include "create/c_text.h"

/* The largest header of Linux 6.1 has 22 MB. */
#define FILE_LIMIT (64u << 20)

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

static bool same_line(const char *line, const struct diff_line *wanted)
{
	return strcspn(line, "\n") == wanted->length &&
	       !strncmp(line, wanted->text, wanted->length);
}

/* Writes the lines of the hunk's new side; false if the old side isn't at `*at`. */
static bool apply_hunk(const struct diff_hunk *hunk, const char **at, FILE *out)
{
	for (size_t i = 0; i < hunk->nr_lines; i++) {
		const struct diff_line *line = &hunk->lines[i];

		if (line->sign != '+') {
			if (!**at || !same_line(*at, line))
				return false;
			*at = next_line(*at);
		}
		if (line->sign != '-')
			fprintf(out, "%.*s%s", (int)line->length, line->text,
				line->no_newline ? "" : "\n");
	}
	return true;
}

/* A hunk without old lines names the line before its place. */
static unsigned long first_old_line(const struct diff_hunk *hunk)
{
	return hunk->old_start + (hunk->old_count == 0);
}

static bool apply_hunks(const char *before, const struct diff_file *file, FILE *out)
{
	const char *at = before;
	unsigned long line = 1;

	for (size_t i = 0; i < file->nr_hunks; i++) {
		const struct diff_hunk *hunk = &file->hunks[i];

		if (first_old_line(hunk) < line)
			return false;
		for (; line < first_old_line(hunk) && *at; line++) {
			const char *next = next_line(at);

			fwrite(at, 1, (size_t)(next - at), out);
			at = next;
		}
		if (line < first_old_line(hunk) || !apply_hunk(hunk, &at, out))
			return false;
		line += hunk->old_count;
	}
	fputs(at, out);
	return true;
}

static struct lp_error *read_before(const char *source, const struct diff_file *file, char **before)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_blob_ struct blob blob = {0};

	lp_try(text_format(&path, "%s/%s", source, file->old_path ?: file->path));
	if (file->kind == DIFF_ADDED || access(path, F_OK))
		return text_format(before, "%s", "");
	lp_try(file_read_plain(path, FILE_LIMIT, &blob));
	*before = (char *)take(blob.data);
	return NULL;
}

struct lp_error *file_versions_read(const char *source, const struct diff_file *file,
				    struct file_versions *versions)
{
	size_t size;

	*versions = (struct file_versions){0};
	lp_try(read_before(source, file, &versions->before));
	FILE *out = open_memstream(&versions->after, &size);

	if (!out)
		return lp_error_no_memory();
	versions->is_exact = apply_hunks(versions->before, file, out);
	if (fclose(out))
		return lp_error_no_memory();
	if (!versions->is_exact)
		*versions->after = '\0';
	return NULL;
}

void file_versions_clear(struct file_versions *versions)
{
	free(versions->before);
	free(versions->after);
	*versions = (struct file_versions){0};
}

struct line_range hunk_changed_lines(const struct diff_hunk *hunk, bool after)
{
	struct line_range range = {0};
	bool begun = false;
	/* Of the side that is asked for: the line that comes next. */
	unsigned long line =
		after ? hunk->new_start + (hunk->new_count == 0) : first_old_line(hunk);

	for (size_t i = 0; i < hunk->nr_lines; i++) {
		char sign = hunk->lines[i].sign;
		bool is_here = sign == ' ' || sign == (after ? '+' : '-');

		if (sign != ' ') {
			/* Lines of the other side are between line - 1 and line. */
			if (!begun)
				range.first = is_here ? line : line - 1;
			range.last = line;
			begun = true;
		}
		line += is_here;
	}
	return range;
}

bool text_has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += length) {
		if ((at == text || !definition_is_word(at[-1])) && !definition_is_word(at[length]))
			return true;
	}
	return false;
}
