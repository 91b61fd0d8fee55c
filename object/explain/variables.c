/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variables by their place: a name may be declared elsewhere, too, or be used several times. */
#include <stdio.h>
#include <string.h>

#include "object/explain/debug.h"
#include "object/explain/explain_operations.h"

/* How deep blocks and inlined functions may be nested. */
#define DEPTH_MAX 16

/* Appends the name of a type with the types around it. */
static void describe_type(Dwarf_Die *type, char *text, size_t size, unsigned int depth)
{
	static const struct {
		int tag;
		const char *before, *after;
	} around[] = {
		{DW_TAG_pointer_type, "", " *"},         {DW_TAG_const_type, "const ", ""},
		{DW_TAG_volatile_type, "volatile ", ""}, {DW_TAG_array_type, "", "[]"},
		{DW_TAG_structure_type, "struct ", ""},  {DW_TAG_union_type, "union ", ""},
		{DW_TAG_enumeration_type, "enum ", ""},
	};
	const char *name = dwarf_diename(type), *before = "", *after = "";
	Dwarf_Attribute attribute;
	Dwarf_Die inner;
	char inside[60] = "";

	for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++)
		if (dwarf_tag(type) == around[i].tag) {
			before = around[i].before;
			after = around[i].after;
		}
	if (!name && dwarf_tag(type) == DW_TAG_subroutine_type)
		name = "function";
	if (!name && depth < 6 && dwarf_attr_integrate(type, DW_AT_type, &attribute) &&
	    dwarf_formref_die(&attribute, &inner))
		describe_type(&inner, inside, sizeof(inside), depth + 1);
	snprintf(text, size, "%s%s%s", before, name ? name : inside, after);
}

bool debug_describe_place(Dwarf_Die *die, struct explained_variable *variable)
{
	variable->file = debug_short_name(dwarf_decl_file(die));
	return variable->file && !dwarf_decl_line(die, &variable->line);
}

void debug_describe_type(Dwarf_Die *die, struct explained_variable *variable)
{
	Dwarf_Attribute attribute;
	Dwarf_Die type;

	variable->type[0] = 0;
	if (dwarf_attr_integrate(die, DW_AT_type, &attribute) &&
	    dwarf_formref_die(&attribute, &type))
		describe_type(&type, variable->type, sizeof(variable->type), 0);
}

static bool describe_variable(Dwarf_Die *die, struct explained_variable *variable)
{
	debug_describe_type(die, variable);
	return debug_describe_place(die, variable);
}

/* True for the definition whose variable is there; a declaration has no place. */
static bool is_at(Dwarf_Die *die, Dwarf_Addr address)
{
	Dwarf_Attribute attribute;
	Dwarf_Op *operations;
	size_t count;

	return dwarf_attr(die, DW_AT_location, &attribute) &&
	       !dwarf_getlocation(&attribute, &operations, &count) && count == 1 &&
	       operations[0].atom == DW_OP_addr && operations[0].number == address;
}

static bool search(Dwarf_Die *parent, Dwarf_Addr address, unsigned int depth,
		   struct explained_variable *variable)
{
	Dwarf_Die die;

	if (depth > DEPTH_MAX || dwarf_child(parent, &die))
		return false;
	do {
		switch (dwarf_tag(&die)) {
		case DW_TAG_variable:
			if (is_at(&die, address) && describe_variable(&die, variable))
				return true;
			break;
		case DW_TAG_subprogram:
		case DW_TAG_lexical_block:
		case DW_TAG_inlined_subroutine:
			if (search(&die, address, depth + 1, variable))
				return true;
			break;
		}
	} while (!dwarf_siblingof(&die, &die));
	return false;
}

bool debug_find_variable(struct explained *explained, size_t index, uint64_t offset,
			 struct explained_variable *variable)
{
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias, address;

	if (!debug_address(explained, index, offset, &address))
		return false;
	while ((unit = dwfl_module_nextcu(explained->module, unit, &bias)))
		if (search(unit, address - bias, 0, variable))
			return true;
	return false;
}
