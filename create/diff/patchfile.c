// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/patchfile.h"

#include <string.h>

#include "common/file.h"
#include "create/diff/patch_hunkless.h"

/* A diff over a whole stable release is some 10 MB. */
#define PATCH_LIMIT (256u << 20)

/* The state of reading one diff. */
struct reader {
	struct patch_set *set;
	const char *name; /* of the patch file */
	size_t line_number;
	char *old_path; /* from the last "---" line, NULL for /dev/null or none */
	char *renamed;  /* from the last "rename from" line */
	bool old_named; /* a "---" line was seen */
	size_t current; /* index of the change that was added last, or none if that was no new one
			 */
	unsigned long old_left, new_left; /* lines that the hunk at hand still has to give */
	size_t nr_hunks;
};

static struct lp_error *bad_diff(const struct reader *reader, const char *what)
{
	return lp_error_new(LP_NOT_APPLYING, "%s:%zu: %s", reader->name, reader->line_number, what);
}

/* A name leads outside the source if it is absolute or has a ".." in it. */
static bool path_escapes(const char *path)
{
	const char *part = path;

	if (*path == '/' || !*path)
		return true;
	for (;;) {
		size_t length = strcspn(part, "/");

		if (length == 2 && !strncmp(part, "..", 2))
			return true;
		if (!part[length])
			return false;
		part += length + 1;
	}
}

/*
 * The path in "--- a/net/ipv4/tcp.c\t2022-...": up to a tab, without the first
 * directory. *path is NULL for /dev/null.
 */
static struct lp_error *parse_path(const struct reader *reader, const char *text, char **path)
{
	_cleanup_free_ char *name = strndup(text, strcspn(text, "\t\n"));

	*path = NULL;
	if (!name)
		return lp_error_no_memory();
	if (!strcmp(name, "/dev/null"))
		return NULL;
	const char *slash = strchr(name, '/');

	if (path_escapes(name) || (slash && path_escapes(slash + 1)))
		return lp_error_new(LP_NOT_APPLYING, "%s:%zu: %s leads out of the kernel source",
				    reader->name, reader->line_number, name);
	if (!slash)
		return lp_error_hint(
			lp_error_new(LP_NOT_APPLYING, "%s:%zu: %s has no leading directory",
				     reader->name, reader->line_number, name),
			"lpatch applies diffs with -p1, as git and diff -r write them.");
	return text_format(path, "%s", slash + 1);
}

/* Takes the paths over. A file named twice keeps its first kind. */
static struct lp_error *add_change(struct reader *reader, enum change_kind kind, char *path,
				   char *old_path)
{
	_cleanup_free_ char *owned = path, *owned_old = old_path;
	struct patch_set *set = reader->set;

	reader->current = set->nr_changes;
	for (size_t i = 0; i < set->nr_changes; i++) {
		if (!strcmp(set->changes[i].path, path))
			return NULL;
	}
	struct file_change *changes =
		reallocarray(set->changes, set->nr_changes + 1, sizeof(*changes));

	if (!changes)
		return lp_error_no_memory();
	set->changes = changes;
	changes[set->nr_changes++] = (struct file_change){
		.kind = kind,
		.path = take(owned),
		.old_path = take(owned_old),
	};
	return NULL;
}

static struct lp_error *read_new_name(struct reader *reader, const char *text)
{
	_cleanup_free_ char *old_path = take(reader->old_path);
	char *new_path;

	if (!reader->old_named)
		return bad_diff(reader, "a \"+++\" line without a \"---\" line before it");
	reader->old_named = false;
	lp_try(parse_path(reader, text, &new_path));
	if (!new_path && !old_path)
		return bad_diff(reader, "both names are /dev/null");
	if (!new_path)
		return add_change(reader, CHANGE_REMOVED, take(old_path), NULL);
	if (!old_path)
		return add_change(reader, CHANGE_ADDED, new_path, NULL);
	/* "a/x.c.orig" against "b/x.c" is how some diffs are made; the new name counts. */
	return add_change(reader, CHANGE_MODIFIED, new_path, NULL);
}

/* The name behind the words of an extended header, which has no leading directory. */
static struct lp_error *read_bare_name(const struct reader *reader, const char *name, char **path)
{
	if (path_escapes(name))
		return bad_diff(reader, "the name leads out of the kernel source");
	return text_format(path, "%.*s", (int)strcspn(name, "\n"), name);
}

/* "diff --cc x.c" and "@@@ -1,2 -1,2 +1,3 @@@": what differs from each parent of a merge. */
static bool is_combined(const char *line)
{
	return text_starts_with(line, "diff --combined ") || text_starts_with(line, "diff --cc ") ||
	       text_starts_with(line, "@@@ -");
}

