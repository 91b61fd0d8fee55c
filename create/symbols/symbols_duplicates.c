// SPDX-License-Identifier: GPL-2.0-or-later
/* Global names with two definitions, which a linker would refuse. */
#include <ctype.h>
#include <string.h>

#include "create/symbols/symbols_internal.h"

/* nm's types of weak symbols, as /proc/kallsyms prints them. */
static bool is_weak(const struct kernel_symbol *known)
{
	return strchr("VvWw", known->type) != NULL;
}

/*
 * Per-CPU variables have the type of absolute symbols, whether they are static or not
 * (CONFIG_KALLSYMS_ABSOLUTE_PERCPU, scripts/kallsyms.c, Linux 4.6 to 6.12).
 */
static bool may_be_static(const struct kernel_symbol *known)
{
	return known->type == 'A';
}

/* True if the patch removes the domain's original definition of the name. */
static bool is_given_up(const struct symbols *symbols, const struct symbols_unit *unit,
			const char *name)
{
	for (size_t i = 0; i < symbols->job->nr_units; i++) {
		const struct symbols_unit *other = &symbols->job->units[i];

		if (!same_domain(unit, other))
			continue;
		symbols_each_definition(other, definition)
		{
			if (definition->original_name && !definition->original_local &&
			    (!definition->name || definition->local) &&
			    !strcmp(definition->original_name, name))
				return true;
		}
	}
	return false;
}

static struct lp_error *duplicate(const struct symbols *symbols, size_t unit, const char *name,
				  bool is_function, const char *elsewhere)
{
	const struct unit *at = symbols->job->units[unit].unit;
	_cleanup_free_ char *where = NULL;

	lp_try(symbols_place(at->patched, at, name, is_function, &where));
	return lp_error_hint(
		lp_error_new(LP_BUILD_FAILED,
			     "%s is defined twice in %s, which no linker accepts: %s and %s", name,
			     at->object, where, elsewhere),
		"Give the new one another name, or make it static.");
}

static struct lp_error *check_other_unit(const struct symbols *symbols, size_t unit,
					 const struct diffobj_definition *definition, size_t other)
{
	const struct unit *at = symbols->job->units[other].unit;

	symbols_each_definition(&symbols->job->units[other], candidate)
	{
		_cleanup_free_ char *where = NULL;

		if (!definition_adds_global(candidate) || candidate->weak ||
		    strcmp(candidate->name, definition->name) != 0)
			continue;
		lp_try(symbols_place(at->patched, at, candidate->name, candidate->is_function,
				     &where));
		return duplicate(symbols, unit, definition->name, definition->is_function, where);
	}
	return NULL;
}

/* Whether an object of the target, not of the patch, defines the name for others to use. */
static struct lp_error *find_elsewhere(const struct symbols *symbols, size_t unit,
				       const struct diffobj_definition *definition,
				       const struct kernel_symbol **known)
{
	const struct symbols_environment *environment = &symbols->job->environment;
	const struct kernel_image *image;

	*known = NULL;
	if (is_given_up(symbols, &symbols->job->units[unit], definition->name))
		return NULL;
	lp_try(environment->image(environment->context, unit, &image));
	*known = symbols_global(symbols, image, definition->name);
	return NULL;
}

static struct lp_error *refuse_weak(const struct symbols *symbols, size_t unit, const char *name)
{
	const struct unit *at = symbols->job->units[unit].unit;

	return lp_error_hint(
		lp_error_new(LP_UNSAFE,
			     "%s: %s replaces a weak definition that %s has from another source "
			     "file; code that the update does not replace would still use that one",
			     at->source, name, at->object),
		"Change the weak definition instead, which then is replaced everywhere.");
}

static struct lp_error *check_target(const struct symbols *symbols, size_t unit,
				     const struct diffobj_definition *definition)
{
	const struct symbols_environment *environment = &symbols->job->environment;
	const struct kernel_symbol *known;
	_cleanup_free_ char *where = NULL;

	lp_try(find_elsewhere(symbols, unit, definition, &known));
	if (!known)
		return NULL;
	if (is_weak(known))
		return refuse_weak(symbols, unit, definition->name);
	lp_try(environment->definer(environment->context, unit, definition->name, &where));
	if (!where && may_be_static(known))
		return NULL;
	if (!where)
		lp_try(text_format(&where, "a source file that the patch does not change"));
	return duplicate(symbols, unit, definition->name, definition->is_function, where);
}

static struct lp_error *exported_twice(const struct unit *at, const char *name, const char *other)
{
	return lp_error_hint(lp_error_new(LP_BUILD_FAILED,
					  "%s is exported twice: by %s (%s), and by %s", name,
					  at->object, at->source, other),
			     "Give the new one another name.");
}

/* Whether a later unit, of another domain, adds and exports the name as well. */
static struct lp_error *check_other_export(const struct symbols *symbols, size_t unit,
					   const char *name)
{
	for (size_t other = unit + 1; other < symbols->job->nr_units; other++) {
		const struct symbols_unit *candidate = &symbols->job->units[other];
		bool exported = false;

		if (same_domain(&symbols->job->units[unit], candidate))
			continue;
		symbols_each_definition(candidate, definition)
		{
			if (definition_adds_global(definition) && !strcmp(definition->name, name))
				lp_try(symbols_exported(symbols, other, name, &exported));
		}
		if (exported)
			return exported_twice(symbols->job->units[unit].unit, name,
					      candidate->unit->object);
	}
	return NULL;
}

/* modpost refuses a name that is exported twice among vmlinux and the modules. */
static struct lp_error *check_export(const struct symbols *symbols, size_t unit, const char *name)
{
	const struct unit *at = symbols->job->units[unit].unit;
	const struct exported_symbol *known = exports_find(symbols->job->exports, name);
	bool exported;

	lp_try(symbols_exported(symbols, unit, name, &exported));
	if (!exported)
		return NULL;
	if (known && !text_same_module(exported_module(known), at->object))
		return exported_twice(at, name, exported_module(known));
	return check_other_export(symbols, unit, name);
}

static struct lp_error *check(const struct symbols *symbols, size_t unit,
			      const struct diffobj_definition *definition)
{
	for (size_t other = unit + 1; other < symbols->job->nr_units; other++) {
		if (same_domain(&symbols->job->units[unit], &symbols->job->units[other]))
			lp_try(check_other_unit(symbols, unit, definition, other));
	}
	lp_try(check_target(symbols, unit, definition));
	return check_export(symbols, unit, definition->name);
}

struct lp_error *symbols_check_duplicates(struct symbols *symbols)
{
	for (size_t i = 0; i < symbols->job->nr_units; i++) {
		symbols_each_definition(&symbols->job->units[i], definition)
		{
			if (definition_adds_global(definition) && !definition->weak)
				lp_try(check(symbols, i, definition));
		}
	}
	return NULL;
}
