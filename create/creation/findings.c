// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/creation/findings.h"

#include <stdint.h>

static void warn(struct message_sink *sink, const struct finding *finding)
{
	message_warning(sink, "%s%s%s: %s", finding->where, *finding->where ? ": " : "",
			finding->name, finding->text);
}

/* Warns of the findings of one kind, up to `limit`, and returns their number. */
static size_t warn_of_kind(struct message_sink *sink, const struct finding_list *const *lists,
			   size_t count, enum finding_kind kind, size_t limit)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < lists[i]->count; k++) {
			const struct finding *finding = &lists[i]->items[k];

			if (finding->kind == kind && found++ < limit)
				warn(sink, finding);
		}
	}
	return found;
}

void findings_warn(struct message_sink *sink, const struct finding_list *const *lists, size_t count)
{
	size_t limit = sink->verbosity > 0 ? SIZE_MAX : MESSAGE_OF_A_KIND;

	for (int kind = 0; kind < NR_FINDING_KINDS; kind++) {
		size_t found = warn_of_kind(sink, lists, count, kind, limit);

		if (found > limit)
			message_warning_more(sink, finding_kind_title(kind), found - limit);
	}
}
