// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Global names that the patch removes while a file that it doesn't reach still uses them:
 * the patched source could not be linked.
 */
#include <string.h>

#include "create/c_text.h"
#include "create/creation.h"
#include "create/symbols.h"

/* How many files are compiled to find out whether they use a name that they mention. */
#define FILES_LIMIT 40

/* One name, and the unit that loses it. */
struct lost {
	const char *name;
	size_t unit;
};

struct losses {
	struct lost *items;
	size_t count;
	struct text_list names;
};

static void losses_clear(struct losses *losses)
{
	free(losses->items);
	text_list_clear(&losses->names);
}

/* Whether a unit of the same domain has the global name in the patched source. */
static bool is_still_there(const struct creation *creation, const struct symbols_unit *loser,
			   const char *name)
{
	for (size_t i = 0; i < creation->nr_units; i++) {
		const struct symbols_unit *unit = &creation->symbols_units[i];

		if (!same_domain(unit, loser))
			continue;
		symbols_each_definition(unit, definition)
		{
			if (definition_adds_global(definition) && !strcmp(definition->name, name))
				return true;
		}
	}
	return false;
}

static bool is_lost(const struct creation *creation, const struct symbols_unit *unit,
		    const struct diffobj_definition *definition)
{
	return definition->original_name && !definition->original_local && !definition->weak &&
	       !definition->is_init && (!definition->name || definition->local) &&
	       !is_still_there(creation, unit, definition->original_name);
}

static struct lp_error *add_loss(struct losses *losses, size_t unit, const char *name)
{
	struct lost *grown = reallocarray(losses->items, losses->count + 1, sizeof(*grown));

	if (!grown)
		return lp_error_no_memory();
	losses->items = grown;
	grown[losses->count++] = (struct lost){name, unit};
	return text_list_add(&losses->names, "%s", name);
}

static struct lp_error *collect(const struct creation *creation, struct losses *losses)
{
	for (size_t i = 0; i < creation->nr_units; i++) {
		symbols_each_definition(&creation->symbols_units[i], definition)
		{
			if (is_lost(creation, &creation->symbols_units[i], definition))
				lp_try(add_loss(losses, i, definition->original_name));
		}
	}
	return NULL;
}

static bool is_patched(const struct creation *creation, const char *source)
{
	for (size_t i = 0; i < creation->nr_units; i++) {
		if (!strcmp(creation->units[i].unit->source, source))
			return true;
	}
	return false;
}

/* Whether the object would be linked with the unit that loses the name. */
static bool may_use(const struct creation *creation, const struct unit *loser, const char *name,
		    const struct unit *user)
{
	return !strcmp(loser->object, user->object) ||
	       (unit_is_module(user) && exports_find(creation->exports, name));
}

static struct lp_error *check_unit(const struct creation *creation, const struct losses *losses,
				   const struct unit *user)
{
	for (size_t i = 0; i < losses->count; i++) {
		const struct unit *loser = creation->units[losses->items[i].unit].unit;
		bool used;

		if (!may_use(creation, loser, losses->items[i].name, user))
			continue;
		lp_try(symbols_in_object(user->exact, losses->items[i].name, true, &used));
		if (used)
			return lp_error_hint(
				lp_error_new(LP_BUILD_FAILED,
					     "%s is undefined in %s: %s uses it, and with the "
					     "patch %s no longer defines it for other files",
					     losses->items[i].name, user->object, user->source,
					     loser->source),
				"Change all files that use it as well.");
	}
	return NULL;
}

static struct lp_error *check_object(struct creation *creation, const struct losses *losses,
				     const struct kbuild_object *object)
{
	struct unit *unit;

	lp_try(unit_new(creation->tree, object, &unit));
	struct lp_error *error = build_exact(creation->tree, &unit, 1);

	if (!error)
		error = check_unit(creation, losses, unit);
	unit_free(unit);
	return error;
}

/* All objects that the target makes of a file that mentions a name. */
static struct lp_error *check_source(struct creation *creation, const struct losses *losses,
				     const char *source)
{
	_cleanup_(kbuild_objects_clear) struct kbuild_objects objects = {0};
	_cleanup_free_ char *directory = NULL;
	const char *slash = strrchr(source, '/');
	size_t count = 0;

	if (!slash || !text_ends_with(source, ".c") || is_patched(creation, source))
		return NULL;
	lp_try(text_format(&directory, "%.*s", (int)(slash - source), source));
	lp_try(kbuild_objects_read(creation->tree, directory, &objects));
	const struct kbuild_object *object = kbuild_objects_find(&objects, source, &count);

	for (size_t i = 0; i < count; i++) {
		if (!object[i].host)
			lp_try(check_object(creation, losses, &object[i]));
	}
	return NULL;
}

static struct lp_error *check_sources(struct creation *creation, const struct losses *losses)
{
	_cleanup_text_list_ struct text_list mentioning = {0};

	lp_try(creation_read_files(creation));
	message_progress(&creation->sink, "searching the files that use %s%s",
			 losses->names.items[0],
			 losses->count > 1 ? " and other removed names" : "");
	lp_try(source_scan_mentions(creation->scan, &losses->names, &mentioning));
	if (mentioning.count > FILES_LIMIT) {
		message_warning(&creation->sink,
				"%zu files mention %s%s, which the patch removes; whether one of "
				"them still uses it was not checked",
				mentioning.count, losses->names.items[0],
				losses->count > 1 ? " or another name" : "");
		return NULL;
	}
	for (size_t i = 0; i < mentioning.count; i++)
		lp_try(check_source(creation, losses, mentioning.items[i]));
	return NULL;
}

struct lp_error *creation_check_lost(struct creation *creation)
{
	_cleanup_(losses_clear) struct losses losses = {0};

	lp_try(collect(creation, &losses));
	return losses.count ? check_sources(creation, &losses) : NULL;
}