static struct lp_error *refuse_combined(const struct reader *reader)
{
	return lp_error_hint(
		bad_diff(reader, "it is a combined diff, as git shows a merge: it "
				 "does not say what to change"),
		"Use `git diff COMMIT^ COMMIT` or `git show -m --first-parent COMMIT`; "
		"--git=COMMIT does so.");
}

/* Lines of git's extended header, which stand before "---", or alone. */
static struct lp_error *read_extended_header(struct reader *reader, const char *line)
{
	static const char rename_from[] = "rename from ", rename_to[] = "rename to ",
			  copy_to[] = "copy to ";
	char *path;

	if (text_starts_with(line, rename_from)) {
		free(take(reader->renamed));
		return read_bare_name(reader, line + strlen(rename_from), &reader->renamed);
	}
	if (text_starts_with(line, rename_to)) {
		lp_try(read_bare_name(reader, line + strlen(rename_to), &path));
		return add_change(reader, CHANGE_RENAMED, path, take(reader->renamed));
	}
	if (text_starts_with(line, copy_to)) {
		lp_try(read_bare_name(reader, line + strlen(copy_to), &path));
		return add_change(reader, CHANGE_ADDED, path, NULL);
	}
	if (text_starts_with(line, "Binary files ") || text_starts_with(line, "GIT binary patch"))
		return bad_diff(reader, "a binary change can't be an update");
	return NULL;
}

/*
 * A hunk that takes no line of line 0 makes a file, and one that leaves none
 * removes it: diff(1) with -N names a file that isn't there like any other.
 */
static void judge_by_hunk(const struct reader *reader, unsigned long old_line,
			  unsigned long new_line)
{
	struct patch_set *set = reader->set;

	if (!set || reader->current >= set->nr_changes ||
	    set->changes[reader->current].kind != CHANGE_MODIFIED)
		return;
	if (!old_line && !reader->old_left)
		set->changes[reader->current].kind = CHANGE_ADDED;
	else if (!new_line && !reader->new_left)
		set->changes[reader->current].kind = CHANGE_REMOVED;
}

/* "@@ -1,2 +3,4 @@": a count that is left out is 1. */
static struct lp_error *read_hunk_header(struct reader *reader, const char *line)
{
	unsigned long old_line, new_line;
	int old_end = 0, new_end = 0;

	reader->old_left = reader->new_left = 1;
	if (sscanf(line, "@@ -%lu%n", &old_line, &old_end) != 1)
		return bad_diff(reader, "no hunk header");
	line += old_end;
	if (*line == ',') {
		if (sscanf(line, ",%lu%n", &reader->old_left, &old_end) != 1)
			return bad_diff(reader, "no hunk header");
		line += old_end;
	}
	if (sscanf(line, " +%lu%n", &new_line, &new_end) != 1)
		return bad_diff(reader, "no hunk header");
	if (line[new_end] == ',' && sscanf(line + new_end, ",%lu", &reader->new_left) != 1)
		return bad_diff(reader, "no hunk header");
	judge_by_hunk(reader, old_line, new_line);
	reader->nr_hunks++;
	return NULL;
}

static struct lp_error *read_hunk_line(struct reader *reader, const char *line)
{
	bool is_old = *line == '-' || *line == ' ' || *line == '\n';
	bool is_new = *line == '+' || *line == ' ' || *line == '\n';

	if (*line == '\\')
		return NULL;
	if ((!is_old && !is_new) || (is_old && !reader->old_left) || (is_new && !reader->new_left))
		return bad_diff(reader, "the hunk does not have the lines its header announces");
	reader->old_left -= is_old;
	reader->new_left -= is_new;
	return NULL;
}

static struct lp_error *read_line(struct reader *reader, const char *line)
{
	if (reader->old_left || reader->new_left)
		return read_hunk_line(reader, line);
	if (text_starts_with(line, "@@ -"))
		return read_hunk_header(reader, line);
	if (text_starts_with(line, "--- ")) {
		free(take(reader->old_path));
		reader->old_named = true;
		return parse_path(reader, line + 4, &reader->old_path);
	}
	if (text_starts_with(line, "+++ "))
		return read_new_name(reader, line + 4);
	if (is_combined(line))
		return refuse_combined(reader);
	/* "*** a/x.c", "--- b/x.c" and then this. */
	if (reader->old_named && text_starts_with(line, "***************"))
		return lp_error_hint(bad_diff(reader, "it is a context diff"),
				     "Make a unified one, with `diff -u` or git.");
	return read_extended_header(reader, line);
}

static struct lp_error *read_lines(struct reader *reader, const char *text)
{
	while (*text) {
		const char *end = strchrnul(text, '\n');

		reader->line_number++;
		lp_try(read_line(reader, text));
		text = end + (*end == '\n');
	}
	if (reader->old_left || reader->new_left)
		return bad_diff(reader, "the last hunk is cut short");
	return NULL;
}

