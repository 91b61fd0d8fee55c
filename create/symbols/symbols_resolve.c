// SPDX-License-Identifier: GPL-2.0-or-later
/* What a reference means; see symbols.h. */
#include <elf.h>
#include <string.h>

#include "create/symbols/symbols_internal.h"

/* One look-up. */
struct lookup {
	struct symbols *symbols;
	size_t unit;
	const char *name;
	struct symbol_target *target;
};

static const struct symbols_unit *here(const struct lookup *lookup)
{
	return &lookup->symbols->job->units[lookup->unit];
}

static struct lp_error *proof_of(const struct lookup *lookup, size_t unit,
				 const struct proof **proof)
{
	const struct symbols_environment *environment = &lookup->symbols->job->environment;

	return environment->proof(environment->context, unit, proof);
}

/* A definition in the running kernel, from the unit that it was in. */
static struct lp_error *use_running(const struct lookup *lookup, size_t provider, const char *name,
				    bool local)
{
	const struct unit *unit = lookup->symbols->job->units[provider].unit;
	const struct proof *proof;

	lp_try(proof_of(lookup, provider, &proof));
	lookup->target->kind = TARGET_RUNNING;
	lookup->target->name = name;
	lookup->target->module = unit_is_module(unit) ? unit->object : NULL;
	return proof_find(proof, name, local, &lookup->target->place);
}

/* The new definition of the name, in a unit for which `in_domain` is whether it is this one's. */
static bool find_new(const struct lookup *lookup, bool in_domain, size_t *provider,
		     const struct diffobj_definition **found)
{
	*found = NULL;
	for (size_t i = 0; i < lookup->symbols->job->nr_units; i++) {
		const struct symbols_unit *unit = &lookup->symbols->job->units[i];

		if (same_domain(unit, here(lookup)) != in_domain)
			continue;
		symbols_each_definition(unit, definition)
		{
			if (!definition_adds_global(definition) ||
			    strcmp(definition->name, lookup->name) != 0 ||
			    (*found && definition->weak))
				continue;
			*found = definition;
			*provider = i;
		}
	}
	return *found != NULL;
}

/* True if a unit of the domain loses the global name. */
static bool is_lost(const struct lookup *lookup)
{
	for (size_t i = 0; i < lookup->symbols->job->nr_units; i++) {
		const struct symbols_unit *unit = &lookup->symbols->job->units[i];

		if (!same_domain(unit, here(lookup)))
			continue;
		symbols_each_definition(unit, definition)
		{
			if (definition->original_name && !definition->original_local &&
			    (!definition->name || definition->local) &&
			    !strcmp(definition->original_name, lookup->name))
				return true;
		}
	}
	return false;
}

/* Whether the update has a copy of the unit's definition. */
static bool is_brought(const struct diffobj_result *result, const char *name)
{
	for (size_t i = 0; i < result->nr_functions; i++) {
		if (!strcmp(result->functions[i].name, name))
			return true;
	}
	for (size_t i = 0; i < result->nr_variables; i++) {
		if (!strcmp(result->variables[i].name, name))
			return true;
	}
	return false;
}

/* A name that the patch defines: in the running kernel, or new in the same domain. */
static struct lp_error *use_definition(const struct lookup *lookup, size_t provider,
				       const struct diffobj_definition *definition)
{
	const struct symbol_move *move =
		symbols_move_to(lookup->symbols, provider, definition->name);

	if (move)
		return use_running(lookup, move->from, move->original_name, move->original_local);
	if (definition->original_name)
		return use_running(lookup, provider, definition->original_name,
				   definition->original_local);
	if (!is_brought(lookup->symbols->job->units[provider].result, definition->name))
		return lp_error_new(LP_UNSAFE,
				    "%s: it uses %s, which %s adds in a section that no update "
				    "can bring",
				    here(lookup)->unit->source, lookup->name,
				    lookup->symbols->job->units[provider].unit->source);
	lookup->target->name = definition->name;
	lookup->target->provider = provider;
	lookup->target->kind = same_domain(&lookup->symbols->job->units[provider], here(lookup))
				       ? TARGET_SAME
				       : TARGET_EXTERNAL;
	if (lookup->target->kind == TARGET_EXTERNAL) {
		const struct unit *unit = lookup->symbols->job->units[provider].unit;

		lookup->target->module = unit_is_module(unit) ? unit->object : NULL;
	}
	return NULL;
}

