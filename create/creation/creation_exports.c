// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exports that the patch moves from one file to another of the same module, or of vmlinux: the
 * kernel's exports don't change.
 */
#include <string.h>

#include "create/creation.h"
#include "create/symbols.h"

/* What a unit exports before and after the patch, but not on both sides. */
struct export_change {
	struct text_list lost, gained;
};

static struct lp_error *add_missing(struct text_list *list, const struct text_list *from,
				    const struct text_list *others)
{
	for (size_t i = 0; i < from->count; i++) {
		if (!text_list_contains(others, from->items[i]))
			lp_try(text_list_add(list, "%s", from->items[i]));
	}
	return NULL;
}

static struct lp_error *compare_exports(const struct unit *unit, struct export_change *change)
{
	_cleanup_text_list_ struct text_list before = {0}, now = {0};

	lp_try(symbols_exports(unit->original, &before));
	lp_try(symbols_exports(unit->patched, &now));
	lp_try(add_missing(&change->lost, &before, &now));
	return add_missing(&change->gained, &now, &before);
}

/* Adds to both units the names that the one loses and the other gains. */
static struct lp_error *match(struct creation_unit *from, const struct export_change *lost,
			      struct creation_unit *to, const struct export_change *gained)
{
	if (strcmp(from->unit->object, to->unit->object) != 0)
		return NULL;
	for (size_t i = 0; i < lost->lost.count; i++) {
		const char *name = lost->lost.items[i];

		if (!text_list_contains(&gained->gained, name))
			continue;
		lp_try(text_list_add(&from->moved_exports, "%s", name));
		lp_try(text_list_add(&to->moved_exports, "%s", name));
	}
	return NULL;
}

static struct lp_error *match_all(struct creation *creation, struct export_change *changes)
{
	for (size_t i = 0; i < creation->nr_units; i++)
		lp_try(compare_exports(creation->units[i].unit, &changes[i]));
	for (size_t i = 0; i < creation->nr_units; i++) {
		for (size_t k = 0; changes[i].lost.count && k < creation->nr_units; k++)
			lp_try(match(&creation->units[i], &changes[i], &creation->units[k],
				     &changes[k]));
	}
	return NULL;
}

struct lp_error *creation_find_moved_exports(struct creation *creation)
{
	_cleanup_free_ struct export_change *changes = calloc(creation->nr_units, sizeof(*changes));

	if (!changes)
		return lp_error_no_memory();
	struct lp_error *error = match_all(creation, changes);

	for (size_t i = 0; i < creation->nr_units; i++) {
		text_list_clear(&changes[i].lost);
		text_list_clear(&changes[i].gained);
	}
	return error;
}
