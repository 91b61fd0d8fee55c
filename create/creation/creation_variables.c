// SPDX-License-Identifier: GPL-2.0-or-later
/* Variables that the update shares with the running kernel must have the same type in both. */
#include <string.h>

#include "create/creation.h"
#include "create/layout.h"

static struct lp_error *compare(const struct creation *creation, const struct creation_unit *unit,
				struct layout_result *found)
{
	const struct layout_job job = {
		.original = unit->unit->original,
		.patched = unit->unit->patched,
		.allowed = &creation->options.allowed_layouts,
	};

	lp_try(layout_compare_variables(&job, unit->result->shared, unit->result->nr_shared,
					found));
	return layout_compare_values(&job, found);
}

struct lp_error *creation_compare_variables(struct creation *creation, struct creation_unit *unit)
{
	_cleanup_(layout_result_clear) struct layout_result found = {0};
	_cleanup_free_ char *lines = NULL;

	lp_try(compare(creation, unit, &found));
	for (size_t i = 0; i < found.overridden.count; i++)
		lp_try(text_list_add(&unit->layouts, "%s", found.overridden.items[i]));
	if (!found.differences.count)
		return NULL;
	lp_try(text_list_join(&found.differences, "\n", &lines));
	return lp_error_hint(lp_error_new(LP_UNSAFE,
					  "the change to %s reads variables of the running kernel "
					  "in another way:\n%s",
					  unit->unit->source, lines),
			     "Add a variable with another name and initialise it in a hook: see "
			     "lpatch-author(7). If the content of a variable keeps its meaning, "
			     "allow the change with --allow-layout=NAME.");
}

/* Whether the variable that the unit has lost is in another one now. */
static bool is_moved(const struct creation *creation, size_t index, const char *name)
{
	size_t count;
	const struct symbol_move *moves = symbols_moves(creation->symbols, &count);

	for (size_t i = 0; i < count; i++) {
		/* Static variables of functions have a number after their name. */
		if (moves[i].from == index && !moves[i].is_function &&
		    strcspn(moves[i].original_name, ".") == strlen(name) &&
		    text_starts_with(moves[i].original_name, name))
			return true;
	}
	return false;
}

struct lp_error *creation_add_findings(struct creation *creation, size_t index)
{
	struct creation_unit *unit = &creation->units[index];
	const struct finding_list *found = &unit->result->findings;

	for (size_t i = 0; i < found->count; i++) {
		const struct finding *finding = &found->items[i];
		const struct finding_list one = {.items = (struct finding *)finding, .count = 1};

		if (finding->kind != FINDING_LOST_STATE ||
		    !is_moved(creation, index, finding->name))
			lp_try(finding_add_all(&unit->findings, &one));
	}
	return NULL;
}
