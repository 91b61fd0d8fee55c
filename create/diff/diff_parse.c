// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/diff_parse.h"

#include <string.h>

#include "common/text.h"
#include "create/diff/diff_name.h"
#include "create/diff/diff_part.h"
#include "create/diff/hunk_parse.h"
#include "create/diff/mail.h"

static struct lp_error *bad_diff(const struct parser *parser, const char *what)
{
	return lp_error_new(LP_NOT_APPLYING, "%s:%zu: %s", parser->name, parser->number, what);
}

static struct lp_error *in_line(const struct parser *parser, struct lp_error *error)
{
	return error && error->status == LP_NOT_APPLYING
		       ? lp_error_context(error, "%s:%zu", parser->name, parser->number)
		       : error;
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

static void step(struct parser *parser)
{
	parser->at = next_line(parser->at);
	parser->number++;
}

/* "diff --cc x.c" and "@@@ -1,2 -1,2 +1,3 @@@": what differs from each parent of a merge. */
static bool is_combined(const char *line)
{
	return text_starts_with(line, "diff --combined ") || text_starts_with(line, "diff --cc ") ||
	       text_starts_with(line, "@@@ -");
}

static struct lp_error *refuse_combined(const struct parser *parser)
{
	return lp_error_hint(
		bad_diff(parser,
			 "it is a combined diff, which git shows for a merge: it can't be applied"),
		"Use `git diff COMMIT^ COMMIT` or `git show -m --first-parent COMMIT`; "
		"--git=COMMIT does so.");
}

/* Sets the name, and frees an earlier one. */
static struct lp_error *read_name_into(const struct parser *parser, const char *text, char **name)
{
	char *read;

	lp_try(in_line(parser, diff_name_read(text, &read, NULL)));
	free(*name);
	*name = read;
	return NULL;
}

/* "diff --git a/x.c b/x.c"; renamed files have their names on other lines. */
static struct lp_error *begin_git(struct parser *parser)
{
	const char *rest = parser->at + strlen("diff --git ");

	lp_try(diff_part_end(parser));
	lp_try(diff_part_begin(parser));
	parser->is_git = true;
	lp_try(in_line(parser, diff_name_read_word(rest, &parser->file->old_name, &rest)));
	if (*rest != ' ')
		return bad_diff(parser, "it names one file where git names two");
	lp_try(in_line(parser, diff_name_read_word(rest + 1, &parser->file->new_name, &rest)));
	if (*rest && *rest != '\n')
		return bad_diff(parser, "there are blanks in a name: no file of the kernel "
					"source has such a name");
	return NULL;
}

/* "rename from x.c", without a leading directory. */
static struct lp_error *read_bare_name(struct parser *parser, const char *text, bool is_old,
				       enum diff_kind kind)
{
	struct diff_file *file = parser->file;

	/* The names of the first line may have no leading directories: these lines decide. */
	if (!file->is_bare) {
		free(take(file->old_name));
		free(take(file->new_name));
	}
	file->is_bare = true;
	file->kind = kind;
	return read_name_into(parser, text, is_old ? &file->old_name : &file->new_name);
}

/* "index 83db48f..bf269f4 100644"; zeros stand for no file, and e69de29 is an empty one. */
static void read_index(struct parser *parser, const char *text)
{
	const char *dots = strstr(text, "..");
	const char *one = text, *other = dots && dots < next_line(text) ? dots + 2 : text;
	bool from_nothing = text_starts_with(one, "000000") || text_starts_with(one, "e69de29");
	bool to_nothing = text_starts_with(other, "000000") || text_starts_with(other, "e69de29");

	parser->says_content = true;
	parser->is_empty = from_nothing && to_nothing;
}

/* Lines of git's extended header (git-diff(1), "Generating patch text with -p"). */
static struct lp_error *read_extended_header(struct parser *parser, bool *is_one)
{
	static const struct {
		const char *words;
		enum { MODE, NAME, INDEX, WHOLE } what;
		bool is_old, is_new;
		enum diff_kind kind;
	} headers[] = {
		{"old mode ", MODE, true, false, DIFF_MODIFIED},
		{"new mode ", MODE, false, true, DIFF_MODIFIED},
		{"new file mode ", MODE, false, true, DIFF_ADDED},
		{"deleted file mode ", MODE, true, false, DIFF_REMOVED},
		{"rename from ", NAME, true, false, DIFF_RENAMED},
		{"rename to ", NAME, false, true, DIFF_RENAMED},
		{"copy from ", NAME, true, false, DIFF_COPIED},
		{"copy to ", NAME, false, true, DIFF_COPIED},
		{"similarity index 100%", WHOLE, false, false, DIFF_MODIFIED},
		{"index ", INDEX, false, false, DIFF_MODIFIED},
	};
	struct diff_file *file = parser->file;

