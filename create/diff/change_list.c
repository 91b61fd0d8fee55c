// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/change_list.h"

#include <glib.h>
#include <string.h>
#include <sys/stat.h>

struct change_list {
	struct file_change *changes;
	size_t count;
	GHashTable *indices; /* by path, number of the change from 1 */
};

struct lp_error *change_list_new(struct change_list **list)
{
	*list = calloc(1, sizeof(**list));
	if (!*list)
		return lp_error_no_memory();
	(*list)->indices = g_hash_table_new_full(g_str_hash, g_str_equal, free, NULL);
	return NULL;
}

/* The current change of that path, or NULL. */
static struct file_change *find(struct change_list *list, const char *path)
{
	size_t index = GPOINTER_TO_SIZE(g_hash_table_lookup(list->indices, path));

	return index ? &list->changes[index - 1] : NULL;
}

static struct lp_error *set_index(struct change_list *list, const char *path, size_t index)
{
	char *copy = strdup(path);

	if (!copy)
		return lp_error_no_memory();
	g_hash_table_insert(list->indices, copy, GSIZE_TO_POINTER(index));
	return NULL;
}

static struct lp_error *append(struct change_list *list, enum change_kind kind, const char *path,
			       const char *old_path)
{
	struct file_change *changes =
		reallocarray(list->changes, list->count + 1, sizeof(*changes));

	if (!changes)
		return lp_error_no_memory();
	list->changes = changes;
	changes[list->count] = (struct file_change){.kind = kind};
	lp_try(text_format(&changes[list->count++].path, "%s", path));
	if (old_path)
		lp_try(text_format(&changes[list->count - 1].old_path, "%s", old_path));
	return set_index(list, path, list->count);
}

/* Renames the change to `path`. */
static struct lp_error *rename_change(struct change_list *list, struct file_change *change,
				      const char *path)
{
	size_t index = change - list->changes;

	g_hash_table_remove(list->indices, change->path);
	free(take(change->path));
	lp_try(text_format(&change->path, "%s", path));
	return set_index(list, path, index + 1);
}

/* Removes the change: in sum the file does not change. */
static struct lp_error *drop(struct change_list *list, struct file_change *change)
{
	size_t index = change - list->changes;

	g_hash_table_remove(list->indices, change->path);
	free(change->path);
	free(change->old_path);
	memmove(change, change + 1, (--list->count - index) * sizeof(*change));
	for (size_t i = index; i < list->count; i++)
		lp_try(set_index(list, list->changes[i].path, i + 1));
	return NULL;
}

static struct lp_error *add_removed(struct change_list *list, const char *path)
{
	struct file_change *change = find(list, path);
	_cleanup_free_ char *old_path = NULL;

	if (!change)
		return append(list, CHANGE_REMOVED, path, NULL);
	if (change->kind == CHANGE_ADDED)
		return drop(list, change);
	old_path = take(change->old_path);
	change->kind = CHANGE_REMOVED;
	return old_path ? rename_change(list, change, old_path) : NULL;
}

static struct lp_error *add_added(struct change_list *list, const char *path)
{
	struct file_change *change = find(list, path);

	if (!change)
		return append(list, CHANGE_ADDED, path, NULL);
	/* The file exists before and after. */
	if (change->kind == CHANGE_REMOVED)
		change->kind = CHANGE_MODIFIED;
	return NULL;
}

static struct lp_error *add_renamed(struct change_list *list, const char *old_path,
				    const char *path)
{
	struct file_change *target = find(list, path), *change;

	/* The name was in use before: one file is removed, and another changes. */
	if (target && target->kind == CHANGE_REMOVED) {
		target->kind = CHANGE_MODIFIED;
		return add_removed(list, old_path);
	}
	change = find(list, old_path);
	if (!change)
		return append(list, CHANGE_RENAMED, path, old_path);
	if (change->kind == CHANGE_RENAMED && !strcmp(change->old_path, path)) {
		free(take(change->old_path));
		change->kind = CHANGE_MODIFIED;
	} else if (change->kind == CHANGE_MODIFIED) {
		lp_try(text_format(&change->old_path, "%s", old_path));
		change->kind = CHANGE_RENAMED;
	}
	return rename_change(list, change, path);
}

/* The kind of the file, if it can't be patched. */
static const char *special(const struct diff_file *file)
{
	const unsigned modes[] = {file->old_mode, file->new_mode};

	if (file->is_binary)
		return "a binary file";
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		if ((modes[i] & S_IFMT) == S_IFLNK)
			return "a symbolic link";
		/* 160000 in git: the commit of a submodule. */
		if (modes[i] && (modes[i] & S_IFMT) != S_IFREG)
			return "no regular file";
	}
	return NULL;
}

static struct lp_error *add_kind(struct change_list *list, const struct diff_file *file)
{
	switch (file->kind) {
	case DIFF_ADDED:
	case DIFF_COPIED:
		return add_added(list, file->path);
	case DIFF_REMOVED:
		return add_removed(list, file->path);
	case DIFF_RENAMED:
		return add_renamed(list, file->old_path, file->path);
	case DIFF_MODIFIED:
		/* Only the mode changes, which does not affect a kernel. */
		if (!file->nr_hunks && !file->is_binary)
			return NULL;
		return find(list, file->path) ? NULL
					      : append(list, CHANGE_MODIFIED, file->path, NULL);
	}
	return NULL;
}

struct lp_error *change_list_add(struct change_list *list, const struct diff_file *file)
{
	struct file_change *change;

	lp_try(add_kind(list, file));
	change = find(list, file->path);
	if (change && !change->special)
		change->special = special(file);
	return NULL;
}

bool change_list_makes(const struct change_list *list, const char *path)
{
	size_t length = strlen(path);

	for (size_t i = 0; i < list->count; i++) {
		const struct file_change *change = &list->changes[i];

		if ((change->kind == CHANGE_ADDED || change->kind == CHANGE_RENAMED) &&
		    !strncmp(change->path, path, length) &&
		    (!change->path[length] || change->path[length] == '/'))
			return true;
	}
	return false;
}

void change_list_finish(struct change_list *list, struct patch_set *set)
{
	set->changes = take(list->changes);
	set->nr_changes = list->count;
	list->count = 0;
}

void change_list_free(struct change_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->changes[i].path);
		free(list->changes[i].old_path);
	}
	free(list->changes);
	g_hash_table_destroy(list->indices);
	free(list);
}
