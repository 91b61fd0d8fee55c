// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/diff_level.h"

#include <string.h>

#include "common/text.h"
#include "create/diff/diff_name.h"

/* Patches have no deeper paths. */
#define MOST_LEVELS 16

/* Whether all names begin with a directory that is in no source: level 1. */
static bool has_prefixes(const struct diff *diff)
{
	for (size_t i = 0; i < diff->nr_files; i++) {
		const struct diff_file *file = &diff->files[i];

		if (file->is_bare)
			continue;
		if ((file->old_name && !diff_name_has_prefix(file->old_name)) ||
		    (file->new_name && !diff_name_has_prefix(file->new_name)))
			return false;
	}
	return true;
}

/* Without the tree it is not known which of "fs/x.c.orig" and "fs/x.c" is meant. */
static bool has_two_names(const struct diff *diff)
{
	for (size_t i = 0; i < diff->nr_files; i++) {
		const struct diff_file *file = &diff->files[i];

		if (file->kind == DIFF_MODIFIED &&
		    strcmp(diff_name_strip(file->old_name, 1), diff_name_strip(file->new_name, 1)))
			return true;
	}
	return false;
}

/* How one level matches the tree. */
struct votes {
	size_t yes, no;
};

static bool is_there(const char *name, int level, diff_path_exists *exists, void *context)
{
	const char *path = name ? diff_name_strip(name, level) : NULL;

	return path && exists(context, path);
}

/* For a new file: whether the first directory exists. A name without one says nothing. */
static void vote_for_added(const char *name, int level, diff_path_exists *exists, void *context,
			   struct votes *votes)
{
	const char *path = diff_name_strip(name, level);
	const char *slash = path ? strchr(path, '/') : NULL;

	if (!path) {
		votes->no++;
	} else if (slash) {
		_cleanup_free_ char *top = strndup(path, slash - path);
		bool yes = top && exists(context, top);

		votes->yes += yes;
		votes->no += !yes;
	}
}

static struct votes vote(const struct diff *diff, int level, diff_path_exists *exists,
			 void *context)
{
	struct votes votes = {0};

	for (size_t i = 0; i < diff->nr_files; i++) {
		const struct diff_file *file = &diff->files[i];

		if (file->is_bare)
			continue;
		if (file->kind == DIFF_ADDED) {
			vote_for_added(file->new_name, level, exists, context, &votes);
			continue;
		}
		bool yes = is_there(file->old_name, level, exists, context) ||
			   is_there(file->new_name, level, exists, context);

		votes.yes += yes;
		votes.no += !yes;
	}
	return votes;
}

/* The most common level, if nothing in the tree helps. */
static int usual_level(const struct diff *diff)
{
	for (size_t i = 0; i < diff->nr_files; i++) {
		const struct diff_file *file = &diff->files[i];

		if ((file->old_name && !strchr(file->old_name, '/')) ||
		    (file->new_name && !strchr(file->new_name, '/')))
			return 0;
	}
	return 1;
}

static int find_level(const struct diff *diff, diff_path_exists *exists, void *context)
{
	int best = usual_level(diff);
	size_t most = 0;

	for (int level = 0; level < MOST_LEVELS; level++) {
		struct votes votes = vote(diff, level, exists, context);

		if (votes.yes && !votes.no)
			return level;
		if (votes.yes > most) {
			most = votes.yes;
			best = level;
		}
	}
	return best;
}

static struct lp_error *set_path(const struct diff *diff, const struct diff_file *file,
				 const char *name, char **path)
{
	const char *stripped = file->is_bare ? name : diff_name_strip(name, diff->level);

	free(take(*path));
	if (!stripped)
		return lp_error_new(LP_NOT_APPLYING,
				    "%s:%zu: %s has fewer leading directories than the other "
				    "names, %d",
				    diff->name, file->number, name, diff->level);
	return text_format(path, "%s", stripped);
}

static struct lp_error *set_paths(const struct diff *diff, struct diff_file *file,
				  diff_path_exists *exists, void *context)
{
	const char *name = file->new_name ?: file->old_name;

	/*
	 * "x.c.orig" and "x.c", or "x.c" and "x.c.new": the one that exists; the new one if both
	 * do.
	 */
	if (file->kind == DIFF_MODIFIED && exists &&
	    !is_there(file->new_name, file->is_bare ? 0 : diff->level, exists, context) &&
	    is_there(file->old_name, file->is_bare ? 0 : diff->level, exists, context))
		name = file->old_name;
	lp_try(set_path(diff, file, name, &file->path));
	if (file->kind == DIFF_RENAMED || file->kind == DIFF_COPIED)
		return set_path(diff, file, file->old_name, &file->old_path);
	return NULL;
}

struct lp_error *diff_settle_paths(struct diff *diff, diff_path_exists *exists, void *context,
				   bool *known)
{
	bool prefixed = has_prefixes(diff);

	*known = exists || (prefixed && !has_two_names(diff));
	if (!*known)
		return NULL;
	if (diff->level < 0)
		diff->level = prefixed ? 1 : find_level(diff, exists, context);
	for (size_t i = 0; i < diff->nr_files; i++)
		lp_try(set_paths(diff, &diff->files[i], exists, context));
	return NULL;
}
