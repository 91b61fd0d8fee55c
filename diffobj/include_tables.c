/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables that are read once, at boot or when a module is loaded; see plan.h. */
#include <string.h>

#include "diffobj/plan.h"

/* The section of the other object with the same name, or NULL. */
static const struct section *namesake(const struct object *object, const struct section *section)
{
	if (section->index < object->nr_sections &&
	    !strcmp(object->sections[section->index].name, section->name))
		return &object->sections[section->index];
	for (size_t i = 1; i < object->nr_sections; i++)
		if (!strcmp(object->sections[i].name, section->name) &&
		    object->sections[i].type != SHT_RELA)
			return &object->sections[i];
	return NULL;
}

/* Content and what each relocation names; enough for tables, which refer by name. */
static bool same_table(const struct section *a, const struct section *b)
{
	if (!a || a->size != b->size || a->nr_relocs != b->nr_relocs)
		return false;
	if (a->size && a->data && b->data && memcmp(a->data, b->data, a->size))
		return false;
	for (size_t i = 0; i < a->nr_relocs; i++) {
		const struct reloc *left = &a->relocs[i], *right = &b->relocs[i];

		if (left->offset != right->offset)
			return false;
		if (left->target && right->target) {
			if (left->target->twin && left->target->twin != right->target)
				return false;
		} else if (strcmp(left->symbol->name, right->symbol->name)) {
			return false;
		}
	}
	return true;
}

static struct lp_error *decide(struct plan *plan, const struct section *table)
{
	const struct section_rule *rule = table->rule;

	switch (rule->change) {
	case CHANGE_IS_NOTHING:
		return NULL;
	case CHANGE_IS_NOTED:
		return plan_note(plan, "%s (section %s) changed; that is not part of this update",
				 rule->what, table->name);
	default:
		break;
	}
	if (rule->life == LIFE_INIT && plan->options->skip_init)
		return plan_note(plan, "%s (section %s) changed; that is not part of this update",
				 rule->what, table->name);
	return plan_refuse(plan, NULL, 0, table->name,
			   rule->life == LIFE_INIT ? "leave it out with --skip-init"
						   : "do what it is for in a hook",
			   "the table of %s changed, and a running kernel does not read it again",
			   rule->what);
}

/* A symbol that modules may be using; its name behind __ksymtab_. */
static struct lp_error *check_exports(struct plan *plan)
{
	for (size_t i = 0; i < plan->original->nr_sections; i++) {
		const struct section *section = &plan->original->sections[i];
		const char *plus = strchr(section->name, '+');

		if (strncmp(section->name, "___ksymtab", 10) || !plus ||
		    namesake(plan->patched, section))
			continue;

		bool moved = false;

		/* EXPORT_SYMBOL and EXPORT_SYMBOL_GPL differ in the section only. */
		for (size_t j = 1; j < plan->patched->nr_sections && !moved; j++) {
			const char *other = plan->patched->sections[j].name;
			const char *name = strchr(other, '+');

			moved = name && !strncmp(other, "___ksymtab", 10) && !strcmp(name, plus);
		}
		if (!moved)
			lp_try(plan_refuse(
				plan, NULL, 0, plus + 1, "keep the export; modules may be using it",
				"it is exported by the running kernel and no longer by the "
				"patched one"));
	}
	return NULL;
}

struct lp_error *include_tables(struct plan *plan)
{
	for (size_t i = 1; i < plan->patched->nr_sections; i++) {
		const struct section *table = &plan->patched->sections[i];

		if (table->rule->kind == SECTION_TABLE &&
		    !same_table(namesake(plan->original, table), table))
			lp_try(decide(plan, table));
	}
	return check_exports(plan);
}
