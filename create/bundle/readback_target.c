// SPDX-License-Identifier: GPL-2.0-or-later
/* Expected targets of references, from the plan, and their actual targets. */
#include <inttypes.h>
#include <string.h>

#include "common/late_symbols.h"
#include "common/text.h"
#include "core-module/kernel_symbols.h"
#include "create/arch.h"
#include "create/bundle/readback_module.h"
#include "create/core.h"
#include "create/link.h"

/* The names that the formats require: see create/link/livepatch.h and common/late_symbols.h. */
static struct lp_error *name_place(const struct linked_module *module, const char *symbol,
				   const struct proven_symbol *place, char **name)
{
	if (module->livepatch)
		return text_format(name, ".klp.sym.%s.%s,%u", place->object, place->name,
				   place->position);
	if (strcmp(place->object, "vmlinux") != 0)
		return text_format(name, LATE_SYMBOL_MODULE "%s.%s,%u", place->object, place->name,
				   place->position);
	return text_format(name, "%s%s",
			   place->address < arch_kernel_base ? LATE_SYMBOL_FIXED
							     : LATE_SYMBOL_VMLINUX,
			   symbol);
}

static int compare_planned(const void *a, const void *b)
{
	const struct planned_symbol *one = a, *other = b;

	return strcmp(one->entry->symbol, other->entry->symbol);
}

static struct lp_error *list_planned(struct linked_module *module)
{
	const struct symbol_map *map = &module->plan->map;

	module->planned = calloc(map->count + 1, sizeof(*module->planned));
	if (!module->planned)
		return lp_error_no_memory();
	for (; module->nr_planned < map->count; module->nr_planned++) {
		struct planned_symbol *planned = &module->planned[module->nr_planned];

		planned->entry = &map->entries[module->nr_planned];
		lp_try(name_place(module, planned->entry->symbol, &planned->entry->place,
				  &planned->name));
	}
	qsort(module->planned, module->nr_planned, sizeof(*module->planned), compare_planned);
	return NULL;
}

/* The target of a symbol of that name that represents a place in the kernel. */
static struct link_target target_of_place(const struct linked_module *module,
					  const struct proven_symbol *place, const char *name)
{
	struct link_target target = {.name = name, .known = true, .is_named = true};

	if (module->livepatch) {
		target.section = SHN_LIVEPATCH;
		target.offset = place->offset;
		return target;
	}
	target.section = SHN_ABS;
	target.value =
		strcmp(place->object, "vmlinux") != 0 ? (uint64_t)place->offset : place->address;
	return target;
}

struct link_target readback_planned(const struct linked_module *module, const char *name)
{
	const struct symbol_entry entry = {.symbol = (char *)name};
	const struct planned_symbol wanted = {.entry = &entry};
	const struct planned_symbol *found =
		module->nr_planned ? bsearch(&wanted, module->planned, module->nr_planned,
					     sizeof(wanted), compare_planned)
				   : NULL;

	return found ? target_of_place(module, &found->entry->place, found->name)
		     : (struct link_target){.known = false};
}

/* The target of a symbol that its own object defines. */
static struct link_target defined(const struct linked_object *object, const Elf64_Sym *symbol)
{
	const struct linked_place *place = &object->places[symbol->st_shndx];

	return (struct link_target){
		.section = place->section,
		.offset = (int64_t)(place->offset + symbol->st_value),
		.known = place->section,
	};
}

static bool is_defined(const Elf64_Sym *symbol)
{
	return symbol->st_shndx != SHN_UNDEF && symbol->st_shndx < SHN_LORESERVE;
}

struct link_target readback_defined(const struct linked_module *module, size_t part,
				    const char *name, bool function)
{
	for (size_t i = 0; i < module->nr_objects; i++) {
		const struct linked_object *object = &module->objects[i];
		size_t count, first = module_file_symbols(&object->file, name, &count);

		if (object->part != part)
			continue;
		for (size_t k = first; k < first + count; k++) {
			const Elf64_Sym *symbol =
				&object->file.symbols[object->file.by_name[k]].symbol;

			if (is_defined(symbol) &&
			    (ELF64_ST_TYPE(symbol->st_info) == STT_FUNC) == function)
				return defined(object, symbol);
		}
	}
	return (struct link_target){.known = false};
}

