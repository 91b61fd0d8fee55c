/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions: where they are defined, what is inlined into them and what they call. */
#include <stdlib.h>
#include <string.h>

#include "object/explain/debug.h"
#include "object/explain/explain_operations.h"

/* How deep blocks and inlined functions may be nested. */
#define DEPTH_MAX 64

static bool add_function(struct explained *explained, size_t *room, const Dwarf_Die *die)
{
	if (explained->nr_functions == *room) {
		size_t more = *room ? 2 * *room : 256;
		Dwarf_Die *functions = reallocarray(explained->functions, more, sizeof(*functions));

		if (!functions)
			return false;
		explained->functions = functions;
		*room = more;
	}
	explained->functions[explained->nr_functions++] = *die;
	return true;
}

static bool read_unit(struct explained *explained, Dwarf_Die *unit, size_t *room)
{
	Dwarf_Die die;

	if (dwarf_child(unit, &die))
		return true;
	do {
		if (dwarf_tag(&die) == DW_TAG_subprogram && !add_function(explained, room, &die))
			return false;
	} while (!dwarf_siblingof(&die, &die));
	return true;
}

static void read_functions(struct explained *explained)
{
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;
	size_t room = 0;

	if (explained->has_functions)
		return;
	explained->has_functions = true;
	while ((unit = dwfl_module_nextcu(explained->module, unit, &bias)))
		if (!read_unit(explained, unit, &room))
			return;
}

static Dwarf_Die *function_at(struct explained *explained, size_t index, uint64_t offset)
{
	Dwarf_Addr address, bias;

	if (!debug_address(explained, index, offset, &address) ||
	    !dwfl_module_getdwarf(explained->module, &bias))
		return NULL;
	read_functions(explained);
	for (size_t i = 0; i < explained->nr_functions; i++)
		if (dwarf_haspc(&explained->functions[i], address - bias) > 0)
			return &explained->functions[i];
	return NULL;
}

bool debug_find_definition(struct explained *explained, size_t index, uint64_t offset,
			   struct explained_line *line)
{
	Dwarf_Die *die = function_at(explained, index, offset);

	if (!die || dwarf_decl_line(die, &line->line))
		return false;
	line->file = debug_short_name(dwarf_decl_file(die));
	line->inlined = NULL;
	line->outer_file = line->file;
	line->outer_line = line->line;
	return line->file != NULL;
}

bool debug_has_function(struct explained *explained, const char *name)
{
	Dwarf_Attribute attribute;

	read_functions(explained);
	for (size_t i = 0; i < explained->nr_functions; i++) {
		const char *own = dwarf_diename(&explained->functions[i]);

		if (own && !strcmp(own, name) &&
		    !dwarf_attr(&explained->functions[i], DW_AT_declaration, &attribute))
			return true;
	}
	return false;
}

/* A visit to a function and what is in it. */
struct walk {
	void (*visit)(const struct explained_scope *scope, void *context);
	void *context;
};

static void visit(const struct walk *walk, Dwarf_Die *die, unsigned int depth,
		  enum explained_role role)
{
	struct explained_scope scope = {
		.role = role,
		.name = dwarf_diename(die),
		.file = dwarf_decl_file(die),
		.depth = depth,
	};

	dwarf_decl_line(die, &scope.line);
	if (scope.name)
		walk->visit(&scope, walk->context);
}

static void visit_call(const struct walk *walk, Dwarf_Die *site, unsigned int depth)
{
	Dwarf_Attribute attribute;
	Dwarf_Die called;

	if ((dwarf_attr(site, DW_AT_call_origin, &attribute) ||
	     dwarf_attr(site, DW_AT_abstract_origin, &attribute)) &&
	    dwarf_formref_die(&attribute, &called))
		visit(walk, &called, depth, EXPLAINED_CALLED);
}

