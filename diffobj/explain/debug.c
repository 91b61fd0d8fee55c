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

/* Where the inlined function was called. */
static void find_call(Dwarf_Die *unit, Dwarf_Die *inlined, struct explained_line *line)
{
	Dwarf_Attribute attribute;
	Dwarf_Files *files;
	Dwarf_Word file, number;

	if (!dwarf_attr(inlined, DW_AT_call_file, &attribute) ||
	    dwarf_formudata(&attribute, &file) ||
	    !dwarf_attr(inlined, DW_AT_call_line, &attribute) ||
	    dwarf_formudata(&attribute, &number) || dwarf_getsrcfiles(unit, &files, NULL))
		return;
	const char *name = short_name(dwarf_filesrc(files, file, NULL, NULL));

	if (!name)
		return;
	line->outer_file = name;
	line->outer_line = (int)number;
}

/* The scopes around a piece of inlined code, from the inside out: the last is called by the rest.
 */
static void find_outer_call(Dwarf_Die *unit, Dwarf_Die *inlined, struct explained_line *line)
{
	Dwarf_Die *scopes = NULL;
	int number = dwarf_getscopes_die(inlined, &scopes);

	for (int i = 0; i < number; i++)
		if (dwarf_tag(&scopes[i]) == DW_TAG_inlined_subroutine)
			find_call(unit, &scopes[i], line);
	free(scopes);
}

/* The innermost inlined function whose code is at the address, and where the outermost is called.
 */
static void find_inlined(struct explained *explained, Dwarf_Addr address,
			 struct explained_line *line)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = dwfl_module_addrdie(explained->module, address, &bias);
	Dwarf_Die *scopes = NULL;
	int number = unit ? dwarf_getscopes(unit, address - bias, &scopes) : 0;

	line->inlined = NULL;
	line->outer_file = line->file;
	line->outer_line = line->line;
	for (int i = 0; i < number && !line->inlined; i++) {
		if (dwarf_tag(&scopes[i]) != DW_TAG_inlined_subroutine)
			continue;
		line->inlined = dwarf_diename(&scopes[i]);
		find_outer_call(unit, &scopes[i], line);
	}
	free(scopes);
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
	find_inlined(explained, address, line);
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

static bool describe_place(Dwarf_Die *die, struct explained_variable *variable)
{
	variable->file = short_name(dwarf_decl_file(die));
	return variable->file && !dwarf_decl_line(die, &variable->line);
}

static void describe_type_of(Dwarf_Die *die, struct explained_variable *variable)
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
	describe_type_of(die, variable);
	return describe_place(die, variable);
}

static bool describe_function(Dwarf_Die *die, struct explained_variable *function)
{
	Dwarf_Die child;

	function->type[0] = 0;
	if (!dwarf_child(die, &child)) {
		do {
			if (dwarf_tag(&child) == DW_TAG_formal_parameter) {
				describe_type_of(&child, function);
				break;
			}
		} while (!dwarf_siblingof(&child, &child));
	}
	return describe_place(die, function);
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

/* Two for what may be passed in two registers: structs up to 16 bytes (System V ABI). */
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