static bool is_exported_by(const struct exported_symbol *exported, const char *object)
{
	return text_same_module(exported_module(exported), object);
}

/* Whether a section of strings has this one. */
static bool has_tag(const struct kernel_section *section, const char *tag)
{
	return section && section->data && symbols_find_string(section->data, section->size, tag);
}

/*
 * modpost lets a module use what is exported in a namespace only if one of its files says
 * MODULE_IMPORT_NS(); vmlinux need not say so.
 */
static struct lp_error *check_namespace(const struct lookup *lookup, const char *namespace)
{
	const struct symbols_environment *environment = &lookup->symbols->job->environment;
	const struct unit *unit = here(lookup)->unit;
	_cleanup_free_ char *tag = NULL;
	const struct kernel_image *image;
	bool found;

	if (!*namespace || !unit_is_module(unit))
		return NULL;
	lp_try(text_format(&tag, "import_ns=%s", namespace));
	lp_try(environment->image(environment->context, lookup->unit, &image));
	if (has_tag(kernel_image_section(image, ".modinfo"), tag))
		return NULL;
	for (size_t i = 0; i < lookup->symbols->job->nr_units; i++) {
		if (!same_domain(&lookup->symbols->job->units[i], here(lookup)))
			continue;
		lp_try(symbols_has_tag(lookup->symbols->job->units[i].unit->patched, tag, &found));
		if (found)
			return NULL;
	}
	return lp_error_hint(
		lp_error_new(LP_BUILD_FAILED,
			     "%s: %s is exported in the namespace %s, which the module "
			     "%s does not import",
			     unit->source, lookup->name, namespace, unit->object),
		"Add MODULE_IMPORT_NS(%s) to the file.", namespace);
}

/* A reference that the loader resolves by name, checking the version. */
static struct lp_error *use_export(const struct lookup *lookup,
				   const struct exported_symbol *exported)
{
	const char *module = exported_module(exported);

	lp_try(check_namespace(lookup, exported->namespace));

	*lookup->target = (struct symbol_target){
		.kind = TARGET_LOADER,
		.name = lookup->name,
		.module = strcmp(module, "vmlinux") ? module : NULL,
		.namespace = exported->namespace,
	};
	return NULL;
}

/* The exported symbol that the unit's code refers to; NULL if it is not exported. */
static const struct exported_symbol *find_export(const struct lookup *lookup)
{
	const struct exported_symbol *exported =
		exports_find(lookup->symbols->job->exports, lookup->name);

	if (!exported)
		return NULL;
	if (!unit_is_module(here(lookup)->unit))
		return is_exported_by(exported, "vmlinux") ? exported : NULL;
	return is_exported_by(exported, here(lookup)->unit->object) ? NULL : exported;
}

/* In vmlinux, everything between two symbols of its linker script is freed after boot. */
static bool is_freed_with_kernel(const struct kernel_image *kernel, uint64_t address)
{
	const struct symbol_table *table = kernel_image_symbols(kernel);
	const struct kernel_symbol *begin = symbol_table_find_name(table, "__init_begin");
	const struct kernel_symbol *end = symbol_table_find_name(table, "__init_end");

	return begin && end && address >= begin->address && address < end->address;
}

/* In a module, what is in sections of that name (module_init_section(), kernel/module/main.c). */
static bool is_freed_with_module(const struct kernel_image *module, uint64_t address)
{
	size_t count;
	const struct kernel_section *sections = kernel_image_sections(module, &count);

	for (size_t i = 0; i < count; i++) {
		if ((sections[i].flags & SHF_ALLOC) && address >= sections[i].address &&
		    address - sections[i].address < sections[i].size)
			return text_starts_with(sections[i].name, ".init");
	}
	return false;
}

/* A function that did not refer to the name before may run at any time. */
static struct lp_error *check_freed(const struct lookup *lookup)
{
	const struct symbols_environment *environment = &lookup->symbols->job->environment;
	const struct unit *unit = here(lookup)->unit;
	const struct kernel_image *image;
	uint64_t address = lookup->target->place.address;
	bool was_used;

	lp_try(environment->image(environment->context, lookup->unit, &image));
	if (unit_is_module(unit) ? !is_freed_with_module(image, address)
				 : !is_freed_with_kernel(image, address))
		return NULL;
	lp_try(symbols_in_object(unit->original, lookup->name, true, &was_used));
	if (was_used)
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_UNSAFE,
			     "%s: it uses %s, which is in memory that is freed after %s (__init)",
			     unit->source, lookup->name,
			     unit_is_module(unit) ? "the module's init" : "boot"),
		"Use something that is there when the system runs.");
}