/* `depth` is that of what is inlined into the parent; `nested` bounds the recursion. */
static void walk_inside(const struct walk *walk, Dwarf_Die *parent, unsigned int depth,
			unsigned int nested)
{
	Dwarf_Die die;

	if (nested > DEPTH_MAX || dwarf_child(parent, &die))
		return;
	do {
		switch (dwarf_tag(&die)) {
		case DW_TAG_inlined_subroutine:
			visit(walk, &die, depth, EXPLAINED_CODE);
			walk_inside(walk, &die, depth + 1, nested + 1);
			break;
		case DW_TAG_variable:
		case DW_TAG_formal_parameter:
			visit(walk, &die, depth, EXPLAINED_LOCAL);
			break;
		case DW_TAG_lexical_block:
			walk_inside(walk, &die, depth, nested + 1);
			break;
		case DW_TAG_call_site:
		case DW_TAG_GNU_call_site:
			visit_call(walk, &die, depth);
			break;
		}
	} while (!dwarf_siblingof(&die, &die));
}

bool debug_visit_function(struct explained *explained, size_t index, uint64_t offset,
			  void (*visit_one)(const struct explained_scope *scope, void *context),
			  void *context)
{
	const struct walk walk = {visit_one, context};
	Dwarf_Die *die = function_at(explained, index, offset);

	if (!die)
		return false;
	visit(&walk, die, 0, EXPLAINED_CODE);
	walk_inside(&walk, die, 1, 0);
	return true;
}

static bool describe_function(Dwarf_Die *die, struct explained_variable *function)
{
	Dwarf_Die child;

	function->type[0] = 0;
	if (!dwarf_child(die, &child)) {
		do {
			if (dwarf_tag(&child) == DW_TAG_formal_parameter) {
				debug_describe_type(&child, function);
				break;
			}
		} while (!dwarf_siblingof(&child, &child));
	}
	return debug_describe_place(die, function);
}

static bool has_name(Dwarf_Die *die, const char *name, size_t length)
{
	const char *own = dwarf_diename(die);

	return own && strlen(own) == length && !strncmp(own, name, length);
}

/* Calls `look` with each function of that name until it returns true. */
static bool each_function(struct explained *explained, const char *name,
			  bool (*look)(Dwarf_Die *die, void *data), void *data)
{
	size_t length = strcspn(name, ".");
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;

	while ((unit = dwfl_module_nextcu(explained->module, unit, &bias))) {
		Dwarf_Die die;

		if (dwarf_child(unit, &die))
			continue;
		do {
			if (dwarf_tag(&die) == DW_TAG_subprogram && has_name(&die, name, length) &&
			    look(&die, data))
				return true;
		} while (!dwarf_siblingof(&die, &die));
	}
	return false;
}

static bool look_at_function(Dwarf_Die *die, void *data)
{
	return describe_function(die, data);
}

bool debug_find_function(struct explained *explained, const char *name,
			 struct explained_variable *function)
{
	return each_function(explained, name, look_at_function, function);
}

/* Two for structs of up to 16 bytes, which may be passed in two registers (System V ABI). */
static int registers_of(Dwarf_Die *parameter)
{
	Dwarf_Attribute attribute;
	Dwarf_Die type, peeled;

	if (!dwarf_attr_integrate(parameter, DW_AT_type, &attribute) ||
	    !dwarf_formref_die(&attribute, &type) || dwarf_peel_type(&type, &peeled))
		return 2;
	switch (dwarf_tag(&peeled)) {
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		return 2;
	default:
		return dwarf_bytesize(&peeled) > 8 ? 2 : 1;
	}
}

static bool look_at_arguments(Dwarf_Die *die, void *data)
{
	int *count = data;
	Dwarf_Die child;

	if (!dwarf_hasattr_integrate(die, DW_AT_prototyped))
		return false;
	*count = 0;
	if (dwarf_child(die, &child))
		return true;
	do {
		if (dwarf_tag(&child) == DW_TAG_formal_parameter)
			*count += registers_of(&child);
		else if (dwarf_tag(&child) == DW_TAG_unspecified_parameters)
			*count = 1000;
	} while (!dwarf_siblingof(&child, &child));
	return true;
}

int debug_count_arguments(struct explained *explained, const char *name)
{
	int count = -1;

	each_function(explained, name, look_at_arguments, &count);
	return count;
}
