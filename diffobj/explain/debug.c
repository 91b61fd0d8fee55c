/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines and variables from DWARF, by libdw (elfutils). */
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diffobj/explain/explain_operations.h"

struct explained {
	Dwfl *dwfl;
	Dwfl_Module *module;
	Elf *elf;
	GElf_Addr bias;
};

/* Kernel files are named from the top of the tree; what comes before is of no use. */
static const char *short_name(const char *file)
{
	static const char *const tops[] = {
		"/arch/",    "/block/",    "/certs/", "/crypto/", "/drivers/", "/fs/", "/include/",
		"/init/",    "/io_uring/", "/ipc/",   "/kernel/", "/lib/",     "/mm/", "/net/",
		"/samples/", "/security/", "/sound/", "/usr/",    "/virt/",
	};
	const char *best = NULL;

	if (!file || *file != '/')
		return file && !strncmp(file, "./", 2) ? file + 2 : file;
	/* The one nearest to the root, behind a folder that looks like a source tree. */
	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		const char *found = strstr(file, tops[i]);

		if (found && found != file && (!best || found < best))
			best = found;
	}
	return best ? best + 1 : file;
}

struct explained *debug_open(const char *path)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.section_address = dwfl_offline_section_address,
	};
	struct explained *explained = calloc(1, sizeof(*explained));

	if (!explained)
		return NULL;
	explained->dwfl = dwfl_begin(&callbacks);
	if (explained->dwfl)
		explained->module = dwfl_report_offline(explained->dwfl, "object", path, -1);
	if (explained->module) {
		Dwarf_Addr bias;

		dwfl_report_end(explained->dwfl, NULL, NULL);
		explained->elf = dwfl_module_getelf(explained->module, &explained->bias);
		if (explained->elf && dwfl_module_getdwarf(explained->module, &bias))
			return explained;
	}
	debug_close(explained);
	return NULL;
}

void debug_close(struct explained *explained)
{
	if (!explained)
		return;
	if (explained->dwfl)
		dwfl_end(explained->dwfl);
	free(explained);
}

/* The innermost inlined function whose code is at the address. */
static const char *inlined_at(struct explained *explained, Dwarf_Addr address)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = dwfl_module_addrdie(explained->module, address, &bias);
	Dwarf_Die *scopes = NULL;
	const char *name = NULL;
	int number = unit ? dwarf_getscopes(unit, address - bias, &scopes) : 0;

	for (int i = 0; i < number && !name; i++)
		if (dwarf_tag(&scopes[i]) == DW_TAG_inlined_subroutine)
			name = dwarf_diename(&scopes[i]);
	free(scopes);
	return name;
}

bool debug_find_line(struct explained *explained, size_t index, uint64_t offset,
		     struct explained_line *line)
{
	GElf_Shdr header;
	Elf_Scn *scn = elf_getscn(explained->elf, index);

	if (!scn || !gelf_getshdr(scn, &header))
		return false;

	Dwarf_Addr address = header.sh_addr + explained->bias + offset;
	Dwfl_Line *found = dwfl_module_getsrc(explained->module, address);

	if (!found)
		return false;
	line->file = short_name(dwfl_lineinfo(found, NULL, &line->line, NULL, NULL, NULL));
	line->inlined = inlined_at(explained, address);
	return line->file != NULL;
}

/* Appends the name of a type, and what is around it. */
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

static bool describe_variable(Dwarf_Die *die, struct explained_variable *variable)
{
	Dwarf_Attribute attribute;
	Dwarf_Die type;

	variable->file = short_name(dwarf_decl_file(die));
	if (!variable->file || dwarf_decl_line(die, &variable->line))
		return false;
	variable->type[0] = 0;
	if (dwarf_attr_integrate(die, DW_AT_type, &attribute) &&
	    dwarf_formref_die(&attribute, &type))
		describe_type(&type, variable->type, sizeof(variable->type), 0);
	return true;
}

static bool is_at(Dwarf_Die *die, Dwarf_Addr address)
{
	Dwarf_Attribute attribute;
	Dwarf_Op *operations;
	size_t count;

	return dwarf_attr(die, DW_AT_location, &attribute) &&
	       !dwarf_getlocation(&attribute, &operations, &count) && count == 1 &&
	       operations[0].atom == DW_OP_addr && operations[0].number == address;
}

/* Static variables of functions are in the functions, or in blocks of these. */
static bool search(Dwarf_Die *parent, Dwarf_Addr address, unsigned int depth,
		   struct explained_variable *variable)
{
	Dwarf_Die die;

	if (depth > 8 || dwarf_child(parent, &die))
		return false;
	do {
		switch (dwarf_tag(&die)) {
		case DW_TAG_variable:
			if (is_at(&die, address))
				return describe_variable(&die, variable);
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
	Dwarf_Addr bias;
	GElf_Shdr header;
	Elf_Scn *scn = elf_getscn(explained->elf, index);

	if (!scn || !gelf_getshdr(scn, &header))
		return false;
	while ((unit = dwfl_module_nextcu(explained->module, unit, &bias)))
		if (search(unit, header.sh_addr + explained->bias - bias + offset, 0, variable))
			return true;
	return false;
}
