// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/creation/outlives.h"

#include <string.h>

/* Whether a unit has a new global function or variable of that name. */
static bool brings(const struct diffobj_result *result, const char *name)
{
	for (size_t i = 0; i < result->nr_functions; i++) {
		if (result->functions[i].kind == DIFFOBJ_NEW &&
		    !strcmp(result->functions[i].name, name))
			return true;
	}
	for (size_t i = 0; i < result->nr_variables; i++) {
		if (!result->variables[i].local && !strcmp(result->variables[i].name, name))
			return true;
	}
	return false;
}

static bool is_of_the_update(const struct creation *creation, const char *name)
{
	for (size_t i = 0; i < creation->nr_units; i++) {
		if (brings(creation->units[i].result, name))
			return true;
	}
	return false;
}

static bool releases(const struct diffobj_result *result, const char *name)
{
	for (size_t i = 0; i < result->nr_releases; i++) {
		if (!strcmp(result->releases[i], name))
			return true;
	}
	return false;
}

/* Whether another unit has a mark for it; diffobj has checked the unit itself. */
static bool is_released(const struct creation *creation, const struct creation_unit *unit,
			const char *name)
{
	for (size_t i = 0; i < creation->nr_units; i++) {
		if (&creation->units[i] != unit && brings(unit->result, name) &&
		    releases(creation->units[i].result, name))
			return true;
	}
	return false;
}

static void remove_finding(struct finding_list *list, size_t index)
{
	struct finding *finding = &list->items[index];

	free(finding->name);
	free(finding->where);
	free(finding->text);
	memmove(finding, finding + 1, (--list->count - index) * sizeof(*finding));
}

static void drop_released(const struct creation *creation, struct creation_unit *unit)
{
	for (size_t i = unit->findings.count; i--;) {
		const struct finding *finding = &unit->findings.items[i];

		if (finding->kind == FINDING_OUTLIVES && is_released(creation, unit, finding->name))
			remove_finding(&unit->findings, i);
	}
}

/* Addresses that a unit exposes and another unit defines. */
static struct lp_error *add_elsewhere(const struct creation *creation, struct creation_unit *unit)
{
	const struct finding_list *elsewhere = &unit->result->elsewhere;

	for (size_t i = 0; i < elsewhere->count; i++) {
		const struct finding *finding = &elsewhere->items[i];
		bool released = false;

		for (size_t k = 0; k < creation->nr_units; k++)
			released |= releases(creation->units[k].result, finding->name);
		if (!released && is_of_the_update(creation, finding->name))
			lp_try(finding_add(&unit->findings, finding->kind, finding->name,
					   finding->where, "%s", finding->text));
	}
	return NULL;
}

struct lp_error *outlives_join(struct creation *creation)
{
	for (size_t i = 0; i < creation->nr_units; i++) {
		if (diffobj_is_empty(creation->units[i].result))
			continue;
		drop_released(creation, &creation->units[i]);
		lp_try(add_elsewhere(creation, &creation->units[i]));
	}
	return NULL;
}