/* Windows line ends become Unix ones: the kernel's source has no others. */
static void strip_carriage_returns(char *text)
{
	char *out = text;

	for (; *text; text++) {
		if (text[0] != '\r' || text[1] != '\n')
			*out++ = *text;
	}
	*out = '\0';
}

struct lp_error *patch_set_add(struct patch_set *set, const char *name, char *text)
{
	struct reader reader = {.set = set, .name = name};

	strip_carriage_returns(text);
	lp_try(text_list_add(&set->texts, "%s", text));
	lp_try(text_list_add(&set->names, "%s", name));
	struct lp_error *error = read_lines(&reader, set->texts.items[set->texts.count - 1]);

	free(reader.old_path);
	free(reader.renamed);
	set->nr_hunks += reader.nr_hunks;
	return error;
}

static struct lp_error *read_one(struct patch_set *set, const char *path)
{
	_cleanup_blob_ struct blob blob = {0};
	struct lp_error *error = file_read(path, PATCH_LIMIT, &blob);

	if (error) {
		error->status = LP_USAGE;
		return error;
	}
	if (memchr(blob.data, '\0', blob.size))
		return lp_error_new(LP_NOT_APPLYING, "%s is no text", path);
	lp_try(patch_web_page(path, (const char *)blob.data));
	size_t before = set->nr_hunks;

	lp_try(patch_set_add(set, path, (char *)blob.data));
	return set->nr_hunks == before ? patch_hunkless(path, (const char *)blob.data) : NULL;
}

struct lp_error *patch_set_read(const struct text_list *files, struct patch_set *set)
{
	*set = (struct patch_set){0};
	for (size_t i = 0; i < files->count; i++)
		lp_try(read_one(set, files->items[i]));
	if (!files->count || set->nr_hunks)
		return NULL;
	return patch_hunkless_alone(files->items[0], set->texts.items[0]);
}

/* What one file's part of a diff has said so far. */
struct section {
	const char *begin; /* of its first line */
	char *path;        /* NULL until a header names it */
	bool has_hunk;
};

/* Adds the section unless its file isn't wanted; the next one begins at `next`. */
static struct lp_error *end_section(struct section *section, const char *next,
				    bool wanted(const char *path), struct patch_parts *parts)
{
	_cleanup_free_ char *path = section->path;
	const char *begin = section->begin;

	*section = (struct section){.begin = next};
	if (next == begin || (path && !wanted(path)))
		return NULL;
	lp_try(text_list_add(&parts->paths, "%s", path ?: ""));
	return text_list_add(&parts->texts, "%.*s", (int)(next - begin), begin);
}

/* One line of the text, of which `section` is the part so far. */
static struct lp_error *split_line(struct reader *reader, const char *line, struct section *section,
				   bool wanted(const char *path), struct patch_parts *parts)
{
	bool names_file = text_starts_with(line, "--- ") || text_starts_with(line, "+++ ");
	char *path;

	if (reader->old_left || reader->new_left)
		return read_hunk_line(reader, line);
	if (text_starts_with(line, "@@ -")) {
		section->has_hunk = true;
		return read_hunk_header(reader, line);
	}
	if (text_starts_with(line, "diff ") ||
	    (text_starts_with(line, "--- ") && section->has_hunk))
		lp_try(end_section(section, line, wanted, parts));
	if (!names_file)
		return NULL;
	lp_try(parse_path(reader, line + 4, &path));
	if (path) {
		free(section->path);
		section->path = path;
	}
	return NULL;
}

struct lp_error *patch_parts_read(const char *name, const char *text, bool wanted(const char *path),
				  struct patch_parts *parts)
{
	struct reader reader = {.name = name};
	struct section section = {.begin = text};
	struct lp_error *error = NULL;

	*parts = (struct patch_parts){0};
	for (const char *end; *text && !error; text = end + (*end == '\n')) {
		end = strchrnul(text, '\n');
		error = split_line(&reader, text, &section, wanted, parts);
	}
	if (!error)
		return end_section(&section, text, wanted, parts);
	free(section.path);
	return error;
}

void patch_parts_clear(struct patch_parts *parts)
{
	text_list_clear(&parts->paths);
	text_list_clear(&parts->texts);
}

void patch_set_clear(struct patch_set *set)
{
	text_list_clear(&set->texts);
	text_list_clear(&set->names);
	for (size_t i = 0; i < set->nr_changes; i++) {
		free(set->changes[i].path);
		free(set->changes[i].old_path);
	}
	free(set->changes);
	*set = (struct patch_set){0};
}

struct lp_error *patch_set_refused(const struct text_list *reasons)
{
	_cleanup_free_ char *lines = NULL;

	lp_try(text_list_join_first(reasons, MESSAGE_OF_A_KIND, "\n", &lines));
	return lp_error_hint(
		lp_error_new(LP_UNSAFE, "the patch can't be a live update:\n%s", lines),
		"Leave these changes out of the diff if the rest makes sense without.");
}
