// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/creation/findings.h"

#include <stdint.h>

#include "common/manifest_facts.h"

static struct lp_error *warn(struct message_sink *sink, const char *object,
			     const struct finding *finding)
{
	const struct fact fact = fact_of_finding(object, finding);
	_cleanup_free_ char *text = NULL;

	lp_try(fact_text(&fact, &text));
	message_warning(sink, "%s", text);
	return NULL;
}

/* Warns of the findings of one kind, up to `limit`, and counts them in *found. */
static struct lp_error *warn_of_kind(struct message_sink *sink, const struct object_findings *lists,
				     size_t count, enum finding_kind kind, size_t limit,
				     size_t *found)
{
	*found = 0;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < lists[i].list->count; k++) {
			const struct finding *finding = &lists[i].list->items[k];

			if (finding->kind == kind && (*found)++ < limit)
				lp_try(warn(sink, lists[i].object, finding));
		}
	}
	return NULL;
}

struct lp_error *findings_warn(struct message_sink *sink, const struct object_findings *lists,
			       size_t count)
{
	size_t limit = sink->verbosity > 0 ? SIZE_MAX : MESSAGE_OF_A_KIND;

	for (int kind = 0; kind < NR_FINDING_KINDS; kind++) {
		size_t found;

		lp_try(warn_of_kind(sink, lists, count, kind, limit, &found));
		if (found > limit)
			message_warning_more(sink, finding_kind_title(kind), found - limit);
	}
	return NULL;
}