/* A symbol of this module that other modules of the update use, by its exported name. */
static struct link_target find_external(const struct linked_module *module, const char *alias)
{
	const struct link_plan *plan = module->plan;
	struct link_target target = {.known = false};

	for (size_t i = 0; i < plan->nr_externals && !target.known; i++) {
		const struct link_external *external = &plan->externals[i];

		for (size_t k = 0; k < plan->nr_parts && !strcmp(external->alias, alias); k++) {
			if (plan->parts[k].index != external->provider)
				continue;
			target = readback_defined(module, k, external->name, true);
			if (!target.known)
				target = readback_defined(module, k, external->name, false);
		}
	}
	return target;
}

/*
 * The names in the tables for symbols of the units (create/link/tables.h). The
 * symbols are found by their names in diffobj's own output, which doesn't have
 * these second names.
 */
static struct link_target find_second_name(const struct linked_module *module, const char *name)
{
	const struct link_target unknown = {.known = false};
	char kind[16];
	size_t part, index;

	if (module->plan) {
		const struct link_target external = find_external(module, name);

		if (external.known)
			return external;
	}

	if (sscanf(name, "lpatch_%15[a-z]_%zu_%zu", kind, &part, &index) != 3 || !module->plan ||
	    part >= module->plan->nr_parts)
		return unknown;
	const struct diffobj_result *result = module->plan->parts[part].result;

	if (!strcmp(kind, "new") && index < result->nr_functions)
		return readback_defined(module, part, result->functions[index].name, true);
	if (!strcmp(kind, "content") && index < result->nr_rewrites)
		return readback_defined(module, part, result->rewrites[index].symbol, false);
	if (!strcmp(kind, "hook") && index < result->nr_hooks)
		return readback_defined(module, part, result->hooks[index].symbol, false);
	if (!strcmp(kind, "shadow") && index < result->nr_shadows)
		return readback_defined(module, part, result->shadows[index], false);
	return unknown;
}

/* A global symbol of another object of the module. */
static struct link_target find_global(const struct linked_module *module, const char *name)
{
	for (size_t i = 0; i < module->nr_objects; i++) {
		const struct linked_object *object = &module->objects[i];
		size_t count, first = module_file_symbols(&object->file, name, &count);

		for (size_t k = first; k < first + count; k++) {
			const Elf64_Sym *symbol =
				&object->file.symbols[object->file.by_name[k]].symbol;

			if (is_defined(symbol) && ELF64_ST_BIND(symbol->st_info) != STB_LOCAL)
				return defined(object, symbol);
		}
	}
	return (struct link_target){.known = false};
}

static struct link_target undefined(const char *name)
{
	return (struct link_target){
		.section = SHN_UNDEF,
		.name = name,
		.known = true,
		.is_named = true,
	};
}

/* The target of an undefined symbol of our own object. */
static struct link_target find_by_name(const struct linked_module *module, const char *name)
{
	struct link_target target = readback_planned(module, name);

	if (!target.known)
		target = find_second_name(module, name);
	if (!target.known)
		target = find_global(module, name);
	return target.known ? target : undefined(name);
}

/* The model's answer for an undefined symbol of diffobj's output, or NULL. */
static const struct symbol_target *find_answer(const struct link_part *part, const char *symbol)
{
	for (size_t i = 0; i < part->result->nr_references; i++) {
		if (!strcmp(part->result->references[i].symbol, symbol))
			return &part->targets[i];
	}
	return NULL;
}

static const char *external_alias(const struct link_plan *plan, const struct symbol_target *answer)
{
	for (size_t i = 0; i < plan->nr_externals; i++) {
		if (plan->externals[i].provider == answer->provider &&
		    !strcmp(plan->externals[i].name, answer->name))
			return plan->externals[i].alias;
	}
	return answer->name;
}

/* The same for a unit, by the model of names (create/symbols/symbols.h), not by link.c. */
static struct lp_error *find_reference(const struct linked_module *module,
				       struct linked_object *object, size_t index)
{
	const char *symbol = object->file.symbols[index].name;
	const struct symbol_target *answer =
		find_answer(&module->plan->parts[object->part], symbol);
	struct link_target *target = &object->targets[index];
	_cleanup_free_ char *key = NULL;

