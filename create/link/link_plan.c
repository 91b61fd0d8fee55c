// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/link/link_plan.h"

#include <string.h>

#include "common/text.h"
#include "create/link/link.h"

struct lp_error *link_plan_begin(struct link_plan *plan, const struct link_job *job,
				 const char *directory)
{
	*plan = (struct link_plan){
		.id = job->id,
		.object = job->object,
		.description = job->description,
		.patch = job->patch,
		.objects = job->objects,
		.parts = calloc(job->nr_parts + 1, sizeof(*plan->parts)),
		.nr_parts = job->nr_parts,
		.externals = job->externals,
		.nr_externals = job->nr_externals,
	};
	if (!plan->parts)
		return lp_error_no_memory();
	for (size_t i = 0; i < job->nr_parts; i++)
		plan->parts[i] = job->parts[i];
	lp_try(text_format(&plan->name, "%s", job->name));
	return text_format(&plan->directory, "%s/%s", directory, job->name);
}

struct lp_error *link_plan_reference(size_t part, size_t index, char **name)
{
	return text_format(name, "lpatch_ref_%zu_%zu", part, index);
}

void link_plan_clear(struct link_plan *plan)
{
	free(plan->name);
	free(plan->directory);
	free(plan->parts);
	text_list_clear(&plan->pins);
	symbol_map_clear(&plan->map);
	*plan = (struct link_plan){0};
}