	*is_one = true;
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		if (!text_starts_with(parser->at, headers[i].words))
			continue;
		const char *rest = parser->at + strlen(headers[i].words);

		if ((headers[i].what == NAME || headers[i].what == MODE) && !strchr(rest, '\n'))
			return bad_diff(parser, "the last line is cut short: it has no newline");
		if (headers[i].what == NAME)
			return read_bare_name(parser, rest, headers[i].is_old, headers[i].kind);
		if (headers[i].what == INDEX)
			read_index(parser, rest);
		parser->is_whole |= headers[i].what == WHOLE;
		if (headers[i].what != MODE)
			return NULL;
		if (strspn(rest, "01234567") != 6 || rest[6] != '\n')
			return bad_diff(parser, "no mode of a file");
		if (headers[i].kind != DIFF_MODIFIED)
			file->kind = headers[i].kind;
		*(headers[i].is_old ? &file->old_mode : &file->new_mode) = strtoul(rest, NULL, 8);
		return NULL;
	}
	*is_one = false;
	return NULL;
}

static bool ends_with_nothing(const char *line)
{
	static const char end[] = " and /dev/null differ";
	size_t length = strcspn(line, "\n");

	return length >= sizeof(end) - 1 &&
	       !strncmp(line + length - (sizeof(end) - 1), end, sizeof(end) - 1);
}

/* "GIT binary patch", and "Binary files a/x and b/x differ", which diff(1) writes as well. */
static struct lp_error *read_binary(struct parser *parser, bool *is_one)
{
	static const char words[] = "Binary files ";
	const char *rest = parser->at + strlen(words);

	*is_one = text_starts_with(parser->at, "GIT binary patch") ||
		  text_starts_with(parser->at, words);
	if (!*is_one)
		return NULL;
	if (parser->is_git && !parser->has_names && !parser->file->is_binary) {
		parser->file->is_binary = true;
		if (*parser->at == 'B' && text_starts_with(rest, "/dev/null and "))
			parser->file->kind = DIFF_ADDED;
		else if (*parser->at == 'B' && ends_with_nothing(rest))
			parser->file->kind = DIFF_REMOVED;
		return NULL;
	}
	if (*parser->at == 'G')
		return bad_diff(parser, "a binary change without the name of a file");
	lp_try(diff_part_end(parser));
	lp_try(diff_part_begin(parser));
	parser->file->is_binary = true;
	lp_try(in_line(parser, diff_name_read_word(rest, &parser->file->old_name, &rest)));
	if (!text_starts_with(rest, " and "))
		return bad_diff(parser, "there are blanks in a name: no file of the kernel "
					"source has such a name");
	lp_try(in_line(parser, diff_name_read_word(rest + strlen(" and "), &parser->file->new_name,
						   &rest)));
	if (!parser->file->old_name && !parser->file->new_name)
		return bad_diff(parser, "both names are /dev/null");
	parser->file->kind = !parser->file->old_name   ? DIFF_ADDED
			     : !parser->file->new_name ? DIFF_REMOVED
						       : DIFF_MODIFIED;
	return NULL;
}

/* Whether the name of a "---" or "+++" line is that of the part's first lines. */
static bool is_same_name(const struct diff_file *file, const char *said, const char *name)
{
	const char *end;

	if (!said || !name)
		return true;
	if (!file->is_bare)
		return !strcmp(said, name);
	end = strlen(said) >= strlen(name) ? said + strlen(said) - strlen(name) : said;
	return !strcmp(end, name) && (end == said || end[-1] == '/');
}

/* A part with names of its own, unless they belong to one that "diff --git" has started. */
static struct lp_error *take_names(struct parser *parser, char **old_name, char **new_name)
{
	struct diff_file *file = parser->file;
	bool belongs = parser->is_git && !parser->has_names && !file->is_binary &&
		       !parser->is_whole && is_same_name(file, *old_name, file->old_name) &&
		       is_same_name(file, *new_name, file->new_name);

	if (!belongs) {
		lp_try(diff_part_end(parser));
		lp_try(diff_part_begin(parser));
		file = parser->file;
		/* The line before this one. */
		file->number--;
	}
	parser->has_names = true;
	/* The name from "rename from" is more exact. */
	if (file->is_bare)
		return NULL;
	free(file->old_name);
	free(file->new_name);
	file->old_name = take(*old_name);
	file->new_name = take(*new_name);
	if (!file->old_name)
		file->kind = DIFF_ADDED;
	else if (!file->new_name)
		file->kind = DIFF_REMOVED;
	return NULL;
}

