/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables that are read once, at boot or when a module is loaded; see plan.h. */
#include <string.h>

#include "diffobj/hash.h"
#include "diffobj/plan.h"

/* The sections of an object by name; of several with one name the first. */
struct section_table {
	const struct section **slots; /* open addressing; a power of two places */
	size_t mask;
};

/* EXPORT_SYMBOL and EXPORT_SYMBOL_GPL differ in the part before the '+' only. */
static const char *key_of(const struct section *section)
{
	const char *plus = strchr(section->name, '+');

	return plus && !strncmp(section->name, "___k", 4) ? plus : section->name;
}

static const struct section **slot_of(const struct section_table *table, const char *key)
{
	size_t at = hash_name(key, strlen(key)) & table->mask;

	while (table->slots[at] && strcmp(key_of(table->slots[at]), key))
		at = (at + 1) & table->mask;
	return &table->slots[at];
}

static bool build_table(struct section_table *table, struct object *object)
{
	size_t size = 16;

	while (size < object->nr_sections * 2)
		size *= 2;
	table->mask = size - 1;
	table->slots = arena_array(&object->arena, size, sizeof(struct section *));
	if (!table->slots)
		return false;
	for (size_t i = object->nr_sections; i-- > 1;)
		if (object->sections[i].rule->kind == SECTION_TABLE)
			*slot_of(table, key_of(&object->sections[i])) = &object->sections[i];
	return true;
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
	return plan_refuse(
		plan, NULL, 0, table->name,
		rule->life == LIFE_INIT ? "leave it out with --skip-init"
					: "do what it is for in a hook (lpatch-author(7))",
		"the table of %s changed, and a running kernel does not read it again", rule->what);
}

/* What a section ___ksymtab+NAME exports: struct kernel_symbol begins with its place. */
static const struct piece *exported(const struct section *section)
{
	return section->nr_relocs ? section->relocs[0].target : NULL;
}

/* A symbol that modules may be using must stay exported, and what it is. */
static struct lp_error *check_exports(struct plan *plan, const struct section_table *patched)
{
	for (size_t i = 1; i < plan->original->nr_sections; i++) {
		const struct section *section = &plan->original->sections[i];
		const char *key = key_of(section);

		if (*key != '+' || strncmp(section->name, "___ksymtab", 10))
			continue;

		const struct section *now = *slot_of(patched, key);
		const struct piece *was = exported(section), *is = now ? exported(now) : NULL;

		if (was && is && piece_is_function(was) != piece_is_function(is))
			lp_try(plan_refuse(plan, is, 0, NULL,
					   "export the new thing under a new name; modules may be "
					   "using the old one",
					   "it is exported, and was a %s and is a %s now",
					   piece_is_function(was) ? "function" : "variable",
					   piece_is_function(is) ? "function" : "variable"));
		if (!now)
			lp_try(plan_refuse(
				plan, NULL, 0, key + 1, "keep the export; modules may be using it",
				"it is exported by the running kernel and no longer by the "
				"patched one"));
	}
	return NULL;
}

static const struct section *find_btf_ids(const struct object *object)
{
	for (size_t i = 1; i < object->nr_sections; i++)
		if (!strcmp(object->sections[i].name, ".BTF_ids"))
			return &object->sections[i];
	return NULL;
}

/*
 * The numbers of types and functions that BPF knows are filled in when the
 * kernel is linked; what stands there before are names alone.
 */
static struct lp_error *check_btf_ids(struct plan *plan)
{
	const struct section *a = find_btf_ids(plan->original), *b = find_btf_ids(plan->patched);
	bool same = a && b && a->nr_pieces == b->nr_pieces;

	if (!b || (!a && !b->size))
		return NULL;
	for (size_t i = 0; same && i < b->nr_pieces; i++)
		same = a->pieces[i].stem && b->pieces[i].stem &&
		       !strcmp(a->pieces[i].stem, b->pieces[i].stem) &&
		       a->pieces[i].end == b->pieces[i].end;
	if (same)
		return NULL;
	return plan_refuse(
		plan, NULL, 0, b->name, "leave the set of BTF IDs as it was",
		"the types or functions known to BPF changed, and their numbers are only "
		"known when a kernel is linked");
}

struct lp_error *include_tables(struct plan *plan)
{
	struct section_table original, patched;

	if (!build_table(&original, plan->original) || !build_table(&patched, plan->patched))
		return lp_error_no_memory();
	for (size_t i = 1; i < plan->patched->nr_sections; i++) {
		const struct section *table = &plan->patched->sections[i];

		if (table->rule->kind == SECTION_TABLE && *key_of(table) != '+' &&
		    !same_table(*slot_of(&original, key_of(table)), table))
			lp_try(decide(plan, table));
	}
	lp_try(check_btf_ids(plan));
	return check_exports(plan, &patched);
}
