// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/kbuild_answer.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "common/file.h"
#include "common/process.h"

/* How much of make's output is read, in bytes: its last commands have 10 KB each. */
#define READ_OUTPUT (256u << 10)

/* How much of it is shown: the number of last lines, and the bytes of each. */
#define SHOWN_LINES  5
#define SHOWN_LENGTH 200

/* The list of one directory: the longest of Linux 6.1 has 13 KB. */
#define LIST_LIMIT (16u << 20)

struct lp_error *kbuild_answer_list(const char *lists, const char *directory, char **path)
{
	lp_try(text_format(path, "%s/%s" KBUILD_LIST_SUFFIX, lists, directory));
	for (char *slash = *path + strlen(lists) + 1; (slash = strchr(slash, '/'));)
		*slash = ':';
	return NULL;
}

struct lp_error *kbuild_answer_directory(const char *name, char **directory)
{
	int length = (int)(strlen(name) - strlen(KBUILD_LIST_SUFFIX));

	lp_try(text_format(directory, "%.*s", length, name));
	for (char *colon = *directory; (colon = strchr(colon, ':'));)
		*colon = '/';
	return NULL;
}

static bool complains(const char *line)
{
	return text_starts_with(line, "make") && strstr(line, "*** ");
}

/*
 * Adds the last lines that say something: make's complaints, or, if there are
 * none, whatever came last. A dry run prints whole commands.
 */
static struct lp_error *choose_lines(char *said, bool only_complaints, struct text_list *chosen)
{
	_cleanup_text_list_ struct text_list all = {0};
	char *rest;

	for (char *line = strtok_r(said, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (!only_complaints || complains(line))
			lp_try(text_list_add(&all, "%.*s", SHOWN_LENGTH, line));
	}
	for (size_t i = all.count > SHOWN_LINES ? all.count - SHOWN_LINES : 0; i < all.count; i++)
		lp_try(text_list_add(chosen, "%s", all.items[i]));
	return NULL;
}

static struct lp_error *last_lines(const struct tree *tree, off_t before, char **lines)
{
	_cleanup_text_list_ struct text_list chosen = {0};
	off_t size = tree_log_size(tree) - before;
	/* One byte more for the end of the line before: an incomplete first line is dropped. */
	_cleanup_free_ char *said =
		process_output(tree->log, size > 0 && size < READ_OUTPUT ? size + 1 : READ_OUTPUT);
	_cleanup_free_ char *copy = said && size > 0 ? strdup(said) : NULL;

	if (size > 0 && !copy)
		return lp_error_no_memory();
	if (copy)
		lp_try(choose_lines(copy, true, &chosen));
	if (copy && !chosen.count)
		lp_try(choose_lines(said, false, &chosen));
	return chosen.count ? text_list_join(&chosen, "\n", lines) : NULL;
}

struct lp_error *kbuild_answer_error(const struct tree *tree, off_t before, const char *format, ...)
{
	_cleanup_free_ char *sentence = NULL, *lines = NULL;
	va_list arguments;

	va_start(arguments, format);
	int length = vasprintf(&sentence, format, arguments);

	va_end(arguments);
	if (length < 0)
		return lp_error_no_memory();
	struct lp_error *trouble = last_lines(tree, before, &lines);

	if (!trouble)
		trouble = tree_check_space(tree);
	if (trouble)
		return trouble;
	return lp_error_hint(lp_error_new(LP_BUILD_FAILED, "%s; make said %s%s", sentence,
					  lines ? "last:\n" : "nothing", lines ?: ""),
			     "Is the first `make` in PATH GNU make, and does the machine have "
			     "memory left? The whole output is in %s",
			     tree->log);
}

/* True if the text ends with the line KBUILD_LIST_END. */
static bool is_whole(const char *text)
{
	size_t length = strlen(text), end = strlen(KBUILD_LIST_END);

	while (length && text[length - 1] == '\n')
		length--;
	if (length < end || strncmp(text + length - end, KBUILD_LIST_END, end) != 0)
		return false;
	return length == end || strchr(" \n", text[length - end - 1]);
}

/* Every directory that the list names must have a list, too. */
static struct lp_error *check_below(const struct tree *tree, const char *lists,
				    const char *directory, char *text, off_t before)
{
	char *rest, *inside;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		_cleanup_free_ char *path = NULL;
		char *word = strtok_r(line, " \t", &inside);
		char *below = word ? strtok_r(NULL, " \t", &inside) : NULL;

		if (!below || strcmp(word, KBUILD_LIST_BELOW) != 0)
			continue;
		lp_try(kbuild_answer_list(lists, below, &path));
		if (access(path, F_OK))
			return kbuild_answer_error(tree, before,
						   "kbuild has not said what it builds in %s, to "
						   "which the Makefile in %s leads",
						   below, directory);
	}
	return NULL;
}

static struct lp_error *check_list(const struct tree *tree, const char *lists, const char *name,
				   off_t before)
{
	_cleanup_free_ char *path = NULL, *directory = NULL;
	_cleanup_blob_ struct blob blob = {0};

	lp_try(text_format(&path, "%s/%s", lists, name));
	lp_try(kbuild_answer_directory(name, &directory));
	lp_try(file_read(path, LIST_LIMIT, &blob));
	if (!is_whole((const char *)blob.data))
		return kbuild_answer_error(tree, before,
					   "kbuild's list of what it builds in %s is cut short",
					   directory);
	return check_below(tree, lists, directory, (char *)blob.data, before);
}

struct lp_error *kbuild_answer_check_lists(const struct tree *tree, const char *lists,
					   const char *where, off_t before)
{
	_cleanup_closedir_ DIR *entries = opendir(lists);
	bool any = false;

	if (!entries)
		return lp_error_errno(errno, "can't read %s", lists);
	for (struct dirent *entry; (entry = readdir(entries));) {
		if (!text_ends_with(entry->d_name, KBUILD_LIST_SUFFIX))
			continue;
		lp_try(check_list(tree, lists, entry->d_name, before));
		any = true;
	}
	if (any)
		return NULL;
	return kbuild_answer_error(tree, before, "kbuild has not said what it builds in %s", where);
}
