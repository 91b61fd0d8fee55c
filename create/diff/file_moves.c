// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/file_moves.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/text.h"
#include "create/base/directory.h"

/* Source files are below 1 MB, but for generated register lists. */
#define SOURCE_LIMIT (64u << 20)

static struct lp_error *look(const char *directory, const char *path, bool *is_there,
			     bool *is_empty)
{
	_cleanup_free_ char *full = NULL;
	struct stat status;

	lp_try(text_format(&full, "%s/%s", directory, path));
	*is_there = !stat(full, &status);
	*is_empty = *is_there && !status.st_size;
	return NULL;
}

static bool has_context(const struct diff_hunk *hunk)
{
	for (size_t i = 0; i < hunk->nr_lines; i++) {
		if (hunk->lines[i].sign == ' ')
			return true;
	}
	return false;
}

/* How many lines the file has, the last of them with a newline or without. */
static struct lp_error *count_lines(const char *directory, const char *path, size_t *count)
{
	_cleanup_free_ char *full = NULL;
	_cleanup_blob_ struct blob text = {0};

	*count = 0;
	lp_try(text_format(&full, "%s/%s", directory, path));
	lp_try(file_read(full, SOURCE_LIMIT, &text));
	for (size_t i = 0; i < text.size; i++)
		*count += text.data[i] == '\n' || i + 1 == text.size;
	return NULL;
}

/*
 * Whether a hunk has no context, as `diff -U0` makes them: patch(1) takes the nearest place with
 * the removed lines, which may be in another function. One that replaces the whole file has none
 * either.
 */
static struct lp_error *fits_anywhere(const struct diff_file *file, const char *directory,
				      bool *yes)
{
	const struct diff_hunk *bare = NULL;
	size_t count;

	*yes = false;
	for (size_t i = 0; i < file->nr_hunks && !bare; i++)
		bare = has_context(&file->hunks[i]) ? NULL : &file->hunks[i];
	if (!bare)
		return NULL;
	lp_try(count_lines(directory, file->old_path ?: file->path, &count));
	*yes = count && (bare->old_start != 1 || bare->old_count != count);
	return NULL;
}

struct lp_error *file_moves_check(const struct diff_file *file, const char *directory,
				  char **trouble)
{
	bool makes = file->kind != DIFF_MODIFIED && file->kind != DIFF_REMOVED;
	bool is_there, is_empty, has_old = true, anywhere = false;

	*trouble = NULL;
	lp_try(look(directory, file->path, &is_there, &is_empty));
	if (file->old_path)
		lp_try(look(directory, file->old_path, &has_old, &is_empty));
	if (!has_old)
		return text_format(trouble, "it is made of %s, which the source does not have",
				   file->old_path);
	if (makes && is_there)
		return text_format(trouble, "the diff makes this file, and the source has another "
					    "of that name");
	if (!makes && !is_there)
		return text_format(trouble, "the source has no such file");
	/* patch(1) leaves no part of a file that is to go. */
	if (file->kind != DIFF_ADDED && file->kind != DIFF_REMOVED)
		lp_try(fits_anywhere(file, directory, &anywhere));
	if (anywhere)
		return text_format(trouble, "it has a hunk without context, so its position is not "
					    "certain: make the diff with context, without -U0");
	if (file->kind == DIFF_REMOVED && !file->nr_hunks && !is_empty)
		return text_format(trouble,
				   "the diff removes this file and does not contain its lines");
	return NULL;
}

static struct lp_error *move_file(const struct diff_file *file, const char *directory)
{
	_cleanup_free_ char *from = NULL, *to = NULL;

	lp_try(text_format(&from, "%s/%s", directory, file->old_path ?: file->path));
	lp_try(text_format(&to, "%s/%s", directory, file->path));
	lp_try(directory_make_above(to));
	if (file->kind == DIFF_COPIED)
		return directory_copy_file(from, to);
	if (file->kind == DIFF_ADDED)
		return file_write(to, "", 0);
	if (file->kind == DIFF_REMOVED ? unlink(from) : rename(from, to))
		return lp_error_errno(errno, "can't move or remove %s", from);
	return NULL;
}

/* Copies come first, since their sources may be renamed. */
static bool is_in_round(const struct diff_file *file, int round)
{
	if (file->is_passed_over)
		return false;
	if (file->kind == DIFF_COPIED)
		return round == 0;
	if (file->kind == DIFF_RENAMED)
		return round == 1;
	return round == 2 && !file->nr_hunks && !file->is_binary && file->kind != DIFF_MODIFIED;
}

struct lp_error *file_moves_make(const struct diff_file *files, size_t count, const char *directory)
{
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < count; i++) {
			if (is_in_round(&files[i], round))
				lp_try(move_file(&files[i], directory));
		}
	}
	return NULL;
}
