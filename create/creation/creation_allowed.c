// SPDX-License-Identifier: GPL-2.0-or-later
/* Options of the user that allowed nothing, perhaps mistyped. */
#include <string.h>

#include "create/creation.h"
#include "create/layout.h"

/* The unit of that object, or NULL. */
static const struct creation_unit *find_object(const struct creation *creation, const char *name)
{
	for (size_t i = 0; i < creation->nr_units; i++) {
		if (!strcmp(creation->units[i].unit->name, name))
			return &creation->units[i];
	}
	return NULL;
}

static void check_unproven(struct creation *creation)
{
	const struct text_list *allowed = &creation->options.allowed_unproven;

	for (size_t i = 0; i < allowed->count; i++) {
		const struct creation_unit *unit = find_object(creation, allowed->items[i]);

		if (!unit)
			message_warning(&creation->sink,
					"--allow-unproven=%s names no object that the diff changes",
					allowed->items[i]);
		else if (unit->proof && !proof_mismatch(unit->proof))
			message_warning(&creation->sink,
					"--allow-unproven=%s is not needed: the object is proven",
					allowed->items[i]);
	}
}

static bool is_named(const char *option, const struct text_list *layouts)
{
	for (size_t i = 0; i < layouts->count; i++) {
		/* "struct foo" */
		if (layout_is_named(option, strrchr(layouts->items[i], ' ') + 1))
			return true;
	}
	return false;
}

/*
 * True if the layout of that type, or the type of that variable, changes in any unit, or in one
 * that was only looked at.
 */
static bool changes_layout(const struct creation *creation, const char *option)
{
	for (size_t i = 0; i < creation->nr_units; i++) {
		if (is_named(option, &creation->units[i].layouts))
			return true;
	}
	return is_named(option, &creation->layouts_seen);
}

void creation_check_allowed(struct creation *creation)
{
	const struct text_list *allowed = &creation->options.allowed_layouts;

	check_unproven(creation);
	for (size_t i = 0; i < allowed->count; i++) {
		if (!changes_layout(creation, allowed->items[i]))
			message_warning(
				&creation->sink,
				"--allow-layout=%s names no type or variable of the running "
				"kernel that the diff changes",
				allowed->items[i]);
	}
}
