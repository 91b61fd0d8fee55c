// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "common/file.h"
#include "create/c_text.h"
#include "create/creation.h"
#include "create/kbuild.h"
#include "create/target.h"

/* The number of objects from which on samples are compiled, if a header changes a type. */
#define SOME_OBJECTS 8

/* The same for all changes; preprocessing so many takes minutes. */
#define MANY_OBJECTS 500

/* How many are compiled: first those that mention a changed type, the rest spread over the list. */
#define SAMPLES 4

/* The largest header of Linux 6.1 has 22 MB. */
#define HEADER_LIMIT (64u << 20)

/* Emits all types that a header defines, not only those that the file uses. */
#define ALL_TYPES "-fno-eliminate-unused-debug-types"

/* Adds the types that the changed headers define anew. */
static struct lp_error *find_types(const struct creation *creation, struct text_list *types)
{
	const struct tree *tree = creation->tree;

	for (size_t i = 0; i < creation->sources.count; i++) {
		_cleanup_free_ char *old_path = NULL, *new_path = NULL;
		_cleanup_blob_ struct blob old = {0}, new = {0};
		bool others = false;

		lp_try(text_format(&old_path, "%s/%s", tree->source, creation->sources.items[i]));
		lp_try(view_plain_path(tree, creation->sources.items[i], &new_path));
		if (!text_ends_with(old_path, ".h") || access(old_path, F_OK) ||
		    access(new_path, F_OK))
			continue;
		lp_try(file_read(old_path, HEADER_LIMIT, &old));
		lp_try(file_read(new_path, HEADER_LIMIT, &new));
		lp_try(chunk_changed_types((const char *)old.data, (const char *)new.data, types,
					   &others));
	}
	return NULL;
}

/* Adds an object with a known command, unless it is in the list or there are enough. */
static struct lp_error *choose_one(const struct kbuild_object *object,
				   struct kbuild_objects *chosen)
{
	if (object->is_new || !text_ends_with(object->source, ".c") || chosen->count == SAMPLES)
		return NULL;
	for (size_t i = 0; i < chosen->count; i++) {
		if (!strcmp(chosen->items[i].name, object->name))
			return NULL;
	}
	return kbuild_objects_add(chosen, object);
}

/* Those whose files mention one of the types. */
static struct lp_error *choose_users(struct creation *creation, const struct text_list *types,
				     struct kbuild_objects *chosen)
{
	const struct kbuild_objects *all = &creation->affected.objects;
	_cleanup_text_list_ struct text_list tags = {0}, files = {0};

	for (size_t i = 0; i < types->count; i++)
		lp_try(text_list_add(&tags, "%s", strchr(types->items[i], ' ') + 1));
	lp_try(creation_read_files(creation));
	lp_try(source_scan_mentions(creation->scan, &tags, &files));
	for (size_t i = 0; i < all->count; i++) {
		if (text_list_contains(&files, all->items[i].source))
			lp_try(choose_one(&all->items[i], chosen));
	}
	return NULL;
}

static struct lp_error *choose(struct creation *creation, const struct text_list *types,
			       struct kbuild_objects *chosen)
{
	const struct kbuild_objects *all = &creation->affected.objects;

	if (types->count)
		lp_try(choose_users(creation, types, chosen));
	for (size_t i = 0; i < SAMPLES; i++)
		lp_try(choose_one(&all->items[i * all->count / SAMPLES], chosen));
	return kbuild_commands(creation->tree, NULL, chosen);
}

/* Puts all types into the debugging information of the unit's objects, which are not reused. */
static struct lp_error *ask_for_types(const struct tree *tree, struct unit *unit)
{
	_cleanup_free_ char *command = take(unit->command);

	lp_try(text_replace(&unit->command, command, " -c -o ", " " ALL_TYPES " -c -o "));
	free(take(unit->original));
	free(take(unit->patched));
	lp_try(text_format(&unit->original, "%s/sample-original.o", tree->work));
	lp_try(text_format(&unit->patched, "%s/sample-patched.o", tree->made));
	unlink(unit->original);
	return NULL;
}

/* The results of the samples. */
struct shown {
	struct text_list filled; /* as in struct layout_result, each once */
	bool others_differ;
};

static struct lp_error *look_at(struct creation *creation, const struct kbuild_object *object,
				struct shown *shown)
{
	_cleanup_(creation_unit_clear) struct creation_unit sample = {0};
	_cleanup_(layout_result_clear) struct layout_result layouts = {0};

	if (!object->command)
		return NULL;
	lp_try(unit_new(creation->tree, object, &sample.unit));
	lp_try(ask_for_types(creation->tree, sample.unit));
	lp_try(build_split(creation->tree, creation->view, &sample.unit, 1));
	lp_try(creation_find_layouts(creation, &sample, &layouts));
	for (size_t i = 0; i < sample.layouts.count; i++)
		lp_try(text_list_add(&creation->layouts_seen, "%s", sample.layouts.items[i]));
	shown->others_differ = shown->others_differ || layouts.others_differ;
	for (size_t i = 0; i < layouts.filled.count; i++) {
		if (!text_list_contains(&shown->filled, layouts.filled.items[i]))
			lp_try(text_list_add(&shown->filled, "%s", layouts.filled.items[i]));
	}
	return NULL;
}

/* True if each of the types differs, in one way, and no other type does. */
static bool is_explained(const struct text_list *types, const struct shown *shown)
{
	if (shown->others_differ || shown->filled.count != types->count)
		return false;
	for (size_t i = 0; i < types->count; i++) {
		size_t length = strlen(types->items[i]), found = 0;

		for (size_t k = 0; k < types->count; k++)
			found += !strncmp(shown->filled.items[k], types->items[i], length) &&
				 shown->filled.items[k][length] == '\t';
		if (found != 1)
			return false;
	}
	return true;
}

static struct lp_error *look_at_all(struct creation *creation, const struct text_list *types)
{
	struct kbuild_objects chosen = {0};
	struct shown shown = {0};
	struct lp_error *error = choose(creation, types, &chosen);

	for (size_t i = 0; i < chosen.count && !error; i++)
		error = look_at(creation, &chosen.items[i], &shown);
	kbuild_objects_clear(&chosen);
	if (!error && types->count && is_explained(types, &shown))
		error = creation_narrow(creation, types, &shown.filled);
	text_list_clear(&shown.filled);
	return error;
}

struct lp_error *creation_sample(struct creation *creation)
{
	_cleanup_text_list_ struct text_list types = {0};
	size_t count = creation->affected.objects.count;

	if (count < SOME_OBJECTS)
		return NULL;
	lp_try(find_types(creation, &types));
	if (!types.count && count < MANY_OBJECTS)
		return NULL;
	message_progress(&creation->sink, "comparing the types of a few of %zu objects", count);
	return look_at_all(creation, &types);
}
