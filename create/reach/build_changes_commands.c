// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands of the patched Makefiles for new objects, and for those compiled differently. */
#include <string.h>

#include "create/kbuild.h"
#include "create/reach/build_changes_internal.h"

/* The value of -DNAME= in the command: up to the next blank. */
static const char *find_define(const char *command, const char *name, size_t *length)
{
	const char *at = strstr(command, name);

	if (!at)
		return NULL;
	*length = strcspn(at, " ");
	return at;
}

/* In a renamed file's command, macros with the file's name keep the target's values. */
static struct lp_error *keep_names(struct kbuild_object *object)
{
	static const char *const defines[] = {"-DKBUILD_BASENAME=", "-DKBUILD_MODFILE="};

	for (size_t i = 0; i < ARRAY_SIZE(defines); i++) {
		_cleanup_free_ char *from = NULL, *to = NULL, *changed = NULL;
		size_t new_length, old_length;
		const char *new = find_define(object->patched_command, defines[i], &new_length);
		const char *old = find_define(object->command, defines[i], &old_length);

		if (!new || !old)
			continue;
		lp_try(text_format(&from, "%.*s", (int)new_length, new));
		lp_try(text_format(&to, "%.*s", (int)old_length, old));
		lp_try(text_replace(&changed, object->patched_command, from, to));
		free(object->patched_command);
		object->patched_command = take(changed);
	}
	return NULL;
}

struct lp_error *build_changes_set_patched_commands(struct search *search)
{
	struct kbuild_objects *changed = &search->changes->changed;
	struct kbuild_objects asked = {0};
	struct lp_error *error = NULL;

	for (size_t i = 0; i < changed->count && !error; i++) {
		const struct kbuild_object *object = &changed->items[i];
		const struct kbuild_object *patched = build_changes_find_in(
			&search->after, object, object->patched_source ?: object->source);

		error = kbuild_objects_add(&asked, patched);
	}
	if (!error)
		error = kbuild_commands(search->tree, search->view, &asked);
	for (size_t i = 0; i < changed->count && !error; i++) {
		if (!asked.items[i].patched_command)
			error = lp_error_new(LP_BUILD_FAILED, "kbuild can't tell how to compile %s",
					     asked.items[i].source);
		free(changed->items[i].patched_command);
		changed->items[i].patched_command = take(asked.items[i].patched_command);
	}
	kbuild_objects_clear(&asked);
	return error;
}

struct lp_error *build_changes_keep_target_names(struct search *search)
{
	struct kbuild_objects *changed = &search->changes->changed;
	bool any = false;

	for (size_t i = 0; i < changed->count; i++)
		any = any || !changed->items[i].is_new;
	if (!any)
		return NULL;
	lp_try(kbuild_commands(search->tree, NULL, changed));
	for (size_t i = 0; i < changed->count; i++) {
		if (changed->items[i].command && !changed->items[i].is_new)
			lp_try(keep_names(&changed->items[i]));
	}
	return NULL;
}

/* True if the object is listed in or below a directory whose Makefile changes. */
static bool is_in_scope(const struct search *search, const struct kbuild_object *object)
{
	for (size_t i = 0; i < search->directories.count; i++) {
		const char *directory = search->directories.items[i];

		if (!*directory || (text_starts_with(object->name, directory) &&
				    object->name[strlen(directory)] == '/'))
			return true;
	}
	return false;
}

struct lp_error *build_changes_compare_commands(struct search *search)
{
	struct kbuild_objects both = {0};
	struct lp_error *error = NULL;

	for (size_t i = 0; i < search->before.count && !error; i++) {
		const struct kbuild_object *object = &search->before.items[i];
		bool has_source = false;

		if (object->host || !is_in_scope(search, object) ||
		    !build_changes_find_in(&search->after, object, object->source))
			continue;
		error = build_changes_exists(search->view, object->source, &has_source);
		if (!error && has_source)
			error = kbuild_objects_add(&both, object);
	}
	message_progress(search->tree->sink, "asking kbuild how it compiles %zu files", both.count);
	if (!error)
		error = kbuild_commands(search->tree, NULL, &both);
	if (!error)
		error = kbuild_commands(search->tree, search->view, &both);
	for (size_t i = 0; i < both.count && !error; i++) {
		const struct kbuild_object *object = &both.items[i];
		_cleanup_free_ char *as_source = NULL;

		if (!object->command || !object->patched_command)
			continue;
		error = text_replace(&as_source, object->patched_command, search->view,
				     search->tree->source);
		if (error || !strcmp(as_source, object->command))
			continue;
		message_verbose(search->tree->sink, "%s: compiled in another way", object->source);
		error = kbuild_objects_add(&search->changes->changed, object);
	}
	kbuild_objects_clear(&both);
	return error;
}
