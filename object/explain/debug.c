/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An object's DWARF, by libdw (elfutils), and the lines in it. */
#include "object/explain/debug.h"

#include <stdlib.h>
#include <string.h>

#include "object/explain/explain_operations.h"

const char *debug_short_name(const char *file)
{
	static const char *const tops[] = {
		"/arch/",    "/block/",    "/certs/", "/crypto/", "/drivers/", "/fs/", "/include/",
		"/init/",    "/io_uring/", "/ipc/",   "/kernel/", "/lib/",     "/mm/", "/net/",
		"/samples/", "/security/", "/sound/", "/usr/",    "/virt/",
	};
	const char *best = NULL;

	if (!file || *file != '/')
		return file && !strncmp(file, "./", 2) ? file + 2 : file;
	/* The one nearest to the root, in a folder that looks like a source tree. */
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
	free(explained->functions);
	free(explained);
}

bool debug_address(struct explained *explained, size_t index, uint64_t offset, Dwarf_Addr *address)
{
	GElf_Shdr header;
	Elf_Scn *scn = elf_getscn(explained->elf, index);

	if (!scn || !gelf_getshdr(scn, &header))
		return false;
	*address = header.sh_addr + explained->bias + offset;
	return true;
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
	const char *name = debug_short_name(dwarf_filesrc(files, file, NULL, NULL));

	if (!name)
		return;
	line->outer_file = name;
	line->outer_line = (int)number;
}

/*
 * Sets the outer place of `line`: the scopes come innermost first, so the outermost call remains.
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

/* The innermost inlined function at the address, and where the outermost is called. */
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
	Dwarf_Addr address;

	if (!debug_address(explained, index, offset, &address))
		return false;

	Dwfl_Line *found = dwfl_module_getsrc(explained->module, address);

	if (!found)
		return false;
	line->file = debug_short_name(dwfl_lineinfo(found, NULL, &line->line, NULL, NULL, NULL));
	find_inlined(explained, address, line);
	return line->file != NULL;
}