	if (!answer)
		return readback_fault(module, ".symtab", "%s of %s was not planned", symbol,
				      object->file.name);
	switch (answer->kind) {
	case TARGET_RUNNING:
		lp_try(link_plan_reference(object->part, index, &key));
		lp_try(name_place(module, key, &answer->place, &object->names[index]));
		*target = target_of_place(module, &answer->place, object->names[index]);
		return NULL;
	case TARGET_SAME:
		*target = find_global(module, answer->name);
		return NULL;
	case TARGET_EXTERNAL:
		*target = undefined(external_alias(module->plan, answer));
		return NULL;
	case TARGET_LOADER:
		*target = undefined(answer->name);
		return NULL;
	case TARGET_NOTHING:
		*target = undefined(symbol);
		return NULL;
	}
	return NULL;
}

/*
 * The same for an object of the core: an unexported symbol is at a distance from an exported one,
 * see create/core/direct.h.
 */
static struct lp_error *find_unexported(const struct linked_module *module, const char *name,
					struct link_target *target)
{
	bool known = false;
	int64_t distance;

	if (target->section != SHN_UNDEF || !target->is_named ||
	    exports_find(module->exports, name))
		return NULL;
	lp_try(direct_distance(module->kernel, name, &distance, &known));
	if (!known)
		return NULL;
	target->name = LPATCH_ANCHOR;
	target->offset = distance;
	return NULL;
}

static struct lp_error *find_target(const struct linked_module *module,
				    struct linked_object *object, size_t index)
{
	const struct module_symbol *symbol = &object->file.symbols[index];
	struct link_target *target = &object->targets[index];

	if (is_defined(&symbol->symbol))
		*target = defined(object, &symbol->symbol);
	else if (symbol->symbol.st_shndx == SHN_ABS)
		*target = (struct link_target){
			.section = SHN_ABS,
			.name = symbol->name,
			.value = symbol->symbol.st_value,
			.known = true,
			.is_named = true,
		};
	else if (object->part != NO_PART)
		return find_reference(module, object, index);
	else
		*target = find_by_name(module, symbol->name);
	return module->plan ? NULL : find_unexported(module, symbol->name, target);
}

struct lp_error *readback_find_targets(struct linked_module *module)
{
	if (module->plan)
		lp_try(list_planned(module));
	for (size_t i = 0; i < module->nr_objects; i++) {
		struct linked_object *object = &module->objects[i];

		object->targets = calloc(object->file.nr_symbols + 1, sizeof(*object->targets));
		object->names = calloc(object->file.nr_symbols + 1, sizeof(*object->names));
		if (!object->targets || !object->names)
			return lp_error_no_memory();
		for (size_t k = 1; k < object->file.nr_symbols; k++)
			lp_try(find_target(module, object, k));
	}
	return NULL;
}

struct link_target readback_found(const struct linked_module *module,
				  const struct module_relocation *relocation)
{
	const struct module_symbol *symbol = &module->file.symbols[relocation->symbol];
	struct link_target target = {
		.section = symbol->symbol.st_shndx,
		.offset = relocation->addend,
		.known = true,
	};

	if (is_defined(&symbol->symbol)) {
		target.offset += (int64_t)symbol->symbol.st_value;
		return target;
	}
	target.name = symbol->name;
	target.is_named = true;
	if (target.section == SHN_ABS)
		target.value = symbol->symbol.st_value;
	return target;
}

bool readback_same_target(const struct link_target *one, const struct link_target *other)
{
	return one->known && other->known && one->section == other->section &&
	       one->value == other->value && one->offset == other->offset &&
	       one->is_named == other->is_named &&
	       (!one->is_named || !strcmp(one->name, other->name));
}

struct lp_error *readback_target_text(const struct linked_module *module,
				      const struct link_target *target, char **text)
{
	if (!target->known)
		return text_format(text, "nothing");
	if (target->section == SHN_ABS)
		return text_format(text, "%s (0x%" PRIx64 ")%+" PRId64, target->name, target->value,
				   target->offset);
	return text_format(text, "%s%+" PRId64,
			   target->is_named ? target->name
					    : module->file.sections[target->section].name,
			   target->offset);
}
