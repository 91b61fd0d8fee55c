// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages for a name that is undefined, or whose definition can't be used there. */
#include <ctype.h>
#include <string.h>

#include "create/symbols/symbols_internal.h"
#include "object/explain.h"
#include "object/object.h"

/* The most characters in which a mistyped name may differ. */
#define NEAR 2

/* The longest name that is compared; a kernel's symbol has at most 511 bytes (KSYM_NAME_LEN). */
#define NAME_MAX_COMPARED 100

static size_t least(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* How many characters have to be added, removed or changed to turn one into the other. */
static size_t distance(const char *one, const char *other)
{
	size_t row[NAME_MAX_COMPARED + 1], length = strlen(other);

	if (length > NAME_MAX_COMPARED)
		return SIZE_MAX;
	for (size_t i = 0; i <= length; i++)
		row[i] = i;
	for (size_t i = 0; one[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t k = 0; k < length; k++) {
			size_t above = row[k + 1];

			row[k + 1] = least(above + 1, row[k] + 1, diagonal + (one[i] != other[k]));
			diagonal = above;
		}
	}
	return row[length];
}

/* The best match so far among the names that could be meant. */
struct nearest {
	const char *wanted, *name;
	size_t distance;
};

static void consider(struct nearest *nearest, const char *name)
{
	size_t length = strlen(name), wanted = strlen(nearest->wanted);

	/* The running kernel may have what the patch removes. */
	if (!strcmp(name, nearest->wanted))
		return;

	if ((length > wanted ? length - wanted : wanted - length) > NEAR)
		return;
	size_t away = distance(nearest->wanted, name);

	if (away < nearest->distance) {
		nearest->distance = away;
		nearest->name = name;
	}
}

/* Names that the unit can use: globals of its domain, additions of the patch, exports. */
static struct lp_error *find_nearest(struct symbols *symbols, size_t unit, struct nearest *nearest)
{
	const struct symbols_environment *environment = &symbols->job->environment;
	const struct symbols_unit *here = &symbols->job->units[unit];
	const struct kernel_image *image;
	size_t count;

	lp_try(environment->image(environment->context, unit, &image));
	const struct symbol_table *table = kernel_image_symbols(image);

	for (size_t i = 0; i < table->count; i++) {
		if (strchr("TDBRAWV", table->symbols[i].type))
			consider(nearest, table->symbols[i].name);
	}
	for (size_t i = 0; i < symbols->job->nr_units; i++) {
		if (!same_domain(here, &symbols->job->units[i]))
			continue;
		symbols_each_definition(&symbols->job->units[i], definition)
		{
			if (definition_adds_global(definition))
				consider(nearest, definition->name);
		}
	}
	const struct exported_symbol *exported = exports_all(symbols->job->exports, &count);

	for (size_t i = 0; unit_is_module(here->unit) && i < count; i++)
		consider(nearest, exported[i].name);
	return NULL;
}

/* The first place at which the patched object refers to the name. */
static const struct reloc *first_use(const struct object *object, const char *name,
				     const struct section **section)
{
	for (size_t i = 1; i < object->nr_sections; i++) {
		*section = &object->sections[i];
		if (!((*section)->flags & SHF_ALLOC))
			continue;
		for (size_t k = 0; k < (*section)->nr_relocs; k++) {
			const struct reloc *reloc = &(*section)->relocs[k];

			if (reloc->symbol && reloc->symbol->undefined && reloc->symbol->name &&
			    !strcmp(reloc->symbol->name, name))
				return reloc;
		}
	}
	return NULL;
}

static const char *function_around(const struct object *object, const struct section *section,
				   const struct reloc *reloc)
{
	for (size_t i = 1; i < object->nr_symbols; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->section == section && symbol->type == STT_FUNC &&
		    reloc->offset >= symbol->value && reloc->offset - symbol->value < symbol->size)
			return symbol->name;
	}
	return NULL;
}

static struct lp_error *describe_use(const struct unit *unit, const struct object *object,
				     const char *name, char **where)
{
	const struct explain_operations *operations = explain_load();
	struct explained *debug = operations ? operations->open(unit->patched) : NULL;
	struct explained_line line = {0};
	const struct section *section;
	const struct reloc *reloc = first_use(object, name, &section);
	const char *function = reloc ? function_around(object, section, reloc) : NULL;
	struct lp_error *error;

	if (debug && reloc && operations->find_line(debug, section->index, reloc->offset, &line))
		error = text_format(where, "%s:%d%s%s%s", line.file, line.line,
				    function ? " (in " : "", function ?: "", function ? ")" : "");
	else
		error = text_format(where, "%s%s%s%s", unit->source, function ? " (in " : "",
				    function ?: "", function ? ")" : "");
	if (debug)
		operations->close(debug);
	return error;
}

static struct lp_error *find_use(const struct unit *unit, const char *name, char **where)
{
	struct object object;
	struct lp_error *error = object_open(unit->patched, &object);

	if (!error)
		error = describe_use(unit, &object, name, where);
	object_close(&object);
	return error;
}

/* nm's types of local symbols are small letters. */
static bool is_static_elsewhere(const struct symbols *symbols, const char *name)
{
	const struct symbol_table *table = kernel_image_symbols(symbols->job->kernel);
	const struct kernel_symbol *known = symbol_table_find_name(table, name);

	return known && islower((unsigned char)known->type) &&
	       !symbols_global(symbols, symbols->job->kernel, name);
}

/* Why the name can't be used, if it is defined somewhere; "" if it isn't. */
static struct lp_error *explain(struct symbols *symbols, size_t unit, const char *name,
				char **reason)
{
	const struct exported_symbol *exported = exports_find(symbols->job->exports, name);
	const struct symbols_unit *here = &symbols->job->units[unit];

	if (!unit_is_module(here->unit) && exported)
		return text_format(reason, ": the module %s exports it, which vmlinux can't use",
				   exported_module(exported));
	for (size_t i = 0; i < symbols->job->nr_units; i++) {
		const struct symbols_unit *other = &symbols->job->units[i];

		symbols_each_definition(other, definition)
		{
			if (definition_adds_global(definition) && !strcmp(definition->name, name) &&
			    !same_domain(here, other))
				return text_format(reason, ": %s adds it to %s, %s",
						   other->unit->source, other->unit->object,
						   unit_is_module(here->unit)
							   ? "which does not export it"
							   : "which vmlinux can't use");
		}
	}
	if (is_static_elsewhere(symbols, name))
		return text_format(reason, ": it is static in the file that defines it");
	if (unit_is_module(here->unit) && symbols_global(symbols, symbols->job->kernel, name))
		return text_format(reason, ": vmlinux has it and does not export it");
	return text_format(reason, "%s", "");
}

struct lp_error *symbols_undefined(struct symbols *symbols, size_t unit, const char *name)
{
	struct nearest nearest = {.wanted = name, .distance = NEAR + 1};
	const struct unit *here = symbols->job->units[unit].unit;
	_cleanup_free_ char *where = NULL, *reason = NULL;

	lp_try(find_use(here, name, &where));
	lp_try(explain(symbols, unit, name, &reason));
	if (!*reason && strlen(name) <= NAME_MAX_COMPARED)
		lp_try(find_nearest(symbols, unit, &nearest));
	struct lp_error *error = lp_error_new(LP_BUILD_FAILED, "%s: %s is undefined in %s%s", where,
					      name, here->object, reason);

	if (nearest.name)
		return lp_error_hint(error, "The nearest name that there is: %s.", nearest.name);
	return error;
}