/* A definition in an object of the domain that the patch doesn't reach. */
static struct lp_error *use_domain(const struct lookup *lookup, bool *found)
{
	const struct symbols_environment *environment = &lookup->symbols->job->environment;
	const struct kernel_image *image;
	const struct proof *proof;

	lp_try(environment->image(environment->context, lookup->unit, &image));
	lp_try(proof_of(lookup, lookup->unit, &proof));
	/* The linker script's symbols are not all in kallsyms. */
	*found = !is_lost(lookup) &&
		 (symbols_global(lookup->symbols, image, lookup->name) ||
		  (!unit_is_module(here(lookup)->unit) && proof_knows(proof, lookup->name)));
	if (!*found)
		return NULL;
	lp_try(use_running(lookup, lookup->unit, lookup->name, false));
	return check_freed(lookup);
}

/* Whether the patched unit exports the name, in no namespace that the module doesn't import. */
static struct lp_error *find_new_export(const struct lookup *lookup, size_t provider, bool *found)
{
	_cleanup_free_ char *namespace = NULL;

	lp_try(symbols_exported(lookup->symbols, provider, lookup->name, found));
	if (!*found)
		return NULL;
	lp_try(symbols_namespace(lookup->symbols, provider, lookup->name, &namespace));
	return check_namespace(lookup, namespace);
}

/* A name that the patch exports from another domain, to a module. */
static struct lp_error *use_new_export(const struct lookup *lookup, bool *found)
{
	const struct diffobj_definition *definition;
	size_t provider;

	*found = false;
	if (find_new(lookup, false, &provider, &definition)) {
		lp_try(find_new_export(lookup, provider, found));
		if (*found)
			return use_definition(lookup, provider, definition);
	}
	/* Or it exports what exists already. */
	for (size_t i = 0; i < lookup->symbols->job->nr_units; i++) {
		const struct unit *unit = lookup->symbols->job->units[i].unit;

		if (same_domain(&lookup->symbols->job->units[i], here(lookup)))
			continue;
		lp_try(symbols_in_object(unit->original, lookup->name, false, found));
		if (*found)
			lp_try(find_new_export(lookup, i, found));
		if (*found)
			return use_running(lookup, i, lookup->name, false);
	}
	return NULL;
}

/* A name that the unit does not define, and did not define before. */
static struct lp_error *resolve_outside(const struct lookup *lookup,
					const struct diffobj_reference *reference)
{
	const struct exported_symbol *exported = find_export(lookup);
	const struct diffobj_definition *definition;
	size_t provider;
	bool found;

	if (find_new(lookup, true, &provider, &definition))
		return use_definition(lookup, provider, definition);
	if (exported && !unit_is_module(here(lookup)->unit) && !is_lost(lookup))
		return use_export(lookup, exported);
	lp_try(use_domain(lookup, &found));
	if (found)
		return NULL;
	if (exported)
		return use_export(lookup, exported);
	if (unit_is_module(here(lookup)->unit)) {
		lp_try(use_new_export(lookup, &found));
		if (found)
			return NULL;
	}
	if (exports_find(lookup->symbols->job->core_exports, lookup->name)) {
		lookup->target->kind = TARGET_LOADER;
		lookup->target->name = lookup->name;
		return NULL;
	}
	if (reference->weak) {
		lookup->target->kind = TARGET_NOTHING;
		return NULL;
	}
	return symbols_undefined(lookup->symbols, lookup->unit, lookup->name);
}

struct lp_error *symbols_resolve(struct symbols *symbols, size_t unit,
				 const struct diffobj_reference *reference,
				 struct symbol_target *target)
{
	const struct lookup lookup = {
		.symbols = symbols,
		.unit = unit,
		.name = reference->name,
		.target = target,
	};
	const struct symbol_move *move = symbols_move_to(symbols, unit, reference->name);
	const struct exported_symbol *exported;

	*target = (struct symbol_target){.namespace = ""};
	if (move && !reference->defined)
		return use_running(&lookup, move->from, move->original_name, move->original_local);
	if (!reference->defined)
		return resolve_outside(&lookup, reference);
	exported = reference->local ? NULL : find_export(&lookup);
	if (exported)
		return use_export(&lookup, exported);
	return use_running(&lookup, unit, reference->name, reference->local);
}