/* "--- a/x.c" and, as the next line, "+++ b/x.c". */
static struct lp_error *read_names(struct parser *parser)
{
	_cleanup_free_ char *old_name = NULL, *new_name = NULL;

	lp_try(in_line(parser, diff_name_read(parser->at + strlen("--- "), &old_name, NULL)));
	step(parser);
	lp_try(in_line(parser, diff_name_read(parser->at + strlen("+++ "), &new_name, NULL)));
	if (!old_name && !new_name)
		return bad_diff(parser, "both names are /dev/null");
	return take_names(parser, &old_name, &new_name);
}

/*
 * A hunk whose old side is empty and starts at line 0 adds a file, and one whose new side is
 * empty removes it: diff(1) with -N names a missing file like any other. git has its own lines
 * for this.
 */
static void judge_by_hunk(const struct parser *parser)
{
	struct diff_file *file = parser->file;
	const struct diff_hunk *hunk = &file->hunks[0];

	if (parser->is_git || file->nr_hunks != 1 || file->kind != DIFF_MODIFIED)
		return;
	if (!hunk->old_start && !hunk->old_count) {
		file->kind = DIFF_ADDED;
		free(take(file->old_name));
	} else if (!hunk->new_start && !hunk->new_count) {
		file->kind = DIFF_REMOVED;
		free(take(file->new_name));
	}
}

static struct lp_error *read_hunk(struct parser *parser)
{
	struct diff_hunk *hunk;

	if (!parser->file || !parser->has_names)
		return bad_diff(parser, "a hunk without the names of a file before it");
	lp_try(diff_add_hunk(parser->file, &hunk));
	lp_try(hunk_parse(parser->name, &parser->at, &parser->number, hunk));
	judge_by_hunk(parser);
	return NULL;
}

/* "*** a/x.c", "--- b/x.c" and then this. */
static bool is_context_diff(const char *line)
{
	return text_starts_with(line, "--- ") &&
	       text_starts_with(next_line(line), "***************");
}

/* Parses one line, or several that belong together; the parser is then at the last of them. */
static struct lp_error *read_part(struct parser *parser)
{
	const char *line = parser->at;
	bool is_one = false;

	/* Hunks follow the names, and each other, without anything between them. */
	if (parser->has_names && text_starts_with(line, "@@"))
		return is_combined(line) ? refuse_combined(parser) : read_hunk(parser);
	if (parser->has_names && *line != '\n')
		lp_try(diff_part_end(parser));
	if (is_combined(line))
		return refuse_combined(parser);
	if (text_starts_with(line, "diff --git "))
		return begin_git(parser);
	if (text_starts_with(line, "@@ -"))
		return read_hunk(parser);
	if (is_context_diff(line)) {
		step(parser);
		return lp_error_hint(bad_diff(parser, "it is a context diff"),
				     "Make a unified one, with `diff -u` or git.");
	}
	if (text_starts_with(line, "--- ") && text_starts_with(next_line(line), "+++ "))
		return read_names(parser);
	if (text_starts_with(line, "--- ") && !*next_line(line) && parser->list->count)
		return lp_error_hint(
			bad_diff(parser, "the diff ends after the first name of a file"),
			"Is it cut short?");
	if (text_starts_with(line, "+++ "))
		return bad_diff(parser, "a \"+++\" line without a \"---\" line before it");
	if (text_starts_with(line, "diff ") || text_starts_with(line, "Index: "))
		return diff_part_end(parser);
	if (parser->is_git && !parser->has_names)
		lp_try(read_extended_header(parser, &is_one));
	return is_one ? NULL : read_binary(parser, &is_one);
}

struct lp_error *diff_parse(const char *name, const char *text, struct diff_list *list)
{
	struct parser parser = {
		.list = list,
		.name = name,
		.at = text,
		.number = 1,
		.seen = g_hash_table_new(g_str_hash, g_str_equal),
	};
	const char *begin = mail_skip_message(text);
	struct lp_error *error = NULL;

	while (parser.at < begin)
		step(&parser);
	while (*parser.at && !error) {
		error = read_part(&parser);
		if (!error)
			step(&parser);
	}
	if (!error)
		error = diff_part_end(&parser);
	g_hash_table_destroy(parser.seen);
	return error;
}
