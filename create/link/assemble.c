// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/link/assemble.h"

#include <string.h>

#include "core-module/lpatch_abi.h"
#include "create/core.h"

static const struct text_list no_objects;

/* Links the units of one object into the module `name`. */
static struct lp_error *link_object(struct tree *tree, const struct link_job *whole,
				    const char *object, const char *name,
				    const struct text_list *objects, struct text_list *symvers,
				    char **path, struct link_plan *plan)
{
	_cleanup_free_ char *exported = NULL;
	bool is_part = strcmp(object, "vmlinux") != 0;
	_cleanup_free_ struct link_part *units = calloc(whole->nr_parts, sizeof(*units));
	struct link_job job = *whole;

	if (!units)
		return lp_error_no_memory();
	job.parts = units;
	job.nr_parts = 0;
	for (size_t i = 0; i < whole->nr_parts; i++) {
		if (!strcmp(whole->parts[i].unit->object, object))
			units[job.nr_parts++] = whole->parts[i];
	}
	job.object = object;
	job.name = name;
	job.objects = objects;
	if (is_part)
		job.description = job.patch = "";
	job.symvers = symvers;
	lp_try(link_update(tree, &job, path, &exported, plan));
	return text_list_add(symvers, "%s", exported);
}

/* One after the other, since later modules use the exports of earlier ones. */
static struct lp_error *link_all(struct tree *tree, const struct link_job *whole, const char *core,
				 struct assembly *assembly)
{
	_cleanup_text_list_ struct text_list symvers = {0};
	_cleanup_free_ char *name = NULL, *core_exports = NULL, *commands = NULL, *built = NULL;
	struct link_job job = *whole;

	assembly->plans = calloc(assembly->objects.count + 1, sizeof(*assembly->plans));
	if (!assembly->plans)
		return lp_error_no_memory();
	lp_try(core_symvers(core, &core_exports));
	lp_try(text_list_add(&symvers, "%s", core_exports));
	lp_try(core_file(core, "link-commands", &commands));
	lp_try(core_directory(core, &built));
	job.commands = commands;
	job.core = built;
	lp_try(text_format(&name, LPATCH_UPDATE_PREFIX "%s", whole->id));
	lp_try(link_object(tree, &job, "vmlinux", name, &assembly->objects, &symvers,
			   &assembly->update, &assembly->plans[0]));
	for (size_t i = 0; i < assembly->objects.count; i++) {
		_cleanup_free_ char *part = NULL, *path = NULL;

		lp_try(text_format(&part, "%s" LPATCH_PART_INFIX "%zu", name, i + 1));
		lp_try(link_object(tree, &job, assembly->objects.items[i], part, &no_objects,
				   &symvers, &path, &assembly->plans[i + 1]));
		lp_try(text_list_add(&assembly->parts, "%s", path));
	}
	return NULL;
}

struct lp_error *assemble(struct tree *tree, const struct link_job *whole, const char *core,
			  struct assembly *assembly)
{
	for (size_t i = 0; i < whole->nr_parts; i++) {
		const struct unit *unit = whole->parts[i].unit;

		if (unit_is_module(unit) && !text_list_contains(&assembly->objects, unit->object))
			lp_try(text_list_add(&assembly->objects, "%s", unit->object));
	}
	return link_all(tree, whole, core, assembly);
}

void assembly_clear(struct assembly *assembly)
{
	for (size_t i = 0; assembly->plans && i <= assembly->objects.count; i++)
		link_plan_clear(&assembly->plans[i]);
	free(assembly->plans);
	free(assembly->update);
	text_list_clear(&assembly->objects);
	text_list_clear(&assembly->parts);
}
