// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/layout/layout_variables.h"

#include <dwarf.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "create/layout/layout_same.h"

/* A variable that one object defines (it has an address then) or declares. */
struct variable {
	Dwarf_Die die;
	const char *name;
	bool has_address, is_global;
	Dwarf_Addr address;
};

struct variables {
	struct variable *items;
	size_t count;
};

/* The state of the nested reading of both objects: the original's reader calls the patched's. */
struct search {
	const struct layout_job *job;
	const struct diffobj_shared *shared;
	size_t nr_shared;
	struct layout_result *result;
	Dwarf_Die *old_unit;
	struct variables old, new;
};

static bool find_address(Dwarf_Die *die, Dwarf_Addr *address)
{
	Dwarf_Attribute attribute;
	Dwarf_Op *operations;
	size_t count;

	if (!dwarf_attr(die, DW_AT_location, &attribute) ||
	    dwarf_getlocation(&attribute, &operations, &count) || count != 1 ||
	    operations[0].atom != DW_OP_addr)
		return false;
	*address = operations[0].number;
	return true;
}

/* The DIE that has the type: a definition may refer to a declaration or an abstract origin. */
static void find_typed(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Die next;

	for (int depth = 0; depth < LAYOUT_DEPTH; depth++) {
		if (dwarf_attr(die, DW_AT_type, &attribute) ||
		    (!dwarf_attr(die, DW_AT_specification, &attribute) &&
		     !dwarf_attr(die, DW_AT_abstract_origin, &attribute)) ||
		    !dwarf_formref_die(&attribute, &next))
			return;
		*die = next;
	}
}

static struct lp_error *add_variable(struct variables *variables, Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	struct variable variable = {.die = *die, .name = dwarf_diename(die)};

	variable.has_address = find_address(die, &variable.address);
	variable.is_global = dwarf_attr_integrate(die, DW_AT_external, &attribute);
	if (!variable.name || (!variable.has_address && !variable.is_global))
		return NULL;
	find_typed(&variable.die);
	struct variable *grown =
		reallocarray(variables->items, variables->count + 1, sizeof(*grown));

	if (!grown)
		return lp_error_no_memory();
	variables->items = grown;
	grown[variables->count++] = variable;
	return NULL;
}

/* Collects variables at file scope and static variables of functions. */
static struct lp_error *collect(Dwarf_Die *parent, struct variables *variables, int depth)
{
	Dwarf_Die die;

	if (depth > LAYOUT_DEPTH || dwarf_child(parent, &die))
		return NULL;
	do {
		switch (dwarf_tag(&die)) {
		case DW_TAG_variable:
			lp_try(add_variable(variables, &die));
			break;
		case DW_TAG_subprogram:
		case DW_TAG_lexical_block:
		case DW_TAG_inlined_subroutine:
			lp_try(collect(&die, variables, depth + 1));
			break;
		}
	} while (!dwarf_siblingof(&die, &die));
	return NULL;
}

/* The variable at a section and offset of the unit's object; NULL if none is known. */
static struct variable *find_at(const struct variables *variables, Dwarf_Die *unit,
				const struct diffobj_place *place)
{
	Elf *elf = dwarf_getelf(dwarf_cu_getdwarf(unit->cu));
	Elf_Scn *scn = elf_getscn(elf, place->index);
	GElf_Shdr header;

	if (!scn || !gelf_getshdr(scn, &header))
		return NULL;
	for (size_t i = 0; i < variables->count; i++) {
		struct variable *variable = &variables->items[i];

		if (variable->has_address && variable->address == header.sh_addr + place->offset)
			return variable;
	}
	return NULL;
}

/* The global variable of that name, if possible its definition; NULL if there is none. */
static struct variable *find_global(const struct variables *variables, const char *name)
{
	struct variable *found = NULL;

	for (size_t i = 0; i < variables->count; i++) {
		struct variable *variable = &variables->items[i];

		if (variable->is_global && !strcmp(variable->name, name) &&
		    (!found || variable->has_address))
			found = variable;
	}
	return found;
}

static bool is_allowed(const struct text_list *allowed, const char *name)
{
	for (size_t i = 0; i < allowed->count; i++) {
		if (layout_is_named(allowed->items[i], name))
			return true;
	}
	return false;
}

/* Adds the paragraph about the variable, or its name if the user allowed it, once. */
static struct lp_error *add(struct search *search, const char *kind, const char *name,
			    const char *difference)
{
	_cleanup_free_ char *paragraph = NULL, *allowed = NULL;

	lp_try(text_format(&allowed, "%s %s", kind, name));
	lp_try(text_format(&paragraph, "%s%s", allowed, difference));
	if (!is_allowed(search->job->allowed, name)) {
		if (text_list_contains(&search->result->differences, paragraph))
			return NULL;
		return text_list_add(&search->result->differences, "%s", paragraph);
	}
	if (text_list_contains(&search->result->overridden, allowed))
		return NULL;
	return text_list_add(&search->result->overridden, "%s", allowed);
}

static struct lp_error *compare_variable(struct search *search, struct variable *old,
					 struct variable *new)
{
	_cleanup_free_ char *difference = NULL;

	lp_try(layout_same_type(&old->die, &new->die, &difference));
	return difference ? add(search, "variable", new->name, difference) : NULL;
}

static struct lp_error *compare_shared(struct search *search, Dwarf_Die *new_unit)
{
	for (size_t i = 0; i < search->nr_shared; i++) {
		const struct diffobj_shared *shared = &search->shared[i];
		struct variable *old = find_at(&search->old, search->old_unit, &shared->original);
		struct variable *new = find_at(&search->new, new_unit, &shared->patched);

		if (old && new)
			lp_try(compare_variable(search, old, new));
	}
	return NULL;
}

/* Compares variables that another object defines: both objects have a declaration. */
static struct lp_error *compare_declared(struct search *search)
{
	for (size_t i = 0; i < search->new.count; i++) {
		struct variable *new = &search->new.items[i], *old;

		if (!new->is_global || new != find_global(&search->new, new->name))
			continue;
		old = find_global(&search->old, new->name);
		if (old && !(old->has_address && new->has_address))
			lp_try(compare_variable(search, old, new));
	}
	return NULL;
}

static struct lp_error *visit_new(Dwarf_Die *unit, void *context)
{
	struct search *search = context;

	search->new.count = 0;
	lp_try(collect(unit, &search->new, 0));
	lp_try(compare_shared(search, unit));
	return compare_declared(search);
}

static struct lp_error *visit_old(Dwarf_Die *unit, void *context)
{
	struct search *search = context;

	search->old.count = 0;
	search->old_unit = unit;
	lp_try(collect(unit, &search->old, 0));
	return layout_visit_units(search->job->patched, visit_new, search);
}

struct lp_error *layout_compare_variables(const struct layout_job *job,
					  const struct diffobj_shared *shared, size_t count,
					  struct layout_result *result)
{
	struct search search = {
		.job = job,
		.shared = shared,
		.nr_shared = count,
		.result = result,
	};
	struct lp_error *error = layout_visit_units(job->original, visit_old, &search);

	free(search.old.items);
	free(search.new.items);
	return error;
}
